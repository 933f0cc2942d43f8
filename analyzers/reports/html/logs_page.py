"""The counts of the plugin's logs as an HTML page: what it shows, as values bounded and printable."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.findings import LogSummary
from analyzers.language import ENGLISH, Language
from analyzers.lifeline import means
from analyzers.log_report import ROWS_SHOWN, examples, headline, tables_of_groups
from analyzers.log_tally import Tally, Unknown
from analyzers.names import displayed
from analyzers.printable import printable, shortened
from analyzers.reports.html.pictures import Activity
from analyzers.reports.html.template import filled

_EXAMPLE = 200
"""Characters of a record that is shown as an example."""


@dataclass(frozen=True, slots=True)
class Event:
    """A known message: how often it came, and what it means."""

    name: str
    count: int
    means: str


def render(tally: Tally, unknown: Unknown, language: Language = ENGLISH, tool: str = "") -> str:
    """An HTML document with a final newline."""
    return filled("logs", language, tool=tool, **_shown(tally, unknown, language))


def _shown(tally: Tally, unknown: Unknown, language: Language) -> dict[str, object]:
    """The values of the template."""
    days = {day: dict(counts) for day, counts in tally.days.items() if day}
    summary = LogSummary(tally.records, tally.unrecognised, dict(tally.events), days)
    return {
        "kind": "warning" if tally.unrecognised else "info",
        "headline": printable(language.of(headline(tally))),
        "logs": summary,
        "activity": Activity.of(summary, language),
        "events": [
            Event(printable(name), count, printable(language.of(means(name))))
            for name, count in sorted(tally.events.items())
        ],
        "tables": [
            (printable(heading), rows, headers)
            for heading, (rows, headers) in tables_of_groups(tally, _named, language)
        ],
        "examples": printable(examples(language)),
        "samples": [
            (
                printable(f"{source}:{number}"),
                shortened(printable(f"[{at}] [{level}] {message}"), _EXAMPLE),
            )
            for source, number, at, level, message in unknown.samples[:ROWS_SHOWN]
        ],
    }


def _named(name: str) -> str:
    return printable(displayed(name))
