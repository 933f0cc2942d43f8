"""Counts of all records of the plugin's logs, by event, domain and day. Memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from analyzers.events import UNRECOGNISED, LogReader
from analyzers.grammar import Record, Records, instant, is_day
from analyzers.log_bytes import in_utf8
from analyzers.names import Domain
from analyzers.recogniser import Name, Recogniser

CITED = 300
"""Characters of a message that a citation needs."""
EXAMINED = 4_096
"""Bytes of a message that are looked at for what it says."""


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
        for piece in in_utf8(self._weighed(pieces)):
            _count(splitter.feed(piece), reader, days, watchers)
        _count(splitter.close(), reader, days, watchers)
        rest = reader.rest(event for counts in days.counts.values() for event, _ in counts)
        for watcher in watchers:
            watcher.end(rest)
        self._add(days, rest, of_contract=bool(reader.handle.kind))

    def _weighed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.bytes += len(piece)
            yield piece

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
            text = shown_text(message[:EXAMINED])[:CITED]
            self.samples.append((self._source, line, stamp.decode(), level.decode(), text))

    def end(self, rest: str) -> None:
        """Forget the samples of a file whose unknown records turned out to be raw bodies."""
        if rest != UNRECOGNISED:
            del self.samples[self._begun :]


def shown_text(value: bytes) -> str:
    """Bytes of a log as text; what is no UTF-8 is spelt out, so that it can be written anywhere."""
    return value.decode("utf-8", "backslashreplace")
