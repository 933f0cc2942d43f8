"""Which domains are looked at from outside, and which come after the limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analyzers.attention import Attention, is_askable
from analyzers.evidence import Host, MappingRow, Mappings, Site, Sites
from analyzers.names import Domain, canonical

HOST = Host(network_domain="network.example", main_site_id=1)


def row(number: int, domain: str, stage: str, day: int | None) -> MappingRow:
    created = datetime(2026, 5, day, tzinfo=UTC) if day else None
    return MappingRow(number, 2, domain, canonical(domain), True, True, True, stage, created, None)


MAPPINGS = Mappings(
    (
        row(1, "old.example", "done", 1),
        row(2, "new.example", "done", 9),
        row(3, "failed.example", "failed", 2),
        row(4, "fresh.example", "checking-dns", 8),
        row(5, "undated.example", "ssl-failed", None),
        row(6, "shop.customer.example", "done", 3),
        row(7, "www.old.example", "done", 1),
        row(8, "*.wild.example", "checking-dns", 4),
    )
)
SITES = Sites(
    (
        Site(1, "http://network.example/", Domain("network.example"), "/"),
        Site(2, "http://shop.network.example/", Domain("shop.network.example"), "/"),
    ),
    False,
)


def test_the_network_then_what_is_broken_then_what_is_new_then_native_hosts() -> None:
    found = Attention.derive(HOST, None, SITES, MAPPINGS)
    assert found.domains == (
        "network.example",
        "fresh.example",
        "failed.example",
        "undated.example",
        "new.example",
        "shop.customer.example",
        "www.old.example",
        "old.example",
        "shop.network.example",
    )
    assert found.left_out == ()
    assert found.wildcards == ("*.wild.example",)


def test_twins_only_of_registrable_mapped_domains_that_are_not_mapped_themselves() -> None:
    found = Attention.derive(HOST, None, SITES, MAPPINGS)
    assert found.twins == (
        "www.fresh.example",
        "www.failed.example",
        "www.undated.example",
        "www.new.example",
    )
    assert set(found.names) == {*found.domains, *found.twins}


def test_a_limit_keeps_the_network_and_says_what_it_left_out() -> None:
    found = Attention.within(3, HOST, None, SITES, MAPPINGS)
    assert found.domains == ("network.example", "fresh.example", "failed.example")
    assert found.left_out[0] == "undated.example"
    assert len(found.domains) + len(found.left_out) == 9
    assert "www.new.example" not in found.twins


def test_without_evidence_there_is_nothing_to_look_at() -> None:
    found = Attention.derive(None, None, None, None)
    assert (found.names, found.left_out, found.network) == ((), (), "unknown")


@pytest.mark.parametrize(
    "name",
    [
        "*.x.example",
        "localhost",
        "1.2.3.4",
        "a..example",
        "-a.example",
        "a b.example",
        "x.example\r\nHost: y",
        "%FF.example",
        "a" * 64 + ".example",
        ".example",
        "",
        "x." * 127 + "toolong",
    ],
)
def test_names_that_cannot_be_asked_for(name: str) -> None:
    assert not is_askable(name)


@pytest.mark.parametrize(
    "name", ["shop.example", "xn--zazolc-t0b.pl", "_x.example", "a.b.c.d.example", "1.2.3.4.pl"]
)
def test_names_that_can(name: str) -> None:
    assert is_askable(name)
