"""IP addresses compared as addresses, and which of them the public Internet can reach.

The tables are IANA's special-purpose address registries (RFC 6890 and its updates), written out here
because Python's own `is_global` changed between its versions.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Range = IPv4Network | IPv6Network


def ranges(*texts: str) -> tuple[Range, ...]:
    """Networks out of their text. Raises ValueError for what is none."""
    return tuple(ip_network(text) for text in texts)


_SPECIAL_V4 = ranges(
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # shared by carriers
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local, with the clouds' metadata services
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays, withdrawn
    "192.168.0.0/16",  # private
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
)
_UNICAST_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = ranges(
    "2001::/23",  # protocol assignments, Teredo
    "2001:db8::/32",  # documentation
    "3fff::/20",  # documentation
)
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL = ranges(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)


@lru_cache(maxsize=65536)
def address_of(text: str) -> Address | None:
    """The address in this text, None where it is none. An IPv4 address mapped into IPv6 is the IPv4
    address; brackets are taken off; a zone (`fe80::1%eth0`) makes it none."""
    try:
        found = ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    if found.scope_id is not None:
        return None
    return found.ipv4_mapped or found


def normal(text: str) -> str:
    """The address in its one spelling; text that is no address stands as it is."""
    found = address_of(text)
    return text if found is None else str(found)


def same(one: str, other: str) -> bool:
    """Are these the same address? Text that is no address is never the same as anything."""
    found = address_of(one)
    return found is not None and found == address_of(other)


def is_ipv6(text: str) -> bool:
    """Is this an IPv6 address?"""
    return isinstance(address_of(text), IPv6Address)


def within(address: Address, listed: tuple[Range, ...]) -> bool:
    """Is the address in one of these ranges?"""
    return any(address in one for one in listed if one.version == address.version)


def is_public(text: str) -> bool:
    """Can the public Internet reach this address? Not loopback, private, link-local, documentation,
    multicast or otherwise reserved; an address that carries an IPv4 one (6to4, NAT64) is public
    only where that is. False for what is no address."""
    found = address_of(text)
    if isinstance(found, IPv4Address):
        return not within(found, _SPECIAL_V4)
    if found is None:
        return False
    if found in _NAT64:
        return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
    if found.sixtofour is not None:
        return is_public(str(found.sixtofour))
    return found in _UNICAST_V6 and not within(found, _SPECIAL_V6)


def is_local(text: str) -> bool:
    """Is this an address that only means something inside a machine or a network: loopback, private,
    link-local, unspecified, multicast, reserved? Other than `not is_public`, documentation addresses
    are not local: examples are written with them."""
    found = address_of(text)
    return found is not None and within(found, _LOCAL)


def is_loopback(text: str) -> bool:
    """Is this a loopback address?"""
    found = address_of(text)
    return found is not None and found.is_loopback
