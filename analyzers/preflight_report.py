"""The answer of a preflight: for a terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from analyzers.customer_card import CustomerCard
from analyzers.domain_report import card_model
from analyzers.escaping import markdown_text as escaped
from analyzers.instants import iso
from analyzers.model import model as diagnosis_model
from analyzers.paper import Paper
from analyzers.preflight import Preflight, Reason
from analyzers.printable import printable_lines
from analyzers.reports.text import Style
from analyzers.summary import WHO, shortened

_PLAIN = Style()
_KIND = {"yes": "good", "no": "bad", "not-yet": "warn", "unknown": "warn"}
_WORD = {
    "no": "IN THE WAY",
    "not-yet": "NOT YET",
    "unseen": "NOT SEEN",
    "note": "TO KNOW",
    "good": "FINE",
}
_REASON_KIND = {"no": "bad", "not-yet": "warn", "unseen": "warn", "note": "info", "good": "good"}


def text(found: Preflight, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style)
    diagnosis = found.diagnosis
    said = [
        f"Preflight of {found.name.shown or found.name.typed}",
        diagnosis.target,
        f"network {diagnosis.network.domain}",
        iso(diagnosis.taken_at),
    ]
    paper.say(" · ".join(said))
    paper.verdict(_KIND[found.answer], found.says)
    if found.who:
        paper.say(f"Who must act: {'; then '.join(found.who)}.")
    for weight in _WORD:
        _reasons(paper, weight, [r for r in found.reasons if r.weight == weight])
    if found.card is not None and found.card.to_do:
        paper.heading("Records to set, for the domain's owner")
        if found.card.unsure:
            paper.verdict("warn", found.card.unsure)
        paper.verbatim(found.card.text.rstrip().split("\n"))
    lacking = dict.fromkeys(lack for s in diagnosis.skipped for lack in s.lacking)
    if lacking:
        paper.heading(f"Not looked at ({len(diagnosis.skipped)} checks; this is not a pass)")
        paper.say(f"for want of {shortened(tuple(lacking), 8)}", 2)
    return paper.text()


def _reasons(paper: Paper, weight: str, reasons: Iterable[Reason]) -> None:
    listed = tuple(reasons)
    if not listed:
        return
    paper.heading(_WORD[weight])
    for reason in listed:
        code = f"  [{reason.code}]" if reason.code else ""
        paper.bullets([f"{reason.says}{code}"], paper.mark(_REASON_KIND[weight]))
        if reason.do:
            paper.labelled("  Do", reason.do, 9)
        if reason.who and weight in ("no", "not-yet"):
            paper.labelled("  Who", WHO[reason.who], 9)


def markdown(found: Preflight) -> str:
    """The report as Markdown with a final newline."""
    diagnosis = found.diagnosis
    lines = [
        f"# Preflight of {escaped(found.name.shown or found.name.typed)}",
        "",
        f"**{escaped(found.says)}**",
        "",
        f"- Target: {escaped(diagnosis.target)}, network {escaped(diagnosis.network.domain)}",
        f"- Taken at: {iso(diagnosis.taken_at)}",
        *((f"- Who must act: {'; then '.join(found.who)}",) if found.who else ()),
        "",
    ]
    for reason in found.reasons:
        do = f" {escaped(reason.do)}" if reason.do else ""
        lines.append(f"- {_WORD[reason.weight]}: {escaped(reason.says)}{do}")
    if found.card is not None and found.card.to_do:
        lines += ["", "## Records to set", ""]
        lines += [f"**{escaped(found.card.unsure)}**", ""] if found.card.unsure else []
        lines += [f"    {line}" for line in _lines(found.card)]
    return "\n".join(lines).rstrip() + "\n"


def _lines(card: CustomerCard) -> list[str]:
    return printable_lines(card.text.rstrip()).split("\n")


def render_json(found: Preflight) -> str:
    """The narrowed diagnosis with one more object, `preflight`, as indented JSON text."""
    values = diagnosis_model(found.diagnosis) | {
        "preflight": {
            "asked": found.name.typed,
            "domain": found.name.domain,
            "answer": found.answer,
            "says": found.says,
            "who": list(dict.fromkeys(r.who for r in found.reasons if r.who and r.weight == "no"))
            + list(dict.fromkeys(r.who for r in found.reasons if r.who and r.weight == "not-yet")),
            "reasons": [
                {"weight": r.weight, "says": r.says, "do": r.do, "who": r.who, "code": r.code}
                for r in found.reasons
            ],
            "records": card_model(found.card),
        }
    }
    return json.dumps(values, indent=1) + "\n"
