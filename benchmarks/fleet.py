"""Many hosts side by side against what no scheduling can beat (G11), and what they cost in memory (G12).

N hosts that think for half a second each, P of them looked at together: their time beside
max(slowest, ceil(N/P) × typical), where typical is one of them alone in the same run. The hosts are a
process of their own and answer the collector's protocol over SSH from an example network.
`python benchmarks/fleet.py [--hosts N] [--jobs P] [--rounds R]`
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

THINKS = 0.5
"""Seconds that a host takes for its answer."""
COMMAND = str(Path(sys.executable).with_name("closte-doctor"))
MEMORY_HOSTS = 100


def main() -> int:
    """Measure and judge; 0 where both goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=40, metavar="N")
    parser.add_argument("--jobs", type=int, default=8, metavar="P")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="at least 5")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--hold", type=int, metavar="PORT", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        return _serve()
    if asked.hold is not None:
        return _hold(asked.hold)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for package in ("bridge", "analyzers"):
        compileall.compile_dir(str(Path(__file__).parents[1] / package), quiet=1)
    with _hosts() as (port, home):
        _settings(home, port, asked.hosts)
        ratios = []
        for _ in range(max(5, asked.rounds)):
            typical = _timed(home, ["h0"], 1)
            whole = _timed(home, [f"h{n}" for n in range(asked.hosts)], asked.jobs)
            ideal = max(typical, math.ceil(asked.hosts / asked.jobs) * typical)
            ratios.append(whole / ideal)
            print(f"one {typical:.2f} s  all {whole:.2f} s  at best {ideal:.2f} s")
        ratio = statistics.median(ratios)
        peak = _memory(home, port)
    print(f"G11: {ratio:.2f} × (must be at most 1.5): {_word(ratio <= 1.5)}")
    print(f"G12: {peak:.0f} MB at {MEMORY_HOSTS} connections (at most 100): {_word(peak <= 100)}")
    return int(ratio > 1.5 or peak > 100)


def _word(met: bool) -> str:
    return "met" if met else "missed"


def _serve() -> int:
    """All hosts at one port, until stdin ends: says the port, key file and known_hosts."""
    from bridge.demo.host import DemoHost
    from bridge.demo.networks import example
    from bridge.demo.server import DemoServer

    host = DemoHost(example("healthy").files)

    def answer(command: str, stdin: bytes) -> tuple[bytes, bytes, int | None]:
        time.sleep(THINKS)
        return host.answer(command, stdin)

    with DemoServer(answer) as server:
        print(json.dumps([server.port, str(server.client_key_path), str(server.known_hosts_path)]))
        sys.stdout.flush()
        sys.stdin.read()
    return 0


@contextlib.contextmanager
def _hosts() -> Iterator[tuple[int, Path]]:
    command = [sys.executable, __file__, "--serve"]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        assert process.stdout is not None
        port, key, known = json.loads(process.stdout.readline())
        (home / ".ssh").mkdir()
        (home / ".ssh" / "config").write_text(
            f"Host *\n User acct123\n IdentityFile {key}\n UserKnownHostsFile {known}\n"
        )
        try:
            yield port, home
        finally:
            process.stdin.close()
            process.wait()


def _settings(home: Path, port: int, number: int) -> None:
    targets = (f'[targets.h{n}]\nssh = "127.0.0.1:{port}/srv/h{n}"\n' for n in range(number))
    (home / "closte-doctor.toml").write_text("".join(targets))


def _timed(home: Path, targets: list[str], jobs: int) -> float:
    command = [COMMAND, "fleet", *targets, "-j", str(jobs), "--no-probe", "--format", "json"]
    environment = {**os.environ, "HOME": str(home), "SSH_AUTH_SOCK": ""}
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, check=False, text=True
    )
    taken = time.perf_counter() - start
    verdicts = {t["verdict"] for t in json.loads(done.stdout)["targets"]}
    if verdicts & {"unobservable"}:
        raise RuntimeError(done.stderr)
    return taken


def _memory(home: Path, port: int) -> float:
    """Peak resident megabytes of a process with so many connections open, nothing analysed yet."""
    environment = {**os.environ, "HOME": str(home), "SSH_AUTH_SOCK": ""}
    command = [sys.executable, __file__, "--hold", str(port)]
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _hold(port: int) -> int:
    from bridge.connection import open_transport
    from bridge.targets import SshTarget

    def connect(number: int) -> None:
        transport = open_transport(SshTarget(f"h{number}", "127.0.0.1", port=port))
        transport.connect()
        held.append(transport)

    held: list[object] = []
    for first in range(0, MEMORY_HOSTS, 10):
        threads = [threading.Thread(target=connect, args=(first + n,)) for n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if len(held) != MEMORY_HOSTS:
        raise RuntimeError(f"only {len(held)} connections")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
