"""A transport over SSH: one connection, over jump hosts if need be, for every command of a run."""

from __future__ import annotations

import contextlib
import math
import re
import shlex
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import paramiko

from analyzers.language import decimal, phrase
from bridge.connect_options import ConnectOptions
from bridge.deadline import Deadline
from bridge.errors import HostUnreachable, ShellDenied, UsageError, printable
from bridge.known_hosts import lookup_name
from bridge.ssh_config import HostConfig, SshConfig
from bridge.ssh_exec import SessionRefused, run
from bridge.ssh_keys import ask_on_terminal
from bridge.ssh_login import log_in
from bridge.ssh_route import route
from bridge.ssh_session import Session, Trust, open_session
from bridge.ssh_slots import Slots
from bridge.ssh_socket import ProxyLink, connect_tcp
from bridge.targets import SshTarget
from bridge.transport import Command, Completed, Sink

CONNECT_TIMEOUT = 15.0
MOST_SESSIONS = 8
"""A stock sshd allows 10 sessions on a connection (MaxSessions)."""


_FINGERPRINT = re.compile(r"(SHA256:)?[A-Za-z0-9+/]{43}=?", re.ASCII)
_BREATH = 0.05
"""Seconds until a session that the host would not open is asked for again."""


class SshTransport:
    """Commands on the host of `target`. Made once, connected once, safe to use from many threads."""

    def __init__(self, target: SshTarget, options: ConnectOptions) -> None:
        if options.accept_host_key and not _FINGERPRINT.fullmatch(options.accept_host_key.strip()):
            raise UsageError(
                phrase(
                    "--accept-host-key {accept_host_key}: not of the form SHA256:… with 43 "
                    "characters, as “ssh-keygen -l” prints it.",
                    accept_host_key=printable(options.accept_host_key),
                )
            )
        self._target = target
        self._options = options
        self._config = SshConfig(options.environ, options.ssh_config)
        self._hops = self._route()
        self._sessions: list[Session] = []
        self._proxy: ProxyLink | None = None
        self._host_key: str | None = None
        self._connecting = threading.Lock()
        self._slots = Slots(MOST_SESSIONS)
        self._closed = False
        self._proven = False

    @property
    def host_key(self) -> str | None:
        """`SHA256:…` of the verified host key; None before connecting."""
        return self._host_key

    @property
    def peer(self) -> HostConfig:
        """The host at the end of the way, as the configuration resolves it."""
        return self._hops[-1]

    def connect(self) -> None:
        """Connect and log in, once. Raises `HostUnreachable` leaves; then nothing is left open."""
        with self._connecting:
            if self._sessions or self._closed:
                return
            try:
                for index in range(len(self._hops)):
                    with self._naming_the_hop(index):
                        self._sessions.append(self._enter(index))
            except BaseException:
                self._tear_down()
                raise

    def run(self, command: Command, sink: Sink | None = None) -> Completed:
        """Run it in the account's shell, each argument quoted.

        Raises `ShellDenied` where the account may run nothing, and what `connect` and `sink` raise.
        """
        self.connect()
        clock = Deadline(command.timeout)
        text = shlex.join(command.argv)
        while self._sessions:
            if not self._slots.take(clock.remaining()):
                return Completed(None, b"", b"", command.timeout, timed_out=True)
            try:
                left = replace(command, timeout=clock.remaining())
                done = run(self._sessions[-1], text, left, sink)
                self._proven = True
                return replace(done, seconds=command.timeout - clock.remaining())
            except SessionRefused as error:
                self._make_room(error)
            finally:
                self._slots.give_back()
        return Completed(None, b"", b"", command.timeout - clock.remaining(), lost=True)

    def _make_room(self, error: SessionRefused) -> None:
        """No session was opened: too many at once, or the last one is not quite gone, or never."""
        if self._slots.learn():
            return
        if not self._proven:
            raise ShellDenied(
                phrase(
                    "The account may not run commands; the host says: “{error}”.",
                    error=printable(str(error)),
                )
            ) from error
        time.sleep(_BREATH)

    def close(self) -> None:
        """End the connection. Closing twice does nothing."""
        self._closed = True
        self._tear_down()

    def _tear_down(self) -> None:
        for session in reversed(self._sessions):
            session.abandon()
        self._sessions.clear()
        if self._proxy is not None:
            self._proxy.close()
            self._proxy = None

    def _route(self) -> tuple[HostConfig, ...]:
        target = self._target
        last = self._config.lookup(target.host, user=target.user, port=target.port)
        if target.proxyjump is not None:
            jump = None if target.proxyjump == "none" else target.proxyjump
            last = replace(last, proxy_jump=jump, proxy_command=None)
        return route(last, self._config)

    def _enter(self, index: int) -> Session:
        config = self._hops[index]
        timeout = self._options.connect_timeout or config.connect_timeout or CONNECT_TIMEOUT
        if self._options.within is not None:
            # In tenths, as it is told.
            timeout = min(timeout, max(0.1, math.ceil(10 * self._options.within.remaining()) / 10))
        deadline = Deadline(timeout)
        self._options.log(
            phrase(
                "connecting to {user}@{host} port {port}",
                user=config.user,
                host=config.hostname,
                port=config.port,
            )
        )
        link = self._link(index, deadline)
        last = index == len(self._hops) - 1
        trust = self._trust(config)
        try:
            session, key = open_session(link, config, deadline, trust)
        except HostUnreachable as error:
            raise (self._proxy_failure() if index == 0 else None) or error from error
        self._options.log(
            phrase(
                "host key {key} of {name} verified",
                key=f"{key.kind} {key.fingerprint}",
                name=trust.name,
            )
        )
        try:
            log_in(
                session,
                config,
                key=self._target.key if last else None,
                agent_path=self._agent(config),
                home=self._config.home,
                ask=self._options.ask or ask_on_terminal,
                log=self._options.log,
                timeout=timeout,
            )
        except BaseException:
            session.abandon()
            raise
        if last:
            self._host_key = key.fingerprint
        return session

    def _link(self, index: int, deadline: Deadline) -> socket.socket | paramiko.Channel:
        config = self._hops[index]
        if index > 0:
            return _through(self._sessions[-1], config, deadline)
        if config.proxy_command is not None:
            self._proxy = ProxyLink(config.proxy_command)
            return self._proxy.socket
        return connect_tcp(
            config.hostname,
            config.port,
            deadline,
            family=config.address_family,
            bind=config.bind_address,
        )

    def _proxy_failure(self) -> HostUnreachable | None:
        return self._proxy.failure() if self._proxy is not None else None

    def _trust(self, config: HostConfig) -> Trust:
        given = self._options.known_hosts
        files = (given,) if given else (*config.user_known_hosts, *config.global_known_hosts)
        own = given or next(iter(config.user_known_hosts), None)
        name = lookup_name(config.hostname, config.port, config.host_key_alias)
        return Trust(files, own, name, self._options.accept_host_key, config.hash_known_hosts)

    def _agent(self, config: HostConfig) -> str | None:
        if config.identity_agent == "none":
            return None
        return config.identity_agent or self._options.environ.get("SSH_AUTH_SOCK")

    @contextlib.contextmanager
    def _naming_the_hop(self, index: int) -> Iterator[None]:
        try:
            yield
        except HostUnreachable as error:
            if len(self._hops) == 1:
                raise
            last = index == len(self._hops) - 1
            raise type(error)(
                phrase(
                    "On the way over {hops}, at {kind} {host}: {error}",
                    hops=" → ".join(hop.word for hop in self._hops),
                    kind=phrase("the host itself" if last else "jump host"),
                    host=self._hops[index].word,
                    error=error.sentence,
                )
            ) from error


def _through(session: Session, config: HostConfig, deadline: Deadline) -> paramiko.Channel:
    """A connection to the next host, made by the one before it (RFC 4254, 7.2)."""
    try:
        return session.open_channel(
            "direct-tcpip",
            (config.hostname, config.port),
            ("127.0.0.1", 0),
            timeout=max(deadline.remaining(), 0.01),
        )
    except paramiko.ChannelException as error:
        raise HostUnreachable(
            phrase(
                "the host before it opens no connection to {hostname} port {port}: {error}.",
                hostname=config.hostname,
                port=config.port,
                error=printable(str(error)),
            )
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise HostUnreachable(
            phrase(
                "{hostname} port {port} did not answer within {seconds} s through the host "
                "before it.",
                hostname=config.hostname,
                port=config.port,
                seconds=decimal(deadline.seconds),
            )
        ) from error
