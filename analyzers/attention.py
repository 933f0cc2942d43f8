"""Which domains are worth a look from outside, in which order, and which are left out.

A network can map tens of thousands of domains; a look from outside takes a handful of questions each. What
is broken or new comes first, so that a limit or a deadline leaves out what is most likely well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, MappingRow, Mappings, Sites
from analyzers.names import Domain, has_www_pair, is_wildcard, www_twin
from analyzers.network_domain import network_domain

LIMIT = 200
"""Domains looked at, their `www.` twins not counted."""

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.(?!\d+\Z){_LABEL}")


def is_askable(name: str) -> bool:
    """Can a resolver and a web server be asked for this canonical name? Not for wildcards, addresses,
    single labels, and names that could not be encoded."""
    return _HOST_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Attention:
    """The domains that matter, most pressing first."""

    network: Domain
    """The network's own domain, `unknown` where nothing names it."""
    domains: tuple[Domain, ...]
    """The network's domain, then mapped domains that are not done, the other mapped ones (each newest
    first), then the sites' own hosts."""
    twins: tuple[Domain, ...]
    """The `www.` pairs of the mapped ones among them, where they are pairs and not mapped themselves."""
    wildcards: tuple[Domain, ...]
    """Mapped `*.` names: nothing resolves them, but their certificates need `_acme-challenge`."""
    left_out: tuple[Domain, ...]
    """What came after the limit."""

    @property
    def names(self) -> tuple[Domain, ...]:
        """Every name to ask for, each once."""
        return tuple(dict.fromkeys((*self.domains, *self.twins)))

    @classmethod
    def derive(
        cls,
        host: Host | None,
        constants: DefinedConstants | None,
        sites: Sites | None,
        mappings: Mappings | None,
    ) -> Attention:
        """With the usual limit, from what there is."""
        return cls.within(LIMIT, host, constants, sites, mappings)

    @classmethod
    def within(
        cls,
        limit: int,
        host: Host | None,
        constants: DefinedConstants | None,
        sites: Sites | None,
        mappings: Mappings | None,
    ) -> Attention:
        """At most `limit` domains; the network's own is always among them."""
        network = Domain(network_domain(host, constants, sites))
        mapped = tuple(row.domain for row in _by_urgency(mappings.rows if mappings else ()))
        native = tuple(site.domain for site in sites.rows) if sites else ()
        wanted = dict.fromkeys(n for n in (network, *mapped, *native) if is_askable(n))
        domains, left_out = tuple(wanted)[:limit], tuple(wanted)[limit:]
        chosen = set(domains)
        return cls(
            network,
            domains,
            tuple(twin for twin in _twins(mapped) if www_twin(twin) in chosen),
            tuple(dict.fromkeys(n for n in mapped if is_wildcard(n) and is_askable(n[2:])))[:limit],
            left_out,
        )


def _by_urgency(rows: Iterable[MappingRow]) -> list[MappingRow]:
    def urgency(row: MappingRow) -> tuple[bool, float, int]:
        created = row.created.timestamp() if row.created else float("-inf")
        return (row.stage == "done", -created, -row.id)

    return sorted(rows, key=urgency)


def _twins(mapped: tuple[Domain, ...]) -> Iterator[Domain]:
    known = set(mapped)
    for domain in dict.fromkeys(mapped):
        if is_askable(domain) and has_www_pair(domain) and www_twin(domain) not in known:
            yield www_twin(domain)
