"""The single events of the plugin's logs that the rules and a timeline need, as evidence records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from analyzers.closte_messages import RAW_BODY
from analyzers.events import CALL_EVENTS, LogReader
from analyzers.evidence import LogEvent
from analyzers.grammar import Record, instant
from analyzers.log_tally import CITED, EXAMINED, shown_text
from analyzers.matching import Found
from analyzers.names import Domain
from analyzers.recogniser import Name, Recogniser

_LONGEST_FIELD = 1_000


class Item(NamedTuple):
    """A record that is kept, not yet made an event."""

    stamp: bytes
    source: str
    line: int
    level: bytes
    message: bytes
    """Cut."""
    event: str | None
    domain: Domain | None
    found: Found | None
    endpoint: str
    asked: Domain | None
    """The domain in the data of the call; None for the plugin's connection test."""
    inferred: bool


_new = tuple.__new__
"""An `Item` without the call that a named tuple makes of it: there is one for each record."""
_place = itemgetter(0, 1, 2)
"""Time, file and line of an `Item`."""
Key = tuple[str | None, Domain | None, str]


class Kept:
    """The single events that the rules and a timeline need, not all of a large log.

    Of each domain, event and endpoint the first and the newest `EACH` are kept. Should all of them
    together pass `MOST`, the plugin's noise (`NOISE`, and calls of the endpoints it guesses) is kept
    for all domains together, and then each keeps fewer of its newest, down to `FEWEST`.
    """

    EACH = 512
    FEWEST = 2
    MOST = 60_000
    NOISE = frozenset(
        {
            "closte.key-prefix",
            "closte.ssl-despite-failure",
            "closte.ssl-requested",
            "closte.ssl-trying",
            "closte.ssl-responded",
            "closte.ssl-refused",
            "closte.ssl-note",
            "closte.ssl-answer",
            "closte.ssl-status-asked",
            "closte.ssl-status",
            "check.loopback-testing",
        }
    )
    GUESSED = ("/ssl", "/installssl", "/certificate/")
    """How the endpoints begin that no other source than the plugin has (DOMAIN 1.3)."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._each = self.EACH
        self._crowded = False
        self._first: dict[Key, Item] = {}
        self._newest: dict[Key, deque[Item]] = {}
        self._pending: deque[Item] = deque()
        self._source = ""
        self._endpoint = ""
        self._asked: Domain | None = None
        self._size = 0

    def begin(self, source: str) -> None:
        """The next records are of this file."""
        self._source = source
        self._endpoint, self._asked = "", None
        self._pending = deque(maxlen=self._each)

    def add(self, batch: list[Record], names: list[Name], reader: LogReader) -> None:
        """Events, and records of which the file's end will tell what they are."""
        kind, source, inferred = reader.handle.kind, self._source, reader.inferred
        memo, learn, keep = self._recogniser.memo(kind), self._recogniser.learn, self._keep
        for (line, stamp, level, message), (event, domain) in zip(batch, names, strict=True):
            seen = memo.get(message) or learn(kind, message)
            endpoint = seen.endpoint
            if event == "closte.request":
                self._endpoint, self._asked = endpoint, seen.name[1]
            elif event in CALL_EVENTS:
                endpoint = endpoint or self._endpoint
            item = _new(
                Item,
                (
                    stamp,
                    source,
                    line,
                    level,
                    message[:EXAMINED],
                    event,
                    domain,
                    seen.found,
                    endpoint,
                    self._asked,
                    line in inferred,
                ),
            )
            if event is None:
                self._pending.append(item)
            else:
                keep(item)

    def end(self, rest: str) -> None:
        """The file is over, and this is what its other records were."""
        for item in self._pending:
            self._keep(item._replace(event=rest))
        self._pending.clear()

    def events(self) -> tuple[LogEvent, ...]:
        """What was kept, in order of time, then of file and line.

        Records with a date that no calendar has are left out.
        """
        items = sorted(self._items(), key=_place)
        return tuple(event for item in items if (event := _event(item)) is not None)

    def _items(self) -> Iterator[Item]:
        yield from self._first.values()
        for newest in self._newest.values():
            yield from newest

    def _keep(self, item: Item) -> None:
        self._put(item)
        if self._size > self.MOST and (not self._crowded or self._each > self.FEWEST):
            self._thin()

    def _put(self, item: Item) -> None:
        """The first of its key stands alone: most keys have no second."""
        event, domain, endpoint = item.event, item.domain, item.endpoint
        if self._crowded and (event in self.NOISE or endpoint.startswith(self.GUESSED)):
            domain = None
        key = (event, domain, endpoint)
        newest = self._newest.get(key)
        if newest is not None:
            self._size += len(newest) < self._each
            newest.append(item)
        elif key in self._first:
            self._newest[key] = deque((item,), maxlen=self._each)
            self._size += 1
        else:
            self._first[key] = item
            self._size += 1

    def _thin(self) -> None:
        if not self._crowded:
            self._crowded = True
            items = sorted(self._items(), key=_place)
            self._first, self._newest, self._size = {}, {}, 0
            for item in items:
                self._put(item)
            return
        self._each = max(self._each // 2, self.FEWEST)
        for key, newest in self._newest.items():
            first, *others = sorted((self._first[key], *newest), key=_place)
            self._first[key] = first
            self._newest[key] = deque(others, maxlen=self._each)
        self._size = len(self._first) + sum(map(len, self._newest.values()))


class _Kept(LogEvent):
    """An event that takes its record apart when somebody asks: of most of them only the time, the name and
    the domain are wanted, and there are tens of thousands."""

    __slots__ = ("_item", "_told")
    _item: Item
    _told: tuple[str, Mapping[str, str]] | None

    def __init__(self, item: Item, at: datetime, name: str) -> None:
        put = object.__setattr__
        put(self, "at", at)
        put(self, "name", name)
        put(self, "domain", item.domain)
        put(self, "_item", item)
        put(self, "_told", None)

    @property
    def source(self) -> str:
        """The file it stands in."""
        return self._item.source

    @property
    def line(self) -> int:
        """Where in that file."""
        return self._item.line

    @property
    def level(self) -> str:
        """As the record says."""
        return self._item.level.decode("ascii")

    @property
    def fields(self) -> Mapping[str, str]:
        """What the message says."""
        return self._said()[1]

    @property
    def message(self) -> str:
        """The message, cut to what a citation needs."""
        return self._said()[0]

    def _said(self) -> tuple[str, Mapping[str, str]]:
        if self._told is not None:
            return self._told
        cited, fields = shown_text(self._item.message.rstrip(b"\r\n")), _fields(self._item)
        if self.name == "closte.key-prefix":
            cited, fields = _without_key(cited, fields)
        told = cited[:CITED], fields
        object.__setattr__(self, "_told", told)
        return told


def _event(item: Item) -> LogEvent | None:
    at = instant(item.stamp)
    return None if at is None or item.event is None else _Kept(item, at, item.event)


def _fields(item: Item) -> dict[str, str]:
    fields: dict[str, str] = {}
    if item.found is not None:
        for name, value in item.found.fields(item.message).items():
            fields[name] = shown_text(value)[:_LONGEST_FIELD]
    if item.event == RAW_BODY:
        fields["body"] = shown_text(item.message)[:_LONGEST_FIELD]
    if item.event in CALL_EVENTS and item.endpoint:
        fields["endpoint"] = item.endpoint
        fields["asked"] = item.asked or ""
    if item.inferred:
        fields["inferred"] = "yes"
    return fields


def _without_key(cited: str, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The plugin writes the start of the API key; no value of ours ever holds it (CONTRACT 3)."""
    key = fields.get("key", "")
    if key and "[redacted:" not in key:
        cited = cited.replace(key, f"[redacted:CLOSTE_CLIENT_API_KEY:first-{len(key)}]")
        return cited, {"shown": str(len(key))}
    begin, _, _ = key.partition("]")
    shown = begin.rpartition("first-")[2]
    return cited, {"shown": shown if shown.isdigit() else ""}
