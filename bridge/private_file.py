"""A file that its owner alone can read, and whether there can be one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, content: bytes | Iterable[bytes]) -> None:
    """A new file, 0600, on disk when this returns. `content`: whole or in pieces.

    Raises FileExistsError where one is there.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(handle, "wb") as stream:
        stream.writelines((content,) if isinstance(content, bytes) else content)
        stream.flush()
        os.fsync(handle)


def fault_of(path: Path) -> int | None:
    """The number of the error that writing a file there would end in."""
    if os.path.isdir(path):
        return errno.EISDIR
    try:
        if not stat.S_ISDIR(path.parent.stat().st_mode):
            return errno.ENOTDIR
        if not os.access(path.parent, os.W_OK):
            return errno.EACCES
        with suppress(FileNotFoundError):
            path.lstat()
    except OSError as error:
        return error.errno
    return None
