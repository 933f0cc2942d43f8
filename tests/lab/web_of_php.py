"""The lab's WordPress over HTTP, by PHP's own web server: for what only a real request can show."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lab.ports import HOST, free_port
from lab.world import World

_PATIENCE = 60.0
"""Seconds until a started server must listen."""


@contextmanager
def php_server(world: World) -> Iterator[int]:
    """Serve the site on a loopback port, which is given, until the end of the block."""
    process, port = _started(world)
    try:
        yield port
    finally:
        _end(process)


def _started(world: World) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(5):
        port = free_port()
        command = ["php", "-d", "variables_order=EGPCS", "-S", f"{HOST}:{port}"]
        process = subprocess.Popen(
            [*command, "-t", str(world.site)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if _listens(port, process):
            return process, port
        _end(process)
    raise RuntimeError("PHP's web server did not start")


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.05)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
