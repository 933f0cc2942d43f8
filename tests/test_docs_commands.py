"""Every command that the pages of `docs/` show is run, and prints what they say it prints.

A block marked `console` is a session: `$ ` begins a command, the lines below are of its output (`…` stands
for what is left out; `echo $?` is the status of the command before). A block marked `toml` is written to
closte-doctor.toml. The blocks of a page run one after the other in one empty folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (
    "first-diagnosis.md",
    "reading-a-report.md",
    "sending-a-bundle.md",
    "monitoring.md",
    "many-networks.md",
    "history.md",
    "formats.md",
    "extending-patterns.md",
    "remediation.md",
    "languages.md",
)
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Shown:
    """A command as a page shows it, and what it shows of the output."""

    command: str
    output: list[str] = field(default_factory=list)


def session(text: str) -> list[Shown]:
    found: list[Shown] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:]))
        elif line != "…":
            found[-1].output.append(" ".join(line.split()))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_a_page(page: str, tmp_path: Path) -> None:
    blocks = list(_BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")))
    assert any(block["kind"] == "console" for block in blocks)
    folder = tmp_path / "work"
    folder.mkdir()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
    }
    status = 0
    for block in blocks:
        if block["kind"] == "toml":
            (folder / "closte-doctor.toml").write_text(block["text"], encoding="utf-8")
        for shown in session(block["text"]) if block["kind"] == "console" else ():
            if shown.command == "echo $?":
                assert shown.output == [str(status)], f"{page}: status of the command before"
                continue
            done = subprocess.run(
                ["bash", "-c", shown.command], cwd=folder, env=environment,
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            status = done.returncode
            said = " ".join(done.stdout.split())
            assert status in (0, 1, 2, 3, 4), f"{shown.command}\n{done.stderr}"
            assert "Traceback" not in done.stderr
            assert status != 2 or "check" in shown.command, done.stderr
            lines = done.stdout.splitlines()
            for line in shown.output:
                found = line in lines if line.isdigit() else line in said
                assert found, f"{page}: {shown.command}\nlacks: {line}\n{done.stdout}{done.stderr}"


def test_every_page_is_reached_and_leads_somewhere() -> None:
    links = set()
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (DOCS / page).read_text()):
            assert (DOCS / link).exists(), f"{page}: {link}"
            links.add(link)
    assert set(PAGES) - {"first-diagnosis.md", "extending-patterns.md"} <= links
