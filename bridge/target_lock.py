"""One run at a time per network: a lock that the system takes back when its holder dies.

By what the network is (host key, app, domain, folder), not by what somebody calls it. Runs on other
machines meet the second lock, which the script on the host takes in the database.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzers.language import phrase
from bridge.errors import BridgeError, ExitStatus, UsageError, system_words


class TargetLocked(BridgeError):
    """Another run is changing this network."""

    status = ExitStatus.REFUSED


@contextmanager
def target_lock(identity: tuple[str, ...], folder: Path) -> Iterator[None]:
    """Hold the lock of a network. Raises TargetLocked where a living process has it, UsageError where
    there is no place for it.

    A file that a dead process left behind is no lock: the system has forgotten that one.
    """
    name = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:32]
    path = folder / f"{name}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        why = system_words(error)
        raise UsageError(
            phrase("cannot make the lock {path}: {why}; nothing was changed", path=path, why=why)
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            by = phrase(" (process {number})", number=holder) if holder.isdigit() else ""
            raise TargetLocked(
                phrase("another run{by} is changing this network right now", by=by)
            ) from None
        with contextlib.suppress(OSError):  # a full disk: it is held without saying by whom
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
