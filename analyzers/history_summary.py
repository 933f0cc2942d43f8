"""What every report of earlier runs says in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Formatter

from analyzers.history import History
from analyzers.instants import duration, iso
from analyzers.language import Language, Phrase, joined, phrase, plural
from analyzers.rule import sentence
from analyzers.rules import CATALOGUE
from analyzers.spells import Spell
from analyzers.summary import SEVERITY_WORD
from analyzers.trends import Repair, Waits, repairs, waits, waits_by_month

_TITLES = {rule.code: rule.text.title for rule in CATALOGUE}


def history_headline(history: History) -> str:
    """What has changed since the run before, in one sentence."""
    previous = history.previous
    if previous is None:
        return phrase("One run is known of {target}: nothing to compare.", target=history.target)
    if history.newest.verdict == "unobservable":
        return phrase(
            "The newest run ({at}) could not observe the target; the one before: {before}.",
            at=iso(history.newest.at),
            before=iso(previous.at),
        )
    changes = joined(
        (
            plural("{n} new", "{n} new", len(causes(history.new()))),
            plural("{n} fixed", "{n} fixed", len(causes(history.fixed()))),
            plural("{n} worse", "{n} worse", len(causes(history.worse()))),
            plural("{n} milder", "{n} milder", len(causes(history.milder()))),
            plural("{n} flapping", "{n} flapping", len(history.flapping)),
        )
    )
    return phrase("Since {before}: {changes}.", before=iso(previous.at), changes=changes)


def causes(spells: Sequence[Spell]) -> tuple[Spell, ...]:
    """Those that nothing else explained: what is counted."""
    return tuple(s for s in spells if s.cause)


def titled(spell: Spell) -> Phrase:
    """The title of a finding, by its code; the code where this version does not know it."""
    template, subject = _TITLES.get(spell.code), spell.subject.id

    def tell(language: Language) -> str:
        if template is None:
            return f"{spell.code} {subject}"
        text = sentence(language.catalogue.gettext(template))
        return "".join(
            literal + (subject if name == "subject" else "…" if name is not None else "")
            for literal, name, _, _ in Formatter().parse(text)
        )

    return Phrase(tell)


def groups(history: History) -> Iterator[tuple[str, tuple[tuple[Spell, str], ...]]]:
    """Heading, and what stands under it, each with what is to be said of its time."""
    new, worse, milder = history.new(), history.worse(), history.milder()
    told = {*new, *worse, *milder}
    parts: tuple[tuple[str, Sequence[Spell]], ...] = (
        (phrase("New"), new),
        (phrase("Worse"), worse),
        (phrase("Milder"), milder),
        (phrase("Fixed"), history.fixed()),
        (phrase("Not looked at now"), history.unseen()),
        (phrase("Still there"), [s for s in history.standing() if s not in told]),
    )
    for heading, spells in parts:
        if spells:
            yield heading, tuple((spell, when(spell, history)) for spell in spells)


def when(spell: Spell, history: History) -> str:
    """What is to be said of a spell's time."""
    flaps = history.flapping.get((spell.code, spell.subject))
    said = [_span(spell, history)]
    if flaps is not None:
        said.append(plural("came or went {n} time", "came or went {n} times", flaps))
    return joined([text for text in said if text], "; ")


def _span(spell: Spell, history: History) -> str:
    if spell.worse or spell.milder:
        assert spell.before is not None  # it was there before
        return phrase("was {before}", before=SEVERITY_WORD[spell.before])
    if spell.took is not None:
        return phrase("stood for {span}", span=duration(spell.took))
    if spell.fixed_at is not None:
        return phrase("stood from before {at}", at=iso(spell.first_at))
    if spell.first_at == history.newest.at:
        return "" if spell.began else phrase("not looked at before")
    if spell.began:
        return phrase("since {at}", at=iso(spell.first_at))
    return phrase("since {at} or earlier", at=iso(spell.first_at))


def ran(history: History) -> str:
    """How many runs are known, from when to when."""
    number, first = len(history.runs), iso(history.runs[0].at)
    counted = plural("{n} run", "{n} runs", number)
    if number == 1:
        return joined((counted, first))
    return phrase(
        "{runs}, {first} to {last}", runs=counted, first=first, last=iso(history.newest.at)
    )


def lost(history: History) -> str:
    """How many lines of the record nobody could read."""
    return plural(
        "{n} line of the record could not be read.",
        "{n} lines of the record could not be read.",
        history.lost,
    )


def tables(history: History) -> Iterator[tuple[str, tuple[str, ...], list[list[str]]]]:
    """Statistics: heading, column heads, rows."""
    issued = history.issued()
    whole = waits(issued)
    if whole is not None:
        rows = [[m.month, *_waits(m.waits)] for m in waits_by_month(issued)]
        if len(rows) > 1:
            rows.append([phrase("all"), *_waits(whole)])
        yield phrase("How long certificates took"), _WAITS, rows
    mended = repairs(history.spells)
    if mended:
        heading = phrase("How long faults stood until they were fixed")
        yield heading, _REPAIRS, [_repair(r) for r in mended]


_WAITS = (
    phrase("month"),
    phrase("certificates"),
    phrase("median"),
    phrase("9 of 10 within"),
    phrase("longest"),
)
_REPAIRS = (phrase("finding"), phrase("times"), phrase("median"), phrase("longest"))


def _waits(found: Waits) -> list[str]:
    spans = (found.median, found.p90, found.longest)
    return [str(found.number), *(duration(span) for span in spans)]


def _repair(found: Repair) -> list[str]:
    return [found.code, str(found.number), duration(found.median), duration(found.longest)]
