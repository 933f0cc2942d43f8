"""What an undoing did: the same for people, for the ticket and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from mapped_case import default_certificate, listed, tls
from planned_case import snapshot_of

from analyzers.diagnose import diagnose
from analyzers.findings import Subject
from analyzers.journal_document import Journal
from analyzers.steps import JournalEntry, Json, Outcome, Plan, PlannedNetwork, Step
from analyzers.undo_record import (
    TakenBack,
    UndoRecord,
    render_json,
    render_markdown,
    render_text,
    shown,
    undo_record,
)
from analyzers.undoing import Undoing, undoing_of
from bridge.language import language_of

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
PLACE = "setting dns_check_interval"
BEFORE: Mapping[str, Json] = {PLACE: {"value": "10"}}
LEFT: Mapping[str, Json] = {PLACE: {"value": 30}}
STEP = Step(
    "s1", "settings.check-interval", "wp-cli", Subject("network", "network.example"),
    {"seconds": 30}, (), "confirm", True, {}, "why", "expect",
)  # fmt: skip
PLAN = Plan("sha256:0", AT, AT, "prod", PlannedNetwork("network.example", "acct123", None), (STEP,))
JOURNAL = Journal(
    (
        JournalEntry(AT, PLAN.digest, "s1", "intent", None, "", BEFORE, LEFT, PLAN),
        JournalEntry(AT, PLAN.digest, "s1", "result", "done", "", BEFORE, LEFT),
    ),
    0,
)
STANDING = diagnose(snapshot_of(listed(), tls(default_certificate())), tool="test")


def of(undoing: Undoing, *outcomes: Outcome) -> UndoRecord:
    taken = [TakenBack(act, o, "by SQL") for act, o in zip(undoing.acts, outcomes, strict=False)]
    return undo_record(PLAN, undoing, taken, STANDING if outcomes else None)


def test_what_came_back_is_told_with_what_stands_now() -> None:
    undoing = undoing_of(JOURNAL, dict(LEFT))
    record = of(undoing, "done")
    text = render_text(record)
    assert f"s1: Put back as it was before s1: {PLACE}." in text
    assert "done: by SQL" in text
    assert "[alias.missing]" in text
    assert "[alias.missing]" not in shown(undoing)
    assert "alias.missing" in render_markdown(record)
    told = json.loads(render_json(record))
    assert [(a["step"], a["outcome"]) for a in told["acts"]] == [("s1", "done")]
    assert told["acts"][0]["parameters"] == {"places": {PLACE: {"value": "10"}}}
    assert "alias.missing" in {f["code"] for f in told["standing"]}


def test_a_conflict_shows_its_three_values_in_every_format() -> None:
    record = of(undoing_of(JOURNAL, {PLACE: {"value": 60}}))
    for told in (render_text(record), render_markdown(record), render_json(record)):
        assert all(value in told for value in ("10", "30", "60"))
    assert "Nothing was taken back." in render_text(record)
    (kept,) = json.loads(render_json(record))["kept"]
    assert kept["conflict"] is True
    assert (kept["before"], kept["left"], kept["now"]) == (
        {"value": "10"},
        {"value": 30},
        {"value": 60},
    )
    assert json.loads(render_json(record))["standing"] is None


def test_what_was_not_begun_is_told_too() -> None:
    record = of(undoing_of(JOURNAL, dict(LEFT)))
    assert "not begun" in render_text(record)
    assert json.loads(render_json(record))["acts"][0]["outcome"] is None


def test_it_speaks_the_readers_language() -> None:
    text = render_text(of(undoing_of(JOURNAL, dict(LEFT)), "failed"), language_of("pl"))
    assert "Przywrócić stan sprzed s1" in text
    assert "nie powiodło się" in text
