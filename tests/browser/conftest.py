"""One browser for all tests of a worker, and the report as files for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import axe
from browser.chromium import Chromium, program

from analyzers.findings import Diagnosis
from analyzers.reports import html


def _unless(missing: str | None) -> None:
    if missing is None:
        return
    sentence = f"these tests need {missing}: `make test` as root installs it"
    if os.environ.get("CLOSTE_DOCTOR_LAB") == "required":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A browser. Each test opens what it wants to see."""
    _unless(None if program() else "chromium")
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The accessibility checker."""
    _unless(axe.lacking())
    return axe.script()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Diagnosis], Path]:
    """Write the report of a diagnosis to a file."""

    def save(diagnosis: Diagnosis) -> Path:
        path = tmp_path / "report.html"
        path.write_text(html.render(diagnosis), encoding="utf-8")
        return path

    return save
