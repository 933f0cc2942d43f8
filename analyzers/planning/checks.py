"""Steps that bring the plugin's own checks on: a domain checked again, or marked as done."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.domains import CHECKING_STAGES, MappedDomain
from analyzers.evidence import MappingRow
from analyzers.findings import Finding, Risk
from analyzers.jobs import STAGE, Jobs
from analyzers.language import phrase
from analyzers.planning.aliases import AFTER_KEY, FAULTY_KEY
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft
from analyzers.planning.grounds import row_value
from analyzers.planning.rows import kept_row
from analyzers.steps import Json

GIVEN_UP = ("ssl.given-up", "check.gave-up-dns")
_FIRST_STAGE = {"failed": "checking-dns", "ssl-failed": "checking-ssl-cert"}
_OWN = ("blog_id", "domain", "active", "stage")
"""What these steps rest on of a row: another step may settle which row is primary before."""
_SERVED = "done-without-ssl"
_RESTARTS = phrase(
    "The stage is set to {stage} through the plugin's model, and a check is queued; until it is through, "
    "visitors do not reach the domain, as now."
)
_RESTARTS_LIVE = phrase(
    "The stage is set to {stage} through the plugin's model, and a check is queued; until it is through, "
    "visitors do not reach the domain, which they do now."
)


def check_steps(case: Case) -> Iterator[Draft]:
    """Checks to queue, and rows to mark as done where this look verified the certificate."""
    for finding in case.wanted("mapping.stale-failure", "mapping.secure-flag"):
        yield from _marked(finding, case)
    for finding in case.wanted("jobs.none-queued"):
        yield from _queued(finding, case)
    for finding in case.wanted(*GIVEN_UP):
        yield from _restarted(finding, case)


def _marked(finding: Finding, case: Case) -> Iterator[Draft]:
    """Only where a handshake of this look verified the certificate, and the DNS leads here."""
    domain = case.mapped.get(finding.subject.id)
    if domain is None or not domain.certificate_good or domain.row.id <= 0:
        return
    name = domain.domain
    place = case.grounds.value(f"dns {name}")
    if place not in ("here", "proxied") or kept_row(domain, case) != domain.row:
        return
    if finding.code == "mapping.secure-flag" and domain.row.secure:
        return  # the mark is set and the certificate is good: nothing to mark
    yield Draft(
        key=f"domain.mark-done {domain.row.id}",
        action="domain.mark-done",
        via="wp-cli",
        subject=finding.subject,
        parameters={"domain_id": domain.row.id, "domain": domain.row.stored},
        heals=(finding.code,),
        risk="safe",
        why=phrase(
            "{because} The handshake of this look verified the certificate: nothing is left "
            "to be checked. The row is saved through the plugin's model, whose hooks tell "
            "the rest of the plugin.",
            because=finding.because,
        ),
        expect=phrase(
            "The row stands at done with secure = 1, and {name} shows the site over https.",
            name=name,
        ),
        undo={"action": "restore", "parameters": {"places": [f"row {domain.row.id}"]}},
        rests_on={
            f"row {domain.row.id}": row_value(domain.row, *_OWN),
            f"dns {name}": place,
            f"certificate {name}": "good",
        },
    )


def _queued(finding: Finding, case: Case) -> Iterator[Draft]:
    """A check for a row that waits for one: its stage stays, nobody reaches it meanwhile either way."""
    domain = case.mapped.get(finding.subject.id)
    jobs = case.grounds.maybe(Jobs)
    if domain is None or jobs is None:
        return
    row = kept_row(domain, case)
    if row is None or row.id <= 0 or row.id in jobs.queued_ids or row.stage not in CHECKING_STAGES:
        return
    why = phrase(
        "Row {id} says {stage}, and no job that would check it is queued or running.",
        id=row.id,
        stage=row.stage,
    )
    yield _recheck(row, row.stage, domain, (finding.code, why), case, risk="safe")


def _restarted(finding: Finding, case: Case) -> Iterator[Draft]:
    """A domain that the plugin gave up, set back to where it stopped."""
    domain = case.mapped.get(finding.subject.id)
    if domain is None or domain.row.id <= 0 or kept_row(domain, case) != domain.row:
        return
    stage = _FIRST_STAGE.get(domain.stage)
    if domain.stage == _SERVED and "domain.recheck" in case.choices.only:
        stage = "checking-ssl-cert"  # asked for by name: else it waits for its certificate, served
    if stage is not None:
        risk: Risk = "severe" if domain.live else "confirm"
        told = (finding.code, finding.because)
        yield _recheck(domain.row, stage, domain, told, case, risk=risk)


def _recheck(
    row: MappingRow,
    stage: str,
    domain: MappedDomain,
    told: tuple[str, str],
    case: Case,
    *,
    risk: Risk,
) -> Draft:
    """`told`: the code that wants it, and why."""
    name, changes = domain.domain, row.stage != stage
    code, because = told
    if changes:
        how = phrase(_RESTARTS_LIVE if risk == "severe" else _RESTARTS, stage=stage)
    else:
        how = phrase("A check is queued; the row itself stays as it is.")
    return Draft(
        key=f"domain.recheck {row.id}",
        action="domain.recheck",
        via="wp-cli",
        subject=domain.subject,
        parameters={"domain_id": row.id, "domain": row.stored, "stage": stage},
        heals=tuple(sorted({code, *(f.code for f in _settled_by_a_check(name, case))})),
        risk=risk,
        why=phrase("{because} {how}", because=because, how=how),
        expect=phrase(
            "A job wu_async_process_domain_stage for row {id} is queued; the domain's log "
            "shows “Starting Check for {name}” within some minutes, and the row moves on to "
            "done.",
            id=row.id,
            name=name,
        ),
        undo={"action": "restore", "parameters": {"places": [f"row {row.id}"]}}
        if changes
        else None,
        after=_mended_before(name, row, case),
        rests_on={
            f"row {row.id}": row_value(row, *_OWN),
            **({f"dns {name}": "here"} if case.grounds.value(f"dns {name}") else {}),
            **_alias_ground(domain, case),
        },
    )


def _settled_by_a_check(name: str, case: Case) -> Iterator[Finding]:
    """A later check that goes well makes a failed one history (CONTRACT `jobs.failed`)."""
    jobs = case.grounds.maybe(Jobs)
    failed = {f.action.hook for f in (jobs.failures if jobs else ()) if f.domain == name}
    if failed == {STAGE}:
        yield from (f for f in case.about(name, "jobs.failed") if case.is_wanted(f))


def _mended_before(name: str, row: MappingRow, case: Case) -> tuple[str, ...]:
    """Checking again before the fault is mended would only fail again."""
    waits = [
        f"alias.add {name}",
        f"manual dns {name}",
        "manual certificates",
        "settings.check-interval",
        "module.enable",
        *(f"manual {code} {name}" for code in ("alias.elsewhere", "alias.refused")),
        f"manual check.loopback-blocked {name}",
        f"manual mapping.unclean-name {name}",
        *(f"domain.drop-duplicate {r.id}" for r in _others(name, row, case)),
    ]
    if case.stands(*FAULTY_KEY):
        waits.extend(AFTER_KEY)
    return tuple(waits)


def _others(name: str, row: MappingRow, case: Case) -> Iterator[MappingRow]:
    for other in case.grounds.rows_by_domain.get(name, ()):
        if other.id != row.id:
            yield other


def _alias_ground(domain: MappedDomain, case: Case) -> dict[str, Json]:
    """Without its alias the check can only fail. Names that come with the app need none, and one that a
    wildcard alias covers has none of its own."""
    own = case.grounds.value(f"alias {domain.domain}")
    if domain.comes_with_app or own is None or (domain.listed and not own):
        return {}
    return {f"alias {domain.domain}": True}
