"""Whether a plan may be carried out here and now: what it is bound to, and what stands against any plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from analyzers.findings import Diagnosis, Subject
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.planning.case import Case
from analyzers.planning.choices import Choices
from analyzers.planning.forbidding import forbids
from analyzers.planning.moved import moved_under
from analyzers.planning.refusals import Refusal
from analyzers.snapshot import Snapshot
from analyzers.steps import Plan, Step

_UNCOUNTED = ("backup.take",)


def against_everything(case: Case) -> Iterator[Refusal]:
    """A copy of a network, a foreign key, a host that could not be observed: no change from or on it."""
    subject = case.network.subject
    if case.diagnosis.verdict == "unobservable":
        yield Refusal(
            "unobservable",
            case.network.host_subject,
            phrase(
                "Nothing could be observed, so nothing can be planned: see to the way to the host first."
            ),
        )
    if case.is_copy:
        yield Refusal(
            "staging-clone",
            subject,
            phrase(
                "This looks like a copy of another network: nothing is changed from it, since its domains "
                "and perhaps its key are those of the live one."
            ),
        )
    if case.has_foreign_key:
        yield Refusal(
            "foreign-key",
            subject,
            phrase(
                "The API key belongs to another app: whatever was asked of Closte would be done to that one, "
                "so nothing is changed before the right key is in place."
            ),
        )


def changes_of(steps: Sequence[Step]) -> int:
    """How many changes a plan makes: steps that are no backup and not left to people."""
    return sum(step.via != "manual" and step.action not in _UNCOUNTED for step in steps)


def too_many(steps: Sequence[Step], choices: Choices, subject: Subject) -> Iterator[Refusal]:
    """More changes than the operator wanted at once."""
    count = changes_of(steps)
    if count > choices.max_changes:
        yield Refusal(
            "too-many-changes",
            subject,
            phrase(
                "The plan makes {count} changes, and {max_changes} are allowed at once: narrow "
                "it with --only, or allow it with --max-changes {count}.",
                count=count,
                max_changes=choices.max_changes,
            ),
        )


def refusals_of_read(
    plan: Plan,
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    case: Case,
    *,
    now: datetime,
    host_key: str | None,
    choices: Choices,
) -> Iterator[Refusal]:
    """What stands against a plan that was made earlier."""
    subject = case.network.subject
    if now >= plan.expires_at:
        yield Refusal(
            "expired",
            subject,
            phrase(
                "The plan expired at {expires_at}: make a new one.", expires_at=iso(plan.expires_at)
            ),
        )
    if now < plan.made_at:
        yield Refusal(
            "expired",
            subject,
            phrase(
                "The plan was made at {made_at}, later than now ({now}): a clock is wrong.",
                made_at=iso(plan.made_at),
                now=iso(now),
            ),
        )
    yield from _bound(plan, diagnosis, host_key, subject)
    yield from against_everything(case)
    yield from too_many(plan.steps, choices, subject)
    for step in plan.steps:
        forbidden = forbids(step, case)
        if forbidden is not None:
            yield forbidden
    for fact in moved_under(plan, snapshot):
        yield Refusal(
            "stale",
            _subject(plan, fact.step, subject),
            phrase("The plan is stale. {sentence}", sentence=fact.sentence),
        )


def _bound(
    plan: Plan, diagnosis: Diagnosis, host_key: str | None, subject: Subject
) -> Iterator[Refusal]:
    planned = plan.network
    if planned.host_key != host_key:
        yield Refusal(
            "other-host",
            subject,
            phrase(
                "The plan was made for the host with key {host_key}; this one has {host_key_2}.",
                host_key=planned.host_key or phrase("unknown"),
                host_key_2=host_key or phrase("none that is known"),
            ),
        )
    if planned.app_id != diagnosis.network.app_id:
        yield Refusal(
            "other-app",
            subject,
            phrase(
                "The plan was made for the Closte app {app_id}; this is {app_id_2}.",
                app_id=planned.app_id or phrase("unknown"),
                app_id_2=diagnosis.network.app_id or phrase("an unknown one"),
            ),
        )
    if planned.domain != diagnosis.network.domain:
        yield Refusal(
            "other-network",
            subject,
            phrase(
                "The plan was made for the network {domain}; this is {domain_2}.",
                domain=planned.domain,
                domain_2=diagnosis.network.domain,
            ),
        )


def _subject(plan: Plan, id: str, otherwise: Subject) -> Subject:
    return next((step.subject for step in plan.steps if step.id == id), otherwise)
