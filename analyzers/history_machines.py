"""Earlier runs as machines read them: JSON, JSON Lines, CSV, JUnit, Prometheus."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from analyzers.escaping import csv_cell
from analyzers.gauges import Gauge
from analyzers.history import History
from analyzers.history_summary import causes, history_headline, titled, when
from analyzers.instants import iso, iso_or_none
from analyzers.past_runs import Run
from analyzers.printable import printable
from analyzers.spells import Spell
from analyzers.summary import reaches
from analyzers.trends import Waits, repairs, waits, waits_by_month
from analyzers.xml_text import document

SCHEMA = 1
COLUMNS = (
    "code", "subject_kind", "subject", "severity", "cause", "status", "first_at", "began",
    "last_at", "fixed_at", "seconds", "times_came_or_went", "target",
)  # fmt: skip
"""Of the CSV: one row per spell. `began` false: it may be older than the first run that is kept."""


def model(history: History) -> dict[str, object]:
    """The history as plain values."""
    whole = waits(history.issued())
    previous = history.previous
    return {
        "schema": SCHEMA,
        "tool": history.tool,
        "target": history.target,
        "at": iso(history.newest.at),
        "previous_at": iso(previous.at) if previous else None,
        "runs": [_run(run) for run in history.runs],
        "unreadable_lines": history.lost,
        "new": [_spell(s, history) for s in history.new()],
        "fixed": [_spell(s, history) for s in history.fixed()],
        "worse": [_spell(s, history) for s in history.worse()],
        "milder": [_spell(s, history) for s in history.milder()],
        "standing": [_spell(s, history) for s in history.standing()],
        "not_looked_at": [_spell(s, history) for s in history.unseen()],
        "flapping": [
            {"code": c, "subject": {"kind": s.kind, "id": s.id}, "times": n}
            for (c, s), n in sorted(history.flapping.items())
        ],
        "issuance": {
            "all": _numbers(whole) if whole else None,
            "months": [
                {"month": m.month, **_numbers(m.waits)} for m in waits_by_month(history.issued())
            ],
        },
        "repair": [
            {
                "code": r.code,
                "number": r.number,
                "median_seconds": r.median.total_seconds(),
                "longest_seconds": r.longest.total_seconds(),
            }
            for r in repairs(history.spells)
        ],
    }


def _run(run: Run) -> dict[str, object]:
    causes = [n for n in run.found if n.cause]
    return {
        "at": iso(run.at),
        "verdict": run.verdict,
        "network": run.network,
        "plugin_version": run.plugin_version,
        "errors": sum(n.severity == "error" for n in causes),
        "warnings": sum(n.severity == "warning" for n in causes),
        "domains": dict(run.states),
    }


def _spell(spell: Spell, history: History) -> dict[str, object]:
    return {
        "code": spell.code,
        "subject": {"kind": spell.subject.kind, "id": spell.subject.id},
        "severity": spell.severity,
        "before": spell.before,
        "cause": spell.cause,
        "first_at": iso(spell.first_at),
        "began": spell.began,
        "last_at": iso(spell.last_at),
        "fixed_at": iso_or_none(spell.fixed_at),
        "came_or_went": history.flapping.get((spell.code, spell.subject), 0),
    }


def _numbers(found: Waits) -> dict[str, object]:
    return {
        "number": found.number,
        "median_seconds": found.median.total_seconds(),
        "p90_seconds": found.p90.total_seconds(),
        "longest_seconds": found.longest.total_seconds(),
    }


def render_json(history: History) -> str:
    """The model as indented JSON with a final newline."""
    return json.dumps(model(history), indent=1) + "\n"


def render_jsonl(history: History) -> str:
    """A line per spell, then one per certificate, then one with everything else."""
    lines = [{"kind": "spell", **_spell(s, history)} for s in history.spells]
    lines += [
        {"kind": "issuance", "domain": i.domain, "asked_at": iso(i.asked_at),
         "ready_at": iso(i.ready_at), "seconds": i.took.total_seconds()}
        for i in history.issued()
    ]  # fmt: skip
    listed = ("new", "fixed", "worse", "milder", "standing", "not_looked_at")
    rest = {name: value for name, value in model(history).items() if name not in listed}
    return "".join(json.dumps(line) + "\n" for line in [*lines, {"kind": "summary", **rest}])


def render_csv(history: History) -> str:
    """A heading line, then one line per spell."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    for spell in history.spells:
        took = spell.took
        status = "fixed" if spell.fixed_at else "standing" if _stands(spell, history) else "unseen"
        times = history.flapping.get((spell.code, spell.subject), 0)
        row = (
            spell.code, spell.subject.kind, spell.subject.id, spell.severity,
            str(spell.cause).lower(), status, iso(spell.first_at), str(spell.began).lower(),
            iso(spell.last_at), iso_or_none(spell.fixed_at) or "",
            "" if took is None else f"{took.total_seconds():.0f}", str(times), history.target,
        )  # fmt: skip
        writer.writerow([csv_cell(cell) for cell in row])
    return page.getvalue()


def _stands(spell: Spell, history: History) -> bool:
    return spell.last_at == history.newest.at


def render_junit(history: History, fail_on: str) -> str:
    """A case per spell that stands or has just gone; it fails where it counts for the exit status."""
    language, newest = history.language, history.newest
    spells = (*history.standing(), *history.fixed())
    failing = [s for s in history.standing() if counts(s, fail_on)]
    numbers = {
        "tests": str(len(spells) + 1),
        "failures": str(len(failing)),
        "errors": str(int(newest.verdict == "unobservable")),
    }
    root = Xml.Element("testsuites", {"name": _SUITE, **numbers})
    about = {"name": printable(history.target), "timestamp": iso(newest.at).rstrip("Z")}
    suite = Xml.SubElement(root, "testsuite", {**about, **numbers})
    observed = Xml.SubElement(suite, "testcase", {"classname": _SUITE, "name": "observed"})
    if newest.verdict == "unobservable":
        said = printable(language.of(history_headline(history)))
        Xml.SubElement(observed, "error", {"type": "unobservable", "message": said})
    for spell in spells:
        name = printable(f"{spell.code} {spell.subject.kind} {spell.subject.id}")
        case = Xml.SubElement(suite, "testcase", {"classname": f"{_SUITE}.history", "name": name})
        said = printable(
            f"{language.of(titled(spell))} {language.of(when(spell, history))}".strip()
        )
        if spell in failing:
            Xml.SubElement(case, "failure", {"type": spell.severity, "message": said})
        else:
            Xml.SubElement(case, "system-out").text = said
    return document(root)


_SUITE = "closte-doctor"


def counts(spell: Spell, fail_on: str) -> bool:
    """Does it count for the exit status: a cause, at or over the threshold? (CONTRACT section 2)"""
    return reaches(spell.severity, fail_on, cause=spell.cause)


def render_prometheus(history: History) -> str:
    """What changed, as gauges of the target. Quantiles only where certificates were seen to come."""
    return "".join(line + "\n" for gauge in _gauges(history) for line in gauge.lines())


def _gauges(history: History) -> Iterator[Gauge]:
    target = {"target": history.target}
    changes = {
        "new": history.new(),
        "fixed": history.fixed(),
        "worse": history.worse(),
        "milder": history.milder(),
        "standing": history.standing(),
        "not_looked_at": history.unseen(),
    }
    yield Gauge("history_runs", "Runs that are known.", ((target, len(history.runs)),))
    yield Gauge(
        "history_taken_at_seconds",
        "When the newest run was, in seconds since 1970-01-01 UTC.",
        ((target, history.newest.at.timestamp()),),
    )
    yield Gauge(
        "history_causes",
        "Causes by what has become of them since the run before.",
        tuple(({**target, "change": name}, len(causes(found))) for name, found in changes.items()),
    )
    yield Gauge(
        "history_flapping", "Findings that come and go.", ((target, len(history.flapping)),)
    )
    whole = waits(history.issued())
    if whole is not None:
        values = {"0.5": whole.median, "0.9": whole.p90, "1": whole.longest}
        yield Gauge(
            "history_issuance_seconds",
            "How long certificates took, by quantile.",
            tuple(({**target, "quantile": q}, s.total_seconds()) for q, s in values.items()),
        )
