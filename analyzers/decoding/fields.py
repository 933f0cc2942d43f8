"""Single values as hosts, tables and WP-CLI print them: numbers as text, truth as `"1"`, `""` or true.

Each reader answers None for what it cannot take; nothing here raises.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from analyzers import instants

T = TypeVar("T")
_WHOLE = re.compile(r"\s*[-+]?[0-9]{1,19}\s*\Z")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


def text(value: object) -> str | None:
    """Text, or a number as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def nonempty(value: object) -> str | None:
    """Text that is not empty; WordPress says `false` or `""` for what is not there."""
    return text(value) or None


def whole(value: object) -> int | None:
    """A whole number, or its decimal digits as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, str) and _WHOLE.match(value) else None


def real(value: object) -> float | None:
    """A number of seconds, or its text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def truth(value: object) -> bool | None:
    """Truth as WordPress prints it. None for null and for text that is neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; a single text is a list of one. What is no text is left out."""
    elements = value if isinstance(value, list) else [value]
    return tuple(t for t in map(text, elements) if t is not None)


@lru_cache(maxsize=1 << 16)
def _instant(value: str) -> datetime | None:
    return instants.parse(value)


def instant(value: object) -> datetime | None:
    """An instant as `instants.parse` reads it; a table repeats the same ones thousands of times."""
    return _instant(value) if isinstance(value, str) else instants.parse(value)


def table(value: object) -> dict[str, object]:
    """An object; PHP prints an empty array as `[]`, a list by position. Empty for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(place): element for place, element in enumerate(value)}
    return {}


def address(value: str) -> str:
    """An IP address in its one spelling; what is none stays as it is."""
    try:
        return str(ipaddress.ip_address(value.strip().strip("[]")))
    except ValueError:
        return value


def rows(
    elements: Iterable[object], read: Callable[[dict[str, object]], T | None]
) -> tuple[tuple[T, ...], int]:
    """The records of a list, and how many elements were none: each is skipped alone."""
    found: list[T] = []
    malformed = 0
    for element in elements:
        record = read(element) if isinstance(element, dict) else None
        if record is None:
            malformed += 1
        else:
            found.append(record)
    return tuple(found), malformed
