"""Signs that a network is a copy of another one: a staging site, a clone (DOMAIN F115)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analyzers.constants import DefinedConstants
from analyzers.evidence import Dns, DnsAnswer, Host, Mappings, Missing
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.names import Domain, is_wildcard
from analyzers.network import Network
from analyzers.proxies import proxy_of

_STAGING = re.compile(r"localhost|staging.*\.|\.local|\.test")
"""The plugin's own rule on `site_url` (DOMAIN 2.8): unanchored, so it never convicts alone."""
_HOME = re.compile(r"\A/home/([^/]+)/")
_FEWEST = 2
"""One domain that points elsewhere is a domain that points elsewhere."""


@dataclass(frozen=True, slots=True)
class CloneSigns:
    """What speaks for a copy. It takes both: most domains elsewhere, and a sign of this host's own."""

    judged: int
    """Mapped domains outside the network's own whose public addresses are known."""
    elsewhere: tuple[Domain, ...]
    """Those of them that point to none of the network's addresses."""
    signs: tuple[str, ...]
    """A staging address, another app id: each in a few words."""
    evidence: tuple[Citation, ...]

    @property
    def is_clone(self) -> bool:
        """Most domains point elsewhere, and this host itself looks like a copy."""
        return self.leads_elsewhere and bool(self.signs)

    @property
    def leads_elsewhere(self) -> bool:
        """Do most domains point elsewhere, two of them at least?"""
        return len(self.elsewhere) >= _FEWEST and 2 * len(self.elsewhere) > self.judged

    @classmethod
    def derive(
        cls,
        mappings: Mappings,
        dns: Dns,
        network: Network,
        host: Host | None,
        constants: DefinedConstants | None,
    ) -> CloneSigns | Missing:
        """Missing where no source says which addresses the network has."""
        if not network.expected.addresses:
            return Missing(Dns.FILE, phrase("the network's own addresses are not known"))
        seen = _addresses(dns.answers)
        judged = {
            row.domain: seen[row.domain]
            for row in mappings.rows
            if row.domain in seen and not network.owns(row.domain) and not is_wildcard(row.domain)
        }
        elsewhere = tuple(
            sorted(d for d, found in judged.items() if not any(map(network.expected.holds, found)))
        )
        signs, evidence = _signs(host, constants, network)
        cited = tuple(
            Citation(Dns.FILE, f"{domain}: A {', '.join(judged[domain])}")
            for domain in elsewhere[:2]
        )
        return cls(len(judged), elsewhere, signs, (*evidence, *cited))


def _addresses(answers: Iterable[DnsAnswer]) -> dict[Domain, tuple[str, ...]]:
    """Public A records by name; names behind a proxy are left out, their target is not to be seen."""
    found: dict[Domain, dict[str, None]] = {}
    for answer in answers:
        if answer.type == "A" and answer.via != "host" and answer.records:
            found.setdefault(answer.name, {}).update(dict.fromkeys(answer.records))
    return {
        name: tuple(addresses)
        for name, addresses in found.items()
        if not any(proxy_of(address) for address in addresses)
    }


def _signs(
    host: Host | None, constants: DefinedConstants | None, network: Network
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    signs: list[str] = []
    evidence: list[Citation] = []
    address = (host.site_url if host is not None else None) or network.domain
    if _STAGING.search(address) or (host is not None and host.development_mode):
        signs.append(phrase("its own address {address} is that of a staging site", address=address))
        evidence.append(Citation(Host.FILE, f"site_url {address}"))
    app_id = constants.text("CLOSTE_APP_ID") if constants else None
    home = _HOME.match(host.abspath) if host is not None and host.abspath else None
    if app_id and home and home[1] != app_id:
        signs.append(
            phrase(
                "CLOSTE_APP_ID is {app_id} while WordPress stands in the account {account}",
                app_id=app_id,
                account=home[1],
            )
        )
        evidence.append(Citation(Host.FILE, f"abspath {host.abspath if host else ''}"))
    return tuple(signs), tuple(evidence)
