"""What the report of one domain says, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable

from analyzers.domain_case import DomainCase
from analyzers.findings import Finding
from analyzers.forecast import Forecast
from analyzers.instants import iso
from analyzers.language import Phrase, joined, phrase, plural
from analyzers.lifeline import GUESSED, Moment
from analyzers.silences import Silence
from analyzers.summary import LAYER_STATE_WORD, LAYER_WORD
from analyzers.upstream import Defect, OwnVersion

MOMENTS_SHOWN = 30
"""Moments of a lifeline that a report for people tells, the newest ones."""
_KINDS = {"up": "good", "waiting": "warn", "broken": "bad"}


def kind_of(case: DomainCase) -> str:
    """How the domain is, for a sign and a colour: good, warn or bad."""
    return _KINDS.get(case.state.state if case.state else "", "warn")


def standing(case: DomainCase) -> Iterable[tuple[str, str]]:
    """Label and text of where the domain stands, in reading order."""
    state = case.state
    if state is None:
        return
    since = (
        phrase(", since {at} (by {source})", at=iso(case.since), source=case.since_by)
        if case.since
        else ""
    )
    stage = phrase("unknown") if state.stage is None else state.stage or phrase("empty")
    yield phrase("Stage"), joined((stage, ": ", case.stage_says, since), "")
    if state.blog_id is not None:
        yield phrase("Site"), str(state.blog_id)
    if state.checks is not None:
        checks = state.checks
        left = checks.limit - checks.used
        told: list[str] = [
            phrase(
                "{used} of {limit} used, {left} left",
                used=checks.used,
                limit=checks.limit,
                left=left,
            )
        ]
        if checks.next_at is not None:
            told.append(phrase("the next at {at}", at=iso(checks.next_at)))
        if checks.gives_up_at is not None:
            told.append(phrase("gives up at {at} at the earliest", at=iso(checks.gives_up_at)))
        yield phrase("Checks"), joined(told, "; ")
    if case.forecast is not None:
        yield phrase("Ends"), case.forecast.says
        yield from _fits(case.forecast)
    yield phrase("Waits for"), case.who or phrase("nothing")


def layers(case: DomainCase) -> Iterable[tuple[str, str]]:
    """The same for its layers, in one line."""
    if case.state is not None and case.state.layers:
        words = (
            joined((LAYER_WORD[one.layer], LAYER_STATE_WORD[one.state]), " ")
            for one in case.state.layers
        )
        yield phrase("Layers"), joined(words, " · ")


def _fits(forecast: Forecast) -> Iterable[tuple[str, str]]:
    if forecast.fits is None:
        return
    fits = phrase(
        "Closte's usual time fits into the plugin's window."
        if forecast.fits
        else "Closte's usual time does NOT fit into the plugin's window."
    )
    told: list[str] = [fits, forecast.basis]
    if forecast.share:
        share = f"{forecast.share:.0%}"
        told.append(
            phrase("Of those that took this long, {share} still came in time.", share=share)
        )
    yield phrase("Time"), joined(told, " ")


def explained(finding: Finding, case: DomainCase) -> list[str]:
    """Codes of the findings below this one, however many steps."""
    found: list[str] = []
    above = {finding.reference}
    for other in case.diagnosis.findings:
        if other.caused_by in above:
            above.add(other.reference)
            found.append(other.code)
    return found


def earlier(told: int) -> Phrase:
    """How many moments are left out, of so many."""
    return plural(
        "{n} earlier moment is left out here; JSON has all.",
        "{n} earlier moments are left out here; JSON has all.",
        told - MOMENTS_SHOWN,
    )


def once_more(times: int) -> Phrase:
    """How often a moment came again."""
    return plural("once more", "{n} times more", times - 1)


def noise(moment: Moment) -> Phrase | None:
    """What is said of the endpoints that the plugin only guesses, in place of their entries."""
    guessed = {e.endpoint for e in moment.entries if e.endpoint in GUESSED}
    if not guessed:
        return None
    return plural(
        "{n} endpoint tried that the plugin only guesses: whatever it answers is noise",
        "{n} endpoints tried that the plugin only guesses: whatever they answer is noise",
        len(guessed),
    )


def explaining(case: DomainCase) -> OwnVersion | None:
    """The plugin's version, where it explains something here."""
    own = case.own_version
    return own if own is not None and (own.defects or case.lifeline) else None


def defect_told(one: Defect) -> Phrase:
    """A known defect of the plugin, and since when it is gone."""
    gone = one.gone_since
    since = (
        phrase(" Gone since {version}.", version=gone)
        if gone is not None
        else phrase(" No version is known that does without.")
    )
    return joined((one.says, since), "")


def silence_told(one: Silence) -> Phrase:
    """What should be there and is not, and what that means."""
    at = f"{iso(one.at)}: " if one.at else ""
    rest = (
        phrase("Its absence says nothing: {why}.", why=one.hidden_by)
        if one.hidden_by
        else one.means
    )
    return joined((at, one.lacks, ". ", rest), "")
