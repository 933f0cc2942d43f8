"""The pictures of the HTML report, each with the same in numbers beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from analyzers.printable import printable

Gettext = Callable[[str], str]

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


def lives(domains: Sequence[DomainState], now: datetime, gettext: Gettext) -> tuple[Life, ...]:
    """Lifelines of the first domains that have one; the first of those that are not up stand open."""
    told = [state for state in domains if state.timeline][:MOST_LIVES]
    return tuple(_life(state, place, now, gettext) for place, state in enumerate(told, 1))


def _life(state: DomainState, place: int, now: datetime, gettext: Gettext) -> Life:
    domain = printable(state.domain)
    entries = tuple(
        TimelineEntry(
            e.at, printable(e.event), printable(e.source), e.endpoint and printable(e.endpoint)
        )
        for e in reversed(state.timeline[-MOST_ENTRIES:])
    )
    return Life(
        domain=domain,
        state=state.state,
        picture=_picture(state, domain, f"life-{place}", now, gettext),
        entries=entries,
        number=len(state.timeline),
        first=f"{state.timeline[0].at:%Y-%m-%d}",
        last=f"{state.timeline[-1].at:%Y-%m-%d}",
        open=place <= OPEN_LIVES and state.state != "up",
    )


def _picture(
    state: DomainState, domain: str, ident: str, now: datetime, gettext: Gettext
) -> Markup:
    drawn = moments(state.timeline, now)
    if not drawn:
        return Markup()
    said = gettext(
        "%(number)d moments from %(first)s to %(last)s, in five lanes: mapping, alias, DNS, "
        "certificate, jobs. The table below has them all."
    ) % {
        "number": len(drawn),
        "first": f"{drawn[0].at:%Y-%m-%d %H:%M}",
        "last": f"{drawn[-1].at:%Y-%m-%d %H:%M}",
    }
    caption = Caption(gettext("The life of %(domain)s") % {"domain": domain}, said)
    return _trusted(lifeline(drawn, now, caption, ident, lane_names(gettext), gettext("diagnosis")))


def lane_names(gettext: Gettext) -> Mapping[Layer, str]:
    """The layers, as the lanes of a lifeline are called."""
    return {
        "mapping": gettext("Mapping"),
        "alias": gettext("Alias"),
        "dns": gettext("DNS"),
        "certificate": gettext("Certificate"),
        "jobs": gettext("Jobs"),
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
    def of(cls, domains: Sequence[DomainState], gettext: Gettext) -> Waits:
        """What the timelines of these domains tell."""
        known = issuances(domains)
        if not known:
            return cls(Markup(), (), 0, "")
        newest = known[-MOST_WAITS:]
        median = duration(sorted(i.took for i in known)[len(known) // 2])
        caption = Caption(
            gettext("How long certificates took"),
            gettext("%(number)d certificates; the middle one took %(median)s.")
            % {"number": len(known), "median": median},
        )
        safe = [Issuance(printable(i.domain), i.asked_at, i.ready_at) for i in newest]
        rows = tuple(
            Wait(i.domain, i.asked_at, i.ready_at, duration(i.took))
            for i in reversed(safe[-ROWS_OF_WAITS:])
        )
        return cls(_trusted(waits(safe, caption, "waits")), rows, len(known), median)


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
    def of(cls, logs: LogSummary, gettext: Gettext) -> Activity:
        """What the logs tell."""
        counts = {day: sum(of_day.values()) for day, of_day in logs.days.items()}
        if not counts:
            return cls(Markup(), (), 0)
        shown = [day for day in shown_days(counts) if counts.get(day)]
        caption = Caption(
            gettext("Records per day in the plugin's logs"),
            gettext("From %(first)s to %(last)s; the most were %(most)d on one day.")
            % {
                "first": shown[0],
                "last": shown[-1],
                "most": max(counts[day] for day in shown),
            },
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
