"""The diagnosis as plain values (CONTRACT section 4): what JSON is written of, and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.findings import CheckWindow, Diagnosis, DomainState, Finding, SuppressedFinding
from analyzers.instants import iso, iso_or_none

SCHEMA = 1


def model(diagnosis: Diagnosis) -> dict[str, object]:
    """The diagnosis as plain values, keys as in the contract."""
    return {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in members(diagnosis)
    }


def members(diagnosis: Diagnosis) -> Iterator[tuple[str, object]]:
    """The same, member by member. Of the lists that grow with the network each element is made when it is
    asked for."""
    network = diagnosis.network
    yield "schema", SCHEMA
    yield "tool", diagnosis.tool
    yield "taken_at", iso(diagnosis.taken_at)
    yield "taken_at_from", diagnosis.taken_at_from
    yield "target", diagnosis.target
    yield "verdict", diagnosis.verdict
    yield "fail_on", diagnosis.fail_on
    yield (
        "network",
        {
            "domain": network.domain,
            "plugin_version": network.plugin_version,
            "app_id": network.app_id,
            "expected_addresses": list(network.expected_addresses),
            "expected_from": network.expected_from,
        },
    )
    yield "findings", map(_finding, diagnosis.findings)
    yield "suppressed", map(_suppressed, diagnosis.suppressed)
    yield "passed", list(diagnosis.passed)
    yield "skipped", [{"code": s.code, "lacking": list(s.lacking)} for s in diagnosis.skipped]
    yield "domains", map(_domain, diagnosis.domains)
    yield (
        "logs",
        {
            "records": diagnosis.logs.records,
            "unrecognised": diagnosis.logs.unrecognised,
            "events": dict(sorted(diagnosis.logs.events.items())),
        },
    )
    yield "notes", list(diagnosis.notes)


def _suppressed(one: SuppressedFinding) -> dict[str, object]:
    return {**_finding(one.finding), "reason": one.reason, "until": one.until.isoformat()}


def _finding(finding: Finding) -> dict[str, object]:
    cause = finding.caused_by
    return {
        "code": finding.code,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "subject": {"kind": finding.subject.kind, "id": finding.subject.id},
        "title": finding.title,
        "means": finding.means,
        "because": finding.because,
        "do": finding.do,
        "evidence": [
            {"source": c.source, "excerpt": c.excerpt, "at": iso_or_none(c.at)}
            for c in finding.evidence
        ],
        "waiting_on": finding.waiting_on,
        "caused_by": None
        if cause is None
        else {"code": cause.code, "subject": {"kind": cause.subject.kind, "id": cause.subject.id}},
        "affects": list(finding.affects),
        "remedy": {"action": finding.remedy.action, "risk": finding.remedy.risk},
    }


def _domain(state: DomainState) -> dict[str, object]:
    return {
        "domain": state.domain,
        "blog_id": state.blog_id,
        "stage": state.stage,
        "state": state.state,
        "waiting_on": state.waiting_on,
        "checks": _checks(state.checks),
        "timeline": [
            {"at": iso(e.at), "event": e.event, "source": e.source}
            | ({"endpoint": e.endpoint} if e.endpoint is not None else {})
            for e in state.timeline
        ],
    }


def _checks(window: CheckWindow | None) -> dict[str, object] | None:
    if window is None:
        return None
    return {
        "used": window.used,
        "limit": window.limit,
        "next_at": iso_or_none(window.next_at),
        "gives_up_at": iso_or_none(window.gives_up_at),
    }
