"""Where the records of a block begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from analyzers.columns.block import Block, Flags, Places, Words

HEADER = re.compile(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]{1,9})\] ")
_SHAPE = b"[0000-00-00 00:00:00] ["
_LEVEL_AT = len(_SHAPE)
_USUAL = (b"INFO] ", b"WARNING] ", b"ERROR] ")


def _masks() -> list[tuple[np.uint64, np.uint64, np.uint64, np.uint64]]:
    """For each word of a header: mask and value of what must stand there, and the same for digits."""
    found = []
    for at in range(0, len(_SHAPE), 8):
        part = _SHAPE[at : at + 8]
        mask = bytes(0xF0 if c == 0x30 else 0xFF for c in part)
        six = bytes(0x06 if c == 0x30 else 0 for c in part)
        high = bytes(0xF0 if c == 0x30 else 0 for c in part)
        value = bytes(c & m for c, m in zip(part, mask, strict=True))
        found.append(
            tuple(np.uint64(int.from_bytes(b, "little")) for b in (mask, value, six, high))
        )
    return found  # type: ignore[return-value]  # four each


_WORDS = _masks()


@dataclass(frozen=True, slots=True)
class Headers:
    """The records of a block, one row each."""

    start: Places
    message: Places
    """Where the message begins."""
    words: Words
    """The first 32 bytes of each."""


def headers(block: Block) -> Headers:
    """The records that begin in a block, which begins with a line."""
    line_ends = block.lines()
    begins = np.concatenate((np.zeros(1, np.int64), line_ends + 1))
    begins = begins[block.bytes[begins] == 0x5B]
    words = block.words(begins, 4)
    real = np.ones(len(begins), np.bool_)
    for at, (mask, value, six, high) in enumerate(_WORDS):
        digits = value & high
        word = words[:, at]
        real &= (word & mask) == value
        real &= ((word & (mask | high)) + six) & high == digits
    if not real.all():
        begins, words = begins[real], words[real]
    level = begins + _LEVEL_AT
    message = np.zeros(len(begins), np.int64)
    left: Flags = np.ones(len(begins), np.bool_)
    for usual in _USUAL:
        here = np.flatnonzero(left)
        if not len(here):
            break
        said = here[block.says(level[here], usual)]
        message[said] = level[said] + len(usual)
        left[said] = False
    for row in np.flatnonzero(left):
        found = HEADER.match(block.buffer, int(begins[row]))
        message[row] = found.end() if found else 0
    real = message > 0
    if not real.all():
        begins, words, message = begins[real], words[real], message[real]
    return Headers(begins, message, words)
