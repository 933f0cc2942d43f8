"""One verb towards a host: run a command, with its input and its clock, and stream what it prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Sink = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Command:
    """A command as data. The transport quotes each argument; nobody builds shell text by hand."""

    argv: tuple[str, ...]
    stdin: bytes = b""
    timeout: float = 120.0
    """Seconds for this command alone."""


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command ended. `status` None: killed, lost or timed out without a word."""

    status: int | None
    stdout: bytes
    """Empty where a sink took it."""
    stderr: bytes
    seconds: float
    timed_out: bool = False
    lost: bool = False
    """The connection went away while it ran."""


class Transport(Protocol):
    """A way to run commands on one host. Raises `HostUnreachable` leaves from `connect`."""

    def connect(self) -> None:
        """Connect now (once); later calls do nothing."""

    def run(self, command: Command, sink: Sink | None = None) -> Completed:
        """Run it; with `sink`, stdout goes there in pieces as it arrives. Never raises for what the
        command does: a time-out or a lost connection is in `Completed`. Raises `ShellDenied` where
        the account may run no commands at all, and what the sink raises."""

    def close(self) -> None:
        """End the connection."""

    @property
    def host_key(self) -> str | None:
        """`SHA256:…` of the host key that was verified; None where there is none (local)."""
