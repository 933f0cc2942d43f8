"""Which known message a record is, by its wording: in English and in one translation, for every handle.

Also what the message names: its domain, and the endpoint of a call. Kept out: what follows from the
records around it (`events.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from analyzers.matching import Entry, Found, Matcher
from analyzers.messages import template
from analyzers.names import Domain, canonical
from analyzers.other_messages import MESSAGES
from analyzers.translations import translated_templates

HANDLES = tuple(dict.fromkeys(row.handle for row in MESSAGES))
"""The logs of CONTRACT section 6, as `Message.handle` names them."""

API_PATH = "/api/client"
_DOMAIN_IN_DATA = re.compile(rb'"domain"\s*:\s*"((?:[^"\\]|\\.)*)"')
_PORT = re.compile(rb":\d+\s*\Z")
_DOMAIN_BEGINS = b'"domain":"'
_LONGEST_NAME = 512
_MEMO = 32_768
_LONGEST_MEMO = 300

Name = tuple[str | None, Domain | None]
"""Event and domain of a record. Event None: no known message; what becomes of it is known at the
file's end only."""


class Seen(NamedTuple):
    """What a message is by its wording alone, wherever it stands."""

    name: Name
    """The domain is the one that the message names."""
    role: int
    """What it is for the records around it: `COMPLETE`, `OPENS`, `LEANS` or `UNKNOWN`."""
    found: Found | None
    endpoint: str
    """The endpoint that the message names."""


COMPLETE, OPENS, LEANS, UNKNOWN = range(4)
"""It says all itself; it opens a request; its domain is that of the file or of the open request; it
matches nothing."""


class Recogniser:
    """The known messages, in English and in one translation, for every handle."""

    def __init__(self, messages: Mapping[str, str] | None = None, locale: str = "") -> None:
        self.locale = locale
        """The site's, where it is known."""
        self._matchers: dict[str, tuple[Matcher, Matcher]] = {}
        for handle in (*HANDLES, ""):
            rows = tuple(row for row in MESSAGES if handle in ("", row.handle))
            english = [(row.event, template(w)) for row in rows for w in row.wordings]
            foreign = translated_templates(rows, messages or {})
            self._matchers[handle] = (Matcher(english), Matcher(foreign))
        self._memos: dict[str, dict[bytes, Seen]] = {}

    def english(self, handle: str) -> Matcher:
        """What is asked first: the wordings of this handle as they stand in the source."""
        return self._matchers[handle][0]

    def memo(self, handle: str) -> dict[bytes, Seen]:
        """What short messages of this handle were found to be: logs repeat themselves."""
        return self._memos.setdefault(handle, {})

    def look(self, handle: str, message: bytes) -> Seen:
        """Which message this is."""
        return self.memo(handle).get(message) or self.learn(handle, message)

    def learn(self, handle: str, message: bytes) -> Seen:
        """The same for a message that is not in the memo; then it is."""
        english, foreign = self._matchers[handle]
        found = english.match(message)
        if found is None and foreign:
            found = foreign.match(message)
            if found is not None and not _plausible(found, message):
                found = None
        if found is None and handle:
            found = self._matchers[""][0].match(message)  # the message decides, not the log
        if found is None:
            seen = _NOTHING
        else:
            entry, places = found
            domain, endpoint = _named(entry, places, message)
            role = LEANS if domain is None else OPENS if entry[0] in OPENERS else COMPLETE
            seen = tuple.__new__(Seen, ((entry[0], domain), role, found, endpoint))
        if len(message) <= _LONGEST_MEMO:
            memo = self.memo(handle)
            if len(memo) >= _MEMO:
                memo.clear()
            memo[message] = seen
        return seen


_NOTHING = Seen((None, None), UNKNOWN, None, "")
OPENERS = frozenset({"closte.adding", "closte.request"})
"""Events that open a request, where they name a domain."""


def _plausible(found: Found, message: bytes) -> bool:
    """Is what a translated template takes for a domain one? Its literal text may be two letters."""
    name = found.field(message, "domain")
    return name is None or (b"." in name and not name.strip().count(b" "))


def _named(entry: Entry, places: tuple[int, ...], message: bytes) -> tuple[Domain | None, str]:
    """The domain and the endpoint that the message names."""
    domain_at, kind, endpoint_at = _where(entry.fields)
    domain, endpoint = None, ""
    if domain_at >= 0:
        text = message[places[domain_at] : places[domain_at + 1]]
        if kind == "data":
            text = domain_in_data(text)
        elif kind == "url":
            text = _PORT.sub(b"", text.partition(b"://")[2].partition(b"/")[0])
        domain = canonical_bytes(text)
    if endpoint_at >= 0:
        text = message[places[endpoint_at] : places[endpoint_at + 1]]
        endpoint = _endpoint_of(text) if kind == "data" else _text(text)
    return domain, endpoint


@lru_cache(maxsize=256)
def _where(fields: tuple[str, ...]) -> tuple[int, str, int]:
    """Where in `Found.places` the domain begins, in what it stands, and where the endpoint begins.

    -1 where there is none. A request (`url`, `data`) names its domain in the data, its endpoint in
    the URL; a loopback test (`label`, `url`) its domain in the URL.
    """
    kind = next((name for name in ("domain", "data", "url") if name in fields), "")
    endpoint = "url" if kind == "data" else "endpoint"
    return (
        2 * fields.index(kind) if kind else -1,
        kind,
        2 * fields.index(endpoint) if endpoint in fields else -1,
    )


@lru_cache(maxsize=16_384)
def canonical_bytes(text: bytes) -> Domain | None:
    """The domain that stands in a message, its first line; None where nothing does."""
    name = text.strip().partition(b"\n")[0]
    if not name or len(name) > _LONGEST_NAME:
        return None
    return canonical(name.decode("utf-8", "surrogateescape")) or None


def domain_in_data(data: bytes) -> bytes:
    """The `domain` of a request's data (JSON as the plugin logs it); empty where there is none."""
    begin = data.find(_DOMAIN_BEGINS)
    if begin >= 0:  # as PHP's json_encode writes it: nearly always without an escape
        begin += len(_DOMAIN_BEGINS)
        plain = data[begin : data.find(b'"', begin)]
        if b"\\" not in plain:
            return plain
    found = _DOMAIN_IN_DATA.search(data)
    if found is None:
        return b""
    try:
        text = json.loads(b'"' + found[1] + b'"')
    except ValueError:
        return b""
    return str(text).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=256)
def _endpoint_of(url: bytes) -> str:
    path = _text(url).partition("://")[2].partition("/")[2]
    before, _, endpoint = f"/{path}".partition(API_PATH)
    return (endpoint if not before and endpoint else f"/{path}").partition("?")[0]


def _text(value: bytes) -> str:
    return value.strip().decode("utf-8", "backslashreplace")
