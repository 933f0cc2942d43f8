"""The report of many networks: for a terminal, and as Markdown for a ticket.

First what is wrong where, in one table; then what several networks have in common; then each network's
causes in a line each. The whole of one network is `diagnose`'s to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tabulate import tabulate

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, Finding
from analyzers.fleet import Fleet, LayerCount, layer_counts, severities
from analyzers.fleet_summary import ONE_ALIAS, TARGETS_SHOWN, fleet_headline, left_out, whole
from analyzers.instants import iso
from analyzers.language import Language, joined, phrase, plural
from analyzers.names import displayed
from analyzers.network_domain import UNKNOWN
from analyzers.paper import Paper
from analyzers.reports.text import Style
from analyzers.summary import (
    LAYER_STATE_WORD,
    LAYER_WORD,
    SEVERITY_WORD,
    WAITING_WORD,
    Cause,
    causes,
    headline,
    shortened,
)

_PLAIN = Style()
_CAUSES_SHOWN = 12
_DOMAINS_SHOWN = 40
_HEADS = {
    "target": phrase("target"),
    "network": phrase("network"),
    "plugin": phrase("plugin"),
    "errors": phrase("errors"),
    "warnings": phrase("warnings"),
    "domains": phrase("domains"),
    "up": phrase("up"),
    **{str(layer): word for layer, word in LAYER_WORD.items()},
}
_COLUMNS = (
    tuple(_HEADS),
    tuple(name for name in _HEADS if name not in ("network", "plugin")),
    ("target", "errors", "warnings", "domains", "up"),
    ("target", "errors", "warnings"),
)
"""Columns of the table of networks, from the widest terminal to the narrowest."""


def text(fleet: Fleet, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style, fleet.language)
    kind = {"clean": "good", "clean-incomplete": "warn"}.get(fleet.verdict, "bad")
    paper.verdict(kind, fleet_headline(fleet))
    for sentence in left_out(fleet):
        paper.say(sentence, indent=2)
    paper.blank()
    paper.lines.extend(_table(fleet, paper))
    if shared := tuple(_shared_causes(fleet)):
        paper.heading(phrase("The same fault on several networks"))
        paper.bullets(shared)
    if shared := tuple(_shared_domains(fleet)):
        paper.heading(phrase("One domain mapped on several networks"))
        paper.bullets(shared)
        paper.say(ONE_ALIAS, indent=2)
    for diagnosis in fleet.troubled():
        _network(paper, diagnosis)
    return paper.text()


def _cells(diagnosis: Diagnosis, language: Language) -> dict[str, str]:
    """What the table may say of a network, by column."""
    counted, states = severities(diagnosis), Counter(d.state for d in diagnosis.domains)
    seen = diagnosis.verdict != "unobservable"
    network = diagnosis.network
    return {
        "target": diagnosis.target,
        "network": network.domain if network.domain != UNKNOWN else "",
        "plugin": network.plugin_version or "",
        "errors": str(counted["error"]),
        "warnings": str(counted["warning"]),
        "domains": str(len(diagnosis.domains)) if seen else "?",
        "up": str(states["up"]) if seen else "?",
        **{
            count.layer: language.of(_layer(count)) if seen else "?"
            for count in layer_counts(diagnosis.domains)
        },
    }


def _layer(count: LayerCount) -> str:
    """How one layer of all domains is."""
    if not count.of:
        return ""
    if count.problems:
        return phrase("{n} of {total}", n=count.problems, total=count.of)
    if count.unseen == count.of:
        return LAYER_STATE_WORD["unseen"]
    if count.unseen:
        return plural("ok, {n} unseen", "ok, {n} unseen", count.unseen)
    return LAYER_STATE_WORD["ok"]


def _table(fleet: Fleet, paper: Paper) -> list[str]:
    """The widest table that the terminal has room for."""
    cells = [
        {name: paper.plain(cell) for name, cell in _cells(d, fleet.language).items()}
        for d in fleet.diagnoses
    ]
    table: list[str] = []
    for names in _COLUMNS:
        rows = [[cell[name] for name in names] for cell in cells]
        heads = [paper.plain(_HEADS[name]) for name in names]
        table = tabulate(rows, headers=heads, disable_numparse=True).split("\n")
        if max(map(len, table)) <= paper.width:
            break
    return table


def _shared_causes(fleet: Fleet) -> Iterator[str]:
    for shared in fleet.shared_causes():
        named = shortened(shared.targets, TARGETS_SHOWN)
        counted = plural("{n} network", "{n} networks", len(shared.targets))
        yield joined((shared.code, " (", counted, "): ", named), "")


def _shared_domains(fleet: Fleet) -> Iterator[str]:
    shared = fleet.shared_domains()
    for one in shared[:_DOMAINS_SHOWN]:
        yield joined((one.domain, ": ", shortened(one.targets, TARGETS_SHOWN)), "")
    more = len(shared) - _DOMAINS_SHOWN
    if more > 0:
        yield plural("and {n} more domain", "and {n} more domains", more)


def _network(paper: Paper, diagnosis: Diagnosis) -> None:
    paper.heading(joined((diagnosis.target, headline(diagnosis)), ": "))
    shown = causes(diagnosis)
    for cause in shown[:_CAUSES_SHOWN]:
        paper.graded(cause.finding.severity, _line(cause), indent=2)
    if len(shown) > _CAUSES_SHOWN:
        left = len(shown) - _CAUSES_SHOWN
        paper.say(plural("and {n} more", "and {n} more", left), indent=2)
    paper.labelled(phrase("Next"), whole(diagnosis))


def _line(cause: Cause) -> str:
    """A cause in one line: what, its code, whom it touches, who must act."""
    finding = cause.finding
    parts: list[str] = [f"{finding.title} [{finding.code}]"]
    others = [displayed(name) for name in finding.affects if name != finding.subject.id]
    if others:
        parts.append(plural("{n} domain affected", "{n} domains affected", len(others)))
    if finding.waiting_on:
        parts.append(phrase("waiting on: {who}", who=WAITING_WORD[finding.waiting_on]))
    return joined(parts, " · ")


def markdown(fleet: Fleet) -> str:
    """The report as Markdown, with a final newline."""
    language = fleet.language

    def told(sentence: str) -> str:
        return escaped(language.of(sentence))

    lines = [f"# {language.say('Diagnosis of several networks')}", ""]
    lines += [f"**{told(fleet_headline(fleet))}**", ""]
    lines += [f"- {told(sentence)}" for sentence in left_out(fleet)]
    lines += [f"- {language.say('Tool')}: {escaped(fleet.tool)}", ""]
    rows = [
        [escaped(cell) for cell in _cells(diagnosis, language).values()]
        for diagnosis in fleet.diagnoses
    ]
    heads = [told(head) for head in _HEADS.values()]
    table = tabulate(rows, headers=heads, tablefmt="pipe", disable_numparse=True)
    lines += [*table.split("\n"), ""]
    if shared := tuple(_shared_causes(fleet)):
        lines += [f"## {language.say('The same fault on several networks')}", ""]
        lines += [*(f"- {told(one)}" for one in shared), ""]
    if shared := tuple(_shared_domains(fleet)):
        lines += [f"## {language.say('One domain mapped on several networks')}", ""]
        lines += [*(f"- {told(one)}" for one in shared), "", told(ONE_ALIAS), ""]
    for diagnosis in fleet.troubled():
        lines += _section(diagnosis, language)
    return "\n".join(lines).rstrip() + "\n"


def _section(diagnosis: Diagnosis, language: Language) -> list[str]:
    lines = [f"## {escaped(diagnosis.target)}", ""]
    lines += [f"{escaped(language.of(headline(diagnosis)))} ({iso(diagnosis.taken_at)})", ""]
    lines += [_item(cause.finding, cause, language) for cause in causes(diagnosis)]
    return [*lines, f"- {language.say('Next')}: {code(whole(diagnosis))}", ""]


def _item(finding: Finding, cause: Cause, language: Language) -> str:
    word = language.of(SEVERITY_WORD[finding.severity])
    return f"- {word}: {escaped(language.of(_line(cause)))}"
