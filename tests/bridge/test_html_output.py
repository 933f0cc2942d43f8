"""`--format html` on stdout, and `-o x.html` by its suffix."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli.main import status_of

FOLDER = Path(__file__).parents[1] / "fixtures" / "networks" / "healthy"


def test_html_on_stdout_and_in_files(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert status_of(["analyze", str(FOLDER), "--format", "html"]) == 0
    page = capfdbinary.readouterr().out.decode()
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    for name in ("report.html", "REPORT.HTM"):
        written = tmp_path / name
        assert status_of(["analyze", str(FOLDER), "-o", str(written)]) == 0
        assert written.read_text(encoding="utf-8") == page
        assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_other_formats_import_neither_templates_nor_pictures() -> None:
    code = (
        "import sys; from bridge.cli.main import status_of; status_of(['analyze', sys.argv[1]]);"
        "assert not {'jinja2', 'pygal'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(FOLDER)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
