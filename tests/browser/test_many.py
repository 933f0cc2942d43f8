"""The pages of many networks and of many runs in a real browser: as quiet, readable and deaf as that of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from browser.cases import FOLDERS, HOSTILE, diagnosed, hostile
from browser.chromium import Chromium
from browser.test_report import CUT_OFF, ELEMENTS, NARROW, WIDE, quiet, violations

from analyzers.findings import Diagnosis
from analyzers.fleet import Fleet
from analyzers.history import History
from analyzers.past_runs import run_of
from analyzers.reports.html import fleet_page, history_page


def page(folder: Path, *diagnoses: Diagnosis) -> Path:
    """The page of these, with one target that was not reached."""
    path = folder / "fleet.html"
    fleet = Fleet("closte-doctor test", "error", diagnoses, ("late",))
    path.write_text(fleet_page.render(fleet), encoding="utf-8")
    return path


MIXED = tuple(replace(diagnosed(case), target=case) for case in FOLDERS)


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
def test_it_is_quiet_and_the_accessibility_checker_finds_nothing(
    scheme: str, width: int, chromium: Chromium, tmp_path: Path, axe_script: str
) -> None:
    path = page(tmp_path, *MIXED)
    chromium.media(scheme=scheme)
    quiet(chromium.open(path, width=width), path)
    violations(chromium, axe_script)


@pytest.mark.parametrize("width", [NARROW, 768, WIDE])
def test_nothing_is_wider_than_the_screen(width: int, chromium: Chromium, tmp_path: Path) -> None:
    chromium.media()
    chromium.open(page(tmp_path, *MIXED, hostile("x" * 3_000)), width=width)
    assert chromium.value("document.documentElement.scrollWidth") <= width
    assert chromium.value(CUT_OFF) == []


def test_what_strangers_wrote_makes_no_element(chromium: Chromium, tmp_path: Path) -> None:
    chromium.open(page(tmp_path, hostile("x")))
    plain = chromium.value(ELEMENTS)
    for words in HOSTILE:
        path = page(tmp_path, hostile(words))
        quiet(chromium.open(path), path)
        assert chromium.value(ELEMENTS) == plain
        assert chromium.value("window.hurt") is None


def runs_page(folder: Path, *diagnoses: Diagnosis) -> Path:
    """The page of these as runs of one target, a day apart."""
    path = folder / "history.html"
    first = diagnoses[0].taken_at
    runs = [
        replace(run_of(diagnosis), at=first + timedelta(days=day))
        for day, diagnosis in enumerate(diagnoses)
    ]
    shown = History.of(runs, tool="closte-doctor test", target=diagnoses[-1].target)
    path.write_text(history_page.render(shown), encoding="utf-8")
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
def test_the_page_of_runs_is_quiet_and_the_accessibility_checker_finds_nothing(
    scheme: str, width: int, chromium: Chromium, tmp_path: Path, axe_script: str
) -> None:
    path = runs_page(tmp_path, *MIXED, MIXED[0])
    chromium.media(scheme=scheme)
    quiet(chromium.open(path, width=width), path)
    violations(chromium, axe_script)


@pytest.mark.parametrize("width", [NARROW, 768, WIDE])
def test_no_run_is_wider_than_the_screen(width: int, chromium: Chromium, tmp_path: Path) -> None:
    chromium.media()
    chromium.open(runs_page(tmp_path, *MIXED, hostile("x" * 3_000)), width=width)
    assert chromium.value("document.documentElement.scrollWidth") <= width
    assert chromium.value(CUT_OFF) == []


def test_what_strangers_wrote_makes_no_element_among_runs(
    chromium: Chromium, tmp_path: Path
) -> None:
    chromium.open(runs_page(tmp_path, hostile("x")))
    plain = chromium.value(ELEMENTS)
    for words in HOSTILE:
        path = runs_page(tmp_path, hostile(words))
        quiet(chromium.open(path), path)
        assert chromium.value(ELEMENTS) == plain
        assert chromium.value("window.hurt") is None
