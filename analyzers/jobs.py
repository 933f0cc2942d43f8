"""What Action Scheduler has done, has to do, and has failed at, by domain (DOMAIN 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analyzers.evidence import Action, Mappings, Missing, Scheduler
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.names import Domain, canonical
from analyzers.network import Network

GROUP = "domain"
ADD = "wu_add_domain"
REMOVE = "wu_remove_domain"
STAGE = "wu_async_process_domain_stage"
OLD_PRIMARIES = "wu_async_remove_old_primary_domains"
OF_THE_MODULE = frozenset({ADD, REMOVE})
"""The hooks that Closte's integration takes. Its callbacks for sub-domains do nothing (DOMAIN 2.4)."""
KEPT = timedelta(days=31)
"""Action Scheduler deletes complete actions after that; failed ones it keeps (DOMAIN 4.H)."""
LATE = timedelta(minutes=5)
"""Action Scheduler runs its queue every minute; later than this is overdue."""

Reason = Literal["no-callbacks", "crashed", "timed-out", "other"]
_NO_CALLBACKS = "no callbacks are registered"
_CRASH_WORDS = (
    "cannot use object of type",
    "call to undefined",
    "call to a member function",
    "must be of type",
    "undefined array key",
    "undefined property",
    "fatal error",
    "uncaught",
    "typeerror",
    "too few arguments",
    "unsupported operand types",
    "syntax error, unexpected",
    "undefined constant",
    "undefined variable",
    "undefined index",
    "undefined offset",
    "access offset",
    "on null",
    "allowed memory size",
    "maximum execution time",
)
_TIMED_OUT = "marked as failed after"


@dataclass(frozen=True, slots=True)
class FailedJob:
    """An action that failed and that nothing has made good since."""

    action: Action
    domain: Domain | None
    reason: Reason
    says: str
    """The last words of its log."""
    at: datetime | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class OverdueJob:
    """An action that should have run."""

    action: Action
    domain: Domain | None
    late: timedelta


@dataclass(frozen=True, slots=True)
class Jobs:
    """Action Scheduler's actions of group `domain`, as they stand at the moment of the look."""

    failures: tuple[FailedJob, ...]
    overdue: tuple[OverdueJob, ...]
    """Pending and late by more than 5 minutes, the latest first."""
    running: tuple[OverdueJob, ...]
    """In progress, with how long ago they began."""
    queued_ids: frozenset[int]
    """Mapping rows whose stage check is pending or in progress."""
    nameless: frozenset[tuple[str, str]]
    """Hook and status of the actions whose arguments name no domain and no row: nobody can say whose they
    are."""
    undated: frozenset[str]
    """Statuses of the pending and the running ones of which nothing says since when."""
    last_run: datetime | None
    """When any action of any group last ran."""

    @classmethod
    def derive(
        cls, scheduler: Scheduler, mappings: Mappings | None, network: Network
    ) -> Jobs | Missing:
        """Missing where Action Scheduler's tables do not exist."""
        if not scheduler.tables_exist:
            return Missing(scheduler.FILE, phrase("Action Scheduler's tables do not exist"))
        domains = {row.id: row.domain for row in mappings.rows} if mappings else {}
        mine = [a for a in scheduler.actions if _is_mine(a)]
        queued = [
            domain_id_of(action)
            for action in mine
            if action.hook == STAGE and action.status in ("pending", "in-progress")
        ]
        return cls(
            failures=_failures(mine, domains),
            overdue=_overdue(mine, domains, network.now),
            running=_running(mine, domains, network.now),
            queued_ids=frozenset(row for row in queued if row is not None),
            nameless=frozenset((a.hook, a.status) for a in mine if _is_nameless(a)),
            undated=frozenset(a.status for a in mine if _is_undated(a)),
            last_run=max(filter(None, map(ran_at, scheduler.actions)), default=None),
        )

    @property
    def latest(self) -> timedelta:
        """How late the latest job is; nothing where none is."""
        return self.overdue[0].late if self.overdue else timedelta()

    @property
    def nothing_runs(self) -> bool:
        """Has no action of any group run since the latest of the overdue ones was due?"""
        if not self.overdue:
            return False
        due = due_at(self.overdue[0].action)
        return due is not None and (self.last_run is None or self.last_run <= due)


def _is_mine(action: Action) -> bool:
    """Is this of the plugin's group? A hand-made list may leave the group out."""
    return action.group == GROUP or (not action.group and action.hook.startswith("wu_"))


def domain_id_of(action: Action) -> int | None:
    """The mapping row that a stage check is about."""
    stored = action.args.get("domain_id", action.args.get("0"))
    try:
        return int(str(stored))
    except ValueError:
        return None


def domain_of(action: Action, domains: dict[int, Domain]) -> Domain | None:
    """The domain that an action is about, through the mapping row where it names one by id."""
    if action.hook == STAGE:
        row = domain_id_of(action)
        return domains.get(row) if row is not None else None
    for key in ("domain", "subdomain", "0"):
        stored = action.args.get(key)
        if isinstance(stored, str) and "." in stored:
            return canonical(stored)
    return None


def _is_nameless(action: Action) -> bool:
    """Is this one of the plugin's jobs for a domain, without saying for which?"""
    if action.hook == STAGE:
        return domain_id_of(action) is None
    return action.hook in OF_THE_MODULE and domain_of(action, {}) is None


def _is_undated(action: Action) -> bool:
    if action.status == "in-progress":
        return ran_at(action) is None and action.scheduled is None
    return action.status == "pending" and due_at(action) is None


def due_at(action: Action) -> datetime | None:
    """When an action is due. One to be run as soon as possible has no date but that of its making."""
    if action.scheduled is not None:
        return action.scheduled
    return next((e.at for e in action.log if e.at is not None), None)


def ran_at(action: Action) -> datetime | None:
    """When the action last ran, by its log or its last attempt; None where it never did."""
    if action.status == "pending" and action.last_attempt is None:
        return None
    times = [e.at for e in action.log if e.at is not None and e.message != "action created"]
    if action.last_attempt is not None:
        times.append(action.last_attempt)
    return max(times, default=None)


def last_words(action: Action) -> str:
    """The newest line of the action's log that says how it failed."""
    failed = [e.message for e in action.log if "fail" in e.message or "shutdown" in e.message]
    lines = failed or [e.message for e in action.log]
    return " ".join(lines[-1].split())[:240] if lines else phrase("it left no word")


def reason_of(action: Action) -> Reason:
    """Why a failed action failed, by the words of its log."""
    said = " ".join(entry.message for entry in action.log).lower()
    if _NO_CALLBACKS in said:
        return "no-callbacks"
    if any(word in said for word in _CRASH_WORDS):
        return "crashed"
    return "timed-out" if _TIMED_OUT in said else "other"


def _moment(action: Action) -> tuple[float, int]:
    at = ran_at(action) or action.scheduled
    return (at.timestamp() if at else float("-inf"), action.action_id)


def _failures(actions: Iterable[Action], domains: dict[int, Domain]) -> tuple[FailedJob, ...]:
    """The newest failed action of each hook and domain, unless a later one went well (DOMAIN 4.H)."""
    ended: dict[tuple[str, Domain | None, str], list[Action]] = {}
    for action in actions:
        if action.status in ("failed", "complete"):
            domain = domain_of(action, domains)
            which = "" if domain is not None else str(sorted(action.args.items()))
            ended.setdefault((action.hook, domain, which), []).append(action)
    standing = []
    for (_, domain, _), listed in ended.items():
        newest = max(listed, key=_moment)
        if newest.status == "failed":
            standing.append(_failed(newest, domain))
    return tuple(sorted(standing, key=lambda f: f.action.action_id))


def _failed(action: Action, domain: Domain | None) -> FailedJob:
    says = last_words(action)
    at = ran_at(action)
    excerpt = f"{action.hook} (action {action.action_id}) failed: {says}"
    return FailedJob(
        action, domain, reason_of(action), says, at, Citation(Scheduler.FILE, excerpt, at)
    )


def _overdue(
    actions: Iterable[Action], domains: dict[int, Domain], now: datetime
) -> tuple[OverdueJob, ...]:
    found = [
        OverdueJob(action, domain_of(action, domains), now - due)
        for action in actions
        if action.status == "pending" and (due := due_at(action)) is not None
        if now - due > LATE
    ]
    return tuple(sorted(found, key=lambda job: (-job.late, job.action.action_id)))


def _running(
    actions: Iterable[Action], domains: dict[int, Domain], now: datetime
) -> tuple[OverdueJob, ...]:
    return tuple(
        OverdueJob(action, domain_of(action, domains), now - began)
        for action in actions
        if action.status == "in-progress" and (began := ran_at(action) or action.scheduled)
    )
