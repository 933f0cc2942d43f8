"""Sockets to a host: our own TCP connection, or one end of a ProxyCommand.

A connection of our own, since small packets must go out at once (TCP_NODELAY) and be acknowledged at
once (TCP_QUICKACK, which Linux forgets after each read): the two cost 40 ms each per exchange.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from typing import IO

from analyzers.language import decimal, phrase
from bridge.deadline import Deadline
from bridge.errors import HostUnreachable, ProxyFailed, printable, system_words

_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)
_USER_TIMEOUT: int | None = getattr(socket, "TCP_USER_TIMEOUT", None)
_DEAD_AFTER_MS = 30_000
"""How long what we sent may stay unacknowledged before the connection counts as lost."""
_FAMILY = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}


class PromptSocket(socket.socket):
    """A TCP socket that neither holds back what is sent nor the acknowledgement of what came."""

    def be_prompt(self) -> None:
        """Set what is set once."""
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if _USER_TIMEOUT is not None:
            self.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, _DEAD_AFTER_MS)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """As `socket.recv`; then ask for prompt acknowledgement again."""
        received = super().recv(bufsize, flags)
        if _QUICKACK is not None and received:
            with contextlib.suppress(OSError):
                self.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        return received

    def close(self) -> None:
        """As `socket.close`; whoever still reads or writes here wakes up."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)
        super().close()


def connect_tcp(
    host: str, port: int, deadline: Deadline, *, family: str = "any", bind: str | None = None
) -> PromptSocket:
    """Connect to the first address of `host` that answers.

    Raises `HostUnreachable`: name not found, refused, timed out, no way there.
    """
    addresses = _resolve(host, port, deadline, _FAMILY.get(family, socket.AF_UNSPEC))
    failures: list[OSError] = []
    for index, (kind, address) in enumerate(addresses):
        share = deadline.remaining() / (len(addresses) - index)
        try:
            return _connect(kind, address, share, bind)
        except OSError as failure:
            failures.append(failure)
    raise HostUnreachable(_unconnected(host, port, failures, deadline.seconds)) from failures[-1]


def _connect(
    kind: socket.AddressFamily, address: tuple[object, ...], seconds: float, bind: str | None
) -> PromptSocket:
    link = PromptSocket(kind, socket.SOCK_STREAM)
    try:
        link.settimeout(max(seconds, 0.001))
        if bind:
            link.bind((bind, 0))
        link.connect(address)
        link.be_prompt()
    except BaseException:
        link.close()
        raise
    return link


def _resolve(
    host: str, port: int, deadline: Deadline, family: int
) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
    """Look the name up; the system's resolver has no clock, so it runs beside ours."""
    # As bytes a name of ASCII goes to the resolver as it is; as text it would be encoded by a codec whose
    # tables take longer to load than a host nearby to answer.
    name = host.encode("ascii") if host.isascii() else host
    answer: list[tuple[socket.AddressFamily, tuple[object, ...]]] = []
    failure: list[Exception] = []

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(name, port, family, socket.SOCK_STREAM)
            answer.extend((entry[0], entry[4]) for entry in found)
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(deadline.remaining())
    if thread.is_alive():
        raise HostUnreachable(
            phrase(
                "Looking up the name {host} timed out after {seconds} s: the DNS does not answer.",
                host=host,
                seconds=decimal(deadline.seconds),
            )
        )
    if failure:
        temporary = isinstance(failure[0], socket.gaierror) and failure[0].errno == socket.EAI_AGAIN
        why = phrase("the DNS gave no answer for now" if temporary else "no such name in the DNS")
        raise HostUnreachable(
            phrase(
                "The name {host} cannot be found: {why}, and no Host of ~/.ssh/config is "
                "called so.",
                host=host,
                why=why,
            )
        ) from failure[0]
    return answer


def _unconnected(host: str, port: int, failures: list[OSError], seconds: float) -> str:
    if all(isinstance(failure, TimeoutError) for failure in failures):
        return phrase(
            "{host} port {port} did not answer within {seconds} s: host down, wrong address, or a "
            "firewall in between.",
            host=host,
            port=port,
            seconds=decimal(seconds),
        )
    telling = next(failure for failure in failures if not isinstance(failure, TimeoutError))
    if isinstance(telling, ConnectionRefusedError):
        return phrase(
            "{host} refused the connection on port {port}: no SSH server listens there.",
            host=host,
            port=port,
        )
    return phrase(
        "There is no way to {host} port {port}: {why}.",
        host=host,
        port=port,
        why=system_words(telling),
    )


class ProxyLink:
    """A ProxyCommand of the user's configuration, run by a shell, and our end of its conversation."""

    def __init__(self, command: str) -> None:
        self.command = command
        ours, theirs = socket.socketpair()
        self.socket = PromptSocket(ours.family, ours.type, ours.proto, ours.detach())
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the link
        with theirs:
            # The shell is what ssh_config(5) promises; the command is the user's own.
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self._words,
                start_new_session=True,
            )

    def failure(self) -> ProxyFailed | None:
        """What became of the command, where it has ended; None while it runs."""
        try:
            status = self._process.wait(0.2)
        except subprocess.TimeoutExpired:
            return None
        self._words.seek(0)
        said = printable(self._words.read(4096).decode(errors="replace").strip())
        return ProxyFailed(
            phrase(
                "The ProxyCommand “{command}” ended with status {status}: {said}",
                command=printable(self.command),
                status=status,
                said=said,
            )
            if said
            else phrase(
                "The ProxyCommand “{command}” ended with status {status} and said nothing.",
                command=printable(self.command),
                status=status,
            )
        )

    def close(self) -> None:
        """End the command and everything it started."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._words.close()
