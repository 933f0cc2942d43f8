"""What is asked of a host, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_API_URL = "https://app.closte.com/api/client"
DEFAULT_LOG_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HostRequest:
    """One look at one host. Seconds throughout; None and "" mean: find it, or the default."""

    path: str | None = None
    """The WordPress folder, absolute or beginning with `~`."""
    url: str | None = None
    """Which network."""
    wp: str | None = None
    """Path of the `wp` command on the host."""
    log_bytes: int = DEFAULT_LOG_BYTES
    """Budget for the plugin's logs, before compression."""
    api: bool = True
    """Make the reading calls of the Closte API from the host?"""
    api_url: str = DEFAULT_API_URL
    api_list_only: bool = False
    """`getdomains` alone, as `check` and `watch` do."""
    dns: bool = True
    """Ask how the host itself resolves the mapped domains?"""
    dns_names: tuple[str, ...] = ()
    """Names to resolve first."""
    runtime: bool = False
    """Load WordPress at the end (`--runtime`)?"""
    api_connect_seconds: float = 5.0
    api_seconds: float = 15.0
    """For each call, all in all; the plugin itself waits 45."""
    statement_seconds: float = 20.0
    """For each statement of the database."""
    command_timeout: float = 120.0
    deadline: float | None = None
    """Seconds left for the whole run."""
    nonce: str = ""
    """The random word of the sections; empty: a fresh one."""


@dataclass(frozen=True, slots=True)
class HostEvidence:
    """What the host gave: files of the evidence folder (CONTRACT section 3) by name."""

    files: Mapping[str, bytes]
    reached: str | None
    """runtime · database · config · shell · None"""
    networks: tuple[Mapping[str, object], ...] = field(default=())
    """All networks of the installation, `{id, domain, path}`."""
    memory: int | None = None
    """Bytes that the collector used beyond what PHP had before it; None where it did not end."""
