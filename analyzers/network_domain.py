"""The domain of the network that is looked at, from the first evidence that names it."""

from __future__ import annotations

from collections.abc import Mapping

from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, Sites
from analyzers.names import canonical, meant

UNKNOWN = "unknown"
"""A network of which no evidence says the domain (CONTRACT section 4)."""


def network_domain(
    host: Host | None, constants: DefinedConstants | None, sites: Sites | None
) -> str:
    """Canonical; `unknown` where no evidence names it."""
    if host and host.network_domain:
        return canonical(host.network_domain)
    named = constants.text("DOMAIN_CURRENT_SITE") if constants else None
    if named:
        return canonical(named)
    main = host.main_site_id if host and host.main_site_id else 1
    for site in sites.rows if sites else ():
        if site.blog_id == main and site.domain:
            return site.domain
    if host and host.site_url:
        return meant(host.site_url)
    return UNKNOWN


def other_networks(host: Host | None) -> tuple[Mapping[str, object], ...]:
    """Networks of the same database beside the one that is looked at, as the collector names them: `id`,
    `domain`, `path`, and in `domains` what they have mapped. `networks` is the collector's own key."""
    listed = host.raw.get("networks") if host is not None else None
    return tuple(
        entry
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict) and host and str(entry.get("id")) != str(host.network_id)
    )
