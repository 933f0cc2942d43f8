"""Ports of the loopback that stay free until somebody takes them on purpose."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

HOST = "127.0.0.1"
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL = (32768, 60999)
"""What Linux hands out where nobody set it (ip(7))."""
_FIRST, _LAST = 10_000, 65_535
_ENOUGH = 1_000


def free_port(address: str = HOST) -> int:
    """A port on which nobody listens and that the kernel gives to nobody who asks for any.

    A port that was had by asking for any is given to the next one who asks as soon as it is let go: to
    another server, or to a connection that then stands in the way of whoever wanted to listen there. A
    connection to such a port can even be given the port itself, and reach nobody but itself.
    """
    for _ in range(100):
        port = secrets.choice(_never_handed_out())
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


def _never_handed_out() -> range:
    low, high = _handed_out()
    below, above = range(_FIRST, low), range(high + 1, _LAST + 1)
    chosen = max(below, above, key=len)
    return chosen if len(chosen) >= _ENOUGH else range(_FIRST, _LAST + 1)


def _handed_out() -> tuple[int, int]:
    try:
        low, high = map(int, _RANGE.read_text().split())
    except (OSError, ValueError):
        return _USUAL
    return low, high
