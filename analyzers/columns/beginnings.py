"""Which of some beginnings a message has, told by its first bytes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

import numpy as np
from numpy.typing import NDArray

from analyzers.columns.block import Words

KEY = 6
"""Bytes by which messages are told apart at first."""
NO_NUMBER = -1
_BITS = 10


class Beginnings:
    """Beginnings of `KEY` bytes, numbered as they come; each has a slot of its own."""

    def __init__(self, heads: Iterable[bytes]) -> None:
        keys = np.array([int.from_bytes(head, "little") for head in heads], np.uint64)
        self._shift = np.uint64(64 - _BITS)
        self._factor = self._found(keys)
        self._numbers = np.full(1 << _BITS, NO_NUMBER, np.int16)
        self._keys = np.zeros(1 << _BITS, np.uint64)
        slots = self._slots(keys, self._factor)
        self._numbers[slots] = np.arange(len(keys))
        self._keys[slots] = keys

    def numbers_of(self, keys: Words) -> NDArray[np.int16]:
        """The number of each of these beginnings; `NO_NUMBER` for one that is none."""
        slots = self._slots(keys, self._factor)
        found: NDArray[np.int16] = self._numbers[slots]
        found[self._keys[slots] != keys] = NO_NUMBER
        return found

    def _slots(self, keys: Words, factor: np.uint64) -> Words:
        return (keys * factor) >> self._shift

    def _found(self, keys: Words) -> np.uint64:
        """A factor by which no two of them share a slot; among so few there is one soon."""
        for turn in count(1):
            factor = np.uint64((0x9E37_79B9_7F4A_7C15 * (2 * turn + 1)) & 0xFFFF_FFFF_FFFF_FFFF)
            if len(np.unique(self._slots(keys, factor))) == len(keys):
                return factor
        raise AssertionError("unreachable")
