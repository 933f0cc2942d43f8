"""The plugin's provisioning as a model: stages, tries, intervals, and what is to come (DOMAIN 2.3).

A check carries its number in the arguments of its Action Scheduler action: one with `tries` = t comes
after t checks of the stage. With at most N tries there are N + 1 checks and N waits. Counting lines of
the log would be wrong: two chains of checks may run side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from analyzers.api_key import ApiKey
from analyzers.check_window import TRIES, CheckSettings
from analyzers.domains import CHECK, MappedDomain, MappedDomains, checked_id, tries_of
from analyzers.evidence import Action, LogEvent, PluginLogs, Scheduler
from analyzers.findings import CheckWindow
from analyzers.names import Domain, is_under
from analyzers.network import Network

DNS_STAGES = frozenset({"checking-dns", "failed"})
SSL_STAGES = frozenset({"checking-ssl-cert", "ssl-failed", "done-without-ssl"})
QUEUED = frozenset({"pending", "in-progress"})
SSL_FAILED_SINCE = (2, 4, 10)
"""Before it, a certificate that did not come ended in `done-without-ssl` (DOMAIN 2.2)."""
USUAL_ISSUE = (timedelta(minutes=5), timedelta(minutes=10))
"""How long Closte takes by its own word (DOMAIN 1.6)."""
_ENOUGH_SAMPLES = 5
_CANCELLED = ("canceled", "cancelled")
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CheckRules:
    """How often this network's plugin checks, and when it stops."""

    interval: timedelta | None
    """None: the settings were not collected."""
    ssl_tries: int | None
    """None: plugin version or module are not known."""
    gives_up_ssl_as: str | None
    """The stage that a certificate which does not come ends in."""

    def limit(self, stage: str) -> int | None:
        """How many checks a stage gets at most."""
        if stage in DNS_STAGES:
            return TRIES + 1
        if stage in SSL_STAGES and self.ssl_tries is not None:
            return self.ssl_tries + 1
        return None

    def window(self, stage: str) -> timedelta | None:
        """From the first check of a stage to the last, where every check runs when it is due."""
        limit = self.limit(stage)
        return None if limit is None or self.interval is None else (limit - 1) * self.interval

    def gives_up_as(self, stage: str) -> str | None:
        """The stage after the last check of this one."""
        return "failed" if stage == "checking-dns" else self.gives_up_ssl_as

    def with_interval(self, seconds: int) -> CheckRules:
        """What if the check interval were another one (10 … 300 s, as the plugin clamps it)?"""
        return replace(self, interval=timedelta(seconds=max(10, min(300, seconds))))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the plugin's checks of one domain stand."""

    stage: str
    used: int | None
    """Checks of this stage that were made. None: no action tells."""
    limit: int | None
    queued: bool | None
    """Is a check pending or running? None: the jobs were not seen."""
    next_at: datetime | None
    gives_up_at: datetime | None
    """When the last check is due, at the earliest."""

    @property
    def window(self) -> CheckWindow | None:
        """As the diagnosis shows it."""
        if self.used is None or self.limit is None:
            return None
        return CheckWindow(min(self.used, self.limit), self.limit, self.next_at, self.gives_up_at)

    @property
    def forgotten(self) -> bool:
        """Does the stage say checking, while nothing will ever check?"""
        return self.queued is False and self.stage in ("checking-dns", "checking-ssl-cert")


@dataclass(frozen=True, slots=True)
class Issuance:
    """How long certificates take on this network: learned where there are enough, else Closte's word."""

    usual: timedelta
    longest: timedelta
    learned_from: int
    """Number of past issuances; 0: Closte's word stands."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The checks of every mapped domain, past and to come."""

    rules: CheckRules
    issuance: Issuance
    progress: Mapping[Domain, Progress]

    @classmethod
    def derive(
        cls,
        mapped: MappedDomains,
        network: Network,
        checks: CheckSettings | None,
        key: ApiKey | None,
        scheduler: Scheduler | None,
        logs: PluginLogs | None,
    ) -> Provisioning:
        """One pass over the domains; nothing here is searched per domain."""
        rules = rules_of(network, checks, key)
        jobs_seen = scheduler is not None  # without tables there is no job, and will be none
        return cls(
            rules,
            issuance_of(logs.events if logs else (), network.domain),
            {d.domain: progress_of(d, rules, network.now, jobs_seen=jobs_seen) for d in mapped},
        )

    def of(self, domain: str) -> Progress | None:
        """The progress of one domain."""
        return self.progress.get(Domain(domain))


def rules_of(
    network: Network, checks: CheckSettings | None, key: ApiKey | None = None
) -> CheckRules:
    """The rules of this network's plugin, by its version, its settings and its Closte module.

    From 2.4.11 on the module's filter is there only while the module is set up as well, that is while it
    finds a key (DOMAIN 2.3): without one a domain gets the plugin's own few tries.
    """
    modern = network.at_least(*SSL_FAILED_SINCE)
    ends = None if modern is None else "ssl-failed" if modern else "done-without-ssl"
    if checks is None:
        return CheckRules(None, TRIES if modern is False else None, ends)
    tries = checks.tries
    if tries is not None and key is not None and key.lacks and network.at_least(2, 4, 11):
        tries = TRIES
    return CheckRules(timedelta(seconds=checks.interval), tries, ends)


def progress_of(
    domain: MappedDomain, rules: CheckRules, now: datetime, *, jobs_seen: bool
) -> Progress:
    """Where the checks of one domain stand, by the actions of its row."""
    limit = rules.limit(domain.stage)
    chains = [a for a in domain.of_hook(CHECK) if checked_id(a) == domain.row.id]
    checking = domain.stage in ("checking-dns", "checking-ssl-cert")
    queued = [a for a in chains if a.status in QUEUED] if checking else []
    if not queued:
        return Progress(
            stage=domain.stage,
            used=_used(chains) if limit is not None else None,
            limit=limit,
            queued=False if jobs_seen else None,
            next_at=None,
            gives_up_at=None,
        )
    first = min(queued, key=lambda a: (_ends_at(a, rules, limit, now) or now, -tries_of(a)))
    return Progress(
        stage=domain.stage,
        used=tries_of(first),
        limit=limit,
        queued=True,
        next_at=min((a.scheduled for a in queued if a.scheduled), default=None),
        gives_up_at=_ends_at(first, rules, limit, now),
    )


def _used(chains: Sequence[Action]) -> int | None:
    """Checks made before, and in, the newest action that is over; one that was cancelled made none."""
    over = [a for a in chains if a.status in ("complete", "failed", *_CANCELLED)]
    if not over:
        return None
    newest = max(over, key=lambda a: (a.last_attempt or a.scheduled or _NEVER, a.action_id))
    return tries_of(newest) + (newest.status not in _CANCELLED)


def _ends_at(
    action: Action, rules: CheckRules, limit: int | None, now: datetime
) -> datetime | None:
    """When the last check of this action's chain is due; an overdue one counts from now."""
    if limit is None or rules.interval is None or action.scheduled is None:
        return None
    return max(action.scheduled, now) + max(0, limit - 1 - tries_of(action)) * rules.interval


def issuance_of(events: Iterable[LogEvent], network: str) -> Issuance:
    """From the add of a domain to its first good certificate, learned from at least 5 of them.

    Names under the network's own domain are left out: its wildcard certificate is there already.
    """
    added: dict[Domain, datetime] = {}
    took: list[timedelta] = []
    for event in events:
        if event.domain is None or is_under(event.domain, network):
            continue
        if event.name == "closte.adding":
            added[event.domain] = event.at
        elif event.name == "check.ssl-ok" and event.domain in added:
            took.append(event.at - added.pop(event.domain))
    return learned(took)


def learned(past: Iterable[timedelta]) -> Issuance:
    """What at least 5 past issuances teach: their median and 95th percentile; else Closte's word."""
    took = tuple(past)
    if len(took) < _ENOUGH_SAMPLES:
        return Issuance(*USUAL_ISSUE, 0)
    seconds = sorted(span.total_seconds() for span in took)
    longest = seconds[min(len(seconds) - 1, round(0.95 * len(seconds)))]
    from statistics import median  # where nothing was issued yet, nobody needs it

    return Issuance(timedelta(seconds=median(seconds)), timedelta(seconds=longest), len(took))
