"""The HTML answer of a preflight: what it shows, as values printable and in the reader's language."""

from __future__ import annotations

from analyzers.letter import told as told_letter
from analyzers.preflight import Preflight
from analyzers.preflight_reasons import Reason
from analyzers.preflight_summary import KINDS as ANSWERS
from analyzers.preflight_summary import KINDS_OF_WEIGHT, WEIGHTS, title, who
from analyzers.printable import printable
from analyzers.reports.html.page import Page
from analyzers.reports.html.template import KINDS, filled
from analyzers.summary import WHO


def render(found: Preflight) -> str:
    """An HTML document with a final newline."""
    return filled("preflight", found.diagnosis.language, **_shown(found))


def _shown(found: Preflight) -> dict[str, object]:
    """The values of the template."""
    language = found.diagnosis.language

    def told(text: str) -> str:
        return printable(language.of(text))

    def reason(one: Reason) -> dict[str, str]:
        moves = one.who if one.weight in ("no", "not-yet") else None
        return {
            "says": told(one.says),
            "do": told(one.do),
            "code": printable(one.code or ""),
            "who": told(WHO[moves]) if moves else "",
        }

    weighed = ((w, [reason(r) for r in found.reasons if r.weight == w]) for w in WEIGHTS)
    card = found.card if found.card is not None and found.card.to_do else None
    return {
        "page": Page.of(found.diagnosis),
        "title": told(title(found)),
        "kind": KINDS[ANSWERS[found.answer]],
        "headline": told(found.says),
        "who": told(who(found)) if found.who else "",
        "groups": [
            (weight, KINDS[KINDS_OF_WEIGHT[weight]], told(WEIGHTS[weight]), reasons)
            for weight, reasons in weighed
            if reasons
        ],
        "letter": told_letter(card.letter, language) if card and card.letter else None,
        "unsure": told(card.unsure) if card and card.unsure else "",
    }
