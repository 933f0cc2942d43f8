"""From records to events: which message it is, and of which domain (CONTRACT section 6).

The message decides, not the plugin's version: a file can hold lines of three generations. Kept out:
how files are split (`grammar.py`) and what is counted (`logbook.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.closte_messages import RAW_BODY
from analyzers.grammar import Record
from analyzers.matching import Entry, Found, Matcher
from analyzers.messages import template
from analyzers.names import Domain, canonical
from analyzers.other_messages import MESSAGES
from analyzers.translations import inferred_event, translated_templates

UNRECOGNISED = "unrecognised"
HANDLES = tuple(dict.fromkeys(row.handle for row in MESSAGES))
"""The logs of CONTRACT section 6, as `Message.handle` names them."""

API_PATH = "/api/client"
_LOG_NAME = re.compile(r"(.+?)\.log(?:[.-]\d+)?", re.DOTALL)
_BODY_STARTS = (b"{", b"[", b"<")
_DOMAIN_IN_DATA = re.compile(rb'"domain"\s*:\s*"((?:[^"\\]|\\.)*)"')
_DOMAIN_BEGINS = b'"domain":"'
_LONGEST_NAME = 512
_MEMO = 32_768
_LONGEST_MEMO = 300
_NAMED_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]{2,}(?=\s*[:：])")
CALL_EVENTS = frozenset(
    {
        "closte.request",
        "closte.transport-failed",
        "closte.response",
        "closte.http-error",
        "closte.bad-json",
        "closte.empty-body",
    }
)
"""Events of one call of the API: the request, and what came of it."""
CLOSTE_EVENTS = frozenset(row.event for row in MESSAGES if row.event.startswith("closte."))


class Handle(NamedTuple):
    """What a log's file name says."""

    kind: str
    """A `Message.handle`; empty for a log that is none of CONTRACT section 6."""
    domain: Domain | None
    """Of `domain-‹domain›.log` only, as CONTRACT section 6 has it."""


@lru_cache(maxsize=4096)
def handle_of(name: str) -> Handle:
    """The handle of a file by its name, folders in front left aside.

    `domain-*` is a domain's log only with a dot in it: a real domain has one (DOMAIN 3.2). A domain
    stored with a line end has it in the file's name too.
    """
    found = _LOG_NAME.fullmatch(name.rsplit("/", 1)[-1])
    if found is None:
        return Handle("", None)
    base = found[1]
    if base in HANDLES:
        return Handle(base, None)
    if base.startswith("domain-") and "." in base:
        return Handle("domain-", canonical(base[len("domain-") :]) or None)
    if base.startswith("dns-") and "." in base:
        return Handle("dns-", None)
    return Handle("", None)


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

    def __init__(self, messages: Mapping[str, str] | None = None) -> None:
        self._matchers: dict[str, tuple[Matcher, Matcher]] = {}
        for handle in (*HANDLES, ""):
            rows = tuple(row for row in MESSAGES if handle in ("", row.handle))
            english = [(row.event, template(w)) for row in rows for w in row.wordings]
            foreign = translated_templates(rows, messages or {})
            self._matchers[handle] = (Matcher(english), Matcher(foreign))
        self._memos: dict[str, dict[bytes, Seen]] = {}

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
        if found is None:
            seen = _NOTHING
        else:
            entry, places = found
            domain, endpoint = _named(entry, places, message)
            role = LEANS if domain is None else OPENS if entry[0] in _OPENERS else COMPLETE
            seen = tuple.__new__(Seen, ((entry[0], domain), role, found, endpoint))
        if len(message) <= _LONGEST_MEMO:
            memo = self.memo(handle)
            if len(memo) >= _MEMO:
                memo.clear()
            memo[message] = seen
        return seen


_NOTHING = Seen((None, None), UNKNOWN, None, "")
_OPENERS = frozenset({"closte.adding", "closte.request"})


class LogReader:
    """Reads the records of one file, in order: keeps the open request."""

    def __init__(self, source: str, recogniser: Recogniser) -> None:
        self.handle = handle_of(source)
        self.inferred: set[int] = set()
        """Line numbers of the records that were only inferred, of the last batch."""
        self._recogniser = recogniser
        self._open: Domain | None = None
        self._begun = False

    def read(self, batch: Iterable[Record]) -> list[Name]:
        """What these records are, which follow those of the call before in the file."""
        kind, of_file = self.handle
        memo, learn = self._recogniser.memo(kind), self._recogniser.learn
        opened = self._open
        self.inferred.clear()
        names: list[Name] = []
        add = names.append
        for record in batch:
            message = record[3]
            name, role, _, _ = memo.get(message) or learn(kind, message)
            if role == LEANS:
                event = name[0]
                add((event, opened if event in CLOSTE_EVENTS else of_file))
            elif role == UNKNOWN:
                add(self._unknown(record, opened, first=not (self._begun or names)))
            else:
                add(name)
                if role == OPENS:
                    opened = name[1]
        self._open = opened
        self._begun = self._begun or bool(names)
        return names

    def rest(self, events: Iterable[str | None]) -> str:
        """What the records are that no message matched, once all `events` of the file are known.

        Where no named closte message stands in an integration log, everything is a body.
        """
        bodies = self.handle.kind == CLOSTE and CLOSTE_EVENTS.isdisjoint(events)
        return RAW_BODY if bodies else UNRECOGNISED

    def _unknown(self, record: Record, opened: Domain | None, *, first: bool) -> Name:
        kind, domain = self.handle
        line, _, level, message = record
        if kind == CLOSTE:
            start = message.lstrip()
            raw = not start or start.startswith(_BODY_STARTS)
            return (RAW_BODY if raw else None, opened)
        guess = None
        text = message.decode("utf-8", "surrogateescape")
        if kind == "sunrise" and level == b"ERROR":
            guess = "sunrise.upgrade-failed"  # PHP's last error, whatever its wording
        elif kind:
            guess = inferred_event(kind, level.decode("ascii"), text, domain=domain, first=first)
        if guess == "certificate.invalid":
            named = _NAMED_HOST.search(text)
            domain = canonical(named[0]) if named else None
        if guess is not None:
            self.inferred.add(line)
        return (guess, domain)


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
            text = text.partition(b"://")[2].partition(b"/")[0]
        domain = _canonical(text)
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
def _canonical(text: bytes) -> Domain | None:
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
