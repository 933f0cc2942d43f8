"""Published ranges and parking addresses: no overlap, and their edges are in."""

from __future__ import annotations

import pytest

from analyzers.proxies import PARKING, PROXIES, parking_of, proxy_of


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("104.16.0.0", "Cloudflare"),
        ("104.27.255.255", "Cloudflare"),
        ("104.28.0.0", None),
        ("2606:4700::6810:1", "Cloudflare"),
        ("151.101.1.6", "Fastly"),
        ("192.88.134.9", "Sucuri"),
        ("203.0.113.10", None),
        ("not an address", None),
    ],
)
def test_a_proxy_is_known_by_its_published_range(address: str, owner: str | None) -> None:
    assert proxy_of(address) == owner


def test_parking_addresses_are_known_by_their_service() -> None:
    assert parking_of("64.190.63.222") == "Sedo"
    assert parking_of("199.59.243.228") == "Bodis"
    assert parking_of("203.0.113.10") is None


def test_nothing_is_both_a_proxy_and_a_parking_place() -> None:
    for parked in (r for listed in PARKING.values() for r in listed):
        for proxied in (r for listed in PROXIES.values() for r in listed):
            assert parked.version != proxied.version or not parked.overlaps(proxied)  # type: ignore[arg-type]
