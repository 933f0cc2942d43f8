"""Log files of the plugin, found by path: files, folders, evidence folders, zips.

What cannot be read is said, and the rest goes on. Kept out: how they are read (`log_content.py`), and
what a log says (`analyzers`).
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from analyzers.language import phrase, sentence_of
from bridge.errors import UsageError
from bridge.log_content import (
    LARGEST_DOCUMENT,
    MOST_UNPACKED,
    member,
    pieces_of,
    stdin_pieces,
    unpacked,
)

STDIN = "-"
LOGS_FOLDER = "wu-logs"
HOST = "host.json"


class LogFile(NamedTuple):
    """One log file, not yet read. There can be tens of thousands."""

    name: str
    """As it is cited: the path as it was given or found, `bundle.zip:wu-logs/x.log` in a zip."""
    pieces: Callable[[], Iterator[bytes]]
    """Its content. Raises OSError with a sentence where it cannot be read."""
    folder: Folder
    """What lies around it."""
    size: int = 0
    """Bytes on disk of a file that can be read again from any place of it; else 0."""


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
            raise UsageError(phrase("there is no file or folder {path}", path=path))
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
                say(error.sentence)
    if damaged and not found:
        raise damaged[0]


def _at(path: str, seen: set[tuple[int, int]], say: Callable[[str], None]) -> Iterator[LogFile]:
    if path == STDIN:
        yield LogFile(STDIN, stdin_pieces, Folder(STDIN, lambda name: None))
    elif os.path.isdir(path):
        yield from _in_folder(path, seen, say)
    elif path.lower().endswith(".zip"):
        yield from _in_zip(Path(path), say)
    else:
        size = _met(path, seen)
        if size is not None:
            yield LogFile(path, partial(pieces_of, path), _above(os.path.dirname(path)), size)


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
        above, prefix = _above(place), os.path.join(place, "")
        for name in sorted(filter(_is_log, names)):
            found += 1
            path = prefix + name
            size = _met(path, seen, regular=True)
            if size is not None:
                yield LogFile(path, partial(pieces_of, path), above, size)
    for error in closed:
        yield LogFile(str(error.filename), partial(_closed, error), _above(start))
    if not found and not closed:
        say(phrase("no log file in {folder}", folder=folder))


def _closed(error: OSError) -> Iterator[bytes]:
    """A folder that may not be looked into is a log that cannot be read."""
    raise error


def _met(path: str, seen: set[tuple[int, int]], *, regular: bool = False) -> int | None:
    """The size of a file that is met for the first time, else None: one given twice is counted once.

    0 for what has none, or is not there: reading it will say why. `regular`: of a folder's entries only
    files count; a pipe is read only where it was asked for.
    """
    try:
        status = os.stat(path)
    except OSError:
        return 0
    if not stat.S_ISREG(status.st_mode):
        return None if regular else 0
    key = (status.st_dev, status.st_ino)
    if key in seen:
        return None
    seen.add(key)
    return status.st_size


def _above(place: str) -> Folder:
    """The folder above the folder of a log."""
    above = os.path.dirname(os.path.abspath(place))

    def document(name: str) -> bytes | None:
        try:
            with open(os.path.join(above, name), "rb") as stream:
                return stream.read(LARGEST_DOCUMENT)
        except FileNotFoundError:
            return None

    return Folder(above, document)


def _in_zip(path: Path, say: Callable[[str], None]) -> Iterator[LogFile]:
    """The `wu-logs/*.log` of a bundle, all logs of any other zip. Nothing is unpacked to disk."""
    try:
        bundle = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(
            phrase("cannot read {path}: {error}", path=path, error=sentence_of(error))
        ) from error
    with closing(bundle):
        left = [MOST_UNPACKED]
        logs = sorted(name for name in set(bundle.namelist()) if _is_log(name.rpartition("/")[2]))
        logs = [name for name in logs if "__MACOSX" not in name.split("/")]
        bundled = [name for name in logs if name.split("/")[-2:-1] == [LOGS_FOLDER]]
        if not logs:
            say(phrase("no log file in {path}", path=path))
        for name in bundled or logs:
            top = "".join(f"{part}/" for part in name.split("/")[:-2])
            folder = Folder(f"{path}:{top}", partial(member, bundle, top))
            yield LogFile(f"{path}:{name}", partial(unpacked, bundle, name, left), folder)


def _is_log(name: str) -> bool:
    """Not what macOS puts beside a file on foreign disks."""
    return name.endswith(".log") and not name.startswith("._")
