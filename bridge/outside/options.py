"""How a look from outside is made: resolvers, stand-ins for addresses, clocks and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analyzers.addresses import address_of, normal
from analyzers.attention import LIMIT
from analyzers.language import phrase
from bridge.errors import UsageError

_HOST = re.compile(r"[a-z0-9_*](?:[a-z0-9_.-]*[a-z0-9_])?")
_ADDRESS_PORT = re.compile(
    r"(?P<address>\[[^\[\]]+\]|[^:\[\]]+|[^\[\]]*:[^\[\]]*:[^\[\]]*?)(?::(?P<port>\d+))?"
)


LONGEST = 90.0
"""Seconds that a whole look takes at most."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """A DNS resolver to ask."""

    address: str
    port: int = 53


PUBLIC_RESOLVERS = (Resolver("1.1.1.1"), Resolver("8.8.8.8"))


@dataclass(frozen=True, slots=True)
class StandIn:
    """`--resolve`: connections to `host` at `port` go to this address and port instead."""

    host: str
    """Lower case; `*` for every host, as curl has it."""
    port: int
    address: str
    to_port: int


@dataclass(frozen=True, slots=True)
class LookOptions:
    """Everything that can be chosen of a look. The defaults are those of the command line."""

    resolvers: tuple[Resolver, ...] = PUBLIC_RESOLVERS
    stand_ins: tuple[StandIn, ...] = ()
    ca_file: Path | None = None
    """Trust these roots instead of the system's."""
    visit: bool = False
    """Also fetch pages of the network as a visitor: WordPress may start its due cron jobs."""
    deadline: float = LONGEST
    """Seconds for the whole look."""
    dns_timeout: float = 2.5
    """Seconds for one try of one question; there are two tries."""
    connect_timeout: float = 5.0
    """Seconds for a TCP connection."""
    exchange_timeout: float = 8.0
    """Seconds for a handshake, or for one HTTP answer, connection included."""
    limit: int = LIMIT
    """Domains looked at."""
    dns_at_once: int = 24
    """DNS questions under way at one time."""
    probes_at_once: int = 16
    """TLS or HTTP connections open at one time."""
    names: tuple[str, ...] = ()
    """Look at these canonical names before all others (`domain`, `preflight`, `watch`)."""

    @classmethod
    def parsed(
        cls,
        *,
        resolvers: Iterable[str] = (),
        resolve: Iterable[str] = (),
        visit: bool = False,
        deadline: float = LONGEST,
        ca_file: Path | None = None,
    ) -> LookOptions:
        """From the command line's words. No resolvers: the public ones. Raises UsageError."""
        return cls(
            resolvers=tuple(dict.fromkeys(map(parse_resolver, resolvers))) or PUBLIC_RESOLVERS,
            stand_ins=tuple(map(parse_resolve, resolve)),
            visit=visit,
            deadline=min(deadline, LONGEST),
            ca_file=ca_file,
        )


def parse_resolver(text: str) -> Resolver:
    """`IP[:PORT]`, an IPv6 address with a port in brackets. Raises UsageError."""
    address, port = _address_port(text, 53)
    if address is None:
        raise UsageError(
            phrase(
                "--resolver {text}: not IP[:PORT], like 9.9.9.9 or 127.0.0.1:5353", text=repr(text)
            )
        )
    return Resolver(address, port)


def parse_resolve(text: str) -> StandIn:
    """`HOST:PORT:ADDR[:PORT]` as curl's `--resolve`, with a port of its own at the end. UsageError."""
    host, _, rest = text.partition(":")
    port_text, _, target = rest.partition(":")
    host = host.lower().rstrip(".")
    port = _port(port_text)
    address, to_port = _address_port(target, port or 0)
    if not _HOST.fullmatch(host) or port is None or address is None:
        raise UsageError(
            phrase(
                "--resolve {text}: not HOST:PORT:ADDR[:PORT], like shop.example:443:203.0.113.10",
                text=repr(text),
            )
        )
    return StandIn(host, port, address, to_port)


def _address_port(text: str, default: int) -> tuple[str | None, int]:
    """Address and port, (None, …) for what is neither. `::1` has no port, `[::1]:53` has."""
    bare = address_of(text)
    if bare is not None:
        return str(bare), default
    found = _ADDRESS_PORT.fullmatch(text.strip())
    if not found or address_of(found["address"]) is None:
        return None, default
    port = default if found["port"] is None else _port(found["port"])
    return (None, default) if port is None else (normal(found["address"]), port)


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536 else None
