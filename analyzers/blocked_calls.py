"""Whether WordPress itself is told not to call Closte's API (DOMAIN F08)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from analyzers.constants import DefinedConstants

API_HOST = "app.closte.com"


def blocks_closte(constants: DefinedConstants) -> bool:
    """As WordPress decides it (`WP_Http::block_request`): WP_HTTP_BLOCK_EXTERNAL is true, and no entry of
    WP_ACCESSIBLE_HOSTS (separated by commas, `*` for any text) names the API's host."""
    if not constants.truthy("WP_HTTP_BLOCK_EXTERNAL"):
        return False
    listed = re.split(r",\s*", constants.text("WP_ACCESSIBLE_HOSTS") or "")
    # fnmatch's other special characters cannot stand in a host name.
    return not any(fnmatchcase(API_HOST, entry.strip().lower()) for entry in listed if entry)
