"""The HTML report of one domain: what it shows, as values bounded, printable, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from analyzers.domain_case import DomainCase
from analyzers.domain_summary import (
    MOMENTS_SHOWN,
    defect_told,
    earlier,
    explaining,
    kind_of,
    noise,
    once_more,
    silence_told,
    standing,
)
from analyzers.instants import iso
from analyzers.language import Language, phrase
from analyzers.letter import Letter
from analyzers.letter import told as told_letter
from analyzers.lifeline import GUESSED, LifelineEntry, Moment, moments
from analyzers.names import displayed
from analyzers.printable import printable
from analyzers.reports.html.page import Page
from analyzers.reports.html.template import KINDS, filled
from analyzers.rivals import STANDING_WORD, Rivals

_Told = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, and what it means, where that was not said before."""

    event: str
    endpoint: str
    means: str
    detail: str
    by_time: bool
    """Given to this domain by time: the line names none."""


@dataclass(frozen=True, slots=True)
class Told:
    """One moment of the lifeline."""

    at: datetime
    again: str
    """How often the same came again, and until when; empty where it did not."""
    entries: tuple[Entry, ...]
    noise: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What could be behind a finding."""

    heading: str
    rivals: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Standing, cause, what speaks for it and against it."""
    next_look: str


def render(case: DomainCase) -> str:
    """An HTML document with a final newline."""
    return filled("domain", case.diagnosis.language, **_shown(case))


def _shown(case: DomainCase) -> dict[str, object]:
    """The values of the template."""
    language = case.diagnosis.language

    def told(text: str) -> str:
        return printable(language.of(text))

    moments_told, left_out = _lifeline(case, told)
    return {
        "page": Page.of(case.diagnosis),
        "name": printable(displayed(case.asked.domain)),
        "kind": KINDS[kind_of(case)],
        "headline": told(case.headline),
        "says": told(case.asked.says) if case.state is not None else "",
        "known": case.asked.known,
        "standing": tuple((told(label), told(said)) for label, said in standing(case)),
        "doubts": tuple(_doubt(one, told) for one in case.rivals),
        "moments": moments_told,
        "left_out": left_out,
        "silences": tuple(told(silence_told(one)) for one in case.silences),
        "own": _own(case, told),
        "letter": _letter(case, language),
        "unsure": told(case.card.unsure) if case.card is not None and case.card.unsure else "",
        "wait": told(case.card.wait) if case.card is not None and case.card.wait else "",
    }


def _own(case: DomainCase, told: _Told) -> tuple[str, tuple[str, ...]] | None:
    """What the plugin's version explains: the heading, and the sentences."""
    own = explaining(case)
    if own is None:
        return None
    heading = phrase("What plugin {version} explains", version=own.version)
    return told(heading), (told(own.quiet), *(told(defect_told(one)) for one in own.defects))


def _letter(case: DomainCase, language: Language) -> Letter | None:
    letter = case.card.letter if case.card is not None else None
    return told_letter(letter, language) if letter is not None else None


def _doubt(doubt: Rivals, told: _Told) -> Doubt:
    return Doubt(
        told(phrase("What could be behind {code}", code=doubt.finding.code)),
        tuple(
            (
                told(STANDING_WORD[one.standing]),
                told(one.cause),
                (
                    *(told(phrase("for: {clue}", clue=c)) for c in one.supports),
                    *(told(phrase("against: {clue}", clue=c)) for c in one.refutes),
                ),
            )
            for one in doubt.rivals
        ),
        told(doubt.next_look) if doubt.next_look else "",
    )


def _lifeline(case: DomainCase, told: _Told) -> tuple[tuple[Told, ...], str]:
    """The newest moments, the oldest of them first, and what is said of those before."""
    found = moments(case.lifeline)
    seen: set[str] = set()
    shown = tuple(_moment(one, told, seen) for one in found[-MOMENTS_SHOWN:])
    return shown, told(earlier(len(found))) if len(found) > len(shown) else ""


def _moment(moment: Moment, told: _Told, seen: set[str]) -> Told:
    again = ""
    if moment.times > 1:
        until = phrase("until {until}", until=iso(moment.until))
        again = f"{told(once_more(moment.times))}, {told(until)}"
    ignored = noise(moment)
    entries = dict.fromkeys(e for e in moment.entries if e.endpoint not in GUESSED)
    return Told(
        moment.at,
        again,
        tuple(_entry(one, told, seen) for one in entries),
        told(ignored) if ignored is not None else "",
    )


def _entry(entry: LifelineEntry, told: _Told, seen: set[str]) -> Entry:
    means = "" if entry.event in seen else told(entry.means)
    seen.add(entry.event)
    return Entry(
        printable(entry.event),
        printable(entry.endpoint or ""),
        means,
        printable(entry.detail),
        entry.confidence != "certain",
    )
