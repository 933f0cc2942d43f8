"""Addresses that belong to somebody in between: proxies in front of sites, and parking services.

Data with a date: the ranges that the providers publish, and addresses where registrars and parking
services have been seen to answer. A finding that rests on the second list says its date.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from analyzers.addresses import Range, address_of, ranges, within

PROXIES_AS_OF = "2026-02-11"
"""When the proxies' ranges were last compared with what their owners publish."""
PARKING_AS_OF = "2022-10-24"
"""The oldest of the public lists from which the parking addresses were put together; services move."""

PROXIES: Mapping[str, tuple[Range, ...]] = {
    # https://www.cloudflare.com/ips/
    "Cloudflare": ranges(
        "103.21.244.0/22",
        "103.22.200.0/22",
        "103.31.4.0/22",
        "104.16.0.0/13",
        "104.24.0.0/14",
        "108.162.192.0/18",
        "131.0.72.0/22",
        "141.101.64.0/18",
        "162.158.0.0/15",
        "172.64.0.0/13",
        "173.245.48.0/20",
        "188.114.96.0/20",
        "190.93.240.0/20",
        "197.234.240.0/22",
        "198.41.128.0/17",
        "2400:cb00::/32",
        "2405:8100::/32",
        "2405:b500::/32",
        "2606:4700::/32",
        "2803:f800::/32",
        "2a06:98c0::/29",
        "2c0f:f248::/32",
    ),
    # https://api.fastly.com/public-ip-list
    "Fastly": ranges(
        "23.235.32.0/20",
        "43.249.72.0/22",
        "103.244.50.0/24",
        "103.245.222.0/23",
        "103.245.224.0/24",
        "104.156.80.0/20",
        "140.248.64.0/18",
        "140.248.128.0/17",
        "146.75.0.0/17",
        "151.101.0.0/16",
        "157.52.64.0/18",
        "167.82.0.0/17",
        "167.82.128.0/20",
        "167.82.160.0/20",
        "167.82.224.0/20",
        "172.111.64.0/18",
        "185.31.16.0/22",
        "199.27.72.0/21",
        "199.232.0.0/16",
        "2a04:4e40::/32",
        "2a04:4e42::/32",
    ),
    # https://docs.sucuri.net/website-firewall/sucuri-firewall-troubleshooting-guide/
    "Sucuri": ranges(
        "66.248.200.0/22",
        "185.93.228.0/22",
        "192.88.134.0/23",
        "208.109.0.0/22",
        "2a02:fe80::/29",
    ),
    # https://docs.imperva.com/howto/c85245b7
    "Imperva": ranges(
        "45.60.0.0/16",
        "45.64.64.0/22",
        "45.223.0.0/16",
        "103.28.248.0/22",
        "107.154.0.0/16",
        "131.125.128.0/17",
        "149.126.72.0/21",
        "185.11.124.0/22",
        "192.230.64.0/18",
        "198.143.32.0/19",
        "199.83.128.0/21",
        "2a02:e980::/29",
    ),
}

PARKING: Mapping[str, tuple[Range, ...]] = {
    "Above.com": ranges("103.224.182.0/23", "103.224.212.0/23"),
    "Bodis": ranges("199.59.240.0/22"),
    "Dan.com": ranges("3.64.163.50/32", "52.58.78.16/32"),
    "Gandi": ranges("217.70.184.38/32", "217.70.184.50/32"),
    "GoDaddy": ranges("34.98.99.30/32", "34.102.136.180/32", "184.168.131.241/32"),
    "Namecheap": ranges("198.54.117.192/26"),
    "Network Solutions": ranges("208.91.196.0/23"),
    "OVH": ranges("213.186.33.5/32"),
    "ParkingCrew": ranges("185.53.176.0/22"),
    "Reg.ru": ranges("194.58.112.165/32", "194.58.112.174/32"),
    "Sedo": ranges("64.190.62.0/23", "91.195.240.0/23"),
    "Tucows": ranges("64.98.145.30/32"),
}


@lru_cache(maxsize=65536)
def proxy_of(address: str) -> str | None:
    """Whose proxy answers at this address (`Cloudflare`), None where it is none that we know."""
    return _owner(address, PROXIES)


@lru_cache(maxsize=65536)
def parking_of(address: str) -> str | None:
    """Which registrar or parking service answers at this address, None where it is none we know."""
    return _owner(address, PARKING)


def _owner(text: str, table: Mapping[str, tuple[Range, ...]]) -> str | None:
    address = address_of(text)
    if address is None:
        return None
    return next((name for name, listed in table.items() if within(address, listed)), None)
