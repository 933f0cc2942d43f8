"""`closte-doctor --help` against `python -c pass`: what it costs before anything is done (G14)."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
from pathlib import Path

from stopwatch import pairs

MUST_MS = 120
COMMAND = str(Path(sys.executable).with_name("closte-doctor"))


def main() -> int:
    """Measure and judge; 0 where the goal is met."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for package in ("bridge", "analyzers"):
        compileall.compile_dir(str(Path(__file__).parents[1] / package), quiet=1)
    found = pairs(
        lambda: _run(COMMAND, "--help"), lambda: _run(sys.executable, "-c", "pass"), count=15
    )
    print(found.table("closte-doctor --help", "python -c pass"))
    milliseconds = statistics.median(found.ours) * 1000
    quick = milliseconds < MUST_MS
    print(
        f"G14: {milliseconds:.0f} ms (must be under {MUST_MS}, aims at 80 and at 4 × Python's own"
        f" start, which it is {found.ratio:.1f} ×): {'met' if quick else 'missed'}"
    )
    return int(not quick)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
