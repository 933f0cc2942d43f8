"""The hosts between here and a target: ProxyJump, resolved through the SSH configuration itself."""

from __future__ import annotations

import re
from dataclasses import replace

from analyzers.language import phrase
from bridge.errors import UsageError
from bridge.ssh_config import HostConfig, SshConfig

_MOST_HOPS = 8
# [user@]host[:port], or an ssh:// URI (ssh_config(5), ProxyJump); IPv6 in brackets.
_HOP = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@/]+)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^@:/\[\]]+)(?::(?P<port>\d+))?/?"
)


def route(last: HostConfig, config: SshConfig) -> tuple[HostConfig, ...]:
    """All hosts on the way in order, `last` included. Raises `UsageError`.

    Each hop goes through the configuration by its own name; only the first may have a way of its
    own to it (as with ssh, which starts `ssh -J rest last-hop`).
    """
    hops: list[HostConfig] = [last]
    while hops[0].proxy_jump is not None:
        jumps = [_hop(word.strip(), config) for word in hops[0].proxy_jump.split(",")]
        inner = [replace(hop, proxy_jump=None, proxy_command=None) for hop in jumps[1:]]
        hops = [jumps[0], *inner, replace(hops[0], proxy_jump=None), *hops[1:]]
        if len(hops) > _MOST_HOPS:
            names = " → ".join(hop.word for hop in hops[:4])
            raise UsageError(
                phrase(
                    "ProxyJump goes in a circle, or over too many hosts: {names} → …", names=names
                )
            )
    return tuple(hops)


def _hop(word: str, config: SshConfig) -> HostConfig:
    parts = _HOP.fullmatch(word)
    if parts is None:
        raise UsageError(
            phrase("ProxyJump: “{word}” is not of the form [user@]host[:port].", word=word)
        )
    port = parts["port"]
    if port is not None and not 0 < int(port) < 65536:
        raise UsageError(phrase("ProxyJump: {port} is not a port.", port=port))
    host = parts["host"].strip("[]")
    return config.lookup(host, user=parts["user"], port=int(port) if port else None)
