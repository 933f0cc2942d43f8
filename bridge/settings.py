"""The user's own closte-doctor.toml: targets, defaults for options, patterns, accepted findings.

Two places: the current folder, then the XDG configuration folder; the nearer one wins, name by name.
An unknown key is an error, since a misspelt one would otherwise be silence. No secret belongs here.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.errors import UsageError, system_words
from bridge.near_names import did_you_mean
from bridge.setting_files import ENVIRONMENT, setting_files
from bridge.setting_values import (
    OPTIONS,
    TARGET_KEYS,
    OptionValue,
    Reader,
    flag,
    seconds,
    size,
    texts,
)
from bridge.whereabouts import current_folder

if TYPE_CHECKING:
    from analyzers.suppressions import Suppression

_SECRET = re.compile(
    r"(^|_)(api_?key|passw(or)?d|passphrase|secret|token|salt|credentials?)$|_key$", re.IGNORECASE
)
_TABLES = ("targets", "options", "patterns", "suppress")
_TARGET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """A table `[targets.NAME]`. Either `ssh` or `local` is there."""

    name: str
    file: str
    ssh: str | None = None
    """WP-CLI's grammar: `[user@]host[:port][/path]`."""
    local: str | None = None
    """The WordPress folder on this machine."""
    path: str | None = None
    url: str | None = None
    key: str | None = None
    """A private key *file*."""
    proxyjump: str | None = None
    wp: str | None = None
    """How WP-CLI is called on the host."""
    expected_addresses: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything said in the files and the environment."""

    targets: Mapping[str, TargetSettings] = field(default_factory=dict)
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    """Defaults for options by their names with underscores: `connect_timeout`."""
    patterns: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """`[patterns.api]` and its like, as raw texts; both files' lists together, the nearer first."""
    files: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    """`[[suppress]]` of both files, the nearer first."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Option → the file, or the variable of the environment, that its default comes from."""


def load_settings(
    config: str | Path | None = None,
    *,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read both files, or `config` alone in their place, and the environment.

    Raises `UsageError`, naming file and key.
    """
    environ = os.environ if environ is None else environ
    targets: dict[str, TargetSettings] = {}
    options: dict[str, OptionValue] = {}
    patterns: dict[str, dict[str, tuple[str, ...]]] = {}
    origins: dict[str, str] = {}
    suppressions: list[Suppression] = []
    found = (
        (config,) if config is not None else setting_files(str(cwd or current_folder()), environ)
    )
    files = tuple(map(Path, found))
    for file in files:
        document = _read(file)
        for name, target in _targets(document.pop("targets", {}), file):
            targets.setdefault(name, target)
        for name, value in _options(document.pop("options", {}), file):
            options.setdefault(name, value)
            origins.setdefault(name, str(file))
        for kind, lists in _patterns(document.pop("patterns", {}), file):
            mine = patterns.setdefault(kind, {})
            for name, more in lists.items():
                mine[name] = (*mine.get(name, ()), *more)
        suppressions += _suppressions(document.pop("suppress", []), file)
        _none_left(document, str(file))
    for name, value in _from_environment(environ):
        options[name] = value
        origins[name] = ENVIRONMENT + name.upper()
    return Settings(
        MappingProxyType(targets),
        MappingProxyType(options),
        MappingProxyType(patterns),
        tuple(map(str, files)),
        tuple(suppressions),
        MappingProxyType(origins),
    )


def _read(file: Path) -> dict[str, object]:
    import tomllib

    try:
        document = tomllib.loads(file.read_bytes().removeprefix(codecs.BOM_UTF8).decode())
    except OSError as error:
        raise UsageError(
            phrase("{file} cannot be read: {why}.", file=file, why=system_words(error))
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        # Not TOML's own words: they can quote the text, and that could be a secret.
        raise UsageError(
            phrase("{file} is not TOML{place}.", file=file, place=_place(str(error)))
        ) from None
    _refuse_secrets(document, str(file), "")
    return document


def _place(said: str) -> str:
    where = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", said)
    if where is None:
        return ""
    if where[1] is None:
        return phrase(" (end of document)")
    return phrase(" (line {line}, column {column})", line=where[1], column=where[2])


def _refuse_secrets(table: Mapping[str, object], file: str, above: str) -> None:
    for name, value in table.items():
        where = f"{above}{name}"
        if isinstance(value, Mapping):
            _refuse_secrets(value, file, f"{where}.")
        elif _SECRET.search(name.replace("-", "_")) or "PRIVATE KEY" in str(value):
            raise UsageError(
                phrase(
                    "{file}: {where} looks like a secret, and secrets are not kept in this "
                    "file: remove it (for a key there are --api-key-fd and --api-key-keyring).",
                    file=file,
                    where=where,
                )
            )


def _none_left(table: Mapping[str, object], file: str) -> None:
    for name in table:
        raise UsageError(
            phrase(
                "{file}: {name} is not a known key.{meant}",
                file=file,
                name=name,
                meant=did_you_mean(name.replace("-", "_"), _TABLES),
            )
        )


def _suppressions(tables: object, file: Path) -> tuple[Suppression, ...]:
    if not tables:
        return ()
    from bridge.suppression_settings import suppressions_in

    return tuple(suppressions_in(tables, file))


def _targets(table: object, file: Path) -> Iterator[tuple[str, TargetSettings]]:
    for name, value in _table(table, file, "targets").items():
        if not _TARGET_NAME.fullmatch(name):
            raise UsageError(
                phrase(
                    "{file}: “{name}” cannot be the name of a target (letters, digits, - _ .).",
                    file=file,
                    name=name,
                )
            )
        where = f"targets.{name}"
        said: dict[str, OptionValue] = {}
        for key, raw in _table(value, file, where).items():
            reader = TARGET_KEYS.get(key.replace("-", "_"))
            if reader is None:
                raise UsageError(
                    phrase(
                        "{file}: {where}.{key} is not a known key.{meant}",
                        file=file,
                        where=where,
                        key=key,
                        meant=did_you_mean(key.replace("-", "_"), TARGET_KEYS),
                    )
                )
            read = reader(raw)
            if read is None:
                kind = phrase("a list of texts" if reader is texts else "a text")
                raise UsageError(
                    phrase(
                        "{file}: {where}.{key} is not {kind}.",
                        file=file,
                        where=where,
                        key=key,
                        kind=kind,
                    )
                )
            said[key.replace("-", "_")] = read
        if ("ssh" in said) == ("local" in said):
            raise UsageError(
                phrase(
                    '{file}: {where} wants either ssh = "[user@]host[:port][/path]" or local = '
                    '"/path".',
                    file=file,
                    where=where,
                )
            )
        yield name, TargetSettings(name, str(file), **said)  # type: ignore[arg-type]  # read above


def _options(table: object, file: Path) -> Iterator[tuple[str, OptionValue]]:
    for key, raw in _table(table, file, "options").items():
        name = key.replace("-", "_")
        if name not in OPTIONS:
            raise UsageError(
                phrase(
                    "{file}: options.{key} is not a known key.{meant}",
                    file=file,
                    key=key,
                    meant=did_you_mean(name, OPTIONS),
                )
            )
        reader, wanted = OPTIONS[name]
        value = reader(raw)
        if value is None:
            raise UsageError(
                phrase("{file}: options.{key} is not {wanted}.", file=file, key=key, wanted=wanted)
            )
        yield name, value


def _patterns(table: object, file: Path) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    for kind, value in _table(table, file, "patterns").items():
        lists: dict[str, tuple[str, ...]] = {}
        for name, raw in _table(value, file, f"patterns.{kind}").items():
            read = texts(raw)
            if read is None:
                raise UsageError(
                    phrase(
                        "{file}: patterns.{kind}.{name} is not a list of texts.",
                        file=file,
                        kind=kind,
                        name=name,
                    )
                )
            lists[name] = read
        yield kind, lists


def _table(value: object, file: Path, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UsageError(phrase("{file}: {where} is not a table.", file=file, where=where))
    return value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, OptionValue]]:
    for name, (reader, wanted) in OPTIONS.items():
        raw = environ.get(ENVIRONMENT + name.upper())
        if not raw:
            continue
        value = reader(_guessed(raw, reader))
        if value is None:
            raise UsageError(
                phrase(
                    "The environment's {environment}{upper} is not {wanted}.",
                    environment=ENVIRONMENT,
                    upper=name.upper(),
                    wanted=wanted,
                )
            )
        yield name, value


def _guessed(raw: str, reader: Reader) -> object:
    """A text of the environment as the type that its option has in a file."""
    if reader is flag:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            raw.lower()
        )
    if reader is texts:
        return raw.replace(",", " ").split()
    if reader is seconds or reader is size:
        try:
            return int(raw) if raw.isdecimal() else float(raw)
        except ValueError:
            return None
    return raw
