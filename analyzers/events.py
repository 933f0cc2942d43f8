"""From records to events: which message it is, and of which domain (CONTRACT section 6).

The message decides, not the plugin's version: a file can hold lines of three generations. Kept out:
how files are split (`grammar.py`), wordings (`recogniser.py`), and what is counted (`log_tally.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.closte_messages import RAW_BODY
from analyzers.grammar import Record
from analyzers.names import Domain, canonical
from analyzers.other_messages import MESSAGES
from analyzers.recogniser import HANDLES, LEANS, OPENS, UNKNOWN, Name, Recogniser
from analyzers.translations import inferred_event

UNRECOGNISED = "unrecognised"
_LOG, _COPY = ".log", ").log"
_LOG_NAME = re.compile(r"(.+?)(?: ?\(\d+\))?\.log(?:[.-]\d+)?(?:\.txt)?(?:\.gz)?", re.DOTALL)
"""As on the host, rotated, or as browsers and mail programs name what they save: `x (1).log`, `x.log.txt`."""
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_BODY_STARTS = (b"{", b"[", b"<")
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
    stored with a line end has it in the file's name too, and an evidence folder has that as `%0A`.
    """
    base = _base(name.rpartition("/")[2])
    if base is None:
        return Handle("", None)
    if base in HANDLES:
        return Handle(base, None)
    if base.startswith("domain-") and "." in base:
        return Handle("domain-", canonical(_decoded(base[len("domain-") :])) or None)
    if base.startswith("dns-") and "." in base:
        return Handle("dns-", None)
    return Handle("", None)


def _base(name: str) -> str | None:
    if len(name) > len(_LOG) and name.endswith(_LOG) and not name.endswith(_COPY):
        # there are thousands of these
        return name[: -len(_LOG)]
    found = _LOG_NAME.fullmatch(name)
    return None if found is None else found[1]


def _decoded(name: str) -> str:
    if "%" not in name:
        return name
    octets = name.encode("utf-8", "surrogateescape").decode("latin-1")
    plain = _ENCODED.sub(lambda found: chr(int(found[1], 16)), octets)
    return plain.encode("latin-1").decode("utf-8", "surrogateescape")


class LogReader:
    """Reads the records of one file, in order: keeps the open request."""

    def __init__(self, source: str, recogniser: Recogniser) -> None:
        self.handle = handle_of(source)
        self.inferred: set[int] = set()
        """Line numbers of the records that were only inferred, of the last batch."""
        self._recogniser = recogniser
        self.opened: Domain | None = None
        """The domain of the open request."""
        self.begun = False
        """Was there a record already?"""

    def read(self, batch: Iterable[Record]) -> list[Name]:
        """What these records are, which follow those of the call before in the file."""
        kind, of_file = self.handle
        memo, learn = self._recogniser.memo(kind), self._recogniser.learn
        opened = self.opened
        self.inferred.clear()
        names: list[Name] = []
        add = names.append
        for record in batch:
            message = record[3]
            name, role, _, _ = memo.get(message) or learn(kind, message)
            if role == LEANS:
                event = name[0]
                add((event, of_file or (opened if event in CLOSTE_EVENTS else None)))
            elif role == UNKNOWN:
                add(self.unknown(record, opened, first=not (self.begun or names)))
            else:
                add(name)
                if role == OPENS:
                    opened = name[1]
        self.opened = opened
        self.begun = self.begun or bool(names)
        return names

    def rest(self, events: Iterable[str | None]) -> str:
        """What the records are that no message matched, once all `events` of the file are known.

        Where no named closte message stands in an integration log, everything is a body.
        """
        bodies = self.handle.kind == CLOSTE and CLOSTE_EVENTS.isdisjoint(events)
        return RAW_BODY if bodies else UNRECOGNISED

    def unknown(self, record: Record, opened: Domain | None, *, first: bool) -> Name:
        """What a record is that no wording matches. `first`: of its file."""
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
            guess = inferred_event(
                kind,
                level.decode("ascii"),
                text,
                domain=domain,
                first=first,
                locale=self._recogniser.locale,
            )
        if guess == "certificate.invalid":
            named = _NAMED_HOST.search(text)
            domain = canonical(named[0]) if named else None
        if guess is not None:
            self.inferred.add(line)
        return (guess, domain)
