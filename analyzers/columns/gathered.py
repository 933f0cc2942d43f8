"""Small logs of one kind counted many at a time, one behind another in a block.

Each is its own log all the same: its first record ends the last one of the file before, its domain is
that of its own name, no request is open at its beginning, and its lines are counted from there. Kept
out: the integration log, where the whole file decides what an unknown record is.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby
from operator import itemgetter

import numpy as np

from analyzers.columns.block import Block, Places
from analyzers.columns.headers import HEADER, headers
from analyzers.columns.ledger import Ledger
from analyzers.columns.reader import BLOCK, FIRST
from analyzers.columns.rows import Rows
from analyzers.columns.table import NONE, UNDECIDED, Numbers, Table
from analyzers.events import UNRECOGNISED, Handle, LogReader
from analyzers.grammar import Record
from analyzers.log_bytes import in_utf8
from analyzers.log_tally import Tally, Watcher
from analyzers.recogniser import Name, Recogniser

Small = tuple[str, bytes, Handle]
"""A log's name, all that stands in it, and what the name says."""


class Gathered:
    """Counts small logs. Of known records the watchers are shown none."""

    def __init__(self, tally: Tally, watchers: tuple[Watcher, ...]) -> None:
        self._tally = tally
        self._watchers = watchers
        self._recogniser: Recogniser | None = None
        self._ledgers: dict[str, Ledger] = {}
        """By kind of log: those of the recogniser."""
        self._block = Block(BLOCK)
        self._files: Counter[str] = Counter()

    def count(self, kind: str, recogniser: Recogniser, files: Sequence[Small]) -> None:
        """Count files of one kind, as many as are about a block."""
        if recogniser is not self._recogniser:
            self.close()
            self._recogniser = recogniser
        if kind not in self._ledgers:
            self._ledgers[kind] = Ledger(kind, recogniser)
        self._files[kind] += len(files)
        self._tally.bytes += sum(len(content) for _, content, _ in files)
        here: list[Small] = []
        texts: list[bytes] = []
        passed: list[int] = []
        for small in files:
            text, lines = _records_of(small[1])
            if text:
                here.append(small)
                texts.append(text)
                passed.append(lines)
        if not texts:
            return
        self._block.drop(self._block.size)
        self._block.append(b"".join(texts))
        starts = np.fromiter(accumulate(map(len, texts[:-1]), initial=0), np.int64, len(texts))
        self._count(self._ledgers[kind], here, passed, starts)

    def close(self) -> None:
        """Add all that was counted to the tally."""
        for kind, ledger in self._ledgers.items():
            counts, files = ledger.counted(), self._files[kind]
            self._tally.add(counts, UNRECOGNISED, of_contract=bool(kind), files=files)
        self._ledgers.clear()
        self._files.clear()

    def _count(self, ledger: Ledger, files: list[Small], passed: list[int], starts: Places) -> None:
        """Count the records of these files, which begin at `starts` with a record."""
        block, table = self._block, ledger.table
        found = headers(block)
        rows = Rows(block, found.start, found.message, np.append(found.start[1:], block.size) - 1)
        first = np.searchsorted(found.start, starts)
        told = ledger.told(rows)
        of_files = [table.of_file(handle.domain) for _, _, handle in files]
        of_file = np.repeat(np.array(of_files, np.int64), np.diff(first, append=len(told.events)))
        opened = _opened(table, told.events, told.domains, first)
        domains = table.with_leaning(told.events, told.domains, of_file, opened)
        which = (np.searchsorted(first, told.unknown, side="right") - 1).tolist()
        for file, some in groupby(zip(which, told.unknown, strict=True), itemgetter(0)):
            unknown = [row for _, row in some]
            line = passed[file] - int(np.searchsorted(block.line_ends, starts[file]))
            records = rows.records(unknown, line)
            at_start = unknown[0] == int(first[file])
            names = self._unknown(files[file][0], records, ledger, at_start=at_start)
            for row, (event, domain) in zip(unknown, names, strict=True):
                told.events[row], domains[row] = table.event(event), table.domain(domain)
        ledger.count(rows, found.words, told.events, domains)

    def _unknown(
        self, source: str, records: list[Record], ledger: Ledger, *, at_start: bool
    ) -> list[Name]:
        """What these records of a file are. `at_start`: is the first of them the file's first?"""
        reader = LogReader(source, ledger.recogniser)
        names: list[Name] = []
        for record in records:
            names.append(reader.unknown(record, None, first=at_start and not names))
        for watcher in self._watchers:
            watcher.begin(source)
            watcher.add(records, names, reader)
            watcher.end(UNRECOGNISED)
        return names


def _opened(table: Table, events: Numbers, domains: Numbers, first: Places) -> Numbers:
    """The domain of the request that is open at each row: at first none in each file."""
    openers = table.opens(events) & (domains != UNDECIDED)
    changes = openers.copy()
    changes[first] = True
    there = np.flatnonzero(changes)
    opened = np.where(openers[there], domains[there], NONE)
    return np.repeat(opened, np.diff(there, append=len(events)))


def _records_of(content: bytes) -> tuple[bytes, int]:
    """The records of a log, with a line end behind the last, and how many lines stand in front."""
    lines = 0
    if not HEADER.match(content):
        content = b"".join(in_utf8((content,))).removeprefix(codecs.BOM_UTF8)
        found = FIRST.search(content)
        if found is None:
            return b"", 0
        lines = content.count(b"\n", 0, found.start(1))
        content = content[found.start(1) :]
    return content if content.endswith(b"\n") else content + b"\n", lines
