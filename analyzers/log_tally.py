"""Counts of all records of the plugin's logs, by event, domain and day. Memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
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
        counts = FileCounts()
        for watcher in watchers:
            watcher.begin(source)
        for piece in in_utf8(self.weighed(pieces)):
            count(splitter.feed(piece), reader, counts, watchers)
        count(splitter.close(), reader, counts, watchers)
        rest = reader.rest(counts.events())
        for watcher in watchers:
            watcher.end(rest)
        self.add(counts, rest, of_contract=bool(reader.handle.kind))

    def weighed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, their bytes counted."""
        for piece in pieces:
            self.bytes += len(piece)
            yield piece

    def add(self, counts: FileCounts, rest: str, *, of_contract: bool, files: int = 1) -> None:
        """Add one file, or several that were counted as one.

        `rest`: what those records are that no message matched.
        """
        self.files += files
        total = unrecognised = 0
        day: bytes | None = None
        of_day: Counter[str] = Counter()
        for (stamp_day, event), number in counts.by_day():
            name = event or rest
            total += number
            if stamp_day != day:
                day, of_day = stamp_day, self._day(stamp_day)
            of_day[name] += number
            if name == UNRECOGNISED:
                unrecognised += number
            else:
                self.events[name] += number
        of_domain: Counter[str] = Counter()
        last: Domain | None = None
        for (domain, event), number in counts.by_domain():
            name = event or rest
            if domain is not None and name != UNRECOGNISED:
                if domain != last:
                    last, of_domain = domain, self._of_domain(domain)
                of_domain[name] += number
        self.records += total
        self.unrecognised += unrecognised
        if of_contract:
            self.handle_records += total
            self.handle_unrecognised += unrecognised
        if counts.first is not None and (self._first is None or counts.first < self._first):
            self._first = counts.first
        if counts.last is not None and (self._last is None or counts.last > self._last):
            self._last = counts.last

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


def count(
    batch: list[Record], reader: LogReader, counts: FileCounts, watchers: tuple[Watcher, ...]
) -> None:
    """Count the records that follow in a file."""
    names = reader.read(batch)
    for watcher in watchers:
        watcher.add(batch, names, reader)
    counts.count(batch, names)


class FileCounts:
    """Counts of one file."""

    def __init__(self) -> None:
        self.first: bytes | None = None
        self.last: bytes | None = None
        self._counts: dict[bytes, dict[Name, int]] = {}
        """Day, then event and domain, of what was counted one by one."""
        self._days: dict[tuple[bytes, str | None], int] = {}
        self._domains: dict[Domain, dict[str | None, int]] = {}
        """The same of what was counted many at a time (`columns/`)."""

    def events(self) -> Iterator[str | None]:
        """The events that there are, some of them again and again."""
        return (event for (_, event), _ in self.by_day())

    def by_day(self) -> Iterator[tuple[tuple[bytes, str | None], int]]:
        """Day and event, and how often; the same can come again."""
        for day, names in self._counts.items():
            for (event, _), number in names.items():
                yield (day, event), number
        yield from self._days.items()

    def by_domain(self) -> Iterator[tuple[tuple[Domain | None, str | None], int]]:
        """Domain and event, and how often; the same can come again."""
        for names in self._counts.values():
            for (event, domain), number in names.items():
                yield (domain, event), number
        for domain, events in self._domains.items():
            for event, number in events.items():
                yield (domain, event), number

    def add(
        self,
        days: Mapping[tuple[bytes, str | None], int],
        domains: Mapping[Domain, Mapping[str | None, int]],
    ) -> None:
        """Add what was counted many at a time."""
        for day_and_event, number in days.items():
            self._days[day_and_event] = self._days.get(day_and_event, 0) + number
        for domain, events in domains.items():
            known = self._domains.setdefault(domain, {})
            for event, number in events.items():
                known[event] = known.get(event, 0) + number

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
                    counts = self._counts.setdefault(day, {})
                    valid = is_day(day)
                if valid:
                    self.seen(stamp)
            counts[name] = counts.get(name, 0) + 1

    def seen(self, stamp: bytes) -> None:
        """A record of a day that the calendar has."""
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

    def take(self, samples: Iterable[Sample]) -> None:
        """Keep samples of this file that were found elsewhere, as long as there is room."""
        room = min(self._begun + self.PER_FILE, self.MOST) - len(self.samples)
        self.samples.extend(islice(samples, max(0, room)))

    def end(self, rest: str) -> None:
        """Forget the samples of a file whose unknown records turned out to be raw bodies."""
        if rest != UNRECOGNISED:
            del self.samples[self._begun :]


def shown_text(value: bytes) -> str:
    """Bytes of a log as text; what is no UTF-8 is spelt out, so that it can be written anywhere."""
    return value.decode("utf-8", "backslashreplace")
