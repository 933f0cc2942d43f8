"""Closte's own list of this app's domains, as `getdomains` gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers.alias_shapes import names_of
from analyzers.api_answers import decoded, succeeded
from analyzers.evidence import ApiCall, ClosteCalls, Missing
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.names import Domain

LIST_LAG = timedelta(minutes=10)
"""How long after a change the list may still show the old state (DOMAIN 4.H)."""


@dataclass(frozen=True, slots=True)
class AliasList:
    """The aliases Closte knows. Derived only from a readable `getdomains` answer to a keyed call;
    else Missing("closte.json", why)."""

    names: frozenset[Domain]
    at: datetime | None
    citation: Citation
    flagged: frozenset[Domain] = frozenset()
    """Names of entries with a wildcard flag beside a bare name: they may stand for `*.` it alone."""

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
    listed = names_of(found)
    if listed is None:
        return None  # elements of a shape nobody knows are no empty list
    count = len(listed.names)
    excerpt = f"GET /getdomains: {count} domain{'' if count == 1 else 's'}"
    return AliasList(
        listed.names, call.at, Citation(ClosteCalls.FILE, excerpt, call.at), listed.flagged
    )
