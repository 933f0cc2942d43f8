"""One log of any size into a tally, by the reader that is quicker for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from analyzers.log_tally import Tally, Watcher
from analyzers.recogniser import Recogniser

_WORTH_COLUMNS = 16 << 20
"""Bytes in all from which on the column reader makes up for the import of numpy."""
_LARGE = 1 << 20
"""Bytes of one file below which a block of columns is hardly filled."""


def count_log(
    tally: Tally,
    source: str,
    pieces: Iterable[bytes],
    recogniser: Recogniser,
    watchers: tuple[Watcher, ...] = (),
) -> None:
    """Count one file that comes in pieces. Of known records the watchers may be shown none."""
    held: deque[bytes] = deque()
    size = 0
    rest = iter(pieces)
    for piece in rest:
        held.append(piece)
        size += len(piece)
        if size >= _LARGE and tally.bytes + size >= _WORTH_COLUMNS:
            from analyzers.columns.reader import read_columns

            read_columns(tally, source, chain(_let_go(held), rest), recogniser, watchers)
            return
    tally.read(source, held, recogniser, watchers)


def _let_go(held: deque[bytes]) -> Iterator[bytes]:
    """What is held, and no longer than it is needed."""
    while held:
        yield held.popleft()
