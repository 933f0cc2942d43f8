"""A host with large logs looked at, against packing and unpacking the log alone (G13).

The host is the lab's: real OpenSSH, WP-CLI, WordPress, MariaDB; no probes from outside. What the logs cost
is the time of a diagnosis with them less the time of one without: read on the host, masked there, packed,
sent, unpacked, masked again, classified, the single events kept for the rules. The rival masks,
classifies and keeps nothing: `ssh host 'zstd -1 <log' | zstd -d | wc -c`.
`PYTHONPATH=tests python benchmarks/pull.py [--megabytes N] [--pairs N]`
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from e2e.town import town
from lab.world import World, lacking
from log_corpus import large
from stopwatch import Pairs, verdict

COMMAND = str(Path(sys.executable).with_name("closte-doctor"))


def main() -> int:
    """Measure and judge; 0 where the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=60, metavar="N")
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="at least 5")
    asked = parser.parse_args()
    missing = [*lacking(), *(() if shutil.which("zstd") else ("zstd",))]
    if missing:
        print(f"needs {', '.join(missing)}")
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for package in ("bridge", "analyzers"):
        compileall.compile_dir(str(Path(__file__).parents[1] / package), quiet=1)
    with World() as world:
        world.settle(town(datetime.now(UTC)))
        log = world.logs / "integration-closte.log"
        small = log.read_bytes()
        ours, theirs = [], []
        for _ in range(max(5, asked.pairs)):
            log.write_bytes(small)
            without = _diagnosed(world)
            large(log, asked.megabytes * 1_000_000)
            ours.append(_diagnosed(world) - without)
            theirs.append(_packed_and_unpacked(world, log))
    found = Pairs(tuple(ours), tuple(theirs))
    print(found.table("logs in a diagnosis", "zstd -1 over ssh"))
    return verdict("G13", found.ratio, must=2, aim=1.5)


def _diagnosed(world: World) -> float:
    command = [COMMAND, "diagnose", world.target, "--no-probe", "--api-url", world.api.url]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--fail-on", "never"], env=world.environment, capture_output=True, check=False
    )
    taken = time.perf_counter() - start
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    return taken


def _packed_and_unpacked(world: World, log: Path) -> float:
    start = time.perf_counter()
    packed = world.ssh("zstd", "-1", "-c", f"<{log}").stdout
    subprocess.run(["zstd", "-d", "-c"], input=packed, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
