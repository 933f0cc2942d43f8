"""The report of earlier runs: for a terminal, and as Markdown for a ticket."""

from __future__ import annotations

from tabulate import tabulate

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.history import History
from analyzers.history_summary import groups, history_headline, lost, ran, tables, titled
from analyzers.language import joined, phrase, plural
from analyzers.paper import Paper
from analyzers.reports.text import Style
from analyzers.spells import Spell
from analyzers.summary import SEVERITY_WORD

_PLAIN = Style()
_SHOWN = 30


def text(history: History, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style, history.language)
    paper.say(joined((history.target, ran(history)), " · "))
    changed = bool(history.new() or history.worse())
    unsure = history.previous is None or history.newest.verdict == "unobservable"
    paper.verdict("warn" if unsure else "bad" if changed else "good", history_headline(history))
    if history.lost:
        paper.say(lost(history), indent=2)
    for heading, spells in groups(history):
        paper.heading(heading)
        for spell, when in spells[:_SHOWN]:
            _line(paper, spell, when)
        if len(spells) > _SHOWN:
            left = len(spells) - _SHOWN
            paper.say(plural("and {n} more", "and {n} more", left), indent=2)
    for heading, heads, rows in tables(history):
        paper.heading(heading)
        cells = [[paper.plain(cell) for cell in row] for row in rows]
        titles = [paper.plain(head) for head in heads]
        table = tabulate(cells, headers=titles, disable_numparse=True)
        paper.lines.extend(f"  {line}" for line in table.split("\n"))
    return paper.text()


def _line(paper: Paper, spell: Spell, when: str) -> None:
    parts = [joined((titled(spell), f"[{spell.code}]"), " "), when]
    if not spell.cause:
        parts.append(phrase("a consequence"))
    paper.graded(spell.severity, joined([p for p in parts if p], " · "), indent=2)


def markdown(history: History) -> str:
    """The report as Markdown, with a final newline."""
    language = history.language

    def told(sentence: str) -> str:
        return escaped(language.of(sentence))

    title = language.say("History of {target}", target=escaped(history.target))
    lines = [f"# {title}", "", f"**{told(history_headline(history))}**", ""]
    lines += [f"- {told(ran(history))}"]
    lines += [f"- {told(lost(history))}"] if history.lost else []
    lines.append("")
    for heading, spells in groups(history):
        lines += [f"## {told(heading)}", ""]
        for spell, when in spells:
            word = language.of(SEVERITY_WORD[spell.severity])
            parts = [when] if when else []
            parts += [] if spell.cause else [phrase("a consequence")]
            tail = f" · {told(joined(parts, ' · '))}" if parts else ""
            lines.append(f"- {word}: {told(titled(spell))} ({code(spell.code)}){tail}")
        lines.append("")
    for heading, heads, rows in tables(history):
        cells = [[told(cell) for cell in row] for row in rows]
        table = tabulate(
            cells, headers=[told(h) for h in heads], tablefmt="pipe", disable_numparse=True
        )
        lines += [f"## {told(heading)}", "", *table.split("\n"), ""]
    return "\n".join(lines).rstrip() + "\n"
