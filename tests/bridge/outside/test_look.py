"""A whole look: which files it makes, what it asks of whom, and whom it never touches."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lab.dns_server import DnsServer
from lab.tls_server import PARKING, WORDPRESS, TestCa, WebServer, redirect

from analyzers.addresses import is_public
from analyzers.expected import Expected
from bridge.outside.look import look
from bridge.outside.options import LookOptions, Resolver, StandIn
from bridge.outside.places import Places

NETWORK = "network.example"
ENTRANCE = "127.0.0.1"
BLANK = "/wp-includes/images/blank.gif"
CRON = "/wp-cron.php?doing_wp_cron=closte-doctor"


def evidence(*domains: str, logs: bool = False, **host: object) -> dict[str, bytes]:
    """An evidence folder of a host with these domains mapped."""
    said = {
        "network_domain": NETWORK,
        "site_url": f"https://{NETWORK}",
        "abspath": "/home/a/public_html/",
        "logs_dir": "/home/a/public_html/wp-content/uploads/wu-logs",
        **host,
    }
    rows = [
        {"id": i, "blog_id": 2, "domain": domain, "active": 1, "primary_domain": 1, "secure": 1,
         "stage": "done", "date_created": f"2026-05-04 10:00:{60 - i}", "date_modified": None}
        for i, domain in enumerate(domains, 1)
    ]  # fmt: skip
    files = {
        "host.json": said,
        "domain_mappings.json": rows,
        "meta.json": {"taken_at": "2026-05-04T12:00:00Z"},
    }
    found = {name: json.dumps(content).encode() for name, content in files.items()}
    if logs:
        found["wu-logs/domain-shop.example.log"] = b"[2026-05-04 10:00:00] [INFO] Starting\n"
    return found


def at(host: str, server: WebServer) -> tuple[StandIn, ...]:
    """Let the name be served by this server."""
    return (
        StandIn(host, 443, server.address, server.tls_port),
        StandIn(host, 80, server.address, server.http_port),
    )


@pytest.fixture
def options(dns: DnsServer, web: WebServer, ca: TestCa) -> LookOptions:
    """DNS and the entrance of the lab; the network is there."""
    dns.set(NETWORK, "A", ENTRANCE)
    web.site(NETWORK)
    return LookOptions(
        resolvers=(Resolver(dns.address, dns.port),),
        stand_ins=at("*", web),
        ca_file=ca.file,
        dns_timeout=5.0,
        exchange_timeout=10.0,
    )


def rows(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files[name])
    return found


def asked(server: WebServer, host: str) -> set[tuple[str, str, bool]]:
    return {(r.method, r.path, r.tls) for r in server.requests if r.host == host}


def test_at_the_entrance_nothing_is_asked_that_could_start_wordpress(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    dns.set("shop.example", "A", ENTRANCE)
    web.site("shop.example")
    files = look(evidence("shop.example", logs=True), options)
    assert set(files) == {"dns.json", "tls.json", "http.json"}
    assert asked(web, "shop.example") == {("GET", BLANK, False), ("GET", BLANK, True)}
    logs = "/wp-content/uploads/wu-logs/"
    assert asked(web, NETWORK) == {
        ("GET", BLANK, False),
        ("GET", BLANK, True),
        ("GET", CRON, True),
        ("HEAD", logs, True),
        ("HEAD", f"{logs}domain-shop.example.log", True),
    }
    cron = next(r for r in rows(files, "http.json") if "wp-cron" in r["url"])
    assert (cron["url"], cron["status"]) == (f"https://{NETWORK}{CRON}", 200)


def test_a_visit_fetches_pages_and_only_then(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    look(evidence(), replace(options, visit=True))
    assert ("GET", "/", True) in asked(web, NETWORK)


def test_pages_are_fetched_from_foreign_addresses_that_are_no_wordpress(
    dns: DnsServer, web: WebServer, foreign: WebServer, options: LookOptions
) -> None:
    dns.set("parked.example", "A", "198.51.100.7")
    dns.set("former.example", "A", "198.51.100.8")
    foreign.site("parked.example", pages={}, every_path=PARKING)
    foreign.site("former.example", pages=WORDPRESS)
    stand_ins = (*options.stand_ins, *at("parked.example", foreign), *at("former.example", foreign))
    files = look(
        evidence("parked.example", "former.example"), replace(options, stand_ins=stand_ins)
    )
    page = next(r for r in rows(files, "http.json") if r["url"] == "http://parked.example/")
    assert page["address"] == "198.51.100.7"
    assert "parked" in page["body_start"]
    assert asked(foreign, "former.example") == {("GET", BLANK, False), ("GET", BLANK, True)}


def test_a_proxy_passes_on_to_the_network_so_it_is_asked_like_the_entrance(
    dns: DnsServer, web: WebServer, foreign: WebServer, options: LookOptions
) -> None:
    dns.set("proxied.example", "A", "104.16.9.9")
    foreign.site("proxied.example", pages={}, every_path=redirect("https://proxied.example/"))
    stand_ins = (*options.stand_ins, *at("proxied.example", foreign))
    files = look(evidence("proxied.example"), replace(options, stand_ins=stand_ins))
    assert asked(foreign, "proxied.example") == {("GET", BLANK, False), ("GET", BLANK, True)}
    loop = [r for r in rows(files, "http.json") if r["url"].startswith("https://proxied")]
    assert loop[0]["headers"]["location"] == "https://proxied.example/"


def test_where_the_entrance_is_unknown_everybody_may_be_it(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    dns.set("shop.example", "A", "198.51.100.7")
    dns.fault(NETWORK, "nxdomain")
    web.site("shop.example")
    look(evidence("shop.example"), options)
    assert {path for _, path, _ in asked(web, "shop.example")} == {BLANK}


def test_a_name_is_tried_at_the_entrance_too_where_it_points_elsewhere() -> None:
    expected = Expected(("203.0.113.10",), "expected_addresses")
    places = Places({"shop.example": ("8.8.4.4",), "here.example": ("203.0.113.10",)}, expected, ())
    assert [p.address for p in places.of("shop.example", 443, entrance=True)] == [
        "8.8.4.4",
        "203.0.113.10",
    ]
    assert [p.address for p in places.of("shop.example", 443, entrance=False)] == ["8.8.4.4"]
    assert [p.address for p in places.of("here.example", 443, entrance=True)] == ["203.0.113.10"]
    assert places.of("nx.example", 443, entrance=True) == ()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::a00:1", "198.51.100.7", "0.0.0.0"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_never_touched(address: str) -> None:
    expected = Expected(("203.0.113.10",), "expected_addresses")
    assert not is_public(address)
    places = Places({"evil.example": (address,)}, expected, ())
    for port in (80, 443):
        assert places.of("evil.example", port, entrance=False) == ()
    assert [p.to for p in places.of("evil.example", 443, entrance=True)] == [("203.0.113.10", 443)]


def test_a_private_address_is_touched_where_it_is_expected_or_named() -> None:
    known = Places(
        {"shop.example": ("10.0.0.1",)}, Expected(("10.0.0.1",), "expected_addresses"), ()
    )
    assert [p.to for p in known.of("shop.example", 443, entrance=False)] == [("10.0.0.1", 443)]
    named = Places(
        {"shop.example": ("10.0.0.1",)},
        Expected((), None),
        (StandIn("shop.example", 443, "10.0.0.2", 8443),),
    )
    (place,) = named.of("shop.example", 443, entrance=False)
    assert (place.address, place.to) == ("10.0.0.2", ("10.0.0.2", 8443))
    assert named.of("shop.example", 80, entrance=False) == ()


def test_no_packet_goes_to_a_private_web_server(
    dns: DnsServer, web: WebServer, foreign: WebServer, options: LookOptions
) -> None:
    """`foreign` listens at 127.0.0.2; a mapped domain that points there must not make us knock."""
    dns.set("evil.example", "A", "127.0.0.2")
    files = look(evidence("evil.example"), replace(options, stand_ins=at(NETWORK, web)))
    assert {r["address"] for r in rows(files, "tls.json") if r["host"] == "evil.example"} <= {
        ENTRANCE
    }
    assert not [r for r in rows(files, "http.json") if "evil.example" in r["url"]]
    assert foreign.requests == []
    assert foreign.handshakes == []


def test_the_hosts_own_answers_stay(dns: DnsServer, options: LookOptions) -> None:
    files = evidence()
    own = {"name": NETWORK, "type": "A", "via": "host", "status": "NOERROR", "records": ["10.0.0.1"],
           "ttl": None, "checking_disabled": False}  # fmt: skip
    files["dns.json"] = json.dumps([own]).encode()
    found = rows(look(files, options), "dns.json")
    assert found[0] == own
    assert len(found) > 1


def test_twins_are_looked_up_and_shaken_hands_with(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    dns.set("shop.example", "A", ENTRANCE)
    dns.set("www.shop.example", "CNAME", "shop.example.")
    dns.set("a.b.shop.example", "A", ENTRANCE)
    files = look(evidence("shop.example", "a.b.shop.example"), options)
    names = {r["name"] for r in rows(files, "dns.json") if r["type"] == "A"}
    assert names == {NETWORK, "shop.example", "www.shop.example", "a.b.shop.example"}
    twin = next(r for r in rows(files, "tls.json") if r["host"] == "www.shop.example")
    assert twin["names"] == ["*.closte.com", "closte.com"]


def test_without_any_resolver_nothing_is_concluded_from_silence(options: LookOptions) -> None:
    said: list[str] = []
    silent = replace(options, resolvers=(Resolver("127.0.0.1", 9),), stand_ins=(), dns_timeout=0.2)
    assert look(evidence("shop.example"), silent, said.append) == {}
    assert "no resolver answered" in said[-1]


def test_without_a_host_there_is_nothing_to_look_at(options: LookOptions) -> None:
    assert look({}, options) == {}
    assert look({"host.json": b"{", "domain_mappings.json": b"\xff\x00"}, options) == {}


def test_the_deadline_ends_it_and_what_is_there_stays(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    domains = [f"d{i}.example" for i in range(40)]
    for domain in domains:
        dns.set(domain, "A", ENTRANCE)
        web.site(domain, handshake="silent")
    said: list[str] = []
    hurried = replace(options, deadline=6.0, exchange_timeout=60.0, limit=41)
    files = look(evidence(*domains), hurried, said.append)
    assert rows(files, "dns.json")
    assert "ran out" in said[-1]


def test_what_is_left_out_is_said(dns: DnsServer, options: LookOptions) -> None:
    said: list[str] = []
    look(evidence("a.example", "b.example", "c.example"), replace(options, limit=2), said.append)
    assert any("2 domains" in line for line in said)


def test_hostile_names_are_not_asked_for(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    files = look(
        evidence("x.example\r\nHost: y.example", "*.wild.example", "localhost", "1.2.3.4"), options
    )
    assert {r["host"] for r in rows(files, "tls.json")} == {NETWORK}
    assert {q.name for q in dns.queries if "\r" in q.name or "localhost" in q.name} == set()


def test_names_that_are_not_mapped_can_be_asked_for(
    dns: DnsServer, web: WebServer, options: LookOptions
) -> None:
    dns.set("wanted.example", "A", ENTRANCE)
    files = look(evidence(), replace(options, names=("wanted.example", "no name")))
    names = {r["name"] for r in rows(files, "dns.json") if r["type"] == "A"}
    assert names == {NETWORK, "wanted.example", "www.wanted.example"}
    assert "wanted.example" in {r["host"] for r in rows(files, "tls.json")}
