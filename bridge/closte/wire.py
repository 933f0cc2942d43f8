"""Requests of the Closte API as the plugin shapes them (DOMAIN 1.2 – 1.5). No input, no output."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlencode, urlsplit

from analyzers.language import phrase
from bridge.errors import UsageError

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Method and path of a call that reads."""

    method: Method
    path: str


GET_DOMAINS = Endpoint("GET", "/getdomains")
"""The one read endpoint about domains that Closte's own plugin uses."""
TEST = Endpoint("POST", "/adddomainalias")
"""Without a domain: the plugin's own test of the key. Changes nothing (DOMAIN 1.5)."""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request as it goes out. Target and body hold the key: never in a repr, never in a log."""

    method: Method
    target: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ApiBase:
    """`--api-url`, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def may_carry_key(self) -> bool:
        """Over TLS, or to this very machine."""
        return self.scheme == "https" or _is_this_machine(self.host)


def base_from(url: str) -> ApiBase:
    """Raises UsageError for what is no http(s) URL, or has a query, a fragment or a login."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(phrase("--api-url is no URL")) from None
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    printable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or not printable:
        raise UsageError(phrase("--api-url must be like https://app.closte.com/api/client"))
    default = 443 if parts.scheme == "https" else 80
    return ApiBase(parts.scheme, parts.hostname, port or default, parts.path.rstrip("/"))


def request_for(base: ApiBase, endpoint: Endpoint, key: str | None) -> WireRequest:
    """The key goes into the query of a GET and into the form of a POST, as the plugin sends it."""
    form = urlencode({"apikey": key} if key is not None else {})
    target = base.path + endpoint.path
    headers = [("Accept", "application/json"), ("User-Agent", "closte-doctor")]
    if endpoint.method == "GET":
        return WireRequest("GET", f"{target}?{form}" if form else target, b"", tuple(headers))
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return WireRequest("POST", target, form.encode("ascii"), tuple(headers))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
