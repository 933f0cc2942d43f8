"""The diagnosis as JUnit XML, for systems that show test results: each finding code is a test case.

A case fails where its findings count for the exit status (causes at or over `--fail-on`), so that the
suite fails exactly where the command exits with 1. Findings that do not count are told in the
case's output. A check that could not look is skipped, and a target that could not be observed at all
is the suite's one error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from analyzers.findings import Diagnosis, Finding, SuppressedFinding
from analyzers.instants import iso
from analyzers.printable import printable
from analyzers.summary import counts, headline

_SUITE = "closte-doctor"


@dataclass(slots=True)
class _Case:
    """What is known of one code."""

    code: str
    findings: list[Finding] = field(default_factory=list)
    suppressed: list[SuppressedFinding] = field(default_factory=list)
    lacking: tuple[str, ...] = ()

    def failing(self, diagnosis: Diagnosis) -> list[Finding]:
        return [f for f in self.findings if counts(f, diagnosis.fail_on)]


def render(diagnosis: Diagnosis) -> str:
    """An XML document with a final newline; valid whatever strangers wrote."""
    cases = _cases(diagnosis)
    failing = sum(bool(case.failing(diagnosis)) for case in cases)
    skipped = sum(_is_skipped(case, diagnosis) for case in cases)
    unobserved = diagnosis.verdict == "unobservable"
    numbers = {
        "tests": str(len(cases) + unobserved),
        "failures": str(failing),
        "errors": str(int(unobserved)),
        "skipped": str(skipped),
    }
    root = Xml.Element("testsuites", {"name": _SUITE, **numbers})
    about = {"name": printable(diagnosis.target), "timestamp": iso(diagnosis.taken_at).rstrip("Z")}
    suite = Xml.SubElement(root, "testsuite", {**about, **numbers})
    _properties(suite, diagnosis)
    if unobserved:
        _error(suite, diagnosis)
    for case in cases:
        _write(suite, case, diagnosis)
    Xml.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, "unicode") + "\n"


def _cases(diagnosis: Diagnosis) -> list[_Case]:
    """One per code that anything is known of, in alphabetical order."""
    cases: dict[str, _Case] = {}

    def case(code: str) -> _Case:
        return cases.setdefault(code, _Case(code))

    for code in diagnosis.passed:
        case(code)
    for finding in diagnosis.findings:
        case(finding.code).findings.append(finding)
    for one in diagnosis.suppressed:
        case(one.finding.code).suppressed.append(one)
    for skipped in diagnosis.skipped:
        case(skipped.code).lacking = skipped.lacking
    return [cases[code] for code in sorted(cases)]


def _is_skipped(case: _Case, diagnosis: Diagnosis) -> bool:
    return bool(case.lacking) and not case.failing(diagnosis)


def _properties(suite: Xml.Element, diagnosis: Diagnosis) -> None:
    said = {
        "tool": diagnosis.tool,
        "verdict": diagnosis.verdict,
        "headline": headline(diagnosis),
        "fail_on": diagnosis.fail_on,
        "network": diagnosis.network.domain,
        "plugin_version": diagnosis.network.plugin_version or "",
    }
    listed = Xml.SubElement(suite, "properties")
    for name, value in said.items():
        Xml.SubElement(listed, "property", {"name": name, "value": printable(value)})
    for note in diagnosis.notes:
        Xml.SubElement(listed, "property", {"name": "note", "value": printable(note)})


def _error(suite: Xml.Element, diagnosis: Diagnosis) -> None:
    case = Xml.SubElement(suite, "testcase", {"classname": _SUITE, "name": "observed"})
    Xml.SubElement(case, "error", {"type": "unobservable", "message": headline(diagnosis)})


def _write(suite: Xml.Element, case: _Case, diagnosis: Diagnosis) -> None:
    code = printable(case.code)
    about = {"classname": f"{_SUITE}.{code.split('.', 1)[0]}", "name": code}
    element = Xml.SubElement(suite, "testcase", about)
    failing = case.failing(diagnosis)
    if failing:
        said = {"type": failing[0].severity, "message": _titles(failing)}
        Xml.SubElement(element, "failure", said).text = _paragraphs(failing)
    elif case.lacking:
        message = f"could not look, for want of {'; '.join(case.lacking)}"
        Xml.SubElement(element, "skipped", {"message": printable(message)})
    quiet = [f for f in case.findings if f not in failing]
    told = [_paragraphs(quiet)] if quiet else []
    told += [_suppressed(one) for one in case.suppressed]
    if failing and case.lacking:
        told.append(f"Not looked at everywhere, for want of {printable('; '.join(case.lacking))}.")
    if told:
        Xml.SubElement(element, "system-out").text = "\n\n".join(told)


def _titles(findings: Sequence[Finding]) -> str:
    shown = "; ".join(printable(f.title) for f in findings[:5])
    return shown if len(findings) <= 5 else f"{shown}; and {len(findings) - 5} more"


def _paragraphs(findings: Iterable[Finding]) -> str:
    return "\n\n".join(_paragraph(f) for f in findings)


def _paragraph(finding: Finding) -> str:
    cause = finding.caused_by
    lines = [
        f"{finding.severity.upper()}: {finding.title}",
        f"About: {finding.subject.kind} {finding.subject.id}",
        f"Means: {finding.means}",
        f"Why: {finding.because}",
        f"Do: {finding.do}",
    ]
    if cause is not None:
        lines.append(f"Explained by: {cause.code} ({cause.subject.kind} {cause.subject.id})")
    lines += [f"Evidence: {c.source}: {c.excerpt}" for c in finding.evidence]
    return "\n".join(map(printable, lines))


def _suppressed(one: SuppressedFinding) -> str:
    reason = printable(one.reason)
    return f"Suppressed until {one.until.isoformat()} ({reason}):\n{_paragraph(one.finding)}"
