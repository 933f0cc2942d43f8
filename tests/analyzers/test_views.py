"""What DNS and TLS say of a name, apart from any rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapped_case import (
    CLOUDFLARE,
    ELSEWHERE,
    ENTRANCE,
    NOW,
    SHOP,
    V6,
    answer,
    default_certificate,
    dns,
    event,
    healthy,
    minutes,
    shake,
    tls,
    zone,
)

from analyzers.caa import CaaSet
from analyzers.dns_view import DnsView, DomainDns, cited
from analyzers.evidence import Dns
from analyzers.facts import Facts
from analyzers.names import Domain
from analyzers.plugin_check import newest_check
from analyzers.tls_view import TlsView, covers, covers_for_plugin, fault_of


def view(records: Dns, name: str = SHOP) -> DomainDns:
    found = Facts({**healthy(), Dns: records}).of(DnsView)
    assert isinstance(found, DnsView)
    one = found.of(name)
    assert one is not None
    return one


def hosts(*records: object) -> TlsView:
    found = Facts({**healthy(), **{type(r): r for r in records}}).of(TlsView)
    assert isinstance(found, TlsView)
    return found


@pytest.mark.parametrize(
    ("addresses", "right", "reaches", "wrong"),
    [
        ([ENTRANCE], True, True, False),
        ([ELSEWHERE], False, False, True),
        ([ENTRANCE, ELSEWHERE], False, False, False),
        ([CLOUDFLARE], False, True, False),
        ([CLOUDFLARE, ENTRANCE], False, True, False),
        ([], False, False, False),
    ],
)
def test_where_a_name_leads(addresses: list[str], right: bool, reaches: bool, wrong: bool) -> None:
    found = view(dns(zone(v4=addresses)))
    assert (found.right, found.reaches_us, found.wrong) == (right, reaches, wrong)


def test_what_nobody_answered_is_not_known() -> None:
    found = view(Dns((answer(status="TIMEOUT"),)))
    assert (found.right, found.resolved, found.nxdomain) == (None, False, False)


def test_answers_without_checking_stand_only_where_nothing_else_answered() -> None:
    only = view(Dns((answer(ELSEWHERE, via="resolver:1.1.1.1", unchecked=True),)))
    assert only.v4 == (ELSEWHERE,)
    both = view(
        Dns(
            (
                answer(ELSEWHERE, via="resolver:1.1.1.1", unchecked=True),
                answer(ENTRANCE, via="host"),
            )
        )
    )
    assert both.v4 == (ENTRANCE,)


@given(st.lists(st.text(max_size=12), max_size=4))
def test_records_that_are_no_addresses_are_left_out(records: list[str]) -> None:
    found = view(Dns((answer(*records), answer(ENTRANCE))))
    assert ENTRANCE in found.v4
    assert found.right is not None


def test_a_citation_reads_like_a_lookup() -> None:
    assert cited(answer(ELSEWHERE)).excerpt == f"A {ELSEWHERE} (authoritative)"
    assert cited(answer(via="host")).excerpt == "A no record (host)"
    assert cited(answer(status="NXDOMAIN")).excerpt == "A NXDOMAIN (authoritative)"
    bogus = answer(ENTRANCE, via="resolver:1.1.1.1", unchecked=True)
    assert cited(bogus).excerpt == f"A {ENTRANCE} (resolver:1.1.1.1, checking disabled)"
    many = answer(*(f"192.0.2.{n}" for n in range(20)))
    assert cited(many).excerpt.endswith("and 12 more (authoritative)")


@pytest.mark.parametrize(
    ("records", "wildcard", "forbids"),
    [
        (('0 issuewild "digicert.com"', '0 issue "letsencrypt.org"'), True, True),
        (('0 issuewild "letsencrypt.org"', '0 issue "digicert.com"'), True, False),
        (('0 issuewild ";"',), True, True),
        (('0 issue "digicert.com"',), True, True),
        ((), False, False),
        (("garbage",), False, False),
        (("0 issue letsencrypt.org",), False, False),
    ],
)
def test_caa_for_wildcards(records: tuple[str, ...], wildcard: bool, forbids: bool) -> None:
    assert CaaSet(Domain(SHOP), records, None).forbids(wildcard=wildcard) is forbids


@pytest.mark.parametrize(
    ("names", "host", "browser", "plugin"),
    [
        ((SHOP,), SHOP, True, True),
        (("SHOP.example.",), SHOP, True, True),
        (("*.example",), SHOP, True, True),
        (("*.example",), "a.shop.example", False, True),
        (("*.shop.example",), SHOP, False, False),
        ((), SHOP, False, False),
    ],
)
def test_names_as_browsers_and_as_the_plugin_read_them(
    names: tuple[str, ...], host: str, browser: bool, plugin: bool
) -> None:
    assert covers(names, host) is browser
    assert covers_for_plugin(names, host) is plugin


@pytest.mark.parametrize(
    ("handshake", "fault"),
    [
        (shake(), None),
        (shake(status="reset"), "unreachable"),
        (default_certificate(), "wrong-name"),
        (shake(verified=False, names=(), error="Hostname mismatch"), "wrong-name"),
        (shake(days=-1, verified=False), "expired"),
        (shake(days=-1, verified=False, self_signed=True), "untrusted"),
        (shake(verified=False, error="certificate has expired"), "expired"),
        (shake(verified=False, error="unable to get local issuer certificate"), "untrusted"),
    ],
)
def test_what_a_browser_objects_to_first(handshake: object, fault: str | None) -> None:
    assert fault_of(handshake, NOW) == fault  # type: ignore[arg-type]


def test_handshakes_by_whose_address_they_were_made_at() -> None:
    shown = tls(shake(), shake(SHOP, ELSEWHERE, status="refused"))
    mixed = hosts(dns(zone(v4=[ENTRANCE, ELSEWHERE])), shown).of(SHOP)
    assert mixed is not None
    assert (len(mixed.own), len(mixed.foreign), len(mixed.unvisited), mixed.good) == (1, 1, 0, True)
    moved = hosts(dns(zone(v4=[ELSEWHERE])), shown).of(SHOP)
    assert moved is not None
    assert (len(moved.own), len(moved.foreign), len(moved.unvisited)) == (0, 1, 1)
    assert moved.good is None


def test_a_way_in_that_the_operator_named_is_the_entrance() -> None:
    """`--resolve` sends a handshake to an address that no DNS has."""
    named = hosts(tls(shake(SHOP, "127.0.0.1"))).of(SHOP)
    assert named is not None
    assert named.good is True


def test_a_handshake_at_an_ipv6_entrance_in_another_spelling() -> None:
    found = hosts(dns(zone(v6=[V6])), tls(shake(), shake(SHOP, "2001:DB8:0::7"))).of(SHOP)
    assert found is not None
    assert len(found.foreign) == 1


def test_the_newest_check_is_the_last_that_got_anywhere() -> None:
    events = (
        event("check.started", minutes(9)),
        event("check.loopback-ok", minutes(9)),
        event("closte.adding", minutes(8)),
        event("check.started", minutes(1)),
    )
    found = newest_check(events)
    assert found is not None
    assert found.loopback_ok is True
    assert newest_check(()) is None
