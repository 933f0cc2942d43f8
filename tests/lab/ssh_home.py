"""A home folder with its own ~/.ssh, for tests that must not see the one of whoever runs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab.sshd import Sshd

from bridge.connect_options import ConnectOptions
from bridge.ssh import SshTransport
from bridge.targets import SshTarget


class SshHome:
    """`folder` as HOME; `config` and `known_hosts` are the files of its ~/.ssh."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ssh = folder / ".ssh"
        self.ssh.mkdir(mode=0o700, parents=True)
        self.config = self.ssh / "config"
        self.known_hosts = self.ssh / "known_hosts"
        self.environ: dict[str, str] = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
        self.asked: list[str] = []
        self.lines: list[str] = []

    def trust(self, *servers: Sshd) -> None:
        """Know the host keys of these servers."""
        with self.known_hosts.open("a") as file:
            file.writelines(server.known_hosts_line for server in servers)

    def options(
        self,
        *,
        accept: str | None = None,
        timeout: float | None = 10,
        answer: Callable[[str], str | None] | str | None = None,
    ) -> ConnectOptions:
        """Options for a connection from this home; `answer` is what is typed when asked."""

        def ask(prompt: str) -> str | None:
            self.asked.append(prompt)
            return answer(prompt) if callable(answer) else answer

        return ConnectOptions(
            connect_timeout=timeout,
            accept_host_key=accept,
            environ=self.environ,
            log=self.lines.append,
            ask=ask,
        )

    def transport(self, word: SshTarget | Sshd, **options: object) -> SshTransport:
        """A transport to a target, or to a server with its own client key."""
        target = target_of(word) if isinstance(word, Sshd) else word
        return SshTransport(target, self.options(**options))  # type: ignore[arg-type]


def target_of(server: Sshd) -> SshTarget:
    """The server as a target, with the key that it lets in."""
    return SshTarget(
        "tested", server.host, server.user, server.port, key=str(server.client_key_path)
    )
