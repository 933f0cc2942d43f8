"""A block of bytes in which many places are looked at with one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]

WIDEST = 128
"""Bytes that can be taken at one place."""
_MARGIN = 3 * WIDEST
"""Places behind the end that may be looked at; there is nothing."""
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_TENS = np.uint64(0xF0F0_F0F0_F0F0_F0F0)
_ZEROS = np.uint64(0x3030_3030_3030_3030)
_SIXES = np.uint64(0x0606_0606_0606_0606)
LOW = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
"""A mask for the first n bytes of a word, little endian."""


def words_of(literal: bytes) -> tuple[tuple[np.uint64, np.uint64], ...]:
    """The words of a text, each with the mask of its bytes."""
    parts = (literal[at : at + 8] for at in range(0, len(literal), 8))
    return tuple((np.uint64(int.from_bytes(part, "little")), LOW[len(part)]) for part in parts)


class Block:
    """The bytes of a file that are looked at just now, with words of eight at any place of them.

    Its memory is used again for the next ones: to be given fresh memory takes longer than to fill it.
    """

    def __init__(self, capacity: int) -> None:
        self.size = 0
        self._room(capacity)

    def _room(self, capacity: int) -> None:
        self.buffer = bytearray(capacity + _MARGIN + WIDEST)
        self._capacity = capacity
        self._view = memoryview(self.buffer)
        self._flags = np.zeros(capacity, np.bool_)
        self.bytes = np.frombuffer(self.buffer, np.uint8)
        self._views = {
            width: np.ndarray((capacity + _MARGIN,), f"V{width}", buffer=self.buffer, strides=(1,))
            for width in (8, 16, 32, 64, WIDEST)
        }

    def append(self, piece: bytes) -> None:
        """Add bytes of the file."""
        end = self.size + len(piece)
        if end > self._capacity:
            held = self.text(0, self.size)
            self._room(2 * end)
            self.buffer[: self.size] = held
        self.buffer[self.size : end] = piece
        self.size = end

    def drop(self, count: int) -> None:
        """Forget the first bytes."""
        rest = self.text(count, self.size)
        self.buffer[: len(rest)] = rest
        self.size = len(rest)

    def lines(self) -> Places:
        """Where the lines end. To be asked before anything else, after bytes were added."""
        self.buffer[self.size : self.size + _MARGIN + WIDEST] = bytes(_MARGIN + WIDEST)
        flags = np.equal(self.bytes[: self.size], 0x0A, out=self._flags[: self.size])
        self.line_ends: Places = np.flatnonzero(flags)
        return self.line_ends

    def text(self, begin: int, end: int) -> bytes:
        """The bytes between two places."""
        return bytes(self._view[begin:end])

    def words(self, places: Places, count: int) -> Words:
        """`count` words from each place, a row for each; the width is a power of two."""
        width = next(width for width in self._views if width >= 8 * count)
        return self._views[width][places].view("<u8").reshape(-1, width // 8)

    def says(self, places: Places, literal: bytes) -> Flags:
        """Does the text stand at these places?"""
        if not literal:
            return np.ones(len(places), np.bool_)
        wanted = words_of(literal)
        found = self.words(places, len(wanted))
        same: Flags = (found[:, 0] & wanted[0][1]) == wanted[0][0]
        for at, (word, mask) in enumerate(wanted[1:], 1):
            same &= (found[:, at] & mask) == word if mask != _ALL else found[:, at] == word
        return same

    def next(self, places: Places, byte: int, *, within: int = 64) -> Places:
        """The first such byte from each place on; -1 where it is not among the next `within`."""
        row = self._views[within][places].view(np.uint8).reshape(-1, within)
        found: Places = places + (row == byte).argmax(axis=1)
        return np.where(self.bytes[found] == byte, found, -1)

    def digits(self, begin: Places, end: Places) -> Flags:
        """Is it one to eight digits and nothing else that stands between these places?"""
        length = end - begin
        mask = LOW[np.clip(length, 0, 8)]
        word = self.words(begin, 1)[:, 0]
        tens = (word & _TENS & mask) == (_ZEROS & mask)
        ones = ((word & mask) + (_SIXES & mask)) & _TENS & mask
        found: Flags = (length > 0) & (length <= 8) & tens & (ones == (_ZEROS & mask))
        return found
