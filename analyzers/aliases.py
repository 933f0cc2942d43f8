"""Closte's own list of this app's domains, as `getdomains` gave it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analyzers.api_answers import decoded, succeeded
from analyzers.evidence import ApiCall, ClosteCalls, Missing
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.names import Domain, canonical

_NAMES = ("domain", "hostname", "name", "host", "domain_name", "fqdn")
_LISTS = ("domains", "aliases", "data", "items", "result", "results")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class AliasList:
    """The aliases Closte knows. Derived only from a readable `getdomains` answer to a keyed call;
    else Missing("closte.json", why)."""

    names: frozenset[Domain]
    at: datetime | None
    citation: Citation

    @classmethod
    def derive(cls, calls: ClosteCalls) -> AliasList | Missing:
        """Tolerant of shape: a list of strings, or of objects with `domain`, `hostname` or `name`
        (DOMAIN 1.3: element fields are not visible in any source). The newest readable answer wins."""
        asked = [c for c in calls.calls if c.endpoint == "/getdomains" and c.keyed]
        lists = [found for call in asked if (found := _list_of(call)) is not None]
        if lists:
            return max(lists, key=lambda one: one.at.timestamp() if one.at else float("-inf"))
        why = phrase(
            "getdomains gave no readable list" if asked else "getdomains was not asked with a key"
        )
        return Missing(calls.FILE, why)

    def has(self, domain: str) -> bool:
        """Is the name in the list, itself or under a wildcard alias one label up?"""
        parent = domain.split(".", 1)[-1]
        return domain in self.names or f"*.{parent}" in self.names


def _list_of(call: ApiCall) -> AliasList | None:
    if call.http_status is not None and call.http_status >= 400:
        return None
    found = decoded(call.body)
    if found is None or not succeeded(found, "/getdomains"):
        return None
    listed = found if isinstance(found, list) else _domains_in(found)
    if listed is None:
        return None
    names = frozenset(
        name
        for raw in _strings(listed, 0)
        if "." in (name := _name_of(raw)) and " " not in raw.strip()
    )
    if listed and not names:
        return None  # elements of a shape nobody knows are no empty list
    excerpt = f"GET /getdomains: {len(names)} domain{'' if len(names) == 1 else 's'}"
    return AliasList(names, call.at, Citation(ClosteCalls.FILE, excerpt, call.at))


def _domains_in(found: dict[str, object]) -> list[object] | dict[str, object] | None:
    """The collection of domains in an answer: `domains` as Closte's own plugin reads it, or a likely name."""
    for name in _LISTS:
        inner = found.get(name)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict):
            return _domains_in(inner) or inner
    return [] if "domains" in found else None


def _strings(found: object, depth: int) -> Iterator[str]:
    """The domain names in a collection: strings, objects with a name, objects keyed by name."""
    if depth > _DEEPEST:
        return
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for element in found:
            yield from _strings(element, depth + 1)
    elif isinstance(found, dict):
        yield from _strings_of_object(found, depth)


def _strings_of_object(found: dict[str, object], depth: int) -> Iterator[str]:
    named = [found[name] for name in _NAMES if isinstance(found.get(name), str)]
    if named:
        name = str(named[0])
        yield name
        if found.get("wildcard") in (True, 1, "1", "true") and not name.startswith("*."):
            yield f"*.{name}"  # the flag beside a bare name: DOMAIN 1.4 sends both
    for key, inner in found.items():
        if isinstance(inner, dict | list) and (key in _LISTS or not named):
            yield from _strings(inner, depth + 1)
        if not named and "." in key:
            yield key


def _name_of(raw: str) -> Domain:
    """A list's entry as a canonical name, without a scheme, path or port."""
    bare = raw.strip().split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return canonical(bare)
