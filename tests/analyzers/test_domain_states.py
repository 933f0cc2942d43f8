"""Where each domain stands, on whom it waits, and its life in one line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    NOW,
    SHOP,
    WWW,
    action,
    default_certificate,
    dns,
    event,
    listed,
    logs,
    minutes,
    row,
    rows,
    shake,
    site,
    tls,
    whole,
    zone,
)

from analyzers.evidence import (
    Action,
    ActionLogEntry,
    ApiCall,
    ClosteCalls,
    Dns,
    Http,
    Mappings,
    Scheduler,
    Sites,
    Tls,
)
from analyzers.findings import DomainState
from analyzers.rules import BY_CODE

CHECK = "wu_async_process_domain_stage"
QUEUED = Scheduler(
    (action(), action(CHECK, "pending", NOW + timedelta(minutes=2), id=2, domain_id=7, tries=3)),
    tables_exist=True,
)


def state(*records: object, without: tuple[type, ...] = ()) -> DomainState:
    (found,) = whole(*records, without=without).domains
    return found


@pytest.mark.parametrize(
    ("records", "word", "waiting_on"),
    [
        ((), "up", None),
        ((dns(zone(v4=[CLOUDFLARE])), tls(shake(SHOP, CLOUDFLARE))), "up", None),
        ((dns(zone(v4=[ELSEWHERE])),), "broken", "customer"),
        ((tls(shake(days=-1, verified=False)),), "broken", "closte"),
        ((rows(row(active=False)),), "broken", "operator"),
        ((Sites((site(1, NETWORK), site(archived=True)), has_flags=True),), "broken", "operator"),
        ((rows(row(stage="failed")), dns(zone(v4=[ELSEWHERE]))), "broken", "customer"),
        ((rows(row(stage="failed")),), "broken", "operator"),
        ((rows(row(stage="ssl-failed")), tls(default_certificate())), "broken", "nobody"),
        ((rows(row(stage="checking-dns")), QUEUED), "waiting", "cron"),
        (
            (rows(row(stage="checking-dns")), QUEUED, dns(zone(v4=[ELSEWHERE]))),
            "waiting",
            "customer",
        ),
        (
            (rows(row(stage="checking-ssl-cert")), QUEUED, tls(default_certificate())),
            "waiting",
            "closte",
        ),
        ((rows(row(stage="checking-dns")),), "broken", "nobody"),
        ((rows(row(stage="mystery")),), "unknown", None),
    ],
)
def test_state_and_whose_move_it_is(
    records: tuple[object, ...], word: str, waiting_on: str | None
) -> None:
    found = state(*records)
    assert (found.state, found.waiting_on) == (word, waiting_on)


@pytest.mark.parametrize("kind", [Dns, Tls])
def test_up_is_said_only_where_it_was_seen(kind: type) -> None:
    assert state(without=(kind,)).state == "unknown"


def test_advice_that_holds_nothing_up_moves_nobody() -> None:
    found = whole(
        rows(row(stage="checking-ssl-cert", created=minutes(5))),
        Scheduler(QUEUED.actions[1:], tables_exist=True),
        tls(default_certificate()),
        listed(SHOP),
    )
    assert {"alias.no-www", "ssl.pending"} <= {f.code for f in found.findings}
    assert found.domains[0].waiting_on == "closte"


def test_a_networks_fault_is_whose_move_it_is() -> None:
    body = '{"success": false, "error": "Invalid api key"}'
    found = state(
        rows(row(stage="checking-ssl-cert", created=minutes(5))),
        Scheduler(QUEUED.actions[1:], tables_exist=True),
        tls(default_certificate()),
        listed(body=body),
    )
    assert (found.state, found.waiting_on) == ("waiting", "operator")


def test_what_keeps_new_domains_from_closte_does_not_break_a_ready_one() -> None:
    refused = listed(body='{"success": false, "error": "Invalid api key"}')
    assert state(refused).state == "up"
    assert state(refused, without=(Tls,)).state == "unknown"
    old = Scheduler((action(status="failed", at=minutes(90)),), tables_exist=True)
    unlisted = ClosteCalls(tuple(listed(WWW).calls))
    assert state(unlisted, old).state == "up"


def test_checks_are_those_of_the_contract() -> None:
    found = state(rows(row(stage="checking-dns")), QUEUED, dns(zone(v4=[ELSEWHERE])))
    assert found.checks is not None
    assert (found.checks.used, found.checks.limit) == (3, 6)
    assert found.checks.next_at == NOW + timedelta(minutes=2)
    assert found.checks.gives_up_at == NOW + timedelta(minutes=12)


def test_one_state_per_domain_in_order_of_name() -> None:
    found = whole(rows(row(id=7), row(id=8), row("a.example", id=9, blog_id=3)))
    assert [d.domain for d in found.domains] == ["a.example", SHOP]


def test_no_table_no_states() -> None:
    assert whole(without=(Mappings,)).domains == ()


def test_the_row_that_sunrise_would_choose_counts() -> None:
    two = rows(row(id=7, blog_id=2, primary=False, stage="failed"), row(id=8, blog_id=3))
    found = state(two)
    assert (found.blog_id, found.stage) == (3, "done")


def test_a_life_is_joined_in_order_without_repeats() -> None:
    born = minutes(30)
    add = action(at=minutes(29), said="action complete via WP Cron")
    asked = ApiCall(
        "/adddomainalias",
        "POST",
        "here",
        True,
        SHOP,
        200,
        '{"success": true}',
        None,
        0.2,
        minutes(1),
    )
    told = logs(
        event("closte.adding", minutes(28)),
        event("closte.request", minutes(28), endpoint="/adddomainalias"),
        event("closte.transport-failed", minutes(27), error="cURL error 28"),
        event("check.started", minutes(20)),
        event("check.started", minutes(20)),
        event("check.ssl-retry", minutes(20)),
        event("certificate.invalid", minutes(20), domain=None),
    )
    found = state(
        rows(row(created=born, stage="checking-ssl-cert")),
        Scheduler((add, *QUEUED.actions[1:]), tables_exist=True),
        ClosteCalls((*listed(SHOP, WWW).calls, asked)),
        tls(default_certificate()),
        told,
    )
    events = [(e.event, e.endpoint) for e in found.timeline]
    assert events[:3] == [
        ("row.created", None),
        ("wu_add_domain.created", None),
        ("wu_add_domain.complete", None),
    ]
    assert ("closte.request", "/adddomainalias") in events
    assert ("closte.transport-failed", "/adddomainalias") in events, "an answer has its request's"
    assert ("api.ok", "/adddomainalias") in events
    assert ("certificate.invalid", None) in events, "attributed by time and order"
    assert [e for e, _ in events].count("check.started") == 1
    assert events[-1] == (f"{CHECK}.due", None)
    assert [e.at for e in found.timeline] == sorted(e.at for e in found.timeline)


def test_within_one_second_causes_come_before_their_effects() -> None:
    """Times are whole seconds, and a job may begin and end within one."""
    at = minutes(20)

    def job(id: int, hook: str, *said: str, **args: object) -> Action:
        entries = tuple(ActionLogEntry(at, f"action {step}") for step in said)
        return Action(id, hook, "complete", at, at, 1, args, "domain", entries)

    told = logs(
        event("certificate.invalid", at, domain=None),
        event("check.started", at),
        event("check.ssl-retry", at),
        event("closte.adding", at),
        event("closte.added", at),
    )
    found = state(
        rows(row(created=at, stage="checking-ssl-cert")),
        Scheduler(
            (
                job(1, "wu_add_domain", "created", "started", "complete", domain=SHOP),
                job(2, CHECK, "started", "complete", domain_id=7, tries=0),
                job(3, CHECK, "created", domain_id=7, tries=1),
            ),
            tables_exist=True,
        ),
        told,
    )
    assert [e.event for e in found.timeline if e.at == at] == [
        "row.created",
        "wu_add_domain.created",
        "wu_add_domain.started",
        "closte.adding",
        "closte.added",
        "wu_add_domain.complete",
        f"{CHECK}.started",
        "check.started",
        "certificate.invalid",
        "check.ssl-retry",
        f"{CHECK}.created",
        f"{CHECK}.complete",
    ]


def test_a_certificate_failure_between_two_domains_belongs_to_neither() -> None:
    told = logs(
        event("certificate.invalid", minutes(20), domain=None),
        event("check.ssl-retry", minutes(20)),
        event("check.ssl-retry", minutes(20), domain="a.example"),
    )
    found = whole(rows(row(), row("a.example", id=8, blog_id=3)), told)
    assert not [e for d in found.domains for e in d.timeline if e.event == "certificate.invalid"]


def test_a_life_keeps_its_newest_two_hundred() -> None:
    told = logs(*(event("check.started", minutes(n)) for n in range(1, 500)))
    found = state(told)
    assert len(found.timeline) == 200
    assert found.timeline[-1].at == NOW
    assert found.timeline[0].at > minutes(210)


def test_actions_of_every_shape_have_a_place() -> None:
    odd = (
        Action(5, "wu_add_domain", "canceled", minutes(9), None, 0, {"0": SHOP}, "domain"),
        Action(6, "wu_add_domain", "failed", minutes(8), minutes(8), 1, {"domain": SHOP}, "domain"),
        Action(7, CHECK, "complete", None, None, 1, {"domain_id": "7"}, "domain"),
        Action(8, CHECK, "complete", None, None, 1, {"domain_id": None}, "domain"),
    )
    found = state(Scheduler(odd, tables_exist=True))
    told = [e.event for e in found.timeline]
    assert "wu_add_domain.canceled" in told
    assert "wu_add_domain.failed" in told


def test_fifty_thousand_rows_are_one_pass() -> None:
    """No timed test: a quadratic join would not come back within the suite's time limit."""
    many = rows(*(row(f"d{n}.example", id=n, blog_id=n, stage="failed") for n in range(1, 50_001)))
    near = Dns(tuple(a for n in range(1, 3001) for a in zone(f"d{n}.example", [ELSEWHERE])))
    few = [BY_CODE[c] for c in ("dns.wrong-address", "check.gave-up-dns", "mapping.two-sites")]
    found = whole(many, near, Http(()), Scheduler((), tables_exist=True), catalogue=few)
    assert len(found.domains) == 50_000
    wrong = [f for f in found.findings if f.code == "dns.wrong-address"]
    assert len(wrong) == 3000
    gave_up = [f for f in found.findings if f.code == "check.gave-up-dns" and f.caused_by]
    assert len(gave_up) == 3000
    assert ENTRANCE in wrong[0].do
