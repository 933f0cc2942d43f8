"""One log file counted block by block."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from analyzers.columns.block import Block, Words
from analyzers.columns.headers import HEADER, headers
from analyzers.columns.ledger import Ledger
from analyzers.columns.rows import Rows
from analyzers.columns.table import UNDECIDED, Numbers
from analyzers.events import LogReader
from analyzers.grammar import Records
from analyzers.log_bytes import in_utf8
from analyzers.log_tally import FileCounts, Tally, Unknown, Watcher, count
from analyzers.recogniser import Name, Recogniser

BLOCK = 2 << 20
"""Bytes looked at at once: as columns they are some ten times as many."""
LONGEST_RECORD = BLOCK
"""With the next pieces it fits what a block has room for."""
FIRST = re.compile(rb"(?:\A|\n)(" + HEADER.pattern + rb")")
"""The first record of a log."""


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
        self._watchers = watchers
        self._ledger = Ledger(reader.handle.kind, recogniser)
        self.lines = 0
        """Lines before the block; at the end, all."""
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
        return self._ledger.counted()

    def _first_record(self, block: Block) -> bool:
        """Forget the lines before the first record; where there is none, all but the last line."""
        found = FIRST.search(block.buffer, 0, block.size)
        begin = found.start(1) if found else block.buffer.rfind(b"\n", 0, block.size) + 1
        self.lines += block.buffer.count(b"\n", 0, begin)
        block.drop(begin)
        return found is not None

    def _plainly(self, pieces: Iterable[bytes]) -> FileCounts:
        """The rest of a file with records of many megabytes."""
        splitter, counts = Records(self.lines), self._ledger.counted()
        for piece in pieces:
            count(splitter.feed(piece), self.reader, counts, self._watchers)
        count(splitter.close(), self.reader, counts, self._watchers)
        self.lines = splitter.line
        return counts

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
        ledger = self._ledger
        told = ledger.told(rows)
        events, domains = told.events, told.domains
        opened = self._opened(events, domains)
        of_file = ledger.table.domain(self.reader.handle.domain)
        domains = ledger.table.with_leaning(events, domains, of_file, opened)
        shown = told.strange[: self._to_show].tolist()
        self._unknown(rows, sorted({*told.unknown, *shown}), events, domains, opened)
        ledger.count(rows, words, events, domains)
        self.reader.begun = True

    def _opened(self, events: Numbers, domains: Numbers) -> Numbers:
        """The domain of the request that is open at each row."""
        table = self._ledger.table
        carried = table.domain(self.reader.opened)
        openers = np.flatnonzero(table.opens(events) & (domains != UNDECIDED))
        if not len(openers):
            return np.full(len(events), carried)
        self.reader.opened = table.name(int(domains[openers[-1]]))
        spans = np.diff(openers, prepend=0, append=len(events))
        return np.repeat(np.concatenate(([carried], domains[openers])), spans)

    def _unknown(
        self, rows: Rows, unknown: list[int], events: Numbers, domains: Numbers, opened: Numbers
    ) -> None:
        if not unknown:
            return
        table = self._ledger.table
        self.reader.inferred.clear()
        records = rows.records(unknown, self.lines)
        names: list[Name] = []
        for row, record in zip(unknown, records, strict=True):
            name = self.reader.unknown(
                record, table.name(int(opened[row])), first=row == 0 and not self.reader.begun
            )
            events[row], domains[row] = table.event(name[0]), table.domain(name[1])
            names.append(name)
        self._to_show = max(0, self._to_show - sum(event is None for event, _ in names))
        for watcher in self._watchers:
            watcher.add(records, names, self.reader)


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
