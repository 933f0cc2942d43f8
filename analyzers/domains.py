"""One view per mapped domain: everything that any evidence says of it, joined once.

Rules ask `MappedDomains` and never search a table themselves, so that 50,000 rows stay one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from analyzers.aliases import AliasList
from analyzers.api_answers import Answer, ApiAnswers
from analyzers.attribution import attributed
from analyzers.dns_view import DnsView, DomainDns
from analyzers.evidence import (
    Action,
    Http,
    HttpAnswer,
    LogEvent,
    MappingRow,
    Mappings,
    PluginLogs,
    Scheduler,
    Site,
    Sites,
)
from analyzers.findings import Citation, Subject
from analyzers.instants import age
from analyzers.names import Domain, canonical, is_wildcard
from analyzers.network import Network
from analyzers.platform_hosts import is_of_platform
from analyzers.plugin_check import PluginCheck, newest_check
from analyzers.tls_view import HostTls, TlsView

K = TypeVar("K")
V = TypeVar("V")

ACTIVE_STAGES = frozenset({"done", "done-without-ssl"})
CHECKING_STAGES = frozenset({"checking-dns", "checking-ssl-cert"})
ADD, REMOVE, CHECK = "wu_add_domain", "wu_remove_domain", "wu_async_process_domain_stage"
_OTHER_ZONE = timedelta(minutes=20)
"""What lies further ahead is no clock that goes wrong: zones are half an hour apart at least."""
USUAL_ISSUE = timedelta(minutes=10)
"""How long Closte usually takes for a certificate at most (DOMAIN 1.6)."""


@dataclass(frozen=True, slots=True)
class MappedDomain:
    """A mapped domain and all that is known of it."""

    domain: Domain
    subject: Subject
    """The domain as the subject of a finding."""
    rows: tuple[MappingRow, ...]
    """Its rows, the one that sunrise would choose first (DOMAIN 2.5)."""
    site: Site | None
    dns: DomainDns | None
    tls: HostTls | None
    http: tuple[HttpAnswer, ...]
    events: tuple[LogEvent, ...]
    """Of the plugin's logs, in order of time."""
    actions: tuple[Action, ...]
    """Its `wu_add_domain`, `wu_remove_domain` and stage checks, in order of id."""
    answers: tuple[Answer, ...]
    """Closte's answers about it, the logged ones (oldest first) before the calls."""
    listed: bool | None
    """Is it in Closte's list? None: there is no readable list."""
    under_network: bool
    """Is it the network's own domain or a name under it?"""
    added_at: datetime | None = None
    """When its alias was last asked for: the newest `closte.adding` or `wu_add_domain`, else when the row
    was made (CONTRACT section 5)."""

    @property
    def row(self) -> MappingRow:
        """The row that counts."""
        return self.rows[0]

    @property
    def stage(self) -> str:
        """Its stage, empty where the column is."""
        return self.row.stage or ""

    @property
    def live(self) -> bool:
        """Would sunrise serve it: active, and at a stage that counts as ready (DOMAIN 2.2)?"""
        return self.row.active is not False and self.stage in ACTIVE_STAGES

    @property
    def checkable(self) -> bool:
        """Is it a name that can be looked up and connected to, mapped and switched on?"""
        return (
            not is_wildcard(self.domain) and self.row.active is not False and "%" not in self.domain
        )

    @property
    def certificate_good(self) -> bool | None:
        """Is the certificate at the entrance good? None: not seen."""
        return self.tls.good if self.tls else None

    @property
    def leads_nowhere(self) -> bool:
        """Has it no address, so that there is nothing to connect to?"""
        return self.dns is not None and self.dns.resolved and not self.dns.addresses

    @property
    def comes_with_app(self) -> bool:
        """Is it a name that Closte serves without an alias: the network's own, or the platform's?"""
        return self.under_network or is_of_platform(self.domain)

    def of_hook(self, hook: str) -> tuple[Action, ...]:
        """Its actions of one hook."""
        return tuple(a for a in self.actions if a.hook == hook)

    def said(self, *names: str) -> tuple[LogEvent, ...]:
        """Its log events of these names."""
        return tuple(e for e in self.events if e.name in names)

    def young(self, now: datetime) -> bool:
        """Was its alias asked for, or its row made, less than ten minutes ago?"""
        return self.added_at is not None and age(self.added_at, now) < USUAL_ISSUE

    @property
    def alias_known(self) -> bool | None:
        """Has Closte the alias: by its list, else by the newest answer that the plugin logged."""
        if self.listed is not None:
            return self.listed
        told = self.said("closte.adding", "closte.added")
        return True if told and told[-1].name == "closte.added" else None

    @property
    def last_check(self) -> PluginCheck | None:
        """The plugin's newest check of it, as its log tells it."""
        return newest_check(self.events)

    @property
    def loopback_ok(self) -> bool | None:
        """Did the plugin, when it last asked the domain for itself, get this site?"""
        told = self.said("check.loopback-ok", "check.loopback-failed")
        return told[-1].name == "check.loopback-ok" if told else None

    @property
    def row_citation(self) -> Citation:
        """The row that counts, as a reader finds it in the table."""
        return cited_row(self.row)


@dataclass(frozen=True, slots=True)
class MappedDomains:
    """Every mapped domain, by name."""

    by_name: Mapping[Domain, MappedDomain]
    checkable: tuple[MappedDomain, ...]
    """Those that can be looked up and connected to, and that are switched on."""

    @classmethod
    def derive(
        cls,
        network: Network,
        mappings: Mappings,
        sites: Sites | None,
        aliases: AliasList | None,
        answers: ApiAnswers | None,
        dns: DnsView | None,
        tls: TlsView | None,
        http: Http | None,
        scheduler: Scheduler | None,
        logs: PluginLogs | None,
    ) -> MappedDomains:
        """One pass over each kind of evidence."""
        rows = _grouped((row.domain, row) for row in mappings.rows if row.domain)
        site_of = {site.blog_id: site for site in sites.rows} if sites else {}
        actions = _actions_by_domain(scheduler, mappings)
        events = _grouped(
            (e.domain, e) for e in attributed(logs.events if logs else ()) if e.domain
        )
        told = _grouped(
            (a.domain, a)
            for a in ((*answers.logged, *answers.called) if answers else ())
            if a.domain
        )
        pages = _grouped((a.host, a) for a in (http.answers if http else ()))
        found = {}
        for domain in sorted(rows):
            ordered = tuple(sorted(rows[domain], key=_precedence))
            found[domain] = MappedDomain(
                domain=domain,
                subject=Subject("domain", domain),
                rows=ordered,
                site=site_of.get(ordered[0].blog_id),
                dns=dns.of(domain) if dns else None,
                tls=tls.of(domain) if tls else None,
                http=tuple(pages.get(domain, ())),
                events=tuple(events.get(domain, ())),
                actions=tuple(actions.get(domain, ())),
                answers=tuple(told.get(domain, ())),
                listed=aliases.has(domain) if aliases else None,
                under_network=network.owns(domain),
                added_at=_added_at(
                    ordered[0], events.get(domain, ()), actions.get(domain, ()), network.now
                ),
            )
        return cls(found, tuple(d for d in found.values() if d.checkable))

    def __iter__(self) -> Iterator[MappedDomain]:
        """In order of name."""
        return iter(self.by_name.values())

    def of(self, domain: str) -> MappedDomain | None:
        """The mapped domain of this name."""
        return self.by_name.get(Domain(domain))


def _added_at(
    row: MappingRow, events: Iterable[LogEvent], actions: Iterable[Action], now: datetime
) -> datetime | None:
    """A log that another zone's clock dates (DOMAIN 3.1) does not say when that was where its line is
    still to come and something else says it."""
    asked = [e.at for e in events if e.name == "closte.adding"]
    asked += [t for a in actions if a.hook == ADD and (t := a.last_attempt or a.scheduled)]
    told = [at for at in asked if at - now < _OTHER_ZONE]
    if asked and not told and row.created and row.created - now < _OTHER_ZONE:
        return row.created
    return max(told or asked, default=None) or row.created


def _precedence(row: MappingRow) -> tuple[bool, bool, bool, bool, int]:
    """`ORDER BY primary_domain DESC, active DESC, secure DESC` (sunrise, DOMAIN 2.5), among the rows that
    it finds: MySQL takes no notice of case and of spaces at the end, but of everything else."""
    found = row.stored.rstrip(" ").lower() == row.domain
    return (not found, not row.primary, not row.active, not row.secure, row.id)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _actions_by_domain(
    scheduler: Scheduler | None, mappings: Mappings
) -> dict[Domain, list[Action]]:
    """Actions by the domain they are about: by name in the arguments, or by the row's id."""
    by_id = {row.id: row.domain for row in mappings.rows}
    found: dict[Domain, list[Action]] = {}
    for action in sorted(scheduler.actions if scheduler else (), key=lambda a: a.action_id):
        domain = action_domain(action, by_id)
        if domain:
            found.setdefault(domain, []).append(action)
    return found


def action_domain(action: Action, by_id: Mapping[int, Domain]) -> Domain | None:
    """Whom an action of the plugin is about (DOMAIN 2.4)."""
    if action.hook in (ADD, REMOVE):
        named = action.args.get("domain", action.args.get("0"))
        return canonical(named) if isinstance(named, str) and named else None
    if action.hook == CHECK:
        return by_id.get(checked_id(action))
    return None


def checked_id(action: Action) -> int:
    """The row id that a stage check is about; -1 where the arguments name none."""
    return _whole(action.args.get("domain_id", action.args.get("0")), -1)


def tries_of(action: Action) -> int:
    """How many checks of its stage were made before this one."""
    return max(0, _whole(action.args.get("tries", action.args.get("1")), 0))


def _whole(value: object, default: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return default
    try:
        return int(value)
    except ValueError:
        return default


def cited_row(row: MappingRow) -> Citation:
    """A mapping row for a citation."""
    off = ", switched off" if row.active is False else ""
    stored = row.stored if row.stored == row.domain else repr(row.stored)
    return Citation(
        Mappings.FILE,
        f"row {row.id}: {stored} of site {row.blog_id}, stage {row.stage or 'empty'}{off}",
        row.modified or row.created,
    )


def cited_action(action: Action) -> Citation:
    """An action for a citation, with its last word."""
    last = f": {action.log[-1].message}" if action.log else ""
    return Citation(
        Scheduler.FILE,
        f"action {action.action_id} {action.hook} {action.status}{last}",
        action.last_attempt or action.scheduled,
    )


def cited_event(event: LogEvent) -> Citation:
    """A record of the plugin's logs for a citation."""
    return Citation(event.source, f"line {event.line}: {event.message}", event.at)


def cited_page(answer: HttpAnswer) -> Citation:
    """An HTTP answer for a citation."""
    outcome = f"HTTP {answer.status}" if answer.status is not None else answer.error or "no answer"
    where = f" at {answer.address}" if answer.address else ""
    location = answer.headers.get("location")
    to = f", Location: {location}" if location else ""
    return Citation(Http.FILE, f"{answer.url}{where}: {outcome}{to}")


def newest(events: Sequence[LogEvent]) -> LogEvent | None:
    """The last of them."""
    return events[-1] if events else None
