"""Where an operator goes: the pages of Closte's dashboard and of the plugin in WordPress's network admin."""

from __future__ import annotations

from analyzers.evidence import MappingRow
from analyzers.network import Network
from analyzers.network_domain import UNKNOWN


def closte_domains(network: Network) -> str:
    """Closte's own list of the app's domains, with their DNS and certificates (DOMAIN 1.1)."""
    return f"https://app.closte.com/sites/domains/{network.app_id or '<APP_ID>'}"


def mapping_list(network: Network) -> str:
    """The plugin's list of domains in the network admin."""
    return _admin(network, "page=wp-ultimo-domains")


def mapping_page(network: Network, row: MappingRow) -> str:
    """The plugin's page of one domain in the network admin; saving it starts a new check."""
    return _admin(network, f"page=wp-ultimo-edit-domain&id={row.id}")


def site_list(network: Network) -> str:
    """WordPress's own list of sites in the network admin."""
    return f"https://{_host(network)}/wp-admin/network/sites.php"


def _admin(network: Network, query: str) -> str:
    return f"https://{_host(network)}/wp-admin/network/admin.php?{query}"


def _host(network: Network) -> str:
    return network.domain if network.domain != UNKNOWN else "<NETWORK>"
