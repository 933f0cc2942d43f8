"""Which names of Closte's list are accounted for: mapped, native, the network's or the platform's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.constants import DefinedConstants
from analyzers.domains import MappedDomains
from analyzers.evidence import Host, Sites
from analyzers.names import Domain, canonical, is_under, is_wildcard, meant, www_twin
from analyzers.network import Network
from analyzers.network_domain import other_networks
from analyzers.platform_hosts import PLATFORM_HOSTS


@dataclass(frozen=True, slots=True)
class Accounted:
    """The names that belong to this app without being anybody's orphan."""

    names: frozenset[Domain]
    """Mapped ones, as stored and as meant, and the sites' own."""
    wildcards: frozenset[Domain]
    """The names that wildcard rows stand over."""
    homes: frozenset[Domain]
    """Domains whose sub-domains come with them: the networks' and the platform's."""
    app_id: str | None
    others_unread: bool
    """Are there other networks in this database of which nobody knows what they have mapped?"""

    @classmethod
    def derive(
        cls,
        mapped: MappedDomains,
        sites: Sites,
        network: Network,
        constants: DefinedConstants | None,
        host: Host | None,
    ) -> Accounted:
        """One pass over rows and sites."""
        others = other_networks(host)
        names = {d.domain for d in mapped} | {site.domain for site in sites.rows}
        names |= {meant(r.stored) for d in mapped for r in d.rows if r.stored != r.domain}
        names |= {canonical(n) for o in others for n in _texts(o.get("domains"))}
        cdn = constants.text("CLOSTE_CDN_HOSTNAME") if constants else None
        if cdn:
            names.add(meant(cdn))
        homes = {network.home, *map(Domain, PLATFORM_HOSTS)}
        homes |= {_home(canonical(o["domain"])) for o in others if isinstance(o.get("domain"), str)}
        configured = constants.text("DOMAIN_CURRENT_SITE") if constants else None
        if configured:
            homes.add(_home(canonical(configured)))
        return cls(
            names=frozenset(names),
            wildcards=frozenset(Domain(n[2:]) for n in names if is_wildcard(n)),
            homes=frozenset(home for home in homes if home),
            app_id=network.app_id.lower() if network.app_id else None,
            others_unread=any(not isinstance(o.get("domains"), list) for o in others),
        )

    def holds(self, name: Domain) -> bool:
        """Is this alias accounted for, itself or by its `www.` twin?"""
        bare = Domain(name.removeprefix("*."))
        if name in self.names or www_twin(name) in self.names:
            return True
        if any(bare == home or is_under(bare, home) for home in self.homes):
            return True
        if is_wildcard(name) and any(is_under(n, bare) or n == bare for n in self.names):
            return True
        if any(is_under(bare, over) for over in self.wildcards):
            return True
        return self.app_id is not None and name.split(".", 1)[0] == self.app_id


def _home(domain: Domain) -> Domain:
    """The domain that sub-domains are made under: WordPress leaves `www.` away there."""
    return Domain(domain.removeprefix("www."))


def _texts(found: object) -> Iterator[str]:
    return (t for t in found if isinstance(t, str)) if isinstance(found, list) else iter(())
