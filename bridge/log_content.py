"""The bytes of a log, in pieces: of a file, of gzip, of a member of a zip, of stdin.

Nothing is read whole that is not small, so the size of a log does not matter. What cannot be read, or
not to its end, is an OSError with a sentence.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import IO

from analyzers.language import phrase
from analyzers.log_bytes import PIECE

MOST_UNPACKED = 8 << 30
"""Bytes that come out of one zip or gzip: a real log folder is far below, a bomb is not."""
_TOO_MUCH_OF_A_FILE = phrase("more than {size} GiB come out of this file")
_TOO_MUCH_OF_A_ZIP = phrase("more than {size} GiB come out of this zip")
LARGEST_DOCUMENT = 64 << 20
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_GZIP = b"\x1f\x8b"


def small(path: str, size: int) -> bytes | None:
    """All of a small file of this size by one call; None where it takes more than that."""
    if not 0 < size < PIECE:
        return None
    file = os.open(path, _READ)
    try:
        content = os.read(file, size + 1)
    finally:
        os.close(file)
    return content if len(content) == size and not content.startswith(_GZIP) else None


def pieces_of(path: str) -> Iterator[bytes]:
    """Those of a file, by the system's own calls: 20,000 file objects take longer than these."""
    file = os.open(path, _READ)
    try:
        piece = os.read(file, PIECE)
        if piece.startswith(_GZIP):
            yield from _unzipped(chain((piece,), iter(partial(os.read, file, PIECE), b"")))
            return
        while piece:
            yield piece
            piece = os.read(file, PIECE)
    finally:
        os.close(file)


def stdin_pieces() -> Iterator[bytes]:
    """What comes in through the pipe."""
    pieces = _pieces(sys.stdin.buffer)
    first = next(pieces, b"")
    whole = chain((first,), pieces)
    yield from _unzipped(whole) if first.startswith(_GZIP) else whole


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What a rotated log holds that gzip made smaller."""
    left = [MOST_UNPACKED]
    try:
        with gzip.open(_Joined(pieces)) as stream:
            while piece := stream.read1(PIECE):  # as far as a damaged one goes
                yield _counted_down(piece, left, _TOO_MUCH_OF_A_FILE)
    except (EOFError, zlib.error) as error:
        raise OSError(phrase("damaged gzip: {error}", error=str(error))) from error


class _Joined(io.RawIOBase):
    """Pieces as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer in fact
        self._left = self._left or next(self._pieces, b"")
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def unpacked(bundle: zipfile.ZipFile, name: str, left: list[int]) -> Iterator[bytes]:
    """A member of a zip. `left`: bytes that may still come out of it."""
    try:
        with bundle.open(name) as stream:
            for piece in _pieces(stream):
                yield _counted_down(piece, left, _TOO_MUCH_OF_A_ZIP)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise OSError(
            phrase("damaged or encrypted in the zip: {error}", error=str(error))
        ) from error


def _counted_down(piece: bytes, left: list[int], what: str) -> bytes:
    left[0] -= len(piece)
    if left[0] < 0:
        raise OSError(phrase(what, size=MOST_UNPACKED >> 30))
    return piece


def member(bundle: zipfile.ZipFile, top: str, name: str) -> bytes | None:
    """The content of a small member of a zip, or None."""
    try:
        with bundle.open(top + name) as stream:
            return stream.read(LARGEST_DOCUMENT)
    except KeyError:
        return None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise OSError(
            phrase("damaged or encrypted in the zip: {error}", error=str(error))
        ) from error
