"""One log file counted block by block."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import numpy as np

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.columns.beginnings import Beginnings
from analyzers.columns.block import Block, Places, Words
from analyzers.columns.headers import HEADER, day_changes, headers, outermost
from analyzers.columns.rows import Rows, Strange, decide
from analyzers.columns.table import NONE, UNDECIDED, Numbers, Table
from analyzers.columns.wordings import grouped
from analyzers.events import LogReader
from analyzers.grammar import Record, Records, instant, is_day
from analyzers.log_bytes import in_utf8
from analyzers.log_tally import FileCounts, Tally, Unknown, Watcher, count
from analyzers.recogniser import UNKNOWN, Name, Recogniser

BLOCK = 2 << 20
"""Bytes looked at at once: as columns they are some ten times as many."""
LONGEST_RECORD = BLOCK
"""With the next pieces it fits what a block has room for."""
_MOST_DAYS = 500
"""Days of one block; where there are more, the records are in no order of time."""
_NO_ROWS: Places = np.zeros(0, np.int64)
_FIRST = re.compile(rb"(?:\A|\n)(" + HEADER.pattern + rb")")


def read_columns(
    tally: Tally,
    source: str,
    pieces: Iterable[bytes],
    recogniser: Recogniser,
    watchers: tuple[Watcher, ...] = (),
    *,
    block: int = BLOCK,
    longest: int = LONGEST_RECORD,
) -> None:
    """`Tally.read` for a large file. Of known records the watchers are shown none.

    `block`: bytes looked at at once; `longest`: of a record, before the rest is read plainly.
    """
    for watcher in watchers:
        watcher.begin(source)
    reader = Columns(LogReader(source, recogniser), recogniser, watchers, block, longest)
    counts = reader.read(in_utf8(tally.weighed(pieces)))
    rest = reader.reader.rest(counts.events())
    for watcher in watchers:
        watcher.end(rest)
    tally.add(counts, rest, of_contract=bool(reader.reader.handle.kind))


class Columns:
    """Reads one file, or a part of it that begins with a record."""

    def __init__(
        self,
        reader: LogReader,
        recogniser: Recogniser,
        watchers: tuple[Watcher, ...],
        block: int = BLOCK,
        longest: int = LONGEST_RECORD,
    ) -> None:
        self.reader = reader
        self._block, self._longest = block, longest
        self._recogniser = recogniser
        self._watchers = watchers
        self._counts = FileCounts()
        self.lines = 0
        """Lines before the block; at the end, all."""
        kind, domain = reader.handle
        groups = grouped(recogniser.english(kind).entries())
        self._beginnings = Beginnings(groups)
        self._groups = list(groups.values())
        self._table = Table(domain)
        self._strange = Strange(recogniser.english("").entries()) if kind == CLOSTE else None
        self._to_show = Unknown.PER_FILE
        """Unknown records that the watchers are still shown."""

    def read(self, pieces: Iterator[bytes]) -> FileCounts:
        """Count the whole file."""
        block = Block(2 * self._block)
        begun = False
        for at_start in _filled(block, pieces, self._block):
            if at_start and block.text(0, 3) == codecs.BOM_UTF8:
                block.drop(3)
            begun = begun or self._first_record(block)
            if begun:
                self._whole_records(block)
            if block.size > self._longest:
                return self._plainly(chain((block.text(0, block.size),), pieces))
        if begun:
            self._whole_records(block, last=True)
        self._flush()
        return self._counts

    def _first_record(self, block: Block) -> bool:
        """Forget the lines before the first record; where there is none, all but the last line."""
        found = _FIRST.search(block.buffer, 0, block.size)
        begin = found.start(1) if found else block.buffer.rfind(b"\n", 0, block.size) + 1
        self.lines += block.buffer.count(b"\n", 0, begin)
        block.drop(begin)
        return found is not None

    def _plainly(self, pieces: Iterable[bytes]) -> FileCounts:
        """The rest of a file with records of many megabytes."""
        self._flush()
        splitter = Records(self.lines)
        for piece in pieces:
            count(splitter.feed(piece), self.reader, self._counts, self._watchers)
        count(splitter.close(), self.reader, self._counts, self._watchers)
        self.lines = splitter.line
        return self._counts

    def _whole_records(self, block: Block, *, last: bool = False) -> None:
        """Count the records that are there whole, and forget them."""
        found = headers(block)
        size = block.size - (block.size > 0 and block.buffer[block.size - 1] == 0x0A)
        number = len(found.start) if last else len(found.start) - 1
        cut = block.size if last else int(found.start[-1])
        if number:
            ends = np.append(found.start[1:] - 1, size)[:number]
            rows = Rows(block, found.start[:number], found.message[:number], ends)
            self._count(rows, found.words[:number])
        self.lines += int(np.searchsorted(block.line_ends, cut))
        block.drop(cut)

    def _count(self, rows: Rows, words: Words) -> None:
        table = self._table
        decided = decide(rows, self._beginnings, self._groups, table, self.reader.handle.kind)
        domains = table.domains_of(rows.block, decided.name_begin, decided.name_end)
        strange = self._strange.among(rows, decided.events) if self._strange else _NO_ROWS
        decided.events[strange] = NONE
        unknown = self._one_by_one(rows, decided.events, domains)
        opened = self._opened(decided.events, domains)
        domains = table.with_leaning(decided.events, domains, opened)
        shown = strange[: self._to_show].tolist()
        self._unknown(rows, sorted({*unknown, *shown}), decided.events, domains, opened)
        table.add(decided.events, domains)
        self._by_day(rows, words, decided.events)
        self.reader.begun = True
        if table.is_full():
            self._flush()

    def _one_by_one(self, rows: Rows, events: Numbers, domains: Numbers) -> list[int]:
        """The rows that are not decided, by the plain matcher; those that it does not know."""
        kind = self.reader.handle.kind
        memo, learn = self._recogniser.memo(kind), self._recogniser.learn
        unknown = []
        for row in np.flatnonzero(events == UNDECIDED).tolist():
            message = rows.text(row)
            (event, domain), role, _, _ = memo.get(message) or learn(kind, message)
            if role == UNKNOWN:
                unknown.append(row)
                continue
            events[row] = self._table.event(event)
            if domain is not None:
                domains[row] = self._table.domain(domain)
        return unknown

    def _opened(self, events: Numbers, domains: Numbers) -> Numbers:
        """The domain of the request that is open at each row."""
        carried = self._table.domain(self.reader.opened)
        openers = np.flatnonzero(self._table.opens(events) & (domains != UNDECIDED))
        if not len(openers):
            return np.full(len(events), carried)
        self.reader.opened = self._table.name(int(domains[openers[-1]]))
        spans = np.diff(openers, prepend=0, append=len(events))
        return np.repeat(np.concatenate(([carried], domains[openers])), spans)

    def _unknown(
        self, rows: Rows, unknown: list[int], events: Numbers, domains: Numbers, opened: Numbers
    ) -> None:
        if not unknown:
            return
        self.reader.inferred.clear()
        lines = self.lines + 1 + np.searchsorted(rows.block.line_ends, rows.start[unknown])
        records: list[Record] = []
        names: list[Name] = []
        for row, line in zip(unknown, lines.tolist(), strict=True):
            record = (line, *rows.said(row), rows.text(row))
            name = self.reader.unknown(
                record,
                self._table.name(int(opened[row])),
                first=row == 0 and not self.reader.begun,
            )
            events[row], domains[row] = self._table.event(name[0]), self._table.domain(name[1])
            records.append(record)
            names.append(name)
        self._to_show = max(0, self._to_show - sum(event is None for event, _ in names))
        for watcher in self._watchers:
            watcher.add(records, names, self.reader)

    def _by_day(self, rows: Rows, words: Words, events: Numbers) -> None:
        changes = day_changes(words)
        stamps = (rows.said(row)[0] for row in outermost(words))
        days: Counter[tuple[bytes, str | None]] = Counter()
        ordinary = len(changes) <= _MOST_DAYS
        if ordinary:
            for begin, end in pairwise([*changes.tolist(), len(events)]):
                day = rows.said(begin)[0][:10]
                ordinary = ordinary and is_day(day)
                numbers = np.bincount(events[begin:end])
                for event in np.flatnonzero(numbers).tolist():
                    days[day, self._table.event_name(event)] += int(numbers[event])
        else:
            for row, event in enumerate(events.tolist()):
                days[rows.said(row)[0][:10], self._table.event_name(event)] += 1
        self._counts.add(days, {})
        stamps_seen = list(stamps)
        if not ordinary or any(instant(stamp) is None for stamp in stamps_seen):
            every = {rows.said(row)[0] for row in range(len(events))}
            stamps_seen = [stamp for stamp in every if is_day(stamp[:10])]
        for stamp in stamps_seen:
            self._counts.seen(stamp)

    def _flush(self) -> None:
        self._counts.add({}, self._table.counted())
        self._table = Table(self.reader.handle.domain)


def _filled(block: Block, pieces: Iterable[bytes], size: int) -> Iterator[bool]:
    """Add pieces of about that size together. True for the first time."""
    added, at_start = 0, True
    for piece in pieces:
        block.append(piece)
        added += len(piece)
        if added >= size:
            yield at_start
            added, at_start = 0, False
    if added:
        yield at_start
