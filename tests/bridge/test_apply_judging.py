"""What answers and readings mean, case by case; and what each action touches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from analyzers.aliases import LIST_LAG
from analyzers.api_wording import ApiWording
from analyzers.findings import Subject
from analyzers.steps import Action, Json, Step
from bridge.apply import groups
from bridge.applying.answers import judged, judged_call, reconciled
from bridge.applying.places import asked, before, is_as_meant, meant, wanted
from bridge.applying.reconciling import lag_until
from bridge.clock import now
from bridge.closte.tasks import BEGUN_BY, KINDS
from bridge.host.acting import Told

WORDING = ApiWording.derive()
ROW: dict[str, Json] = {
    "id": "5",
    "blog_id": "7",
    "domain": "shop.example",
    "primary_domain": "0",
    "secure": "0",
    "stage": "ssl-failed",
    "date_modified": "2026-05-04 10:00:00",
}


def call(status: int | None, body: object = "", *, error: str | None = None, unsent: bool = False):  # type: ignore[no-untyped-def]
    return {
        "endpoint": "/adddomainalias",
        "method": "POST",
        "vantage": "host",
        "keyed": True,
        "asked_domain": "shop.example",
        "http_status": status,
        "body": body if isinstance(body, str) else json.dumps(body),
        "error": error,
        "unsent": unsent,
    }


@pytest.mark.parametrize(
    ("row", "listed", "outcome"),
    [
        (call(200, {"success": True}), True, "done"),
        (call(200, {"success": True}), False, "done"),
        (call(200, {"success": True}), None, "done"),
        (call(200, {"success": False, "error": "Domain already exists"}), True, "already"),
        (call(200, {"success": False, "error": "Domain already exists"}), False, "failed"),
        (call(200, {"success": False, "error": "Nobody knows these words"}), False, "failed"),
        (call(200, {"success": False, "error": "Nobody knows these words"}), None, "failed"),
        (call(401, {"success": False, "error": "Unauthorized"}), False, "failed"),
        (call(502, "<html>Bad gateway</html>"), True, "done"),
        (call(502, "<html>Bad gateway</html>"), False, "unknown"),
        (call(502, "<html>Bad gateway</html>"), None, "unknown"),
        (call(403, "<html>Forbidden</html>"), False, "failed"),
        (call(404, "<html>Not found</html>"), False, "failed"),
        (call(408, "<html>Request time-out</html>"), False, "unknown"),
        (call(302, ""), False, "unknown"),
        (call(200, {"status": "ok"}), False, "unknown"),
        (call(200, {"status": "ok"}), True, "done"),
        (call(200, [1, 2]), False, "unknown"),
        (call(200, {}), None, "unknown"),
        (call(200, {"success": None}), False, "failed"),
        (call(200, {"error": "No"}), False, "failed"),
        (call(503, {"success": False, "error": "overloaded"}), False, "unknown"),
        (call(200, ""), False, "unknown"),
        (call(200, '{"success": tru'), True, "done"),
        (call(None, error="cURL error 28: Timeout was reached"), False, "unknown"),
        (call(None, error="cURL error 28: Timeout was reached"), True, "done"),
        (call(None, error="cURL error 7: Couldn't connect", unsent=True), False, "failed"),
        ({}, True, "unknown"),
    ],
)
def test_an_answer_is_judged_with_the_list_beside_it(
    row: dict[str, object], listed: Json, outcome: str
) -> None:
    assert judged_call(row, listed, wants=True, wording=WORDING).outcome == outcome


def test_a_name_that_is_gone_is_what_a_deletion_wants() -> None:
    row = call(502, "<html>Bad gateway</html>")
    assert judged_call(row, False, wants=False, wording=WORDING).outcome == "done"
    assert judged_call(row, True, wants=False, wording=WORDING).outcome == "unknown"


def test_what_a_deletion_answers_is_in_no_source_so_the_list_decides() -> None:
    for body in ({}, {"status": "deleted"}, [], ""):
        done = judged_call(call(200, body), False, wants=False, wording=WORDING)
        assert done.outcome == "done", "to be added again by an undoing"
        assert judged_call(call(200, body), True, wants=False, wording=WORDING).outcome == "unknown"


LATE = datetime(2026, 5, 4, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize("was", [False, True])
def test_a_list_that_may_follow_later_proves_nothing_yet(was: bool) -> None:
    before: dict[str, Json] = {"alias a.example": was}
    wanted: dict[str, Json] = {"alias a.example": not was}
    early = reconciled(before, wanted, before, lag_until=LATE)
    assert early.outcome == "unknown"
    assert "2026-05-04T10:10:00Z" in early.answer
    assert reconciled(before, wanted, before).outcome == "failed"
    assert reconciled(before, wanted, wanted, lag_until=LATE).outcome == "done"


def test_a_row_does_not_lag() -> None:
    changed: dict[str, Json] = {"row 5": {**ROW, "stage": "done"}}
    assert reconciled({"row 5": ROW}, changed, {"row 5": ROW}, lag_until=LATE).outcome == "failed"


@pytest.mark.parametrize(("minutes", "lags"), [(0, True), (9, True), (11, False), (-11, False)])
def test_the_list_follows_within_ten_minutes_by_whichever_clock(minutes: int, lags: bool) -> None:
    at = now() - timedelta(minutes=minutes)
    assert lag_until(at) == (at + LIST_LAG if lags else None)


def test_what_nobody_made_sense_of_is_unknown() -> None:
    for outcome in ("called", "unknown", "surprising"):
        said = judged("alias.add", {"domain": "shop.example"}, Told("s1", outcome, ""), WORDING)
        assert said.outcome == "unknown"


@pytest.mark.parametrize(
    ("was", "left", "present", "outcome"),
    [
        ({"alias a.example": False}, {"alias a.example": True}, {"alias a.example": True}, "done"),
        (
            {"alias a.example": False},
            {"alias a.example": True},
            {"alias a.example": False},
            "failed",
        ),
        (
            {"alias a.example": False},
            {"alias a.example": True},
            {"alias a.example": None},
            "unknown",
        ),
        ({"alias a.example": False}, {"alias a.example": True}, {}, "unknown"),
        ({"row 5": ROW}, {"row 5": {**ROW, "stage": "done"}}, {"row 5": ROW}, "failed"),
        (
            {"row 5": ROW},
            {"row 5": {**ROW, "stage": "done"}},
            {"row 5": {**ROW, "stage": "done", "date_modified": "2026-05-04 11:00:00"}},
            "done",
        ),
        (
            {"row 5": ROW},
            {"row 5": {**ROW, "stage": "done"}},
            {"row 5": {**ROW, "stage": "failed"}},
            "unknown",
        ),
        ({"row 5": ROW}, {"row 5": None}, {"row 5": None}, "done"),
        (
            {"setting dns_check_interval": {"value": "10"}},
            {"setting dns_check_interval": {"value": 30}},
            {"setting dns_check_interval": {"value": "10"}},
            "failed",
        ),
    ],
)
def test_where_nobody_told_the_reading_decides(
    was: dict[str, Json], left: dict[str, Json], present: dict[str, Json], outcome: str
) -> None:
    assert reconciled(was, left, present).outcome == outcome


PARAMETERS: dict[str, dict[str, Json]] = {
    "alias.add": {"domain": "shop.example", "wildcard": 0},
    "alias.delete": {"domain": "shop.example", "wildcard": 0},
    "domain.recheck": {"domain_id": 5, "domain": "shop.example", "stage": "checking-dns"},
    "domain.mark-done": {"domain_id": 5, "domain": "shop.example"},
    "domain.set-primary": {"domain_id": 5, "blog_id": 7, "domain": "shop.example"},
    "domain.drop-duplicate": {
        "domain_id": 5,
        "blog_id": 7,
        "domain": "shop.example",
        "keep_id": 4,
    },
    "domain.create-record": {"blog_id": 7, "domain": "shop.example"},
    "module.enable": {},
    "settings.check-interval": {"seconds": 30},
    "settings.log-level": {"level": "all"},
    "jobs.run-due": {"actions": [{"action_id": 55, "hook": "wu_add_domain"}]},
    "transient.delete-network-ip": {},
    "cdn.flush": {},
    "backup.take": {},
    "manual": {"audience": "operator", "text": "Do it."},
}


def step(action: str, id: str = "s1", after: tuple[str, ...] = ()) -> Step:
    return Step(
        id=id,
        action=action,  # type: ignore[arg-type]
        via="manual" if action == "manual" else "wp-cli",
        subject=Subject("domain", "shop.example"),
        parameters=PARAMETERS[action],
        heals=(),
        risk="safe",
        reversible=True,
        undo=None,
        why="",
        expect="",
        after=after,
        rests_on={"row 5": {}, "row 6": {}} if action == "domain.set-primary" else {},
    )


@pytest.mark.parametrize("action", get_args(Action))
def test_every_action_names_what_it_touches_and_means_to_leave(action: str) -> None:
    one = step(action)
    values: dict[str, Json] = dict.fromkeys(wanted(one), ROW)
    was = before(one, values)
    assert bool(was) is (action != "manual")
    assert set(was) <= set(wanted(one))
    if action in BEGUN_BY:
        # What else Closte does meanwhile is in nobody's way, and nothing is put back.
        assert (set(was), asked(one, values).expects) == ({BEGUN_BY[action]}, {})
        assert meant(one, was) == {}
        return
    assert set(wanted(one)) == set(asked(one, values).expects)
    if action not in ("domain.create-record",):
        assert set(meant(one, was)) == set(was)
    for place, value in meant(one, was).items():
        assert is_as_meant(place, value, value)


def test_the_option_is_named_only_where_it_was_not_there() -> None:
    one = step("module.enable")
    gone: dict[str, Json] = dict.fromkeys(wanted(one))
    assert "option wu_host_integrations_enabled" in before(one, gone)
    there = {**gone, "option wu_host_integrations_enabled": True}
    assert "option wu_host_integrations_enabled" not in before(one, there)


def test_steps_share_a_run_unless_one_rests_on_another_or_is_a_backup() -> None:
    steps = (
        step("alias.add", "s1"),
        step("settings.log-level", "s2"),
        step("domain.recheck", "s3", after=("s1",)),
        step("backup.take", "s4"),
        step("alias.delete", "s5", after=("s4",)),
        step("domain.drop-duplicate", "s6", after=("s4",)),
    )
    found = [tuple(s.id for s in group) for group in groups(steps)]
    assert found == [("s1", "s2"), ("s3",), ("s4",), ("s5", "s6")]
    assert groups(()) == ()


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ({"success": True, "backups": [{"id": "", "taskid": 7}, {"id": "b", "taskid": "6"}]}, ("7", "6")),
        ({"success": True, "backups": [{"id": "b"}, {"taskid": None}, "x", None]}, ()),
        ({"success": True, "backups": []}, ()),
        ({"success": False, "error": "no", "backups": []}, None),
        ({"success": True, "tasks": []}, None),
        ([], None),
        ("<html>", None),
        ("", None),
    ],
)  # fmt: skip
def test_only_a_readable_list_of_tasks_counts(body: object, ids: tuple[str, ...] | None) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    assert KINDS["backups"].ids_in(text) == ids
