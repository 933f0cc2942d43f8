"""Taking back: only what still is as we left it, in reverse, column by column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analyzers.aliases import LIST_LAG
from analyzers.findings import Subject
from analyzers.instants import iso
from analyzers.journal_document import Journal
from analyzers.steps import Action, JournalEntry, Json, Outcome, Plan, PlannedNetwork, Step
from analyzers.undoing import Undoing, places_of, undoing_of

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
Values = dict[str, Json]


def journal(*done: tuple[Action, Values, Values, Outcome | None]) -> Journal:
    """A journal of steps: action, before, left, outcome (None: killed before the result)."""
    steps = []
    entries = []
    for place, (action, before, left, outcome) in enumerate(done, 1):
        id = f"s{place}"
        parameters: Values = {"domain": "shop.example", "wildcard": 0}
        steps.append(
            Step(
                id,
                action,
                "wp-cli",
                Subject("network", "n"),
                parameters,
                (),
                "safe",
                True,
                {},
                "",
                "",
            )
        )
        entries.append(JournalEntry(AT, "d", id, "intent", None, "", before, left))
        if outcome is not None:
            entries.append(JournalEntry(AT, "d", id, "result", outcome, "", before, left))
    plan = Plan("d", AT, AT, "t", PlannedNetwork("n", None, None), tuple(steps))
    first = entries[0]
    whole = JournalEntry(AT, "d", first.step, first.phase, None, "", first.before, first.left, plan)
    return Journal((whole, *entries[1:]), 0)


def row(**changed: Json) -> Values:
    """A row as the table prints it."""
    usual: Values = {
        "id": "7",
        "blog_id": "2",
        "domain": "shop.example",
        "active": "1",
        "primary_domain": "1",
        "secure": "0",
        "stage": "failed",
        "date_created": "2026-04-04 10:00:00",
        "date_modified": "2026-04-04 10:00:00",
    }
    return {**usual, **changed}


FAILED = row()
DONE = row(stage="done", secure="1", date_modified="2026-05-04 10:00:01")
MARKED = ("domain.mark-done", {"row 7": FAILED}, {"row 7": DONE})


def marked(outcome: Outcome | None = "done") -> Journal:
    """A row that was marked as done."""
    return journal((*MARKED, outcome))  # type: ignore[arg-type]


def put(undoing: Undoing) -> object:
    """What the one act puts back."""
    (act,) = undoing.acts
    assert act.action == "restore"
    return act.parameters["places"]


def test_a_row_that_is_as_we_left_it_comes_back_byte_for_byte() -> None:
    undoing = undoing_of(marked(), {"row 7": DONE})
    assert put(undoing) == {
        "row 7": {"stage": "failed", "secure": "0", "date_modified": "2026-04-04 10:00:00"}
    }
    assert undoing.acts[0].expects == {"row 7": DONE}
    assert undoing.kept == ()


def test_numbers_and_texts_of_a_table_are_the_same() -> None:
    numbers = {**DONE, "id": 7, "blog_id": 2, "active": 1, "secure": 1, "primary_domain": 1}
    assert put(undoing_of(marked(), {"row 7": numbers}))


def test_a_row_that_somebody_changed_stays_with_its_three_values() -> None:
    present = row(stage="checking-dns", secure="1", date_modified="2026-05-04 11:00:00")
    undoing = undoing_of(marked(), {"row 7": present})
    assert undoing.acts == ()
    (kept,) = undoing.conflicts
    assert (kept.before, kept.left, kept.present) == (FAILED, DONE, present)
    assert "stage" in kept.why


def test_a_column_that_we_did_not_change_is_kept_and_listed() -> None:
    present = {**DONE, "primary_domain": "0", "date_modified": "2026-05-04 11:00:00"}
    undoing = undoing_of(marked(), {"row 7": present})
    assert put(undoing) == {"row 7": {"stage": "failed", "secure": "0"}}
    (kept,) = undoing.kept
    assert not kept.conflict
    assert "date_modified, primary_domain" in kept.why


def test_a_row_that_is_back_already_is_left() -> None:
    undoing = undoing_of(marked(), {"row 7": FAILED})
    assert undoing.acts == ()
    assert undoing.conflicts == ()
    assert undoing.kept[0].why == "It is as it was before."


def test_what_cannot_be_read_is_left() -> None:
    undoing = undoing_of(marked(), {})
    assert undoing.acts == ()
    assert "could not be read" in undoing.conflicts[0].why


@pytest.mark.parametrize(("present", "acts"), [(DONE, 1), (FAILED, 0)])
def test_an_unknown_outcome_is_told_by_what_is_there(present: Values, acts: int) -> None:
    assert len(undoing_of(marked(None), {"row 7": present}).acts) == acts
    assert len(undoing_of(marked("unknown"), {"row 7": present}).acts) == acts


@pytest.mark.parametrize("outcome", ["failed", "already"])
def test_what_was_not_done_is_not_taken_back(outcome: Outcome) -> None:
    undoing = undoing_of(marked(outcome), {"row 7": DONE})
    assert undoing == Undoing((), ())
    assert places_of(marked(outcome)) == ()


def test_a_dropped_row_is_put_back_whole_where_nobody_took_its_place() -> None:
    dropped = journal(("domain.drop-duplicate", {"row 7": FAILED}, {"row 7": None}, "done"))
    assert put(undoing_of(dropped, {"row 7": None})) == {"row 7": FAILED}
    assert undoing_of(dropped, {"row 7": DONE}).conflicts


def test_a_row_that_we_made_is_taken_away_whatever_the_plugins_checks_wrote() -> None:
    made = journal(("domain.create-record", {"row 7": None}, {"row 7": FAILED}, "done"))
    checked = row(stage="done", secure="1", date_modified="2026-05-04 11:00:00")
    assert put(undoing_of(made, {"row 7": checked})) == {"row 7": None}
    assert undoing_of(made, {"row 7": row(blog_id="9")}).conflicts
    assert undoing_of(made, {"row 7": None}).acts == ()


def test_a_record_that_may_have_been_made_is_left_to_people() -> None:
    unknown = journal(("domain.create-record", {"rows of x": []}, {"rows of x": None}, None))
    assert undoing_of(unknown, {"rows of x": [17]}).conflicts
    assert undoing_of(unknown, {"rows of x": []}).conflicts == ()


def test_where_the_plugins_check_moved_a_row_on_that_is_kept_and_listed() -> None:
    checking = row(stage="checking-dns", date_modified="2026-05-04 10:00:01")
    again = journal(("domain.recheck", {"row 7": FAILED}, {"row 7": checking}, "done"))
    undoing = undoing_of(again, {"row 7": row(stage="done", secure="1", date_modified="x")})
    assert undoing.acts == ()
    assert undoing.conflicts == ()
    assert "moved it on" in undoing.kept[0].why
    assert undoing_of(again, {"row 7": row(stage="done", blog_id="9")}).acts == ()
    by_hand = journal(("domain.recheck", {"row 7": row(active="0")}, {"row 7": checking}, "done"))
    assert undoing_of(by_hand, {"row 7": row(stage="done", active="0")}).acts == ()


def test_a_check_that_changed_nothing_leaves_nothing_to_take_back() -> None:
    same = journal(("domain.recheck", {"row 7": FAILED}, {"row 7": FAILED}, "done"))
    assert undoing_of(same, {"row 7": DONE}).acts == ()
    assert undoing_of(same, {"row 7": DONE}).conflicts == ()


def test_a_setting_comes_back_with_its_type() -> None:
    place = "setting dns_check_interval"
    changed = journal(
        ("settings.check-interval", {place: {"value": "10"}}, {place: {"value": 30}}, "done")
    )
    assert put(undoing_of(changed, {place: {"value": 30}})) == {place: {"value": "10"}}
    assert undoing_of(changed, {place: {"value": 10}}).conflicts
    assert undoing_of(changed, {place: {"value": "10"}}).acts == ()


def test_an_option_that_was_not_there_goes_again() -> None:
    place = "option wu_host_integrations_enabled"
    made = journal(("module.enable", {place: None}, {place: {"value": {"closte": True}}}, "done"))
    assert put(undoing_of(made, {place: {"value": {"closte": True}}})) == {place: None}


def test_aliases_are_deleted_and_added_again() -> None:
    place = "alias shop.example"
    added = journal(("alias.add", {place: False}, {place: True}, "done"))
    (act,) = undoing_of(added, {place: True}).acts
    assert (act.action, act.parameters) == (
        "alias.delete",
        {"domain": "shop.example", "wildcard": 0},
    )
    deleted = journal(("alias.delete", {place: True}, {place: False}, "done"))
    (act,) = undoing_of(deleted, {place: False}).acts
    assert act.action == "alias.add"
    assert "10 minutes" in act.says
    assert undoing_of(deleted, {place: True}).acts == ()
    assert undoing_of(added, {place: None}).conflicts, "the list cannot be read"


@pytest.mark.parametrize(
    ("action", "was"), [("alias.add", False), ("alias.delete", True)], ids=["added", "deleted"]
)
@pytest.mark.parametrize(
    ("outcome", "listed"),
    [("unknown", "meant"), ("done", "as before"), ("done", "unreadable")],
    ids=["no answer", "yes, and not listed", "yes, and no list"],
)
def test_a_list_that_may_still_follow_leaves_an_undoing_open(
    action: str, was: bool, outcome: Outcome, listed: str
) -> None:
    place = "alias shop.example"
    left: Values = {place: {"meant": not was, "as before": was, "unreadable": None}[listed]}
    asked = journal((action, {place: was}, left, outcome))  # type: ignore[arg-type]
    young = undoing_of(asked, {place: was}, AT + LIST_LAG - timedelta(seconds=1))
    assert young.is_open
    assert (young.acts, young.conflicts) == ((), ())
    assert iso(AT + LIST_LAG) in young.kept[0].why
    over = undoing_of(asked, {place: was}, AT + LIST_LAG)
    assert not over.is_open
    assert over.acts == ()
    (act,) = undoing_of(asked, {place: not was}, AT + LIST_LAG).acts
    assert act.action == ("alias.delete" if action == "alias.add" else "alias.add")


def test_what_closte_listed_and_somebody_took_away_since_is_as_before() -> None:
    place = "alias shop.example"
    added = journal(("alias.add", {place: False}, {place: True}, "done"))
    undoing = undoing_of(added, {place: False}, AT)
    assert (undoing.is_open, undoing.acts, undoing.conflicts) == (False, (), ())


def test_an_alias_of_which_nobody_knew_is_left() -> None:
    place = "alias shop.example"
    added = journal(("alias.add", {place: None}, {place: True}, "done"))
    assert undoing_of(added, {place: True}).conflicts


def test_steps_come_back_in_reverse_and_through_one_another() -> None:
    between = row(stage="checking-dns", date_modified="2026-05-04 10:00:01")
    last = {**between, "primary_domain": "0"}
    two = journal(
        ("domain.recheck", {"row 7": FAILED}, {"row 7": between}, "done"),
        ("domain.set-primary", {"row 7": between}, {"row 7": last}, "done"),
    )
    undoing = undoing_of(two, {"row 7": last})
    assert [act.step for act in undoing.acts] == ["s2", "s1"]
    assert undoing.acts[0].parameters["places"] == {"row 7": {"primary_domain": "1"}}
    assert undoing.acts[1].expects == {"row 7": between}
    restored = {**last}
    for act in undoing.acts:
        places = act.parameters["places"]
        assert isinstance(places, dict)
        columns = places["row 7"]
        assert isinstance(columns, dict)
        restored.update(columns)
    assert restored == FAILED


def test_a_conflict_stops_the_steps_before_it_on_the_same_place_only() -> None:
    between = row(stage="checking-dns")
    three = journal(
        ("alias.add", {"alias a.example": False}, {"alias a.example": True}, "done"),
        ("domain.recheck", {"row 7": FAILED}, {"row 7": between}, "done"),
        ("domain.mark-done", {"row 7": between}, {"row 7": DONE}, "done"),
    )
    now: Values = {"row 7": row(stage="ssl-failed"), "alias a.example": True}
    undoing = undoing_of(three, now)
    assert [act.step for act in undoing.acts] == ["s1"]
    assert [kept.step for kept in undoing.conflicts] == ["s3", "s2"]


def test_a_step_with_one_conflict_is_left_alone_whole() -> None:
    other = row(id="8", primary_domain="1")
    both = journal(
        (
            "domain.set-primary",
            {"row 7": row(), "row 8": other},
            {"row 7": row(primary_domain="0"), "row 8": {**other, "active": "0"}},
            "done",
        )
    )
    undoing = undoing_of(both, {"row 7": row(primary_domain="0"), "row 8": None})
    assert undoing.acts == ()
    assert len(undoing.conflicts) == 1


@pytest.mark.parametrize("action", ["backup.take", "cdn.flush", "jobs.run-due"])
def test_what_cannot_come_back_is_said(action: Action) -> None:
    undoing = undoing_of(journal((action, {}, {}, "done")), {})
    assert undoing.acts == ()
    assert undoing.conflicts == ()
    assert undoing.kept[0].why
    ran = journal((action, {"action 5": "pending"}, {"action 5": "complete"}, "done"))
    assert places_of(ran) == ()


def test_the_places_to_be_read_are_named() -> None:
    two = journal(
        ("alias.add", {"alias a.example": False}, {"alias a.example": True}, "done"),
        (*MARKED, None),  # type: ignore[arg-type]
    )
    assert places_of(two) == ("alias a.example", "row 7")
