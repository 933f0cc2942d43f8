"""From a diagnosis to a plan: the smallest set of steps that would silence its findings.

Pure, and the same for the same evidence in any order. Nothing here acts; `bridge/apply.py` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analyzers.findings import Diagnosis, Finding, Reference
from analyzers.planning.choices import Choices
from analyzers.planning.moved import Moved, moved
from analyzers.planning.refusals import Refusal
from analyzers.snapshot import Snapshot
from analyzers.steps import Plan, Step


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, what is refused and why, and what no step of it would silence."""

    plan: Plan
    """Where the whole is refused, only manual steps (and none on a copy of a network)."""
    refusals: tuple[Refusal, ...]
    uncovered: tuple[Reference, ...]
    """Findings of warning and above, not consequences, that neither a step nor a refusal is about."""

    @property
    def refused(self) -> bool:
        """Is carrying it out refused: wholly, or because nothing but refusals and manual steps is left?"""
        changes = any(step.via != "manual" for step in self.plan.steps)
        return any(r.whole for r in self.refusals) or (bool(self.refusals) and not changes)


def plan_for(
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    *,
    made_at: datetime,
    host_key: str | None,
    choices: Choices = Choices(),
) -> Planned:
    """The plan that would heal a diagnosis of this very snapshot.

    `made_at` is an instant in UTC; the plan expires 30 minutes later. `host_key`: the fingerprint
    `SHA256:…` of the host that the evidence came from, None where it came from a folder.
    """
    raise NotImplementedError


def refusals_of(
    plan: Plan,
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    *,
    now: datetime,
    host_key: str | None,
    choices: Choices = Choices(),
) -> tuple[Refusal, ...]:
    """Why a plan that was read from a file may not be carried out here and now.

    Expired, another host key, app or network, a copy of a network, a foreign key, too many changes, and
    for each step that has nothing before it: what moved. Empty: go on (and ask `moved` again before
    each step).
    """
    raise NotImplementedError


def standing(step: Step, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """The findings that this step is to silence and that still stand in a (later) diagnosis.

    None left: the step is healed, or was not needed any more; a manual step then counts as done.
    """
    raise NotImplementedError


__all__ = [
    "Choices",
    "Moved",
    "Planned",
    "Refusal",
    "moved",
    "plan_for",
    "refusals_of",
    "standing",
]
