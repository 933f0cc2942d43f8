"""WP-CLI's grammar of a host: `[ssh:][user@]host[:port][path]` (utils.php, parse_ssh_url)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analyzers.language import phrase
from bridge.errors import UsageError
from bridge.whereabouts import is_folder

# WP-CLI 2.12's own expression. The path begins with "/" or "~"; a port may be empty; a word with
# anything left over does not match at all.
_GRAMMAR = re.compile(
    r"((?P<scheme>docker|docker-compose|docker-compose-run|ssh|vagrant):)?"
    r"((?P<user>[^@:]+)@)?(?P<host>[^:/~]+)(:(?P<port>[0-9]*))?(?P<path>(/|~)(.+))?"
)
# What OpenSSH refuses in a name from a command line (ssh.c, valid_hostname and valid_ruser, 9.6).
_UNFIT = re.compile(r"^-|['`\"$\\;&<>|(){}\s\0]")
_SHAPE = "[user@]host[:port][/path]"


@dataclass(frozen=True, slots=True)
class SshWord:
    """The parts of a host's word."""

    host: str
    user: str | None
    port: int | None
    path: str | None


_NO_USER = phrase("“{word}”: “{value}” cannot be a user; type {shape}.")
_NO_HOST = phrase("“{word}”: “{value}” cannot be a host; type {shape}.")


def parse_ssh(word: str) -> SshWord:
    """Take a word apart. Raises `UsageError`, which says what to type instead."""
    _refuse_lookalikes(word)
    parts = _GRAMMAR.fullmatch(word)
    if parts is None:
        raise UsageError(
            phrase(
                "“{word}” is not a host of the form {shape}{hint}.",
                word=word,
                shape=_SHAPE,
                hint=_hint(word),
            )
        )
    if parts["scheme"] not in (None, "ssh"):
        raise UsageError(
            phrase(
                "“{word}”: {parts} is not supported; type {shape}, reached over SSH.",
                word=word,
                parts=parts["scheme"],
                shape=_SHAPE,
            )
        )
    for template, value in ((_NO_USER, parts["user"]), (_NO_HOST, parts["host"])):
        if value is not None and _UNFIT.search(value):
            raise UsageError(phrase(template, word=word, value=value, shape=_SHAPE))
    if parts["host"].startswith(".") or "@" in parts["host"]:
        raise UsageError(phrase(_NO_HOST, word=word, value=parts["host"], shape=_SHAPE))
    return SshWord(parts["host"], parts["user"], _port(parts["port"], word), parts["path"])


def _port(text: str | None, word: str) -> int | None:
    if not text:
        return None
    if not 0 < int(text) < 65536:
        raise UsageError(
            phrase("“{word}”: {text} is not a port (1 to 65535).", word=word, text=text)
        )
    return int(text)


def _refuse_lookalikes(word: str) -> None:
    scheme, separator, rest = word.partition("://")
    if separator:
        if scheme == "ssh":
            raise UsageError(
                phrase(
                    "“{word}”: ssh:// is not WP-CLI's grammar; type {rest}", word=word, rest=rest
                )
            )
        raise UsageError(
            phrase(
                "“{word}” is a web address; TARGET is the host that the network runs on: {shape}.",
                word=word,
                shape=_SHAPE,
            )
        )
    without_user = word.removeprefix("ssh:").rpartition("@")[2]
    if without_user.startswith("[") or without_user.partition("/")[0].count(":") > 1:
        raise UsageError(
            phrase(
                "“{word}”: WP-CLI's grammar has no IPv6 addresses; give the host a name, or a "
                "Host with HostName in ~/.ssh/config.",
                word=word,
            )
        )


def _hint(word: str) -> str:
    _, colon, rest = word.rpartition("@")[2].partition(":")
    if colon and rest and rest[0] != "/" and not rest[0].isdigit():
        return phrase(
            " (a path begins with / or ~: {path})", path=f"{word[: len(word) - len(rest)]}/{rest}"
        )
    return ""


def looks_like_a_path(word: str, cwd: Path) -> bool:
    """Can this only be meant as a folder? It begins like one, or its first part is a folder here."""
    if word.startswith(("/", "./", "../", "~")) or word in (".", ".."):
        return True
    first, slash, _ = word.partition("/")
    return bool(slash) and "@" not in first and ":" not in first and is_folder(cwd / first)
