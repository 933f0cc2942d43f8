"""A journal's lines, and reading a journal that broke off at any byte."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapped_case import default_certificate, listed, tls
from planned_case import plan

from analyzers.journal_document import Journal, before_next, read_journal, render_line
from analyzers.steps import JournalEntry, Json, Outcome, Phase

PLAN = plan(listed(), tls(default_certificate())).planned.plan
AT = datetime(2026, 5, 4, 10, 1, tzinfo=UTC)


def entry(
    phase: Phase,
    outcome: Outcome | None = None,
    *,
    step: str = "s1",
    before: dict[str, Json] | None = None,
    left: dict[str, Json] | None = None,
    answer: str = "",
    first: bool = False,
    minute: int = 0,
) -> JournalEntry:
    """One entry."""
    return JournalEntry(
        AT + timedelta(minutes=minute),
        PLAN.digest,
        step,
        phase,
        outcome,
        answer,
        before or {},
        left or {},
        PLAN if first else None,
    )


WHOLE = (
    entry(
        "intent",
        before={"alias shop.example": False},
        left={"alias shop.example": True},
        first=True,
    ),
    entry(
        "result", "done", answer='{"success": true}', left={"alias shop.example": True}, minute=1
    ),
    entry("verified", "healed", minute=5),
)
CONTENT = b"".join(map(render_line, WHOLE))


def test_lines_have_the_keys_of_the_contract() -> None:
    lines = [json.loads(line) for line in CONTENT.splitlines()]
    wanted = ["schema", "at", "digest", "step", "phase", "outcome", "answer", "before"]
    assert all(list(line)[:8] == wanted for line in lines)
    assert lines[0]["outcome"] is None
    assert lines[0]["plan"]["digest"] == PLAN.digest
    assert "plan" not in lines[1]
    assert CONTENT.isascii()
    assert CONTENT.count(b"\n") == 3


def test_what_is_written_is_read_back() -> None:
    found = read_journal(CONTENT)
    assert found.entries == WHOLE
    assert found.torn == 0
    assert found.plan == PLAN
    assert found.step("s1") == PLAN.steps[0]


def test_a_journal_cut_off_at_any_byte_tells_what_was_whole() -> None:
    ends = [place + 1 for place, byte in enumerate(CONTENT) if byte == ord("\n")]
    for length in range(len(CONTENT) + 1):
        found = read_journal(CONTENT[:length])
        whole = sum(end - 1 <= length for end in ends)
        assert found.entries == WHOLE[:whole], length
        torn = length not in (0, *ends, *(end - 1 for end in ends))
        assert found.torn == torn, length


def test_what_follows_a_torn_end_is_read_on_a_line_of_its_own() -> None:
    for length in range(len(CONTENT) + 1):
        cut = CONTENT[:length]
        again = read_journal(cut + before_next(cut) + render_line(WHOLE[2]))
        assert again.entries[-1] == WHOLE[2]
        assert len(again.entries) == len(read_journal(cut).entries) + 1


@given(st.binary(max_size=300))
def test_no_content_is_too_strange(content: bytes) -> None:
    assert read_journal(content + b"\n" + CONTENT).entries[-3:] == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"null",
        CONTENT.splitlines()[1].replace(b'"result"', b'"resolved"'),
        CONTENT.splitlines()[1].replace(b'"done"', b'"fine"'),
        CONTENT.splitlines()[0].replace(b'"target"', b'"t\\u0061rgets"'),
        b"[" * 100_000,
    ],
)
def test_what_is_no_entry_counts_as_torn(line: bytes) -> None:
    found = read_journal(line + b"\n")
    assert (found.entries, found.torn) == ((), 1)


def test_lines_of_a_later_schema_are_told_from_torn_ones() -> None:
    found = read_journal(CONTENT + CONTENT.replace(b'"schema":1', b'"schema":2', 1) + b'{"sch')
    assert (found.later, found.torn, len(found.entries)) == (1, 1, 5)


@pytest.mark.parametrize("length", [0, 1, 17, 18, 40, 400])
def test_a_journal_that_broke_off_in_its_first_line_began_nothing(length: int) -> None:
    assert read_journal(CONTENT[:length]).is_cut_short


@pytest.mark.parametrize("content", [b"\n", b"hello", b'{"schema":1}\n', b"\x00" * 9, CONTENT])
def test_what_is_another_file_is_not_one_that_broke_off(content: bytes) -> None:
    assert not read_journal(content).is_cut_short


def test_entries_of_two_plans_are_no_one_journal() -> None:
    other = replace(WHOLE[1], digest="sha256:" + "0" * 64)
    assert not read_journal(CONTENT).is_mixed
    assert read_journal(CONTENT + render_line(other)).is_mixed


def state(*entries: JournalEntry) -> str:
    """The state of the one step of a journal."""
    (record,) = Journal(entries, 0).records
    return record.state


INTENT = entry("intent", before={"row 7": {"stage": "failed"}}, left={"row 7": {"stage": "done"}})


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        ((), "unknown"),
        ((entry("result", "unknown"),), "unknown"),
        ((entry("result", "done"),), "done"),
        ((entry("result", "already"),), "already"),
        ((entry("result", "failed"),), "failed"),
        ((entry("result", "unknown"), entry("result", "done")), "done"),
        ((entry("result", "unknown"), entry("result", "already")), "done"),
        ((entry("result", "failed"), entry("intent")), "unknown"),
        ((entry("result", "done"), entry("undone", "done")), "undone"),
        ((entry("result", "done"), entry("undone", "failed")), "done"),
        ((entry("result", "done"), entry("verified", "pending")), "done"),
    ],
)
def test_the_newest_word_wins(later: tuple[JournalEntry, ...], wanted: str) -> None:
    assert state(INTENT, *later) == wanted


def test_a_result_read_back_outranks_what_was_meant() -> None:
    read_back: dict[str, Json] = {
        "row 7": {"stage": "done", "date_modified": "2026-05-04 10:01:00"}
    }
    (record,) = Journal((INTENT, entry("result", "done", left=read_back)), 0).records
    assert record.left == read_back
    assert record.before == {"row 7": {"stage": "failed"}}


def test_a_second_try_of_what_may_have_been_done_keeps_the_first_before() -> None:
    again = entry("intent", before={"row 7": {"stage": "done"}}, left={"row 7": {"stage": "done"}})
    (record,) = Journal((INTENT, again), 0).records
    assert record.before == {"row 7": {"stage": "failed"}}
    (after_failure,) = Journal((INTENT, entry("result", "failed"), again), 0).records
    assert after_failure.before == {"row 7": {"stage": "done"}}


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        ((entry("result", "already"),), "done"),
        ((entry("result", "failed"),), "unknown"),
        ((entry("result", "done"),), "done"),
        ((entry("result", "failed"), entry("result", "failed")), "failed"),
        ((entry("result", "unknown"), entry("result", "failed")), "failed"),
        ((entry("result", "failed"), INTENT, entry("result", "already")), "done"),
    ],
)
@pytest.mark.parametrize("first", [(), (entry("result", "unknown"),)])
def test_what_became_of_an_open_attempt_is_not_said_by_the_answer_to_the_next(
    first: tuple[JournalEntry, ...], later: tuple[JournalEntry, ...], wanted: str
) -> None:
    assert state(INTENT, *first, INTENT, *later) == wanted


def test_a_record_knows_when_its_newest_attempt_was_begun() -> None:
    again = entry("intent", minute=7)
    (record,) = Journal((INTENT, entry("result", "failed", minute=3), again), 0).records
    assert record.begun_at == again.at


def test_steps_come_in_the_order_in_which_they_were_begun() -> None:
    entries = (
        entry("intent", step="s2"),
        entry("intent", step="s1"),
        entry("result", "done", step="s2"),
    )
    journal = Journal(entries, 0)
    assert [r.step for r in journal.records] == ["s2", "s1"]
    assert journal.record("s2") is journal.records[0]
    assert journal.record("s9") is None
    assert WHOLE[1].answer == read_journal(CONTENT).records[0].answer
