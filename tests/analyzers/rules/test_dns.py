"""`dns.*`: where a domain leads, from whom one asks."""

from __future__ import annotations

import pytest
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    NOW,
    SHOP,
    V6,
    WWW,
    answer,
    ask,
    default_certificate,
    dns,
    event,
    host,
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

from analyzers.evidence import (
    Constants,
    Dns,
    DnsAnswer,
    Host,
    Http,
    Meta,
    Options,
    PluginLogs,
    Tls,
)

ONE_ONE, EIGHT = "resolver:1.1.1.1", "resolver:8.8.8.8"


def only(*answers: DnsAnswer) -> Dns:
    """These answers about the shop and its www, and the network's own."""
    return Dns((*answers, *zone(NETWORK), *zone(WWW)))


def everywhere(status: str) -> tuple[DnsAnswer, ...]:
    return tuple(answer(via=v, status=status) for v in ("authoritative", ONE_ONE, EIGHT, "host"))


BOGUS = only(
    answer(ENTRANCE),
    answer(via=ONE_ONE, status="SERVFAIL"),
    answer(via=EIGHT, status="SERVFAIL"),
    answer(ENTRANCE, via=ONE_ONE, unchecked=True),
)
LAME = only(
    answer(status="REFUSED"),
    answer(via=ONE_ONE, status="SERVFAIL"),
    answer(via=ONE_ONE, status="SERVFAIL", unchecked=True),
)
OLD = only(
    answer(ENTRANCE),
    answer(ENTRANCE, via=EIGHT),
    answer(ELSEWHERE, via=ONE_ONE, ttl=1800),
    answer(ENTRANCE, via="host"),
)
PARKED = Http((page(address=ELSEWHERE, body="<title>This domain is parked</title>"),))
OUTWARD = {"_site_transient_wu_public_network_ip": "203.0.113.99"}

FIRES = {
    "dns.nxdomain": ((dns(zone(v4=[], status="NXDOMAIN")),), SHOP, "error"),
    "dns.no-address": ((dns(zone(v4=[])),), SHOP, "error"),
    "dns.wrong-address": ((dns(zone(v4=[ELSEWHERE]), zone(WWW, [ELSEWHERE])),), SHOP, "error"),
    "dns.mixed-addresses": ((dns(zone(v4=[ENTRANCE, ELSEWHERE])),), SHOP, "error"),
    "dns.stray-ipv6": ((dns(zone(v6=[V6])),), SHOP, "error"),
    "dns.proxied": (
        (dns(zone(v4=[CLOUDFLARE])), rows(row(stage="checking-ssl-cert"))),
        SHOP,
        "warning",
    ),
    "dns.parked": ((dns(zone(v4=[ELSEWHERE])), PARKED), SHOP, "error"),
    "dns.www-differs": ((dns(zone(WWW, [ELSEWHERE])),), SHOP, "warning"),
    "dns.propagating": ((OLD,), SHOP, "info"),
    "dns.dnssec-bogus": ((BOGUS,), SHOP, "error"),
    "dns.lame": ((LAME,), SHOP, "error"),
    "dns.caa-forbids": ((dns(zone(caa=['0 issue "digicert.com"'])),), SHOP, "error"),
    "dns.split-horizon": (
        (only(answer(ENTRANCE), answer(ENTRANCE, via=ONE_ONE), answer(ELSEWHERE, via="host")),),
        SHOP,
        "warning",
    ),
    "dns.wrong-expectation": ((options(**OUTWARD),), NETWORK, "info"),
}


@pytest.mark.parametrize("code", FIRES)
def test_fires(code: str) -> None:
    records, subject, severity = FIRES[code]
    found = ask(code, *records).hit
    assert (found.subject.id, found.severity) == (subject, severity)
    assert found.evidence
    assert "{" not in found.title + found.means + found.because + found.do


@pytest.mark.parametrize("code", FIRES)
def test_is_silent_on_a_healthy_network(code: str) -> None:
    assert ask(code).silent


@pytest.mark.parametrize("code", FIRES)
def test_says_what_it_lacks(code: str) -> None:
    kind = Options if code == "dns.wrong-expectation" else Dns
    asked = ask(code, without=(kind,))
    assert not asked.hits
    assert kind.FILE in asked.lacking


@pytest.mark.parametrize("code", [c for c in FIRES if c != "dns.wrong-expectation"])
def test_a_name_nobody_asked_for_is_skipped(code: str) -> None:
    asked = ask(code, Dns(zone(NETWORK)))
    assert not asked.hits
    assert asked.lacking == ("dns.json",)


@pytest.mark.parametrize(
    "code",
    [
        "dns.wrong-address",
        "dns.mixed-addresses",
        "dns.stray-ipv6",
        "dns.proxied",
        "dns.propagating",
        "dns.wrong-expectation",
    ],
)
def test_nothing_is_compared_without_expected_addresses(code: str) -> None:
    records, _, _ = FIRES[code]
    nameless = Meta(NOW, "meta.json", "prod")
    asked = ask(
        code, nameless, *records, host(network_domain="x.example"), without=(Constants, Tls)
    )
    assert not asked.hits
    assert asked.lacking == ("meta.json", "constants.json", "dns.json")


def test_the_record_to_set_is_named() -> None:
    found = ask("dns.wrong-address", dns(zone(v4=[ELSEWHERE]))).hit
    assert f"type A, name @, value {ENTRANCE}" in found.do
    assert found.evidence[0].excerpt == f"A {ELSEWHERE} (authoritative)"
    assert found.waiting_on == "customer"


def test_the_authority_goes_before_the_resolvers() -> None:
    records = only(answer(ELSEWHERE), answer(ENTRANCE, via=ONE_ONE), answer(ENTRANCE, via=EIGHT))
    assert ask("dns.wrong-address", records).hits
    assert ask("dns.propagating", records).silent


def test_without_an_authority_a_right_resolver_has_the_newer_answer() -> None:
    records = only(answer(ELSEWHERE, via=ONE_ONE), answer(ENTRANCE, via=EIGHT))
    assert ask("dns.wrong-address", records).silent
    assert ask("dns.propagating", records).hit.confidence == "likely"


def test_an_authority_need_not_follow_an_alias_out_of_its_zone() -> None:
    records = only(answer(), answer("host.other", type="CNAME"), answer(ELSEWHERE, via=ONE_ONE))
    found = ask("dns.wrong-address", records).hit
    assert "host.other" in found.because
    assert ask("dns.no-address", records).silent


def test_the_old_answer_is_gone_by_its_ttl() -> None:
    found = ask("dns.propagating", OLD).hit
    assert "2026-05-04 10:30 UTC" in found.do
    assert found.waiting_on == "dns"


def test_nothing_yet_at_a_resolver_is_an_old_answer_too() -> None:
    records = only(answer(ENTRANCE), answer(via=ONE_ONE, status="NXDOMAIN"))
    assert ask("dns.propagating", records).hits
    assert ask("dns.nxdomain", records).silent


def test_a_dangling_alias_is_told_as_one() -> None:
    records = only(
        *everywhere("NXDOMAIN"), answer("gone.example", type="CNAME", via="authoritative")
    )
    assert "gone.example" in ask("dns.nxdomain", records).hit.because


def test_a_name_of_the_network_waits_for_the_operator() -> None:
    name = f"second.{NETWORK}"
    asked = ask("dns.nxdomain", rows(row(name)), dns(zone(name, [], status="NXDOMAIN")))
    assert asked.hit.waiting_on == "operator"


def test_an_ipv6_address_alone_is_an_address() -> None:
    assert ask("dns.no-address", dns(zone(v4=[], v6=[V6]))).silent
    assert ask("dns.wrong-address", dns(zone(v4=[], v6=[V6]))).hits


def test_an_expected_ipv6_address_is_not_stray() -> None:
    both = Meta(NOW, "meta.json", "prod", None, (ENTRANCE, "2001:DB8:0:0::7"))
    assert ask("dns.stray-ipv6", both, dns(zone(v6=[V6]))).silent


def test_timeouts_prove_nothing() -> None:
    silent = only(*everywhere("TIMEOUT"))
    for code in ("dns.nxdomain", "dns.no-address", "dns.wrong-address", "dns.lame"):
        asked = ask(code, silent)
        assert not asked.hits
        assert asked.lacking == ("dns.json",), code


def test_servers_that_fail_with_checking_off_too_are_lame_and_not_bogus() -> None:
    assert ask("dns.dnssec-bogus", LAME).silent
    assert ask("dns.lame", BOGUS).silent
    assert ask("dns.lame", LAME).hit.confidence == "certain"


def test_resolvers_that_fail_where_the_authority_answers_are_possibly_bogus() -> None:
    records = only(answer(ENTRANCE), answer(via=ONE_ONE, status="SERVFAIL"))
    assert ask("dns.dnssec-bogus", records).hit.confidence == "possible"


def test_two_entrance_addresses_do_not_differ() -> None:
    two = Meta(NOW, "meta.json", "prod", None, (ENTRANCE, "203.0.113.11"))
    assert ask("dns.www-differs", two, dns(zone(WWW, ["203.0.113.11"]))).silent


def test_two_addresses_of_one_proxy_do_not_differ() -> None:
    records = dns(zone(v4=[CLOUDFLARE]), zone(WWW, ["104.17.9.9"]))
    assert ask("dns.www-differs", records).silent


@pytest.mark.parametrize("www", [zone(WWW, [], status="NXDOMAIN"), zone(WWW, [])])
def test_www_without_an_address_does_not_differ(www: tuple[DnsAnswer, ...]) -> None:
    assert ask("dns.www-differs", dns(www)).silent


def test_www_of_a_sub_domain_is_nobodys_business() -> None:
    name = "a.customer.example"
    records = dns(zone(name), zone(f"www.{name}", [ELSEWHERE]))
    assert ask("dns.www-differs", rows(row(name)), records).silent


def test_www_differs_is_said_once_of_a_mapped_pair() -> None:
    pair = rows(row(), row(WWW, id=8, primary=False))
    assert list(ask("dns.www-differs", pair, dns(zone(WWW, [ELSEWHERE]))).hits) == [SHOP]


def test_www_differs_is_a_consequence_of_a_wrong_address() -> None:
    found = whole(dns(zone(v4=[ELSEWHERE])))
    cause = {f.code: f.caused_by for f in found.findings}["dns.www-differs"]
    assert cause is not None
    assert cause.code == "dns.wrong-address"


def test_the_networks_own_ipv6_address_is_an_entrance() -> None:
    records = dns(zone(NETWORK, v6=[V6]), zone(v6=[V6]), zone(WWW, v6=[V6]))
    found = whole(records, tls(shake(), shake(SHOP, V6, days=-1, verified=False)))
    assert not [f for f in found.findings if f.code.startswith("dns.")]
    expired = next(f for f in found.findings if f.code == "ssl.expired")
    assert expired.caused_by is None


EDGE = tls(shake(SHOP, CLOUDFLARE))


@pytest.mark.parametrize(
    ("records", "severity"),
    [
        ((EDGE, Http((page(address=CLOUDFLARE),))), "info"),
        ((EDGE, Http(()), logs(event("check.loopback-ok"))), "info"),
        ((EDGE, Http((page(address=CLOUDFLARE, status=522),))), "warning"),
        ((EDGE, Http(()), logs(event("check.loopback-failed"))), "warning"),
        ((tls(shake(SHOP, CLOUDFLARE, days=-1)), Http((page(),))), "warning"),
        ((EDGE, Http((page(),)), rows(row(stage="ssl-failed"))), "warning"),
    ],
)
def test_a_proxy_is_no_trouble_where_all_is_well(records: tuple, severity: str) -> None:  # type: ignore[type-arg]
    assert ask("dns.proxied", dns(zone(v4=[CLOUDFLARE])), *records).hit.severity == severity


def test_a_proxy_whose_page_nobody_saw_is_not_called_clean() -> None:
    asked = ask("dns.proxied", dns(zone(v4=[CLOUDFLARE])), EDGE, Http(()))
    assert asked.hit.severity == "info"
    assert asked.lacking == ("http.json",)


def test_a_proxys_address_is_neither_wrong_nor_stray() -> None:
    records = dns(zone(v4=[CLOUDFLARE], v6=["2606:4700::1"]))
    for code in ("dns.wrong-address", "dns.mixed-addresses", "dns.stray-ipv6"):
        assert ask(code, records).silent, code


@pytest.mark.parametrize(
    "records",
    [
        (PARKED,),
        (Http((page(address=ELSEWHERE, status=302, location="https://www.godaddy.com/x"),)),),
        (Http((page(address=ELSEWHERE, status=301, location="https://brand.example.net/"),)),),
        (
            Http(()),
            rows(row(stage="failed")),
            logs(
                event("check.started", minutes(9)),
                event("check.loopback-not-json", minutes(9), body="<h1>Buy this domain</h1>"),
                event("check.dns-given-up", minutes(9)),
            ),
        ),
    ],
)
def test_every_sign_of_parking(records: tuple) -> None:  # type: ignore[type-arg]
    wrong = dns(zone(v4=[ELSEWHERE]))
    assert ask("dns.parked", wrong, *records).hits
    assert ask("dns.wrong-address", wrong, *records).silent


def test_an_address_of_the_parking_list() -> None:
    found = ask("dns.parked", dns(zone(v4=["91.195.240.19"])), Http(())).hit
    assert "Sedo" in found.because
    assert found.confidence == "likely"


@pytest.mark.parametrize(
    "answer_",
    [
        page(address=ELSEWHERE, status=301, location=f"https://{WWW}/"),
        page(address=ELSEWHERE, body="<title>Our old shop</title>"),
    ],
)
def test_a_former_host_is_not_parking(answer_: object) -> None:
    assert ask("dns.parked", dns(zone(v4=[ELSEWHERE])), Http((answer_,))).silent  # type: ignore[arg-type]


def test_a_page_about_parking_at_the_entrance_is_a_page() -> None:
    assert ask(
        "dns.parked", Http((page(body="domain parking explained: this domain is parked"),))
    ).silent


@pytest.mark.parametrize(
    ("records", "fires"),
    [
        (['0 issue "letsencrypt.org"'], False),
        (['0 issue "pki.goog; cansignhttpexchanges=yes"'], False),
        (['0 issue "digicert.com"', '0 issue "LetsEncrypt.org"'], False),
        (['0 iodef "mailto:a@b.example"'], False),
        (['0 issuewild "digicert.com"'], False),
        (['0 issue ";"'], True),
        (['0 issue "digicert.com"'], True),
        (['128 mystery "x"'], True),
        (['0 mystery "x"'], False),
    ],
)
def test_caa_records_as_the_rfc_reads_them(records: list[str], fires: bool) -> None:
    assert bool(ask("dns.caa-forbids", dns(zone(caa=records))).hits) is fires


def test_caa_is_inherited_and_the_nearest_wins() -> None:
    name, parent = "a.customer.example", "customer.example"
    forbids = zone(parent, caa=['0 issue "digicert.com"'])
    found = ask("dns.caa-forbids", rows(row(name)), dns(zone(name), forbids)).hit
    assert parent in found.because
    allows = zone(name, caa=['0 issue "letsencrypt.org"'])
    assert ask("dns.caa-forbids", rows(row(name)), dns(allows, forbids)).silent


def test_a_private_address_inside_is_no_trouble_where_all_is_well() -> None:
    inside = only(answer(ENTRANCE), answer(ENTRANCE, via=ONE_ONE), answer("10.0.0.5", via="host"))
    assert ask("dns.split-horizon", inside).hit.severity == "info"
    waiting = rows(row(stage="checking-dns"))
    assert ask("dns.split-horizon", inside, waiting).hit.severity == "warning"
    assert ask("dns.split-horizon", inside, tls(default_certificate())).hit.severity == "warning"


def test_an_old_answer_on_the_server_is_propagation() -> None:
    records = only(answer(ENTRANCE), answer(ELSEWHERE, via=ONE_ONE), answer(ELSEWHERE, via="host"))
    assert ask("dns.split-horizon", records).silent


FAILED_LOOPBACK = logs(event("check.started"), event("check.loopback-failed"))


@pytest.mark.parametrize(
    ("stage", "told", "severity"),
    [
        ("checking-dns", FAILED_LOOPBACK, "warning"),
        ("failed", FAILED_LOOPBACK, "warning"),
        ("done", FAILED_LOOPBACK, "info"),
        ("checking-dns", logs(event("check.loopback-ok")), "info"),
    ],
)
def test_a_wrong_expectation_hurts_where_the_loopback_failed(
    stage: str, told: PluginLogs, severity: str
) -> None:
    asked = ask("dns.wrong-expectation", options(**OUTWARD), rows(row(stage=stage)), told)
    assert asked.hit.severity == severity


@pytest.mark.parametrize("value", [ENTRANCE, f" {ENTRANCE}\n", "", False, None])
def test_a_right_or_empty_transient_is_fine(value: object) -> None:
    found = options(_site_transient_wu_public_network_ip=value)
    assert ask("dns.wrong-expectation", found).silent


def test_html_in_the_transient_and_a_test_sites_address() -> None:
    html = options(_site_transient_wu_public_network_ip="<html>" + "x" * 500)
    assert "<html>" in ask("dns.wrong-expectation", html).hit.because
    site: Host = host(site_url="https://my.localbusiness.com", development_mode=True)
    assert "my.localbusiness.com" in ask("dns.wrong-expectation", site).hit.because


def test_two_independent_faults_stay_two() -> None:
    found = whole(dns(zone(v4=[ELSEWHERE], caa=['0 issue "digicert.com"'])))
    causes = {f.code for f in found.findings if f.caused_by is None}
    assert {"dns.wrong-address", "dns.caa-forbids"} <= causes
