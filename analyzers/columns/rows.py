"""The records of a block as rows, and which message each is, as far as that is certain at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.closte_messages import RAW_BODY
from analyzers.columns.beginnings import KEY, NO_NUMBER, Beginnings
from analyzers.columns.block import LOW, Block, Places
from analyzers.columns.table import UNDECIDED, Numbers, Table
from analyzers.columns.wordings import ask
from analyzers.grammar import LONGEST_MESSAGE, Record
from analyzers.matching import Entry

_BODY_STARTS = np.isin(np.arange(256), np.frombuffer(b"{[<", np.uint8))
_SPACE = np.isin(np.arange(256), np.frombuffer(b" \t\n\r\v\f", np.uint8))
_LINE_END = np.isin(np.arange(256), np.frombuffer(b"\r\n", np.uint8))


@dataclass(frozen=True, slots=True)
class Rows:
    """Where each record begins, its message begins, and ends."""

    block: Block
    start: Places
    message: Places
    end: Places

    def text(self, row: int) -> bytes:
        """The message, as the plain reader has it."""
        begin, end = int(self.message[row]), int(self.end[row])
        return self.block.text(begin, min(end, begin + LONGEST_MESSAGE))

    def said(self, row: int) -> tuple[bytes, bytes]:
        """Time and level."""
        start, message = int(self.start[row]), int(self.message[row])
        text = self.block.text
        return text(start + 1, start + 20), text(start + 23, message - 2)

    def records(self, rows: Sequence[int], line: int) -> list[Record]:
        """Some of them as the plain reader has them. `line`: how many lines stand in front of all."""
        lines = 1 + line + np.searchsorted(self.block.line_ends, self.start[rows])
        return [
            (number, *self.said(row), self.text(row))
            for row, number in zip(rows, lines.tolist(), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Decided:
    """For each row its event, or `UNDECIDED`, and where the domain that it names stands."""

    events: Numbers
    name_begin: Places
    name_end: Places


def decide(
    rows: Rows,
    beginnings: Beginnings,
    groups: Sequence[Sequence[Entry]],
    table: Table,
    kind: str,
) -> Decided:
    """The rows that are known by their wording, and in the Closte log those that are bare bodies."""
    block, message = rows.block, rows.message
    number = len(message)
    events = np.full(number, UNDECIDED, np.int64)
    name_begin, name_end = np.zeros(number, np.int64), np.zeros(number, np.int64)
    length = rows.end - message
    if kind == CLOSTE:
        bare = (length <= 0) | _BODY_STARTS[block.bytes[message]]
        events[bare] = table.event(RAW_BODY)
    end = rows.end - (block.bytes[rows.end - 1] == 0x0D)
    plain = (length > 0) & (length <= LONGEST_MESSAGE) & ~_LINE_END[block.bytes[end - 1]]
    plain &= events == UNDECIDED
    number_of = beginnings.numbers_of(block.words(message, 1)[:, 0] & LOW[KEY])
    number_of[~plain] = NO_NUMBER
    order = np.argsort(number_of, kind="stable")
    counts = np.bincount(number_of + 1, minlength=len(groups) + 1)
    ends = np.cumsum(counts)
    for group in np.flatnonzero(counts[1:]).tolist():
        left = order[ends[group] : ends[group + 1]]
        for entry in groups[group]:
            said = ask(entry, block, message[left], end[left])
            known = left[said.yes]
            events[known] = table.event(entry.event)
            name_begin[known] = said.name_begin[said.yes]
            name_end[known] = said.name_end[said.yes]
            left = left[~(said.yes | said.unsure)]
            if not len(left):
                break
    return Decided(events, name_begin, name_end)


class Strange:
    """Tells which messages of the Closte log no wording of any log begins like."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        heads = {entry.head[:KEY] for entry in entries}
        self._beginnings = Beginnings(head for head in heads if len(head) == KEY)
        self._short = [head for head in heads if len(head) < KEY]

    def among(self, rows: Rows, events: Numbers) -> Places:
        """The rows that are not decided and match nothing: new wording, and no body."""
        undecided = np.flatnonzero(events == UNDECIDED)
        if not len(undecided):
            return undecided
        block, message = rows.block, rows.message[undecided]
        key = block.words(message, 1)[:, 0] & LOW[KEY]
        strange = self._beginnings.numbers_of(key) == NO_NUMBER
        strange &= ~_SPACE[block.bytes[message]]
        for head in self._short:
            strange &= ~block.says(message, head)
        found: Places = undecided[strange]
        return found
