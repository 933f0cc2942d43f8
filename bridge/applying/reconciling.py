"""Nobody told what became of a step: read it, and never act again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from analyzers.journal_document import Record
from analyzers.steps import Json
from bridge.applying.answers import Judged, reconciled
from bridge.applying.hands import Hands

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


def reconcile(hands: Hands, was: Mapping[str, Json], meant: Mapping[str, Json]) -> Truth:
    """What the host's own truth says of a step, and what stands there now.

    Read when no script acts there any more. An alias that is not there yet is looked for again.
    """
    places = tuple(dict.fromkeys((*was, *meant)))
    if not places:
        return Truth(Judged("unknown", "there is nothing to read that would tell"), {}, {})
    for attempt in range(_LOOKS):
        if attempt:
            time.sleep(_PAUSE)
        seen = hands.look(places, settled=True)
        judged = reconciled(was, meant, seen.values)
        if judged.outcome == "done" or not places[0].startswith("alias "):
            break
    left = {p: seen.values[p] for p in places if p in seen.values}
    made = _made(was, left)
    if not made:
        return Truth(judged, {}, left)
    rows = hands.look(made, settled=True).values
    said = f"found done by reading it back: {', '.join(made)} was made"
    return Truth(Judged("done", said), dict.fromkeys(made), {**left, **rows})


def _made(was: Mapping[str, Json], now: Mapping[str, Json]) -> tuple[str, ...]:
    """Rows of a domain that are there now and were not: a step that makes one cannot know its id."""
    made: list[str] = []
    for place in was:
        old, new = was[place], now.get(place)
        if place.startswith("rows of ") and isinstance(old, list) and isinstance(new, list):
            made += [f"row {id}" for id in new if id not in old]
    return tuple(made)


def meant_by(record: Record) -> Mapping[str, Json]:
    """What the newest intention of a step meant to leave."""
    return next((e.left for e in reversed(record.entries) if e.phase == "intent"), {})
