"""Packages out of npm's registry, by its ordinary client, asked for again where the way there fails."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_PAUSES = (5.0, 20.0, 60.0)
"""Seconds before each further attempt: a registry that is out of reach is so for a while."""
_SETTINGS = {
    "npm_config_audit": "false",
    "npm_config_fetch_retries": "4",
    "npm_config_fund": "false",
    "npm_config_loglevel": "error",
    "npm_config_update_notifier": "false",
}


def available() -> bool:
    """Is the client installed?"""
    return shutil.which("npm") is not None


def pack(package: str, archive: Path, sha256: str) -> None:
    """Put the package's archive there, exactly the one with this digest, unless it is there already."""

    def there() -> bool:
        if archive.exists() and _digest(archive) != sha256:
            archive.unlink()
        return archive.exists()

    if not there() and not any(
        _ran(["pack", package], archive.parent, pause) and there() for pause in (*_PAUSES, 0.0)
    ):
        raise RuntimeError(f"npm does not give {package}, or another one than {sha256}")


def install(packages: Sequence[str], folder: Path) -> None:
    """Install the packages and what they need in a folder of their own."""
    (folder / "package.json").write_text("{}")
    if not any(_ran(["install", *packages], folder, pause) for pause in (*_PAUSES, 0.0)):
        raise RuntimeError(f"npm does not give {' '.join(packages)}")


def _ran(arguments: Sequence[str], folder: Path, pause: float) -> bool:
    """Did it go well? Where not, what it says is passed on, and the pause is made."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed")
    done = subprocess.run(
        [npm, *arguments],
        cwd=folder,
        # Its cache, and how its registry is reached, stand in the home folder of whoever runs this.
        env={**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir, **_SETTINGS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        time.sleep(pause)
    return done.returncode == 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
