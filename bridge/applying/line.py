"""A connection that is made anew after a loss: to read what became of an act, never to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.connect_options import ConnectOptions
from bridge.connection import open_transport
from bridge.errors import HostUnreachable
from bridge.transport import Command, Completed, Sink, Transport

if TYPE_CHECKING:
    from bridge.collect import HostTarget


class Line:
    """A transport towards one host, and to no other: a new connection must show the same host key."""

    def __init__(self, target: HostTarget, options: ConnectOptions) -> None:
        self._target = target
        self._options = options
        self._transport: Transport = open_transport(target, options)
        self._host_key: str | None = None
        self._broken = False

    def connect(self) -> None:
        """Connect the first time. Raises `HostUnreachable` leaves."""
        self._transport.connect()
        self._host_key = self._transport.host_key

    def run(self, command: Command, sink: Sink | None = None) -> Completed:
        """Run it once; over a new connection where the last one broke. Not reachable any more: lost."""
        if self._broken:
            try:
                self._again()
            except HostUnreachable as error:
                return Completed(None, b"", str(error).encode(), 0.0, lost=True)
        done = self._transport.run(command, sink)
        self._broken = done.lost
        return done

    def _again(self) -> None:
        self._transport.close()
        self._transport = open_transport(self._target, self._options)
        self._transport.connect()
        if self._transport.host_key != self._host_key:
            raise HostUnreachable(phrase("another host answers now"))
        self._broken = False

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    @property
    def host_key(self) -> str | None:
        """Of the first connection, which all later ones must show as well."""
        return self._host_key
