"""What should be there and is not: lines, rows and jobs that the plugin would have left behind.

A silence is an argument only where the thing would have been seen: the log level lets it through, the log
folder can be written, the record is not older than what was kept, and the plugin's version writes it at
all (DOMAIN 3.1, 3.4 to 3.6, 4.H). Where one of these does not hold, the silence names it and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers.domains import ADD, CHECK, CHECKING_STAGES, MappedDomain, checked_id
from analyzers.evidence import Action, Host, Missing, Options, PluginLogs, Scheduler
from analyzers.facts import Facts
from analyzers.findings import Confidence
from analyzers.instants import age, duration, iso
from analyzers.jobs import KEPT, LATE
from analyzers.language import joined, phrase, plural
from analyzers.network import Network
from analyzers.provisioning import Progress

_NEAR = timedelta(minutes=5)
"""An add of five calls of 45 s each takes no longer; Action Scheduler calls it failed then."""
_SETTLED = timedelta(minutes=2)
"""One run of a check is over by then: two loopback requests and a handshake of 10 s each."""
_ANSWERED = frozenset(
    {
        "closte.response",
        "closte.transport-failed",
        "closte.empty-body",
        "closte.bad-json",
        "closte.http-error",
    }
)
_RESULTS = (
    "check.dns-ok",
    "check.dns-retry",
    "check.dns-given-up",
    "check.ssl-ok",
    "check.ssl-retry",
    "check.ssl-given-up",
)


@dataclass(frozen=True, slots=True)
class Silence:
    """Something that should be there and is not."""

    at: datetime | None
    """When it should have come."""
    lacks: str
    """What is not there."""
    means: str
    confidence: Confidence
    hidden_by: str = ""
    """Why it could not have been seen: then its absence says nothing."""


@dataclass(frozen=True, slots=True)
class LogGate:
    """Would a line of level INFO of the plugin's logs have been written, and seen by us?"""

    hidden_by: str
    """Why not; empty where it would."""
    sure: bool
    """Is the level known to let it through?"""
    cut_before: datetime | None
    """Lines before this may have been left out of the evidence."""

    @classmethod
    def derive(cls, host: Host | None, options: Options | None, logs: PluginLogs | None) -> LogGate:
        """From the setting, the folder and what was collected."""
        level = (options.settings or {}).get("error_logging_level") if options else None
        known = options is not None and options.settings is not None
        if logs is None or (host is not None and host.logs_collected is False):
            return cls(phrase("the plugin's logs were not collected"), False, None)
        if level in ("disabled", "errors"):
            return cls(
                phrase("the logging level is `{level}`: such lines are never written", level=level),
                True,
                None,
            )
        if host is not None and host.logs_dir_writable is False:
            return cls(phrase("the log folder cannot be written"), True, None)
        warned = any(e.name.startswith("check.") and e.level != "INFO" for e in logs.events)
        if warned and not any(e.level == "INFO" for e in logs.events):
            return cls(phrase("PHP's error_reporting keeps lines of level INFO out"), False, None)
        cut = host is not None and (host.logs_bytes or 0) > logs.bytes > 0
        return cls("", known, logs.first_at if cut else None)

    def hides(self, at: datetime | None) -> str:
        """Why a line of that moment would not have been seen; empty where it would."""
        if self.hidden_by:
            return self.hidden_by
        if self.cut_before is not None and at is not None and at < self.cut_before:
            return phrase("only the newest part of the logs was read")
        return ""


def silences_of(domain: MappedDomain, progress: Progress, facts: Facts) -> tuple[Silence, ...]:
    """The silences of one mapped domain, in order of time; those that prove nothing come last."""
    network = facts.of(Network)
    gate = facts.of(LogGate)
    if not isinstance(network, Network) or not isinstance(gate, LogGate):
        return ()
    scheduler = facts.of(Scheduler)
    jobs = scheduler if isinstance(scheduler, Scheduler) and scheduler.tables_exist else None
    why = (
        joined((scheduler.file, scheduler.why), ": " if scheduler.why else "")
        if isinstance(scheduler, Missing)
        else phrase("Action Scheduler has no tables")
    )
    case = _Case(domain, progress, network, gate, jobs, why)
    found = [s for part in _PARTS for s in part(case)]
    return tuple(sorted(found, key=lambda s: (bool(s.hidden_by), s.at or network.now)))


@dataclass(frozen=True, slots=True)
class _Case:
    domain: MappedDomain
    progress: Progress
    network: Network
    gate: LogGate
    jobs: Scheduler | None
    no_jobs: str

    @property
    def now(self) -> datetime:
        return self.network.now

    def line(
        self, at: datetime | None, lacks: str, means: str, confidence: Confidence = "certain"
    ) -> Silence:
        """A line of the log that is not there."""
        sure: Confidence = confidence if self.gate.sure else "likely"
        return Silence(at, lacks, means, sure, self.gate.hides(at))


def _no_add_job(case: _Case) -> Iterator[Silence]:
    domain, created = case.domain, case.domain.row.created
    if domain.of_hook(ADD) or created is None:
        return
    lacks = phrase("the job `{add}` that a new row brings with it", add=ADD)
    if case.jobs is None:
        yield Silence(
            created,
            lacks,
            "",
            "possible",
            phrase("the jobs were not read: {no_jobs}", no_jobs=case.no_jobs),
        )
        return
    if age(created, case.now) > KEPT:
        hidden = phrase("complete jobs are deleted after 31 days")
        yield Silence(created, lacks, "", "possible", hidden)
        return
    if case.network.at_least(2, 13) is not False:
        means = phrase(
            "Closte was never asked for this domain. From 2.13.0 on the job is only made while somebody "
            "takes it: the Closte module was off then. Or the row was made past the plugin."
        )
        yield Silence(created, lacks, means, "likely")
    else:
        means = phrase(
            "Closte was never asked for this domain: the row was made past the plugin (by SQL, an import "
            "or a restored backup)."
        )
        yield Silence(created, lacks, means, "likely")


def _add_without_line(case: _Case) -> Iterator[Silence]:
    """Up to 2.4.3 an add leaves a bare body, which is given to it by time; later ones name it."""
    if case.network.at_least(2, 4, 4) is not True:
        return
    lines = [e.at for e in case.domain.said("closte.adding")]
    for action in case.domain.of_hook(ADD):
        ran = action.last_attempt
        if action.status != "complete" or ran is None or _near(ran, lines):
            continue
        yield case.line(
            ran,
            phrase(
                "the line `Adding domain: {domain}` for the job {action_id}",
                domain=case.domain.domain,
                action_id=action.action_id,
            ),
            phrase(
                "The job ran, and nobody of Closte's module took it: another integration did, or the log was "
                "deleted since."
            ),
            "likely",
        )


def _near(at: datetime, times: list[datetime]) -> bool:
    return any(abs(at - t) <= _NEAR for t in times)


def _add_without_success(case: _Case) -> Iterator[Silence]:
    """2.4.11 and later log success only (DOMAIN 3.5)."""
    told = case.domain.said("closte.adding", "closte.added")
    if case.network.at_least(2, 4, 11) is not True or not told or told[-1].name != "closte.adding":
        return
    at = told[-1].at
    if age(at, case.now) < timedelta(minutes=4) and not _over_since(case.domain, at):
        return
    yield case.line(
        at,
        phrase(
            "the line `Domain {domain} added, requesting SSL` after `Adding domain`",
            domain=case.domain.domain,
        ),
        phrase(
            "Adding it at Closte failed. This version writes no reason anywhere: only Closte's API can tell."
        ),
    )


def _over_since(domain: MappedDomain, at: datetime) -> bool:
    return any(
        a.status in ("complete", "failed") and a.last_attempt and abs(a.last_attempt - at) <= _NEAR
        for a in domain.of_hook(ADD)
    )


def _request_without_answer(case: _Case) -> Iterator[Silence]:
    events = case.domain.said("closte.request", *_ANSWERED)
    if not events or events[-1].name != "closte.request":
        return
    if age(events[-1].at, case.now) < timedelta(minutes=1):
        return
    yield case.line(
        events[-1].at,
        phrase("an answer to the last request to Closte"),
        phrase("PHP ended while it waited for Closte: it died, or was ended for taking too long."),
    )


def _death_after_failure(case: _Case) -> Iterator[Silence]:
    """2.4.4 to 2.4.10 end with a PHP error when no connection comes about (DOMAIN 3.4)."""
    told = [e for e in case.domain.events if e.name.startswith("closte.")]
    if not told or told[-1].name != "closte.transport-failed":
        return
    yield case.line(
        told[-1].at,
        phrase("any line after `API request failed`"),
        phrase(
            "The module died of its own bug at that point (2.4.4 to 2.4.10): the domain was not added, and "
            "nothing tries again."
        ),
    )


def _check_without_lines(case: _Case) -> Iterator[Silence]:
    lines = [e.at for e in case.domain.said("check.started")]
    mute = [a for a in _own_checks(case) if a.status == "complete" and _unlogged(a, lines)]
    if not mute:
        return
    newest = mute[-1].last_attempt
    few = plural("{n} check that ran", "{n} checks that ran", len(mute))
    yield case.line(
        newest,
        phrase(
            "the line `Starting Check` of {few}, the last on {day}",
            few=few,
            day=iso(newest) if newest else phrase("no known day"),
        ),
        phrase(
            "The log does not tell what these checks found: it was deleted, or could not be written then."
        ),
        "likely",
    )


def _unlogged(action: Action, lines: list[datetime]) -> bool:
    return action.last_attempt is not None and not _near(action.last_attempt, lines)


def _own_checks(case: _Case) -> list[Action]:
    row = case.domain.row.id
    return [a for a in case.domain.of_hook(CHECK) if checked_id(a) == row]


def _check_without_result(case: _Case) -> Iterator[Silence]:
    """Only of the last check, and only where the stage makes a check say something (DOMAIN 2.3.7)."""
    told = case.domain.said("check.started", *_RESULTS)
    if case.domain.stage not in CHECKING_STAGES or not told or told[-1].name != "check.started":
        return
    if age(told[-1].at, case.now) < _SETTLED:
        return
    yield case.line(
        told[-1].at,
        phrase("the outcome of the last check"),
        phrase(
            "The check died half-way, for instance of an error of the DNS library: such an end breaks the "
            "chain of checks without a word."
        ),
        "likely",
    )


def _no_check_queued(case: _Case) -> Iterator[Silence]:
    if case.progress.forgotten:
        yield Silence(
            case.now,
            phrase("a queued check, while the stage says {stage}", stage=case.domain.stage),
            phrase("Nothing will ever look at this domain again."),
            "certain",
        )
    elif case.progress.queued is None and case.domain.stage in CHECKING_STAGES:
        yield Silence(
            case.now,
            phrase("a queued check"),
            "",
            "possible",
            phrase("the jobs were not read: {no_jobs}", no_jobs=case.no_jobs),
        )


def _check_overdue(case: _Case) -> Iterator[Silence]:
    due = case.progress.next_at
    if due is not None and case.progress.queued and age(due, case.now) > LATE:
        yield Silence(
            due,
            phrase("the check that was due {due} ago", due=duration(age(due, case.now))),
            phrase("It waits in the queue: the jobs do not run, or not often enough."),
            "certain",
        )


def _ran_late(case: _Case) -> Iterator[Silence]:
    late = [
        (a.last_attempt - a.scheduled, a)
        for a in _own_checks(case)
        if a.status == "complete" and a.last_attempt and a.scheduled
        if a.last_attempt - a.scheduled > 2 * LATE
    ]
    if late:
        span, action = max(late, key=lambda pair: pair[0])
        yield Silence(
            action.scheduled,
            plural(
                "{n} check at the time due, one {span} late",
                "{n} checks at the time due, one {span} late",
                len(late),
                span=duration(span),
            ),
            phrase(
                "For so long no job ran. That stretches the plugin's window, and does not shorten it."
            ),
            "certain",
        )


def _stage_without_line(case: _Case) -> Iterator[Silence]:
    """A stage that a check ends in, without the line that the check writes then."""
    line = {
        "failed": "check.dns-given-up",
        "ssl-failed": "check.ssl-given-up",
        "done": "check.ssl-ok",
    }.get(case.domain.stage)
    told = case.domain.said("check.started", *_RESULTS)
    if line is None or not told or any(e.name == line for e in told):
        return
    if any(a.status in ("pending", "in-progress") for a in _own_checks(case)):
        return
    yield case.line(
        case.domain.row.modified,
        phrase("the line with which a check sets the stage to {stage}", stage=case.domain.stage),
        phrase("No check of the plugin set this stage: a person did, or SQL."),
        "likely",
    )


def _cleared(case: _Case) -> Iterator[Silence]:
    tombs = case.domain.said("check.deleted")
    if tombs:
        yield Silence(
            tombs[-1].at,
            phrase("the log of an earlier mapping of this name"),
            phrase("It was deleted together with that mapping."),
            "certain",
        )


_PARTS = (
    _no_add_job,
    _add_without_line,
    _add_without_success,
    _request_without_answer,
    _death_after_failure,
    _check_without_lines,
    _check_without_result,
    _no_check_queued,
    _check_overdue,
    _ran_late,
    _stage_without_line,
    _cleared,
)
