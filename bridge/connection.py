"""From a target to a transport: what may be asked of the way there, and who opens it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.errors import UsageError

if TYPE_CHECKING:
    from bridge.deadline import Deadline
    from bridge.targets import Target
    from bridge.transport import Transport


def _nobody(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """How to reach a host, whichever it is."""

    connect_timeout: float | None = None
    """Seconds until a host must have greeted us and agreed on keys, for each host on the way, and
    for each answer while logging in; None: ConnectTimeout of the SSH configuration, else 15."""
    within: Deadline | None = None
    """The clock of the whole run, which ends connecting too."""
    accept_host_key: str | None = None
    """`SHA256:…`: this host key, and only this one, is accepted and remembered."""
    known_hosts: str | None = None
    """A file that stands for all known_hosts files; accepted keys are not remembered elsewhere."""
    ssh_config: str | None = None
    """A file that stands for ~/.ssh/config and the system's; `none` for no configuration."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    log: Callable[[str], None] = _nobody
    """Takes one line at a time of what is done, for -v. Nothing in it is secret."""
    ask: Callable[[str], str | None] | None = None
    """Asks the user for a passphrase or password; None: on the terminal, if there is one."""


def open_transport(target: Target, options: ConnectOptions | None = None) -> Transport:
    """A transport towards an SSH or local target, not yet connected.

    Raises `UsageError` for targets that are not hosts, and for a configuration that cannot be read.
    """
    from bridge.targets import LocalTarget, SshTarget

    chosen = options or ConnectOptions()
    if isinstance(target, SshTarget):
        # paramiko imports it for `Match exec`, which our own reader of ssh_config does: 60 ms less.
        sys.modules.setdefault("invoke", None)  # type: ignore[arg-type]  # None: cannot be imported
        from bridge.ssh import SshTransport

        return SshTransport(target, chosen)
    if isinstance(target, LocalTarget):
        from bridge.local import LocalTransport

        return LocalTransport()
    raise UsageError(f"{target.name} is not a host: there is nothing to connect to.")
