"""The answer of a preflight: for a terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from analyzers.customer_card import CustomerCard
from analyzers.domain_report import card_model
from analyzers.escaping import markdown_text as escaped
from analyzers.instants import iso
from analyzers.language import Language, joined, phrase, told_in
from analyzers.model import model as diagnosis_model
from analyzers.paper import Paper
from analyzers.preflight import Preflight
from analyzers.preflight_reasons import Reason
from analyzers.preflight_summary import KINDS, KINDS_OF_WEIGHT, WEIGHTS, title, who
from analyzers.printable import printable_lines
from analyzers.reports.text import Style
from analyzers.summary import WHO, not_looked_at, shortened

_PLAIN = Style()


def text(found: Preflight, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style, found.diagnosis.language)
    diagnosis = found.diagnosis
    said = (
        title(found),
        diagnosis.target,
        phrase("network {network}", network=diagnosis.network.domain),
        iso(diagnosis.taken_at),
    )
    paper.say(joined(said, " · "))
    paper.verdict(KINDS[found.answer], found.says)
    if found.who:
        paper.say(phrase("Who must act: {who}.", who=who(found)))
    for weight in WEIGHTS:
        _reasons(paper, weight, [r for r in found.reasons if r.weight == weight])
    if found.card is not None and found.card.to_do:
        paper.heading(phrase("Records to set, for the domain's owner"))
        if found.card.unsure:
            paper.verdict("warn", found.card.unsure)
        message = paper.language.of(found.card.text_within(paper.room))
        paper.verbatim(message.rstrip().split("\n"))
    lacking = dict.fromkeys(lack for s in diagnosis.skipped for lack in s.lacking)
    if lacking:
        paper.heading(not_looked_at(len(diagnosis.skipped)))
        paper.say(phrase("for want of {lack}", lack=shortened(tuple(lacking), 8)), 2)
    return paper.text()


def _reasons(paper: Paper, weight: str, reasons: Iterable[Reason]) -> None:
    listed = tuple(reasons)
    if not listed:
        return
    paper.heading(WEIGHTS[weight])
    for reason in listed:
        code = f"  [{reason.code}]" if reason.code else ""
        paper.bullets([joined((reason.says, code), "")], paper.mark(KINDS_OF_WEIGHT[weight]))
        if reason.do:
            paper.labelled(joined(("  ", phrase("Do")), ""), reason.do, 9)
        if reason.who and weight in ("no", "not-yet"):
            paper.labelled(joined(("  ", phrase("Who")), ""), WHO[reason.who], 9)


def markdown(found: Preflight) -> str:
    """The report as Markdown with a final newline."""
    diagnosis, language = found.diagnosis, found.diagnosis.language

    def told(text: str) -> str:
        return escaped(language.of(text))

    network = phrase("network {network}", network=diagnosis.network.domain)
    lines = [
        f"# {told(title(found))}",
        "",
        f"**{told(found.says)}**",
        "",
        f"- {language.say('Target')}: {escaped(diagnosis.target)}, {told(network)}",
        f"- {language.say('Taken at')}: {iso(diagnosis.taken_at)}",
    ]
    if found.who:
        lines.append(f"- {language.say('Who must act')}: {language.of(who(found))}")
    lines.append("")
    for reason in found.reasons:
        do = f" {told(reason.do)}" if reason.do else ""
        lines.append(f"- {language.of(WEIGHTS[reason.weight])}: {told(reason.says)}{do}")
    if found.card is not None and found.card.to_do:
        lines += ["", f"## {language.say('Records to set')}", ""]
        lines += [f"**{told(found.card.unsure)}**", ""] if found.card.unsure else []
        lines += [f"    {line}" for line in _lines(found.card, language)]
    return "\n".join(lines).rstrip() + "\n"


def _lines(card: CustomerCard, language: Language) -> list[str]:
    return printable_lines(language.of(card.text).rstrip()).split("\n")


def render_json(found: Preflight) -> str:
    """The narrowed diagnosis with one more object, `preflight`, as indented JSON text."""
    language = found.diagnosis.language
    values = diagnosis_model(found.diagnosis) | {
        "preflight": told_in(
            language,
            {
                "asked": found.name.typed,
                "domain": found.name.domain,
                "answer": found.answer,
                "says": found.says,
                "who": list(
                    dict.fromkeys(r.who for r in found.reasons if r.who and r.weight == "no")
                )
                + list(
                    dict.fromkeys(r.who for r in found.reasons if r.who and r.weight == "not-yet")
                ),
                "reasons": [
                    {"weight": r.weight, "says": r.says, "do": r.do, "who": r.who, "code": r.code}
                    for r in found.reasons
                ],
                "records": card_model(found.card),
            },
        )
    }
    return json.dumps(values, indent=1) + "\n"
