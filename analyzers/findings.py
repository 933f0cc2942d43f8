"""What is concluded: findings, what was looked at in vain, what could not be looked at.

The shapes of CONTRACT section 4, as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from analyzers.language import ENGLISH, Language

Severity = Literal["error", "warning", "info"]
Confidence = Literal["certain", "likely", "possible"]
SubjectKind = Literal["network", "domain", "site", "host"]
WaitingOn = Literal["operator", "customer", "dns", "closte", "cron", "nobody"]
Risk = Literal["safe", "confirm", "severe"]
Verdict = Literal["findings", "clean", "clean-incomplete", "unobservable"]
Layer = Literal["mapping", "alias", "dns", "certificate", "jobs"]
LayerWord = Literal["ok", "problem", "waiting", "unseen"]
"""`unseen`: nothing of the evidence says how this layer is. That is not a pass."""

SEVERITY_ORDER: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whom a finding is about."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the evidence that a reader can look up with their own eyes."""

    source: str
    """A file of the evidence folder: `dns.json`, `wu-logs/integration-closte.log`."""
    excerpt: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would heal it: an action of CONTRACT section 7 and its least risk."""

    action: str = "manual"
    risk: Risk = "safe"


MANUAL = Remedy()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another finding, by code and subject."""

    code: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (or worth knowing), whole."""

    code: str
    severity: Severity
    confidence: Confidence
    subject: Subject
    title: str
    means: str
    because: str
    do: str
    evidence: tuple[Citation, ...] = ()
    waiting_on: WaitingOn | None = None
    caused_by: Reference | None = None
    affects: tuple[str, ...] = ()
    remedy: Remedy = MANUAL

    @property
    def reference(self) -> Reference:
        """Code and subject of this finding."""
        return Reference(self.code, self.subject)


@dataclass(frozen=True, slots=True)
class SuppressedFinding:
    """A finding that the operator has accepted for a time: it counts for nothing, and is still told."""

    finding: Finding
    reason: str
    until: date
    """The last day on which it is accepted."""


@dataclass(frozen=True, slots=True)
class SkippedCheck:
    """A check that could not look, at all or at some of its subjects."""

    code: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """The `network` object of the diagnosis."""

    domain: str
    plugin_version: str | None
    app_id: str | None
    expected_addresses: tuple[str, ...]
    expected_from: str | None
    versions: Mapping[str, str] = field(default_factory=dict)
    """WordPress, PHP, WP-CLI, sunrise.php, locale: name → version. For the plugin's maintainers; not
    in the JSON."""


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What Closte's API answered to one call, in short and masked."""

    endpoint: str | None
    """None where an old log does not say it."""
    domain: str | None
    """The domain that was asked about; None for a list or a test."""
    status: int | None
    says: str
    source: str
    """A file of the evidence folder."""
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One moment in the life of a domain."""

    at: datetime
    event: str
    source: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class CheckWindow:
    """The plugin's own checks of a domain: used, allowed, next, last."""

    used: int
    limit: int
    next_at: datetime | None
    gives_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record that the DNS was seen to have."""

    name: str
    type: str
    """A · AAAA · CNAME · CAA"""
    value: str
    ttl: int | None = None
    """Seconds; None where nobody said."""


@dataclass(frozen=True, slots=True)
class LayerState:
    """How one layer of a domain is: mapping, alias, dns, certificate or jobs."""

    layer: Layer
    state: LayerWord
    finding: Reference | None = None
    """The finding that says so, the worst one; None where none does."""


@dataclass(frozen=True, slots=True)
class DomainState:
    """Where one mapped domain stands."""

    domain: str
    blog_id: int | None
    stage: str | None
    state: str
    """up · waiting · broken · unknown"""
    waiting_on: WaitingOn | None
    checks: CheckWindow | None
    timeline: tuple[TimelineEntry, ...] = ()
    layers: tuple[LayerState, ...] = ()
    """One per layer, in the order of `Layer`. For the matrix of the HTML report; not in the JSON."""
    records: tuple[DnsRecord, ...] = ()
    """What its DNS has, CAA records also of its parents. For its owner's report; not in the JSON."""
    created: datetime | None = None
    """When its mapping row was made; not in the JSON."""
    listed: bool | None = None
    """Is it in Closte's list? None: there is no readable list. Not in the JSON."""


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The `logs` object of the diagnosis."""

    records: int
    unrecognised: int
    events: Mapping[str, int]
    days: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Day (`2026-05-04`) → event, and `unrecognised`, → how often. For pictures; not in the JSON."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The whole answer; every report format is made of this and nothing else."""

    tool: str
    taken_at: datetime
    taken_at_from: str
    target: str
    verdict: Verdict
    fail_on: str
    network: NetworkSummary
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    skipped: tuple[SkippedCheck, ...]
    domains: tuple[DomainState, ...]
    logs: LogSummary
    notes: tuple[str, ...] = field(default=())
    """What a reader should know of the evidence itself: its rung, its gaps, other networks."""
    suppressed: tuple[SuppressedFinding, ...] = ()
    """Findings that the operator has accepted, with their consequences; not in `findings`."""
    api_replies: tuple[ApiReply, ...] = ()
    """The newest answers of the Closte API, oldest first. For Closte's support; not in the JSON."""
    assumed: tuple[str, ...] = ()
    """What was assumed instead of what was seen, each in a sentence: then nothing here is real."""
    language: Language = ENGLISH
    """That of the sentences above; every report is written in it."""

    def causes(self) -> tuple[Finding, ...]:
        """Findings that no other finding explains, in order."""
        return tuple(f for f in self.findings if f.caused_by is None)
