"""The facts a plan rests on: one place that reads each of them from evidence, for planning and re-checking.

A fact has a name (the table in `steps.py`) and a plain JSON value. None: it was not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from analyzers.aliases import AliasList
from analyzers.dns_view import DnsView
from analyzers.evidence import (
    ClosteCalls,
    Http,
    MappingRow,
    Mappings,
    Missing,
    Options,
    Scheduler,
)
from analyzers.expected import Expected
from analyzers.facts import Facts
from analyzers.module_state import OPTION as INTEGRATIONS
from analyzers.names import Domain
from analyzers.parking import PARKED_WORDS
from analyzers.snapshot import Snapshot
from analyzers.steps import Json
from analyzers.tls_view import TlsView

T = TypeVar("T")
NETWORK_IP = "wu_public_network_ip"
_COLUMNS = ("blog_id", "domain", "active", "primary_domain", "secure", "stage")


@dataclass(frozen=True)
class Grounds:
    """Everything that facts are read from. Facts of a snapshot never change, so they are kept."""

    facts: Facts

    @classmethod
    def of(cls, snapshot: Snapshot) -> Grounds:
        """The grounds in a snapshot."""
        return cls(Facts(snapshot.observed))

    def maybe(self, kind: type[T]) -> T | None:
        """A fact by its type, or None where it is missing."""
        found = self.facts.of(kind)
        return None if isinstance(found, Missing | tuple) else found

    @cached_property
    def rows(self) -> Mapping[int, MappingRow]:
        """The mapping rows by id."""
        found = self.maybe(Mappings)
        return {row.id: row for row in found.rows} if found else {}

    @cached_property
    def rows_by_domain(self) -> Mapping[str, tuple[MappingRow, ...]]:
        """The mapping rows by canonical domain, in order of id."""
        found: dict[str, list[MappingRow]] = {}
        for row in sorted(self.rows.values(), key=lambda row: row.id):
            found.setdefault(row.domain, []).append(row)
        return {domain: tuple(listed) for domain, listed in found.items()}

    @cached_property
    def ids_by_site(self) -> Mapping[str, tuple[int, ...]]:
        """The ids of the rows of each site, in order."""
        found: dict[str, list[int]] = {}
        for row in sorted(self.rows.values(), key=lambda row: row.id):
            found.setdefault(str(row.blog_id), []).append(row.id)
        return {site: tuple(ids) for site, ids in found.items()}

    @property
    def options_seen(self) -> bool:
        """Were the network's options collected, so that one that is not there is not set?"""
        found = self.maybe(Options)
        return found is not None and found.complete

    @cached_property
    def statuses(self) -> Mapping[int, str]:
        """The status of each Action Scheduler action."""
        found = self.maybe(Scheduler)
        return {a.action_id: a.status for a in found.actions} if found else {}

    def value(self, fact: str) -> Json:
        """The value of a fact by its name; None where nobody looked, or nobody knows the name."""
        for prefix, read in _READERS:
            if fact.startswith(prefix):
                return read(self, fact[len(prefix) :])
        return key_state(self) if fact == "key" else None

    def values(self, facts: Iterable[str]) -> dict[str, Json]:
        """The facts of these names, as they are."""
        return {fact: self.value(fact) for fact in facts}


def _rows_of(grounds: Grounds, whose: str) -> Json:
    if grounds.maybe(Mappings) is None:
        return None
    if whose.startswith("site "):
        return list(grounds.ids_by_site.get(whose.removeprefix("site "), ()))
    return [row.id for row in grounds.rows_by_domain.get(whose, ())]


def _row(grounds: Grounds, number: str) -> Json:
    row = grounds.rows.get(int(number)) if number.isdigit() else None
    return None if row is None else row_value(row)


def row_value(row: MappingRow, *columns: str) -> dict[str, Json]:
    """A row as steps rest on it: these columns, without any named all but its dates."""
    found = _row_value(row)
    return {column: found[column] for column in columns} if columns else found


def _row_value(row: MappingRow) -> dict[str, Json]:
    values = (row.blog_id, row.stored, row.active, row.primary, row.secure, row.stage)
    return dict(zip(_COLUMNS, values, strict=True))


def _alias(grounds: Grounds, domain: str) -> Json:
    found = grounds.maybe(AliasList)
    return None if found is None else Domain(domain) in found.names


def key_state(grounds: Grounds) -> str | None:
    """`works`: Closte gave its list for it. `faulty`: asked with the key, and no list came."""
    if grounds.maybe(AliasList) is not None:
        return "works"
    calls = grounds.maybe(ClosteCalls)
    asked = calls is not None and any(c.keyed and c.endpoint == "/getdomains" for c in calls.calls)
    return "faulty" if asked else None


def _setting(grounds: Grounds, name: str) -> Json:
    found = grounds.maybe(Options)
    return _slot(found.settings if found else None, name)


def _integration(grounds: Grounds, name: str) -> Json:
    found = grounds.maybe(Options)
    stored = found.values.get(INTEGRATIONS) if found else None
    return _slot(stored if isinstance(stored, dict) else None, name)


def _slot(stored: Mapping[str, object] | None, name: str) -> Json:
    if stored is None or name not in stored:
        return None
    value = stored[name]
    return {"value": value if isinstance(value, str | int | float | bool) else None}


def _transient(grounds: Grounds, name: str) -> Json:
    found = grounds.maybe(Options)
    stored = found.values.get(f"_site_transient_{name}") if found else None
    return {"value": stored} if isinstance(stored, str | int | float | bool) else None


def _dns(grounds: Grounds, domain: str) -> Json:
    """`here` · `proxied` · `elsewhere` · `nowhere`; a wildcard by the name it stands under."""
    views = grounds.maybe(DnsView)
    view = views.of(domain.removeprefix("*.")) if views else None
    if view is None or not view.resolved:
        return None
    if not view.addresses:
        return "nowhere"
    if view.right is None:
        return None
    if view.right:
        return "here"
    return "proxied" if view.reaches_us else "elsewhere"


def _certificate(grounds: Grounds, domain: str) -> Json:
    views = grounds.maybe(TlsView)
    seen = views.of(domain) if views else None
    if seen is None or seen.good is None:
        return None
    return "good" if seen.good else "bad"


def _action(grounds: Grounds, number: str) -> Json:
    return grounds.statuses.get(int(number)) if number.isdigit() else None


def _traffic(grounds: Grounds, domain: str) -> Json:
    """`ours`: visitors of the name get something from this server. `none`: looked, and they do not."""
    bare = domain.removeprefix("*.")
    place, certificate = _dns(grounds, bare), _certificate(grounds, bare)
    expected = grounds.maybe(Expected)
    pages = grounds.maybe(Http)
    for page in pages.answers if pages else ():
        here = page.address is None or expected is None or expected.holds(page.address)
        answered = page.status is not None and page.status < 400
        if page.host == bare and here and answered and not PARKED_WORDS.search(page.body_start):
            return "ours"
    if place in ("here", "proxied") and certificate == "good":
        return "ours"
    return None if place is None else "none"


_READERS: tuple[tuple[str, Callable[[Grounds, str], Json]], ...] = (
    ("rows of ", _rows_of),
    ("row ", _row),
    ("alias ", _alias),
    ("setting ", _setting),
    ("integration ", _integration),
    ("transient ", _transient),
    ("dns ", _dns),
    ("certificate ", _certificate),
    ("traffic ", _traffic),
    ("action ", _action),
)
