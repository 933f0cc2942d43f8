"""Addresses: compared as addresses, and never taken for public where they are not."""

from __future__ import annotations

import pytest

from analyzers.addresses import address_of, is_local, is_public, normal, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.10", " 203.0.113.10 "),
        ("2001:db8::1", "2001:0DB8:0:0::0001"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.10", "203.0.113.10"),
    ],
)
def test_one_address_in_two_spellings_is_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    "text", ["", "shop.example", "203.0.113.300", "fe80::1%eth0", "<html>", "0x7f000001"]
)
def test_text_that_is_no_address_is_the_same_as_nothing(text: str) -> None:
    assert address_of(text) is None
    assert not same(text, text)
    assert not is_public(text)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.9",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.10",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2001::1",
        "100::1",
    ],
)
def test_what_the_internet_cannot_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2002:808:808::1", "64:ff9b::808:808"],
)
def test_what_it_can_reach_is_public(address: str) -> None:
    assert is_public(address)


def test_documentation_addresses_are_not_local_but_private_ones_are() -> None:
    assert not is_local("203.0.113.10")
    assert is_local("192.168.0.1")
    assert is_local("::1")
