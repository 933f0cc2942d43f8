"""What is kept of a diagnosis for later: what was found, and what was not looked at. No text, no evidence.

A line of JSON per run. Kept are codes, subjects and times, so that a later run can say what is new; the
sentences are the catalogue's, and the evidence stays where it was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from analyzers.document_fields import DocumentError, Fields, fields_of, parsed_object
from analyzers.findings import Diagnosis, Severity, Subject, SubjectKind, Verdict
from analyzers.instants import iso
from analyzers.issuance import Issuance, issuances
from analyzers.language import phrase
from analyzers.rules import CATALOGUE

SCHEMA = 1
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_KINDS: tuple[SubjectKind, ...] = ("network", "domain", "site", "host")
_VERDICTS: tuple[Verdict, ...] = ("findings", "clean", "clean-incomplete", "unobservable")


@dataclass(frozen=True, slots=True, order=True)
class Noted:
    """One finding, as it is kept."""

    code: str
    subject: Subject
    severity: Severity
    cause: bool
    """Nothing else explained it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One diagnosis, as it is kept."""

    at: datetime
    tool: str
    verdict: Verdict
    network: str
    plugin_version: str | None
    found: tuple[Noted, ...]
    unseen: frozenset[str]
    """Codes that could not be looked at, everywhere or somewhere, or that were not asked for."""
    states: Mapping[str, int]
    """State → how many domains."""
    issued: tuple[Issuance, ...]
    """Certificates that the timelines of that run showed to come."""

    def same_as(self, other: Run) -> bool:
        """Does it say the same, its time aside?"""
        return (self.verdict, self.plugin_version, self.found, self.unseen, self.states) == (
            other.verdict, other.plugin_version, other.found, other.unseen, other.states
        )  # fmt: skip


def run_of(diagnosis: Diagnosis) -> Run:
    """What is kept of a diagnosis. Suppressed findings count as found: they are still there."""
    told = (*diagnosis.findings, *(one.finding for one in diagnosis.suppressed))
    answered = {*diagnosis.passed, *(finding.code for finding in told)}
    skipped = {skipped.code for skipped in diagnosis.skipped}
    return Run(
        at=diagnosis.taken_at,
        tool=diagnosis.tool,
        verdict=diagnosis.verdict,
        network=diagnosis.network.domain,
        plugin_version=diagnosis.network.plugin_version,
        found=tuple(
            sorted(Noted(f.code, f.subject, f.severity, f.caused_by is None) for f in told)
        ),
        unseen=frozenset(skipped | {rule.code for rule in CATALOGUE} - answered),
        states=dict(sorted(Counter(d.state for d in diagnosis.domains).items())),
        issued=issuances(diagnosis.domains, diagnosis.network.domain),
    )


def line_of(run: Run) -> str:
    """The run as one line of JSON, with its line end."""
    return (
        json.dumps(
            {
                "schema": SCHEMA,
                "at": iso(run.at),
                "tool": run.tool,
                "verdict": run.verdict,
                "network": run.network,
                "plugin_version": run.plugin_version,
                "found": [
                    {
                        "code": n.code,
                        "kind": n.subject.kind,
                        "id": n.subject.id,
                        "severity": n.severity,
                        "cause": n.cause,
                    }
                    for n in run.found
                ],
                "unseen": sorted(run.unseen),
                "domains": run.states,
                "issued": [
                    {"domain": i.domain, "asked_at": iso(i.asked_at), "ready_at": iso(i.ready_at)}
                    for i in run.issued
                ],
            },
            separators=(",", ":"),
        )
        + "\n"
    )


def run_in(line: str | bytes) -> Run:
    """The run of one line. Raises DocumentError where it is none, or of a later schema."""
    fields = fields_of(parsed_object(line), phrase("the line"))
    if fields.values.get("schema") != SCHEMA:
        raise DocumentError(phrase("it is of another schema than {schema}", schema=SCHEMA))
    states = fields.object("domains")
    return Run(
        at=fields.instant("at"),
        tool=fields.text("tool"),
        verdict=fields.one_of("verdict", _VERDICTS),
        network=fields.text("network"),
        plugin_version=fields.text_or_none("plugin_version"),
        found=tuple(map(_noted, fields.list_of_fields("found"))),
        unseen=frozenset(fields.texts("unseen")),
        states={name: n for name, n in states.items() if isinstance(n, int)},
        issued=tuple(map(_issuance, fields.list_of_fields("issued"))),
    )


def _noted(fields: Fields) -> Noted:
    subject = Subject(fields.one_of("kind", _KINDS), fields.text("id"))
    severity = fields.one_of("severity", _SEVERITIES)
    return Noted(fields.text("code"), subject, severity, fields.truth("cause"))


def _issuance(fields: Fields) -> Issuance:
    return Issuance(fields.text("domain"), fields.instant("asked_at"), fields.instant("ready_at"))


def runs_in(content: bytes) -> tuple[tuple[Run, ...], int]:
    """The runs of a file, the oldest first, each moment once; and how many lines are none.

    A line that a kill cut off, or that a later version wrote, loses only itself.
    """
    found: dict[datetime, Run] = {}
    lost = 0
    for line in content.split(b"\n"):
        if not line.strip():
            continue
        try:
            run = run_in(line)
        except DocumentError:
            lost += 1
        else:
            found[run.at] = run
    return in_order(found.values()), lost


def in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The oldest first."""
    return tuple(sorted(runs, key=lambda run: run.at))
