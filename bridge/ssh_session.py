"""One SSH session with one host: keys agreed, the host's key verified, somebody logged in.

Whatever paramiko raises on the way ends here in one sentence of ours.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from pathlib import Path

import paramiko

from analyzers.language import decimal, phrase
from bridge import known_hosts
from bridge.deadline import Deadline
from bridge.errors import (
    ConnectionLost,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    printable,
    system_words,
)
from bridge.known_hosts import HostKey, Judgement, KnownHosts
from bridge.ssh_config import HostConfig

WINDOW = 16 * 1024 * 1024
"""Bytes that may be under way towards us: at 50 ms round trip 2.6 times the speed of paramiko's 2 MiB."""
KEEPALIVE = 15.0
"""Seconds of silence after which a sign of life is sent (ServerAliveInterval overrides)."""
_RSA = ("rsa-sha2-512", "rsa-sha2-256")

# paramiko logs tracebacks of its thread; what they say is raised here as a sentence instead.
_logger = logging.getLogger("paramiko")
_logger.addHandler(logging.NullHandler())
_logger.propagate = False


@dataclass(frozen=True, slots=True)
class Trust:
    """Which host keys are believed."""

    files: tuple[str, ...]
    """known_hosts files to read."""
    own: str | None
    """Where an accepted key is remembered; None: nowhere. Never a file of the whole machine."""
    name: str
    """The host's name in them."""
    accept: str | None
    """`SHA256:…` to accept."""
    hashed: bool = False


class Session(paramiko.Transport):
    """A paramiko transport that asks for plain host keys only (it cannot verify certificates)."""

    wanted_keys: tuple[str, ...] = ()

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """Host key algorithms in the order of our preference: kinds that are known come first."""
        return self.wanted_keys or self._filter_algorithm("keys")  # type: ignore[attr-defined]

    def abandon(self) -> None:
        """End it at once, without waiting for anybody."""
        # The handshake's timer is a thread of its own that would keep the process from ending.
        self.packetizer.complete_handshake()
        self.close()


def open_session(
    link: socket.socket | paramiko.Channel, config: HostConfig, deadline: Deadline, trust: Trust
) -> tuple[Session, HostKey]:
    """Agree on keys and verify the host. Nobody is logged in yet.

    Raises `HostUnreachable` leaves; the link is then closed.
    """
    known = KnownHosts.read(trust.files)
    try:
        session = Session(link, default_window_size=WINDOW)
    except BaseException:
        link.close()
        raise
    session.wanted_keys = _preferred(known.kinds(trust.name), session)
    session.banner_timeout = max(deadline.remaining(), 0.1)
    session.handshake_timeout = max(deadline.remaining(), 0.1)
    try:
        _negotiate(session, config, deadline)
        key = session.get_remote_server_key()
        shown = HostKey(key.get_name(), key.asbytes())
        _verify(shown, known, trust, config)
    except BaseException:
        session.abandon()
        raise
    session.packetizer.complete_handshake()
    session.set_keepalive(int(config.alive_interval or KEEPALIVE))
    return session, shown


def _preferred(kinds: tuple[str, ...], session: Session) -> tuple[str, ...]:
    """What is known first, so that a host with many keys shows one that can be compared."""
    usual: tuple[str, ...] = session._filter_algorithm("keys")  # type: ignore[attr-defined]
    known = [name for kind in kinds for name in (_RSA if kind == "ssh-rsa" else (kind,))]
    first = tuple(name for name in known if name in usual)
    return (*first, *(name for name in usual if name not in first))


def _negotiate(session: Session, config: HostConfig, deadline: Deadline) -> None:
    at = phrase("{host} port {port}", host=config.hostname, port=config.port)
    try:
        session.start_client(timeout=deadline.remaining())
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise HostUnreachable(
            phrase(
                "{at} and this program share no way to encrypt: {error}.",
                at=at,
                error=printable(str(error)),
            )
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise _refused_greeting(at, session, deadline, error) from error
    if not session.initial_kex_done:
        raise _silent(at, session, deadline)


def _refused_greeting(
    at: str, session: Session, deadline: Deadline, error: Exception
) -> HostUnreachable:
    words = str(error)
    if session.remote_version:
        if deadline.over():
            return _silent(at, session, deadline)
        return ConnectionLost(
            phrase(
                "{at} closed the connection while agreeing on keys: its limits on new "
                "connections, or a ban of this address, are the usual reasons.",
                at=at,
            )
        )
    if "Indecipherable" in words or "codec" in words:
        return HostUnreachable(phrase("{at} answers, but does not speak SSH.", at=at))
    if deadline.over() or "timed out" in words:
        return _silent(at, session, deadline)
    return ConnectionLost(
        phrase(
            "{at} closed the connection before any SSH greeting: not an SSH server, or this "
            "address is banned there.",
            at=at,
        )
    )


def _silent(at: str, session: Session, deadline: Deadline) -> HostUnreachable:
    seconds = decimal(deadline.seconds)
    if session.remote_version:
        return HostUnreachable(
            phrase(
                "{at} accepted the connection but did not agree on keys within {seconds} s.",
                at=at,
                seconds=seconds,
            )
        )
    return HostUnreachable(
        phrase(
            "{at} accepted the connection but sent no SSH greeting within {seconds} s.",
            at=at,
            seconds=seconds,
        )
    )


def _verify(key: HostKey, known: KnownHosts, trust: Trust, config: HostConfig) -> None:
    judgement = known.judge(trust.name, key)
    if judgement is Judgement.KNOWN:
        return
    if judgement is Judgement.REVOKED:
        raise HostKeyChanged(
            phrase(
                "The key {fingerprint} that {hostname} shows is marked as revoked in "
                "known_hosts: do not connect, and ask the host's operator.",
                fingerprint=key.fingerprint,
                hostname=config.hostname,
            )
        )
    if judgement is Judgement.CHANGED:
        raise HostKeyChanged(_changed(key, known, trust))
    if trust.accept is not None and same_fingerprint(trust.accept, key.fingerprint):
        _remember(key, trust)
        return
    raise HostKeyUnknown(_unknown(key, trust))


def same_fingerprint(given: str, shown: str) -> bool:
    """Is `given` this fingerprint? The `SHA256:` may be left out, padding may be there."""
    return given.strip().removeprefix("SHA256:").rstrip("=") == shown.removeprefix("SHA256:")


def _changed(key: HostKey, known: KnownHosts, trust: Trust) -> str:
    places = "; ".join(known.places(trust.name))
    return phrase(
        "The host key of {name} has CHANGED: it now shows {key}, another one is known ({places}). "
        "Somebody may be listening in: compare with the host's operator; only if the change is confirmed, "
        "remove the old one with “ssh-keygen -R '{name}'”.",
        name=trust.name,
        key=f"{key.kind} {key.fingerprint}",
        places=places,
    )


def _unknown(key: HostKey, trust: Trust) -> str:
    wrong = (
        "" if trust.accept is None else phrase(" This is not the key given with --accept-host-key.")
    )
    return phrase(
        "The host key of {name} is not known ({kind} {fingerprint}).{wrong} Compare it with what the "
        "host's operator says; if it is right, add: --accept-host-key {fingerprint}",
        name=trust.name,
        kind=key.kind,
        fingerprint=key.fingerprint,
        wrong=wrong,
    )


def _remember(key: HostKey, trust: Trust) -> None:
    file = trust.own
    if file is None or file == "/dev/null":
        return
    try:
        known_hosts.remember(Path(file), trust.name, key, hashed=trust.hashed)
    except OSError as error:
        raise HostKeyUnknown(
            phrase(
                "The accepted host key of {name} cannot be remembered in {file}: {why}.",
                name=trust.name,
                file=file,
                why=system_words(error),
            )
        ) from error
