"""How much of the logs is taken into memory: the newest, up to a budget; the rest is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bridge.not_read import reason

DEFAULT = 64 << 20
"""Bytes: as many as a collector sends (`--log-bytes`)."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that could be read."""

    name: str
    modified: float
    """Seconds since 1970, or any number that grows with time."""
    pieces: Callable[[], Iterator[bytes]]
    """Its content. Raises OSError with a sentence where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken, and for each log that was not, or not wholly, why."""

    files: dict[str, bytes]
    not_read: dict[str, str]


def within(budget: int, logs: Iterable[Log]) -> Taken:
    """The newest logs whole, the one in which the budget ends by its own end, none older.

    No more than the budget and one piece is in memory, however long a file or a line is.
    """
    files: dict[str, bytes] = {}
    not_read: dict[str, str] = {}
    left = budget
    for log in sorted(logs, key=lambda one: (-one.modified, one.name)):
        if left <= 0:
            not_read[log.name] = f"left out: the newer logs fill {budget} bytes"
            continue
        try:
            kept, size = _end_of(log.pieces(), left)
        except OSError as error:
            not_read[log.name] = reason(error)
            continue
        files[log.name] = kept
        left -= size
        if size > len(kept):
            not_read[log.name] = f"the first {size - len(kept)} of its {size} bytes left out"
    return Taken(files, not_read)


def _end_of(pieces: Iterable[bytes], most: int) -> tuple[bytes, int]:
    """The last bytes of a log, from a line's beginning on where it was cut, and its whole size."""
    held = bytearray()
    size = 0
    for piece in pieces:
        size += len(piece)
        held += piece
        if len(held) > 2 * most:
            del held[: len(held) - most]
    if size <= most:
        return bytes(held), size
    del held[: len(held) - most]
    line = held.find(b"\n") + 1
    return bytes(held[line:]), size
