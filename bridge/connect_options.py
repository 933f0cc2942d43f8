"""What may be asked of the way to a host."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.deadline import Deadline


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
