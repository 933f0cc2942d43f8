"""`closte-doctor` in a process that dies, or whose disk is full, at a chosen write of its journal.

`python -m` is not needed: run as a script with `kill:N:BYTES` or `full:N:BYTES` and the arguments of the command
line. At the N-th line (from 1) only so many BYTES are written; then the process is killed as by `kill -9`, or
the system says that there is no room. BYTES -1 is the whole line, and death before it is synced.
"""

from __future__ import annotations

import errno
import os
import signal
import sys

from bridge import journal
from bridge.cli.main import status_of


def main() -> None:
    """Arm, then run."""
    how, number, length = sys.argv[1].split(":")
    lines = 0
    written_whole = journal.JournalFile._whole

    def whole(self: journal.JournalFile, line: bytes) -> None:
        nonlocal lines
        lines += 1
        if lines < int(number):
            written_whole(self, line)
            return
        written_whole(self, line if int(length) < 0 else line[: int(length)])
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    journal.JournalFile._whole = whole  # type: ignore[method-assign]  # the one place where it writes
    sys.exit(status_of(sys.argv[2:]))


main()
