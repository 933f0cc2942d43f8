"""The plugin's logs as one piece of evidence: bytes of files in, `PluginLogs` out.

Everything is counted; of the single events only as many are kept as the rules and a timeline need
(`Kept`), so that 64 MiB of logs stay a small thing. Times are UTC (DOMAIN 3.1).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from analyzers.closte_messages import RAW_BODY
from analyzers.events import UNRECOGNISED, LogReader, Reading, Recogniser
from analyzers.evidence import LogEvent, PluginLogs
from analyzers.grammar import Record, instant, records
from analyzers.names import Domain

PIECE = 1 << 20
"""Bytes read at a time."""
CITED = 300
"""Characters of a message that a citation needs."""
_EXAMINED = 4_096
"""Bytes of a message that fields are taken from."""
_LONGEST_FIELD = 1_000
_CALL_EVENTS = frozenset(
    {
        "closte.request",
        "closte.transport-failed",
        "closte.response",
        "closte.http-error",
        "closte.bad-json",
        "closte.empty-body",
    }
)
"""Events of a call of the API: they get the `endpoint`, and what was `asked`."""
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Tally:
    """Counts of all records of any number of files. Files may come in any order."""

    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0
        self.records = 0
        self.unrecognised = 0
        self.handle_records = 0
        """Records of the logs of CONTRACT section 6, the base of `logs.unrecognised`."""
        self.handle_unrecognised = 0
        self.events: Counter[str] = Counter()
        self.domains: dict[Domain, Counter[str]] = {}
        self.days: dict[str, Counter[str]] = {}
        """Day (`2026-05-04`) → event, and `unrecognised`, → how often."""
        self._first: bytes | None = None
        self._last: bytes | None = None

    @property
    def first_at(self) -> datetime | None:
        """The oldest record's time."""
        return None if self._first is None else instant(self._first)

    @property
    def last_at(self) -> datetime | None:
        """The newest record's time."""
        return None if self._last is None else instant(self._last)

    def read(
        self,
        source: str,
        pieces: Iterable[bytes],
        recogniser: Recogniser,
        watchers: tuple[Watcher, ...] = (),
    ) -> None:
        """Count one file that comes in pieces. `source`: its name, which says the handle."""
        reader = LogReader(source, recogniser)
        for watcher in watchers:
            watcher.begin(source)
        days: dict[bytes, Counter[str | None]] = {}
        for record in records(self._measured(pieces)):
            reading = reader.read(record)
            event, domain = reading[0], reading[1]
            stamp = record[1]
            day = days.get(stamp[:10])
            if day is None:
                day = days[stamp[:10]] = Counter()
            day[event] += 1
            if domain is not None and event is not None:
                self._of_domain(domain, event)
            self._seen(stamp)
            for watcher in watchers:
                watcher.add(record, reading)
        for watcher in watchers:
            watcher.end(reader.rest)
        self._add(days, reader)

    def _add(self, days: Mapping[bytes, Counter[str | None]], reader: LogReader) -> None:
        self.files += 1
        count = unrecognised = 0
        for stamp_day, of_day in days.items():
            day = self._day(stamp_day)
            for event, number in of_day.items():
                name = event or reader.rest
                count += number
                day[name] += number
                if name == UNRECOGNISED:
                    unrecognised += number
                else:
                    self.events[name] += number
        self.records += count
        self.unrecognised += unrecognised
        if reader.handle.kind:
            self.handle_records += count
            self.handle_unrecognised += unrecognised

    def _measured(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.bytes += len(piece)
            yield piece

    def _of_domain(self, domain: Domain, event: str) -> None:
        counts = self.domains.get(domain)
        if counts is None:
            counts = self.domains[domain] = Counter()
        counts[event] += 1

    def _day(self, stamp_day: bytes) -> Counter[str]:
        valid = instant(stamp_day + b" 00:00:00") is not None
        return self.days.setdefault(stamp_day.decode("ascii") if valid else "", Counter())

    def _seen(self, stamp: bytes) -> None:
        if self._first is None or self._last is None:
            if instant(stamp) is not None:
                self._first = self._last = stamp
        elif stamp < self._first:
            if instant(stamp) is not None:
                self._first = stamp
        elif stamp > self._last and instant(stamp) is not None:
            self._last = stamp


class Watcher(Protocol):
    """What looks at each record while it is counted."""

    def begin(self, source: str) -> None:
        """The next records are of this file."""

    def add(self, record: Record, reading: Reading) -> None:
        """A record, and what it is."""

    def end(self, rest: str) -> None:
        """The file is over, and this is what its unknown records are."""


Sample = tuple[str, int, str, str, str]
"""File, line, time, level, message (undecodable bytes spelt out, cut)."""


class Unknown:
    """A few unrecognised records, to be shown: the first of each file."""

    PER_FILE = 3
    MOST = 200

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._source = ""
        self._begun = 0

    def begin(self, source: str) -> None:
        """The next records are of this file."""
        self._source, self._begun = source, len(self.samples)

    def add(self, record: Record, reading: Reading) -> None:
        """Keep a record that matched nothing."""
        if (
            reading[0] is not None
            or len(self.samples) - self._begun >= self.PER_FILE
            or len(self.samples) >= self.MOST
        ):
            return
        line, stamp, level, message = record
        text = _text(message[:_EXAMINED])[:CITED]
        self.samples.append((self._source, line, stamp.decode(), level.decode(), text))

    def end(self, rest: str) -> None:
        """Forget the samples of a file whose unknown records turned out to be raw bodies."""
        if rest != UNRECOGNISED:
            del self.samples[self._begun :]


Item = tuple[bytes, str, int, bytes, bytes, Reading]
"""Time, source, line, level, message (cut), what it is."""


class Kept:
    """The single events that the rules and a timeline need, not all of a large log.

    Of each domain and event the first and the newest `EACH` are kept. Should they all together pass
    `MOST`, each domain and event keeps fewer of the newest, down to `FEWEST`.
    """

    EACH = 512
    FEWEST = 4
    MOST = 150_000

    def __init__(self) -> None:
        self._each = self.EACH
        self._first: dict[tuple[str, Domain | None], Item] = {}
        self._newest: dict[tuple[str, Domain | None], deque[Item]] = {}
        self._pending: deque[Item] = deque()
        self._source = ""
        self._size = 0

    def begin(self, source: str) -> None:
        """The next records are of this file."""
        self._source = source
        self._pending = deque(maxlen=self._each)

    def add(self, record: Record, reading: Reading) -> None:
        """An event, or a record of which the file's end will tell what it is."""
        line, stamp, level, message = record
        item = (stamp, self._source, line, level, message[:_EXAMINED], reading)
        event = reading[0]
        if event is None:
            self._pending.append(item)
        else:
            self._keep((event, reading[1]), item)

    def end(self, rest: str) -> None:
        """The file is over, and this is what its other records were."""
        for item in self._pending:
            reading = item[5]._replace(event=rest)
            self._keep((rest, reading.domain), (*item[:5], reading))
        self._pending.clear()

    def events(self) -> tuple[LogEvent, ...]:
        """What was kept, in order of time, then of file and line. Records without a time are left out."""
        items = [*self._first.values(), *(item for kept in self._newest.values() for item in kept)]
        items.sort(key=lambda item: item[:3])
        return tuple(event for item in items if (event := _event(item)) is not None)

    def _keep(self, key: tuple[str, Domain | None], item: Item) -> None:
        if key not in self._first:
            self._first[key] = item
            self._newest[key] = deque(maxlen=self._each)
            self._size += 1
            return
        newest = self._newest[key]
        if len(newest) < self._each:
            self._size += 1
        newest.append(item)
        if self._size > self.MOST and self._each > self.FEWEST:
            self._each //= 2
            self._newest = {k: deque(v, maxlen=self._each) for k, v in self._newest.items()}
            self._size = len(self._first) + sum(map(len, self._newest.values()))


def read_logs(files: Mapping[str, bytes], messages: Mapping[str, str] | None = None) -> PluginLogs:
    """The evidence in these log files (`wu-logs/NAME.log` → content). Never raises for its content.

    `messages`: gettext msgid → translation, from `host.json`.
    """
    recogniser = Recogniser(messages)
    tally, kept = Tally(), Kept()
    names = sorted(name for name in files if name.endswith(".log"))
    for name in names:
        tally.read(name, _pieces(files[name]), recogniser, (kept,))
    return PluginLogs(
        events=kept.events(),
        files=tuple(names),
        bytes=tally.bytes,
        records=tally.records,
        unrecognised=tally.unrecognised,
        counts=dict(sorted(tally.events.items())),
        domains={name: dict(sorted(tally.domains[name].items())) for name in sorted(tally.domains)},
        first_at=tally.first_at,
        last_at=tally.last_at,
        handle_records=tally.handle_records,
        handle_unrecognised=tally.handle_unrecognised,
    )


def _pieces(content: bytes) -> Iterator[bytes]:
    if len(content) <= PIECE:
        yield content
        return
    for begin in range(0, len(content), PIECE):
        yield content[begin : begin + PIECE]


def _event(item: Item) -> LogEvent | None:
    stamp, source, line, level, message, reading = item
    at = instant(stamp)
    if at is None or reading.event is None:
        return None
    cited = _text(message.rstrip(b"\r\n"))
    fields = _fields(message, reading)
    if reading.event == "closte.key-prefix":
        cited, fields = _without_key(cited, fields)
    return LogEvent(
        at=at,
        name=reading.event,
        source=source,
        line=line,
        level=level.decode("ascii"),
        domain=reading.domain,
        fields=fields or _NO_FIELDS,
        message=cited[:CITED],
    )


def _fields(message: bytes, reading: Reading) -> dict[str, str]:
    fields: dict[str, str] = {}
    if reading.found is not None:
        for name, value in reading.found.fields(message).items():
            fields[name] = _text(value)[:_LONGEST_FIELD]
    if reading.event == RAW_BODY:
        fields["body"] = _text(message)[:_LONGEST_FIELD]
    if reading.event in _CALL_EVENTS:
        fields["endpoint"] = reading.endpoint
        fields["asked"] = reading.asked or ""
    if reading.inferred:
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


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
