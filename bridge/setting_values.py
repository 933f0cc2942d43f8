"""What each key of closte-doctor.toml may hold: a reader gives its value, or None if it is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyzers.language import phrase

OptionValue = str | bool | int | float | tuple[str, ...]


def text(value: object) -> str | None:
    """A text of one line, not empty."""
    return value if isinstance(value, str) and value and value.isprintable() else None


def texts(value: object) -> tuple[str, ...] | None:
    """A list of texts; one text alone is a list of one."""
    items = (value,) if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or any(text(item) is None for item in items):
        return None
    return tuple(items)


def flag(value: object) -> bool | None:
    """true or false."""
    return value if isinstance(value, bool) else None


def seconds(value: object) -> float | None:
    """A number of seconds above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return None
    return float(value)


def size(value: object) -> int | None:
    """A number of bytes."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def one_of(*words: str) -> Callable[[object], str | None]:
    """One of a few words."""
    return lambda value: value if isinstance(value, str) and value in words else None


def language(value: object) -> str | None:
    """A language that there is, or auto."""
    from bridge.language import AUTO, languages

    return value if isinstance(value, str) and value in (AUTO, *languages()) else None


Reader = Callable[[object], OptionValue | None]

TARGET_KEYS: Mapping[str, Reader] = {
    "ssh": text,
    "local": text,
    "path": text,
    "url": text,
    "key": text,
    "proxyjump": text,
    "wp": text,
    "expected_addresses": texts,
    "resolvers": texts,
}

OPTIONS: Mapping[str, tuple[Reader, str]] = {
    "format": (text, phrase("the name of a format")),
    "only": (texts, phrase("a list of codes")),
    "skip": (texts, phrase("a list of codes")),
    "fail_on": (
        one_of("error", "warning", "info", "never"),
        phrase("error, warning, info or never"),
    ),
    "lang": (language, phrase("auto, en or a language that has a catalogue")),
    "color": (one_of("auto", "always", "never"), phrase("auto, always or never")),
    "connect_timeout": (seconds, phrase("a number of seconds")),
    "command_timeout": (seconds, phrase("a number of seconds")),
    "deadline": (seconds, phrase("a number of seconds")),
    "no_probe": (flag, phrase("true or false")),
    "visit": (flag, phrase("true or false")),
    "strict": (flag, phrase("true or false")),
    "runtime": (flag, phrase("true or false")),
    "no_api": (flag, phrase("true or false")),
    "no_history": (flag, phrase("true or false")),
    "resolver": (texts, phrase("a list of IP[:PORT]")),
    "resolve": (texts, phrase("a list of HOST:PORT:ADDR[:PORT]")),
    "api_url": (text, phrase("a URL")),
    "api_from": (one_of("host", "here"), phrase("host or here")),
    "url": (text, phrase("the network's URL")),
    "log_bytes": (size, phrase("a number of bytes")),
}
"""Options that may have a default here: how each is read, and what it wants to be."""
