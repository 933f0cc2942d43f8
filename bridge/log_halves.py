"""A very large log counted by two processes, where there are two processors.

The second half goes to a fork of this process, which answers through a pipe. Whatever goes wrong there,
the half is counted here: the counts do not depend on it.
"""

from __future__ import annotations

import os
import pickle
import re
import signal
from collections.abc import Iterator
from contextlib import suppress

from analyzers.columns.headers import HEADER
from analyzers.columns.parts import Part, add_parts, read_part
from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser

_PIECE = 1 << 18
_SEARCHED = 4 << 20
"""Bytes around the middle in which a record is looked for."""
_RECORD = re.compile(rb"\n(" + HEADER.pattern + rb")")
_NOT_PLAIN = (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")
"""How a gzip begins, and UTF-16."""


def count_in_two(tally: Tally, path: str, recogniser: Recogniser, unknown: Unknown) -> bool:
    """Count this file by two processes; False, and nothing counted, where it cannot be halved."""
    if not _two_processors():
        return False
    with open(path, "rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if (stream.read(2) or b"").startswith(_NOT_PLAIN):
            return False
        stream.seek(size // 2)
        found = _RECORD.search(stream.read(_SEARCHED) or b"")
    if found is None:
        return False
    middle = size // 2 + found.start(1)
    with _Fork(path, middle, recogniser) as other:
        first = read_part(path, _between(path, 0, middle), recogniser, first=True)
        second = other.answer()
    if second is None:
        second = read_part(path, _between(path, middle, None), recogniser, first=False)
    add_parts(tally, path, (first, second), recogniser, unknown)
    return True


def _two_processors() -> bool:
    return (
        hasattr(os, "fork")
        and hasattr(os, "sched_getaffinity")
        and (len(os.sched_getaffinity(0)) > 1)
    )


def _between(path: str, begin: int, end: int | None) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as stream:
        stream.seek(begin)
        left = end - begin if end is not None else None
        while piece := stream.read(_PIECE if left is None else min(_PIECE, left)):
            yield piece
            if left is not None:
                left -= len(piece)


class _Fork:
    """A fork of this process that counts the rest of a file. Gone when the block is left."""

    def __init__(self, path: str, begin: int, recogniser: Recogniser) -> None:
        self._answer, other_end = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                os.close(self._answer)
                part = read_part(path, _between(path, begin, None), recogniser, first=False)
                with os.fdopen(other_end, "wb") as stream:
                    pickle.dump(part, stream)
                status = 0
            finally:
                os._exit(status)
        os.close(other_end)

    def __enter__(self) -> _Fork:
        return self

    def answer(self) -> Part | None:
        """What the fork counted, or None where it failed."""
        with os.fdopen(self._answer, "rb", closefd=False) as stream:
            content = stream.read()
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        if status != 0:
            return None
        part = pickle.loads(content)  # noqa: S301  # the answer of our own fork
        return part if isinstance(part, Part) else None

    def __exit__(self, *failure: object) -> None:
        os.close(self._answer)
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
