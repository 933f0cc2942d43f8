"""The plugin's logs as one piece of evidence: bytes of files in, `PluginLogs` out.

Everything is counted; of the single events only as many are kept as the rules and a timeline need
(`Kept`), so that 64 MiB of logs stay a small thing. Times are UTC (DOMAIN 3.1).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from analyzers.closte_messages import RAW_BODY
from analyzers.events import CALL_EVENTS, UNRECOGNISED, LogReader, Name, Recogniser
from analyzers.evidence import LogEvent, PluginLogs
from analyzers.grammar import Record, Records, instant, is_day
from analyzers.matching import Found
from analyzers.names import Domain

PIECE = 1 << 16
"""Bytes read at a time: the records of one piece, as Python objects, still fit a cache."""
CITED = 300
"""Characters of a message that a citation needs."""
_EXAMINED = 4_096
"""Bytes of a message that fields are taken from."""
_LONGEST_FIELD = 1_000
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
        reader, splitter = LogReader(source, recogniser), Records()
        days = _Days()
        for watcher in watchers:
            watcher.begin(source)
        for piece in pieces:
            self.bytes += len(piece)
            _count(splitter.feed(piece), reader, days, watchers)
        _count(splitter.close(), reader, days, watchers)
        rest = reader.rest(event for counts in days.counts.values() for event, _ in counts)
        for watcher in watchers:
            watcher.end(rest)
        self._add(days, rest, of_contract=bool(reader.handle.kind))

    def _add(self, days: _Days, rest: str, *, of_contract: bool) -> None:
        self.files += 1
        count = unrecognised = 0
        for stamp_day, of_day in days.counts.items():
            day = self._day(stamp_day)
            for (event, domain), number in of_day.items():
                name = event or rest
                count += number
                day[name] += number
                if name == UNRECOGNISED:
                    unrecognised += number
                    continue
                self.events[name] += number
                if domain is not None:
                    self._of_domain(domain)[name] += number
        self.records += count
        self.unrecognised += unrecognised
        if of_contract:
            self.handle_records += count
            self.handle_unrecognised += unrecognised
        if days.first is not None and (self._first is None or days.first < self._first):
            self._first = days.first
        if days.last is not None and (self._last is None or days.last > self._last):
            self._last = days.last

    def _of_domain(self, domain: Domain) -> Counter[str]:
        counts = self.domains.get(domain)
        if counts is None:
            counts = self.domains[domain] = Counter()
        return counts

    def _day(self, stamp_day: bytes) -> Counter[str]:
        name = stamp_day.decode("ascii") if is_day(stamp_day) else ""
        counts = self.days.get(name)
        if counts is None:
            counts = self.days[name] = Counter()
        return counts


def _count(
    batch: list[Record], reader: LogReader, days: _Days, watchers: tuple[Watcher, ...]
) -> None:
    names = reader.read(batch)
    for watcher in watchers:
        watcher.add(batch, names, reader)
    days.count(batch, names)


class _Days:
    """Counts of one file by day, event and domain."""

    def __init__(self) -> None:
        self.counts: dict[bytes, dict[Name, int]] = {}
        self.first: bytes | None = None
        self.last: bytes | None = None

    def count(self, batch: list[Record], names: list[Name]) -> None:
        """Count these records. Most follow one another in time."""
        stamp = day = b""
        valid = False
        counts: dict[Name, int] = {}
        for record, name in zip(batch, names, strict=True):
            if record[1] != stamp:
                stamp = record[1]
                if stamp[:10] != day:
                    day = stamp[:10]
                    counts = self.counts.setdefault(day, {})
                    valid = is_day(day)
                if valid:
                    self._seen(stamp)
            counts[name] = counts.get(name, 0) + 1

    def _seen(self, stamp: bytes) -> None:
        if self.last is None or self.first is None:
            if instant(stamp) is not None:
                self.first = self.last = stamp
        elif stamp > self.last:
            if stamp[11:13] < b"24" and stamp[14:16] < b"60" and stamp[17:] < b"60":
                self.last = stamp
        elif stamp < self.first and instant(stamp) is not None:
            self.first = stamp


class Watcher(Protocol):
    """What looks at each record while it is counted."""

    def begin(self, source: str) -> None:
        """The next records are of this file."""

    def add(self, batch: list[Record], names: list[Name], reader: LogReader) -> None:
        """Records in the order of the file, what each is, and who read them."""

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

    def add(self, batch: list[Record], names: list[Name], reader: LogReader) -> None:
        """Keep the records that matched nothing, as long as there is room."""
        room = min(self._begun + self.PER_FILE, self.MOST) - len(self.samples)
        if room <= 0:
            return
        unknown = [r for r, (event, _) in zip(batch, names, strict=True) if event is None]
        for line, stamp, level, message in unknown[:room]:
            text = _text(message[:_EXAMINED])[:CITED]
            self.samples.append((self._source, line, stamp.decode(), level.decode(), text))

    def end(self, rest: str) -> None:
        """Forget the samples of a file whose unknown records turned out to be raw bodies."""
        if rest != UNRECOGNISED:
            del self.samples[self._begun :]


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
                message[:_EXAMINED],
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


def read_logs(files: Mapping[str, bytes], messages: Mapping[str, str] | None = None) -> PluginLogs:
    """The evidence in these log files (`wu-logs/NAME.log` → content). Never raises for its content.

    `messages`: gettext msgid → translation, from `host.json`.
    """
    recogniser = Recogniser(messages)
    tally, kept = Tally(), Kept(recogniser)
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
        days={day: dict(sorted(tally.days[day].items())) for day in sorted(tally.days) if day},
    )


def _pieces(content: bytes) -> Iterator[bytes]:
    if len(content) <= PIECE:
        yield content
        return
    for begin in range(0, len(content), PIECE):
        yield content[begin : begin + PIECE]


def _event(item: Item) -> LogEvent | None:
    at = instant(item.stamp)
    if at is None or item.event is None:
        return None
    cited = _text(item.message.rstrip(b"\r\n"))
    fields = _fields(item)
    if item.event == "closte.key-prefix":
        cited, fields = _without_key(cited, fields)
    return LogEvent(
        at=at,
        name=item.event,
        source=item.source,
        line=item.line,
        level=item.level.decode("ascii"),
        domain=item.domain,
        fields=fields or _NO_FIELDS,
        message=cited[:CITED],
    )


def _fields(item: Item) -> dict[str, str]:
    fields: dict[str, str] = {}
    if item.found is not None:
        for name, value in item.found.fields(item.message).items():
            fields[name] = _text(value)[:_LONGEST_FIELD]
    if item.event == RAW_BODY:
        fields["body"] = _text(item.message)[:_LONGEST_FIELD]
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


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
