"""Which blocks of an `ssh_config(5)` hold for the host that was asked for, and what they said."""

from __future__ import annotations

import fnmatch
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzers.language import phrase
from bridge.errors import UsageError
from bridge.ssh_tokens import expand, tokens


@dataclass(slots=True)
class Asked:
    """The question put to a configuration, and what it has answered so far."""

    word: str
    """The host as it was asked for."""
    user: str | None
    """A user named beforehand."""
    local_user: str
    home: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    identity_files: list[str] = field(default_factory=list)
    final: bool = False
    wants_final: bool = False
    """A `Match final` was met: everything is to be asked once more."""

    @property
    def hostname(self) -> str:
        """The name or address to connect to, as far as it is known now."""
        named = self.said.get("hostname")
        return expand(named, {"h": self.word}) if named else self.word

    def take(self, name: str, value: str) -> None:
        """An option that holds: the first value counts, identity files add up."""
        if name == "identityfile":
            if value not in self.identity_files:
                self.identity_files.append(value)
        elif name in ("proxyjump", "proxycommand"):
            # Whichever is specified first stops the other (ssh_config(5), ProxyJump).
            if not {"proxyjump", "proxycommand"} & self.said.keys():
                self.said[name] = value
        else:
            self.said.setdefault(name, value)


def matches(patterns: list[str], word: str) -> bool:
    """ssh_config(5), PATTERNS: `*` and `?`; a negated pattern that matches excludes."""
    held = False
    for pattern in patterns:
        plain = pattern.removeprefix("!")
        # OpenSSH knows no [classes]; fnmatch does, so they are taken literally.
        if fnmatch.fnmatchcase(word.lower(), plain.lower().replace("[", "[[]")):
            if plain != pattern:
                return False
            held = True
    return held


def match_holds(value: str, where: str, asked: Asked) -> bool:
    """Do all criteria of a `Match` line hold? `exec` runs its command, as ssh does."""
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise UsageError(phrase("{where}: a quote is not closed.", where=where)) from error
    held = True
    while words:
        criterion, equals, value = words.pop(0).partition("=")
        if equals:
            words.insert(0, value)
        name = criterion.removeprefix("!").lower()
        if name == "all":
            return held
        if name in ("canonical", "final"):
            asked.wants_final |= name == "final"
            answer = asked.final
        else:
            if not words:
                raise UsageError(
                    phrase(
                        "{where}: Match {criterion} lacks its value.",
                        where=where,
                        criterion=criterion,
                    )
                )
            # Short-circuit: a command is only run where everything before it holds.
            answer = _criterion(name, words.pop(0), where, asked) if held else _skip(words)
        held = held and answer != criterion.startswith("!")
    return held


def _skip(words: list[str]) -> bool:
    words.pop(0)
    return False


def _criterion(name: str, value: str, where: str, asked: Asked) -> bool:
    patterns = value.split(",")
    user = asked.user or asked.said.get("user") or asked.local_user
    match name:
        case "host":
            return matches(patterns, asked.hostname)
        case "originalhost":
            return matches(patterns, asked.word)
        case "user":
            return matches(patterns, user)
        case "localuser":
            return matches(patterns, asked.local_user)
        case "exec":
            command = expand(value, tokens(asked, user, int(asked.said.get("port", "22"))))
            # The user's own configuration names the command: a shell runs it, as ssh would.
            import subprocess

            done = subprocess.run(
                ["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True
            )
            return done.returncode == 0
        case "tagged" | "localnetwork" | "version" | "command" | "sessiontype":
            return False
        case _:
            raise UsageError(phrase("{where}: Match {name} is not known.", where=where, name=name))
