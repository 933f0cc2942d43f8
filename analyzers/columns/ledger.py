"""What the records of one kind of log are, and their counts, a block of them at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.columns.beginnings import Beginnings
from analyzers.columns.block import Places, Words
from analyzers.columns.days import by_day, outermost
from analyzers.columns.rows import Rows, Strange, decide
from analyzers.columns.table import NONE, UNDECIDED, Numbers, Table
from analyzers.columns.wordings import grouped
from analyzers.log_tally import FileCounts
from analyzers.recogniser import UNKNOWN, Recogniser

_NO_ROWS: Places = np.zeros(0, np.int64)


class Told(NamedTuple):
    """What records are by their wordings alone."""

    events: Numbers
    domains: Numbers
    """`UNDECIDED` where a record names none."""
    unknown: list[int]
    """The rows that no wording fits."""
    strange: Places
    """More such rows, of which it is clear that they are unrecognised."""


class Ledger:
    """Tells the records of one kind of log, and keeps their counts."""

    def __init__(self, kind: str, recogniser: Recogniser) -> None:
        self.kind = kind
        self.table = Table()
        self._counts = FileCounts()
        self.recogniser = recogniser
        groups = grouped(recogniser.english(kind).entries())
        self._beginnings = Beginnings(groups)
        self._groups = list(groups.values())
        self._strange = Strange(recogniser.english("").entries()) if kind == CLOSTE else None

    def told(self, rows: Rows) -> Told:
        """What these records are."""
        decided = decide(rows, self._beginnings, self._groups, self.table, self.kind)
        domains = self.table.domains_of(rows.block, decided.name_begin, decided.name_end)
        strange = self._strange.among(rows, decided.events) if self._strange else _NO_ROWS
        decided.events[strange] = NONE
        unknown = self._one_by_one(rows, decided.events, domains)
        return Told(decided.events, domains, unknown, strange)

    def _one_by_one(self, rows: Rows, events: Numbers, domains: Numbers) -> list[int]:
        """The rows that are not decided, by the plain matcher; those that it does not know."""
        memo, learn = self.recogniser.memo(self.kind), self.recogniser.learn
        unknown = []
        for row in np.flatnonzero(events == UNDECIDED).tolist():
            message = rows.text(row)
            (event, domain), role, _, _ = memo.get(message) or learn(self.kind, message)
            if role == UNKNOWN:
                unknown.append(row)
                continue
            events[row] = self.table.event(event)
            if domain is not None:
                domains[row] = self.table.domain(domain)
        return unknown

    def count(self, rows: Rows, words: Words, events: Numbers, domains: Numbers) -> None:
        """Count these records. `words`: the first 32 bytes of each."""
        self.table.add(events, domains)
        self._counts.add(by_day(rows, words, events, self.table.event_names), {})
        for stamp in outermost(rows, words):
            self._counts.seen(stamp)
        if self.table.is_full():
            self._flush()

    def counted(self) -> FileCounts:
        """All that was counted."""
        self._flush()
        return self._counts

    def _flush(self) -> None:
        self._counts.add({}, self.table.counted())
        self.table = Table()
