"""The plugin's own jobs that wait, run once: those of group `domain`, each of them listed."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.evidence import Action, Scheduler
from analyzers.findings import Subject
from analyzers.instants import iso_or_none
from analyzers.jobs import ADD, GROUP, REMOVE, STAGE, domain_of, due_at
from analyzers.language import phrase
from analyzers.names import Domain
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft
from analyzers.planning.guards import keeps_alias, refuses_add
from analyzers.planning.refusals import Refusal
from analyzers.steps import Json

CODES = ("jobs.backlog", "jobs.cron-off")
_RUNNABLE = frozenset({ADD, REMOVE, STAGE})
"""What is known to do nothing but tell Closte of a domain, and check one (DOMAIN 2.4)."""


def job_steps(case: Case) -> Iterator[Draft | Refusal]:
    """`jobs.run-due` of what is due, without what would do harm. Never with a key at fault (DOMAIN 4.I)."""
    findings = case.wanted(*CODES)
    if not findings or case.api_at_fault or case.has_foreign_key:
        return
    listed: list[tuple[Action, Domain]] = []
    for action, domain in _due(case):
        refusal = refuses_job(action, domain, case)
        if refusal is not None:
            yield refusal
        else:
            listed.append((action, domain))
    if not listed:
        return
    actions: list[Json] = [
        {
            "action_id": action.action_id,
            "hook": action.hook,
            "domain": domain,
            "scheduled": iso_or_none(due_at(action)),
        }
        for action, domain in listed
    ]
    backlog = [f for f in findings if f.code == "jobs.backlog"]
    first = (backlog or list(findings))[0]
    yield Draft(
        key="jobs.run-due",
        action="jobs.run-due",
        via="wp-cli",
        subject=first.subject,
        parameters={"actions": actions},
        heals=tuple(sorted({f.code for f in (backlog or findings)} | _told(listed, case))),
        risk="severe",
        why=phrase(
            "{because} These {actions} jobs are run once, and nothing else of the queue: no "
            "mail, no renewal, no payment. Each of them really calls Closte or checks a "
            "domain, and none can be taken back.",
            because=first.because,
            actions=len(actions),
        ),
        expect=phrase(
            "The listed actions are complete, and the domains they are about are known to Closte."
        ),
        rests_on={f"action {action.action_id}": "pending" for action, _ in listed},
    )


def _due(case: Case) -> Iterator[tuple[Action, Domain]]:
    found = case.grounds.maybe(Scheduler)
    domains = {row.id: row.domain for row in case.grounds.rows.values()}
    for action in sorted(found.actions if found else (), key=lambda a: a.action_id):
        at = due_at(action)
        due = at is not None and at <= case.network.now
        if action.group != GROUP or action.status != "pending" or not due or action.action_id <= 0:
            continue
        domain = domain_of(action, domains)
        if action.hook in _RUNNABLE and domain is not None:
            yield action, domain


def refuses_job(action: Action, domain: Domain, case: Case) -> Refusal | None:
    """Why a job must not be run now: it would do what a step of its kind is refused for."""
    if action.hook == ADD and not case.network.owns(domain):
        return refuses_add(domain, case)
    needed = keeps_alias(domain, case) if action.hook == REMOVE else None
    if needed is None:
        return None
    return Refusal(
        "alias-needed",
        Subject("domain", domain),
        phrase(
            "The job {action_id}, which would remove the alias {domain}, is not run: {needed}.",
            action_id=action.action_id,
            domain=domain,
            needed=needed,
        ),
    )


def _told(listed: list[tuple[Action, Domain]], case: Case) -> set[str]:
    """What falls silent for domains that Closte is told of by these jobs."""
    added = {domain for action, domain in listed if action.hook == ADD}
    return {f.code for f in case.wanted("alias.missing") if f.subject.id in added}
