"""Closte as it is known: an app's list of domains, its key, its API and its certificates (DOMAIN 1).

All error texts but `Invalid or empty domain: ` are invented: nobody published the real ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.rehearsal.dns import RESOLVERS
from bridge.rehearsal.servers import DAY, LETS_ENCRYPT, Certificate

if TYPE_CHECKING:
    from bridge.rehearsal.world import World

MINUTE = 60.0
ISSUERS = ("letsencrypt.org", "pki.goog")
DEFAULT_CERTIFICATE = Certificate(("*.closte.com", "closte.com"), -40 * DAY, 50 * DAY, LETS_ENCRYPT)
MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Closte - Maintenance</title></head>"
    "<body>We will be back soon</body></html>"
)
FIREWALL = "<!DOCTYPE html><html><head><title>403 Forbidden</title></head><body>Request blocked</body></html>"
NOT_FOUND = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"
GUESSES = ("/ssl/install", "/installssl", "/ssl", "/certificate/install")
RATE_LIMITED = (
    "Error creating new order :: too many certificates (5) already issued for this exact set of "
    "domains: rateLimited"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API, or `error` where none came."""

    status: int | None
    body: str = ""
    error: str | None = None

    @property
    def document(self) -> dict[str, object] | None:
        """The body where it is a JSON object."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


_DOWN: dict[str, Reply] = {
    "maintenance": Reply(503, MAINTENANCE),
    "page": Reply(200, MAINTENANCE),
    "garbage": Reply(200, '{"success": tr'),
    "empty": Reply(200, ""),
    "firewall": Reply(403, FIREWALL),
    "timeout": Reply(None, error="cURL error 28: Operation timed out after 45001 milliseconds with 0 "
                     "bytes received"),
    "reset": Reply(None, error="cURL error 56: Recv failure: Connection reset by peer"),
}  # fmt: skip


@dataclass(slots=True)
class Closte:
    """One app at Closte."""

    network: str
    aliases: dict[str, float] = field(default_factory=dict)
    """Name → when it was added."""
    certificates: dict[str, Certificate] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    """Names that another app holds."""
    invalid: set[str] = field(default_factory=set)
    """Names it will not take."""
    key: str = "good"
    """good · rejected · unauthorized · read-only · of another app"""
    down: str | None = None
    """A word of `_DOWN`: how the API fails for everybody."""
    down_for_host: str | None = None
    """The same, on the way from the host only."""
    unwilling: dict[str, str] = field(default_factory=dict)
    """Name → what it answers instead of making that alias."""
    issues_after: float = 7 * MINUTE
    """How long a certificate takes when nothing is in its way."""
    withheld: set[str] = field(default_factory=set)
    """Names whose certificate does not come, nobody knows why."""
    rate_limited: set[str] = field(default_factory=set)

    def ask(
        self, endpoint: str, params: Mapping[str, str], world: World, *, vantage: str = "host"
    ) -> Reply:
        """One call with the key the network has, or from elsewhere without it."""
        failing = self.down or (self.down_for_host if vantage == "host" else None)
        if failing is not None:
            return _DOWN[failing]
        if vantage != "host" or self.key == "rejected":
            return _says(200, success=False, error="Invalid api key")
        if self.key == "unauthorized":
            return _says(401, success=False, error="Unauthorized")
        if endpoint == "/getdomains":
            return _says(200, success=True, domains=[{"domain": name} for name in self.listed()])
        if endpoint in GUESSES:
            if params.get("domain") in self.rate_limited:
                return _says(200, success=False, error=RATE_LIMITED)
            return Reply(404, NOT_FOUND)
        if self.key == "read-only":
            error = "Permission denied: this key may not manage domains"
            return _says(200, success=False, error=error)
        return self._change(endpoint, params.get("domain", ""), world)

    def listed(self) -> list[str]:
        """The names in the list of the app whose key the network has."""
        if self.key == "of another app":
            return ["other-shop.example", "www.other-shop.example"]
        return [self.network, *self.aliases]

    def _change(self, endpoint: str, domain: str, world: World) -> Reply:
        if endpoint == "/deletedomainalias":
            self.aliases.pop(domain, None)
            self.certificates.pop(domain, None)
            return _says(200, success=True)
        refused = self._refusal(domain)
        if refused is not None:
            return _says(200, success=False, error=refused)
        if self.key != "of another app":
            self.add(domain, world)
        return _says(200, success=True, taskid=1795335620)

    def _refusal(self, domain: str) -> str | None:
        under = domain == self.network or domain.endswith("." + self.network)
        if not domain or domain in self.invalid or under:
            return f"Invalid or empty domain: {domain}"
        if domain in self.aliases:
            return f"Domain {domain} already exists"
        if domain in self.elsewhere:
            return f"Domain {domain} is already in use by another site"
        return self.unwilling.get(domain)

    def add(self, domain: str, world: World) -> None:
        """Make the alias; its certificate comes by itself."""
        self.aliases.setdefault(domain, world.clock)
        world.after(self.issues_after, lambda: self._issue(domain, world))

    def _issue(self, domain: str, world: World) -> None:
        """Issue or renew where nothing is in the way, and try again later in any case."""
        if domain not in self.aliases:
            return
        have = self.certificates.get(domain)
        if domain not in self.withheld and self._may_issue(domain, world):
            fresh = Certificate((domain,), world.clock - 3600, world.clock + 90 * DAY)
            self.certificates[domain] = fresh
            world.after(60 * DAY, lambda: self._issue(domain, world))
        else:
            world.after(15 * MINUTE if have is None else DAY, lambda: self._issue(domain, world))

    def _may_issue(self, domain: str, world: World) -> bool:
        """HTTP-01 as an issuer does it: every address, IPv6 first, and CAA with inheritance."""
        if domain in self.rate_limited or domain in world.handshakes:
            return False
        led_to = world.zone.addresses(domain, RESOLVERS[0])
        if not led_to or any(address not in world.entrances for address in led_to):
            return False
        name = domain
        while "." in name:
            caa = world.zone.seen(name).caa
            if caa:
                return any(issuer in record for record in caa for issuer in ISSUERS)
            name = name.partition(".")[2]
        return True


def _says(status: int, **document: object) -> Reply:
    return Reply(status, json.dumps(document))
