"""The domain names in an answer of `getdomains`, whatever shape it has.

No source shows what an element of that list looks like (DOMAIN 1.3), so none is taken for granted: texts,
objects with a name, objects keyed by name or by number, and a wrapper around them are all read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.addresses import address_of
from analyzers.names import Domain, meant

_LISTS = ("domains", "aliases", "data", "items", "result", "results")
"""What the list is called: `domains` as Closte's own plugin reads it, then likely names."""
_NAMES = (
    "domain",
    "hostname",
    "name",
    "host",
    "domainname",
    "fqdn",
    "alias",
    "domainalias",
    "url",
)
_BETWEEN = re.compile(r"[\s,;]+")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ListedNames:
    """The names of a list, canonical."""

    names: frozenset[Domain]
    flagged: frozenset[Domain]
    """Bare names of entries with a wildcard flag beside them: `names` holds them and their `*.` form, and
    which of the two Closte has is not told."""


def names_of(found: dict[str, object] | list[object]) -> ListedNames | None:
    """The names in an answer; None where it holds no list that could be read.

    An empty list has no names. One of whose elements none could be read is not empty but unreadable, and
    `null` is Closte's way to say that something went wrong (DOMAIN 1.3).
    """
    listed = found if isinstance(found, list) else _collection(found)
    if isinstance(listed, str):
        listed = [part for part in _BETWEEN.split(listed) if part] or None
    if listed is None:
        return None
    entries = tuple(_entries(listed, 0))
    names = frozenset(name for raw, _ in entries if (name := _name_of(raw)))
    if not names and _holds_something(listed):
        return None
    return ListedNames(
        names, frozenset(name for raw, flagged in entries if flagged and (name := _name_of(raw)))
    )


Collection = list[object] | dict[str, object]


def _collection(found: dict[str, object]) -> Collection | str | None:
    """The collection of domains in an answer, under the name it should have or under any other."""
    if isinstance(found.get("domains"), str):
        return str(found["domains"])
    known = _called_so(found)
    if known is not None or "domains" in found:
        return known
    others: list[Collection] = [inner for inner in found.values() if isinstance(inner, list)]
    others += [inner for inner in found.values() if isinstance(inner, dict)]
    within = next((inner for inner in others if any(_named(inner))), None)
    return (_called_so(within) or within) if isinstance(within, dict) else within


def _called_so(found: dict[str, object], depth: int = 0) -> Collection | None:
    """What stands under the name of a list, not too deep: `{"data": {"domains": […]}}`."""
    for name in _LISTS if depth <= _DEEPEST else ():
        inner = found.get(name)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict):
            deeper = None if name == "domains" else _called_so(inner, depth + 1)
            return inner if deeper is None else deeper
    return None


def _holds_something(found: Collection, depth: int = 0) -> bool:
    """Is there an element in it? `{"total": 0, "items": []}` is as empty as `[]`."""
    inner = found.values() if isinstance(found, dict) else found
    nested = [value for value in inner if isinstance(value, dict | list)]
    if isinstance(found, dict) and nested and depth <= _DEEPEST:
        return any(_holds_something(value, depth + 1) for value in nested)
    return bool(found)


def _named(found: Collection) -> Iterator[Domain]:
    return (name for raw, _ in _entries(found, 0) if (name := _name_of(raw)))


def _entries(found: object, depth: int) -> Iterator[tuple[str, bool]]:
    """The texts of a collection that may be names, and whether a wildcard flag stands beside each."""
    if depth > _DEEPEST:
        return
    if isinstance(found, str):
        yield found, False
    elif isinstance(found, list):
        for element in found:
            yield from _entries(element, depth + 1)
    elif isinstance(found, dict):
        yield from _of_object(found, depth)


def _of_object(found: dict[str, object], depth: int) -> Iterator[tuple[str, bool]]:
    fields = {key.lower().replace("_", ""): value for key, value in found.items()}
    named = [
        value
        for name in _NAMES
        if isinstance(value := fields.get(name), str) and _name_of(value) is not None
    ]
    if named:
        bare = named[0].strip()
        flagged = fields.get("wildcard") in (True, 1, "1", "true") and not bare.startswith("*.")
        yield bare, flagged
        if flagged:
            yield f"*.{_name_of(bare)}", False  # DOMAIN 1.4: what is sent has both
    for key, inner in found.items():
        if isinstance(inner, dict | list) and (key in _LISTS or not named):
            yield from _entries(inner, depth + 1)
        elif isinstance(inner, str) and key.isdigit():
            yield inner, False  # PHP prints an array with gaps as an object
        if not named and "." in key:
            yield key, False


def _name_of(raw: str) -> Domain | None:
    """A list's entry as a canonical name, without a scheme, path or port; None for what is no name."""
    if any(c.isspace() for c in raw.strip()):
        return None
    name = meant(raw)
    return name if "." in name and address_of(name) is None else None
