"""How often the diagnosis is right: every labelled scenario of `bridge.rehearsal`, diagnosed and compared.

`python -m bridge.accuracy` prints recall, precision and what was taken for what; it ends with 1 where a
fault is missed, or an error or warning is said of a healthy network. A number behind it says how many
pairs of faults are tried, `all` tries every one (some minutes).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis, Finding, Reference
from analyzers.snapshot import read
from bridge.rehearsal.evidence import evidence
from bridge.rehearsal.scenario import HOST, Cause, Scenario
from bridge.rehearsal.scenarios import PAIRS, everything

TOOL = "closte-doctor"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario, and what was said of it."""

    scenario: Scenario
    right: frozenset[Cause]
    """Expected causes that were found."""
    missed: frozenset[Cause]
    wrong: frozenset[Cause]
    """Errors and warnings that stand for themselves and should not."""
    unfolded: tuple[tuple[str, str], ...]
    """Consequences that do not stand under their cause: code, and the cause's code."""

    @property
    def good(self) -> bool:
        """Was everything said, and nothing else?"""
        return not (self.missed or self.wrong or self.unfolded)


def told_of(files: Mapping[str, bytes]) -> Diagnosis:
    """The diagnosis of an evidence folder, by all rules."""
    return diagnose(read(files, origin=HOST), tool=TOOL)


def measured(scenario: Scenario) -> Outcome:
    """Diagnose a scenario and compare with its truth."""
    return compared(scenario, told_of(evidence(scenario.world(), target=HOST)))


def compared(scenario: Scenario, told: Diagnosis) -> Outcome:
    """What was said beside the truth."""
    found = {_cause(f) for f in told.causes()}
    loud = {_cause(f) for f in told.causes() if f.severity != "info"}
    allowed = scenario.allowed
    return Outcome(
        scenario,
        scenario.causes & found,
        scenario.causes - found,
        frozenset(c for c in loud - scenario.causes if c.code not in allowed),
        tuple(pair for pair in scenario.folded if not _stands_under(pair, told.findings)),
    )


def _cause(finding: Finding) -> Cause:
    return Cause(finding.code, finding.subject.id)


def _stands_under(pair: tuple[str, str], findings: Sequence[Finding]) -> bool:
    """Does a finding of the first code stand, perhaps by others, under one of the second?"""
    code, cause = pair
    by_reference = {f.reference: f for f in findings}
    return any(
        f.code == code and cause in _ancestors(f, by_reference) for f in findings if f.caused_by
    )


def _ancestors(finding: Finding, by_reference: Mapping[Reference, Finding]) -> set[str]:
    codes: set[str] = set()
    here: Finding | None = finding
    while here is not None and here.caused_by is not None and here.caused_by.code not in codes:
        codes.add(here.caused_by.code)
        here = by_reference.get(here.caused_by)
    return codes


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Recall and precision over many scenarios."""

    outcomes: tuple[Outcome, ...]

    @property
    def recall(self) -> float:
        """Share of the expected causes that were found."""
        expected = sum(len(o.right) + len(o.missed) for o in self.outcomes)
        return sum(len(o.right) for o in self.outcomes) / expected if expected else 1.0

    @property
    def precision(self) -> float:
        """Share of what stood for itself, at warning or above, that was expected or allowed."""
        right = sum(len(o.right) for o in self.outcomes)
        wrong = sum(len(o.wrong) for o in self.outcomes)
        return right / (right + wrong) if right + wrong else 1.0

    @property
    def false_alarms(self) -> tuple[Outcome, ...]:
        """Healthy networks of which an error or a warning was said."""
        return tuple(o for o in self.outcomes if not o.scenario.faults and o.wrong)

    @property
    def good_enough(self) -> bool:
        """Nothing missed, and no false alarm."""
        return not self.false_alarms and not any(o.missed or o.unfolded for o in self.outcomes)

    def confusion(self) -> tuple[tuple[str, int, int, str], ...]:
        """Expected code · how often expected · how often found · what stood beside it and should not."""
        expected: Counter[str] = Counter()
        found: Counter[str] = Counter()
        beside: dict[str, Counter[str]] = {}
        for outcome in self.outcomes:
            expected.update(c.code for c in outcome.right | outcome.missed)
            found.update(c.code for c in outcome.right)
            for code in {c.code for c in outcome.scenario.causes} or {"(healthy)"}:
                beside.setdefault(code, Counter()).update(c.code for c in outcome.wrong)
        expected["(healthy)"] = found["(healthy)"] = sum(
            not o.scenario.faults for o in self.outcomes
        )
        return tuple(
            (code, expected[code], found[code], _listed(beside.get(code, Counter())))
            for code in sorted(expected)
        )


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{code} ×{count}" for code, count in counted.most_common())


def report(accuracy: Accuracy) -> str:
    """For people."""
    lines = [f"{'expected cause':<28}{'expected':>9}{'found':>7}  said besides, wrongly"]
    for code, expected, found, beside in accuracy.confusion():
        lines.append(f"{code:<28}{expected:>9}{found:>7}  {beside or '-'}")
    lines.append("")
    for outcome in accuracy.outcomes:
        if not outcome.good:
            lines += _complaints(outcome)
    problems = sum(len(o.right) + len(o.missed) for o in accuracy.outcomes)
    lines.append(
        f"{len(accuracy.outcomes)} networks, {problems} problems: "
        f"recall {accuracy.recall:.2%}, precision {accuracy.precision:.2%}, "
        f"{len(accuracy.false_alarms)} false alarms on healthy networks"
    )
    return "\n".join(lines)


def _complaints(outcome: Outcome) -> Iterable[str]:
    yield f"{outcome.scenario.name}:"
    yield from (f"  missed: {c.code} of {c.subject}" for c in sorted(outcome.missed, key=str))
    yield from (f"  wrong: {c.code} of {c.subject}" for c in sorted(outcome.wrong, key=str))
    yield from (f"  does not stand under {cause}: {code}" for code, cause in outcome.unfolded)


def main(words: Sequence[str] = ()) -> int:
    """Measure everything and print it. `words`: how many pairs, or `all`."""
    most = (None if words[0] == "all" else int(words[0])) if words else PAIRS
    accuracy = Accuracy(tuple(map(measured, everything(most))))
    sys.stdout.write(report(accuracy) + "\n")
    return 0 if accuracy.good_enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
