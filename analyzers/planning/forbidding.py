"""What must not be done on a network as it is now, whatever a plan says.

Asked of plans that others wrote, since whoever can write a file can write its digest, and once more of
every step just before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from analyzers.evidence import Scheduler
from analyzers.jobs import domain_of
from analyzers.language import phrase
from analyzers.names import canonical
from analyzers.planning.case import Case
from analyzers.planning.guards import in_use, keeps_alias, refuses_add
from analyzers.planning.jobs import refuses_job
from analyzers.planning.refusals import Refusal
from analyzers.steps import Action, Json, Step


def forbids(step: Step, case: Case) -> Refusal | None:
    """Why a step must not be done on this network, or None."""
    guard = _GUARDS.get(step.action)
    return next(guard(step, case), None) if guard else None


def _deleted(step: Step, case: Case) -> Iterator[Refusal]:
    domain = str(step.parameters["domain"])
    needed = keeps_alias(domain, case)
    if needed is not None:
        said = phrase("The alias {domain} is not deleted: {needed}.", domain=domain, needed=needed)
        yield Refusal("alias-needed", step.subject, said)
    elif case.grounds.value(f"traffic {domain}") == "ours":
        yield in_use(domain, step.subject)


def _added(step: Step, case: Case) -> Iterator[Refusal]:
    """Where nobody looked at the DNS, what the step rests on says so."""
    domain = str(step.parameters["domain"])
    if case.grounds.value(f"dns {domain}") is not None:
        consenting = replace(case, choices=replace(case.choices, wildcards=True))
        refusal = refuses_add(domain, consenting)
        if refusal is not None:
            yield refusal


def _marked(step: Step, case: Case) -> Iterator[Refusal]:
    """CONTRACT 7: only after this run's own handshake verified the certificate."""
    domain = canonical(str(step.parameters["domain"]))
    if case.grounds.value(f"certificate {domain}") != "good":
        said = phrase(
            "{domain} is not marked as done: no handshake of this look verified its certificate.",
            domain=domain,
        )
        yield Refusal("not-verified", step.subject, said)


def _rechecked(step: Step, case: Case) -> Iterator[Refusal]:
    """CONTRACT 7: severe where visitors reach the domain, which is offline until it is checked."""
    row = case.grounds.rows.get(_number(step.parameters["domain_id"]))
    domain = case.mapped.get(row.domain) if row else None
    if row is None or domain is None or domain.row.id != row.id or step.risk == "severe":
        return
    if domain.live and row.stage != step.parameters["stage"]:
        said = phrase(
            "{domain} is not checked again by this plan: visitors reach it now and would not until it is "
            "checked, and the plan does not have that confirmed as severe.",
            domain=domain.domain,
        )
        yield Refusal("domain-in-use", step.subject, said)


def _ran(step: Step, case: Case) -> Iterator[Refusal]:
    """DOMAIN 4.I: never with a key at fault; and each job by what it is, not by what the plan calls it."""
    if case.api_at_fault:
        said = phrase(
            "No job is run while the API key, or the way to Closte, is at fault: it would only fail."
        )
        yield Refusal("key-at-fault", step.subject, said)
        return
    found = case.grounds.maybe(Scheduler)
    actions = {action.action_id: action for action in (found.actions if found else ())}
    domains = {row.id: row.domain for row in case.grounds.rows.values()}
    listed = step.parameters["actions"]
    for job in listed if isinstance(listed, list) else ():
        action = actions.get(_number(job.get("action_id"))) if isinstance(job, dict) else None
        if action is None:
            continue  # gone, or not looked at: what the step rests on says so
        assert isinstance(job, dict)
        domain = domain_of(action, domains)
        if domain is None or (action.hook, domain) != (job.get("hook"), job.get("domain")):
            said = phrase("The job {id} is not what the plan says of it.", id=action.action_id)
            yield Refusal("stale", step.subject, said)
        elif (refusal := refuses_job(action, domain, case)) is not None:
            yield refusal


def _number(value: Json) -> int:
    return value if isinstance(value, int) else -1


Guard = Callable[[Step, Case], Iterator[Refusal]]
_GUARDS: Mapping[Action, Guard] = {
    "alias.delete": _deleted,
    "alias.add": _added,
    "domain.mark-done": _marked,
    "domain.recheck": _rechecked,
    "jobs.run-due": _ran,
}
