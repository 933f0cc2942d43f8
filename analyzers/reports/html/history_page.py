"""The HTML report of earlier runs: what it shows, as values bounded, printable, in the reader's language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analyzers.history import History
from analyzers.history_summary import groups, history_headline, lost, ran, tables, titled
from analyzers.past_runs import Run
from analyzers.printable import printable
from analyzers.reports.html.pictures import Waits
from analyzers.reports.html.template import filled

MOST_SPELLS = 200
MOST_RUNS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One spell."""

    severity: str
    title: str
    code: str
    when: str
    cause: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Spells that the same has become of."""

    heading: str
    lines: tuple[Line, ...]
    left_out: int


def render(history: History) -> str:
    """An HTML document with a final newline."""
    return filled("history", history.language, **_shown(history))


def _shown(history: History) -> dict[str, object]:
    """The values of the template."""
    language = history.language

    def told(text: str) -> str:
        return printable(language.of(text))

    if history.previous is None or history.newest.verdict == "unobservable":
        kind = "warning"
    else:
        kind = "error" if history.new() or history.worse() else "good"
    found = [
        Group(
            told(heading),
            tuple(
                Line(s.severity, told(titled(s)), printable(s.code), told(when), s.cause)
                for s, when in spells[:MOST_SPELLS]
            ),
            max(0, len(spells) - MOST_SPELLS),
        )
        for heading, spells in groups(history)
    ]
    return {
        "tool": history.tool,
        "target": printable(history.target),
        "headline": told(history_headline(history)),
        "kind": kind,
        "ran": told(ran(history)),
        "lost": told(lost(history)) if history.lost else "",
        "groups": found,
        "waits": Waits.of_all(history.issued(), language),
        "tables": [
            (told(heading), [told(h) for h in heads], [[told(c) for c in row] for row in rows])
            for heading, heads, rows in tables(history)
        ],
        "runs": [_run(run) for run in reversed(history.runs[-MOST_RUNS:])],
        "earlier": max(0, len(history.runs) - MOST_RUNS),
    }


def _run(run: Run) -> dict[str, object]:
    counted = Counter(n.severity for n in run.found if n.cause)
    return {
        "at": run.at,
        "verdict": run.verdict,
        "errors": counted["error"],
        "warnings": counted["warning"],
        "domains": sum(run.states.values()),
        "up": run.states.get("up", 0),
        "plugin": printable(run.plugin_version or ""),
    }
