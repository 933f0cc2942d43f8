"""Following one domain: look, say what changed, wait for the plugin's next check, look again.

The waiting is polite: the next look comes shortly after the plugin's own next check, never sooner than the
least pause, and never later than the longest. Each look is one command on the host, over one connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from analyzers.language import joined, phrase, plural
from bridge.deadline import Deadline
from bridge.errors import ExitStatus, HostUnreachable
from bridge.interruption import PARTIAL, Interrupted

if TYPE_CHECKING:
    from analyzers.domain_case import DomainCase
    from bridge.observing import Observer

End = Literal["ready", "failed", "stuck", "gone", "unobserved", "still", "interrupted"]
"""`stuck`: it will not move by itself. `gone`: it is not mapped (any more). `still`: the time given is over,
or the evidence cannot change, while it is on its way."""
STATUS = {
    "ready": ExitStatus.CLEAN,
    "failed": ExitStatus.FINDINGS,
    "stuck": ExitStatus.FINDINGS,
    "gone": ExitStatus.FINDINGS,
    "unobserved": ExitStatus.UNOBSERVABLE,
    "still": ExitStatus.UNOBSERVABLE,
    "interrupted": ExitStatus.INTERRUPTED,
}
LEAST_PAUSE = 5.0
"""Seconds between two looks, whatever `--every` says."""
USUAL_PAUSES = (30.0, 300.0)
"""Shortest and longest pause where nobody says `--every`."""
AFTER_A_CHECK = 20.0
"""Seconds that a check of the plugin is given to run: two loopback requests and a handshake."""
MOST_FAILURES = 3
"""Looks in a row that may fail before the watch ends."""

Say = Callable[[str], None]
Judge = Callable[[dict[str, bytes]], "DomainCase"]


@dataclass(frozen=True, slots=True)
class Watched:
    """How a watch ended, and what was known then."""

    end: End
    case: DomainCase | None
    """None where not one look came about."""

    @property
    def status(self) -> int:
        """The exit status."""
        return int(STATUS[self.end])


@dataclass(slots=True)
class Watch:
    """One domain being followed."""

    observer: Observer
    judge: Judge
    """Makes the case of the domain of what was seen."""
    say: Say
    """Takes one line per change, and the next expected event."""
    deadline: Deadline
    every: float | None = None
    """Seconds between two looks; None: as the plugin's own checks come."""
    sleep: Callable[[float], None] = time.sleep
    case: DomainCase | None = None

    def follow(self) -> Watched:
        """Until it is ready, has failed, will not move, or the time is over."""
        try:
            return Watched(self._follow(), self.case)
        except Interrupted as stop:
            return Watched("interrupted", self.case or self._partial(stop.files))
        except KeyboardInterrupt:
            return Watched("interrupted", self.case)

    def _partial(self, files: dict[str, bytes]) -> DomainCase:
        case = self.judge(files)
        return case.noted(case.diagnosis.language.of(PARTIAL))

    def _follow(self) -> End:
        failures = 0
        while True:
            before = self.case
            try:
                seen = self.judge(self.observer.look())
            except HostUnreachable as error:
                self.say(phrase("not observed: {why}", why=error.sentence))
                failures += 1
            else:
                failures = failures + 1 if seen.diagnosis.verdict == "unobservable" else 0
                if not failures or before is None:
                    self.case = seen
                if not failures:
                    self._tell(before, seen)
                    if (end := ending(seen)) is not None:
                        return end
            if failures and (before is None or failures >= MOST_FAILURES):
                return "unobserved"
            if not self.observer.changes:
                self.say(phrase("this evidence stays as it is: there is no more to follow"))
                return "still"
            if not self._wait():
                return "still"

    def _tell(self, before: DomainCase | None, seen: DomainCase) -> None:
        for line in changes(before, seen):
            self.say(line)
        expected = next_event(seen)
        if expected and (before is None or expected != next_event(before)):
            self.say(phrase("next: {event}", event=expected))

    def _wait(self) -> bool:
        """Sleep until the next look; False where the time is over before it."""
        pause = pause_until(self.case, self.every)
        if pause >= self.deadline.remaining():
            self.say(phrase("the time given is over, and it is still on its way"))
            return False
        self.sleep(pause)
        return True


def ending(case: DomainCase) -> End | None:
    """Has it ended, and how? None: it is on its way."""
    state = case.state
    if state is None:
        if case.asked.relation == "unobserved":
            return "unobserved"
        return "gone"
    if state.state == "up":
        return "ready"
    ready = state.stage in ("done", "done-without-ssl")
    if ready and state.state == "unknown":
        return "ready"  # by the plugin's word: nobody looked from outside
    if state.stage in ("failed", "ssl-failed"):
        return "failed"
    if state.state == "broken":
        return "failed" if ready else "stuck"
    return "stuck" if case.waiting_on in ("nobody", "operator") else None


def changes(before: DomainCase | None, seen: DomainCase) -> Iterator[str]:
    """One line for each thing that is new, gone, or another than at the last look."""
    from analyzers.instants import iso

    if seen.state is None or before is None or before.state is None:
        at = iso(seen.diagnosis.taken_at)
        yield joined((at, seen.headline), " ")
        if seen.state is not None:
            yield phrase(
                "{at} stage {stage}: {says}",
                at=at,
                stage=seen.state.stage or phrase("empty"),
                says=seen.stage_says,
            )
        return
    known = {(e.at, e.event, e.endpoint) for e in before.lifeline}
    for entry in seen.lifeline:
        if (entry.at, entry.event, entry.endpoint) not in known and _happened(entry.event):
            happened = f"{iso(entry.at)} {entry.event}: "
            yield joined((happened, entry.means or entry.detail), "")
    at = iso(seen.diagnosis.taken_at)
    if seen.state.stage != before.state.stage:
        yield phrase(
            "{at} stage {old} → {new}: {says}",
            at=at,
            old=before.state.stage or phrase("empty"),
            new=seen.state.stage or phrase("empty"),
            says=seen.stage_says,
        )
    old = {f.reference: f for f in before.diagnosis.causes()}
    new = {f.reference: f for f in seen.diagnosis.causes()}
    for reference in new.keys() - old.keys():
        title = new[reference].title
        yield phrase("{at} found: {title} [{code}]", at=at, title=title, code=reference.code)
    for reference in old.keys() - new.keys():
        title = old[reference].title
        yield phrase("{at} over: {title} [{code}]", at=at, title=title, code=reference.code)
    if seen.waiting_on != before.waiting_on:
        yield phrase("{at} waits for: {who}", at=at, who=seen.who or phrase("nothing"))


def _happened(event: str) -> bool:
    """Not what is due, what this look itself saw, or that a job was put into the queue."""
    return not event.endswith((".due", ".created", ".started")) and not event.startswith(
        ("dns.seen", "certificate.seen", "api.")
    )


def next_event(case: DomainCase) -> str | None:
    """What comes next, and when."""
    from analyzers.instants import iso

    state = case.state
    if state is None:
        return None
    parts: list[str] = []
    if state.checks is not None and state.checks.next_at is not None:
        left = state.checks.limit - state.checks.used
        parts.append(
            plural(
                "the plugin checks at {at} ({n} check left)",
                "the plugin checks at {at} ({n} checks left)",
                left,
                at=iso(state.checks.next_at),
            )
        )
    if case.forecast is not None and case.forecast.ending in ("ready", "gives-up", "unknown"):
        parts.append(case.forecast.says)
    return joined(parts, ". ") if parts else None


def pause_until(case: DomainCase | None, every: float | None) -> float:
    """Seconds until the next look: after the plugin's next check, within the usual pauses.

    Times of the host are compared with the time of the look, never with this machine's clock.
    """
    if every is not None:
        return max(LEAST_PAUSE, every)
    shortest, longest = USUAL_PAUSES
    due = _next_check(case)
    if case is None or due is None:
        return shortest
    wait = (due - case.diagnosis.taken_at + timedelta(seconds=AFTER_A_CHECK)).total_seconds()
    return min(longest, max(shortest, wait))


def _next_check(case: DomainCase | None) -> datetime | None:
    checks = case.state.checks if case is not None and case.state is not None else None
    return checks.next_at if checks is not None else None
