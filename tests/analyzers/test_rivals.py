"""Rival causes: what was seen for and against each, and the cheapest look that would decide."""

from __future__ import annotations

import pytest
from mapped_case import (
    NOW,
    SHOP,
    V6,
    action,
    constants,
    default_certificate,
    dns,
    event,
    evidence,
    listed,
    logs,
    minutes,
    page,
    row,
    rows,
    tls,
    zone,
)

from analyzers.diagnose import diagnose
from analyzers.domain_case import domain_case
from analyzers.evidence import ApiCall, ClosteCalls, Dns, Http, Scheduler
from analyzers.rival_causes import RIVALS
from analyzers.rivals import Rival, Rivals
from analyzers.rules import BY_CODE


def doubts(*records: object, without: tuple[type, ...] = ()) -> dict[str, Rivals]:
    snapshot = evidence(*records, without=without)
    case = domain_case(snapshot, diagnose(snapshot, tool="test"), SHOP)
    return {doubt.finding.code: doubt for doubt in case.rivals}


def named(doubt: Rivals, word: str) -> Rival:
    return next(r for r in doubt.rivals if word in r.cause)


GIVEN_UP = (
    rows(row(stage="ssl-failed", created=minutes(300))),
    tls(default_certificate()),
    Scheduler((action(at=minutes(300)),), tables_exist=True),
    logs(event("closte.adding", minutes(300)), event("closte.added", minutes(300))),
)


def test_every_table_is_about_a_code_that_there_is() -> None:
    assert RIVALS.keys() <= BY_CODE.keys()


def test_a_sign_without_a_cause_gets_its_rivals() -> None:
    doubt = doubts(*GIVEN_UP)["ssl.given-up"]
    assert named(doubt, "no alias").standing == "refuted"
    assert named(doubt, "CAA").refutes == ("no CAA record forbids it",)
    assert named(doubt, "another server").standing == "refuted"
    assert named(doubt, "rate limit").standing == "refuted"
    assert named(doubt, "slow today").standing == "refuted"
    assert named(doubt, "Port 80").standing == "open"
    standing = [r.standing for r in doubt.rivals]
    assert standing == sorted(standing, key=["supported", "open", "refuted"].index)


def test_the_cheapest_look_comes_first_and_names_the_domain() -> None:
    doubt = doubts(*GIVEN_UP)["ssl.given-up"]
    assert doubt.next_look is not None
    assert doubt.next_look.startswith("curl -sv")
    assert SHOP in doubt.next_look
    answered = Http((page(f"http://{SHOP}/", status=301),))
    after = doubts(*GIVEN_UP, answered)["ssl.given-up"]
    assert named(after, "Port 80").standing == "refuted"
    assert after.next_look is not None
    assert "app.closte.com/sites/domains/acct123" in after.next_look


def test_a_port_that_is_closed_speaks_for_itself() -> None:
    closed = Http((page(f"http://{SHOP}/", status=None),))
    doubt = doubts(*GIVEN_UP, closed)["ssl.given-up"]
    assert doubt.rivals[0].cause.startswith("Port 80")
    assert doubt.rivals[0].supports == ("port 80 gave no answer",)


def test_what_nobody_looked_at_stays_open() -> None:
    doubt = doubts(*GIVEN_UP, without=(Dns, ClosteCalls))["ssl.given-up"]
    assert named(doubt, "CAA").standing == "open"
    assert named(doubt, "no alias").standing == "open"
    assert named(doubt, "CAA").next_look == f"dig +short CAA {SHOP}"


def test_many_additions_speak_for_the_rate_limit() -> None:
    again = logs(*(event("closte.adding", minutes(60 * 24 * n + 300)) for n in range(5)))
    doubt = doubts(*GIVEN_UP[:3], again)["ssl.given-up"]
    assert named(doubt, "rate limit").standing == "supported"


def test_a_cause_that_explains_it_leaves_no_doubt() -> None:
    stray = dns(zone(SHOP, v6=(V6,)))
    assert "ssl.given-up" not in doubts(*GIVEN_UP, stray)


def test_a_certain_finding_has_no_rivals() -> None:
    assert "dns.wrong-address" not in doubts(dns(zone(SHOP, ("198.51.100.9",))))


def refusal(body: str, status: int) -> ClosteCalls:
    return ClosteCalls(
        (ApiCall("/getdomains", "GET", "host", True, None, status, body, None, 0.1, NOW),)
    )


def checking():  # type: ignore[no-untyped-def]
    return rows(row(stage="checking-ssl-cert", created=minutes(60)))


def test_no_answer_from_the_host_alone_leaves_two_places() -> None:
    silent = ClosteCalls(
        (ApiCall("/getdomains", "GET", "host", True, None, None, "", "cURL error 28", 15.0, NOW),)
    )
    doubt = doubts(checking(), silent)["api.unreachable"]
    assert {r.standing for r in doubt.rivals if "WordPress" not in r.cause} == {"open"}
    assert doubt.next_look == "curl -sS -m 10 https://app.closte.com/api/client/getdomains"
    blocked = doubts(checking(), silent, constants(WP_HTTP_BLOCK_EXTERNAL=True))
    assert "api.unreachable" not in blocked  # sure by itself: there is nothing to weigh


def test_a_page_that_refuses_speaks_for_a_firewall() -> None:
    found = doubts(checking(), refusal("<html><h1>403 Forbidden</h1></html>", 403))
    doubt = found["key.rejected"]
    assert doubt.rivals[0].cause.startswith("A firewall")
    assert doubt.rivals[0].standing == "supported"


def test_an_empty_list_leaves_a_new_app_possible() -> None:
    empty = refusal('{"success": true, "domains": []}', 200)
    old = rows(row(created=minutes(600)), row("other.example", id=8, created=minutes(600)))
    found = doubts(old, empty, tls(default_certificate()))
    assert named(found["key.other-app"], "new").standing == "supported"


@pytest.mark.parametrize("code", sorted(RIVALS))
def test_every_cause_says_itself_and_every_look_can_be_done(code: str) -> None:
    for cause in RIVALS[code]:
        assert cause.says
        for clue in cause.clues:
            assert clue.look.how
            assert clue.look.cost in (1, 2, 3)


def test_the_network_itself_can_be_in_doubt() -> None:
    late = Scheduler(
        (
            action(at=minutes(200)),
            action(
                "wu_async_process_domain_stage", "pending", minutes(26), id=9, domain_id=7, tries=1
            ),
        ),
        tables_exist=True,
    )
    off = constants(DISABLE_WP_CRON=True)
    found = doubts(checking(), late, listed(SHOP), tls(default_certificate()), off)
    cron = [d for code, d in found.items() if code.startswith("jobs.cron")]
    for doubt in cron:
        assert {r.standing for r in doubt.rivals} == {"supported", "refuted"}
    assert cron
