"""The diagnosis as plain values (CONTRACT section 4): what JSON is written of, and JSON Lines."""

from __future__ import annotations

from analyzers.findings import CheckWindow, Diagnosis, DomainState, Finding
from analyzers.instants import iso, iso_or_none

SCHEMA = 1


def model(diagnosis: Diagnosis) -> dict[str, object]:
    """The diagnosis as plain values, keys as in the contract."""
    network = diagnosis.network
    return {
        "schema": SCHEMA,
        "tool": diagnosis.tool,
        "taken_at": iso(diagnosis.taken_at),
        "taken_at_from": diagnosis.taken_at_from,
        "target": diagnosis.target,
        "verdict": diagnosis.verdict,
        "fail_on": diagnosis.fail_on,
        "network": {
            "domain": network.domain,
            "plugin_version": network.plugin_version,
            "app_id": network.app_id,
            "expected_addresses": list(network.expected_addresses),
            "expected_from": network.expected_from,
        },
        "findings": [_finding(f) for f in diagnosis.findings],
        "suppressed": [
            {**_finding(s.finding), "reason": s.reason, "until": s.until.isoformat()}
            for s in diagnosis.suppressed
        ],
        "passed": list(diagnosis.passed),
        "skipped": [{"code": s.code, "lacking": list(s.lacking)} for s in diagnosis.skipped],
        "domains": [_domain(d) for d in diagnosis.domains],
        "logs": {
            "records": diagnosis.logs.records,
            "unrecognised": diagnosis.logs.unrecognised,
            "events": dict(sorted(diagnosis.logs.events.items())),
        },
        "notes": list(diagnosis.notes),
    }


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
