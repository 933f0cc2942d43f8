"""The change record: what was wrong, what was done, what is right now, in three formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from mapped_case import default_certificate, listed, row, rows, tls
from planned_case import PlannedCase, plan, snapshot_of

from analyzers.change_record import change_record, render_json, render_markdown, render_text
from analyzers.diagnose import diagnose
from analyzers.evidence import Missing, Scheduler, Tls
from analyzers.findings import Diagnosis
from analyzers.journal_document import Journal
from analyzers.steps import JournalEntry
from bridge.language import language_of

AT = datetime(2026, 5, 4, 10, 1, tzinfo=UTC)
CASE = plan(
    listed(), tls(default_certificate()), rows(row(stage="ssl-failed")), Scheduler((), True)
)
HEALED = diagnose(snapshot_of(), tool="test")


def run(case: PlannedCase, answer: str = "") -> Journal:
    """A run that did the first step and broke off in the second."""
    digest = case.planned.plan.digest
    later = AT + timedelta(minutes=2)
    return Journal(
        (
            JournalEntry(AT, digest, "s1", "intent", None, "", {}, {}, case.planned.plan),
            JournalEntry(later, digest, "s1", "result", "done", answer),
            JournalEntry(later, digest, "s1", "verified", "healed", ""),
            JournalEntry(later, digest, "s2", "intent", None, ""),
        ),
        0,
    )


def codes(findings: object) -> list[str]:
    """The codes of findings."""
    return [f.code for f in findings]  # type: ignore[attr-defined]


def test_what_fell_silent_is_healed() -> None:
    record = change_record(CASE.diagnosis, HEALED, run(CASE), CASE.planned.plan)
    assert "alias.missing" in codes(record.healed)
    assert record.new == ()
    assert record.unlooked == ()
    assert [s.state for s in record.steps] == ["done, healed", "outcome unknown"]
    assert (record.began, record.ended) == (AT, AT + timedelta(minutes=2))


def test_what_the_second_look_could_not_see_is_not_healed() -> None:
    blind = diagnose(snapshot_of(without=(Tls,)), tool="test")
    record = change_record(CASE.diagnosis, blind, run(CASE), CASE.planned.plan)
    assert "ssl.given-up" in codes(record.unlooked)
    assert "alias.missing" in codes(record.healed)
    assert isinstance(snapshot_of(without=(Tls,)).observed[Tls], Missing)


def test_without_a_second_look_nothing_is_healed() -> None:
    record = change_record(CASE.diagnosis, None, run(CASE), CASE.planned.plan)
    assert record.healed == ()
    assert codes(record.unlooked) == codes(CASE.diagnosis.findings)


def test_what_stands_and_what_is_new_are_told_apart() -> None:
    record = change_record(CASE.diagnosis, CASE.diagnosis, run(CASE), CASE.planned.plan)
    assert codes(record.standing) == codes(CASE.diagnosis.findings)
    worse: Diagnosis = CASE.diagnosis
    again = change_record(HEALED, worse, run(CASE), CASE.planned.plan)
    assert codes(again.new) == codes(worse.findings)


def test_the_formats_say_the_same() -> None:
    record = change_record(
        CASE.diagnosis, HEALED, run(CASE, '{"success": true}'), CASE.planned.plan
    )
    found = json.loads(render_json(record))
    assert found["schema"] == 1
    assert found["digest"] == CASE.planned.plan.digest
    assert [s["state"] for s in found["steps"]] == ["done", "unknown"]
    assert found["steps"][0]["verified"] == "healed"
    assert [f["code"] for f in found["healed"]] == codes(record.healed)
    for text in (render_text(record), render_markdown(record)):
        assert "alias.add" in text
        assert "Healed" in text
        assert "done, healed" in text
        assert '"success": true' in text
    assert render_json(record).isascii()


def test_answers_of_strangers_do_no_harm() -> None:
    record = change_record(
        CASE.diagnosis, HEALED, run(CASE, "\x1b[2J<script>\u202e`"), CASE.planned.plan
    )
    for text in (render_text(record), render_markdown(record), render_json(record)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_step_that_was_not_begun_says_why() -> None:
    why = "s1 was not done"
    journal = Journal(run(CASE).entries[:1], 0)
    record = change_record(CASE.diagnosis, HEALED, journal, CASE.planned.plan, {"s2": why})
    assert [s.state for s in record.steps] == ["outcome unknown", "not begun"]
    assert why in render_text(record)
    assert why in render_markdown(record)
    assert json.loads(render_json(record))["steps"][1]["answer"] == why


def test_it_speaks_the_readers_language() -> None:
    record = change_record(CASE.diagnosis, HEALED, run(CASE), CASE.planned.plan)
    polish = language_of("pl")
    for told in (render_text(record, language=polish), render_markdown(record, polish)):
        assert "wykonano, naprawione" in told
        assert "rozpoczęto 2 z 2 kroków" in told
        assert "healed" not in told
