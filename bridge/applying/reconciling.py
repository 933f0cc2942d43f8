"""Nobody told what became of a step: read it, and never act again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analyzers.aliases import LIST_LAG
from analyzers.journal_document import Record
from analyzers.language import phrase
from analyzers.steps import Json, Outcome
from bridge.applying.answers import Judged, reconciled
from bridge.applying.hands import Hands
from bridge.clock import now
from bridge.closte.tasks import KINDS

_LOOKS = 3
_PAUSE = 2.0
"""Seconds: Closte's list may follow its answer by a moment."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What reading showed."""

    judged: Judged
    before: Mapping[str, Json]
    """Places that nobody could name before: a row that was made was not there."""
    left: Mapping[str, Json]
    lags: bool = False
    """Does Closte's list show the alias as before the step, while that is no proof yet?"""


def reconcile(
    hands: Hands,
    was: Mapping[str, Json],
    meant: Mapping[str, Json],
    *,
    asked_at: datetime,
    patience: float = 0.0,
) -> Truth:
    """What the host's own truth says of a step that was begun at `asked_at`, and what stands there now.

    Read when no script acts there any more. An alias that is not there yet is looked for again, and while
    Closte's list may still follow nobody knows. `patience`: seconds that a task may still take that was
    begun at Closte.
    """
    places = tuple(dict.fromkeys((*was, *meant)))
    tasks = next((place for place in places if place in KINDS), None)
    if tasks is not None:
        return Truth(_task(hands, tasks, was.get(tasks), patience), {}, {})
    if not places:
        return Truth(Judged("unknown", phrase("there is nothing to read that would tell")), {}, {})
    for attempt in range(_LOOKS):
        if attempt:
            time.sleep(_PAUSE)
        seen = hands.look(places, settled=True)
        judged = reconciled(was, meant, seen.values, lag_until=lag_until(asked_at))
        if judged.outcome == "done" or not places[0].startswith("alias "):
            break
    left = {p: seen.values[p] for p in places if p in seen.values}
    made = _made(was, left)
    if not made:
        is_as_before = bool(was) and all(p in left and left[p] == v for p, v in was.items())
        lags = is_as_before and judged.outcome == "unknown"
        return Truth(judged, {}, {} if lags else left, lags)
    rows = hands.look(made, settled=True).values
    said = phrase("found done by reading it back: {rows} was made", rows=", ".join(made))
    return Truth(Judged("done", said), dict.fromkeys(made), {**left, **rows})


def lag_until(asked_at: datetime) -> datetime | None:
    """Till when Closte's list may still show what was before a call of that moment; None where it is over.

    A clock that was set back since is no reason to wait for long.
    """
    return asked_at + LIST_LAG if abs(now() - asked_at) < LIST_LAG else None


def _task(hands: Hands, place: str, known: Json, patience: float) -> Judged:
    """Was a task begun, and how did it end? By what Closte lists now and did not before."""
    if not isinstance(known, list):
        return Judged(
            "unknown", phrase("which {place} Closte had before is not known", place=place)
        )
    new: list[str] = []
    for attempt in range(_LOOKS):
        if attempt:
            time.sleep(_PAUSE)
        listed = hands.look((place,), settled=True).values.get(place)
        if not isinstance(listed, list):
            return Judged(
                "unknown", phrase("Closte gave no readable list of its {place}", place=place)
            )
        new = [str(id) for id in listed if id not in known]
        if new:
            break
    if not new:
        return Judged(
            "failed",
            phrase("found not begun by reading it back: no new one among the {place}", place=place),
        )
    told = hands.awaited(place, new[0], patience)
    outcomes: Mapping[str, Outcome] = {"done": "done", "failed": "failed"}
    said = phrase("found by reading it back: {answer}", answer=told.answer)
    return Judged(outcomes.get(told.outcome, "unknown"), said)


def _made(was: Mapping[str, Json], present: Mapping[str, Json]) -> tuple[str, ...]:
    """Rows of a domain that are there now and were not: a step that makes one cannot know its id."""
    made: list[str] = []
    for place in was:
        old, new = was[place], present.get(place)
        if place.startswith("rows of ") and isinstance(old, list) and isinstance(new, list):
            made += [f"row {id}" for id in new if id not in old]
    return tuple(made)


def meant_by(record: Record) -> Mapping[str, Json]:
    """What the newest intention of a step meant to leave."""
    return next((e.left for e in reversed(record.entries) if e.phase == "intent"), {})
