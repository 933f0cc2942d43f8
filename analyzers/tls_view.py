"""What a visitor's TLS handshake meets, per host: at the network's entrance, and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analyzers.addresses import same
from analyzers.dns_view import DnsView, DomainDns
from analyzers.evidence import Handshake, Mappings, Tls
from analyzers.expected import Expected
from analyzers.findings import Citation
from analyzers.instants import iso
from analyzers.language import phrase, some
from analyzers.names import Domain, canonical, is_under
from analyzers.network import Network
from analyzers.platform_hosts import PLATFORM
from analyzers.proxies import proxy_of

Fault = Literal["unreachable", "wrong-name", "expired", "untrusted"]
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class SeenHandshake:
    """One handshake and what is wrong with it."""

    handshake: Handshake
    fault: Fault | None
    """None: fine, or not known to be wrong."""
    good: bool | None
    """Completed, and verified as a browser would. None: nothing is wrong that was recorded, and nobody
    said whether it was verified."""
    hosts_default: bool
    """A wrong name's certificate that is the host's own: Closte's, the network's, or self-signed."""

    @property
    def citation(self) -> Citation:
        """As a reader finds it in `tls.json`."""
        return Citation(Tls.FILE, described(self.handshake))

    def tells_of(self, fault: Fault) -> bool:
        """Is enough recorded to know whether it has this fault? A reason that was given is that of the
        first objection, so the others are none that came before."""
        shake = self.handshake
        if shake.status != "ok" or shake.verified or self.fault == fault:
            return True
        if fault == "untrusted":
            return shake.verified is not None
        recorded = {"wrong-name": bool(shake.names), "expired": shake.not_after is not None}
        return recorded.get(fault, True) or (
            shake.verified is False and shake.verify_error is not None
        )


@dataclass(frozen=True, slots=True)
class HostTls:
    """All handshakes with one host name, by whose address they were made at."""

    own: tuple[SeenHandshake, ...]
    """At addresses visitors are sent to and that are the entrance, or a proxy in front of it."""
    foreign: tuple[SeenHandshake, ...]
    """At addresses visitors are sent to and that are not the network's."""
    unvisited: tuple[SeenHandshake, ...]
    """At the entrance, while visitors are sent elsewhere; or where only an outdated answer leads."""
    undecided: bool = False
    """Were there others, elsewhere, of which nobody knows whether visitors are sent there?"""

    @property
    def good(self) -> bool | None:
        """Is every certificate at the entrance good? None where none was seen there, or one not well
        enough to say."""
        if not self.own or any(s.good is False for s in self.own):
            return False if self.own else None
        return True if all(s.good for s in self.own) else None

    @property
    def unverified(self) -> bool:
        """Did nobody say whether a browser would be content with what stands at the entrance?"""
        return bool(self.own) and self.good is None

    @property
    def default_only(self) -> bool:
        """Is the host's own default certificate the only fault at the entrance?"""
        bad = [s for s in self.own if s.good is False]
        return bool(bad) and all(s.hosts_default for s in bad)

    def first(self, fault: Fault) -> SeenHandshake | None:
        """The first handshake at the entrance with this fault."""
        return next((s for s in self.own if s.fault == fault), None)

    def first_foreign(self, fault: Fault) -> SeenHandshake | None:
        """The first handshake at a foreign address with this fault."""
        return next((s for s in self.foreign if s.fault == fault), None)


@dataclass(frozen=True, slots=True)
class TlsView:
    """Every host of `tls.json`."""

    hosts: Mapping[Domain, HostTls]

    @classmethod
    def derive(
        cls,
        tls: Tls,
        network: Network,
        expected: Expected,
        dns: DnsView | None,
        mappings: Mappings | None,
    ) -> TlsView:
        """One pass over the handshakes of port 443."""
        by_host: dict[Domain, list[Handshake]] = {}
        for handshake in tls.handshakes:
            if handshake.port == 443 or handshake.status == "ok":
                by_host.setdefault(handshake.host, []).append(handshake)
        ours = frozenset(row.domain for row in mappings.rows) if mappings else frozenset[Domain]()
        return cls(
            {
                host: _host(host, found, network, expected, dns, ours)
                for host, found in by_host.items()
            }
        )

    def of(self, host: str) -> HostTls | None:
        """What is known of a host; None where no handshake was tried."""
        return self.hosts.get(Domain(host))


def _host(
    host: Domain,
    handshakes: Sequence[Handshake],
    network: Network,
    expected: Expected,
    dns: DnsView | None,
    ours: frozenset[Domain],
) -> HostTls:
    view = dns.of(host) if dns else None
    visited = view.addresses if view else ()
    holds = view.holds if view else expected.holds
    own: list[SeenHandshake] = []
    foreign: list[SeenHandshake] = []
    unvisited: list[SeenHandshake] = []
    for handshake in handshakes:
        seen = _seen(handshake, network, ours)
        here = not expected.addresses or holds(handshake.address)
        if here or proxy_of(handshake.address):
            sent_here = not visited or any(same(handshake.address, a) for a in visited)
            (own if sent_here else unvisited).append(seen)
        elif view is not None and _is_outdated(handshake.address, view):
            unvisited.append(seen)
        elif (
            view is not None and view.right and not any(same(handshake.address, a) for a in visited)
        ):
            own.append(seen)  # DNS is right, and an operator's --resolve named another way in
        else:
            foreign.append(seen)
    if view is None and own and foreign:
        return HostTls(tuple(own), (), tuple(foreign), undecided=True)
    return HostTls(tuple(own), tuple(foreign), tuple(unvisited))


def _is_outdated(address: str, view: DomainDns) -> bool:
    """Does only a resolver's old answer lead to this address? Who still goes there is `dns.propagating`."""
    return any(same(address, record) for answer in view.stale for record in answer.records)


def _seen(handshake: Handshake, network: Network, ours: frozenset[Domain]) -> SeenHandshake:
    fault = fault_of(handshake, network.now)
    return SeenHandshake(
        handshake=handshake,
        fault=fault,
        good=False if fault is not None else True if handshake.verified else None,
        hosts_default=fault == "wrong-name" and _is_default(handshake, network.domain, ours),
    )


def fault_of(handshake: Handshake, now: datetime) -> Fault | None:
    """What a browser would object to first; None where it would not, or nobody verified."""
    if handshake.status != "ok":
        return "unreachable"
    error = (handshake.verify_error or "").lower()
    if (handshake.names and not covers(handshake.names, handshake.host)) or (
        handshake.verified is False and ("mismatch" in error or "doesn't match" in error)
    ):
        return "wrong-name"
    if handshake.not_after is not None and handshake.not_after < now and not handshake.self_signed:
        return "expired"
    early = handshake.not_before is not None and handshake.not_before > now
    if handshake.verified or (handshake.verified is None and not early):
        return None
    return "expired" if "expired" in error and not handshake.self_signed else "untrusted"


def _is_default(handshake: Handshake, network: str, ours: frozenset[Domain]) -> bool:
    if handshake.self_signed:
        return True
    names = [canonical(n).removeprefix("*.") for n in handshake.names]
    return not names or any(
        n in (PLATFORM, network) or is_under(n, PLATFORM) or is_under(n, network) or n in ours
        for n in names
    )


def covers(names: Sequence[str], host: str) -> bool:
    """Do the certificate's names cover the host as browsers see it (RFC 6125: one label per `*`)?"""
    for name in map(canonical, names):
        if name == host:
            return True
        if name.startswith("*.") and "." in host and host.split(".", 1)[1] == name[2:]:
            return True
    return False


def covers_for_plugin(names: Sequence[str], host: str) -> bool:
    """The same as the plugin sees it: its `*` stands for any number of labels (DOMAIN 2.9)."""
    return covers(names, host) or any(
        n.startswith("*.") and is_under(host, canonical(n[2:])) for n in names
    )


def described(handshake: Handshake) -> str:
    """`203.0.113.10:443 ok, names *.closte.com, closte.com, until 2027-01-11T10:03:51Z, not verified: …`"""
    parts = [f"{handshake.host} at {handshake.address}:{handshake.port} {handshake.status}"]
    if handshake.names:
        parts.append("names " + named(handshake.names))
    if handshake.not_after is not None:
        parts.append(f"until {iso(handshake.not_after)}")
    if handshake.status != "ok":
        parts += [handshake.verify_error] if handshake.verify_error else []
    elif handshake.verified is False:
        parts.append(f"not verified: {handshake.verify_error or 'no reason given'}")
    elif handshake.verified:
        parts.append("verified")
    return ", ".join(parts)


def named(names: Sequence[str]) -> str:
    """The first few names of a certificate."""
    return some(names, _MOST_NAMES) if names else phrase("no name")


def issuer_of(handshake: Handshake) -> str:
    """The issuer for people."""
    return handshake.issuer or phrase("an issuer that was not recorded")
