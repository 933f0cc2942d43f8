"""axe-core, the accessibility checker, out of its npm package, kept between runs."""

from __future__ import annotations

import fcntl
import tarfile

from lab import npm
from lab.packages import cache

PACKAGE = "axe-core@4.14.1"
ARCHIVE = "axe-core-4.14.1.tgz"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
_SCRIPT = "package/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def lacking() -> str | None:
    """What is missing to get it, in a word."""
    return None if (cache() / ARCHIVE).exists() or npm.available() else "npm"


def script() -> str:
    """Its JavaScript, fetched if it is not there yet."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / ARCHIVE
    with (folder / "axe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        npm.pack(PACKAGE, archive, SHA256)
    with tarfile.open(archive) as tar:
        file = tar.extractfile(_SCRIPT)
        assert file is not None
        return file.read().decode("utf-8")
