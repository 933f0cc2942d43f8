"""Where a command is spoken: the current folder and the user's home, also where there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def current_folder() -> Path:
    """The current folder; one that was removed under us holds nothing, and is no reason to end."""
    try:
        return Path.cwd()
    except OSError:
        return Path()


def home_folder(environ: Mapping[str, str]) -> Path:
    """HOME, else the home of the account; `/` for an account without one, as in many containers."""
    if home := environ.get("HOME"):
        return Path(home)
    try:
        from pwd import getpwuid

        return Path(getpwuid(os.getuid()).pw_dir or "/")
    except (ImportError, KeyError):
        return Path("/")


def is_folder(path: Path) -> bool:
    """Is a folder there, as far as we may look? `Path.is_dir` raises where it may not."""
    return os.path.isdir(path)


def is_file(path: Path) -> bool:
    """Is a file there, as far as we may look? `Path.is_file` raises where it may not."""
    return os.path.isfile(path)
