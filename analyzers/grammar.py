"""The grammar of the plugin's logs: bytes in pieces of any size in, records out (DOMAIN 3.1).

A record is a line that starts with `[YYYY-MM-DD HH:MM:SS] [LEVEL] ` and all lines up to the next such
line. Lines end with "\\n" and nothing else. Messages are written unescaped by the plugin, so the body
of an answer can span lines, and a line of a body that looks like a record is one: it cannot be told
apart. Kept out: what a message means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

Record = tuple[int, bytes, bytes, bytes]
"""Line number in the file from 1, `YYYY-MM-DD HH:MM:SS`, level, message.

A tuple and bytes, since a log has millions of them. The message has its inner line ends and not the
last one; of a long one the first `LONGEST_MESSAGE` bytes are there.
"""

LONGEST_MESSAGE = 16_384
"""Bytes kept of one message: a body of megabytes says what it is in its first lines."""

_LONGEST_LINE = 1 << 18
"""Bytes after which a line that does not end is no longer waited for."""
_STAMP = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LEVEL = re.compile(rb"[A-Z]{1,9}")
_MANY = 65_536
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Records:
    """Splits one file into records. `feed` its pieces in order, then `close`.

    The last record stays inside until the next one begins. Memory does not grow with the file, with
    a line or with a record.
    """

    def __init__(self) -> None:
        self.lines_before = 0
        """Lines in front of the first record: the rest of a record whose beginning is cut off."""
        self._carry = b""
        self._line = 0
        """Number of the last line of which the beginning was seen."""
        self._mid_line = False
        self._at_start = True
        self._open: tuple[int, bytes, bytes] | None = None
        self._message = b""
        self._stamps: set[bytes] = set()
        self._levels: set[bytes] = set()

    def feed(self, piece: bytes) -> Iterator[Record]:
        """The records that end in this piece. Exhaust it before the next piece."""
        data = self._carry + piece if self._carry else piece
        if self._at_start:
            if len(data) < len(_BYTE_ORDER_MARK):
                self._carry = data
                return
            self._at_start = False
            data = data.removeprefix(_BYTE_ORDER_MARK)
        if self._mid_line:
            end = data.find(b"\n")
            if end < 0:
                self._append(data)
                return
            self._append(data[:end])
            self._mid_line = False
            data = data[end + 1 :]
        end = data.rfind(b"\n")
        if end >= 0:
            yield from self._lines(data[:end])
            data = data[end + 1 :]
        if len(data) > _LONGEST_LINE:
            yield from self._lines(data)
            self._mid_line = True
            data = b""
        self._carry = data

    def close(self) -> Iterator[Record]:
        """The records that the end of the file ends."""
        data, self._carry = self._carry.removeprefix(_BYTE_ORDER_MARK), b""
        if data:
            yield from self._lines(data)
        if self._open is not None:
            yield (*self._open, self._message)
            self._open = None

    def _lines(self, block: bytes) -> Iterator[Record]:
        """The records that end in these whole lines (the last line end is not in `block`)."""
        opened, message, line = self._open, self._message, self._line
        parts = iter((b"\n" + block).split(b"\n["))
        before = next(parts)
        if before:
            self._append(before)
            message = self._message
            line += before.count(b"\n")
            if opened is None:
                self.lines_before = line
        for part in parts:
            line += 1
            level_end = self._header(part)
            if level_end:
                if opened is not None:
                    yield (*opened, message)
                opened = (line, part[:19], part[22:level_end])
                message = part[level_end + 2 : level_end + 2 + LONGEST_MESSAGE]
            elif opened is not None and len(message) < LONGEST_MESSAGE:
                message = (message + b"\n[" + part[:LONGEST_MESSAGE])[:LONGEST_MESSAGE]
            line += part.count(b"\n")
            if opened is None:
                self.lines_before = line
        self._open, self._message, self._line = opened, message, line

    def _header(self, part: bytes) -> int:
        """Where the level ends if this text after a `[` at a line's begin is a record's, else 0."""
        if part[19:22] != b"] [":
            return 0
        end = part.find(b"] ", 22, 33)
        if end < 0:
            return 0
        level = part[22:end]
        if level not in self._levels:
            if not _LEVEL.fullmatch(level):
                return 0
            if len(self._levels) < _MANY:
                self._levels.add(level)
        stamp = part[:19]
        if stamp not in self._stamps:
            if not _STAMP.fullmatch(stamp):
                return 0
            if len(self._stamps) >= _MANY:
                self._stamps.clear()
            self._stamps.add(stamp)
        return end

    def _append(self, text: bytes) -> None:
        room = LONGEST_MESSAGE - len(self._message)
        if self._open is not None and room > 0:
            self._message += text[:room]


def records(pieces: Iterable[bytes]) -> Iterator[Record]:
    """The records of one file that comes in pieces."""
    reader = Records()
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.close()


def instant(stamp: bytes) -> datetime | None:
    """The time of a record, UTC (DOMAIN 3.1); None for one that no calendar has."""
    try:
        return datetime.fromisoformat(stamp.decode("ascii")).replace(tzinfo=UTC)
    except ValueError:
        return None
