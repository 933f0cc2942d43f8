"""What became of a step, as a line for whoever watches it being carried out."""

from __future__ import annotations

from analyzers.change_record import OUTCOMES
from analyzers.language import Phrase, phrase
from analyzers.steps import Outcome


def told(step: str, outcome: Outcome, answer: str) -> Phrase:
    """`s1 alias.add: done. POST /adddomainalias: HTTP 200, success`."""
    if not answer:
        return phrase("{step}: {outcome}.", step=step, outcome=OUTCOMES[outcome])
    return phrase(
        "{step}: {outcome}. {answer}", step=step, outcome=OUTCOMES[outcome], answer=answer
    )
