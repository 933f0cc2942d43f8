"""`remediate` and `undo` against the lab: planned, confirmed, carried out, proven, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from e2e.doctor import Doctor, Run
from e2e.faults import NEWCOMER, Place, newcomer
from e2e.town import town
from lab.world import World

pytestmark = pytest.mark.lab

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def remediate(doctor: Doctor, *options: str, stdin: bytes = b"") -> Run:
    """`remediate TARGET`, kept inside the lab."""
    lab = doctor.world
    return doctor("remediate", lab.target, *lab.options, *options, stdin=stdin)


def entries(journal: Path) -> list[dict[str, object]]:
    """The lines of a journal."""
    return [json.loads(line) for line in journal.read_text().splitlines()]


def told(journal: Path) -> list[tuple[object, object, object]]:
    """Step, phase and outcome of each line."""
    return [(e["step"], e["phase"], e["outcome"]) for e in entries(journal)]


@pytest.fixture
def missing(lab: World, now: datetime) -> Iterator[World]:
    """A network of whose domains one is not known to Closte."""
    lab.settle(town(now))
    with ExitStack() as undo:
        newcomer(Place(lab, now, undo, "2.4.10"), HOUR, stage="checking-ssl-cert", next_in=MINUTE)
        lab.api.app.domains.remove(NEWCOMER)
        yield lab


def test_without_apply_the_plan_is_shown_and_nothing_is_changed(
    missing: World, doctor: Doctor, tmp_path: Path
) -> None:
    database, tree = missing.dump(), missing.tree()
    run = remediate(doctor, "-o", str(tmp_path / "plan.json"), "-o", "-")
    assert run.status in (0, 1), run.said
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert "alias.add" in {step["action"] for step in plan["steps"]}
    assert NEWCOMER.encode() in run.stdout
    assert missing.dump() == database
    assert missing.tree() == tree
    assert not any(request.acted for request in missing.api.calls())


def test_an_alias_is_added_proven_and_taken_back(
    missing: World, doctor: Doctor, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.jsonl"
    run = remediate(doctor, "--apply", "--yes", "--journal", str(journal), "--only", "alias.add")
    assert missing.api.app.domains.count(NEWCOMER) == 1, run.said
    assert journal.stat().st_mode & 0o777 == 0o600
    assert told(journal)[:2] == [("s1", "intent", None), ("s1", "result", "done")], run.said
    added = [r for r in missing.api.calls("/adddomainalias") if r.acted]
    assert [(r.fields["domain"], r.fields["wildcard"]) for r in added] == [(NEWCOMER, "0")]
    back = doctor("undo", str(journal), "--yes", *missing.options)
    assert back.status == 0, back.said
    assert NEWCOMER not in missing.api.app.domains
