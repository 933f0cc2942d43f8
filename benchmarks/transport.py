"""The SSH transport against the OpenSSH client, in one run on one machine (goals G7, G8 and G9).

Run it without arguments: it starts its own OpenSSH server on loopback. Figures are medians of
interleaved runs; only the ratios and the overhead mean anything on another machine.

G7: what one command on an open connection costs beyond the command itself (at most 10 ms, aim 4).
G8: connecting and a first command against `ssh host true`, imports done (at most 0.6, aim 0.3).
G9: eight commands at 50 ms round trip on one connection against one (at most 1.3, aim 1.1).
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from lab.ports import HOST
from lab.sshd import Sshd

from bridge.connect_options import ConnectOptions
from bridge.ssh import SshTransport
from bridge.targets import SshTarget
from bridge.transport import Command

ROUNDS = 9
SLOW_ROUNDS = 5
ROUND_TRIP = 0.050
COMMANDS = 8
TRUE = Command(("true",), timeout=30)


class SlowLink:
    """A TCP relay on loopback that delivers every byte half a round trip late, at any bandwidth."""

    def __init__(self, port: int, round_trip: float) -> None:
        self._to = (HOST, port)
        self._delay = round_trip / 2
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        # A handshake of TCP would take one round trip as well.
        time.sleep(self._delay * 2)
        far = socket.create_connection(self._to)
        for link in (near, far):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        from queue import SimpleQueue

        queue: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

        def deliver() -> None:
            while True:
                due, data = queue.get()
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    if not data:
                        sink.shutdown(socket.SHUT_WR)
                        return
                    sink.sendall(data)
                except OSError:
                    return

        threading.Thread(target=deliver, daemon=True).start()
        while True:
            try:
                data = source.recv(1 << 16)
            except OSError:
                data = b""
            queue.put((time.monotonic() + self._delay, data))
            if not data:
                return


class Rivals:
    """Our transport and the OpenSSH client, towards the same server with the same key."""

    def __init__(self, server: Sshd, folder: Path, port: int) -> None:
        self._server, self._port = server, port
        self._known = folder / f"known_hosts_{port}"
        key = server.known_hosts_line.split(maxsplit=1)[1]
        self._known.write_text(f"[{HOST}]:{port} {key}")

    def transport(self) -> SshTransport:
        target = SshTarget(
            "bench", HOST, self._server.user, self._port, key=str(self._server.client_key_path)
        )
        options = ConnectOptions(
            known_hosts=str(self._known), ssh_config="none", environ={"HOME": "/nowhere"}
        )
        return SshTransport(target, options)

    def connect_and_run(self) -> None:
        transport = self.transport()
        assert transport.run(TRUE).status == 0
        transport.close()

    def openssh(self) -> None:
        options = (
            "-F",
            "none",
            "-T",
            "-q",
            "-o",
            f"UserKnownHostsFile={self._known}",
            "-o",
            "BatchMode=yes",
        )
        where = ("-i", str(self._server.client_key_path), "-p", str(self._port))
        who = f"{self._server.user}@{HOST}"
        subprocess.run(["ssh", *options, *where, who, "true"], check=True, stdin=subprocess.DEVNULL)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def medians(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each, run in turn so that a noisy moment hits all of them."""
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for index, work in enumerate(works):
            taken[index].append(seconds(work))
    return [statistics.median(times) for times in taken]


def bare_exec(server: Sshd) -> Callable[[], object]:
    """The command as the server would start it, without any SSH: the account's shell, `-c true`."""
    import pwd

    shell = pwd.getpwnam(server.user).pw_shell or "/bin/sh"
    return lambda: subprocess.run([shell, "-c", "true"], check=True, env={"PATH": "/usr/bin:/bin"})


def loopback(server: Sshd, folder: Path) -> None:
    rivals = Rivals(server, folder, server.port)
    open_one = rivals.transport()
    open_one.connect()
    on_open, bare = medians(ROUNDS * 3, lambda: open_one.run(TRUE), bare_exec(server))
    open_one.close()
    verdict("G7 exec on an open connection, overhead in ms", (on_open - bare) * 1000, 10, 4)
    print(f"   exec {on_open * 1000:.1f} ms, of which the command itself {bare * 1000:.1f} ms")
    ours, theirs = medians(ROUNDS, rivals.connect_and_run, rivals.openssh)
    verdict("G8 connect and first exec, × `ssh host true`", ours / theirs, 0.6, 0.3)
    print(f"   ours {ours * 1000:.0f} ms, OpenSSH {theirs * 1000:.0f} ms")


def far_away(server: Sshd, folder: Path) -> None:
    link = SlowLink(server.port, ROUND_TRIP)
    rivals = Rivals(server, folder, link.port)

    def eight() -> None:
        transport = rivals.transport()
        transport.connect()
        with ThreadPoolExecutor(COMMANDS) as pool:
            answers = list(pool.map(lambda _: transport.run(TRUE), range(COMMANDS)))
        transport.close()
        assert all(answer.status == 0 for answer in answers)

    one, many, theirs = medians(SLOW_ROUNDS, rivals.connect_and_run, eight, rivals.openssh)
    link.close()
    verdict(f"G9 {COMMANDS} commands at {ROUND_TRIP * 1000:.0f} ms, × one", many / one, 1.3, 1.1)
    print(
        f"   one {one * 1000:.0f} ms, {COMMANDS} {many * 1000:.0f} ms, "
        f"OpenSSH for one {theirs * 1000:.0f} ms (ours {one / theirs:.2f} ×)"
    )


def verdict(what: str, value: float, must: float, aim: float) -> None:
    word = "aim met" if value <= aim else "met" if value <= must else "MISSED"
    print(f"{what}: {value:.2f} (must ≤ {must:g}, aim ≤ {aim:g}) {word}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A home without a shell's start-up files: they are not what is measured.
        with Sshd(folder / "sshd", extra_config=f"SetEnv HOME={folder}") as server:
            loopback(server, folder)
            far_away(server, folder)


if __name__ == "__main__":
    main()
