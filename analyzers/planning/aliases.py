"""Steps at Closte: aliases added where a mapped domain lacks one, deleted where nobody has one mapped."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.domains import ADD, MappedDomain
from analyzers.findings import Finding, Subject
from analyzers.language import joined, phrase
from analyzers.names import is_wildcard, www_twin
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft
from analyzers.planning.grounds import row_value
from analyzers.planning.guards import in_use, is_nameable, keeps_alias, refuses_add
from analyzers.planning.refusals import Refusal
from analyzers.planning.rows import keeps_undecided, kept_row
from analyzers.steps import Json

MISSING = ("alias.missing", "alias.silent-failure")
WAITING = ("ssl.pending", "ssl.slow", "ssl.given-up")
"""What a missing alias leads to; silenced by the alias itself, or by the check that follows it."""
FAULTY_KEY = (
    "key.missing",
    "key.empty",
    "key.malformed",
    "key.undecryptable",
    "key.rejected",
    "key.no-permission",
    "api.unreachable",
    "api.outage",
)
"""Causes whose cure lets Closte be told of a domain, and does not tell it."""
_UNTELLING = (*FAULTY_KEY, "module.disabled", "module.crashes")
REFUSED_BY_CLOSTE = ("alias.elsewhere", "alias.refused")
AFTER_KEY = ("manual wp-config", "manual key-ticket", "manual api.unreachable", "manual api.outage")


def alias_steps(case: Case) -> Iterator[Draft | Refusal]:
    """Aliases to add and to delete. None while the key belongs to another app (F07)."""
    if case.has_foreign_key:
        return
    for domain, findings in _owed(case).items():
        yield from _added(domain, findings, case)
    yield from _wildcards(case)
    for finding in case.wanted("alias.orphan"):
        yield _deleted(finding, case)


def _owed(case: Case) -> dict[str, list[Finding]]:
    """Names that lack an alias, with the findings which that alias silences."""
    found: dict[str, list[Finding]] = {}
    for finding in case.wanted(*MISSING):
        found.setdefault(finding.subject.id, []).append(finding)
    for finding in case.wanted(*WAITING, "jobs.failed"):
        domain = case.mapped.get(finding.subject.id)
        if domain is not None and _untold(finding, domain):
            found.setdefault(domain.domain, []).append(finding)
    for finding in case.wanted("alias.no-www"):
        found.setdefault(www_twin(finding.subject.id), []).append(finding)
    return dict(sorted(found.items()))


def _untold(finding: Finding, domain: MappedDomain) -> bool:
    """Is it the consequence of a key or a way at fault, for a domain Closte was never told of?"""
    cause = finding.caused_by
    return (
        cause is not None
        and cause.code in _UNTELLING
        and not domain.alias_known
        and not domain.comes_with_app
        and domain.checkable
        and domain.certificate_good is not True
    )


def _added(name: str, findings: list[Finding], case: Case) -> Iterator[Draft | Refusal]:
    subject = Subject("domain", name)
    if any(case.about(name, code) for code in REFUSED_BY_CLOSTE):
        return  # Closte has answered; what a person has to do stands in that finding
    if _is_on_its_way(name, case) or not is_nameable(name):
        return
    refusal = refuses_add(name, case) or keeps_undecided(name, case)
    if refusal is not None:
        yield refusal
        return
    healed = {f.code for f in findings if f.code != "jobs.failed"}
    subjects = {f.subject.id for f in findings}
    yield add_draft(
        name,
        Subject("domain", min(subjects)) if name not in subjects else subject,
        case,
        heals=tuple(sorted(healed or {"alias.missing"})),
        why=findings[0].because,
    )


def add_draft(
    name: str, subject: Subject, case: Case, *, heals: tuple[str, ...], why: str
) -> Draft:
    """One alias to add, with the exact wire values of DOMAIN 1.4."""
    wildcard = 1 if is_wildcard(name) else 0
    parameters: dict[str, Json] = {"domain": name, "wildcard": wildcard}
    waits = AFTER_KEY if case.api_at_fault else ()
    return Draft(
        key=f"alias.add {name}",
        action="alias.add",
        via="closte-api",
        subject=subject,
        parameters=parameters,
        heals=heals,
        risk="confirm",
        why=why,
        expect=phrase(
            "Within 10 minutes Closte lists {name}, and {name} has a certificate of its own.",
            name=name,
        ),
        undo={"action": "alias.delete", "parameters": parameters},
        after=waits,
        rests_on={
            "key": "works",
            f"alias {name}": False,
            f"dns {name.removeprefix('*.')}": "here",
            **_row_ground(name, case),
        },
    )


def _row_ground(name: str, case: Case) -> dict[str, Json]:
    """The row that wants the alias must still be there, for the same site."""
    domain = case.mapped.get(name)
    row = kept_row(domain, case) if domain else None
    return {f"row {row.id}": row_value(row, "blog_id", "domain")} if row and row.id > 0 else {}


def _is_on_its_way(name: str, case: Case) -> bool:
    """Will a job that is already queued add it as soon as jobs run again?"""
    domain = case.mapped.get(name)
    if domain is None or not case.stands("jobs.cron-off", "jobs.cron-blocked", "jobs.backlog"):
        return False
    return any(a.status in ("pending", "in-progress") for a in domain.of_hook(ADD))


def _wildcards(case: Case) -> Iterator[Draft | Refusal]:
    """The plugin can never serve a wildcard row; with consent, the names below it can reach the app."""
    for finding in case.wanted("mapping.wildcard"):
        name = finding.subject.id
        if case.grounds.value(f"alias {name}") is True or not is_nameable(name):
            continue
        refusal = refuses_add(name, case)
        if refusal is not None:
            yield refusal
            continue
        yield add_draft(name, finding.subject, case, heals=(), why=finding.because)


def _deleted(finding: Finding, case: Case) -> Draft | Refusal:
    name, subject = finding.subject.id, finding.subject
    needed = keeps_alias(name, case)
    if needed is not None:
        return Refusal(
            "alias-needed",
            subject,
            phrase("The alias {name} is not deleted: {needed}.", name=name, needed=needed),
        )
    if is_wildcard(name) and not case.choices.wildcards:
        return Refusal(
            "wildcard",
            subject,
            phrase(
                "The wildcard alias {name} is not deleted without your consent: it can serve any "
                "name below it.",
                name=name,
            ),
        )
    traffic = case.grounds.value(f"traffic {name}")
    if traffic == "ours":
        return in_use(name, subject)
    parameters: dict[str, Json] = {"domain": name, "wildcard": 1 if is_wildcard(name) else 0}
    unseen = [] if traffic else [phrase("Whether visitors still come there was not looked at.")]
    return Draft(
        key=f"alias.delete {name}",
        action="alias.delete",
        via="closte-api",
        subject=subject,
        parameters=parameters,
        heals=("alias.orphan", *(f.code for f in case.about(name, "jobs.failed"))),
        risk="severe",
        why=joined([finding.because, *unseen], " "),
        expect=phrase(
            "Closte no longer lists {name}; its certificate is gone, and its visitors get a "
            "warning.",
            name=name,
        ),
        undo={"action": "alias.add", "parameters": parameters},
        after=AFTER_KEY if case.api_at_fault else (),
        rests_on={
            "key": "works",
            f"alias {name}": True,
            f"rows of {name}": [],
            f"rows of {www_twin(name)}": [],
            **({f"traffic {name}": "none"} if traffic else {}),
        },
    )
