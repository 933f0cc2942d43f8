"""When a finding came, how long it stood, and whether it went: spells over many runs.

A run that could not look says nothing of a finding: it neither ends a spell nor begins one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analyzers.findings import SEVERITY_ORDER, Severity, Subject
from analyzers.past_runs import Noted, Run

FLAPS = 3
"""Times that a finding came or went, from which on it is flapping: it was there, gone, and back."""

Key = tuple[str, Subject]


@dataclass(frozen=True, slots=True)
class Spell:
    """One finding from the run that first had it to the run that no longer had it."""

    code: str
    subject: Subject
    severity: Severity
    """As the newest run that had it says."""
    before: Severity | None
    """As the run before that says, if it had it too."""
    cause: bool
    """Nothing else explained it, by the newest run that had it."""
    first_at: datetime
    began: bool
    """An earlier run looked and did not have it; else it may be older than what is kept."""
    last_at: datetime
    fixed_at: datetime | None
    """The first run that looked again and did not have it; None while it stands."""

    @property
    def took(self) -> timedelta | None:
        """How long it took to go, where both ends were seen."""
        return self.fixed_at - self.first_at if self.fixed_at is not None and self.began else None

    @property
    def worse(self) -> bool:
        """Is it graver than in the run before?"""
        return self.before is not None and _grave(self.severity) < _grave(self.before)

    @property
    def milder(self) -> bool:
        """Is it less grave than in the run before?"""
        return self.before is not None and _grave(self.severity) > _grave(self.before)


def _grave(severity: Severity) -> int:
    return SEVERITY_ORDER[severity]


def spells(runs: Sequence[Run]) -> tuple[Spell, ...]:
    """All spells in these runs (the oldest first), in the order in which they began."""
    by_run = [{(n.code, n.subject): n for n in run.found} for run in runs]
    keys = dict.fromkeys(key for noted in by_run for key in noted)
    found = [spell for key in keys for spell in _of(key, runs, by_run)]
    return tuple(sorted(found, key=lambda s: (s.first_at, s.code, s.subject)))


def _of(key: Key, runs: Sequence[Run], by_run: Sequence[dict[Key, Noted]]) -> Iterator[Spell]:
    code, subject = key
    open_one: Spell | None = None
    seen_absent = False
    for run, noted in zip(runs, by_run, strict=True):
        here = noted.get(key)
        if here is not None and open_one is None:
            open_one = Spell(
                code, subject, here.severity, None, here.cause, run.at, seen_absent, run.at, None
            )
        elif here is not None and open_one is not None:
            open_one = replace(
                open_one,
                severity=here.severity,
                before=open_one.severity,
                cause=here.cause,
                last_at=run.at,
            )
        elif code not in run.unseen:
            if open_one is not None:
                yield replace(open_one, fixed_at=run.at)
                open_one = None
            seen_absent = True
    if open_one is not None:
        yield open_one


def flapping(found: Sequence[Spell]) -> dict[Key, int]:
    """Findings that came and went again and again → how often they did either."""
    times: dict[Key, int] = {}
    for spell in found:
        key = (spell.code, spell.subject)
        times[key] = times.get(key, 0) + int(spell.began) + int(spell.fixed_at is not None)
    return {key: n for key, n in times.items() if n >= FLAPS}
