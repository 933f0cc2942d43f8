"""Which addresses a mapped domain should have: the network's entrance (DOMAIN 1.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from analyzers.addresses import is_local, normal, same
from analyzers.constants import DefinedConstants
from analyzers.evidence import Dns, Host, Mappings, Meta, Options, Sites, Tls
from analyzers.findings import Confidence
from analyzers.language import phrase
from analyzers.network_domain import network_domain
from analyzers.proxies import proxy_of

CONSTANT = "CLOSTE_PUBLIC_IP_ADDRESS"
_TRANSIENT = "_site_transient_wu_public_network_ip"
_SEPARATORS = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected addresses, and which source won. No addresses: no source had any."""

    addresses: tuple[str, ...]
    source: str | None
    """`expected_addresses` · `CLOSTE_PUBLIC_IP_ADDRESS` · `network domain` · `healthy domains` ·
    `wu_public_network_ip`"""
    confidence: Confidence = "certain"

    def holds(self, address: str) -> bool:
        """Is this one of the expected addresses (compared as addresses, not as text)?"""
        return any(same(address, expected) for expected in self.addresses)

    @classmethod
    def derive(
        cls,
        meta: Meta,
        host: Host | None,
        constants: DefinedConstants | None,
        sites: Sites | None,
        dns: Dns | None,
        tls: Tls | None,
        mappings: Mappings | None,
        options: Options | None,
    ) -> Expected:
        """By the order of DOMAIN 1.6; what the operator states goes before all of them.

        The transient is the address the server goes *out* by (DOMAIN 2.8): possible only.
        """
        stated = _addresses(meta.expected_addresses or ())
        if stated:
            return cls(stated, "expected_addresses")
        defined = _addresses((constants.text(CONSTANT) or "",)) if constants else ()
        if defined:
            return cls(defined, CONSTANT)
        own = _entrance(network_domain(host, constants, sites), dns) if dns else ()
        if own:
            return cls(own, phrase("network domain"))
        voted = _majority(mappings, tls) if mappings and tls else ()
        if voted:
            return cls(voted, phrase("healthy domains"), "likely")
        outward = _outward(options) if options else ()
        if outward:
            return cls(outward, "wu_public_network_ip", "possible")
        return cls((), None, "possible")


def _addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The addresses in texts that may hold several, each once, in one spelling."""
    parts = (part for text in texts for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(normal(part) for part in parts if same(part, part)))


def _entrance(domain: str, dns: Dns) -> tuple[str, ...]:
    """The A records of the network's domain, by its own name servers before resolvers before the host;
    none where a proxy stands in front: the entrance is then hidden behind it."""
    asked = [a for a in dns.answers if a.name == domain and a.type == "A" and a.records]
    for vantage in ("authoritative", "resolver:", "host"):
        found = _addresses(r for a in asked if a.via.startswith(vantage) for r in a.records)
        reachable = tuple(a for a in found if vantage != "host" or not is_local(a))
        if reachable:
            return () if any(proxy_of(a) for a in reachable) else reachable
    return ()


def _majority(mappings: Mappings, tls: Tls) -> tuple[str, ...]:
    """The address where more than half of the healthy domains have their verified certificate."""
    done = {row.domain for row in mappings.rows if row.stage == "done"}
    healthy = {
        (shake.host, normal(shake.address))
        for shake in tls.handshakes
        if shake.host in done and shake.verified and not proxy_of(shake.address)
    }
    voters = len({domain for domain, _ in healthy})
    votes = Counter(address for _, address in healthy)
    return tuple(sorted(a for a, count in votes.items() if 2 * count > voters))


def _outward(options: Options) -> tuple[str, ...]:
    """The cached address of three web services, which the plugin stores unvalidated."""
    stored = options.values.get(_TRANSIENT)
    if not isinstance(stored, str) or not same(stored, stored) or is_local(stored):
        return ()
    return (normal(stored),)
