"""The findings as CSV (RFC 4180, but lines end as on Unix): one row per finding, for spreadsheets.

Causes, consequences and suppressed findings; `status` tells them apart. What was not looked at is no
finding and is not here: the other formats list it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from analyzers.escaping import csv_cell
from analyzers.findings import Diagnosis, Finding
from analyzers.instants import iso

COLUMNS = (
    "status",
    "severity",
    "confidence",
    "code",
    "subject_kind",
    "subject",
    "title",
    "means",
    "because",
    "do",
    "waiting_on",
    "affects",
    "caused_by_code",
    "caused_by_subject",
    "remedy",
    "risk",
    "evidence",
    "suppressed_until",
    "suppressed_reason",
    "network",
    "target",
    "taken_at",
)
"""`status` is cause, consequence or suppressed; lists are joined by `; `."""


def render(*diagnoses: Diagnosis) -> str:
    """A heading line, then one line per finding; of several diagnoses, one after the other."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    for diagnosis in diagnoses:
        writer.writerows([csv_cell(cell) for cell in row] for row in _rows(diagnosis))
    return page.getvalue()


def _rows(diagnosis: Diagnosis) -> Iterator[tuple[str, ...]]:
    look = (diagnosis.network.domain, diagnosis.target, iso(diagnosis.taken_at))
    for finding in diagnosis.findings:
        status = "cause" if finding.caused_by is None else "consequence"
        yield (status, *_cells(finding), "", "", *look)
    for one in diagnosis.suppressed:
        yield ("suppressed", *_cells(one.finding), one.until.isoformat(), one.reason, *look)


def _cells(finding: Finding) -> tuple[str, ...]:
    cause = finding.caused_by
    return (
        finding.severity,
        finding.confidence,
        finding.code,
        finding.subject.kind,
        finding.subject.id,
        finding.title,
        finding.means,
        finding.because,
        finding.do,
        finding.waiting_on or "",
        "; ".join(finding.affects),
        cause.code if cause else "",
        cause.subject.id if cause else "",
        finding.remedy.action,
        finding.remedy.risk,
        "; ".join(f"{c.source}: {c.excerpt}" for c in finding.evidence),
    )
