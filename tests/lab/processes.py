"""Servers that must not outlive the lab, even where it is killed and cannot end them itself."""

from __future__ import annotations

import shutil


def ended_with_us() -> tuple[str, ...]:
    """A prefix for a server's command: the kernel ends it when the process that started it is gone."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()
