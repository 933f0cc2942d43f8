"""The journal on disk: JSON Lines, 0600, appended to and synced line by line (CONTRACT section 7).

A line is on disk when `write` returns. Where a kill cut a line off, the next one begins on a line of its
own, so that nothing but the torn line is lost.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from analyzers.journal_document import Journal, before_next, plan_fault, read_journal, render_line
from analyzers.language import phrase
from analyzers.plan_document import PlanUnreadable
from analyzers.steps import JournalEntry
from bridge.errors import BridgeError, ExitStatus, UsageError, system_words


class JournalUnwritable(BridgeError):
    """The journal cannot be written: nothing may be done any more."""

    status = ExitStatus.PARTIAL


class JournalFile:
    """A journal that is being written. One writer at a time: the target's lock sees to that."""

    def __init__(
        self,
        path: Path,
        handle: int,
        content: bytes,
        *,
        is_new: bool = False,
        made: Sequence[Path] = (),
    ) -> None:
        self.path = path
        self._handle = handle
        self._content = content
        self._is_new = is_new
        self._made = made
        """Folders that were made for it, the innermost first."""

    @classmethod
    def created(cls, path: Path) -> JournalFile:
        """A new journal. Raises UsageError where the file is there, or cannot be made."""
        made = [folder for folder in path.parents if not os.path.lexists(folder)]
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            handle = os.open(path, flags, 0o600)
            _sync_folder(path.parent)
        except OSError as error:
            raise UsageError(
                phrase(
                    "cannot make the journal {path}: {why}",
                    path=path,
                    why=system_words(error),
                )
            ) from error
        return cls(path, handle, b"", is_new=True, made=made)

    @classmethod
    def opened(cls, path: Path) -> JournalFile:
        """A journal that is there, to be gone on with. Raises UsageError where it cannot be."""
        content = journal_bytes(path)
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW)
        except OSError as error:
            raise UsageError(
                phrase(
                    "cannot write the journal {path}: {why}",
                    path=path,
                    why=system_words(error),
                )
            ) from error
        return cls(path, handle, content)

    def write(self, entry: JournalEntry) -> None:
        """One entry, on disk when this returns. Raises JournalUnwritable."""
        line = before_next(self._content) + render_line(entry)
        try:
            self._whole(line)
            os.fsync(self._handle)
        except OSError as error:
            said = system_words(error)
            raise JournalUnwritable(
                phrase("the journal {path} cannot be written: {said}", path=self.path, said=said)
            ) from error

    def _whole(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            written = os.write(self._handle, left)
            self._content += bytes(left[:written])
            left = left[written:]

    @property
    def journal(self) -> Journal:
        """What it says so far."""
        return read_journal(self._content)

    @property
    def plan_fault(self) -> PlanUnreadable | None:
        """What is wrong with its plan."""
        return plan_fault(self._content)

    @property
    def is_empty(self) -> bool:
        """Was nothing written in it, not even part of a line?"""
        return not self._content

    def close(self) -> None:
        """No more entries. A new one without any is no journal: nothing was begun, and neither a file
        nor a folder made for it is left."""
        if self._handle < 0:
            return
        if self._is_new and self.is_empty:
            with contextlib.suppress(OSError):
                self.path.unlink()
                for folder in self._made:
                    folder.rmdir()  # not one that somebody else has put something in by now
        os.close(self._handle)
        self._handle = -1

    def __enter__(self) -> JournalFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def journal_bytes(path: Path) -> bytes:
    """The content of a journal. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            phrase(
                "cannot read the journal {path}: {why}",
                path=path,
                why=system_words(error),
            )
        ) from error


def _sync_folder(folder: Path) -> None:
    """The file's name is on disk as well."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
