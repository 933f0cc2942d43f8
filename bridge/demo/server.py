"""A real SSH server on loopback for one example network, by paramiko's server side.

It accepts one key, made for this run, and answers one kind of command: that of the collector.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

if TYPE_CHECKING:
    from bridge.rehearsal.world import Door

Answer = Callable[[str, bytes], tuple[bytes, bytes, int | None]]
"""Command text and its stdin → stdout, stderr, exit status; None: cut off without a status."""

USER = "acct123"


class DemoServer:
    """Listens on a free loopback port until closed. `answer` plays the host, `door` how it lets us in."""

    def __init__(self, answer: Answer, door: Door = "open") -> None:
        self._answer = answer
        self._door = door
        self._folder = tempfile.TemporaryDirectory(prefix="closte-doctor-demo-")
        home = Path(self._folder.name)
        self._host_key = _written_key(home / "host_key")
        self._client_key = _written_key(home / "client_key")
        self.client_key_path = home / "client_key"
        self.known_hosts_path = home / "known_hosts"
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        known = _written_key(home / "other_key") if door == "other key" else self._host_key
        line = f"[127.0.0.1]:{self.port} {known.get_name()} {known.get_base64()}\n"
        self.known_hosts_path.write_text("" if door == "unknown key" else line)
        self._links: list[paramiko.Transport] = []
        logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)
        # Behind a closed door the port stays taken without anybody listening: let go of, it would be the next
        # one's who asks for any, and he would answer.
        if door != "closed":
            self._listener.listen()
        if door not in ("closed", "silent"):
            threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> DemoServer:
        """Already listening."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the listener and every connection, remove the keys."""
        self._listener.close()
        for link in self._links:
            link.close()
        self._folder.cleanup()

    @property
    def _let_in(self) -> paramiko.PKey:
        """The key that opens; behind a locked door none that anybody has."""
        return self._host_key if self._door == "locked" else self._client_key

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = paramiko.Transport(connection)
            self._links.append(link)
            link.add_server_key(self._host_key)
            with contextlib.suppress(paramiko.SSHException, EOFError):
                link.start_server(server=_Host(self._let_in, self._answer))


class _Host(paramiko.ServerInterface):
    """One key is let in, one exec at a time is answered in a thread of its own."""

    def __init__(self, key: paramiko.PKey, answer: Answer) -> None:
        self._key = key
        self._answer = answer

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Only the key made for this run."""
        known = username == USER and key.asbytes() == self._key.asbytes()
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        """Keys only."""
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Sessions only."""
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run it aside, so that the connection stays responsive."""
        text = command.decode("utf-8", "surrogateescape")
        threading.Thread(target=self._run, args=(channel, text), daemon=True).start()
        return True

    def _run(self, channel: paramiko.Channel, text: str) -> None:
        with contextlib.suppress(OSError, EOFError):
            given = bytearray()
            while piece := channel.recv(65536):
                given += piece
            out, err, status = self._answer(text, bytes(given))
            channel.sendall(out)
            if err:
                channel.sendall_stderr(err)
            if status is not None:
                channel.send_exit_status(status)
            channel.close()


def _written_key(path: Path) -> paramiko.Ed25519Key:
    """A new Ed25519 key in OpenSSH format, readable by its owner only."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(pem)
    return paramiko.Ed25519Key.from_private_key_file(str(path))
