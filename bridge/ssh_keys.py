"""The user's private keys: in files, and with an agent. Read for one login, kept nowhere.

An encrypted file is opened with a passphrase that the user is asked for on a terminal, and only there.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import paramiko

from analyzers.language import phrase
from bridge.errors import printable, system_words
from bridge.language import spoken

Ask = Callable[[str], str | None]
"""Asks the user for a secret; None: there is nobody to ask."""

USUAL_NAMES = ("id_ed25519", "id_ecdsa", "id_rsa")
"""In ~/.ssh, when the configuration names none. (DSA is gone; keys on hardware need the agent.)"""
_ATTEMPTS = 3
"""How often a passphrase may be mistyped (NumberOfPasswordPrompts of ssh_config(5))."""
_MAGIC = b"openssh-key-v1\0"


class KeyUnusable(Exception):
    """A key that cannot be used; `str()` says which and why, without any of its text."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key file as found on disk."""

    path: str
    encrypted: bool
    public: bytes | None
    """The public part as it goes over the wire; None where only the opened key would tell."""
    only_public: bool
    text: bytes


def find(path: str) -> KeyFile:
    """Read a key file. Raises `KeyUnusable`: not there, not readable, not a key."""
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        beside = _public_file(path)
        if beside is None:
            raise KeyUnusable(
                phrase("the key file {path} does not exist", path=printable(path))
            ) from None
        return KeyFile(path, encrypted=False, public=beside, only_public=True, text=b"")
    except OSError as error:
        raise KeyUnusable(
            phrase(
                "the key file {path} cannot be read: {why}",
                path=printable(path),
                why=system_words(error),
            )
        ) from None
    if b"PRIVATE KEY-----" not in text:
        public = _public_line(text)
        if public is None:
            raise KeyUnusable(phrase("{path} is not a private key", path=printable(path)))
        return KeyFile(path, encrypted=False, public=public, only_public=True, text=b"")
    encrypted, public = _container(text)
    return KeyFile(path, encrypted, public or _public_file(path), only_public=False, text=text)


def load(file: KeyFile, ask: Ask) -> paramiko.PKey:
    """Open the key, asking for its passphrase if need be. Raises `KeyUnusable`."""
    if not file.encrypted:
        return _opened(file, None)
    for attempt in range(_ATTEMPTS):
        prompt = (
            phrase("Wrong passphrase. Passphrase of the key {path}: ", path=printable(file.path))
            if attempt
            else phrase("Passphrase of the key {path}: ", path=printable(file.path))
        )
        passphrase = ask(prompt)
        if passphrase is None:
            raise KeyUnusable(
                phrase(
                    "the key {path} is encrypted and there is no terminal to ask for its passphrase "
                    "on (“ssh-add {path}” gives it to an agent)",
                    path=printable(file.path),
                )
            )
        if not passphrase:
            break
        with contextlib.suppress(_WrongPassphrase):
            return _opened(file, passphrase.encode())
    raise KeyUnusable(
        phrase("no right passphrase was given for the key {path}", path=printable(file.path))
    )


class _WrongPassphrase(Exception):
    pass


def _opened(file: KeyFile, passphrase: bytes | None) -> paramiko.PKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    openssh = b"BEGIN OPENSSH" in file.text
    read = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
    try:
        loaded = read(file.text, password=passphrase)
    except Exception as error:  # whatever the many formats raise: never let key text out
        if passphrase is not None:
            raise _WrongPassphrase from None
        raise KeyUnusable(
            phrase(
                "the key file {path} is damaged or of an unknown kind", path=printable(file.path)
            )
        ) from error
    kinds: dict[type, type[paramiko.PKey]] = {
        ed25519.Ed25519PrivateKey: paramiko.Ed25519Key,
        rsa.RSAPrivateKey: paramiko.RSAKey,
        ec.EllipticCurvePrivateKey: paramiko.ECDSAKey,
    }
    kind = next((made for type_, made in kinds.items() if isinstance(loaded, type_)), None)
    if kind is None:
        raise KeyUnusable(
            phrase(
                "the key {path} is of a kind that is no longer used (not ed25519, ECDSA or RSA)",
                path=printable(file.path),
            )
        )
    # paramiko's classes read OpenSSH's own container; PKCS #8 and others are put into it.
    container = loaded.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    key = kind.from_private_key(io.StringIO(container.decode()))
    certificate = Path(f"{file.path}-cert.pub")
    with contextlib.suppress(paramiko.SSHException, ValueError, OSError):
        if certificate.is_file():
            key.load_certificate(str(certificate))
    return key


def _container(text: bytes) -> tuple[bool, bytes | None]:
    """Is it encrypted, and what is its public part? (PROTOCOL.key of OpenSSH; RFC 1421 and 5958)"""
    if b"BEGIN OPENSSH PRIVATE KEY" not in text:
        return b"ENCRYPTED" in text, None
    body = b"".join(text.partition(b"KEY-----")[2].partition(b"-----END")[0].split())
    try:
        raw = base64.b64decode(body)
        cipher, rest = _string(raw.removeprefix(_MAGIC))
        _, rest = _string(rest)
        _, rest = _string(rest)
        public, _ = _string(rest[4:])
    except (binascii.Error, struct.error):
        return False, None
    return cipher != b"none", public


def _string(raw: bytes) -> tuple[bytes, bytes]:
    (length,) = struct.unpack(">I", raw[:4])
    return raw[4 : 4 + length], raw[4 + length :]


def _public_file(path: str) -> bytes | None:
    try:
        return _public_line(Path(f"{path}.pub").read_bytes())
    except OSError:
        return None


def _public_line(text: bytes) -> bytes | None:
    words = text.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return None
    try:
        return base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        return None


class Agent:
    """The keys of an agent, if there is one. An agent that does not work is no agent."""

    def __init__(self, path: str | None) -> None:
        self._agent: paramiko.Agent | None = None
        self.keys: tuple[paramiko.AgentKey, ...] = ()
        if path is None or not os.path.exists(path):
            return
        try:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(10)
            link.connect(path)
            self._agent = _agent_at(link)
            self.keys = self._agent.get_keys()
        except (OSError, paramiko.SSHException):
            self.close()

    def holding(self, public: bytes | None) -> paramiko.AgentKey | None:
        """The agent's key with this public part."""
        return next((key for key in self.keys if public is not None and key.blob == public), None)

    def close(self) -> None:
        """Leave the agent."""
        if self._agent is not None:
            self._agent.close()
            self._agent = None
        self.keys = ()


def _agent_at(link: socket.socket) -> paramiko.Agent:
    # paramiko's Agent looks at SSH_AUTH_SOCK only; IdentityAgent may name another one.
    agent = paramiko.Agent.__new__(paramiko.Agent)
    paramiko.agent.AgentSSH.__init__(agent)
    agent._connect(link)  # type: ignore[attr-defined]  # not in the stubs
    return agent


_ONE_AT_A_TIME = threading.Lock()
"""Several hosts may want to know something; there is one terminal."""


def ask_on_terminal(prompt: str) -> str | None:
    """Ask without echo; None where no person sits at a terminal, or they gave up."""
    import getpass
    import sys

    if not sys.stdin.isatty():
        return None
    try:
        # getpass would fall back to reading a pipe: the terminal must be there to be asked.
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        with _ONE_AT_A_TIME:
            return getpass.getpass(spoken().of(prompt))
    except (OSError, EOFError):
        return None
