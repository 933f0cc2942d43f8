"""The single events of the plugin's logs that the rules and a timeline need, as evidence records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
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
        kind = reader.handle.kind
        for (line, stamp, level, message), (event, domain) in zip(batch, names, strict=True):
            seen = self._recogniser.look(kind, message)
            endpoint = seen.endpoint
            if event == "closte.request":
                self._endpoint, self._asked = endpoint, seen.name[1]
            elif event in CALL_EVENTS:
                endpoint = endpoint or self._endpoint
            item = Item(
                stamp,
                self._source,
                line,
                level,
                message[:EXAMINED],
                event,
                domain,
                seen.found,
                endpoint,
                self._asked,
                line in reader.inferred,
            )
            if event is None:
                self._pending.append(item)
            else:
                self._keep(item)

    def end(self, rest: str) -> None:
        """The file is over, and this is what its other records were."""
        for item in self._pending:
            self._keep(item._replace(event=rest))
        self._pending.clear()

    def events(self) -> tuple[LogEvent, ...]:
        """What was kept, in order of time, then of file and line.

        Records with a date that no calendar has are left out.
        """
        items = [*self._first.values(), *(item for kept in self._newest.values() for item in kept)]
        items.sort(key=lambda item: item[:3])
        return tuple(event for item in items if (event := _event(item)) is not None)

    def _keep(self, item: Item) -> None:
        key = self._key(item)
        newest = self._newest.get(key)
        if newest is None:
            self._first[key] = item
            self._newest[key] = deque(maxlen=self._each)
            self._size += 1
        else:
            self._size += len(newest) < self._each
            newest.append(item)
        if self._size > self.MOST and (not self._crowded or self._each > self.FEWEST):
            self._thin()

    def _key(self, item: Item) -> Key:
        if self._crowded and (item.event in self.NOISE or item.endpoint.startswith(self.GUESSED)):
            return (item.event, None, item.endpoint)
        return (item.event, item.domain, item.endpoint)

    def _thin(self) -> None:
        if self._crowded:
            self._each = max(self._each // 2, self.FEWEST)
        self._crowded = True
        kept = sorted(
            [*self._first.values(), *(item for kept in self._newest.values() for item in kept)],
            key=lambda item: item[:3],
        )
        self._first, self._newest, self._size = {}, {}, 0
        for item in kept:
            key = self._key(item)
            if key not in self._first:
                self._first[key] = item
                self._newest[key] = deque(maxlen=self._each)
            else:
                self._newest[key].append(item)
        self._size = len(self._first) + sum(map(len, self._newest.values()))


class _Fields(Mapping[str, str]):
    """What a message says, taken out of it when somebody asks: of most events nobody does."""

    __slots__ = ("_item", "_told")

    def __init__(self, item: Item) -> None:
        self._item = item
        self._told: dict[str, str] | None = None

    def _all(self) -> dict[str, str]:
        if self._told is None:
            self._told = _fields(self._item)
        return self._told

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _event(item: Item) -> LogEvent | None:
    at = instant(item.stamp)
    if at is None or item.event is None:
        return None
    cited = shown_text(item.message.rstrip(b"\r\n"))
    fields: Mapping[str, str] = _Fields(item)
    if item.event == "closte.key-prefix":
        cited, fields = _without_key(cited, fields)
    return LogEvent(
        at=at,
        name=item.event,
        source=item.source,
        line=item.line,
        level=item.level.decode("ascii"),
        domain=item.domain,
        fields=fields,
        message=cited[:CITED],
    )


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


def _without_key(cited: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The plugin writes the start of the API key; no value of ours ever holds it (CONTRACT 3)."""
    key = fields.get("key", "")
    if key and "[redacted:" not in key:
        cited = cited.replace(key, f"[redacted:CLOSTE_CLIENT_API_KEY:first-{len(key)}]")
        return cited, {"shown": str(len(key))}
    begin, _, _ = key.partition("]")
    shown = begin.rpartition("first-")[2]
    return cited, {"shown": shown if shown.isdigit() else ""}
