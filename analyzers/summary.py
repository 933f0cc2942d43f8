"""What every report says in the same words: counts, who must act, the next command, what was unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.findings import (
    SEVERITY_ORDER,
    CheckWindow,
    Diagnosis,
    Finding,
    Reference,
    Severity,
    SuppressedFinding,
)
from analyzers.language import Phrase, joined, phrase, plural, some

WHO = {
    "operator": phrase("you (the network's operator)"),
    "customer": phrase("the domain's owner, at their DNS provider"),
    "dns": phrase("nobody now: DNS caches must run out"),
    "closte": phrase("Closte"),
    "cron": phrase("the plugin's next scheduled check"),
    "nobody": phrase("nobody will: it never moves by itself"),
}
WAITING_WORD = {
    "operator": phrase("operator"),
    "customer": phrase("customer"),
    "dns": phrase("dns"),
    "closte": phrase("closte"),
    "cron": phrase("cron"),
    "nobody": phrase("nobody"),
}
"""The same in one word, for a table."""
SEVERITY_WORD = {"error": phrase("ERROR"), "warning": phrase("WARNING"), "info": phrase("INFO")}
CONFIDENCE_WORD = {
    "certain": phrase("certain"),
    "likely": phrase("likely"),
    "possible": phrase("possible"),
}
STATE_WORD = {
    "up": phrase("up"),
    "waiting": phrase("waiting"),
    "broken": phrase("broken"),
    "unknown": phrase("unknown"),
}
RISK_WORD = {
    "safe": phrase("safe"),
    "confirm": phrase("confirm"),
    "severe": phrase("severe"),
}
KIND_WORD = {
    "network": phrase("network"),
    "domain": phrase("domain"),
    "site": phrase("site"),
    "host": phrase("host"),
}
LAYER_WORD = {
    "mapping": phrase("mapping"),
    "alias": phrase("alias"),
    "dns": phrase("dns"),
    "certificate": phrase("certificate"),
    "jobs": phrase("jobs"),
}
LAYER_STATE_WORD = {
    "ok": phrase("ok"),
    "problem": phrase("problem"),
    "waiting": phrase("waiting"),
    "unseen": phrase("unseen"),
}
VERDICT = {
    "findings": phrase("Problems were found."),
    "clean": phrase("No problem found; everything was looked at."),
    "clean-incomplete": phrase("No problem found, but not everything could be looked at."),
    "unobservable": phrase("The target could not be observed at all."),
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
    return reaches(finding.severity, fail_on, cause=finding.caused_by is None)


def reaches(severity: Severity, fail_on: str, *, cause: bool) -> bool:
    """The same of a severity: what something else explains reaches no threshold."""
    return cause and fail_on != "never" and SEVERITY_ORDER[severity] <= SEVERITY_ORDER[fail_on]


def headline(diagnosis: Diagnosis) -> Phrase:
    """How many problems, how many domains they hurt; how many findings are suppressed."""
    said = _headline(diagnosis)
    accepted = len(diagnosis.suppressed)
    if not accepted:
        return said
    counted = plural("{n} finding is suppressed.", "{n} findings are suppressed.", accepted)
    return joined((said, counted), " ")


def suppression(one: SuppressedFinding) -> Phrase:
    """Until when a finding is suppressed, and why, in one sentence."""
    return phrase(
        "Suppressed until {until}: {reason}", until=one.until.isoformat(), reason=one.reason
    )


def _headline(diagnosis: Diagnosis) -> Phrase:
    if diagnosis.verdict == "unobservable":
        return VERDICT["unobservable"]
    roots = diagnosis.causes()
    problems = [f for f in roots if f.severity != "info"]
    known = len(roots) - len(problems)
    if not problems:
        said = VERDICT[diagnosis.verdict]
        return joined((said, phrase("{things}.", things=_to_know(known))), " ") if known else said
    domains = {name for f in problems for name in f.affects}
    parts = [plural("{n} problem", "{n} problems", len(problems))]
    if known:
        parts.append(_to_know(known))
    said = joined(parts)
    if not domains:
        return phrase("{problems}.", problems=said)
    affected = plural("{n} domain affected", "{n} domains affected", len(domains))
    return phrase("{problems}; {domains}.", problems=said, domains=affected)


def _to_know(number: int) -> Phrase:
    return plural("{n} thing to know", "{n} things to know", number)


def next_command(finding: Finding, target: str) -> str:
    """The command that brings the reader one step further with this finding."""
    return f"closte-doctor explain {finding.code}"


def unseen(diagnosis: Diagnosis) -> tuple[tuple[Phrase, tuple[str, ...]], ...]:
    """What was lacking → the checks that could not look for want of it."""
    by_lack: dict[tuple[str, ...], list[str]] = {}
    for skipped in diagnosis.skipped:
        by_lack.setdefault(skipped.lacking, []).append(skipped.code)
    return tuple((joined(lack), tuple(codes)) for lack, codes in by_lack.items())


def checked(window: CheckWindow) -> Phrase:
    """How many of the plugin's checks are used up."""
    return phrase("{used} of {limit}", used=window.used, limit=window.limit)


def not_looked_at(number: int) -> Phrase:
    """A heading for what checks lacked."""
    return plural(
        "Not looked at ({n} check; this is not a pass)",
        "Not looked at ({n} checks; this is not a pass)",
        number,
    )


def none_looked(number: int) -> Phrase:
    """That nothing could be observed."""
    return plural("None of {n} checks could look.", "None of {n} checks could look.", number)


def shortened(names: Sequence[str], most: int = 6) -> Phrase:
    """Names joined by commas, the rest counted."""
    return some(names, most)
