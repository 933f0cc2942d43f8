"""What holds of every plan: of the example networks, the recordings, and networks put together at random."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from evidence_folders import FIXTURES, RECORDINGS, files_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    action,
    constants,
    default_certificate,
    dns,
    host,
    listed,
    minutes,
    options,
    row,
    rows,
    shake,
    site,
    tls,
    zone,
)
from planned_case import HOST_KEY, MADE, PlannedCase, plan_of, shuffled, snapshot_of

from analyzers.action_rules import ACTIONS, RISKS, fault_of
from analyzers.evidence import Scheduler, Sites
from analyzers.names import www_twin
from analyzers.plan_document import digest_of, parse, render
from analyzers.plan_report import render_markdown, render_text, sends
from analyzers.planning import Choices, forbidden, moved, plan_for
from analyzers.planning.grounds import Grounds
from analyzers.planning.moved import moved_under
from analyzers.snapshot import Snapshot, read
from analyzers.steps import Json, Step

FOLDERS = [*sorted((FIXTURES / "networks").glob("*/")), *RECORDINGS]
NAMES = [f"{p.parent.name}/{p.name}" for p in FOLDERS]
DOMAINS = (SHOP, "www.shop.example", "b.example", "*.b.example", f"x.{NETWORK}", "c.example\n")
STAGES = ("done", "done-without-ssl", "checking-dns", "checking-ssl-cert", "failed", "ssl-failed")


@cache
def planned(name: str) -> PlannedCase:
    """The plan for a fixture."""
    return plan_of(recorded(name))


@cache
def recorded(name: str) -> Snapshot:
    """The snapshot of a fixture."""
    folder = FOLDERS[NAMES.index(name)]
    files = files_in(folder)
    files.pop("expected.json", None)
    return read(files, origin=folder.name)


def check(case: PlannedCase) -> None:
    """Everything that must hold of any plan."""
    plan = case.planned.plan
    assert parse(render(plan)) == plan
    assert plan.digest == digest_of(plan)
    seen: set[str] = set()
    for step in plan.steps:
        assert fault_of(step) is None
        assert set(step.after) <= seen, "a step waits for what comes later"
        seen.add(step.id)
        assert RISKS.index(step.risk) >= RISKS.index(ACTIONS[step.action].least)
        assert step.why
        assert step.expect
        assert step.via == "manual" or sends(step)
        assert step.reversible == (step.undo is not None)
    assert [step.id for step in plan.steps] == [f"s{n}" for n in range(1, len(plan.steps) + 1)]
    check_backup(case)
    check_targets(case)
    check_certificates(case)
    render_text(case.planned)
    render_markdown(case.planned)
    assert case.planned.uncovered == ()


def check_backup(case: PlannedCase) -> None:
    severe = [step for step in case.steps if step.risk == "severe"]
    backups = [step.id for step in case.steps if step.action == "backup.take"]
    assert len(backups) == bool(severe)
    assert all(set(backups) <= set(step.after) for step in severe)


def check_targets(case: PlannedCase) -> None:
    """No alias that something needs is deleted; none is added whose validation would fail."""
    found = case.snapshot.observed
    mapped = {row.domain for row in getattr(found.get(type_of_mappings()), "rows", ())}
    for step in case.steps:
        name = str(step.parameters.get("domain"))
        if step.action == "alias.delete":
            assert name not in mapped
            assert www_twin(name) not in mapped
            assert name.removeprefix("*.") != case.diagnosis.network.domain
            assert not name.endswith("." + case.diagnosis.network.domain)
        if step.action == "alias.add":
            faults = [
                f
                for f in case.diagnosis.findings
                if f.code.startswith("dns.") and f.severity == "error" and f.subject.id == name
            ]
            assert not faults
        if step.action.startswith("alias.") and not step.after:
            assert forbidden(step, case.snapshot, case.diagnosis) is None


def type_of_mappings() -> type:
    from analyzers.evidence import Mappings

    return Mappings


def check_certificates(case: PlannedCase) -> None:
    for step in case.steps:
        if step.action == "domain.mark-done":
            assert moved((step,), case.snapshot) == ()
            assert "good" in step.rests_on.values()


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_network(name: str) -> None:
    check(planned(name))
    carried_out(planned(name))


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("networks", "2.4.10"))])
def test_the_order_of_evidence_changes_nothing(name: str) -> None:
    assert plan_of(shuffled(recorded(name), 1)).planned == planned(name).planned


@pytest.mark.parametrize("name", NAMES)
def test_nothing_has_moved_under_a_plan_that_was_just_made(name: str) -> None:
    case = planned(name)
    assert moved_under(case.planned.plan, case.snapshot) == ()


def test_healthy_networks_need_nothing() -> None:
    calm = [n for n in NAMES if not planned(n).steps]
    assert "networks/healthy" in calm
    for name in NAMES:
        case = planned(name)
        if not any(f.severity != "info" for f in case.diagnosis.findings):
            assert case.steps == ()


@st.composite
def networks(draw: st.DrawFn) -> Snapshot:
    """A network of some rows, aliases, DNS answers, certificates and jobs."""
    names = draw(st.lists(st.sampled_from(DOMAINS), max_size=5))
    names = [n for place, n in enumerate(names) if n.isprintable() or n not in names[:place]]
    made = [
        row(
            name,
            id=7 + place,
            blog_id=draw(st.sampled_from((2, 3))),
            stage=draw(st.sampled_from(STAGES)),
            active=draw(st.booleans()) or draw(st.booleans()),
            primary=draw(st.booleans()),
            secure=draw(st.booleans()),
            created=minutes(draw(st.sampled_from((3, 60, 9000)))),
        )
        for place, name in enumerate(names)
    ]
    plain = sorted(
        {m.domain for m in made if not m.domain.startswith("*.")} | {SHOP, "gone.example"}
    )
    address = st.sampled_from(((ENTRANCE,), (ELSEWHERE,), (CLOUDFLARE,), (), (ENTRANCE, ELSEWHERE)))
    zones = [zone(name, v4=draw(address)) for name in plain]
    shakes = [draw(st.sampled_from((shake(name), default_certificate(name)))) for name in plain]
    aliases = draw(st.lists(st.sampled_from((*plain, "www.gone.example", "*.gone.example"))))
    jobs = [
        action(
            draw(st.sampled_from(("wu_add_domain", "wu_remove_domain"))),
            draw(st.sampled_from(("pending", "failed", "complete"))),
            minutes(draw(st.sampled_from((1, 90)))),
            id=50 + place,
            domain=name,
            site_id=2,
        )
        for place, name in enumerate(draw(st.lists(st.sampled_from(plain), max_size=3)))
    ]
    return snapshot_of(
        rows(*made),
        Sites((site(1, NETWORK), site(), site(3, f"b.{NETWORK}")), has_flags=True),
        dns(*zones),
        tls(*shakes),
        listed(*aliases),
        Scheduler(tuple(jobs), tables_exist=True),
        constants(DISABLE_WP_CRON=draw(st.booleans()), CLOSTE_CDN_HOSTNAME="cdn.example"),
        host(object_cache=draw(st.booleans())),
        options(
            **{
                "wp-ultimo_v2_settings": {
                    "dns_check_interval": draw(st.sampled_from((10, 60, 300))),
                    "enable_domain_mapping": 1,
                }
            }
        ),
    )


CHOICES = st.builds(
    Choices,
    keep=st.sampled_from(({}, {SHOP: 2}, {"b.example": 3})),
    wildcards=st.booleans(),
    max_changes=st.sampled_from((1, 100)),
)


def carried_out(case: PlannedCase) -> None:
    """Every step in turn finds the facts that it rests on, where all before it did what they say."""
    grounds = Grounds.of(case.snapshot)
    world: dict[str, Json] = {}
    people = {s.id for s in case.steps if s.via == "manual"}
    for step in case.steps:
        for fact, needed in step.rests_on.items():
            present = world.get(fact, grounds.value(fact))
            mended = fact.split()[0] in ("key", "dns") or (fact[:5] == "alias" and present is None)
            by_people = people & set(step.after) and mended
            if isinstance(needed, dict) and isinstance(present, dict):
                present = {k: present.get(k) for k in needed}
            assert by_people or present == needed, (step, fact, present)
        world.update(effect(step, world, grounds))


def effect(step: Step, world: dict[str, Json], grounds: Grounds) -> dict[str, Json]:
    """The facts that a step changes, as it leaves them."""
    p = step.parameters
    own = f"row {p.get('domain_id')}"
    row = world.get(own, grounds.value(own))
    kept = row if isinstance(row, dict) else {}
    match step.action:
        case "alias.add" | "alias.delete":
            return {f"alias {p['domain']}": step.action == "alias.add"}
        case "domain.drop-duplicate":
            return {own: None}
        case "domain.recheck":
            return {own: {**kept, "stage": p["stage"]}}
        case "domain.mark-done":
            return {own: {**kept, "stage": "done", "secure": True}}
        case "domain.set-primary":
            changed: dict[str, Json] = {}
            for place in step.rests_on:
                now = world.get(place, grounds.value(place))
                assert isinstance(now, dict)
                changed[place] = {**now, "primary_domain": place == own}
            return changed
        case _:
            return {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), CHOICES, st.integers(0, 9))
def test_any_network(snapshot: Snapshot, choices: Choices, seed: int) -> None:
    case = plan_of(snapshot, choices)
    check(case)
    carried_out(case)
    again = plan_for(
        shuffled(snapshot, seed), case.diagnosis, made_at=MADE, host_key=HOST_KEY, choices=choices
    )
    assert again == case.planned
    assert moved_under(case.planned.plan, snapshot) == ()


def test_the_digest_is_of_everything() -> None:
    plan = planned("networks/four-troubles").planned.plan
    step = plan.steps[-1]
    others = (
        replace(plan, target="other"),
        replace(plan, made_at=plan.expires_at),
        replace(plan, expires_at=plan.made_at),
        replace(plan, network=replace(plan.network, app_id=None)),
        replace(plan, network=replace(plan.network, host_key=None)),
        replace(plan, steps=plan.steps[:-1]),
        *(
            replace(plan, steps=(*plan.steps[:-1], changed))
            for changed in (
                replace(step, why="else"),
                replace(step, risk="severe"),
                replace(step, after=()),
                replace(step, rests_on={}),
                replace(step, parameters={"domain": "evil.example", "wildcard": 0}),
            )
        ),
    )
    digests = {digest_of(plan), *(digest_of(other) for other in others)}
    assert len(digests) == len(others) + 1


def test_every_action_can_be_planned() -> None:
    """Each action of the contract comes up in one of these networks."""
    gone = (listed(SHOP, "www.shop.example", "gone.example"),)
    cases = [
        plan_of(snapshot_of(*records), Choices(only=only))
        for records, only in (
            (gone, ()),
            ((listed(), tls(default_certificate()), rows(row(stage="ssl-failed"))), ()),
            ((rows(row(stage="failed")),), ()),
            ((rows(row(), row("b.example", id=8)), constants(CLOSTE_CDN_HOSTNAME="c.example")), ()),
            ((rows(row(), row(id=8, primary=False)),), ()),
            ((constants(DISABLE_WP_CRON=True), Scheduler((waiting(),), tables_exist=True)), ()),
        )
    ]
    found = {step.action for case in cases for step in case.steps}
    elsewhere = {
        "domain.create-record",
        "module.enable",
        "settings.check-interval",
        "settings.log-level",
        "transient.delete-network-ip",
    }  # test_row_steps.py, test_network_steps.py
    assert found | elsewhere == set(ACTIONS)


def waiting() -> object:
    """An add job that is two hours late."""
    return action("wu_add_domain", "pending", minutes(120), id=55)
