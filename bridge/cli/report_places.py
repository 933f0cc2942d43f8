"""Where a report goes: to stdout, or to files, whole or not at all and readable by their owner only."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from analyzers.language import phrase
from bridge.errors import UsageError, system_text, system_words
from bridge.private_file import fault_of, write_private

SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".xml": "junit",
    ".prom": "prometheus",
}
"""File name suffix → format."""
_OPEN_FILE = re.compile(
    r"/dev/(?P<name>stdout|stderr)|(?:/dev|/proc/self)/fd/(?P<number>[0-9]{1,9})", re.ASCII
)
_STANDARD = {"stdout": 1, "stderr": 2}
Text = str | Iterable[str]
"""A report, whole or in pieces."""
_PIECE = 1 << 20
_READABLE = 0o644
"""Metrics are read by another account (node_exporter's), and hold nothing of the evidence."""


def format_of(target: str, otherwise: str) -> str:
    """The format of a file by its name; of stdout, and of any other name, the one that was asked for."""
    return SUFFIXES.get(Path(target).suffix.lower(), otherwise)


def is_folder(target: str) -> bool:
    """Is this a folder for files of their own names, there already or to be made?"""
    return target.endswith("/") or os.path.isdir(target)


def mode_of(format: str) -> int:
    """The permissions of a file that holds a report in this format."""
    return _READABLE if format == "prometheus" else 0o600


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError for what can be no file, or lies in a folder that is none or takes none."""
    if not path.name:
        raise UsageError(phrase("--output {path}: not the name of a file", path=repr(str(path))))
    if _is_stream(path):
        return
    if (fault := fault_of(path)) is not None:
        raise UsageError(phrase("cannot write {path}: {why}", path=path, why=system_text(fault)))


def replace_file(path: Path, text: Text, *, mode: int = 0o600) -> None:
    """The file whole or not at all, readable by its owner only unless `mode` says otherwise; a device or a
    pipe is written to, never replaced.

    Raises UsageError in a sentence.
    """
    refuse_unwritable(path)
    if _is_stream(path):
        _write_into(path, text)
        return
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        try:
            write_private(temporary, _encoded(text))
            temporary.chmod(mode)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            phrase("cannot write {path}: {why}", path=path, why=system_words(error))
        ) from error


def _is_stream(path: Path) -> bool:
    """A device, a pipe, or a shell's name for an open file (`/dev/stdout`, and `>(…)`: `/dev/fd/63`): a
    file put in its place would take it from everybody."""
    if _OPEN_FILE.fullmatch(str(path)):
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _write_into(path: Path, text: Text) -> None:
    try:
        opened = _OPEN_FILE.fullmatch(str(path))
        if opened is None:
            handle = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        else:
            handle = os.dup(int(opened["number"] or _STANDARD[opened["name"]]))
        with open(handle, "wb") as stream:
            stream.writelines(_encoded(text))
    except OSError as error:
        raise UsageError(
            phrase("cannot write {path}: {why}", path=path, why=system_words(error))
        ) from error


def to_stdout(text: Text) -> None:
    """A report to stdout, in UTF-8, whole or in pieces. Raises UsageError where stdout takes nothing; a
    reader that went away (`head`) is a BrokenPipeError, as everywhere."""
    if sys.stdout is None:
        raise UsageError(phrase("cannot write to stdout: it is closed"))
    try:
        for piece in _encoded(text):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_stdout()
        raise UsageError(
            phrase("cannot write to stdout: {why}", why=system_words(error))
        ) from error


def _encoded(text: Text) -> Iterator[bytes]:
    """A megabyte at a time: of a report of 80 MB there is no second one in memory."""
    for whole in (text,) if isinstance(text, str) else text:
        for begin in range(0, len(whole), _PIECE):
            yield whole[begin : begin + _PIECE].encode("utf-8", "backslashreplace")


def _drop_stdout() -> None:
    """What Python still holds back would fail again when it flushes at the end."""
    null = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(null, sys.stdout.fileno())
    os.close(null)
