"""Log files of the plugin, found by path and read in pieces: files, folders, evidence folders, zips.

Nothing is read whole, so the size of a log does not matter. What cannot be read is said, and the rest
goes on. Kept out: what a log says (`analyzers`).
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO

from analyzers.logbook import PIECE
from bridge.errors import UsageError

STDIN = "-"
LOGS_FOLDER = "wu-logs"
HOST = "host.json"
_MOST_UNPACKED = 8 << 30
"""Bytes that come out of one zip or gzip: a real log folder is far below, a bomb is not."""
_LARGEST_DOCUMENT = 64 << 20
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One log file, not yet read."""

    name: str
    """As it is cited: the path as it was given or found, `bundle.zip:wu-logs/x.log` in a zip."""
    pieces: Callable[[], Iterator[bytes]]
    """Its content. Raises OSError with a sentence where it cannot be read."""
    folder: Folder
    """What lies around it."""
    path: str | None = None
    """Of a file of its own on disk."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder above the log folder: an evidence folder, if it has a `host.json`."""

    name: str
    document: Callable[[str], bytes | None]
    """The content of a file of that folder by its name, or None."""


def log_files(paths: Iterable[str], say: Callable[[str], None]) -> Iterator[LogFile]:
    """The log files at these paths, each once, folders in order of name.

    `say` is told in a sentence what was passed over. Raises UsageError for a path that is not there.
    """
    listed = tuple(paths)
    for path in listed:
        if path != STDIN and not os.path.lexists(path):
            raise UsageError(f"there is no file or folder {path}")
    seen: set[tuple[int, int]] = set()
    damaged: list[UsageError] = []
    found = False
    for path in listed:
        try:
            for file in _at(path, seen, say):
                found = True
                yield file
        except UsageError as error:
            damaged.append(error)
            if len(listed) > 1:
                say(str(error))
    if damaged and not found:
        raise damaged[0]


def _at(path: str, seen: set[tuple[int, int]], say: Callable[[str], None]) -> Iterator[LogFile]:
    if path == STDIN:
        yield LogFile(STDIN, _stdin, Folder(STDIN, lambda name: None))
    elif os.path.isdir(path):
        yield from _in_folder(path, seen, say)
    elif path.lower().endswith(".zip"):
        yield from _in_zip(Path(path), say)
    elif _is_new(path, seen):
        yield LogFile(path, partial(_read, path), _above(os.path.dirname(path)), path)


def _in_folder(
    folder: str, seen: set[tuple[int, int]], say: Callable[[str], None]
) -> Iterator[LogFile]:
    """The logs of an evidence folder are in its `wu-logs`; of any other folder, all below it."""
    inner = os.path.join(folder, LOGS_FOLDER)
    start = inner if os.path.isdir(inner) else folder
    found = 0
    closed: list[OSError] = []
    for place, folders, names in os.walk(start, onerror=closed.append):
        folders.sort()
        above = _above(place)
        for name in sorted(names):
            if not _is_log(name):
                continue
            found += 1
            path = os.path.join(place, name)
            if _is_new(path, seen, regular=True):
                yield LogFile(path, partial(_read, path), above, path)
    for error in closed:
        yield LogFile(str(error.filename), partial(_closed, error), _above(start))
    if not found and not closed:
        say(f"no log file in {folder}")


def _closed(error: OSError) -> Iterator[bytes]:
    """A folder that may not be looked into is a log that cannot be read."""
    raise error


def _is_new(path: str, seen: set[tuple[int, int]], *, regular: bool = False) -> bool:
    """Is this the first time that this file is met? A file given twice is counted once.

    `regular`: of a folder's entries only files count; a pipe is read only where it was asked for.
    """
    try:
        status = os.stat(path)
    except OSError:
        return True  # reading it will say why
    if not stat.S_ISREG(status.st_mode):
        return not regular
    key = (status.st_dev, status.st_ino)
    new = key not in seen
    seen.add(key)
    return new


def _above(place: str) -> Folder:
    """The folder above the folder of a log."""
    above = os.path.dirname(os.path.abspath(place))

    def document(name: str) -> bytes | None:
        try:
            with open(os.path.join(above, name), "rb") as stream:
                return stream.read(_LARGEST_DOCUMENT)
        except FileNotFoundError:
            return None

    return Folder(above, document)


def _read(path: str) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as stream:
        yield from _unzipped(_pieces(stream))


def _stdin() -> Iterator[bytes]:
    yield from _unzipped(_pieces(sys.stdin.buffer))


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What a rotated log holds that gzip made smaller; any other file as it is."""
    first = next(pieces, b"")
    if not first.startswith(_GZIP):
        yield first
        yield from pieces
        return
    left = [_MOST_UNPACKED]
    try:
        with gzip.open(_Joined(chain((first,), pieces))) as stream:
            while piece := stream.read1(PIECE):  # as far as a damaged one goes
                yield _counted_down(piece, left, "file")
    except (EOFError, zlib.error) as error:
        raise OSError(f"damaged gzip: {error}") from error


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


def _in_zip(path: Path, say: Callable[[str], None]) -> Iterator[LogFile]:
    """The `wu-logs/*.log` of a bundle, all logs of any other zip. Nothing is unpacked to disk."""
    try:
        bundle = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    with closing(bundle):
        left = [_MOST_UNPACKED]
        logs = sorted(name for name in set(bundle.namelist()) if _is_log(name.rpartition("/")[2]))
        logs = [name for name in logs if "__MACOSX" not in name.split("/")]
        bundled = [name for name in logs if name.split("/")[-2:-1] == [LOGS_FOLDER]]
        if not logs:
            say(f"no log file in {path}")
        for name in bundled or logs:
            top = "".join(f"{part}/" for part in name.split("/")[:-2])
            folder = Folder(f"{path}:{top}", partial(_member, bundle, top))
            yield LogFile(f"{path}:{name}", partial(_unpacked, bundle, name, left), folder)


def _is_log(name: str) -> bool:
    """Not what macOS puts beside a file on foreign disks."""
    return name.endswith(".log") and not name.startswith("._")


def _unpacked(bundle: zipfile.ZipFile, name: str, left: list[int]) -> Iterator[bytes]:
    try:
        with bundle.open(name) as stream:
            for piece in _pieces(stream):
                yield _counted_down(piece, left, "zip")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise OSError(f"damaged or encrypted in the zip: {error}") from error


def _counted_down(piece: bytes, left: list[int], what: str) -> bytes:
    left[0] -= len(piece)
    if left[0] < 0:
        raise OSError(f"more than {_MOST_UNPACKED >> 30} GiB come out of this {what}")
    return piece


def _member(bundle: zipfile.ZipFile, top: str, name: str) -> bytes | None:
    try:
        with bundle.open(top + name) as stream:
            return stream.read(_LARGEST_DOCUMENT)
    except KeyError:
        return None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise OSError(f"damaged or encrypted in the zip: {error}") from error
