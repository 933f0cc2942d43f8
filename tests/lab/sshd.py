"""A real OpenSSH server on a free loopback port, with keys of its own, for as long as a test wants it.

It runs without root as well, and then lets in only the account that started it. As root it lets in
any account of the machine; a command of that account runs in the account's own home and shell.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from lab.ports import HOST, free_port
from lab.processes import ended_with_us

_PATIENCE = 60.0
"""Seconds until a started server must answer."""


def available() -> bool:
    """Is there an OpenSSH server to start?"""
    return _sshd() is not None and shutil.which("ssh-keygen") is not None


def make_key(path: Path, *, kind: str = "ed25519", passphrase: str = "", comment: str = "") -> Path:
    """Make a key pair `path` and `path.pub` with ssh-keygen; returns `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", comment, "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return path


def fingerprint_of(public_key: Path) -> str:
    """`SHA256:…` of a public key file, in OpenSSH's words."""
    out = subprocess.run(
        ["ssh-keygen", "-l", "-E", "sha256", "-f", str(public_key)],
        check=True,
        capture_output=True,
        text=True,
    )
    return out.stdout.split()[1]


class Sshd:
    """A running server; a context manager, or `stop()` it yourself.

    `home_dir` receives the server's files (keys, configuration, log), and is made if need be.
    `user` is the account that may log in with `client_key_path` (default: who runs this).
    `extra_config` is lines of sshd_config: the first value of an option counts, so they go before
    ours, except that everything from a `Match` line on goes to the end.
    `host_key` uses an existing host key instead of a new one; `port` a given port.
    """

    host = HOST

    def __init__(
        self,
        home_dir: Path,
        *,
        user: str | None = None,
        extra_config: str = "",
        host_key: Path | None = None,
        host_key_kind: str = "ed25519",
        port: int | None = None,
    ) -> None:
        self.home_dir = home_dir
        self.user = user or getpass.getuser()
        home_dir.mkdir(parents=True, exist_ok=True)
        self.host_key_path = host_key or make_key(
            home_dir / f"host_{host_key_kind}", kind=host_key_kind
        )
        self.fingerprint = fingerprint_of(self.host_key_path.with_suffix(".pub"))
        self.client_key_path = home_dir / "client_ed25519"
        if not self.client_key_path.exists():
            make_key(self.client_key_path, comment="client")
        self.authorized_keys = home_dir / "authorized_keys"
        self.authorized_keys.write_bytes(self.client_key_path.with_suffix(".pub").read_bytes())
        self.log_path = home_dir / "sshd.log"
        self._extra_config = extra_config
        self._process: subprocess.Popen[bytes] | None = None
        self.port = self._start(port)

    def __enter__(self) -> Sshd:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def known_hosts_line(self) -> str:
        """The line of a known_hosts file that trusts this server."""
        kind, key = self.host_key_path.with_suffix(".pub").read_text().split()[:2]
        return f"[{self.host}]:{self.port} {kind} {key}\n"

    def authorize(self, public_key: Path) -> None:
        """Let in the owner of this key as well."""
        with self.authorized_keys.open("ab") as file:
            file.write(public_key.read_bytes())

    def log(self) -> str:
        """What the server has logged so far (LogLevel VERBOSE)."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def logins(self) -> int:
        """How often somebody was let in."""
        return self.log().count("Accepted publickey for ")

    def drop_connections(self) -> None:
        """Kill every session and what runs in it; the server goes on listening."""
        # Stopped first, all of them: none may report the death of another one.
        self._signal_sessions(signal.SIGSTOP)
        self._signal_sessions(signal.SIGKILL)

    def cut_connections(self) -> None:
        """Kill every session but not what runs in it: a command goes on, and nobody hears of it."""
        assert self._process is not None
        for pid in _descendants(self._process.pid):
            with contextlib.suppress(OSError):
                name = Path(f"/proc/{pid}/comm").read_text().strip()
                if name.startswith("sshd"):
                    os.kill(pid, signal.SIGKILL)

    def freeze_connections(self) -> None:
        """Stop every session as it is: the connections stay open and say nothing more."""
        self._signal_sessions(signal.SIGSTOP)

    def stop(self) -> None:
        """End the server and all its sessions. Stopping twice does nothing."""
        if self._process is None:
            return
        # Sessions first: they have left the server's process group and outlive it.
        self._process.send_signal(signal.SIGSTOP)
        self.drop_connections()
        self._process.kill()
        self._process.wait()
        self._process = None

    def _signal_sessions(self, number: signal.Signals) -> None:
        assert self._process is not None
        for pid in _descendants(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _start(self, port: int | None) -> int:
        for _ in range(5):
            chosen = port or free_port()
            if self._started_on(chosen):
                return chosen
            if port is not None:
                break
        raise RuntimeError(f"sshd did not start:\n{self.log()}")

    def _started_on(self, port: int) -> bool:
        sshd = _sshd()
        if sshd is None:
            raise RuntimeError("no OpenSSH server on this machine (package openssh-server)")
        config = self.home_dir / "sshd_config"
        config.write_text(self._config(port))
        self.log_path.unlink(missing_ok=True)
        # -r: no re-exec, which wants more of /proc and /run than a container has.
        command = [sshd, "-D", "-r", "-f", str(config), "-E", str(self.log_path)]
        self._process = subprocess.Popen(
            [*ended_with_us(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            # The server says so itself: a connection of ours would be one more in its log.
            if f"Server listening on {HOST} port {port}." in self.log():
                return True
            time.sleep(0.01)
        self.stop()
        return False

    def _config(self, port: int) -> str:
        lines = self._extra_config.strip().splitlines()
        at = next((i for i, line in enumerate(lines) if line.split()[:1] == ["Match"]), len(lines))
        ours = [
            f"Port {port}",
            f"ListenAddress {HOST}",
            f"HostKey {self.host_key_path}",
            "PidFile none",
            "LogLevel VERBOSE",
            "UsePAM no",
            "StrictModes no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PrintMotd no",
            "PrintLastLog no",
            "UseDNS no",
            "MaxStartups 100",
            *self._authorization(),
        ]
        return "\n".join([*lines[:at], *ours, *lines[at:], ""])

    def _authorization(self) -> list[str]:
        if os.geteuid() != 0:
            return [f"AuthorizedKeysFile {self.authorized_keys}"]
        # Another account may not enter the test's folder, so the file is read for it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        return [
            "AuthorizedKeysFile none",
            f"AuthorizedKeysCommand /bin/cat {self.authorized_keys}",
            "AuthorizedKeysCommandUser root",
        ]


def _sshd() -> str | None:
    return shutil.which("sshd") or shutil.which("/usr/sbin/sshd")


def _descendants(pid: int) -> list[int]:
    """All processes below `pid`, parents before children (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            child, parent = (
                int(stat.parent.name),
                int(stat.read_text().rpartition(")")[2].split()[1]),
            )
            parents.setdefault(parent, []).append(child)
    found, todo = [], [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found
