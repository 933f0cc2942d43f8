"""`%` tokens and `~` in values of an SSH configuration (ssh_config(5), TOKENS)."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from analyzers.language import phrase
from bridge.errors import UsageError

_TOKEN = re.compile(r"%(.)", re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+)\}", re.ASCII)


class Named(Protocol):
    """What tokens speak of."""

    word: str
    local_user: str
    home: Path

    @property
    def hostname(self) -> str:
        """The name to connect to."""


def tokens(asked: Named, user: str, port: int) -> dict[str, str]:
    """Every token that does not concern a running session, by its letter."""
    here = socket.gethostname()
    hostname = asked.hostname
    return {
        "%": "%",
        "C": hashlib.sha1(
            f"{here}{hostname}{port}{user}".encode(), usedforsecurity=False
        ).hexdigest(),
        "d": str(asked.home),
        "h": hostname,
        "i": str(os.getuid()),
        "j": "",
        "k": hostname,
        "L": here.partition(".")[0],
        "l": here,
        "n": asked.word,
        "p": str(port),
        "r": user,
        "u": asked.local_user,
    }


def expand(value: str, known: Mapping[str, str]) -> str:
    """`value` with its tokens replaced; one that is not known stands as it is."""
    return _TOKEN.sub(
        lambda found: known.get(found[1], "%" if found[1] == "%" else found[0]), value
    )


def with_environment(value: str, environ: Mapping[str, str]) -> str:
    """`${NAME}` replaced (ssh_config(5), ENVIRONMENT VARIABLES). Raises UsageError for one that is not
    set, as ssh ends there too."""

    def named(found: re.Match[str]) -> str:
        if found[1] not in environ:
            raise UsageError(
                phrase(
                    "The SSH configuration says {value}: there is no {found} in the environment.",
                    value=value,
                    found=found[1],
                )
            )
        return environ[found[1]]

    return _VARIABLE.sub(named, value)


def tilde(value: str, home: Path) -> str:
    """`~` and `~/…` are `home`; `~name/…` is that account's home."""
    if value == "~" or value.startswith("~/"):
        return str(home) + value[1:]
    return os.path.expanduser(value) if value.startswith("~") else value
