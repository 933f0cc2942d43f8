"""`ssl.*`: what a browser meets on port 443."""

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
    action,
    ask,
    constants,
    default_certificate,
    dns,
    event,
    listed,
    logs,
    minutes,
    options,
    page,
    row,
    rows,
    shake,
    tls,
    whole,
    zone,
)

from analyzers.evidence import ClosteCalls, Dns, Http, PluginLogs, Scheduler, Tls

NONE_YET = tls(default_certificate())
EXPIRED = tls(shake(days=-2, verified=False, error="certificate has expired"))
SELF_SIGNED = tls(shake(verified=False, error="self-signed certificate", self_signed=True))
THIRD = tls(shake(verified=False, names=("other.example.net",), error="Hostname mismatch"))
REFUSED = tls(shake(status="refused"))
NO_JOBS = Scheduler((), tables_exist=True)


def new(age: float, stage: str = "checking-ssl-cert") -> tuple[object, ...]:
    """A domain mapped so many minutes ago, without a certificate yet."""
    return rows(row(stage=stage, created=minutes(age), secure=False)), NO_JOBS, NONE_YET


LOOP = Http(
    (
        page(f"https://{SHOP}/", status=301, location=f"http://{SHOP}/"),
        page(f"http://{SHOP}/", status=301, location=f"https://{SHOP}/"),
    )
)
FIRES = {
    "ssl.pending": (new(4), "info"),
    "ssl.slow": (new(30), "warning"),
    "ssl.given-up": (new(300, "ssl-failed"), "error"),
    "ssl.wrong-name": ((NONE_YET,), "error"),
    "ssl.expired": ((EXPIRED,), "error"),
    "ssl.expiring": ((tls(shake(days=13)),), "warning"),
    "ssl.untrusted": ((SELF_SIGNED,), "error"),
    "ssl.unreachable": ((REFUSED,), "error"),
    "ssl.redirect-loop": ((LOOP,), "warning"),
    "ssl.rate-limit": (
        (*new(300), logs(event("closte.response", body="urn:acme:error:rateLimited"))),
        "warning",
    ),
}


@pytest.mark.parametrize("code", FIRES)
def test_fires(code: str) -> None:
    records, severity = FIRES[code]
    found = ask(code, *records).hit
    assert (found.subject.id, found.severity) == (SHOP, severity)
    assert found.evidence
    assert "{" not in found.title + found.means + found.because + found.do


@pytest.mark.parametrize("code", FIRES)
def test_is_silent_on_a_healthy_network(code: str) -> None:
    assert ask(code).silent


@pytest.mark.parametrize("code", FIRES)
def test_says_what_it_lacks(code: str) -> None:
    kind = Http if code == "ssl.redirect-loop" else Tls
    asked = ask(code, *FIRES[code][0], without=(kind,))
    assert not asked.hits
    assert kind.FILE in asked.lacking


@pytest.mark.parametrize("code", [c for c in FIRES if c != "ssl.redirect-loop"])
def test_a_host_nobody_connected_to_is_skipped(code: str) -> None:
    stage = {"ssl.given-up": "ssl-failed", "ssl.pending": "checking-ssl-cert"}.get(code)
    stage = stage or ("checking-ssl-cert" if code == "ssl.slow" else "done")
    asked = ask(code, rows(row(stage=stage)), Tls((shake(NETWORK),)))
    assert not asked.hits
    assert asked.lacking == ("tls.json",)


@pytest.mark.parametrize("code", list(FIRES))
def test_a_name_without_address_has_nothing_to_connect_to(code: str) -> None:
    gone = dns(zone(v4=[], status="NXDOMAIN"))
    asked = ask(code, gone, rows(row(stage="ssl-failed")), Tls((shake(NETWORK),)), Http(()))
    assert asked.silent


@pytest.mark.parametrize(("age", "code"), [(9.9, "ssl.pending"), (10, "ssl.slow")])
def test_ten_minutes_divide_pending_from_slow(age: float, code: str) -> None:
    other = {"ssl.pending": "ssl.slow", "ssl.slow": "ssl.pending"}[code]
    assert ask(code, *new(age)).hits
    assert ask(other, *new(age)).silent


def test_they_count_from_the_newest_request() -> None:
    again = logs(event("closte.adding", minutes(3)))
    assert ask("ssl.pending", *new(500), again).hits
    job = Scheduler((action(at=minutes(3)),), tables_exist=True)
    assert ask("ssl.pending", *new(500), job).hits


@pytest.mark.parametrize(
    "record",
    [
        dns(zone(v6=[V6])),
        dns(zone(caa=['0 issue "digicert.com"'])),
        listed(WWW),
        tls(shake(status="timeout")),
        EXPIRED,
    ],
)
def test_slow_is_said_only_where_nothing_forbids(record: object) -> None:
    assert ask("ssl.slow", *new(60), record).silent


def test_slow_without_its_alias_is_said_as_a_consequence_of_the_networks_fault_alone() -> None:
    found = whole(*new(60), listed(WWW))
    codes = {f.code for f in found.findings}
    assert "alias.missing" in codes
    assert "ssl.slow" not in codes
    disabled = whole(*new(60), listed(WWW), replace(options(), integrations={}))
    slow = next(f for f in disabled.findings if f.code == "ssl.slow")
    assert slow.caused_by is not None
    assert slow.caused_by.code == "module.disabled"
    assert "in its list" in slow.because


def test_slow_after_a_dns_that_came_late_is_only_possible() -> None:
    late = logs(event("check.dns-ok", minutes(2)))
    assert ask("ssl.slow", *new(600), late).hit.confidence == "possible"


def test_pending_is_not_said_where_the_dns_leads_elsewhere() -> None:
    assert ask("ssl.pending", *new(4), dns(zone(v4=[ELSEWHERE]))).silent


@pytest.mark.parametrize("stage", ["ssl-failed", "done-without-ssl"])
def test_given_up_alone_with_the_default_certificate(stage: str) -> None:
    found = whole(*new(300, stage))
    codes = {f.code: f.caused_by for f in found.findings if f.severity != "info"}
    assert codes == {"ssl.given-up": None}


@pytest.mark.parametrize(
    ("records", "cause"),
    [
        ((THIRD,), "ssl.wrong-name"),
        ((EXPIRED,), "ssl.expired"),
        ((SELF_SIGNED,), "ssl.untrusted"),
        ((REFUSED,), "ssl.unreachable"),
        ((dns(zone(v4=[ELSEWHERE])),), "dns.wrong-address"),
        ((dns(zone(v6=[V6])),), "dns.stray-ipv6"),
        ((dns(zone(caa=['0 issue "digicert.com"'])),), "dns.caa-forbids"),
        ((listed(WWW),), "alias.missing"),
    ],
)
def test_given_up_is_a_consequence_of_what_names_the_fault(
    records: tuple[object, ...], cause: str
) -> None:
    found = whole(*new(300, "ssl-failed"), *records)
    given_up = next(f for f in found.findings if f.code == "ssl.given-up")
    assert given_up.caused_by is not None
    assert given_up.caused_by.code == cause


def test_a_good_certificate_is_no_reason_to_give_up() -> None:
    assert ask("ssl.given-up", rows(row(stage="ssl-failed"))).silent


@pytest.mark.parametrize(
    ("stage", "fires"),
    [("done", True), ("checking-ssl-cert", False), ("ssl-failed", False), ("failed", False)],
)
def test_the_default_certificate_is_a_wrong_name_at_stage_done(stage: str, fires: bool) -> None:
    assert bool(ask("ssl.wrong-name", *new(60, stage)).hits) is fires


def test_the_default_certificate_is_the_sign_of_a_missing_alias() -> None:
    found = {f.code for f in whole(NONE_YET, listed(WWW)).findings if f.caused_by is None}
    assert "alias.missing" in found
    assert "ssl.wrong-name" not in found


@pytest.mark.parametrize("stage", ["done", "checking-ssl-cert", "ssl-failed"])
def test_a_third_partys_certificate_is_always_a_wrong_name(stage: str) -> None:
    assert ask("ssl.wrong-name", rows(row(stage=stage)), THIRD).hits


@pytest.mark.parametrize(
    "names",
    [
        ("*.closte.com",),
        (NETWORK,),
        (f"*.{NETWORK}",),
        ("closte.com", "x.closte.com"),
        ("shop2.example",),
    ],
)
def test_what_counts_as_the_hosts_own_certificate(names: tuple[str, ...]) -> None:
    shown = tls(shake(verified=False, names=names, error="Hostname mismatch"))
    pair = rows(row(stage="checking-ssl-cert"), row("shop2.example", id=8, blog_id=3))
    assert SHOP not in ask("ssl.wrong-name", pair, shown).hits


def test_a_wildcard_covers_one_label_for_browsers_and_many_for_the_plugin() -> None:
    deep = "a.b.example"
    shown = tls(shake(deep, verified=False, names=("*.example",), error="Hostname mismatch"))
    found = ask("ssl.wrong-name", rows(row(deep)), dns(zone(deep)), shown).hit
    assert "The plugin is content" in found.because
    covered = tls(shake("b.example", names=("*.example",)))
    assert ask("ssl.wrong-name", rows(row("b.example")), dns(zone("b.example")), covered).silent


def test_certificates_elsewhere_are_consequences_of_the_dns() -> None:
    for shown in (
        shake(SHOP, ELSEWHERE, status="refused"),
        shake(SHOP, ELSEWHERE, verified=False, names=("x.example.net",)),
        shake(SHOP, ELSEWHERE, days=-5, verified=False),
    ):
        found = whole(dns(zone(v4=[ELSEWHERE]), zone(WWW, [ELSEWHERE])), tls(shown))
        ssl = [f for f in found.findings if f.code.startswith("ssl.")]
        assert ssl
        assert all(f.caused_by and f.caused_by.code == "dns.wrong-address" for f in ssl)


def test_the_entrance_is_not_judged_while_visitors_go_elsewhere() -> None:
    shown = tls(shake(SHOP, ELSEWHERE), default_certificate())
    found = whole(dns(zone(v4=[ELSEWHERE]), zone(WWW, [ELSEWHERE])), shown)
    assert not [f.code for f in found.findings if f.code.startswith("ssl.")]


def test_of_two_addresses_the_fault_at_the_entrance_is_not_excused() -> None:
    shown = tls(default_certificate(), default_certificate(SHOP, ELSEWHERE))
    found = whole(dns(zone(v4=[ENTRANCE, ELSEWHERE])), shown)
    wrong = next(f for f in found.findings if f.code == "ssl.wrong-name")
    assert wrong.caused_by is None


@pytest.mark.parametrize(("days", "fires"), [(13.9, True), (14, False), (0.1, True), (-0.1, False)])
def test_expiring_begins_under_fourteen_days(days: float, fires: bool) -> None:
    assert bool(ask("ssl.expiring", tls(shake(days=days))).hits) is fires


def test_a_short_lived_certificate_counts_by_the_same_days() -> None:
    assert ask("ssl.expiring", tls(shake(days=3, age=3))).hits


def test_the_networks_own_certificate_counts_too() -> None:
    shown = Tls((shake(), shake(NETWORK, days=-1, verified=False)))
    assert ask("ssl.expired", shown).hit.subject.id == NETWORK


@pytest.mark.parametrize("status", ["refused", "timeout", "reset", "handshake-failed"])
def test_every_way_not_to_complete_a_handshake(status: str) -> None:
    assert ask("ssl.unreachable", tls(shake(status=status))).hits


def test_a_name_refused_while_its_certificate_is_pending() -> None:
    mapped, jobs, _ = new(4)
    shown = tls(shake(status="handshake-failed"))
    assert ask("ssl.unreachable", mapped, jobs, shown).silent
    assert ask("ssl.pending", mapped, jobs, shown).hits
    assert ask("ssl.unreachable", mapped, jobs, tls(shake(status="refused"))).hits


def test_a_certificate_of_tomorrow_is_not_trusted() -> None:
    shown = tls(shake(age=-1, verified=False, error="certificate is not yet valid"))
    assert "not valid yet" in ask("ssl.untrusted", shown).hit.because


@pytest.mark.parametrize(
    "pages",
    [
        (page(f"https://{SHOP}/", status=302, location="/"),),
        (page(f"https://{SHOP}/", status=301, location=f"https://{SHOP}:443/"),),
        LOOP.answers,
    ],
)
def test_ways_to_go_round(pages: tuple) -> None:  # type: ignore[type-arg]
    assert ask("ssl.redirect-loop", Http(pages)).hits


@pytest.mark.parametrize(
    "pages",
    [
        (page(f"http://{SHOP}/", status=301, location=f"https://{SHOP}/"), page()),
        (page(f"https://{SHOP}/", status=301, location=f"https://{WWW}/"),),
        (page(f"https://{SHOP}/", status=302, location="/login"),),
    ],
)
def test_a_redirect_that_leads_somewhere_is_no_loop(pages: tuple) -> None:  # type: ignore[type-arg]
    assert ask("ssl.redirect-loop", Http(pages)).silent


def test_behind_a_proxy_a_page_must_have_been_seen() -> None:
    behind = dns(zone(v4=[CLOUDFLARE]))
    assert ask("ssl.redirect-loop", behind, Http(())).lacking == ("http.json",)
    assert "Full (strict)" in ask("ssl.redirect-loop", behind, LOOP).hit.do


@pytest.mark.parametrize(("count", "fires"), [(4, False), (5, True)])
def test_five_additions_in_a_week_without_certificate(count: int, fires: bool) -> None:
    week = [event("closte.adding", minutes(1000 * n)) for n in range(1, count + 1)]
    assert bool(ask("ssl.rate-limit", *new(9000), logs(*week)).hits) is fires
    if fires:
        assert ask("ssl.rate-limit", logs(*week)).silent  # the certificate is good


def test_old_words_of_a_limit_are_history() -> None:
    old = logs(event("closte.response", minutes(60 * 24 * 8), body="too many certificates"))
    assert ask("ssl.rate-limit", *new(20000), old).silent


def test_a_limit_needs_somebody_who_saw_the_additions() -> None:
    asked = ask("ssl.rate-limit", *new(300), without=(PluginLogs, Scheduler, ClosteCalls))
    assert asked.lacking == ("wu-logs", "scheduler.json", "closte.json")


@pytest.mark.parametrize("stage", ["checking-ssl-cert", "ssl-failed"])
def test_a_standing_key_fault_explains_the_waiting(stage: str) -> None:
    keyless = constants()
    del keyless.values["CLOSTE_CLIENT_API_KEY"]  # type: ignore[attr-defined]
    found = whole(*new(60, stage), keyless, ClosteCalls(()))
    ssl = [f for f in found.findings if f.code in ("ssl.slow", "ssl.given-up")]
    assert ssl
    assert all(f.caused_by and f.caused_by.code == "key.missing" for f in ssl)


def test_without_dns_every_handshake_counts() -> None:
    assert ask("ssl.expired", EXPIRED, without=(Dns,)).hits
