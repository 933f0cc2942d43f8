"""The API key where it was handed over on this machine. It never shows itself; there is no other way in:
no option, environment variable or file of ours takes the key as text."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from analyzers.language import phrase
from bridge.errors import UsageError, system_words

_LONGEST = 4096
_SERVICE = "closte-doctor"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key for `--api-from here`. Not in its repr, nor in any exception of ours."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        """For a careless f-string."""
        return "[redacted:CLOSTE_CLIENT_API_KEY]"


def refuse_unreadable(fd: int | None, keyring_name: str | None) -> None:
    """Raises UsageError for what cannot give a key, without reading it."""
    if fd is not None and keyring_name is not None:
        raise UsageError(phrase("--api-key-fd and --api-key-keyring: give one of them"))
    if fd is None:
        return
    if fd < 0:
        raise UsageError(phrase("--api-key-fd {fd}: no file descriptor", fd=fd))
    try:
        os.fstat(fd)
    except (OSError, OverflowError):
        raise UsageError(phrase("--api-key-fd {fd}: no open file descriptor", fd=fd)) from None


def key_from(fd: int | None, keyring_name: str | None) -> ApiKey | None:
    """The key of `--api-key-fd` or `--api-key-keyring`; None where neither is given.

    Raises UsageError where both are, and where there is nothing to read.
    """
    refuse_unreadable(fd, keyring_name)
    if fd is not None:
        return _checked(_from_fd(fd), f"--api-key-fd {fd}")
    if keyring_name is not None:
        return _checked(_from_keyring(keyring_name), f"--api-key-keyring {keyring_name}")
    return None


def _from_fd(fd: int) -> str | None:
    content = b""
    try:
        while len(content) <= _LONGEST and (piece := os.read(fd, _LONGEST)):
            content += piece
    except OSError as error:
        raise UsageError(
            phrase("--api-key-fd {fd}: {why}", fd=fd, why=system_words(error))
        ) from None
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(phrase("--api-key-fd {fd}: not UTF-8", fd=fd)) from None


def _from_keyring(name: str) -> str | None:
    try:
        keyring: Any = import_module("keyring")  # an extra: absent in most installations
        errors: Any = import_module("keyring.errors")
    except ImportError:
        raise UsageError(
            phrase(
                "--api-key-keyring needs the package keyring: pip install 'closte-doctor[keyring]'"
            )
        ) from None
    try:
        found: str | None = keyring.get_password(_SERVICE, name)
    except errors.KeyringError as error:
        raise UsageError(
            phrase("--api-key-keyring {name}: {name_2}", name=name, name_2=type(error).__name__)
        ) from None
    if found is None:
        raise UsageError(
            phrase(
                "--api-key-keyring {name}: no such entry; make it with `keyring set {service} "
                "{name}`",
                name=name,
                service=_SERVICE,
            )
        )
    return found


def _checked(text: str | None, option: str) -> ApiKey:
    if not text:
        raise UsageError(phrase("{option}: it is empty", option=option))
    if len(text) > _LONGEST:
        raise UsageError(phrase("{option}: too long for a key", option=option))
    return ApiKey(text)
