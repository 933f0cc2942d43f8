"""Processes and their ends: servers that must not outlive the lab, even where it is killed and cannot end
them itself, and waiting for the end of one that is nobody's child of ours."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path


def ended_with_us() -> tuple[str, ...]:
    """A prefix for a server's command: the kernel ends it when the process that started it is gone."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()


def hears_ctrl_c() -> None:
    """For Popen's `preexec_fn`: what a shell started in the background ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ends(pid: int, *, within: float = 60.0) -> bool:
    """Is the process gone, or about to be? One that was killed needs a moment, and its parent another one."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if _state(pid) in (None, "Z", "X"):
            return True
        time.sleep(0.02)
    return False


def _state(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return None
