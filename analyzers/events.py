"""From records to events: which message it is, and of which domain (CONTRACT section 6).

The message decides, not the plugin's version: a file can hold lines of three generations. Kept out:
how files are split (`grammar.py`) and what is counted (`logbook.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.closte_messages import RAW_BODY
from analyzers.grammar import Record
from analyzers.matching import Found, Matcher
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
_LONGEST_NAME = 512
_MEMO = 32_768
_LONGEST_MEMO = 300
_DOMAIN_FIELDS = ("domain", "url", "data")


@dataclass(frozen=True, slots=True)
class Handle:
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


class Reading(NamedTuple):
    """What one record is. A tuple: a log has millions of them."""

    event: str | None
    """None: no known message. What becomes of it is known at the file's end only."""
    domain: Domain | None
    found: Found | None
    endpoint: str = ""
    """Of the call that this request or answer belongs to."""
    asked: Domain | None = None
    """The domain in the data of that call; None for the plugin's connection test."""
    inferred: bool = False


Memo = tuple[str | None, Domain | None, Found | None, str, bool]
"""Event, domain in the message, template, endpoint in the message, inferred."""


class Recogniser:
    """The known messages, in English and in one translation, for every handle."""

    def __init__(self, messages: Mapping[str, str] | None = None) -> None:
        self._matchers: dict[str, tuple[Matcher, Matcher]] = {}
        for handle in (*HANDLES, ""):
            rows = tuple(row for row in MESSAGES if handle in ("", row.handle))
            english = [(row.event, template(w)) for row in rows for w in row.wordings]
            foreign = translated_templates(rows, messages or {})
            self._matchers[handle] = (Matcher(english), Matcher(foreign))
        self._memos: dict[str, dict[bytes, Memo]] = {}

    def memo(self, handle: str) -> dict[bytes, Memo]:
        """What short messages of this handle were found to be: logs repeat themselves."""
        return self._memos.setdefault(handle, {})

    def look(self, handle: str, message: bytes) -> Memo:
        """Which message this is, by its wording alone."""
        memo = self.memo(handle)
        seen = memo.get(message)
        if seen is None:
            seen = self._look(handle, message)
            if len(message) <= _LONGEST_MEMO:
                if len(memo) >= _MEMO:
                    memo.clear()
                memo[message] = seen
        return seen

    def _look(self, handle: str, message: bytes) -> Memo:
        english, foreign = self._matchers[handle]
        found = english.match(message)
        if found is None and foreign:
            found = foreign.match(message)
            if found is not None and not _plausible(found, message):
                found = None
        if found is None:
            return (None, None, None, "", False)
        return (found.event, _named(found, message), found, _endpoint(found, message), False)


class LogReader:
    """Reads the records of one file, in order: keeps the open request and the call under way."""

    __slots__ = (
        "_asked",
        "_endpoint",
        "_first",
        "_memo",
        "_open",
        "_recogniser",
        "handle",
        "named",
    )

    def __init__(self, source: str, recogniser: Recogniser) -> None:
        self.handle = handle_of(source)
        self.named = False
        """Did a named closte message stand in this file? If not, the rest are raw bodies."""
        self._recogniser = recogniser
        self._memo = recogniser.memo(self.handle.kind)
        self._open: Domain | None = None
        self._endpoint = ""
        self._asked: Domain | None = None
        self._first = True

    @property
    def rest(self) -> str:
        """What the records are that no message matched; sure at the file's end only."""
        bodies = self.handle.kind == CLOSTE and not self.named
        return RAW_BODY if bodies else UNRECOGNISED

    def read(self, record: Record) -> Reading:
        """What this record is. Call once for each record, in the order of the file."""
        _, _, level, message = record
        event, domain, found, endpoint, inferred = self._memo.get(message) or self._recogniser.look(
            self.handle.kind, message
        )
        first, self._first = self._first, False
        if event is None:
            return self._unknown(level, message, first)
        if not event.startswith("closte."):
            return Reading(event, domain or self.handle.domain, found, inferred=inferred)
        self.named = True
        if event == "closte.adding":
            self._open = domain
        elif event == "closte.request":
            self._endpoint, self._asked = endpoint, domain
            if domain is not None:
                self._open = domain
        return Reading(event, domain or self._open, found, endpoint or self._endpoint, self._asked)

    def _unknown(self, level: bytes, message: bytes, first: bool) -> Reading:
        kind = self.handle.kind
        if kind == CLOSTE:
            start = message.lstrip()
            raw = not start or start.startswith(_BODY_STARTS)
            return Reading(RAW_BODY if raw else None, self._open, None)
        guess = None
        text = message.decode("utf-8", "surrogateescape")
        if kind == "sunrise" and level == b"ERROR":
            guess = (
                "sunrise.upgrade-failed"  # the plugin logs PHP's last error there, whatever it is
            )
        elif kind:
            guess = inferred_event(
                kind, level.decode("ascii"), text, domain=self.handle.domain, first=first
            )
        domain = self.handle.domain
        if guess == "certificate.invalid":
            named = re.search(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]{2,}(?=\s*[:：])", text)
            domain = canonical(named[0]) if named else None
        return Reading(guess, domain, None, inferred=guess is not None)


def _plausible(found: Found, message: bytes) -> bool:
    """Is what a translated template takes for a domain one? Its literal text may be two letters."""
    name = found.field(message, "domain")
    return name is None or (b"." in name and not name.strip().count(b" "))


def _named(found: Found, message: bytes) -> Domain | None:
    """The domain that the message names."""
    for field, begin, end in found.spans:
        if field not in _DOMAIN_FIELDS:
            continue
        text = message[begin:end]
        if field == "data":
            text = domain_in_data(text)
        elif field == "url":
            if found.event != "check.loopback-testing":
                continue
            text = text.partition(b"://")[2].partition(b"/")[0]
        return _canonical(text)
    return None


def _canonical(text: bytes) -> Domain | None:
    name = text.strip().partition(b"\n")[0]
    if not name or len(name) > _LONGEST_NAME:
        return None
    return canonical(name.decode("utf-8", "surrogateescape")) or None


def domain_in_data(data: bytes) -> bytes:
    """The `domain` of a request's data (JSON as the plugin logs it); empty where there is none."""
    found = _DOMAIN_IN_DATA.search(data)
    if found is None:
        return b""
    try:
        text = json.loads(b'"' + found[1] + b'"')
    except ValueError:
        return b""
    return str(text).encode("utf-8", "surrogatepass")


def _endpoint(found: Found, message: bytes) -> str:
    """`/adddomainalias` of a request's URL, or the endpoint that the message names."""
    named = found.field(message, "endpoint")
    if named is not None:
        return _text(named)
    url = found.field(message, "url") if found.event == "closte.request" else None
    if url is None:
        return ""
    path = _text(url).partition("://")[2].partition("/")[2]
    before, _, endpoint = f"/{path}".partition(API_PATH)
    return (endpoint if not before and endpoint else f"/{path}").partition("?")[0]


def _text(value: bytes) -> str:
    return value.strip().decode("utf-8", "backslashreplace")
