"""Whether WP-Cron runs: what wp-config says of it, and how late the work is (DOMAIN F100, F101)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from analyzers.constants import DefinedConstants
from analyzers.evidence import Cron, CronEvent, Missing, Scheduler
from analyzers.findings import Citation, Confidence
from analyzers.instants import duration
from analyzers.jobs import Jobs, due_at
from analyzers.network import Network

_SUSPICIOUS = timedelta(minutes=20)
_LIKELY = timedelta(minutes=30)
_EVERY_FEW_MINUTES = frozenset({"action_scheduler_run_queue", "closte_10_minutes_cron"})
_SURE = timedelta(minutes=65)
"""System crons are commonly set to 1, 5, 10 or 15 minutes, at worst to an hour."""


@dataclass(frozen=True, slots=True)
class CronState:
    """How cron is switched and how late it is."""

    ANY_OF: ClassVar[tuple[str, ...]] = (Scheduler.FILE, Cron.FILE)

    disabled: bool | None
    """DISABLE_WP_CRON is true: something else must call wp-cron.php. None: not asked."""
    alternate: bool
    """ALTERNATE_WP_CRON: visitors' own requests run the jobs, nothing calls wp-cron.php."""
    late: timedelta
    """How long nothing has run although something was due; nothing where work gets done."""
    confidence: Confidence
    """How sure it is that nothing runs."""
    evidence: tuple[Citation, ...]
    told: bool
    """Would it show if nothing ran? Not where no event is listed and no job was due for long."""

    @property
    def is_late(self) -> bool:
        """Is work waiting that should have been done, and has nothing been done since?"""
        return self.late > _SUSPICIOUS

    @classmethod
    def derive(
        cls,
        constants: DefinedConstants | None,
        jobs: Jobs | None,
        cron: Cron | None,
        network: Network,
    ) -> CronState | Missing:
        """From whatever shows work that waits; Missing("scheduler.json") without any."""
        if jobs is None and cron is None:
            return Missing(Scheduler.FILE)
        late, evidence = _lateness(jobs, cron, network.now)
        asked = constants is not None and constants.state("DISABLE_WP_CRON") != "unasked"
        return cls(
            disabled=constants.truthy("DISABLE_WP_CRON") if constants and asked else None,
            alternate=constants.truthy("ALTERNATE_WP_CRON") if constants else False,
            late=late,
            confidence=_confidence(late),
            evidence=evidence,
            told=cron is not None or _was_due(jobs, network.now),
        )


def _confidence(late: timedelta) -> Confidence:
    if late > _SURE:
        return "certain"
    return "likely" if late > _LIKELY else "possible"


def _lateness(
    jobs: Jobs | None, cron: Cron | None, now: datetime
) -> tuple[timedelta, tuple[Citation, ...]]:
    """Work of either kind that gets done shows that cron runs: then nothing is late."""
    due = [e for e in cron.events if e.next_run is not None] if cron is not None else []
    first = min(due, key=lambda e: e.next_run or now, default=None)
    behind = now - first.next_run if first is not None and first.next_run else timedelta()
    if any(_just_ran(event, now) for event in due) or _gets_done(jobs, first):
        return timedelta(), ()
    evidence: list[Citation] = []
    waits = timedelta()
    if jobs is not None and jobs.nothing_runs:
        job = jobs.overdue[0]
        waits = job.late
        last = f"last run {duration(now - jobs.last_run)} ago" if jobs.last_run else "none ever ran"
        excerpt = f"{job.action.hook} (action {job.action.action_id}) pending for {duration(waits)}, {last}"
        evidence.append(Citation(Scheduler.FILE, excerpt, due_at(job.action)))
    if first is not None and behind > _SUSPICIOUS:
        excerpt = f"{first.hook} was due {duration(behind)} ago"
        evidence.append(Citation(Cron.FILE, excerpt, first.next_run))
    return max(waits, behind), tuple(evidence)


def _was_due(jobs: Jobs | None, now: datetime) -> bool:
    """Did a job wait or run within what the slowest system cron takes?"""
    if jobs is None:
        return False
    return bool(jobs.overdue) or (jobs.last_run is not None and now - jobs.last_run <= _SURE)


def _just_ran(event: CronEvent, now: datetime) -> bool:
    """Events that come round every few minutes prove by their next run that they had their last."""
    often = event.hook in _EVERY_FEW_MINUTES
    return often and event.next_run is not None and now - event.next_run <= _SUSPICIOUS


def _gets_done(jobs: Jobs | None, first: CronEvent | None) -> bool:
    """Did a job run although one was due before it, and after the first cron event was due?"""
    if jobs is None or jobs.last_run is None or jobs.nothing_runs:
        return False
    return first is None or first.next_run is None or jobs.last_run > first.next_run
