"""Which addresses a mapped domain should have: the network's entrance (DOMAIN 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.evidence import Constants, Dns, Host, Mappings, Meta, Options, Tls
from analyzers.findings import Confidence


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
        return address in self.addresses

    @classmethod
    def derive(
        cls,
        meta: Meta,
        host: Host | None,
        constants: Constants | None,
        dns: Dns | None,
        tls: Tls | None,
        mappings: Mappings | None,
        options: Options | None,
    ) -> Expected:
        """By the order of DOMAIN 1.6; what the operator states goes before all of them."""
        return cls(meta.expected_addresses or (), "expected_addresses")
