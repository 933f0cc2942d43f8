"""How long Closte took for a certificate, each time: from the alias being there to the plugin seeing it.

By timelines alone. The plugin looks every few minutes, so what is measured is never shorter than it was,
and longer by one of its intervals at most. Names under the network's own domain say nothing of it: they
stand under its wildcard certificate, which is there before anybody asks (DOMAIN 2.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers.findings import DomainState, TimelineEntry
from analyzers.names import is_under

_ASKED = frozenset({"closte.added", "wu_add_domain.complete"})
"""The second for logs up to 2.4.3, which do not name the first (DOMAIN 3.4)."""


@dataclass(frozen=True, slots=True)
class Issuance:
    """One certificate that came."""

    domain: str
    asked_at: datetime
    ready_at: datetime

    @property
    def took(self) -> timedelta:
        """How long it took."""
        return self.ready_at - self.asked_at


def issuances(states: Iterable[DomainState], network: str) -> tuple[Issuance, ...]:
    """All that the timelines tell, the oldest first. `network`: its domain."""
    found = [
        issuance
        for state in states
        if not is_under(state.domain, network)
        for issuance in _of(state.domain, state.timeline)
    ]
    return tuple(sorted(found, key=lambda i: (i.ready_at, i.domain)))


def _of(domain: str, timeline: Iterable[TimelineEntry]) -> Iterator[Issuance]:
    """A first success after the alias was added; asking again before that starts it anew."""
    asked: datetime | None = None
    for entry in timeline:
        if entry.event in _ASKED:
            asked = entry.at
        elif entry.event == "check.ssl-ok" and asked is not None:
            yield Issuance(domain, asked, entry.at)
            asked = None
