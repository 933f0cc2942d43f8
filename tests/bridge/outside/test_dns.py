"""DNS as resolvers and name servers give it, with every way to go wrong, against a real server."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lab.dns_server import DnsServer
from lab.ports import free_port

from bridge.deadline import Deadline
from bridge.outside.dns import Row, dns_rows
from bridge.outside.options import LookOptions, Resolver

Key = tuple[str, str, str, bool]


def look(
    dns: DnsServer, *names: str, wildcards: Sequence[str] = (), **options: float
) -> dict[Key, Row]:
    chosen = LookOptions(
        resolvers=(Resolver(dns.address, dns.port),),
        **{"dns_timeout": 5.0, **options},  # type: ignore[arg-type]
    )
    rows = dns_rows(names, wildcards, chosen, Deadline(60))
    keyed = {
        (str(r["name"]), str(r["type"]), str(r["via"]), bool(r["checking_disabled"])): r
        for r in rows
    }
    assert len(keyed) == len(rows), "a row twice"
    return keyed


def resolver(name: str, rdtype: str = "A", *, unchecked: bool = False) -> Key:
    return (name, rdtype, "resolver:127.0.0.1", unchecked)


def own(name: str, rdtype: str = "A") -> Key:
    return (name, rdtype, "authoritative", False)


def said(row: Row) -> tuple[object, object, object]:
    return row["status"], row["records"], row["ttl"]


def test_a_row_is_as_the_contract_has_it(dns: DnsServer) -> None:
    dns.set("shop.example", "A", "203.0.113.9", "203.0.113.10", ttl=600)
    rows = look(dns, "shop.example")
    assert rows[resolver("shop.example")] == {
        "name": "shop.example",
        "type": "A",
        "via": "resolver:127.0.0.1",
        "status": "NOERROR",
        "records": ["203.0.113.10", "203.0.113.9"],
        "ttl": 600,
        "checking_disabled": False,
    }
    assert said(rows[own("shop.example")]) == ("NOERROR", ["203.0.113.10", "203.0.113.9"], 600)
    assert said(rows[resolver("shop.example", "AAAA")]) == ("NOERROR", [], None)
    assert said(rows[own("shop.example", "NS")])[1] == ["ns1.shop.example"]


def test_addresses_stand_at_the_end_of_a_chain_and_names_without_final_dot(dns: DnsServer) -> None:
    dns.set("target.example", "A", "203.0.113.9", ttl=60)
    dns.set("www.shop.example", "CNAME", "Target.Example.", ttl=3600)
    rows = look(dns, "www.shop.example")
    assert said(rows[resolver("www.shop.example")]) == ("NOERROR", ["203.0.113.9"], 60)
    assert said(rows[own("www.shop.example")]) == ("NOERROR", ["203.0.113.9"], 60), (
        "of another zone"
    )
    assert said(rows[resolver("www.shop.example", "CNAME")]) == (
        "NOERROR",
        ["target.example"],
        3600,
    )
    assert own("www.shop.example", "NS") not in rows, "it is no zone's apex"


def test_a_chain_that_ends_nowhere_or_in_itself_ends(dns: DnsServer) -> None:
    dns.set("gone.example", "CNAME", "nothing.elsewhere.test.")
    dns.zone("elsewhere.test")
    dns.set("a.loop.example", "CNAME", "b.loop.example.")
    dns.set("b.loop.example", "CNAME", "a.loop.example.")
    rows = look(dns, "gone.example", "a.loop.example")
    assert said(rows[resolver("gone.example")]) == ("NXDOMAIN", [], None)
    assert rows[resolver("a.loop.example")]["records"] == []


def test_a_name_that_does_not_exist_and_one_without_addresses(dns: DnsServer) -> None:
    dns.set("shop.example", "TXT", '"hello"')
    rows = look(dns, "nx.shop.example", "shop.example")
    assert said(rows[resolver("nx.shop.example")]) == ("NXDOMAIN", [], None)
    assert said(rows[own("nx.shop.example")]) == ("NXDOMAIN", [], None)
    assert said(rows[own("shop.example")]) == ("NOERROR", [], None)


def test_the_authority_is_right_where_the_resolver_is_behind(dns: DnsServer) -> None:
    dns.set("shop.example", "A", "203.0.113.10")
    dns.set("shop.example", "A", "198.51.100.7", ttl=7200, view="resolver")
    rows = look(dns, "shop.example")
    assert rows[own("shop.example")]["records"] == ["203.0.113.10"]
    assert said(rows[resolver("shop.example")]) == ("NOERROR", ["198.51.100.7"], 7200)


def test_bogus_dnssec_resolves_only_unchecked(dns: DnsServer) -> None:
    dns.set("shop.example", "A", "203.0.113.10")
    dns.fault("shop.example", "bogus")
    rows = look(dns, "shop.example")
    assert rows[resolver("shop.example")]["status"] == "SERVFAIL"
    assert said(rows[resolver("shop.example", unchecked=True)]) == (
        "NOERROR",
        ["203.0.113.10"],
        300,
    )
    assert rows[own("shop.example")]["records"] == ["203.0.113.10"]


def test_lame_name_servers_are_found_through_the_parents_referral(dns: DnsServer) -> None:
    with DnsServer("127.0.0.2", dns.port) as child:
        child.zone("other.test")
        dns.zone("test")
        dns.delegate("lame.test", ns1="127.0.0.2")
        dns.fault("lame.test", "servfail", view="resolver")
        rows = look(dns, "lame.test")
        assert rows[resolver("lame.test")]["status"] == "SERVFAIL"
        assert rows[resolver("lame.test", unchecked=True)]["status"] == "SERVFAIL"
        assert rows[own("lame.test")]["status"] == "REFUSED"
        assert {q.name for q in child.queries} == {"lame.test"}


def test_an_answer_without_authority_counts_as_refused(dns: DnsServer) -> None:
    dns.set("shop.example", "A", "203.0.113.10")
    dns.fault("shop.example", "lame", view="authority")
    rows = look(dns, "shop.example")
    assert rows[own("shop.example")]["status"] == "REFUSED"


def test_silence_of_one_name_is_told_and_does_not_stop_the_rest(dns: DnsServer) -> None:
    dns.set("shop.example", "A", "203.0.113.10")
    dns.fault("silent.example", "timeout")
    rows = look(dns, "silent.example", "shop.example", dns_timeout=1.0)
    assert rows[resolver("silent.example")]["status"] == "TIMEOUT"
    assert rows[resolver("shop.example")]["status"] == "NOERROR"


def test_a_resolver_that_never_answers_says_nothing_of_domains() -> None:
    options = LookOptions(resolvers=(Resolver("127.0.0.1", free_port()),), dns_timeout=0.2)
    assert dns_rows(["shop.example"], (), options, Deadline(60)) == ()


def test_name_servers_that_never_answer_are_left_out(dns: DnsServer) -> None:
    dns.zone("shop.example", "ns.elsewhere.example", address="127.0.0.9")
    dns.set("shop.example", "A", "203.0.113.10")
    rows = look(dns, "shop.example", dns_timeout=1.0)
    assert rows[resolver("shop.example")]["status"] == "NOERROR"
    assert not [key for key in rows if key[2] == "authoritative"]


def test_name_servers_in_a_private_network_are_not_asked_for_a_public_resolver() -> None:
    from bridge.outside.authority import Authority
    from bridge.outside.resolution import Resolution

    public = Authority(Resolution(LookOptions(), Deadline(1)))
    inside = Authority(Resolution(LookOptions(resolvers=(Resolver("10.0.0.53"),)), Deadline(1)))
    at_home = Authority(Resolution(LookOptions(resolvers=(Resolver("127.0.0.1"),)), Deadline(1)))
    private, loopback, real = "192.168.0.1", "127.0.0.1", "8.8.4.4"
    assert [public.may_ask(a) for a in (private, loopback, real)] == [False, False, True]
    assert [inside.may_ask(a) for a in (private, loopback, real)] == [True, False, True]
    assert [at_home.may_ask(a) for a in (private, loopback, real)] == [False, True, True]


def test_refusals_and_truncation(dns: DnsServer) -> None:
    dns.set("big.example", "A", *(f"203.0.113.{i}" for i in range(1, 50)))
    dns.fault("big.example", "truncate")
    dns.fault("no.example", "refused")
    rows = look(dns, "big.example", "no.example")
    assert len(rows[resolver("big.example")]["records"]) == 49  # type: ignore[arg-type]
    assert rows[resolver("no.example")]["status"] == "REFUSED"
    assert "tcp" in {q.transport for q in dns.queries if q.name == "big.example"}


def test_caa_is_looked_for_upwards_until_there_is_some(dns: DnsServer) -> None:
    dns.set("a.b.shop.example", "A", "203.0.113.10")
    dns.set("shop.example", "CAA", '0 issue "letsencrypt.org"', '0 issuewild ";"')
    rows = look(dns, "a.b.shop.example")
    assert rows[resolver("a.b.shop.example", "CAA")]["records"] == []
    assert rows[resolver("b.shop.example", "CAA")]["records"] == []
    assert rows[resolver("shop.example", "CAA")]["records"] == [
        '0 issue "letsencrypt.org"',
        '0 issuewild ";"',
    ]
    assert resolver("example", "CAA") not in rows


def test_of_a_wildcard_only_what_its_certificate_needs_is_asked_for(dns: DnsServer) -> None:
    dns.set("_acme-challenge.shop.example", "TXT", '"token"')
    dns.set("shop.example", "CAA", '0 issuewild "digicert.com"')
    rows = look(dns, wildcards=["*.shop.example"])
    assert {key[:2] for key in rows} == {
        ("_acme-challenge.shop.example", "TXT"),
        ("_acme-challenge.shop.example", "CNAME"),
        ("shop.example", "CAA"),
    }
    assert rows[resolver("_acme-challenge.shop.example", "TXT")]["records"] == ['"token"']
    assert rows[resolver("shop.example", "CAA")]["records"] == ['0 issuewild "digicert.com"']


def test_what_the_deadline_cuts_off_is_left_out_and_nothing_hangs(dns: DnsServer) -> None:
    dns.fault("example", "timeout")
    options = LookOptions(resolvers=(Resolver(dns.address, dns.port),), dns_timeout=30)
    assert dns_rows([f"d{i}.example" for i in range(50)], (), options, Deadline(0.5)) == ()


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "x..example"])
def test_names_that_dns_cannot_carry_raise_nothing(dns: DnsServer, name: str) -> None:
    assert all(not row["records"] for row in look(dns, name).values())


def test_resolvers_at_one_address_are_told_apart(dns: DnsServer) -> None:
    with DnsServer("127.0.0.3") as third, DnsServer("127.0.0.3") as fourth:
        for server, address in (
            (dns, "203.0.113.1"),
            (third, "203.0.113.3"),
            (fourth, "203.0.113.4"),
        ):
            server.set("shop.example", "A", address)
        given = tuple(Resolver(s.address, s.port) for s in (dns, third, fourth))
        rows = dns_rows(
            ["shop.example"], (), LookOptions(resolvers=given, dns_timeout=5.0), Deadline(60)
        )
        found = {str(r["via"]): r["records"] for r in rows if r["type"] == "A"}
        assert found[f"resolver:127.0.0.3#{third.port}"] == ["203.0.113.3"]
        assert found[f"resolver:127.0.0.3#{fourth.port}"] == ["203.0.113.4"]
