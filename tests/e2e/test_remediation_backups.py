"""A backup comes before anything severe, is waited for, and is begun once, whatever becomes of the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from e2e.doctor import Doctor, Run
from e2e.faults import FOREIGN
from e2e.remedies import at_terminal, entries, outcome_of, remediate_at_terminal, told, undo
from e2e.town import NEW_ROW, town
from lab import seeds
from lab.world import World

pytestmark = pytest.mark.lab

LEFT = "left.example.org"
QUICK = ("--yes", "--wait", "0")
IMPATIENT = ("--api-timeout", "3")
"""Of an API that hangs, which is not waited for."""


@pytest.fixture
def orphan(lab: World, now: datetime) -> Iterator[World]:
    """A network of whose aliases one is mapped nowhere: deleting it is severe."""
    with ExitStack() as put_right:
        lab.settle(town(now))
        put_right.callback(lab.api.mend)
        lab.api.app.domains.append(LEFT)
        lab.points(LEFT, FOREIGN)
        yield lab


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal goes."""
    return tmp_path / "journal.jsonl"


def resumed(doctor: Doctor, journal: Path) -> Run:
    """`remediate --resume JOURNAL` with a person who confirms."""
    lab = doctor.world
    words = ("remediate", lab.target, *lab.options, "--resume", str(journal))
    return at_terminal(doctor, (LEFT,), *words, *QUICK, "--task-wait", "120")


def acted(lab: World) -> list[str]:
    """The calls that changed something at Closte."""
    return [request.endpoint for request in lab.api.calls() if request.acted]


def test_a_look_after_the_backup_that_saw_nothing_is_no_proof_that_it_is_healed(
    orphan: World, doctor: Doctor, journal: Path
) -> None:
    api = orphan.api
    api.meanwhile("/manualbackup", lambda: api.fail("html-502", endpoint="/getdomains"))
    run = remediate_at_terminal(doctor, (LEFT,), *QUICK, "--journal", str(journal))
    assert run.status == 5, run.said
    assert acted(orphan) == ["/manualbackup"]
    assert [step for step, _, _ in told(journal)] == ["s1", "s1"]
    assert "alias.delete is not begun" in run.said


def test_what_came_about_while_the_backup_was_waited_for_is_seen_before_the_severe_step(
    orphan: World, doctor: Doctor, journal: Path, now: datetime
) -> None:
    row = seeds.mapping(NEW_ROW, 3, LEFT, now, primary=0)
    orphan.api.meanwhile("/manualbackup", lambda: orphan.sql(row))
    run = remediate_at_terminal(doctor, (LEFT,), *QUICK, "--journal", str(journal))
    assert run.status == 1, run.said  # it is mapped now, and its DNS leads elsewhere
    assert acted(orphan) == ["/manualbackup"]
    assert LEFT in orphan.api.app.domains
    assert outcome_of(journal, "alias.delete") == ("already", None)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("timeout-after", "done"),
        ("timeout-before", "failed"),
        ("html-502", "failed"),
        ("not-success", "failed"),
        ("lies", "failed"),
    ],
)
def test_nothing_severe_is_done_unless_a_backup_really_ended(
    orphan: World, doctor: Doctor, journal: Path, fault: str, outcome: str
) -> None:
    orphan.api.fail(fault, endpoint="/manualbackup")
    wait = "120" if outcome == "done" else "8"
    run = remediate_at_terminal(
        doctor, (LEFT,), *QUICK, *IMPATIENT, "--task-wait", wait, "--journal", str(journal)
    )
    asked = [r for r in orphan.api.calls("/manualbackup")]
    assert len(asked) == 1, run.said
    assert outcome_of(journal, "backup.take")[0] == outcome
    assert (LEFT in orphan.api.app.domains) is (outcome != "done")
    assert run.status == (0 if outcome == "done" else 5), run.said


def test_a_backup_that_outlasts_its_time_is_waited_for_by_resuming_and_not_taken_twice(
    orphan: World, doctor: Doctor, journal: Path
) -> None:
    orphan.api.app.polls_until_done = 3
    run = remediate_at_terminal(
        doctor, (LEFT,), *QUICK, "--task-wait", "1", "--journal", str(journal)
    )
    assert run.status == 5, run.said
    assert outcome_of(journal, "backup.take")[0] == "unknown"
    assert LEFT in orphan.api.app.domains
    again = resumed(doctor, journal)
    assert again.status == 0, again.said
    assert acted(orphan) == ["/manualbackup", "/deletedomainalias"]


def test_a_run_that_broke_off_at_its_backup_finds_it_in_clostes_list(
    orphan: World, doctor: Doctor, journal: Path
) -> None:
    assert remediate_at_terminal(doctor, (LEFT,), *QUICK, "--journal", str(journal)).status == 0
    assert undo(doctor, journal).status == 0
    first = entries(journal)[0]
    assert told(journal)[0] == ("s1", "intent", None)
    orphan.api.forget()
    journal.write_text(json.dumps(first) + "\n")
    again = resumed(doctor, journal)
    assert again.status == 0, again.said
    assert outcome_of(journal, "backup.take")[0] == "done"
    assert acted(orphan) == ["/deletedomainalias"]


def test_a_run_that_broke_off_before_its_backup_takes_one(
    orphan: World, doctor: Doctor, journal: Path
) -> None:
    assert remediate_at_terminal(doctor, (LEFT,), *QUICK, "--journal", str(journal)).status == 0
    assert undo(doctor, journal).status == 0
    first = entries(journal)[0]
    orphan.api.forget()
    orphan.api.app.backups.clear()
    journal.write_text(json.dumps(first) + "\n")
    again = resumed(doctor, journal)
    assert again.status == 0, again.said
    assert acted(orphan) == ["/manualbackup", "/deletedomainalias"]
    assert [o for s, p, o in told(journal) if s == "s1" and p == "result"] == ["failed", "done"]


def test_a_run_that_is_resumed_and_goes_no_further_stopped_part_way(
    orphan: World, doctor: Doctor, journal: Path
) -> None:
    assert remediate_at_terminal(doctor, (LEFT,), *QUICK, "--journal", str(journal)).status == 0
    assert undo(doctor, journal).status == 0
    line = entries(journal)[0]
    line["before"] = {}
    journal.write_text(json.dumps(line) + "\n")
    orphan.api.forget()
    again = resumed(doctor, journal)
    assert again.status == 5, again.said
    assert acted(orphan) == []
