"""The bytes of a log as the grammar reads them: UTF-8, or what the plugin wrote instead.

A log that was saved by PowerShell's `>` is UTF-16 with a byte order mark; the plugin never writes that.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

PIECE = 1 << 16
"""Bytes read at a time: the records of one piece, as Python objects, still fit a cache."""
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def in_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces; those of a file in UTF-16 turned into UTF-8."""
    start = b""
    rest = iter(pieces)
    for piece in rest:
        start += piece
        if len(start) >= len(_MARKS[0]):
            break
    if not start.startswith(_MARKS):
        yield start
        yield from rest
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    yield decoder.decode(start).encode("utf-8", "surrogatepass")
    for piece in rest:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
