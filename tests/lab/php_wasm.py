"""Other PHPs than the one installed here, as WebAssembly, fetched once and kept with the lab's packages."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from lab import npm, packages

VERSION = "3.1.54"
WANTED = [f"@php-wasm/{name}@{VERSION}" for name in ("universal", "node-7-4", "node-8-5")]


def available() -> bool:
    """Are the programs here that fetch and run them?"""
    return npm.available() and shutil.which("node") is not None


def modules() -> Path:
    """The folder with their modules."""
    folder = packages.cache() / "php-wasm"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"done-{VERSION}"
        if not done.exists():
            npm.install(WANTED, folder)
            done.touch()
    return folder
