"""What every report says in the same words: counts, who must act, the next command, what was unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.findings import SEVERITY_ORDER, Diagnosis, Finding, Reference, SuppressedFinding

WHO = {
    "operator": "you (the network's operator)",
    "customer": "the domain's owner, at their DNS provider",
    "dns": "nobody now: DNS caches must run out",
    "closte": "Closte",
    "cron": "the plugin's next scheduled check",
    "nobody": "nobody will: it never moves by itself",
}
SEVERITY_WORD = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
VERDICT = {
    "findings": "Problems were found.",
    "clean": "No problem found; everything was looked at.",
    "clean-incomplete": "No problem found, but not everything could be looked at.",
    "unobservable": "The target could not be observed at all.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding that nothing else explains, with everything that it explains."""

    finding: Finding
    consequences: tuple[Finding, ...]

    def consequence_counts(self) -> tuple[tuple[str, int], ...]:
        """Code → how many subjects, most first."""
        counted = Counter(f.code for f in self.consequences)
        return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def causes(diagnosis: Diagnosis) -> tuple[Cause, ...]:
    """The causes in the diagnosis' order, each with its consequences however many steps below."""
    below: dict[Reference, list[Finding]] = {}
    for finding in diagnosis.findings:
        if finding.caused_by is not None:
            below.setdefault(finding.caused_by, []).append(finding)

    def all_below(finding: Finding) -> list[Finding]:
        found: list[Finding] = []
        for child in below.get(finding.reference, ()):
            found.append(child)
            found.extend(all_below(child))
        return found

    return tuple(Cause(f, tuple(all_below(f))) for f in diagnosis.causes())


def counts(finding: Finding, fail_on: str) -> bool:
    """Does it count for the exit status: a cause, at or over the threshold? (CONTRACT section 2)"""
    if finding.caused_by is not None or fail_on == "never":
        return False
    return SEVERITY_ORDER[finding.severity] <= SEVERITY_ORDER[fail_on]


def headline(diagnosis: Diagnosis) -> str:
    """How many problems, how many domains they hurt; how many findings are suppressed."""
    said = _headline(diagnosis)
    accepted = len(diagnosis.suppressed)
    if not accepted:
        return said
    if accepted == 1:
        return f"{said} 1 finding is suppressed."
    return f"{said} {accepted} findings are suppressed."


def suppression(one: SuppressedFinding) -> str:
    """Until when a finding is suppressed, and why, in one sentence."""
    return f"Suppressed until {one.until.isoformat()}: {one.reason}"


def _headline(diagnosis: Diagnosis) -> str:
    if diagnosis.verdict == "unobservable":
        return VERDICT["unobservable"]
    roots = diagnosis.causes()
    problems = [f for f in roots if f.severity != "info"]
    known = len(roots) - len(problems)
    if not problems:
        said = VERDICT[diagnosis.verdict]
        return f"{said} {_count(known, 'thing')} to know." if known else said
    domains = {name for f in problems for name in f.affects}
    parts = [_count(len(problems), "problem")]
    if known:
        parts.append(f"{_count(known, 'thing')} to know")
    said = ", ".join(parts)
    if domains:
        said += f"; {_count(len(domains), 'domain')} affected"
    return f"{said}."


def next_command(finding: Finding, target: str) -> str:
    """The command that brings the reader one step further with this finding."""
    return f"closte-doctor explain {finding.code}"


def unseen(diagnosis: Diagnosis) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What was lacking → the checks that could not look for want of it."""
    by_lack: dict[tuple[str, ...], list[str]] = {}
    for skipped in diagnosis.skipped:
        by_lack.setdefault(skipped.lacking, []).append(skipped.code)
    return tuple((", ".join(lack), tuple(codes)) for lack, codes in by_lack.items())


def shortened(names: Sequence[str], most: int = 6) -> str:
    """Names joined by commas, the rest counted."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
