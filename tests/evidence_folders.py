"""The evidence folders among the fixtures, as name → content."""

from __future__ import annotations

from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"
HAND_MADE = FIXTURES / "hand-made"
RECORDINGS = sorted(path.parent for path in (FIXTURES / "recordings").glob("*/*/meta.json"))


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, read as it is."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
