"""The pictures of the HTML report, each with the same in numbers beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from markupsafe import Markup

from analyzers.charts.canvas import Caption
from analyzers.charts.columns import per_day, shown_days
from analyzers.charts.lifeline import lifeline
from analyzers.charts.moments import moments
from analyzers.charts.waits import waits
from analyzers.events import UNRECOGNISED
from analyzers.findings import DomainState, Layer, LogSummary, TimelineEntry
from analyzers.instants import duration
from analyzers.issuance import Issuance, issuances
from analyzers.language import Language
from analyzers.names import displayed
from analyzers.printable import printable

MOST_LIVES = 50
OPEN_LIVES = 4
MOST_ENTRIES = 60
MOST_WAITS = 500
ROWS_OF_WAITS = 50


@dataclass(frozen=True, slots=True)
class Life:
    """The lifeline of one domain."""

    domain: str
    state: str
    picture: Markup
    entries: tuple[TimelineEntry, ...]
    """The newest first."""
    number: int
    first: str
    """Its first day and its last one."""
    last: str
    open: bool


def lives(domains: Sequence[DomainState], now: datetime, language: Language) -> tuple[Life, ...]:
    """Lifelines of the first domains that have one; the first of those that are not up stand open."""
    told = [state for state in domains if state.timeline][:MOST_LIVES]
    return tuple(_life(state, place, now, language) for place, state in enumerate(told, 1))


def _life(state: DomainState, place: int, now: datetime, language: Language) -> Life:
    domain = printable(displayed(state.domain))
    entries = tuple(
        TimelineEntry(
            e.at, printable(e.event), printable(e.source), e.endpoint and printable(e.endpoint)
        )
        for e in reversed(state.timeline[-MOST_ENTRIES:])
    )
    return Life(
        domain=domain,
        state=state.state,
        picture=_picture(state, domain, f"life-{place}", now, language),
        entries=entries,
        number=len(state.timeline),
        first=f"{state.timeline[0].at:%Y-%m-%d}",
        last=f"{state.timeline[-1].at:%Y-%m-%d}",
        open=place <= OPEN_LIVES and state.state != "up",
    )


def _picture(
    state: DomainState, domain: str, ident: str, now: datetime, language: Language
) -> Markup:
    drawn = moments(state.timeline, now)
    if not drawn:
        return Markup()
    said = language.count(
        "{n} moment from {first} to {last}, in five lanes: mapping, alias, DNS, certificate, jobs. The "
        "table below has them all.",
        "{n} moments from {first} to {last}, in five lanes: mapping, alias, DNS, certificate, jobs. The "
        "table below has them all.",
        len(drawn),
        first=f"{drawn[0].at:%Y-%m-%d %H:%M}",
        last=f"{drawn[-1].at:%Y-%m-%d %H:%M}",
    )
    caption = Caption(language.say("The life of {domain}", domain=domain), said)
    now_word = language.say("diagnosis")
    return _trusted(lifeline(drawn, now, caption, ident, lane_names(language), now_word))


def lane_names(language: Language) -> Mapping[Layer, str]:
    """The layers, as the lanes of a lifeline are called."""
    return {
        "mapping": language.say("Mapping"),
        "alias": language.say("Alias"),
        "dns": language.say("DNS"),
        "certificate": language.say("Certificate"),
        "jobs": language.say("Jobs"),
    }


@dataclass(frozen=True, slots=True)
class Wait:
    """One certificate that came."""

    domain: str
    asked_at: datetime
    ready_at: datetime
    took: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Issuance times: the picture, the newest of them in a table, and their middle."""

    picture: Markup
    newest: tuple[Wait, ...]
    number: int
    median: str

    @classmethod
    def of(cls, domains: Sequence[DomainState], network: str, language: Language) -> Waits:
        """What the timelines of these domains tell."""
        return cls.of_all(issuances(domains, network), language)

    @classmethod
    def of_all(cls, known: Sequence[Issuance], language: Language) -> Waits:
        """These, the oldest first."""
        if not known:
            return cls(Markup(), (), 0, "")
        newest = known[-MOST_WAITS:]
        seconds = median(i.took.total_seconds() for i in known)
        middle = language.of(duration(timedelta(seconds=seconds)))
        caption = Caption(
            language.say("How long certificates took"),
            language.count(
                "{n} certificate; it took {median}.",
                "{n} certificates; the middle one took {median}.",
                len(known),
                median=middle,
            ),
        )
        safe = [Issuance(printable(i.domain), i.asked_at, i.ready_at) for i in newest]
        rows = tuple(
            Wait(i.domain, i.asked_at, i.ready_at, language.of(duration(i.took)))
            for i in reversed(safe[-ROWS_OF_WAITS:])
        )
        return cls(_trusted(waits(safe, caption, "waits")), rows, len(known), middle)


_KINDS: Mapping[str, str] = {
    "closte": "closte",
    "check": "check",
    "certificate": "check",
    UNRECOGNISED: UNRECOGNISED,
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the plugin's logs."""

    day: str
    records: int
    closte: int
    """Of the conversation with Closte."""
    check: int
    """Of the plugin's checks."""
    other: int
    unrecognised: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Records per day: the picture, and its days that have any, the newest first."""

    picture: Markup
    days: tuple[Day, ...]
    earlier: int
    """Days with records before those."""

    @classmethod
    def of(cls, logs: LogSummary, language: Language) -> Activity:
        """What the logs tell."""
        counts = {day: sum(of_day.values()) for day, of_day in logs.days.items()}
        if not counts:
            return cls(Markup(), (), 0)
        shown = [day for day in shown_days(counts) if counts.get(day)]
        caption = Caption(
            language.say("Records per day in the plugin's logs"),
            language.say(
                "From {first} to {last}; the most were {most} on one day.",
                first=shown[0],
                last=shown[-1],
                most=max(counts[day] for day in shown),
            ),
        )
        return cls(
            _trusted(per_day(counts, caption, "activity")),
            tuple(_day(day, logs.days[day]) for day in reversed(shown)),
            len(counts) - len(shown),
        )


def _day(day: str, events: Mapping[str, int]) -> Day:
    kinds: Counter[str] = Counter()
    for event, number in events.items():
        kinds[_KINDS.get(event.split(".", 1)[0], "other")] += number
    return Day(
        day, kinds.total(), kinds["closte"], kinds["check"], kinds["other"], kinds[UNRECOGNISED]
    )


def _trusted(svg: str) -> Markup:
    """An element that was serialised from a tree: what strangers wrote is escaped text in it."""
    return Markup(svg)  # noqa: S704
