"""A whole diagnosis of a healthy host against one bare `ssh host wp eval 'echo 1;'`, in one run (G10).

The host is the lab's: real OpenSSH, WP-CLI, WordPress, MariaDB; 1 MB of logs; no probes from outside.
`PYTHONPATH=tests python benchmarks/diagnose.py [--pairs N]`
"""

from __future__ import annotations

import argparse
import compileall
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from e2e.town import town
from lab import seeds
from lab.world import World, lacking
from stopwatch import pairs, verdict

LOG_BYTES = 1_000_000
COMMAND = str(Path(sys.executable).with_name("closte-doctor"))


def main() -> int:
    """Measure and judge; 0 where the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=7, metavar="N", help="at least 5")
    count = max(5, parser.parse_args().pairs)
    missing = lacking()
    if missing:
        print(f"needs {', '.join(missing)}")
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for package in ("bridge", "analyzers"):
        compileall.compile_dir(str(Path(__file__).parents[1] / package), quiet=1)
    with World() as world:
        world.settle(town(datetime.now(UTC)))
        _fill_logs(world)
        found = pairs(lambda: _diagnose(world), lambda: _bare(world), count=count)
    print(found.table("closte-doctor diagnose --no-probe", "ssh host wp eval 'echo 1;'"))
    return verdict("G10", found.ratio, must=0.8, aim=0.55)


def _fill_logs(world: World) -> None:
    """Older records of the usual kind, up to a megabyte in all."""
    at = datetime.now(UTC) - timedelta(days=30)
    log = world.logs / "integration-closte.log"
    recent = log.read_bytes()
    older = b""
    while len(older) + len(recent) < LOG_BYTES:
        domain = f"d{len(older)}.example.org"
        older += seeds.adding("2.4.10", domain, 2, at)
        at += timedelta(minutes=10)
    log.write_bytes(older + recent)


def _diagnose(world: World) -> None:
    command = [COMMAND, "diagnose", world.target, "--no-probe", "--api-url", world.api.url]
    done = subprocess.run(command, env=world.environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())


def _bare(world: World) -> None:
    done = world.ssh("wp", f"--path={world.site}", "eval", "'echo 1;'")
    if done.stdout != b"1":
        raise RuntimeError(done.stderr.decode())


if __name__ == "__main__":
    raise SystemExit(main())
