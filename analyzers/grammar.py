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
from functools import lru_cache
from itertools import islice

Record = tuple[int, bytes, bytes, bytes]
"""Line number in the file from 1, `YYYY-MM-DD HH:MM:SS`, level, message.

A tuple and bytes, since a log has millions of them. The message has its inner line ends and not the
last one; of a long one the first `LONGEST_MESSAGE` bytes are there.
"""

LONGEST_MESSAGE = 16_384
"""Bytes kept of one message: a body of megabytes says what it is in its first lines."""

_LONGEST_LINE = 1 << 18
"""Bytes after which a line that does not end is no longer waited for."""
_HEADER = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]{1,9})\] ")
"""From behind the first `[` of a record."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Records:
    """Splits one file into records. Give `feed` its pieces in order, then `close`.

    The last record stays inside until the next one begins. Memory does not grow with the file, with
    a line or with a record.
    """

    def __init__(self, line: int = 0) -> None:
        """`line`: number of the line before, where not the whole file is read."""
        self.lines_before = 0
        """Lines in front of the first record: the rest of a record whose beginning is cut off."""
        self._carry = b""
        self.line = line
        """Number of the last line of which the beginning was seen."""
        self._mid_line = False
        self._at_start = True
        self._open: tuple[int, bytes, bytes] | None = None
        self._message = b""
        self._head = b"\n["
        """How the newest record began, behind its first `[`; at first what no line can hold."""
        self._said = (b"", b"")
        """Its time and level."""

    def feed(self, piece: bytes) -> list[Record]:
        """The records that end in this piece."""
        data = self._carry + piece if self._carry else piece
        self._carry = b""
        if self._at_start:
            if len(data) < len(_BYTE_ORDER_MARK):
                self._carry = data
                return []
            self._at_start = False
            data = data.removeprefix(_BYTE_ORDER_MARK)
        if self._mid_line:
            end = data.find(b"\n")
            if end < 0:
                self._append(data)
                return []
            self._append(data[:end])
            self._mid_line = False
            data = data[end + 1 :]
        found: list[Record] = []
        end = data.rfind(b"\n")
        if end >= 0:
            self._lines(data[:end], found)
            data = data[end + 1 :]
        if len(data) > _LONGEST_LINE:
            self._lines(data, found)
            self._mid_line = True
        else:
            self._carry = data
        return found

    def close(self) -> list[Record]:
        """The records that the end of the file ends."""
        found: list[Record] = []
        data, self._carry = self._carry, b""
        if self._at_start:
            data = data.removeprefix(_BYTE_ORDER_MARK)
        if data:
            self._lines(data, found)
        if self._open is not None:
            found.append((*self._open, self._message))
            self._open = None
        return found

    def _lines(self, block: bytes, found: list[Record]) -> None:
        """Add the records that end in these whole lines (without the last line end)."""
        parts = (b"\n" + block).split(b"\n[")
        if parts[0]:
            self._append(parts[0])
            self.line += parts[0].count(b"\n")
        opened, message, line = self._open, self._message, self.line
        add, head, (stamp, level) = found.append, self._head, self._said
        for part in islice(parts, 1, None):
            line += 1
            if not part.startswith(head):  # most records have the time and level of the one before
                header = _HEADER.match(part)
                if header is None:
                    if opened is not None and len(message) < LONGEST_MESSAGE:
                        message = (message + b"\n[" + part[:LONGEST_MESSAGE])[:LONGEST_MESSAGE]
                    line += part.count(b"\n")
                    continue
                head, stamp, level = header.group(0, 1, 2)
            if opened is not None:
                add((*opened, message))
            else:
                self.lines_before = line - 1
            opened = (line, stamp, level)
            begin = len(head)
            message = part[begin : begin + LONGEST_MESSAGE]
            line += part.count(b"\n")
        if opened is None:
            self.lines_before = line
        self._open, self._message, self.line = opened, message, line
        self._head, self._said = head, (stamp, level)

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


@lru_cache(maxsize=4096)
def instant(stamp: bytes) -> datetime | None:
    """The time of a record, UTC (DOMAIN 3.1); None for one that no calendar has."""
    try:
        return datetime.fromisoformat(stamp.decode("ascii")).replace(tzinfo=UTC)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def is_day(day: bytes) -> bool:
    """Has a calendar this `YYYY-MM-DD`?"""
    return instant(day + b" 00:00:00") is not None
