"""Aliases are added where a mapped domain lacks one, deleted only where nobody needs one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    V6,
    WWW,
    constants,
    default_certificate,
    dns,
    event,
    listed,
    logs,
    minutes,
    page,
    row,
    rows,
    shake,
    site,
    tls,
    zone,
)
from planned_case import plan

from analyzers.evidence import ClosteCalls, Dns, Http, Sites, Tls
from analyzers.planning import Choices

MISSING = (listed(), tls(default_certificate()))
GONE = "gone.example"
ORPHAN = (listed(SHOP, WWW, GONE),)


def test_a_healthy_network_needs_no_step() -> None:
    case = plan()
    assert case.steps == ()
    assert case.planned.refusals == ()
    assert case.planned.uncovered == ()
    assert not case.planned.refused


def test_a_missing_alias_is_added_with_the_wire_values_of_the_api() -> None:
    case = plan(*MISSING)
    step = case.of("alias.add")
    assert case.actions == ["alias.add"]
    assert step.via == "closte-api"
    assert step.parameters == {"domain": SHOP, "wildcard": 0}
    assert step.risk == "confirm"
    assert step.undo == {"action": "alias.delete", "parameters": {"domain": SHOP, "wildcard": 0}}
    assert "alias.missing" in step.heals
    assert step.rests_on[f"alias {SHOP}"] is False
    assert step.rests_on[f"dns {SHOP}"] == "here"
    assert step.rests_on["key"] == "works"
    assert case.planned.uncovered == ()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        (dns(zone(v4=(ELSEWHERE,))), "dns-not-here"),
        (dns(zone(v4=(ENTRANCE, ELSEWHERE))), "dns-not-here"),
        (dns(zone(v6=(V6,))), "dns-not-here"),
        (dns(zone(v4=(CLOUDFLARE,))), "dns-not-here"),
        (dns(zone(caa=('0 issue "other.example"',))), "dns-not-here"),
        (dns(zone(v4=(), status="NXDOMAIN")), "dns-not-here"),
    ],
    ids=["elsewhere", "mixed", "stray IPv6", "proxied", "CAA", "nowhere"],
)
def test_no_alias_is_asked_for_whose_validation_would_fail(changed: Dns, refusal: str) -> None:
    case = plan(*MISSING, changed)
    assert "alias.add" not in case.actions
    assert case.refused == [refusal]


def test_no_alias_is_asked_for_where_the_dns_was_not_looked_at() -> None:
    case = plan(*MISSING, without=(Dns,))
    assert "alias.add" not in case.actions
    assert case.refused == ["dns-not-here"]
    assert case.planned.refused


def test_no_alias_is_asked_for_again_while_the_issuer_refuses() -> None:
    limit = event(
        "closte.response", minutes(90), body="too many certificates already issued", status="200"
    )
    case = plan(*MISSING, logs(limit))
    assert "alias.add" not in case.actions
    assert "rate-limited" in case.refused


@pytest.mark.parametrize("words", ["Domain already exists", f"Invalid or empty domain: {SHOP}"])
def test_no_alias_is_added_that_closte_has_just_refused(words: str) -> None:
    body = f'{{"success": false, "error": "{words}"}}'
    told = event("closte.response", endpoint="/adddomainalias", status="200", body=body)
    case = plan(*MISSING, logs(told))
    assert case.actions == ["manual"]
    assert case.of("manual").heals[0] in ("alias.elsewhere", "alias.refused")


def test_the_www_twin_is_added_only_where_it_is_asked_for() -> None:
    assert plan(listed(SHOP)).steps == ()
    step = plan(listed(SHOP), choices=Choices(only=("alias.no-www",))).of("alias.add")
    assert step.parameters == {"domain": WWW, "wildcard": 0}
    assert step.subject.id == SHOP


def test_an_orphan_is_deleted_after_a_backup_and_a_severe_confirmation() -> None:
    case = plan(*ORPHAN)
    step = case.of("alias.delete")
    assert case.actions == ["backup.take", "alias.delete"]
    assert step.risk == "severe"
    assert step.after == ("s1",)
    assert step.parameters == {"domain": GONE, "wildcard": 0}
    assert step.undo == {"action": "alias.add", "parameters": {"domain": GONE, "wildcard": 0}}
    assert step.rests_on[f"rows of {GONE}"] == []


def test_an_orphan_that_visitors_reach_is_not_deleted() -> None:
    reached = (*ORPHAN, dns(zone(GONE)), tls(shake(), shake(GONE)))
    assert plan(*reached).refused == ["alias-in-use"]
    shown = (*ORPHAN, Http((page(f"https://{GONE}/"),)))
    assert plan(*shown).refused == ["alias-in-use"]


def test_an_orphan_that_leads_elsewhere_is_deleted_and_the_plan_rests_on_that() -> None:
    step = plan(*ORPHAN, dns(zone(GONE, v4=(ELSEWHERE,)))).of("alias.delete")
    assert step.rests_on[f"traffic {GONE}"] == "none"
    assert "not looked at" not in step.why
    assert "not looked at" in plan(*ORPHAN).of("alias.delete").why


def test_a_wildcard_alias_is_deleted_with_consent_only() -> None:
    star = (listed(SHOP, WWW, f"*.{GONE}"),)
    assert plan(*star).refused == ["wildcard"]
    step = plan(*star, choices=Choices(wildcards=True)).of("alias.delete")
    assert step.parameters == {"domain": f"*.{GONE}", "wildcard": 1}


def test_a_wildcard_row_gets_its_alias_with_consent_only() -> None:
    star = (rows(row(), row("*.star.example", id=8)), dns(zone("star.example")))
    without = plan(*star)
    assert "alias.add" not in without.actions
    assert "wildcard" in without.refused
    step = plan(*star, choices=Choices(wildcards=True)).of("alias.add")
    assert step.parameters == {"domain": "*.star.example", "wildcard": 1}
    assert step.heals == ()


@pytest.mark.parametrize(
    "kept",
    [
        NETWORK,
        f"*.{NETWORK}",
        f"www.{NETWORK}",
        f"deep.{NETWORK}",
        "acct123.cloudwp.dev",
        "app.closte.com",
        f"www.{SHOP}",
        f"*.{SHOP}",
        "off.example",
        "cdn.example",
    ],
)
def test_no_alias_that_something_needs_is_deleted(kept: str) -> None:
    records = (
        rows(row(), row("off.example", id=8, active=False)),
        constants(CLOSTE_CDN_HOSTNAME="cdn.example"),
        Sites((site(1, NETWORK), site()), has_flags=True),
        listed(SHOP, WWW, GONE, kept),
    )
    deleted = [s.parameters["domain"] for s in plan(*records).steps if s.action == "alias.delete"]
    assert deleted == [GONE]


def test_a_key_of_another_app_stops_everything_but_what_people_do() -> None:
    two = rows(row(), row("other.example", id=8))
    case = plan(two, listed_without_network("stranger.example"), Tls((default_certificate(),)))
    assert "foreign-key" in case.refused
    assert set(case.actions) == {"manual"}
    assert case.planned.refused


def listed_without_network(*names: str) -> ClosteCalls:
    """A list of Closte's that is another app's."""
    found = listed()
    quoted = ", ".join(f'"{n}"' for n in names)
    call = replace(found.calls[0], body=f'{{"success": true, "domains": [{quoted}]}}')
    return ClosteCalls((call,))
