"""From a diagnosis to a plan: the smallest set of steps that would silence its findings.

Pure, and the same for the same evidence in any order. Nothing here acts; `bridge/apply.py` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analyzers.findings import Diagnosis, Reference
from analyzers.plan_document import digest_of
from analyzers.planning.aliases import AFTER_KEY, alias_steps
from analyzers.planning.already import already
from analyzers.planning.binding import (
    against_everything,
    changes_of,
    refusals_of_read,
    too_many,
)
from analyzers.planning.case import Case
from analyzers.planning.checks import check_steps
from analyzers.planning.choices import MOST_CHANGES, Choices
from analyzers.planning.closing import with_closing
from analyzers.planning.config_block import config_steps
from analyzers.planning.customer import customer_steps
from analyzers.planning.draft import Draft
from analyzers.planning.forbidding import forbids
from analyzers.planning.grounds import Grounds
from analyzers.planning.healing import Cover, standing
from analyzers.planning.jobs import job_steps
from analyzers.planning.moved import Moved, holds, moved
from analyzers.planning.ordering import in_order, merged, numbered, without
from analyzers.planning.others import other_steps
from analyzers.planning.refusals import Refusal
from analyzers.planning.rows import row_steps
from analyzers.planning.settings import settings_steps
from analyzers.planning.tickets import ticket_steps
from analyzers.snapshot import Snapshot
from analyzers.steps import Plan, PlannedNetwork, Step

LIFETIME = timedelta(minutes=30)
"""How long a plan is good for: what it rests on can change any minute."""
NO_CHOICES = Choices()
_FAMILIES = (
    config_steps,
    settings_steps,
    row_steps,
    alias_steps,
    check_steps,
    job_steps,
    customer_steps,
    ticket_steps,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, what is refused and why, and what no step of it would silence."""

    plan: Plan
    """On a copy of a network without steps; with a foreign key, manual steps only."""
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
    choices: Choices = NO_CHOICES,
) -> Planned:
    """The plan that would heal a diagnosis of this very snapshot.

    `made_at` is an instant in UTC; the plan expires 30 minutes later. `host_key`: the fingerprint
    `SHA256:…` of the host that the evidence came from, None where it came from a folder.
    """
    case = Case(Grounds.of(snapshot), diagnosis, choices)
    refusals = list(against_everything(case))
    drafts, left_out = _drafts(case)
    refusals += left_out
    steps = numbered(in_order(drafts))
    refusals += too_many(steps, choices, case.network.subject)
    network = diagnosis.network
    made = made_at.replace(microsecond=0)
    plan = Plan(
        digest="",
        made_at=made,
        expires_at=made + LIFETIME,
        target=diagnosis.target,
        network=PlannedNetwork(network.domain, network.app_id, host_key),
        steps=steps,
    )
    known = tuple(sorted(set(refusals)))
    return Planned(
        replace(plan, digest=digest_of(plan)), known, tuple(_uncovered(case, steps, known))
    )


def _drafts(case: Case) -> tuple[list[Draft], list[Refusal]]:
    """What the families want, without what is chosen away; and what they refuse."""
    if case.is_copy:
        return [], []
    made = [found for family in _FAMILIES for found in family(case)]
    refusals = [found for found in made if isinstance(found, Refusal)]
    drafts = _grounded(merged(found for found in made if isinstance(found, Draft)), case)
    healed = list(_healed(drafts, case))
    drafts = merged([*drafts, *other_steps(case, healed)])
    left_out = {d.key for d in drafts if d.via != "manual" and not _is_chosen(d, case)}
    chosen = [d for d in without(drafts, left_out) if _is_chosen(d, case)]
    return with_closing(chosen, case), refusals


def _grounded(drafts: list[Draft], case: Case) -> list[Draft]:
    """Without those that rest on what is not so, and wait for nothing that could bring it about."""
    while True:
        keys = {draft.key for draft in drafts}
        idle = {draft.key for draft in drafts if not _can_come_true(draft, keys, case)}
        if not idle:
            return drafts
        drafts = without(drafts, idle)


def _can_come_true(draft: Draft, keys: set[str], case: Case) -> bool:
    before = keys & set(draft.after)
    return all(
        before & set(_brings(fact)) or holds({fact: needed}, case.grounds)
        for fact, needed in draft.rests_on.items()
    )


def _brings(fact: str) -> tuple[str, ...]:
    """The drafts that can make a fact so: for the key and the list people, for an alias its step."""
    kind, _, about = fact.partition(" ")
    if kind == "alias":
        return (f"alias.add {about}", *AFTER_KEY)
    return AFTER_KEY if kind == "key" else (f"manual dns {about}",) if kind == "dns" else ()


def _is_chosen(draft: Draft, case: Case) -> bool:
    if not case.allows(draft.action):
        return False
    if draft.via == "manual":
        return True
    return draft.risk in case.choices.risks and not case.has_foreign_key


def _healed(drafts: Sequence[Draft], case: Case) -> Iterator[tuple[str, str]]:
    """The findings that the drafts are about, by code and subject id."""
    cover = Cover(drafts)
    for finding in case.all_wanted():
        if cover.of(finding):
            yield finding.code, finding.subject.id


def _uncovered(
    case: Case, steps: tuple[Step, ...], refusals: tuple[Refusal, ...]
) -> Iterator[Reference]:
    refused = {refusal.subject for refusal in refusals}
    if any(refusal.whole for refusal in refusals):
        return
    cover = Cover(steps)
    for finding in case.all_wanted():
        about = finding.subject in refused or cover.of(finding)
        if finding.caused_by is None and not about:
            yield finding.reference


def refusals_of(
    plan: Plan,
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    *,
    now: datetime,
    host_key: str | None,
    choices: Choices = NO_CHOICES,
) -> tuple[Refusal, ...]:
    """Why a plan that was read from a file may not be carried out here and now.

    Expired, another host key, app or network, a copy of a network, a foreign key, too many changes, and
    for each step what moved, unless a step before it may bring that about. Empty: go on (and ask `moved`
    again before each step).
    """
    case = Case(Grounds.of(snapshot), diagnosis, choices)
    found = refusals_of_read(
        plan, snapshot, diagnosis, case, now=now, host_key=host_key, choices=choices
    )
    return tuple(dict.fromkeys(found))


def forbidden_whole(snapshot: Snapshot, diagnosis: Diagnosis) -> tuple[Refusal, ...]:
    """Why nothing at all may be changed on a network: it is a copy, its key is foreign, nothing was seen."""
    return tuple(against_everything(Case(Grounds.of(snapshot), diagnosis, NO_CHOICES)))


def forbidden(step: Step, snapshot: Snapshot, diagnosis: Diagnosis) -> Refusal | None:
    """Why a step must not be done on the network as a fresh look shows it, whatever its plan says.

    An alias that something needs is never deleted, none is added where the DNS does not lead here or a
    limit of the issuer stands, no row is marked as done without a handshake of this look, no domain that
    visitors reach is checked again unless as a severe step, no job is run with a key at fault; and nothing
    at all is done on a copy of a network or with a foreign key.
    """
    case = Case(Grounds.of(snapshot), diagnosis, NO_CHOICES)
    return next(against_everything(case), None) or forbids(step, case)


__all__ = [
    "LIFETIME",
    "MOST_CHANGES",
    "Choices",
    "Moved",
    "Planned",
    "Refusal",
    "already",
    "changes_of",
    "forbidden",
    "forbidden_whole",
    "moved",
    "plan_for",
    "refusals_of",
    "standing",
]
