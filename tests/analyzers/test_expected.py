"""The entrance's addresses: which source wins, and what is believed of none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzers.constants import DefinedConstants
from analyzers.evidence import (
    Dns,
    DnsAnswer,
    Handshake,
    Host,
    MappingRow,
    Mappings,
    Meta,
    Options,
    Tls,
)
from analyzers.expected import Expected
from analyzers.facts import Facts
from analyzers.names import Domain
from analyzers.snapshot import read

RECORDINGS = sorted(
    path.parent
    for path in (Path(__file__).parents[1] / "fixtures" / "recordings").glob("*/*/meta.json")
)
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOST = Host(network_domain="network.example")


def meta(*stated: str) -> Meta:
    return Meta(NOW, "meta.json", "prod", None, stated or None)


def constants(**values: str) -> DefinedConstants:
    return DefinedConstants(values, {}, True)


def a(name: str, *records: str, via: str = "resolver:1.1.1.1") -> DnsAnswer:
    return DnsAnswer(Domain(name), "A", via, "NOERROR", records, 300 if records else None)


def row(number: int, domain: str, stage: str = "done") -> MappingRow:
    return MappingRow(number, 2, domain, Domain(domain), True, True, True, stage, None, None)


def good(domain: str, address: str) -> Handshake:
    return Handshake(
        Domain(domain), address, 443, "ok", True, None, (domain,), None, None, None, False
    )


def transient(value: object) -> Options:
    return Options({"_site_transient_wu_public_network_ip": value}, None, {}, None, None, False)


def derived(
    stated: tuple[str, ...] = (),
    defined: DefinedConstants | None = None,
    dns: Dns | None = None,
    tls: Tls | None = None,
    mappings: Mappings | None = None,
    options: Options | None = None,
) -> Expected:
    return Expected.derive(meta(*stated), HOST, defined, None, dns, tls, mappings, options)


def test_each_source_gives_way_to_the_one_before_it() -> None:
    dns = Dns((a("network.example", "203.0.113.3"),))
    mappings, tls = Mappings((row(1, "shop.example"),)), Tls((good("shop.example", "203.0.113.4"),))
    options = transient("203.0.113.5")
    defined = constants(CLOSTE_PUBLIC_IP_ADDRESS="203.0.113.2")

    found = derived(("203.0.113.1",), defined, dns, tls, mappings, options)
    assert (found.addresses, found.source) == (("203.0.113.1",), "expected_addresses")
    found = derived((), defined, dns, tls, mappings, options)
    assert (found.addresses, found.source) == (("203.0.113.2",), "CLOSTE_PUBLIC_IP_ADDRESS")
    found = derived((), constants(), dns, tls, mappings, options)
    assert (found.addresses, found.source) == (("203.0.113.3",), "network domain")
    found = derived((), None, None, tls, mappings, options)
    assert (found.addresses, found.source) == (("203.0.113.4",), "healthy domains")
    found = derived((), None, None, None, None, options)
    assert (found.addresses, found.source) == (("203.0.113.5",), "wu_public_network_ip")
    assert found.confidence == "possible"
    assert derived().addresses == ()
    assert derived().source is None


def test_the_networks_own_servers_are_believed_before_resolvers() -> None:
    dns = Dns(
        (
            a("network.example", "203.0.113.8"),
            a("network.example", "203.0.113.9", via="authoritative"),
        )
    )
    assert derived(dns=dns).addresses == ("203.0.113.9",)


def test_a_proxied_network_domain_does_not_show_the_entrance() -> None:
    dns = Dns((a("network.example", "104.16.1.1"),))
    found = derived(dns=dns, options=transient("203.0.113.5"))
    assert found.source == "wu_public_network_ip"


def test_the_hosts_own_private_answer_is_no_entrance() -> None:
    assert derived(dns=Dns((a("network.example", "10.0.0.5", via="host"),))).addresses == ()


def test_only_a_majority_of_healthy_domains_votes() -> None:
    mappings = Mappings((row(1, "a.example"), row(2, "b.example"), row(3, "c.example", "failed")))
    split = Tls((good("a.example", "203.0.113.4"), good("b.example", "203.0.113.6")))
    assert derived(tls=split, mappings=mappings).addresses == ()
    third = Tls((*split.handshakes, good("c.example", "203.0.113.6")))
    assert derived(tls=third, mappings=mappings).addresses == (), "c.example is not healthy"
    united = Tls((good("a.example", "203.0.113.4"), good("b.example", "203.0.113.4")))
    assert derived(tls=united, mappings=mappings).addresses == ("203.0.113.4",)


@pytest.mark.parametrize(
    "stored", ["<html>503</html>", "", False, None, "127.0.0.1", "10.1.2.3", 7]
)
def test_what_the_plugin_cached_is_believed_only_as_an_address(stored: object) -> None:
    assert derived(options=transient(stored)).addresses == ()


def test_an_unusable_constant_is_passed_over_and_a_list_is_read() -> None:
    dns = Dns((a("network.example", "203.0.113.3"),))
    assert derived((), constants(CLOSTE_PUBLIC_IP_ADDRESS="soon"), dns).source == "network domain"
    listed = constants(CLOSTE_PUBLIC_IP_ADDRESS="203.0.113.2, 2001:DB8::2")
    assert derived((), listed).addresses == ("203.0.113.2", "2001:db8::2")


def test_addresses_are_held_whatever_their_spelling() -> None:
    found = derived(("2001:db8::2", "203.0.113.1"))
    assert found.holds("2001:0db8:0::2")
    assert found.holds("::ffff:203.0.113.1")
    assert not found.holds("203.0.113.2")


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_recording_has_the_same_entrance(folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    files.pop("expected.json", None)
    found = Facts(read(files, origin=folder.name).observed).of(Expected)
    assert isinstance(found, Expected)
    assert found.addresses == ("203.0.113.10",)
