"""What an undoing did: the same for people, for the ticket and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from mapped_case import (
    SHOP,
    action,
    default_certificate,
    event,
    host,
    listed,
    logs,
    minutes,
    row,
    rows,
    tls,
)
from planned_case import snapshot_of

from analyzers.diagnose import diagnose
from analyzers.evidence import Scheduler
from analyzers.findings import Subject
from analyzers.journal_document import Journal
from analyzers.meanwhile import written_since
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


ROW_5: Mapping[str, Json] = {"id": "5", "domain": SHOP, "stage": "ssl-failed"}
RECHECK = Step(
    "s1", "domain.recheck", "wp-cli", Subject("domain", SHOP),
    {"domain_id": 5, "domain": SHOP, "stage": "checking-ssl-cert"}, (), "confirm", True, {}, "why", "expect",
)  # fmt: skip


def rechecked(at: datetime) -> Journal:
    """A run that had the shop checked again from this moment on."""
    plan = replace(PLAN, steps=(RECHECK,))
    was: Mapping[str, Json] = {"row 5": dict(ROW_5)}
    left: Mapping[str, Json] = {"row 5": {**ROW_5, "stage": "checking-ssl-cert"}}
    return Journal(
        (
            JournalEntry(at, plan.digest, "s1", "intent", None, "", was, left, plan),
            JournalEntry(at, plan.digest, "s1", "result", "done", "", was, left),
        ),
        0,
    )


def test_what_the_plugin_wrote_since_is_listed_and_what_it_wrote_before_is_not() -> None:
    stage, since = "wu_async_process_domain_stage", minutes(5)
    scheduler = Scheduler(
        (
            action(stage, "complete", minutes(6), id=1, domain_id=5),
            action(stage, "complete", minutes(5), id=2, domain_id=5),
            action(stage, "pending", minutes(1), id=3, domain_id=5),
            action(stage, "pending", minutes(1), id=4, domain_id=6),
            action("wu_remove_domain", "failed", minutes(2), id=5, domain=SHOP, site_id=2),
            action("wu_add_domain", "pending", minutes(2), id=6, domain="other.example"),
        ),
        True,
    )
    told = logs(event("check.started", minutes(6)), event("check.started", minutes(4)))
    snapshot = snapshot_of(rows(row(id=5, stage="checking-ssl-cert")), scheduler, told)
    diagnosis = diagnose(snapshot, tool="test")
    journal = rechecked(since)
    found = written_since(journal, snapshot, diagnosis)
    assert [one.place for one in found] == [
        "action 2",
        "action 3",
        "action 5",
        f"wu-logs/domain-{SHOP}.log",
    ]
    undoing = undoing_of(journal, {"row 5": {**ROW_5, "stage": "checking-ssl-cert"}})
    record = undo_record(PLAN, undoing, (), diagnosis, found)
    assert "action 3: the job" in render_text(record)
    assert f"domain-{SHOP}.log: 1 entry" in render_text(record)
    assert "## Written by the plugin since" in render_markdown(record)
    assert [one["place"] for one in json.loads(render_json(record))["meanwhile"]] == [
        one.place for one in found
    ]
    assert written_since(Journal((), 0), snapshot, diagnosis) == ()


def test_the_hosts_clock_is_allowed_for() -> None:
    stage = "wu_async_process_domain_stage"
    scheduler = Scheduler((action(stage, "pending", minutes(30), id=3, domain_id=5),), True)
    behind = host(time_gmt=minutes(29))
    snapshot = snapshot_of(rows(row(id=5, stage="checking-ssl-cert")), scheduler, behind)
    diagnosis = diagnose(snapshot, tool="test")
    assert [w.place for w in written_since(rechecked(minutes(2)), snapshot, diagnosis)] == [
        "action 3"
    ]
