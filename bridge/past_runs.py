"""Earlier runs on this machine: a file of lines per target, 0600, in the folder of our state.

Written after a diagnosis of a host, read by `history`. Never a reason to fail: a run that cannot be kept is
a run all the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from analyzers.document_fields import DocumentError
from analyzers.findings import Diagnosis
from analyzers.language import phrase
from analyzers.past_runs import Run, line_of, run_in, run_of, runs_in
from bridge.errors import UsageError, system_words
from bridge.private_file import write_private
from bridge.state_folder import state_folder

MOST_BYTES = 16 << 20
"""A file that grew over this keeps its newest half."""
SAME_WITHIN = timedelta(hours=1)
"""A run that says the same as the one before it is kept only after so long: monitoring runs often."""
_TAIL = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


def record_of(target: str, folder: Path | None = None) -> Path:
    """The file of a target: its name as far as it makes a file name, and a digest, since that is not far."""
    digest = hashlib.sha256(target.encode()).hexdigest()[:12]
    name = _UNSAFE.sub("-", target).strip(".-")[:80]
    return (folder or state_folder() / "history") / f"{name}-{digest}.jsonl"


def remember(diagnosis: Diagnosis, target: str, folder: Path | None = None) -> str | None:
    """Keep a run. None, or in a clause why it could not be kept."""
    path = record_of(target, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(path) as handle:
            run = run_of(diagnosis)
            last, whole = _last(handle)
            if last is None or not (run.same_as(last) and _soon(last, run)):
                os.write(handle, ("" if whole else "\n").encode() + line_of(run).encode())
                if os.fstat(handle).st_size > MOST_BYTES:
                    _halve(path)
    except OSError as error:
        return phrase("{path}: {why}", path=path, why=system_words(error))
    return None


def _soon(last: Run, run: Run) -> bool:
    return timedelta() <= run.at - last.at < SAME_WITHIN


def earlier_runs(target: str, folder: Path | None = None) -> tuple[tuple[Run, ...], int]:
    """The runs that were kept of a target, the oldest first; and how many lines are none.

    Raises UsageError where the file is there and cannot be read.
    """
    path = record_of(target, folder)
    try:
        return runs_in(path.read_bytes())
    except FileNotFoundError:
        return (), 0
    except OSError as error:
        raise UsageError(
            phrase("cannot read {path}: {why}", path=path, why=system_words(error))
        ) from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, for us alone until closed. Where another run replaced it meanwhile, the new one."""
    while True:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(path, flags, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if _same(path, handle):
                    yield handle
                    return
        finally:
            os.close(handle)


def _same(path: Path, handle: int) -> bool:
    ours, there = os.fstat(handle), path.stat()
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


def _last(handle: int) -> tuple[Run | None, bool]:
    """The newest run that was kept, and whether the file ends with a whole line."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _TAIL, max(0, size - _TAIL))
    for line in reversed(tail.split(b"\n")):
        if line.strip():
            try:
                return run_in(line), tail.endswith(b"\n")
            except DocumentError:
                break
    return None, not tail or tail.endswith(b"\n")


def _halve(path: Path) -> None:
    """Drop the older half, whole lines only; the file is replaced at once or not at all."""
    content = path.read_bytes()
    cut = content.find(b"\n", len(content) // 2) + 1
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_private(beside, content[cut:])
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
