"""Writes docs/findings.md out of the rules: `python -m bridge.docs [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path


def write(folder: Path) -> Path:
    """The generated page under `folder`; its path."""
    from analyzers.catalogue_page import markdown_page
    from analyzers.rules import CATALOGUE

    path = folder / "findings.md"
    path.write_text(markdown_page(CATALOGUE), encoding="utf-8")
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
