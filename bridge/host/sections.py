"""The collector's stream on stdout, taken apart as it arrives: sections, and the noise around them.

A section is `\\n@@NONCE NAME ENCODING LENGTH CRC32\\n` and then LENGTH bytes (`collector.php`, class
Closte_Doctor_Writer). Banners, notices and byte order marks may stand before, between and after;
they are kept, cut, and counted. Pure: no clock, no disk, no host.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

LONGEST_SECTION = 64 * 1024 * 1024
"""A header that announces more than this is no header of ours."""
LONGEST_CONTENT = 64 * 1024 * 1024
"""Unpacked; more is damage, or somebody's joke."""
KEPT_NOISE = 4000
_LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Section:
    """One whole section, unpacked."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A section that did not arrive whole."""

    name: str
    why: str


def framed(nonce: str, section: Section, *, packed: bool = False) -> bytes:
    """A section as the collector writes it: for a host that plays back what another one said."""
    content = zlib.compress(section.content, 1) if packed else section.content
    encoding = "zlib" if packed else "plain"
    head = f"\n@@{nonce} {section.name} {encoding} {len(content)} {zlib.crc32(content):08x}\n"
    return head.encode() + content


class SectionStream:
    """Feed it what arrives; it hands back each section once, when it is whole."""

    def __init__(self, nonce: str) -> None:
        """`nonce`: the random word of this run, `[0-9a-f]+`; only sections with it are ours."""
        self._marker = b"@@" + nonce.encode() + b" "
        self._header = re.compile(
            re.escape(self._marker)
            + rb"([a-z][a-z0-9:_.-]{0,63}) (plain|zlib) ([0-9]{1,9}) ([0-9a-f]{8})\n"
        )
        self._buffer = bytearray()
        self._noise = bytearray()
        self._scanned = 0
        self.noise_bytes = 0
        """How many bytes stood outside of sections."""
        self._broken: list[Broken] = []

    @property
    def noise(self) -> bytes:
        """The first bytes of what stood outside of sections."""
        return bytes(self._noise).strip()

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Sections that were announced and did not arrive whole."""
        return tuple(self._broken)

    def feed(self, data: bytes) -> tuple[Section, ...]:
        """Take the next bytes; the sections that they complete."""
        self._buffer += data
        return self._sections(is_last=False)

    def close(self) -> tuple[Section, ...]:
        """Nothing more comes: what is left is noise, and a section begun is broken."""
        return self._sections(is_last=True)

    def _sections(self, *, is_last: bool) -> tuple[Section, ...]:
        found: list[Section] = []
        while True:
            start = self._buffer.find(self._marker, self._scanned)
            if start < 0:
                keep = 0 if is_last else len(self._marker)
                self._discard(max(0, len(self._buffer) - keep))
                break
            header = self._header.match(self._buffer, start)
            if header is None:
                if not is_last and self._may_become_header(start):
                    self._scanned = start
                    break
                self._scanned = start + 1
                continue
            if not self._take(header, found, is_last=is_last):
                break
        return tuple(found)

    def _take(self, header: re.Match[bytes], found: list[Section], *, is_last: bool) -> bool:
        """Take the section of this header. False where its bytes are yet to come."""
        length = int(header[3])
        if length > LONGEST_SECTION:
            self._scanned = header.start() + 1
            return True
        if len(self._buffer) < header.end() + length and not is_last:
            self._scanned = header.start()
            return False
        name = header[1].decode()
        packed = bytes(self._buffer[header.end() : header.end() + length])
        why, content = _content(packed, length, header[2], header[4])
        if why:
            # Its bytes cannot be told from what follows: look for the next header among them.
            self._broken.append(Broken(name, why))
            self._scanned = header.end()
            return True
        start, end = header.start(), header.end() + length
        del header  # a live match holds the buffer, which then cannot be cut
        self._discard(start)
        del self._buffer[: end - start]
        found.append(Section(name, content))
        return True

    def _may_become_header(self, start: int) -> bool:
        begun = self._buffer[start : start + _LONGEST_HEADER]
        return len(begun) < _LONGEST_HEADER and b"\n" not in begun

    def _discard(self, count: int) -> None:
        """These first bytes are noise. The line end in front of each header is ours."""
        gone = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._scanned = 0
        if gone.endswith(b"\n") and self._buffer.startswith(self._marker):
            gone = gone[:-1]
        self.noise_bytes += len(gone)
        self._noise += gone[: max(0, KEPT_NOISE - len(self._noise))]


def _content(packed: bytes, length: int, encoding: bytes, checksum: bytes) -> tuple[str, bytes]:
    """Why it is broken (empty where it is not), and the unpacked content."""
    if len(packed) < length:
        return f"cut off after {len(packed)} of {length} bytes", b""
    if f"{zlib.crc32(packed):08x}".encode() != checksum:
        return "checksum does not match", b""
    if encoding == b"plain":
        return "", packed
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, LONGEST_CONTENT)
    except zlib.error:
        return "cannot be unpacked", b""
    if unpacker.unconsumed_tail or not unpacker.eof:
        return "cannot be unpacked whole", b""
    return "", content
