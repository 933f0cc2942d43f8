"""Which days the records of a block are of, and which of them are the oldest and the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from analyzers.columns.block import LOW, Places, Words
from analyzers.columns.rows import Rows
from analyzers.columns.table import Numbers
from analyzers.grammar import instant, is_day

_YEAR_AND_MONTH = np.uint64(0xFFFF_00FF_FFFF_FF00)
"""Of the first word of a header, `[2026-05`: the digits."""
_BYTE = LOW[1]
_FEW_RUNS = 32
"""Of records of one day: so few are counted quicker one by one."""


def by_day(
    rows: Rows, words: Words, events: Numbers, names: Sequence[str | None]
) -> Counter[tuple[bytes, str | None]]:
    """How often each event was seen on each day. `words`: the first 32 bytes of each record."""
    day = _day_keys(words)
    changed = np.ones(len(day), np.bool_)
    changed[1:] = day[1:] != day[:-1]
    begins = np.flatnonzero(changed)
    _, first, number = np.unique(day[begins], return_index=True, return_inverse=True)
    counts = np.zeros((len(first), len(names)), np.int64)
    ends = np.append(begins[1:], len(day))
    if len(begins) <= _FEW_RUNS:
        for which, begin, end in zip(number, begins, ends, strict=True):
            counts[which] += np.bincount(events[begin:end], minlength=len(names))
    else:
        codes = np.repeat(number, ends - begins) * len(names) + events
        counts += np.bincount(codes, minlength=counts.size).reshape(counts.shape)
    days = [rows.said(row)[0][:10] for row in begins[first].tolist()]
    return Counter(
        {
            (days[which], names[event]): int(counts[which, event])
            for which, event in np.argwhere(counts).tolist()
        }
    )


def _day_keys(words: Words) -> Words:
    """The eight digits of a date as one number; what it is does not matter, only which are equal."""
    second = words[:, 1]
    tens, ones = (second >> np.uint64(8)) & _BYTE, (second >> np.uint64(16)) & _BYTE
    found: Words = (words[:, 0] & _YEAR_AND_MONTH) | tens | (ones << np.uint64(40))
    return found


def outermost(rows: Rows, words: Words) -> Sequence[bytes]:
    """The oldest and the newest time that a calendar has, and perhaps some between them."""
    keys = [words[:, 0].byteswap(), words[:, 1].byteswap(), (words[:, 2] & LOW[4]).byteswap()]
    ends = [rows.said(_first_with(end, keys))[0] for end in (np.min, np.max)]
    if all(instant(stamp) is not None for stamp in ends):
        return ends
    every = {rows.said(row)[0] for row in range(len(rows.start))}
    return [stamp for stamp in every if is_day(stamp[:10])]


def _first_with(end: Callable[[Words], np.uint64], keys: list[Words]) -> int:
    """The first row whose keys, one after another, are the least or the greatest."""
    rows: Places | None = None
    for key in keys:
        here = key if rows is None else key[rows]
        outer = here == end(here)
        if not outer.all():
            rows = np.flatnonzero(outer) if rows is None else rows[outer]
    return 0 if rows is None else int(rows[0])
