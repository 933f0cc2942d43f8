"""The console script. It imports nothing by itself: Ctrl-C while the command is still being loaded is the
same as Ctrl-C later, and no stack trace."""

from __future__ import annotations

import os


def run() -> None:
    """The command, from the first import on; it ends the process."""
    try:
        from bridge.cli.main import run

        run()
    except KeyboardInterrupt:
        os.write(2, b"closte-doctor: Interrupted.\n")
        os._exit(130)
