"""Where this machine keeps what outlives a run."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.whereabouts import home_folder


def state_folder(environ: dict[str, str] | None = None) -> Path:
    """For journals, locks and earlier runs: `$XDG_STATE_HOME/closte-doctor`, else in `~/.local/state`."""
    around = os.environ if environ is None else environ
    base = around.get("XDG_STATE_HOME") or ""
    root = Path(base) if base.startswith("/") else home_folder(around) / ".local" / "state"
    return root / "closte-doctor"
