"""Closte's own domains: the address of every app under them, and its default certificate."""

from __future__ import annotations

from analyzers.names import is_under

PLATFORM = "closte.com"
"""Closte's default certificate names this domain (recordings; DOMAIN 4.F F82)."""
PLATFORM_HOSTS = (PLATFORM, "cloudwp.dev")
"""Nobody publishes the list; the second holds Closte's temporary addresses."""


def is_of_platform(name: str) -> bool:
    """Is it one of the platform's own hosts? Those come with the app and need no alias."""
    return any(name == host or is_under(name, host) for host in PLATFORM_HOSTS)
