"""Any number of logs of any size into a tally, each by the reader that is quicker for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from analyzers.closte_messages import HANDLE as CLOSTE
from analyzers.events import handle_of
from analyzers.log_tally import Tally, Watcher
from analyzers.recogniser import Recogniser

if TYPE_CHECKING:
    from analyzers.columns.gathered import Gathered, Small

WORTH_COLUMNS = 8 << 20
"""Bytes in all from which on the column reader makes up for the import of numpy."""
LARGE = 1 << 20
"""Bytes of one file that fill a block of columns; smaller ones are read together."""
TOGETHER = 2 << 20
_BESIDES = 256
"""Bytes that a file takes here beside its content."""
FEW = 1 << 16
"""Bytes of several files that are read as soon one by one."""


class _Batch:
    """Small logs of one kind and one network that are counted together."""

    def __init__(self, kind: str, recogniser: Recogniser) -> None:
        self.kind = kind
        self.recogniser = recogniser
        self.files: list[Small] = []
        self.size = 0


class Count:
    """Counts logs one after another. Of known records the watchers may be shown none.

    What is small is held until there is more of it: it is in the tally when `close` was called.
    """

    def __init__(self, tally: Tally, watchers: tuple[Watcher, ...] = ()) -> None:
        self.tally = tally
        self._watchers = watchers
        self._held: list[_Batch] = []
        self._held_bytes = 0
        self._gathered: Gathered | None = None

    def read(self, source: str, pieces: Iterable[bytes], recogniser: Recogniser) -> None:
        """Count one file that comes in pieces. `source`: its name, which says the handle."""
        held: deque[bytes] = deque()
        size = 0
        rest = iter(pieces)
        for piece in rest:
            held.append(piece)
            size += len(piece)
            if size >= LARGE and self._worth(size):
                from analyzers.columns.reader import read_columns

                self.release()
                whole = chain(_let_go(held), rest)
                read_columns(self.tally, source, whole, recogniser, self._watchers)
                return
        if size >= LARGE:
            self.release()
            self.tally.read(source, held, recogniser, self._watchers)
            return
        self.small(source, b"".join(held), recogniser)

    def small(self, source: str, content: bytes, recogniser: Recogniser) -> None:
        """Count a file of less than a megabyte."""
        handle, size = handle_of(source), len(content) + _BESIDES
        batch = self._held[-1] if self._held else None
        if (
            batch is None
            or batch.size >= TOGETHER
            or batch.kind != handle.kind
            or batch.recogniser is not recogniser
        ):
            if self._held_bytes >= TOGETHER and self._worth(0):
                self.release()
            batch = _Batch(handle.kind, recogniser)
            self._held.append(batch)
        batch.files.append((source, content, handle))
        batch.size += size
        self._held_bytes += size

    def close(self) -> None:
        """Count what is held."""
        self.release()
        if self._gathered:
            self._gathered.close()

    @property
    def held(self) -> int:
        """How many files are held."""
        return sum(len(batch.files) for batch in self._held)

    def _worth(self, more: int) -> bool:
        """Are there logs enough for columns?"""
        return self.tally.bytes + self._held_bytes + more >= WORTH_COLUMNS

    def release(self) -> None:
        """Count what is held, in its order."""
        columns = self._worth(0)
        held, self._held, self._held_bytes = self._held, [], 0
        for batch in held:
            if columns and batch.size >= FEW and batch.kind != CLOSTE:
                from analyzers.columns.gathered import Gathered

                self._gathered = self._gathered or Gathered(self.tally, self._watchers)
                self._gathered.count(batch.kind, batch.recogniser, batch.files)
                continue
            for source, content, _ in batch.files:
                self.tally.read(source, (content,), batch.recogniser, self._watchers)


def _let_go(held: deque[bytes]) -> Iterator[bytes]:
    """What is held, and no longer than it is needed."""
    while held:
        yield held.popleft()
