"""Findings that the operator has accepted, each with a reason and until a day.

A suppressed finding counts for nothing (verdict, exit status) and stays in every report, with its reason.
What it explains goes with it. When its day is over it comes back, and says that it had been accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analyzers.findings import Diagnosis, Finding, Reference, SuppressedFinding, Verdict
from analyzers.names import canonical

_EXPIRED_NOTE = "{code} of {subject} was suppressed until {until} ({reason}). That time is over."
_EXPIRED_WHY = " It was suppressed until {until} ({reason}), and that time is over."


@dataclass(frozen=True, slots=True)
class Suppression:
    """One decision to live with a finding for a time."""

    code: str
    subject: str | None
    """The id of the finding's subject; None: whoever it is about."""
    reason: str
    until: date
    """The last day on which it holds, by the clock of the analysis (UTC)."""
    origin: str = ""
    """The file it was read from."""

    def is_about(self, finding: Finding) -> bool:
        """Does it name this finding?"""
        if self.code != finding.code:
            return False
        return self.subject is None or canonical(self.subject) == canonical(finding.subject.id)


def with_suppressions(diagnosis: Diagnosis, suppressions: Sequence[Suppression]) -> Diagnosis:
    """The diagnosis with these findings set apart, and the expired decisions said loudly."""
    if not suppressions:
        return diagnosis
    today = diagnosis.taken_at.date()
    standing = [s for s in suppressions if s.until >= today]
    over = [s for s in suppressions if s.until < today]
    apart = dict(_apart(diagnosis, standing))
    kept = [f for f in diagnosis.findings if f.reference not in apart]
    returned = {f.reference: s for f in kept for s in over if s.is_about(f)}
    notes = tuple(_said(_EXPIRED_NOTE, ref, s) for ref, s in returned.items())
    return replace(
        diagnosis,
        findings=tuple(_louder(f, returned.get(f.reference)) for f in kept),
        suppressed=tuple(
            SuppressedFinding(f, apart[f.reference].reason, apart[f.reference].until)
            for f in diagnosis.findings
            if f.reference in apart
        ),
        verdict=_verdict(diagnosis, kept),
        notes=(*notes, *diagnosis.notes),
    )


def _apart(
    diagnosis: Diagnosis, standing: Sequence[Suppression]
) -> Iterator[tuple[Reference, Suppression]]:
    """Each finding that a decision names, itself or by a finding that explains it."""
    by_reference = {f.reference: f for f in diagnosis.findings}
    for finding in diagnosis.findings:
        here: Finding | None = finding
        seen: set[Reference] = set()
        while here is not None and here.reference not in seen:
            seen.add(here.reference)
            named = next((s for s in standing if s.is_about(here)), None)
            if named is not None:
                yield finding.reference, named
                break
            here = by_reference.get(here.caused_by) if here.caused_by is not None else None


def _louder(finding: Finding, over: Suppression | None) -> Finding:
    if over is None:
        return finding
    return replace(finding, because=finding.because + _said(_EXPIRED_WHY, finding.reference, over))


def _said(template: str, about: Reference, suppression: Suppression) -> str:
    return template.format(
        code=about.code,
        subject=about.subject.id,
        until=suppression.until.isoformat(),
        reason=suppression.reason,
    )


def _verdict(diagnosis: Diagnosis, kept: Sequence[Finding]) -> Verdict:
    if diagnosis.verdict != "findings" or any(f.severity != "info" for f in kept):
        return diagnosis.verdict
    return "clean-incomplete" if diagnosis.skipped else "clean"
