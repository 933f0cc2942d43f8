"""The user's known host keys: read, judged, and one line added (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).

Own reader: paramiko's keeps one key of a kind for a host, and knows no wildcards and no `@revoked`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from bridge.ssh_match import matches

DEFAULT_PORT = 22


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key as it goes over the wire."""

    kind: str
    """`ssh-ed25519`, `ssh-rsa`, …"""
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`, as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class Judgement(Enum):
    """What the files say of a key that a host has shown."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    """Other keys are known for this host, and not this one."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class _Entry:
    marker: str
    hosts: str
    key: HostKey
    file: str
    line: int

    def means(self, name: str) -> bool:
        if self.hosts.startswith("|1|"):
            return _hashed(self.hosts, name)
        return matches(self.hosts.split(","), name)


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The entries of all files that could be read."""

    entries: tuple[_Entry, ...]
    unreadable: tuple[str, ...] = ()

    @classmethod
    def read(cls, files: Iterable[str]) -> KnownHosts:
        """Read each file that exists; a line that cannot be understood is no entry, as for ssh."""
        entries: list[_Entry] = []
        unreadable: list[str] = []
        for file in files:
            try:
                text = Path(file).read_text(encoding="utf-8", errors="replace")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                unreadable.append(file)
                continue
            entries += _parse(text, file)
        return cls(tuple(entries), tuple(unreadable))

    def judge(self, name: str, key: HostKey) -> Judgement:
        """Judge the key shown by the host of this `name` (see `lookup_name`)."""
        plain = _without_port(name)
        if any(
            e.marker == "@revoked" and e.key == key and e.means(n)
            for e in self.entries
            for n in (name, plain)
        ):
            return Judgement.REVOKED
        known = self._keys(name)
        # ssh takes a matching key of the name without its port as well (sshconnect.c).
        if key in known or (plain != name and key in self._keys(plain)):
            return Judgement.KNOWN
        return Judgement.CHANGED if known else Judgement.UNKNOWN

    def kinds(self, name: str) -> tuple[str, ...]:
        """The kinds of key known for it: what to ask the host for, so that it can prove itself."""
        return tuple(
            dict.fromkeys(key.kind for key in self._keys(name) or self._keys(_without_port(name)))
        )

    def places(self, name: str) -> tuple[str, ...]:
        """Where its keys stand: `file, line 3`."""
        return tuple(
            f"{e.file}, line {e.line}" for e in self.entries if not e.marker and e.means(name)
        )

    def _keys(self, name: str) -> list[HostKey]:
        return [entry.key for entry in self.entries if not entry.marker and entry.means(name)]


def lookup_name(host: str, port: int, alias: str | None) -> str:
    """The name under which known_hosts files a host: its HostKeyAlias, `host` or `[host]:port`."""
    if alias:
        return alias.lower()
    return host.lower() if port == DEFAULT_PORT else f"[{host.lower()}]:{port}"


def remember(
    file: Path, name: str, key: HostKey, *, hashed: bool, salt: bytes | None = None
) -> None:
    """Append the key for `name`; file and folder are made, private, where they do not exist.

    Raises `OSError`.
    """
    shown = _hash(name, salt or os.urandom(20)) if hashed else name
    line = f"{shown} {key.kind} {base64.b64encode(key.blob).decode()}\n"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as known:
        size = known.seek(0, os.SEEK_END)
        if size:
            known.seek(size - 1)
            line = line if known.read(1) == b"\n" else "\n" + line
        known.write(line.encode())


def _parse(text: str, file: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        marker = words.pop(0) if words and words[0].startswith("@") else ""
        if len(words) < 3 or words[0].startswith("#"):
            continue
        try:
            blob = base64.b64decode(words[2], validate=True)
        except (binascii.Error, ValueError):
            continue
        yield _Entry(marker, words[0], HostKey(words[1], blob), file, number)


def _without_port(name: str) -> str:
    return name[1:].partition("]")[0] if name.startswith("[") else name


def _hash(name: str, salt: bytes) -> str:
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


def _hashed(entry: str, name: str) -> bool:
    salt = entry.split("|")[2]
    try:
        return hmac.compare_digest(_hash(name, base64.b64decode(salt, validate=True)), entry)
    except (binascii.Error, ValueError):
        return False
