"""The diagnosis as metrics in Prometheus' text format 0.0.4, for node_exporter's textfile collector.

Labels have few values: the target, codes, severities, states. Domains become labels only where that
was asked for, since each of them is a series of its own. No sample has a time stamp, as the collector
forbids; when the look was taken is a metric's value, to alert on what has become stale.
A code that could not be looked at has no sample of `closte_doctor_findings`: 0 means looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from analyzers.findings import Diagnosis, Severity, WaitingOn
from analyzers.gauges import Gauge, one

_STATES = ("up", "waiting", "broken", "unknown")
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_WAITING: tuple[WaitingOn, ...] = ("operator", "customer", "dns", "closte", "cron", "nobody")


def render(*diagnoses: Diagnosis, domains: bool = False) -> str:
    """The metrics, each with its HELP and TYPE line, and the samples of all diagnoses under it.

    `domains`: one series per domain as well. Diagnoses of one target would be one series twice: name
    them apart.
    """
    families: dict[str, Gauge] = {}
    for diagnosis in diagnoses:
        target = {"target": diagnosis.target}
        for gauge in _gauges(diagnosis, domains):
            samples = tuple(({**target, **labels}, value) for labels, value in gauge.samples)
            before = families.get(gauge.name, replace(gauge, samples=()))
            families[gauge.name] = replace(before, samples=before.samples + samples)
    return "".join(line + "\n" for gauge in families.values() for line in gauge.lines())


def _gauges(diagnosis: Diagnosis, domains: bool) -> Iterator[Gauge]:
    yield from _about(diagnosis)
    yield from _found(diagnosis)
    yield from _standing(diagnosis)
    if domains:
        yield _each_domain(diagnosis)


def _about(diagnosis: Diagnosis) -> Iterator[Gauge]:
    network = diagnosis.network
    said = {
        "tool": diagnosis.tool.rpartition(" ")[2],
        "plugin": network.plugin_version or "",
        "network": network.domain,
    }
    observed = diagnosis.verdict != "unobservable"
    yield Gauge("info", "Versions, and the network looked at; the value is always 1.", ((said, 1),))
    yield one("observed", "1 if the target could be observed, else 0.", observed)
    yield one(
        "taken_at_seconds",
        "When the evidence was taken, in seconds since 1970-01-01 UTC.",
        diagnosis.taken_at.timestamp(),
    )


def _found(diagnosis: Diagnosis) -> Iterator[Gauge]:
    causes = diagnosis.causes()
    severities = Counter(f.severity for f in causes)
    yield Gauge(
        "problems",
        "Findings that nothing else explains, by severity.",
        tuple(({"severity": s}, severities[s]) for s in _SEVERITIES),
    )
    roots = Counter(f.code for f in causes)
    below = Counter(f.code for f in diagnosis.findings if f.caused_by is not None)
    seen = sorted({*diagnosis.passed, *roots, *below, *_suppressed_codes(diagnosis)})
    yield Gauge(
        "findings",
        "Findings by code that nothing else explains; a code that could not be looked at is absent.",
        tuple(({"code": code}, roots[code]) for code in seen),
    )
    yield Gauge(
        "consequences",
        "Findings by code that another finding explains.",
        tuple(({"code": code}, below[code]) for code in sorted(below)),
    )
    yield one("suppressed", "Findings that are accepted for a time.", len(diagnosis.suppressed))
    yield one("skipped_checks", "Checks that could not look.", len(diagnosis.skipped))


def _suppressed_codes(diagnosis: Diagnosis) -> Iterable[str]:
    return (one.finding.code for one in diagnosis.suppressed)


def _standing(diagnosis: Diagnosis) -> Iterator[Gauge]:
    states = Counter(d.state for d in diagnosis.domains)
    waiting = Counter(d.waiting_on for d in diagnosis.domains)
    yield Gauge(
        "domains",
        "Mapped domains by state.",
        tuple(({"state": s}, states[s]) for s in _STATES),
    )
    yield Gauge(
        "domains_waiting",
        "Mapped domains by whose move it is.",
        tuple(({"on": who}, waiting[who]) for who in _WAITING),
    )
    logs = diagnosis.logs
    yield one("log_records", "Records of the plugin's logs that were read.", logs.records)
    yield one(
        "log_unrecognised", "Records of the plugin's logs that nobody knows.", logs.unrecognised
    )


def _each_domain(diagnosis: Diagnosis) -> Gauge:
    return Gauge(
        "domain_state",
        "1 for the state that the domain is in, 0 for the others.",
        tuple(
            ({"domain": d.domain, "state": state}, d.state == state)
            for d in diagnosis.domains
            for state in _STATES
        ),
    )
