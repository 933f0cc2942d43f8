"""What is generated is up to date, and what is promised exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzers.catalogue_page import markdown_page
from analyzers.rules import CATALOGUE
from bridge.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_findings_page_is_up_to_date() -> None:
    """`make docs` renews it."""
    written = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert written == markdown_page(CATALOGUE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_examples(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help, name
    assert "Examples:" in command.help, name


def test_commands_of_the_readme_exist() -> None:
    named = set(re.findall(r"^closte-doctor ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= COMMANDS.keys()


def test_links_of_the_readme_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_exit_statuses_of_the_readme_are_those_of_the_code() -> None:
    from bridge.errors import ExitStatus

    table = {int(n) for n in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert table <= {int(s) for s in ExitStatus}
    assert {0, 1, 2, 3, 4, 70, 130} <= table
