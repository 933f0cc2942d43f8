"""From a target to a transport: who opens it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.connect_options import ConnectOptions
from bridge.errors import UsageError

if TYPE_CHECKING:
    from bridge.targets import Target
    from bridge.transport import Transport


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
    raise UsageError(
        phrase("{name} is not a host: there is nothing to connect to.", name=target.name)
    )
