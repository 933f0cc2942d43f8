"""The lab's WordPress over HTTP, by PHP's own web server: for what only a real request can show."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lab.sshd import free_port
from lab.world import World


@contextmanager
def php_server(world: World) -> Iterator[int]:
    """Serve the site on a loopback port, which is given, until the end of the block."""
    port = free_port()
    command = [
        "php",
        "-d",
        "variables_order=EGPCS",
        "-S",
        f"127.0.0.1:{port}",
        "-t",
        str(world.site),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("PHP's web server did not start")
