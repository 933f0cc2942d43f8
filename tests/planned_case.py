"""The small healthy network with some records changed, planned for."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mapped_case import healthy

from analyzers.diagnose import diagnose
from analyzers.evidence import (
    Dns,
    Http,
    Mappings,
    Missing,
    Scheduler,
    Sites,
    Tls,
)
from analyzers.findings import Diagnosis
from analyzers.planning import Choices, Planned, plan_for
from analyzers.snapshot import Snapshot
from analyzers.steps import Step

MADE = datetime(2026, 5, 4, 10, 0, 30, tzinfo=UTC)
HOST_KEY = "SHA256:" + "a" * 43
_LISTS = {
    Mappings: "rows",
    Sites: "rows",
    Scheduler: "actions",
    Dns: "answers",
    Tls: "handshakes",
    Http: "answers",
}


@dataclass(frozen=True)
class PlannedCase:
    """A snapshot, its diagnosis, its plan."""

    snapshot: Snapshot
    diagnosis: Diagnosis
    planned: Planned

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the plan."""
        return self.planned.plan.steps

    @property
    def actions(self) -> list[str]:
        """Their actions, in order."""
        return [step.action for step in self.steps]

    def of(self, action: str) -> Step:
        """The one step of this action."""
        found = [step for step in self.steps if step.action == action]
        assert len(found) == 1, self.actions
        return found[0]

    def text(self, *words: str) -> str:
        """The text to paste of the one manual step that holds all of these words."""
        texts = [str(s.parameters["text"]) for s in self.steps if s.action == "manual"]
        found = [text for text in texts if all(word in text for word in words)]
        assert len(found) == 1, texts
        return found[0]

    @property
    def refused(self) -> list[str]:
        """The codes of the refusals."""
        return [refusal.code for refusal in self.planned.refusals]


def snapshot_of(*records: object, without: Iterable[type] = ()) -> Snapshot:
    """The healthy network with these records instead of its own."""
    observed = healthy()
    for record in records:
        observed[type(record)] = record
    for kind in without:
        observed[kind] = Missing(str(kind.FILE))  # type: ignore[attr-defined]
    return Snapshot(observed, observable=True)


def plan(
    *records: object, choices: Choices | None = None, without: Iterable[type] = ()
) -> PlannedCase:
    """The plan for it."""
    return plan_of(snapshot_of(*records, without=without), choices)


def plan_of(snapshot: Snapshot, choices: Choices | None = None) -> PlannedCase:
    """The plan for a snapshot."""
    diagnosis = diagnose(snapshot, tool="test")
    planned = plan_for(
        snapshot, diagnosis, made_at=MADE, host_key=HOST_KEY, choices=choices or Choices()
    )
    return PlannedCase(snapshot, diagnosis, planned)


def shuffled(snapshot: Snapshot, seed: int) -> Snapshot:
    """The same evidence in another order."""
    chance = random.Random(seed)
    observed = dict(snapshot.observed)
    for kind, name in _LISTS.items():
        record = observed.get(kind)
        if isinstance(record, kind):
            elements = list(getattr(record, name))
            chance.shuffle(elements)
            observed[kind] = replace(record, **{name: tuple(elements)})  # type: ignore[type-var]
    kinds = list(observed)
    chance.shuffle(kinds)
    return replace(snapshot, observed={kind: observed[kind] for kind in kinds})
