"""A transport towards a target, open for as long as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bridge.connect_options import ConnectOptions
from bridge.connection import open_transport
from bridge.readiness import get_ready

if TYPE_CHECKING:
    from bridge.targets import Target
    from bridge.transport import Transport


@contextmanager
def opened(target: Target, reach: ConnectOptions) -> Iterator[Transport]:
    """Connected on entry, closed on exit. Raises `HostUnreachable` leaves and UsageError."""
    transport = open_transport(target, reach)
    try:
        transport.connect()
        get_ready()
        yield transport
    finally:
        transport.close()
