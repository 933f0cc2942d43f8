"""The diagnosis as metrics in Prometheus' text format 0.0.4, for node_exporter's textfile collector.

Labels have few values: the target, codes, severities, states. Domains become labels only where that
was asked for, since each of them is a series of its own. No sample has a time stamp, as the collector
forbids; when the look was taken is a metric's value, to alert on what has become stale.
A code that could not be looked at has no sample of `closte_doctor_findings`: 0 means looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzers.escaping import prometheus_label
from analyzers.findings import Diagnosis, Severity, WaitingOn

_STATES = ("up", "waiting", "broken", "unknown")
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
_WAITING: tuple[WaitingOn, ...] = ("operator", "customer", "dns", "closte", "cron", "nobody")

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Metric:
    """A family of samples. All are gauges."""

    name: str
    help: str
    samples: tuple[tuple[Labels, float], ...]


def render(*diagnoses: Diagnosis, domains: bool = False) -> str:
    """The metrics, each with its HELP and TYPE line, and the samples of all diagnoses under it.

    `domains`: one series per domain as well. Diagnoses of one target would be one series twice: name
    them apart.
    """
    families: dict[str, list[tuple[_Metric, Labels]]] = {}
    for diagnosis in diagnoses:
        for metric in _metrics(diagnosis, domains):
            families.setdefault(metric.name, []).append((metric, {"target": diagnosis.target}))
    return "".join(line + "\n" for family in families.values() for line in _lines(family))


def _metrics(diagnosis: Diagnosis, domains: bool) -> Iterator[_Metric]:
    yield from _about(diagnosis)
    yield from _found(diagnosis)
    yield from _standing(diagnosis)
    if domains:
        yield _each_domain(diagnosis)


def _about(diagnosis: Diagnosis) -> Iterator[_Metric]:
    network = diagnosis.network
    said = {
        "tool": diagnosis.tool.rpartition(" ")[2],
        "plugin": network.plugin_version or "",
        "network": network.domain,
    }
    observed = diagnosis.verdict != "unobservable"
    yield _Metric(
        "info", "Versions, and the network looked at; the value is always 1.", ((said, 1),)
    )
    yield _one("observed", "1 if the target could be observed, else 0.", observed)
    yield _one(
        "taken_at_seconds",
        "When the evidence was taken, in seconds since 1970-01-01 UTC.",
        diagnosis.taken_at.timestamp(),
    )


def _found(diagnosis: Diagnosis) -> Iterator[_Metric]:
    causes = diagnosis.causes()
    severities = Counter(f.severity for f in causes)
    yield _Metric(
        "problems",
        "Findings that nothing else explains, by severity.",
        tuple(({"severity": s}, severities[s]) for s in _SEVERITIES),
    )
    roots = Counter(f.code for f in causes)
    below = Counter(f.code for f in diagnosis.findings if f.caused_by is not None)
    seen = sorted({*diagnosis.passed, *roots, *below, *_suppressed_codes(diagnosis)})
    yield _Metric(
        "findings",
        "Findings by code that nothing else explains; a code that could not be looked at is absent.",
        tuple(({"code": code}, roots[code]) for code in seen),
    )
    yield _Metric(
        "consequences",
        "Findings by code that another finding explains.",
        tuple(({"code": code}, below[code]) for code in sorted(below)),
    )
    yield _one("suppressed", "Findings that are accepted for a time.", len(diagnosis.suppressed))
    yield _one("skipped_checks", "Checks that could not look.", len(diagnosis.skipped))


def _suppressed_codes(diagnosis: Diagnosis) -> Iterable[str]:
    return (one.finding.code for one in diagnosis.suppressed)


def _standing(diagnosis: Diagnosis) -> Iterator[_Metric]:
    states = Counter(d.state for d in diagnosis.domains)
    waiting = Counter(d.waiting_on for d in diagnosis.domains)
    yield _Metric(
        "domains",
        "Mapped domains by state.",
        tuple(({"state": s}, states[s]) for s in _STATES),
    )
    yield _Metric(
        "domains_waiting",
        "Mapped domains by whose move it is.",
        tuple(({"on": who}, waiting[who]) for who in _WAITING),
    )
    logs = diagnosis.logs
    yield _one("log_records", "Records of the plugin's logs that were read.", logs.records)
    yield _one(
        "log_unrecognised", "Records of the plugin's logs that nobody knows.", logs.unrecognised
    )


def _each_domain(diagnosis: Diagnosis) -> _Metric:
    return _Metric(
        "domain_state",
        "1 for the state that the domain is in, 0 for the others.",
        tuple(
            ({"domain": d.domain, "state": state}, d.state == state)
            for d in diagnosis.domains
            for state in _STATES
        ),
    )


def _one(name: str, help: str, value: float) -> _Metric:
    return _Metric(name, help, (({}, value),))


def _lines(family: Sequence[tuple[_Metric, Labels]]) -> Iterator[str]:
    """One metric of all targets: the format wants all samples of a name together."""
    first = family[0][0]
    name = f"closte_doctor_{first.name}"
    yield f"# HELP {name} {first.help}"
    yield f"# TYPE {name} gauge"
    for metric, target in family:
        for labels, value in metric.samples:
            shown = ",".join(
                f'{k}="{prometheus_label(v)}"' for k, v in {**target, **labels}.items()
            )
            yield f"{name}{{{shown}}} {_number(value)}"


def _number(value: float) -> str:
    whole = int(value)
    return str(whole) if whole == value else repr(float(value))
