"""What is refused wholly, what a stale plan says, what choices leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from changed_network import ChangedNetwork
from mapped_case import (
    ELSEWHERE,
    NETWORK,
    SHOP,
    WWW,
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
from planned_case import HOST_KEY, MADE, PlannedCase, plan, plan_of, snapshot_of

from analyzers.diagnose import diagnose
from analyzers.evidence import Dns, Http, Mappings, Scheduler, Shape, Sites, Tls
from analyzers.findings import Subject
from analyzers.jobs import REMOVE, STAGE
from analyzers.planning import (
    Choices,
    already,
    forbidden,
    moved,
    plan_for,
    refusals_of,
    standing,
)
from analyzers.snapshot import Snapshot
from analyzers.steps import Json, Step

MISSING = (listed(), tls(default_certificate()))
GONE = "gone.example"


def against(case: PlannedCase, snapshot: Snapshot, **changed: object) -> list[str]:
    """The codes of what stands against a plan on a later look."""
    asked = {"now": MADE + timedelta(minutes=5), "host_key": HOST_KEY, **changed}
    found = refusals_of(
        case.planned.plan,
        snapshot,
        diagnose(snapshot, tool="test"),
        **asked,  # type: ignore[arg-type]
    )
    return [refusal.code for refusal in found]


def test_a_plan_on_the_network_it_was_made_for_is_not_refused() -> None:
    case = plan(*MISSING)
    assert against(case, case.snapshot) == []


def test_a_plan_expires_after_thirty_minutes_and_is_not_from_the_future() -> None:
    case = plan(*MISSING)
    late = MADE.replace(microsecond=0) + timedelta(minutes=30)
    assert against(case, case.snapshot, now=late - timedelta(seconds=1)) == []
    assert against(case, case.snapshot, now=late) == ["expired"]
    assert against(case, case.snapshot, now=MADE - timedelta(minutes=1)) == ["expired"]


def test_a_plan_is_bound_to_host_app_and_network() -> None:
    case = plan(*MISSING)
    assert against(case, case.snapshot, host_key="SHA256:other") == ["other-host"]
    assert against(case, case.snapshot, host_key=None) == ["other-host"]
    moved_app = snapshot_of(*MISSING, constants(CLOSTE_APP_ID="acct999"))
    assert "other-app" in against(case, moved_app)
    renamed = snapshot_of(*MISSING, host(network_domain="other.example"))
    assert "other-network" in against(case, renamed)


def test_a_stale_plan_says_what_moved_fact_by_fact() -> None:
    case = plan(*MISSING)
    later = snapshot_of(listed(SHOP), tls(default_certificate()), dns(zone(v4=(ELSEWHERE,))))
    found = refusals_of(
        case.planned.plan,
        later,
        diagnose(later, tool="test"),
        now=MADE + timedelta(minutes=1),
        host_key=HOST_KEY,
    )
    said = [r.sentence for r in found if r.code == "stale"]
    assert any(f"alias {SHOP} is true now; the step needs false" in s for s in said)
    assert any(f'dns {SHOP} is "elsewhere" now; the step needs "here"' in s for s in said)


def test_a_moved_row_names_its_columns() -> None:
    case = plan(rows(row(stage="failed")))
    (change,) = moved(case.steps, snapshot_of(rows(row(stage="checking-dns"))))
    assert change.fact == "row 7"
    assert change.sentence == 's1: row 7 has changed: stage is "checking-dns" now, was "failed".'


def test_what_was_not_looked_at_has_moved() -> None:
    case = plan(*MISSING)
    gone = moved(case.steps, snapshot_of(*MISSING, without=(Dns,)))
    assert [(m.fact, m.found) for m in gone] == [(f"dns {SHOP}", None)]


def test_a_row_that_was_mapped_elsewhere_since_makes_a_duplicates_plan_stale() -> None:
    case = plan(rows(row(id=7), row(id=8, primary=False)))
    later = snapshot_of(rows(row(id=7), row(id=8, primary=False, blog_id=9)))
    assert [m.fact for m in moved(case.steps, later)] == ["row 8"]


def test_nothing_is_planned_or_done_from_a_copy() -> None:
    network = ChangedNetwork()
    network.host["site_url"] = "https://staging.network.example"
    for answer in network.json["dns.json"]:
        if answer["name"] != "network.example" and answer["type"] == "A" and answer["records"]:
            answer["records"] = [ELSEWHERE]
    case = planned(network)
    assert case.refused == ["staging-clone"]
    assert case.steps == ()
    assert case.planned.refused
    healthy = plan(*MISSING)
    assert forbidden(healthy.steps[0], case.snapshot, case.diagnosis) is not None
    assert "staging-clone" in against(healthy, case.snapshot)


def planned(network: ChangedNetwork) -> PlannedCase:
    """The plan for a changed example network."""
    import json

    from analyzers.snapshot import read

    files = {name: json.dumps(value).encode() for name, value in network.json.items()}
    files |= {name: text.encode() for name, text in network.logs.items()}
    return plan_of(read(files, origin="folder"))


def test_a_foreign_plan_cannot_delete_what_is_needed() -> None:
    step = plan(listed(SHOP, WWW, GONE)).of("alias.delete")
    look = snapshot_of(listed(SHOP, WWW, GONE))
    diagnosis = diagnose(look, tool="test")
    assert forbidden(step, look, diagnosis) is None
    for needed in (SHOP, WWW, "network.example", "www.network.example", "sub.network.example"):
        crafted = replace(step, parameters={"domain": needed, "wildcard": 0}, rests_on={})
        refusal = forbidden(crafted, look, diagnosis)
        assert refusal is not None, needed
        assert refusal.code == "alias-needed"


@pytest.mark.parametrize("told", [[GONE], None])
def test_a_foreign_plan_cannot_delete_what_another_network_of_the_database_has(
    told: list[str] | None,
) -> None:
    step = plan(listed(SHOP, WWW, GONE)).of("alias.delete")
    others = {"networks": [{"id": 2, "domain": "second.example", "domains": told}]}
    look = snapshot_of(listed(SHOP, WWW, GONE), host(raw=others))
    refusal = forbidden(replace(step, rests_on={}), look, diagnose(look, tool="test"))
    assert refusal is not None
    assert refusal.code == "alias-needed"


def test_an_alias_that_gets_visitors_meanwhile_is_not_deleted() -> None:
    step = plan(listed(SHOP, WWW, GONE)).of("alias.delete")
    from mapped_case import page

    look = snapshot_of(listed(SHOP, WWW, GONE), Http((page(f"https://{GONE}/"),)))
    refusal = forbidden(step, look, diagnose(look, tool="test"))
    assert refusal is not None
    assert refusal.code == "alias-in-use"


def test_an_alias_is_not_added_once_its_dns_leads_elsewhere() -> None:
    step = plan(*MISSING).of("alias.add")
    look = snapshot_of(*MISSING, dns(zone(v4=(ELSEWHERE,))))
    refusal = forbidden(step, look, diagnose(look, tool="test"))
    assert refusal is not None
    assert refusal.code == "dns-not-here"


def test_no_row_is_marked_as_done_without_a_handshake_of_this_look() -> None:
    broken = rows(row(stage="failed"))
    step = replace(plan(broken).of("domain.mark-done"), rests_on={})
    for evidence in ((tls(default_certificate()),), ()):
        look = snapshot_of(broken, *evidence, without=() if evidence else (Tls,))
        refusal = forbidden(step, look, diagnose(look, tool="test"))
        assert refusal is not None
        assert refusal.code == "not-verified"
    fine = snapshot_of(broken)
    assert forbidden(step, fine, diagnose(fine, tool="test")) is None


def test_a_domain_that_visitors_reach_is_checked_again_as_a_severe_step_only() -> None:
    given_up = (rows(row(stage="ssl-failed")), tls(default_certificate()), Scheduler((), True))
    step = replace(plan(*given_up).of("domain.recheck"), rests_on={})
    served = snapshot_of(rows(row()))
    refusal = forbidden(step, served, diagnose(served, tool="test"))
    assert refusal is not None
    assert refusal.code == "domain-in-use"
    severe = replace(step, risk="severe")
    assert forbidden(severe, served, diagnose(served, tool="test")) is None


def test_a_foreign_plan_cannot_call_a_job_something_else() -> None:
    job = action(REMOVE, "pending", minutes(40), id=55)
    look = snapshot_of(Scheduler((job,), tables_exist=True))
    diagnosis = diagnose(look, tool="test")

    def crafted(hook: str, domain: str) -> Step:
        listed: dict[str, Json] = {
            "action_id": 55,
            "hook": hook,
            "domain": domain,
            "scheduled": None,
        }
        return Step(
            "s1", "jobs.run-due", "wp-cli", Subject("network", "network.example"),
            {"actions": [listed]}, (), "severe", False, None, "why", "expect",
        )  # fmt: skip

    for hook, domain in ((REMOVE, GONE), (STAGE, SHOP)):
        refusal = forbidden(crafted(hook, domain), look, diagnosis)
        assert refusal is not None
        assert refusal.code == "stale"
    refusal = forbidden(crafted(REMOVE, SHOP), look, diagnosis)
    assert refusal is not None
    assert refusal.code == "alias-needed"


def test_no_job_of_a_foreign_plan_is_run_with_a_key_at_fault() -> None:
    look = snapshot_of(constants(CLOSTE_CLIENT_API_KEY=Shape(True, 3, 3, "alnum")))
    step = Step(
        "s1", "jobs.run-due", "wp-cli", Subject("network", "network.example"),
        {"actions": []}, (), "severe", False, None, "why", "expect",
    )  # fmt: skip
    refusal = forbidden(step, look, diagnose(look, tool="test"))
    assert refusal is not None
    assert refusal.code == "key-at-fault"


MANY = tuple(f"shop{n}.example" for n in range(12))
MANY_MISSING = (
    rows(row(), *(row(name, id=n + 20, blog_id=n + 20) for n, name in enumerate(MANY))),
    dns(*(zone(name) for name in MANY)),
    tls(shake(), *(default_certificate(name) for name in MANY)),
    listed(SHOP, WWW),
    Sites((site(1, NETWORK), site(), *(site(n + 20) for n in range(len(MANY)))), has_flags=True),
)


def test_more_changes_than_allowed_are_refused_and_can_be_allowed() -> None:
    case = plan(*MANY_MISSING)
    assert len([a for a in case.actions if a == "alias.add"]) == 12
    assert "too-many-changes" in case.refused
    assert case.planned.refused
    allowed = plan(*MANY_MISSING, choices=Choices(max_changes=12))
    assert "too-many-changes" not in allowed.refused
    narrowed = plan(*MANY_MISSING, choices=Choices(only=MANY[:3]))
    assert narrowed.actions.count("alias.add") == 3


def test_a_backup_and_what_people_do_are_no_changes() -> None:
    case = plan(listed(SHOP, WWW, GONE), choices=Choices(max_changes=1))
    assert case.actions == ["backup.take", "alias.delete"]
    assert "too-many-changes" not in case.refused
    assert (
        "too-many-changes" in plan(listed(SHOP, WWW, GONE), choices=Choices(max_changes=0)).refused
    )


@pytest.mark.parametrize(
    "choices",
    [
        Choices(skip=("alias.delete",)),
        Choices(skip=("alias.orphan",)),
        Choices(skip=("alias",)),
        Choices(skip=(GONE,)),
        Choices(only=("dns",)),
        Choices(only=("alias.add",)),
        Choices(risks=frozenset({"safe", "confirm"})),
    ],
)
def test_what_is_chosen_away_is_not_planned_and_brings_no_backup(choices: Choices) -> None:
    assert plan(listed(SHOP, WWW, GONE), choices=choices).steps == ()


def test_what_waits_for_a_step_that_is_chosen_away_goes_with_it() -> None:
    given_up = (rows(row(stage="ssl-failed")), *MISSING, Scheduler((), tables_exist=True))
    assert plan(*given_up).actions == ["alias.add", "domain.recheck"]
    assert plan(*given_up, choices=Choices(skip=("alias.add",))).actions == []


def test_standing_and_already_tell_a_step_that_is_done() -> None:
    case = plan(*MISSING)
    step = case.of("alias.add")
    assert [f.code for f in standing(step, case.diagnosis)] == ["alias.missing"]
    assert already(step, case.snapshot) is False
    healed = snapshot_of()
    assert standing(step, diagnose(healed, tool="test")) == ()
    assert already(step, healed) is True
    assert already(step, snapshot_of(without=(Dns,))) is True


@pytest.mark.parametrize(
    ("broken", "action", "mended"),
    [
        ((rows(row(stage="failed")),), "domain.mark-done", rows(row())),
        ((rows(row(), row(id=8, primary=False)),), "domain.drop-duplicate", rows(row())),
        (
            (
                options(
                    **{
                        "wp-ultimo_v2_settings": {
                            "dns_check_interval": "10",
                            "enable_domain_mapping": 1,
                        }
                    }
                ),
            ),
            "settings.check-interval",
            options(
                **{"wp-ultimo_v2_settings": {"dns_check_interval": 30, "enable_domain_mapping": 1}}
            ),
        ),
    ],
)
def test_the_tables_tell_whether_a_step_is_done(
    broken: tuple[object, ...], action: str, mended: object
) -> None:
    case = plan(*broken)
    step = case.of(action)
    assert already(step, case.snapshot) is False
    assert already(step, snapshot_of(mended)) is True


def test_without_the_table_nobody_can_tell() -> None:
    step = plan(rows(row(), row(id=8, primary=False))).of("domain.drop-duplicate")
    assert already(step, snapshot_of(without=(Mappings,))) is None


def test_an_unobservable_host_gives_no_plan_but_what_to_do() -> None:
    from evidence_folders import HAND_MADE, files_in

    from analyzers.snapshot import read

    snapshot = read(files_in(HAND_MADE / "login-refused"), origin="login-refused")
    case = plan_of(snapshot)
    assert "unobservable" in case.refused
    assert set(case.actions) == {"manual"}


def test_made_at_is_kept_to_the_second() -> None:
    snapshot = snapshot_of(*MISSING)
    diagnosis = diagnose(snapshot, tool="test")
    made = MADE.replace(microsecond=123456)
    found = plan_for(snapshot, diagnosis, made_at=made, host_key=None).plan
    assert found.made_at == MADE.replace(microsecond=0)
    assert found.expires_at - found.made_at == timedelta(minutes=30)
    assert shake().verified
