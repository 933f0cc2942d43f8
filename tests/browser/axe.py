"""axe-core, the accessibility checker, out of its npm package, kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from lab.packages import cache

PACKAGE = "axe-core@4.14.1"
ARCHIVE = "axe-core-4.14.1.tgz"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
_SCRIPT = "package/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def lacking() -> str | None:
    """What is missing to get it, in a word."""
    return None if (cache() / ARCHIVE).exists() or shutil.which("npm") else "npm"


def script() -> str:
    """Its JavaScript, fetched if it is not there yet."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / ARCHIVE
    with (folder / "axe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            _pack(folder)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        archive.unlink()
        raise RuntimeError(f"{ARCHIVE} is not the package these tests were made for: {found}")
    with tarfile.open(archive) as tar:
        file = tar.extractfile(_SCRIPT)
        assert file is not None
        return file.read().decode("utf-8")


def _pack(folder: Path) -> None:
    npm = shutil.which("npm")
    assert npm is not None
    subprocess.run(
        [npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
