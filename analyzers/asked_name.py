"""Which mapped domain a person means by a name, and what the evidence knows of a name that is not mapped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from analyzers.aliases import AliasList
from analyzers.domains import ADD, REMOVE, MappedDomains, action_domain
from analyzers.evidence import Action, LogEvent, Mappings, PluginLogs, Scheduler, Sites
from analyzers.facts import Facts
from analyzers.instants import iso
from analyzers.language import joined, phrase
from analyzers.mappable import TypedName, typed_name, why_refused
from analyzers.names import Domain, displayed, is_wildcard, registrable, www_twin
from analyzers.network import Network

Relation = Literal[
    "mapped",
    "www-twin",
    "under-wildcard",
    "network",
    "native-site",
    "removed",
    "closte-only",
    "unmapped",
    "unobserved",
]
"""`www-twin`: its `www.` pair is mapped. `removed`: it was mapped once. `unobserved`: nobody read the
table. `unmapped`: no evidence knows it."""
_CLOSE = 3


@dataclass(frozen=True, slots=True)
class AskedName:
    """A name that was asked for, and what it is in this network."""

    name: TypedName
    relation: Relation
    domain: Domain
    """The mapped domain that answers for it; the name itself where none does."""
    says: str
    """One sentence; empty where the name is simply mapped."""
    closest: tuple[Domain, ...] = ()
    """Mapped names that look like it."""

    @property
    def known(self) -> bool:
        """Does any evidence know the name?"""
        return self.relation != "unmapped"


def asked_name(typed: str, facts: Facts) -> AskedName:
    """What a typed name is in this network."""
    name = typed_name(typed)
    mapped = facts.of(MappedDomains)
    if not isinstance(mapped, MappedDomains):
        lacking = mapped if isinstance(mapped, tuple) else (mapped,)
        why = ", ".join(str(m) for m in lacking)
        says = phrase(
            "Whether {shown} is mapped could not be looked at: {why}.",
            shown=name.shown,
            why=why or Mappings.FILE,
        )
        return AskedName(name, "unobserved", name.domain, says)
    if mapped.of(name.domain) is not None:
        return AskedName(name, "mapped", name.domain, "")
    return _answering(name, mapped) or _not_mapped(name, mapped, facts)


def _answering(name: TypedName, mapped: MappedDomains) -> AskedName | None:
    """Another mapped domain that sunrise would take for this name (DOMAIN 2.5)."""
    twin = www_twin(name.domain)
    if mapped.of(twin) is not None:
        says = phrase(
            "{shown} is not mapped itself: the plugin answers it with the row of {twin}, but "
            "never adds it at Closte, so it needs an alias of its own there. What follows is "
            "about {twin}.",
            shown=name.shown,
            twin=displayed(twin),
        )
        return AskedName(name, "www-twin", twin, says)
    wildcard = Domain(f"*.{name.domain.split('.', 1)[-1]}")
    if mapped.of(wildcard) is not None:
        says = phrase(
            "{shown} is not mapped itself. There is a row for {wildcard}, but the plugin "
            "looks names up as they are: that row serves nobody.",
            shown=name.shown,
            wildcard=wildcard,
        )
        return AskedName(name, "under-wildcard", wildcard, says)
    return None


def _not_mapped(name: TypedName, mapped: MappedDomains, facts: Facts) -> AskedName:
    closest = _closest(name.domain, [d.domain for d in mapped])
    network, sites, aliases = facts.of(Network), facts.of(Sites), facts.of(AliasList)
    if isinstance(network, Network) and name.domain == network.domain:
        says = phrase("{shown} is the network's own domain: it needs no mapping.", shown=name.shown)
        return AskedName(name, "network", name.domain, says)
    if isinstance(sites, Sites):
        site = next((s for s in sites.rows if s.domain == name.domain), None)
        if site is not None:
            says = phrase(
                "{shown} is the own address of site {blog_id}: no row of the mapping table is "
                "about it, and it needs none.",
                shown=name.shown,
                blog_id=site.blog_id,
            )
            return AskedName(name, "native-site", name.domain, says)
    if removed := _removed(name, facts):
        return AskedName(name, "removed", name.domain, removed)
    if isinstance(aliases, AliasList) and aliases.has(name.domain):
        says = phrase(
            "{shown} is in Closte's list of this app's domains, but no row of the mapping "
            "table maps it to a site.",
            shown=name.shown,
        )
        return AskedName(name, "closte-only", name.domain, says, closest)
    return AskedName(name, "unmapped", name.domain, _unmapped(name, closest), closest)


def _unmapped(name: TypedName, closest: tuple[Domain, ...]) -> str:
    refused = why_refused(name) if name.domain else phrase("That is no name of a domain.")
    if is_wildcard(name.domain):
        return phrase("{shown} is not mapped. {refused}", shown=name.shown, refused=refused)
    says = phrase("{shown} is not mapped in this network.", shown=name.shown or repr(name.typed))
    if closest:
        shown = ", ".join(displayed(c) for c in closest)
        return phrase("{says} Did you mean {shown}?", says=says, shown=shown)
    return joined((says, refused), " ") if refused else says


def _closest(domain: str, names: list[Domain]) -> tuple[Domain, ...]:
    """Names that look alike, before those of the same registrable domain."""
    alike = get_close_matches(domain, names, n=_CLOSE, cutoff=0.75)
    own = registrable(domain)
    kin = [n for n in names if own is not None and registrable(n) == own]
    return tuple(dict.fromkeys(Domain(n) for n in (*alike, *kin)))[:_CLOSE]


def past_of(domain: str, facts: Facts) -> tuple[tuple[LogEvent, ...], tuple[Action, ...]]:
    """Log records and add and remove jobs about a name that no row has; the oldest first."""
    logs, scheduler = facts.of(PluginLogs), facts.of(Scheduler)
    events = logs.events if isinstance(logs, PluginLogs) else ()
    actions = scheduler.actions if isinstance(scheduler, Scheduler) else ()
    mine = (a for a in actions if a.hook in (ADD, REMOVE) and action_domain(a, {}) == domain)
    return (
        tuple(e for e in events if e.domain == domain),
        tuple(sorted(mine, key=lambda a: a.action_id)),
    )


def _removed(name: TypedName, facts: Facts) -> str | None:
    """The story of a name that was mapped once; None where nothing tells of it."""
    events, actions = past_of(name.domain, facts)
    tombs = [e.at for e in events if e.name == "check.deleted"]
    jobs = [a for a in actions if a.hook == REMOVE]
    if not events and not actions:
        return None
    added = min(
        _times(actions, ADD, [e.at for e in events if e.name != "check.deleted"]), default=None
    )
    begun = phrase(" It was added on {added}.", added=iso(added)) if added is not None else ""
    if not tombs and not jobs:
        return phrase(
            "{shown} is not mapped now, though the logs or jobs tell of it.{begun} Nothing "
            "there says that it was deleted in the plugin: its row was taken away by other "
            "means, or renamed.",
            shown=name.shown,
            begun=begun,
        )
    when = max((*tombs, *_times(jobs, REMOVE, ())), default=None)
    return phrase(
        "{shown} was mapped and then deleted in the plugin{when}, on purpose.{begun} {after}",
        shown=name.shown,
        when=phrase(" on {at}", at=iso(when)) if when else "",
        begun=begun,
        after=_aftermath(name.domain, jobs, facts),
    )


def _times(actions: Iterable[Action], hook: str, more: Iterable[datetime]) -> list[datetime]:
    return [t for a in actions if a.hook == hook and (t := a.last_attempt or a.scheduled)] + list(
        more
    )


def _aftermath(domain: str, jobs: list[Action], facts: Facts) -> str:
    """Did its removal at Closte go through?"""
    aliases = facts.of(AliasList)
    if isinstance(aliases, AliasList):
        if aliases.has(domain):
            return phrase("Closte still has it as an alias of this app.")
        return phrase("Closte has no alias for it any more: nothing is left to do.")
    if jobs and jobs[-1].status == "complete":
        return phrase("The job that removes it at Closte is complete.")
    return phrase("Whether Closte still has its alias was not seen.")
