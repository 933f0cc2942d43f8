"""A MariaDB server of the lab's own: its data in a folder of the lab, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from lab.ports import free_port
from lab.processes import ended_with_us

_PATIENCE = 120.0
"""Seconds until a started server must answer."""


def available() -> bool:
    """Are the server and its client installed?"""
    return all(map(_program, ("mariadbd", "mariadb", "mariadb-install-db", "mariadb-dump")))


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(f"/usr/sbin/{name}")


class MariaDb:
    """A running server. `start` and `stop` may alternate: the port and the data stay."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made; nobody else may use it."""
        self.folder = folder
        # A socket's path may have 107 bytes: pytest's folders can be longer, the lab's root is not.
        self.socket = folder / "s"
        self._process: subprocess.Popen[bytes] | None = None
        # A server that starts removes whatever looks like a temporary table in its temporary folder,
        # and another one that was using it dies of that: no two share one.
        self._own_tmp = [f"--tmpdir={folder / 'tmp'}"]
        (folder / "tmp").mkdir(parents=True)
        self._install()
        self.port = self._first_start()

    def _install(self) -> None:
        command = [
            _need("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *self._own_tmp,
            *self._as_root(),
        ]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def _as_root(self) -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []

    def _first_start(self) -> int:
        """Start it on a port that nobody took between choosing and starting."""
        for _ in range(5):
            port = free_port()
            if self._started_on(port):
                return port
        raise self._not_started()

    def start(self) -> None:
        """Start it and wait until it answers. Does nothing if it runs."""
        if self._process is None and not self._started_on(self.port):
            raise self._not_started()

    def _not_started(self) -> RuntimeError:
        log = self.folder / "error.log"
        return RuntimeError(f"MariaDB did not start:\n{log.read_text() if log.exists() else ''}")

    def _started_on(self, port: int) -> bool:
        command = [
            _need("mariadbd"),
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.socket}",
            f"--port={port}",
            f"--log-error={self.folder / 'error.log'}",
            f"--pid-file={self.folder / 'pid'}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--performance-schema=OFF",
            "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=0",
            *self._own_tmp,
            *self._as_root(),
        ]
        self._process = subprocess.Popen(
            [*ended_with_us(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            if self.socket.exists() and self._client("SELECT 1").returncode == 0:
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def stop(self) -> None:
        """Stop it; what it holds stays. Stopping twice does nothing."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _client(
        self, sql: str | bytes, *options: str, database: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        command = [_need("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root"]
        command += ["--default-character-set=utf8mb4", *options, *([database] if database else [])]
        data = sql.encode() if isinstance(sql, str) else sql
        return subprocess.run(command, input=data, capture_output=True, check=False)

    def execute(self, sql: str | bytes, database: str = "") -> None:
        """Run statements as the server's root."""
        done = self._client(sql, database=database)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))

    def rows(self, sql: str, database: str = "") -> list[tuple[str, ...]]:
        """The rows of a query; tabs and line ends in values are escaped, NULL is the text NULL."""
        done = self._client(sql, "--batch", "--skip-column-names", database=database)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))
        return [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]

    def load(self, database: str, sql: bytes) -> None:
        """Make the database anew from a dump."""
        anew = f"DROP DATABASE IF EXISTS `{database}`; CREATE DATABASE `{database}` CHARACTER SET utf8mb4;"
        self.execute(f"{anew} USE `{database}`;\n".encode() + sql)

    def grant(self, user: str, password: str) -> None:
        """An account that may use every database, from loopback and the socket."""
        for host in ("127.0.0.1", "localhost"):
            self.execute(
                f"CREATE USER IF NOT EXISTS '{user}'@'{host}' IDENTIFIED BY '{password}';"
                f"GRANT ALL ON *.* TO '{user}'@'{host}';"
            )

    def dump(self, database: str) -> bytes:
        """The whole database as text, the same for the same content."""
        command = [_need("mariadb-dump"), "--no-defaults", f"--socket={self.socket}", "--user=root"]
        command += [
            "--skip-comments",
            "--order-by-primary",
            "--skip-extended-insert",
            "--hex-blob",
            database,
        ]
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))
        return done.stdout


def _need(name: str) -> str:
    found = _program(name)
    if found is None:
        raise RuntimeError(f"no {name} on this machine (package mariadb-server)")
    return found
