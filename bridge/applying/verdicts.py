"""Healed, pending or unhealed: what a look after a step says of the findings that it was to silence.

Pure. Silence counts only where somebody listened: a check that could not look is no proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers.aliases import LIST_LAG
from analyzers.findings import Diagnosis, Finding
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.planning import standing
from analyzers.steps import Outcome, Step

CLICK = phrase(
    "the web's object cache is on and keeps what it read before; one click clears it: in the admin "
    "bar of the network, Closte → Clear OPcache & Object-Cache"
)
"""DOMAIN F58: `wp cache flush` does not reach the web's APCu, nor does SQL."""
_SOON = {
    "alias.add": timedelta(minutes=10),
    "alias.delete": LIST_LAG,
    "domain.create-record": timedelta(minutes=15),
    "domain.recheck": timedelta(minutes=10),
    "jobs.run-due": timedelta(minutes=10),
    "cdn.flush": timedelta(minutes=10),
    "module.enable": timedelta(minutes=10),
}
"""Steps that others finish, and when that is usually over: Closte issues within 5 to 10 minutes (DOMAIN
1.6), its list may follow as late (DOMAIN 4.H), the plugin's checks run with WP-Cron."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a step's findings."""

    outcome: Outcome
    answer: str


def verdict(
    step: Step,
    diagnosis: Diagnosis | None,
    *,
    done_at: datetime,
    object_cache: bool | None,
) -> Verdict:
    """The verdict by a look after the step. `diagnosis` None: nobody could look."""
    if diagnosis is None:
        return Verdict("pending", phrase("the network could not be looked at after it"))
    left = standing(step, diagnosis)
    if left:
        return _still_there(step, left, diagnosis, done_at)
    blind = _unlooked(step, diagnosis)
    if blind:
        return Verdict(
            "pending", phrase("{codes}: this look could not tell", codes=", ".join(blind))
        )
    if step.via == "wp-cli" and object_cache is not False:
        template = (
            phrase("changed in the database; {click}")
            if object_cache
            else phrase("changed in the database; whether it is was not seen; if it is: {click}")
        )
        return Verdict("pending", phrase(template, click=CLICK))
    return Verdict(
        "healed", phrase("{codes} fell silent", codes=", ".join(step.heals) or phrase("nothing"))
    )


def is_silent(step: Step, diagnosis: Diagnosis) -> bool:
    """Did somebody look, and hear nothing any more of what this step is to silence?"""
    if diagnosis.verdict == "unobservable" or not step.heals:
        return False
    return not standing(step, diagnosis) and not _unlooked(step, diagnosis)


def is_worth_waiting(step: Step, diagnosis: Diagnosis) -> bool:
    """Would looking again shortly tell more? Not where others need minutes."""
    left = standing(step, diagnosis)
    return bool(left) and (
        step.action not in _SOON or any(f.code.startswith("alias.") for f in left)
    )


def _still_there(
    step: Step, left: tuple[Finding, ...], diagnosis: Diagnosis, done_at: datetime
) -> Verdict:
    codes = ", ".join(sorted({f.code for f in left}))
    if step.action not in _SOON:
        return Verdict("unhealed", phrase("still there: {codes}", codes=codes))
    until = _expected_by(step, diagnosis) or done_at + _SOON[step.action]
    if until < diagnosis.taken_at:
        return Verdict(
            "unhealed", phrase("still there after {at}: {codes}", at=iso(until), codes=codes)
        )
    return Verdict(
        "pending", phrase("still there: {codes}; expected by {at}", codes=codes, at=iso(until))
    )


def _expected_by(step: Step, diagnosis: Diagnosis) -> datetime | None:
    """Where the plugin's own checks decide: its next one."""
    if step.action != "domain.recheck":
        return None
    found = [d.checks for d in diagnosis.domains if d.domain == step.subject.id and d.checks]
    return found[0].next_at if found else None


def _unlooked(step: Step, diagnosis: Diagnosis) -> tuple[str, ...]:
    skipped = {s.code for s in diagnosis.skipped}
    return tuple(code for code in step.heals if code in skipped)
