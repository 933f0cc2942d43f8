"""A plan's document: written, read, changed by others, and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapped_case import SHOP, WWW, default_certificate, dns, listed, row, rows, tls, zone
from planned_case import plan

from analyzers.document_fields import DocumentError, parsed_object
from analyzers.evidence import Scheduler
from analyzers.plan_document import PlanUnreadable, digest_of, model, parse, render
from analyzers.plan_report import render_markdown, render_text, sends
from analyzers.steps import Plan

CASE = plan(
    listed(WWW, "gone.example"),
    tls(default_certificate()),
    rows(row(stage="ssl-failed")),
    Scheduler((), tables_exist=True),
)
PLAN = CASE.planned.plan


def document(plan: Plan = PLAN) -> dict[str, Any]:
    """The decoded document of a plan."""
    found: dict[str, Any] = json.loads(render(plan))
    return found


def sealed(changed: dict[str, Any]) -> str:
    """A changed document with a digest that fits it, as somebody with an editor and a script makes it."""
    import hashlib

    covered = {k: v for k, v in changed.items() if k != "digest"}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"))
    return json.dumps({**changed, "digest": "sha256:" + hashlib.sha256(text.encode()).hexdigest()})


def test_the_document_has_the_keys_of_the_contract() -> None:
    found = document()
    assert list(found)[:6] == ["schema", "digest", "made_at", "expires_at", "target", "network"]
    assert found["schema"] == 1
    assert set(found["network"]) == {"domain", "app_id", "host_key"}
    assert found["made_at"] == "2026-05-04T10:00:30Z"
    assert found["expires_at"] == "2026-05-04T10:30:30Z"
    wanted = {"id", "action", "via", "subject", "parameters", "heals", "risk", "reversible"}
    for step in found["steps"]:
        assert wanted | {"undo", "why", "expect"} <= set(step)
    assert [s["action"] for s in found["steps"]] == [
        "backup.take",
        "alias.add",
        "domain.recheck",
        "alias.delete",
    ]


def test_what_is_written_is_read_back() -> None:
    assert parse(render(PLAN)) == PLAN
    assert parse(render(PLAN).encode()) == PLAN
    assert render(PLAN).isascii()


def test_the_digest_is_the_documented_one() -> None:
    assert json.loads(sealed(document()))["digest"] == PLAN.digest == digest_of(PLAN)


def test_the_layout_of_the_text_does_not_matter() -> None:
    assert parse(json.dumps(document(), indent=4, sort_keys=True)) == PLAN
    assert parse(b"\xef\xbb\xbf" + render(PLAN).encode()) == PLAN
    assert parse("\n " + json.dumps(document(), ensure_ascii=False)) == PLAN


def paths(value: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place of a document that holds a plain value."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in paths(v, (*at, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in paths(v, (*at, k))]
    return [at]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(paths(document())), st.sampled_from(["x", 1, True, None, [], {}, 1.5]))
def test_no_value_can_be_changed_unnoticed(path: tuple[Any, ...], value: object) -> None:
    changed = document()
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    if json.dumps(place[path[-1]]) == json.dumps(value):
        return
    place[path[-1]] = value
    with pytest.raises(PlanUnreadable):
        parse(json.dumps(changed))


def test_a_key_that_was_put_in_is_noticed_too() -> None:
    changed = document()
    changed["steps"][0]["extra"] = True
    with pytest.raises(PlanUnreadable, match="digest"):
        parse(json.dumps(changed))
    assert parse(sealed(changed)).steps == PLAN.steps, "with its digest, an unknown key is ignored"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(render(PLAN)) - 3))
def test_a_plan_that_was_cut_off_is_no_plan(length: int) -> None:
    with pytest.raises(PlanUnreadable):
        parse(render(PLAN)[:length])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "schema 1"),
        ('{"schema": 2}', "schema 1"),
        ('{"schema": true}', "schema 1"),
        ('{"schema": 1}', "no digest"),
        ('{"schema": 1, "schema": 1}', "twice"),
        ('{"schema": NaN}', "no JSON number"),
        ("[" * 100_000, "nested"),
        (b"\xff\xfe", "UTF-8"),
        ("x" * (16 * 1024 * 1024 + 1), "too long"),
    ],
)
def test_what_is_no_plan_is_said_clearly(text: str | bytes, said: str) -> None:
    with pytest.raises(PlanUnreadable, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"action": "alias.destroy"}, "one of alias.add"),
        ({"via": "wp-cli"}, "goes by closte-api"),
        ({"risk": "safe"}, "is confirm at least"),
        ({"parameters": {"domain": SHOP}}, "no wildcard"),
        ({"parameters": {"domain": SHOP, "wildcard": True}}, "wrong wildcard"),
        ({"parameters": {"domain": SHOP, "wildcard": 1}}, "does not go with its domain"),
        ({"parameters": {"domain": "Shop.Example", "wildcard": 0}}, "wrong domain"),
        ({"parameters": {"domain": "a.example&apikey=x", "wildcard": 0}}, "wrong domain"),
        ({"parameters": {"domain": "a.example\nb", "wildcard": 0}}, "wrong domain"),
        ({"parameters": {"domain": 7, "wildcard": 0}}, "wrong domain"),
        ({"after": ["s9"]}, "does not come before"),
        ({"after": ["s2"]}, "does not come before"),
        ({"id": "s1"}, "two steps"),
        ({"subject": {"kind": "planet", "id": "x"}}, "kind"),
        ({"heals": "alias.missing"}, "heals"),
        ({"reversible": 1}, "reversible"),
    ],
)
def test_a_plan_that_others_made_is_held_to_the_contract(
    change: dict[str, object], said: str
) -> None:
    changed = document()
    changed["steps"][1].update(change)
    with pytest.raises(PlanUnreadable, match=said):
        parse(sealed(changed))


@pytest.mark.parametrize(
    ("action", "via", "risk", "parameters", "said"),
    [
        (
            "alias.delete",
            "closte-api",
            "confirm",
            {"domain": SHOP, "wildcard": 0},
            "severe at least",
        ),
        ("jobs.run-due", "wp-cli", "confirm", {"actions": []}, "severe at least"),
        ("jobs.run-due", "wp-cli", "severe", {"actions": []}, "wrong actions"),
        ("jobs.run-due", "wp-cli", "severe", {"actions": [{"action_id": "1"}]}, "wrong actions"),
        ("settings.check-interval", "wp-cli", "confirm", {"seconds": 1}, "wrong seconds"),
        ("settings.log-level", "wp-cli", "confirm", {"level": "loud"}, "wrong level"),
        (
            "domain.recheck",
            "wp-cli",
            "safe",
            {"domain_id": 7, "domain": SHOP, "stage": "done"},
            "wrong stage",
        ),
        (
            "domain.mark-done",
            "wp-cli",
            "safe",
            {"domain_id": "7 OR 1=1", "domain": SHOP},
            "domain_id",
        ),
        (
            "domain.drop-duplicate",
            "wp-cli",
            "severe",
            {"domain_id": 7, "keep_id": 7, "blog_id": 2, "domain": SHOP},
            "the row that it keeps",
        ),
        ("manual", "manual", "safe", {"audience": "mother", "text": "x"}, "wrong audience"),
    ],
)
def test_every_action_wants_its_own_parameters(
    action: str, via: str, risk: str, parameters: dict[str, object], said: str
) -> None:
    changed = document()
    changed["steps"][1].update(action=action, via=via, risk=risk, parameters=parameters)
    with pytest.raises(PlanUnreadable, match=said):
        parse(sealed(changed))


def test_names_of_any_script_survive() -> None:
    strange = replace(PLAN, target="zażółć \u202e\x1b[31m\udc80")
    strange = replace(strange, digest=digest_of(strange))
    assert parse(render(strange)) == strange
    assert model(strange)["target"] == strange.target


def test_a_member_twice_has_no_one_meaning() -> None:
    with pytest.raises(DocumentError, match="twice"):
        parsed_object('{"a": {"b": 1, "b": 2}}')


def test_the_report_says_what_is_sent_and_masks_the_key() -> None:
    text = render_text(CASE.planned)
    assert "POST https://app.closte.com/api/client/adddomainalias" in text
    assert "apikey=•••&domain=shop.example&wildcard=0" in text
    assert "POST https://app.closte.com/api/client/deletedomainalias" in text
    assert "SEVERE" in text
    assert "Undo:" in text
    assert "Touches:" in text
    assert "/ssl" not in text


def test_every_step_says_what_it_sends() -> None:
    for step in PLAN.steps:
        assert sends(step)


def test_texts_to_paste_are_not_wrapped_and_do_no_harm() -> None:
    case = plan(dns(zone(v4=("198.51.100.7",), cname="evil\x1b[2J`````.example")))
    text = render_text(case.planned, width=40)
    assert "\x1b" not in text
    assert "evil\\x1b[2J`````.example" in text
    pasted = [line for line in text.split("\n") if line.startswith("      | ")]
    assert max(map(len, pasted)) > 40
    markdown = render_markdown(case.planned)
    assert "\n``````text\n" in markdown
    assert markdown.count("``````") == 2


def test_refusals_stand_in_the_report() -> None:
    case = plan(listed(), tls(default_certificate()), dns(zone(v4=("198.51.100.7",))))
    assert "Refused:" in render_text(case.planned)
    assert "[dns-not-here]" in render_text(case.planned)
    assert "`dns-not-here`" in render_markdown(case.planned)


def test_nothing_to_do_is_said() -> None:
    assert "no step is to be taken" in render_text(plan().planned)


def test_the_name_of_a_step_means_nothing_to_markdown() -> None:
    step = replace(PLAN.steps[0], id="![x](http://evil.example/x.png) <b>")
    shown = render_markdown(replace(CASE.planned, plan=replace(PLAN, steps=(step,))))
    assert "![x]" not in shown
    assert "<b>" not in shown
