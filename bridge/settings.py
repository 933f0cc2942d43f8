"""The user's own closte-doctor.toml: targets by name, defaults for options, more patterns.

Two places: the current folder, then the XDG configuration folder; the nearer one wins, name by name.
An unknown key is an error, since a misspelt one would otherwise be silence. No secret belongs here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bridge.errors import UsageError

FILE = "closte-doctor.toml"
_XDG_NAMES = (f"closte-doctor/{FILE}", "closte-doctor/config.toml", FILE)
"""Below XDG_CONFIG_HOME, the first that exists."""
ENVIRONMENT = "CLOSTE_DOCTOR_"
"""`CLOSTE_DOCTOR_CONNECT_TIMEOUT=5` sets the option connect-timeout."""

_SECRET = re.compile(
    r"(^|_)(api_?key|passw(or)?d|passphrase|secret|token|salt|credentials?)$|_key$", re.IGNORECASE
)
_TARGET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*", re.ASCII)

OptionValue = str | bool | int | float | tuple[str, ...]


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
    files = (Path(config),) if config is not None else tuple(_files(cwd or Path.cwd(), environ))
    for file in files:
        document = _read(file)
        for name, target in _targets(document.pop("targets", {}), file):
            targets.setdefault(name, target)
        for name, value in _options(document.pop("options", {}), file):
            options.setdefault(name, value)
        for kind, lists in _patterns(document.pop("patterns", {}), file):
            mine = patterns.setdefault(kind, {})
            for name, texts in lists.items():
                mine[name] = (*mine.get(name, ()), *texts)
        _none_left(document, str(file), "")
    options |= dict(_from_environment(environ))
    return Settings(
        MappingProxyType(targets),
        MappingProxyType(options),
        MappingProxyType(patterns),
        tuple(map(str, files)),
    )


def _files(cwd: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    here = cwd / FILE
    if here.is_file():
        yield here
    home = environ.get("HOME") or str(Path.home())
    folder = Path(environ.get("XDG_CONFIG_HOME") or f"{home}/.config")
    found = next((folder / name for name in _XDG_NAMES if (folder / name).is_file()), None)
    if found is not None and not (here.is_file() and found.samefile(here)):
        yield found


def _read(file: Path) -> dict[str, object]:
    import tomllib

    try:
        with file.open("rb") as stream:
            document = tomllib.load(stream)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        where = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
        place = f" ({where[1]})" if where else ""
        # Not TOML's own words: they can quote the text, and that could be a secret.
        raise UsageError(f"{file} is not TOML{place}.") from None
    _refuse_secrets(document, str(file), "")
    return document


def _refuse_secrets(table: Mapping[str, object], file: str, above: str) -> None:
    for name, value in table.items():
        where = f"{above}{name}"
        if isinstance(value, Mapping):
            _refuse_secrets(value, file, f"{where}.")
        elif _SECRET.search(name.replace("-", "_")) or "PRIVATE KEY" in str(value):
            raise UsageError(
                f"{file}: {where} looks like a secret, and secrets are not kept in this file: "
                f"remove it (for a key there are --api-key-fd and --api-key-keyring)."
            )


def _none_left(table: Mapping[str, object], file: str, above: str) -> None:
    for name in table:
        raise UsageError(f"{file}: {above}{name} is not a known key.")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and value.isprintable() else None


def _texts(value: object) -> tuple[str, ...] | None:
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or any(_text(item) is None for item in items):
        return None
    return tuple(items)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return None
    return float(value)


def _bytes(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _one_of(*words: str) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


_Reader = Callable[[object], OptionValue | None]

_TARGET_KEYS: Mapping[str, _Reader] = {
    "ssh": _text,
    "local": _text,
    "path": _text,
    "url": _text,
    "key": _text,
    "proxyjump": _text,
    "wp": _text,
    "expected_addresses": _texts,
    "resolvers": _texts,
}

OPTIONS: Mapping[str, tuple[_Reader, str]] = {
    "format": (_text, "the name of a format"),
    "only": (_texts, "a list of codes"),
    "skip": (_texts, "a list of codes"),
    "fail_on": (_one_of("error", "warning", "info", "never"), "error, warning, info or never"),
    "lang": (_one_of("en", "pl", "auto"), "en, pl or auto"),
    "color": (_one_of("auto", "always", "never"), "auto, always or never"),
    "connect_timeout": (_seconds, "a number of seconds"),
    "command_timeout": (_seconds, "a number of seconds"),
    "deadline": (_seconds, "a number of seconds"),
    "no_probe": (_flag, "true or false"),
    "visit": (_flag, "true or false"),
    "strict": (_flag, "true or false"),
    "runtime": (_flag, "true or false"),
    "no_api": (_flag, "true or false"),
    "resolver": (_texts, "a list of IP[:PORT]"),
    "resolve": (_texts, "a list of HOST:PORT:ADDR[:PORT]"),
    "api_url": (_text, "a URL"),
    "api_from": (_one_of("host", "here"), "host or here"),
    "url": (_text, "the network's URL"),
    "log_bytes": (_bytes, "a number of bytes"),
}
"""Options that may have a default here: how each is read, and what it wants to be."""


def _targets(table: object, file: Path) -> Iterator[tuple[str, TargetSettings]]:
    for name, value in _table(table, file, "targets").items():
        if not _TARGET_NAME.fullmatch(name):
            raise UsageError(
                f"{file}: “{name}” cannot be the name of a target (letters, digits, - _ .)."
            )
        where = f"targets.{name}"
        said: dict[str, OptionValue] = {}
        for key, raw in _table(value, file, where).items():
            reader = _TARGET_KEYS.get(key.replace("-", "_"))
            if reader is None:
                raise UsageError(f"{file}: {where}.{key} is not a known key.")
            read = reader(raw)
            if read is None:
                kind = "a list of texts" if reader is _texts else "a text"
                raise UsageError(f"{file}: {where}.{key} is not {kind}.")
            said[key.replace("-", "_")] = read
        if ("ssh" in said) == ("local" in said):
            raise UsageError(
                f'{file}: {where} wants either ssh = "[user@]host[:port][/path]" or local = "/path".'
            )
        yield name, TargetSettings(name, str(file), **said)  # type: ignore[arg-type]  # read above


def _options(table: object, file: Path) -> Iterator[tuple[str, OptionValue]]:
    for key, raw in _table(table, file, "options").items():
        name = key.replace("-", "_")
        if name not in OPTIONS:
            raise UsageError(f"{file}: options.{key} is not a known key.")
        reader, wanted = OPTIONS[name]
        value = reader(raw)
        if value is None:
            raise UsageError(f"{file}: options.{key} is not {wanted}.")
        yield name, value


def _patterns(table: object, file: Path) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    for kind, value in _table(table, file, "patterns").items():
        lists: dict[str, tuple[str, ...]] = {}
        for name, raw in _table(value, file, f"patterns.{kind}").items():
            texts = _texts(raw)
            if texts is None:
                raise UsageError(f"{file}: patterns.{kind}.{name} is not a list of texts.")
            lists[name] = texts
        yield kind, lists


def _table(value: object, file: Path, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UsageError(f"{file}: {where} is not a table.")
    return value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, OptionValue]]:
    for name, (reader, wanted) in OPTIONS.items():
        raw = environ.get(ENVIRONMENT + name.upper())
        if not raw:
            continue
        value = reader(_guessed(raw, reader))
        if value is None:
            raise UsageError(f"The environment's {ENVIRONMENT}{name.upper()} is not {wanted}.")
        yield name, value


def _guessed(raw: str, reader: _Reader) -> object:
    """A text of the environment as the type that its option has in a file."""
    if reader is _flag:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            raw.lower()
        )
    if reader is _texts:
        return raw.replace(",", " ").split()
    if reader is _seconds or reader is _bytes:
        try:
            return int(raw) if raw.isdecimal() else float(raw)
        except ValueError:
            return None
    return raw
