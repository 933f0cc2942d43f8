"""What OpenSSH's configuration says of a host: `ssh_config(5)`, as far as a connection of ours needs it.

Own reader, since paramiko's knows neither `Include` nor what `none` means. The first value obtained
for an option counts, the user's file before the system's. Options that only concern a terminal,
forwarding or multiplexing are read over. `StrictHostKeyChecking` is too: here it is always strict.
"""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzers.language import phrase
from bridge.errors import UsageError, system_words
from bridge.ssh_match import Asked, match_holds, matches
from bridge.ssh_tokens import expand, tilde, tokens, with_environment
from bridge.whereabouts import home_folder

SYSTEM_CONFIG = Path("/etc/ssh/ssh_config")
SYSTEM_KNOWN_HOSTS = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
USER_KNOWN_HOSTS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
_INCLUDE_DEPTH = 16
"""READCONF_MAX_DEPTH of OpenSSH's readconf.c."""

# An option and its value, separated by white space or one "=" (ssh_config(5)).
_OPTION = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*", re.ASCII)
_DURATION = re.compile(r"(\d+)([smhdw]?)", re.ASCII | re.IGNORECASE)
_UNIT = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WHOLE = frozenset(
    {"proxycommand", "match", "host", "include", "userknownhostsfile", "globalknownhostsfile"}
)
"""Options whose value is more than one word."""


@dataclass(frozen=True, slots=True)
class HostConfig:
    """What holds for one host, tokens and `~` resolved. None: not said."""

    word: str
    """The host as it was asked for."""
    hostname: str
    port: int
    user: str
    identity_files: tuple[str, ...] = ()
    """Empty: the usual ones in ~/.ssh; `none` among them is no file."""
    identities_only: bool = False
    identity_agent: str | None = None
    """The path of an agent's socket, `none`, or None for that of SSH_AUTH_SOCK."""
    proxy_jump: str | None = None
    proxy_command: str | None = None
    user_known_hosts: tuple[str, ...] = ()
    global_known_hosts: tuple[str, ...] = ()
    host_key_alias: str | None = None
    hash_known_hosts: bool = False
    connect_timeout: float | None = None
    """Seconds."""
    alive_interval: float | None = None
    """Seconds."""
    address_family: str = "any"
    """any · inet · inet6"""
    bind_address: str | None = None
    batch_mode: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    """Lower case."""
    value: str
    where: str


@dataclass(slots=True)
class SshConfig:
    """The user's and the system's configuration.

    `file` replaces both, as `ssh -F` does; `none` reads nothing.
    """

    environ: Mapping[str, str]
    file: str | None = None
    _read: dict[Path, tuple[_Line, ...]] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The user's home: HOME, else that of the account."""
        return home_folder(self.environ)

    def names(self, word: str) -> bool:
        """Does a `Host` line name this very word (patterns such as `*` do not count)?"""
        lines = (line for file in self._files() for line in self._nested(file, 0))
        return any(word in shlex_words(line) for line in lines if line.name == "host")

    def lookup(self, word: str, *, user: str | None = None, port: int | None = None) -> HostConfig:
        """What holds for `word`; `user` and `port` given beforehand win, as on ssh's command line.

        Raises `UsageError` where a file cannot be read or understood.
        """
        asked = Asked(
            word=word, user=user, local_user=_local_user(), home=self.home, environ=self.environ
        )
        self._ask(asked)
        if asked.wants_final:
            asked.final = True
            self._ask(asked)
        return _config(asked, user, port)

    def _ask(self, asked: Asked) -> None:
        for file in self._files():
            self._apply(file, asked, active=True, never=False, depth=0)

    def _files(self) -> tuple[Path, ...]:
        if self.file is None:
            return (self.home / ".ssh" / "config", SYSTEM_CONFIG)
        if self.file == "none":
            return ()
        file = Path(tilde(self.file, self.home))
        if not file.is_file():
            raise UsageError(phrase("There is no SSH configuration file {file}.", file=file))
        return (file,)

    def _apply(self, file: Path, asked: Asked, *, active: bool, never: bool, depth: int) -> None:
        """Take what holds. In a file included by a block that does not hold, nothing ever does
        (SSHCONF_NEVERMATCH in readconf.c), and the block goes on after it as before."""
        for line in self._lines(file, depth):
            if line.name == "host":
                active = not never and matches(shlex_words(line), asked.word)
            elif line.name == "match":
                active = match_holds(line.value, line.where, asked) and not never
            elif line.name == "include":
                for found in self._included(line, file):
                    self._apply(
                        found, asked, active=active, never=never or not active, depth=depth + 1
                    )
            elif active:
                asked.take(line.name, line.value)

    def _nested(self, file: Path, depth: int) -> Iterator[_Line]:
        for line in self._lines(file, depth):
            yield line
            if line.name == "include":
                for found in self._included(line, file):
                    yield from self._nested(found, depth + 1)

    def _included(self, line: _Line, file: Path) -> Iterator[Path]:
        # Relative names are those of ~/.ssh, in the system's file of /etc/ssh (ssh_config(5)).
        base = SYSTEM_CONFIG.parent if file == SYSTEM_CONFIG else self.home / ".ssh"
        for pattern in shlex_words(line):
            whole = base / tilde(pattern, self.home)
            yield from sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))

    def _lines(self, file: Path, depth: int) -> tuple[_Line, ...]:
        if depth > _INCLUDE_DEPTH:
            raise UsageError(phrase("{file}: Include goes in a circle, or too deep.", file=file))
        if file not in self._read:
            self._read[file] = tuple(_parse(file))
        return self._read[file]


def shlex_words(line: _Line) -> list[str]:
    """The words of a value, quotes removed."""
    try:
        return shlex.split(line.value)
    except ValueError as error:
        raise UsageError(phrase("{where}: a quote is not closed.", where=line.where)) from error


def _parse(file: Path) -> Iterator[_Line]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise UsageError(
            phrase("{file} cannot be read: {why}.", file=file, why=system_words(error))
        ) from error
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        where = phrase("{file}, line {line}", file=file, line=number)
        option = _OPTION.fullmatch(raw)
        if option is None or not option[2]:
            raise UsageError(phrase("{where}: not an option and its value.", where=where))
        name, value = option[1].lower(), option[2]
        line = _Line(name, value, where)
        yield line if name in _WHOLE else _Line(name, _first_word(line), where)


def _first_word(line: _Line) -> str:
    words = shlex_words(line) if '"' in line.value or "'" in line.value else line.value.split()
    return words[0] if words else ""


def _config(asked: Asked, user: str | None, port: int | None) -> HostConfig:
    said = asked.said
    named_user = user or said.get("user") or asked.local_user
    named_port = port or _port(said.get("port")) or 22
    known = tokens(asked, named_user, named_port)

    def path(value: str) -> str:
        return tilde(expand(with_environment(value, asked.environ), known), asked.home)

    return HostConfig(
        word=asked.word,
        hostname=asked.hostname,
        port=named_port,
        user=named_user,
        identity_files=tuple(path(file) for file in asked.identity_files),
        identities_only=_yes(said.get("identitiesonly")),
        identity_agent=_agent(said.get("identityagent"), path),
        proxy_jump=_unless_none(said.get("proxyjump"), known),
        proxy_command=_unless_none(said.get("proxycommand"), known),
        user_known_hosts=_paths(said.get("userknownhostsfile"), USER_KNOWN_HOSTS, path),
        global_known_hosts=_paths(said.get("globalknownhostsfile"), SYSTEM_KNOWN_HOSTS, path),
        host_key_alias=said.get("hostkeyalias"),
        hash_known_hosts=_yes(said.get("hashknownhosts")),
        connect_timeout=_seconds(said.get("connecttimeout")),
        alive_interval=_seconds(said.get("serveraliveinterval")),
        address_family=said.get("addressfamily", "any").lower(),
        bind_address=said.get("bindaddress"),
        batch_mode=_yes(said.get("batchmode")),
    )


def _local_user() -> str:
    # The account, not USER: ssh asks the account database too.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return getpass.getuser()


def _agent(value: str | None, path: Callable[[str], str]) -> str | None:
    return None if value in (None, "SSH_AUTH_SOCK") else path(value) if value != "none" else "none"


def _paths(
    value: str | None, usual: tuple[str, ...], path: Callable[[str], str]
) -> tuple[str, ...]:
    names = tuple(shlex.split(value)) if value else usual
    return () if names == ("none",) else tuple(path(name) for name in names)


def _unless_none(value: str | None, known: Mapping[str, str]) -> str | None:
    return None if value is None or value.lower() == "none" else expand(value, known)


def _yes(value: str | None) -> bool:
    return value is not None and value.lower() in ("yes", "true")


def _port(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise UsageError(
            phrase("The SSH configuration says Port {value}: not a port.", value=value)
        )
    return int(value)


def _seconds(value: str | None) -> float | None:
    """A time of sshd_config(5), TIME FORMATS: `90`, `1m30s`; None for none, or nothing usable."""
    parts = _DURATION.findall(value or "")
    if not parts or _DURATION.sub("", value or ""):
        return None
    return float(sum(int(number) * _UNIT[unit.lower()] for number, unit in parts)) or None
