"""The example networks: evidence folders that come with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from bridge.errors import UsageError

DEFAULT = "four-troubles"


def scenarios() -> dict[str, Path]:
    """Name → folder, of every example network."""
    return {
        folder.name: folder
        for folder in sorted(_root().iterdir())
        if folder.is_dir() and (folder / "meta.json").is_file()
    }


def scenario(name: str) -> tuple[str, dict[str, bytes]]:
    """Name and files of an example network; `""` is the default one. UsageError for an unknown one."""
    from bridge.folder import read_folder

    known = scenarios()
    chosen = name or DEFAULT
    if chosen not in known:
        from difflib import get_close_matches

        close = get_close_matches(chosen, known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UsageError(f"there is no example {chosen!r}.{hint} There are: {', '.join(known)}.")
    return chosen, read_folder(known[chosen])


def _root() -> Path:
    """In an installed package beside this file; in a checkout among the fixtures."""
    packaged = Path(str(files("bridge.demo"))) / "networks"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "networks"
