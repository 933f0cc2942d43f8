"""The diagnosis as JUnit XML, for systems that show test results: each finding code is a test case.

A case fails where its findings count for the exit status (causes at or over `--fail-on`), so that the
suite fails exactly where the command exits with 1. Findings that do not count are told in the
case's output. A check that could not look is skipped, and a target that could not be observed at all
is the suite's one error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from analyzers.findings import Diagnosis, Finding, Subject, SuppressedFinding
from analyzers.instants import iso
from analyzers.language import Language, joined
from analyzers.printable import printable
from analyzers.summary import KIND_WORD, SEVERITY_WORD, counts, headline
from analyzers.xml_text import document

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

    def quiet(self, diagnosis: Diagnosis) -> list[Finding]:
        return [f for f in self.findings if not counts(f, diagnosis.fail_on)]


def render(*diagnoses: Diagnosis) -> str:
    """An XML document with a final newline; valid whatever strangers wrote. One suite per diagnosis."""
    root = Xml.Element("testsuites", {"name": _SUITE})
    totals: Counter[str] = Counter()
    for diagnosis in diagnoses:
        totals.update(_suite(root, diagnosis))
    root.attrib.update({name: str(number) for name, number in totals.items()})
    return document(root)


def _suite(root: Xml.Element, diagnosis: Diagnosis) -> dict[str, int]:
    """The suite of one diagnosis below the root; its numbers."""
    cases = _cases(diagnosis)
    unobserved = diagnosis.verdict == "unobservable"
    numbers = {
        "tests": len(cases) + unobserved,
        "failures": sum(bool(case.failing(diagnosis)) for case in cases),
        "errors": int(unobserved),
        "skipped": sum(_is_skipped(case, diagnosis) for case in cases),
    }
    about = {"name": printable(diagnosis.target), "timestamp": iso(diagnosis.taken_at).rstrip("Z")}
    shown = {name: str(number) for name, number in numbers.items()}
    suite = Xml.SubElement(root, "testsuite", {**about, **shown})
    _properties(suite, diagnosis)
    if unobserved:
        _error(suite, diagnosis)
    for case in cases:
        _write(suite, case, diagnosis)
    return numbers


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
        "headline": diagnosis.language.of(headline(diagnosis)),
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
    Xml.SubElement(
        case,
        "error",
        {"type": "unobservable", "message": diagnosis.language.of(headline(diagnosis))},
    )


def _write(suite: Xml.Element, case: _Case, diagnosis: Diagnosis) -> None:
    code, language = printable(case.code), diagnosis.language
    about = {"classname": f"{_SUITE}.{code.split('.', 1)[0]}", "name": code}
    element = Xml.SubElement(suite, "testcase", about)
    failing = case.failing(diagnosis)
    if failing:
        said = {"type": failing[0].severity, "message": _titles(failing, language)}
        Xml.SubElement(element, "failure", said).text = _paragraphs(failing, language)
    elif case.lacking:
        message = language.say(
            "could not look, for want of {lack}", lack=joined(case.lacking, "; ")
        )
        Xml.SubElement(element, "skipped", {"message": printable(message)})
    quiet = case.quiet(diagnosis)
    told = [_paragraphs(quiet, language)] if quiet else []
    told += [_suppressed(one, language) for one in case.suppressed]
    if failing and case.lacking:
        lack = joined(case.lacking, "; ")
        told.append(
            printable(language.say("Not looked at everywhere, for want of {lack}.", lack=lack))
        )
    if told:
        Xml.SubElement(element, "system-out").text = "\n\n".join(told)


def _titles(findings: Sequence[Finding], language: Language) -> str:
    shown = "; ".join(printable(f.title) for f in findings[:5])
    more = len(findings) - 5
    if more <= 0:
        return shown
    return language.count("{shown}; and {n} more", "{shown}; and {n} more", more, shown=shown)


def _paragraphs(findings: Iterable[Finding], language: Language) -> str:
    return "\n\n".join(_paragraph(f, language) for f in findings)


def _paragraph(finding: Finding, language: Language) -> str:
    cause = finding.caused_by

    def subject(of: Subject) -> str:
        return f"{language.of(KIND_WORD[of.kind])} {of.id}"

    lines = [
        f"{language.of(SEVERITY_WORD[finding.severity])}: {finding.title}",
        f"{language.say('About')}: {subject(finding.subject)}",
        f"{language.say('Means')}: {finding.means}",
        f"{language.say('Why')}: {finding.because}",
        f"{language.say('Do')}: {finding.do}",
    ]
    if cause is not None:
        lines.append(f"{language.say('Explained by')}: {cause.code} ({subject(cause.subject)})")
    lines += [f"{language.say('Evidence')}: {c.source}: {c.excerpt}" for c in finding.evidence]
    return "\n".join(map(printable, lines))


def _suppressed(one: SuppressedFinding, language: Language) -> str:
    head = language.say(
        "Suppressed until {until} ({reason}):",
        until=one.until.isoformat(),
        reason=printable(one.reason),
    )
    return f"{head}\n{_paragraph(one.finding, language)}"
