"""What a network is, whatever somebody calls it: for the lock."""

from __future__ import annotations

from bridge.applying.site import Site
from bridge.host.acting import Acting


def identity_of(site: Site, acting: Acting) -> tuple[str, ...]:
    """Host key, domain, app and table prefix."""
    network = acting.network
    key = site.transport.host_key or "local"
    return (key, network.domain, network.app_id or "", network.prefix)
