"""The life of one domain as a picture: a lane for each layer, a mark for each moment.

Time runs from left to right, and is pressed together where nothing happens: a domain lives for months,
and what decides about it happens within minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import log2

from analyzers.charts.canvas import Caption, blank, drawn
from analyzers.charts.moments import OUTCOMES, Moment, Outcome
from analyzers.findings import Layer
from analyzers.layers import LAYERS
from analyzers.printable import printable

_WIDTH = 100.0
_LEAST_BETWEEN_LABELS = 13.0
_LEAST_BETWEEN_MARKS = 0.6
_SIZES: Mapping[Outcome, float] = {"step": 3, "due": 5, "good": 6, "trouble": 5}
_NAMES_SHOWN = 4

Place = tuple[Layer, Outcome, float]


def lifeline(
    moments: Sequence[Moment],
    now: datetime,
    caption: Caption,
    ident: str,
    lanes: Mapping[Layer, str],
    now_label: str,
) -> str:
    """The picture of these moments as an `<svg>`. `lanes`: the name of each layer, to be shown."""
    where = _places([*(m.at for m in moments), now])
    chart = blank(
        "XY",
        230,
        stroke=False,
        show_x_guides=True,
        range=(0.4, len(LAYERS) + 0.6),
        xrange=(-2.0, _WIDTH + 2.0),
    )
    height = {layer: len(LAYERS) - place for place, layer in enumerate(LAYERS)}
    chart.y_labels = [{"value": height[layer], "label": lanes[layer]} for layer in LAYERS]
    chart.x_labels = _labels(where, now, now_label)
    chart.x_labels_major = [now_label]
    marks = _marks(moments, where)
    for outcome in OUTCOMES:
        values = [
            {"value": (x, height[lane]), "label": _said(found)}
            for (lane, of, x), found in marks.items()
            if of == outcome
        ]
        chart.add(outcome, values, dots_size=_SIZES[outcome])
    return drawn(chart, caption, ident, OUTCOMES, crosses=("trouble",))


def _places(instants: Sequence[datetime]) -> dict[datetime, float]:
    """Where each instant stands, 0 … 100: the logarithm of the gap to the one before is added up."""
    ordered = sorted(set(instants))
    place, found = 0.0, {ordered[0]: 0.0}
    for before, at in pairwise(ordered):
        place += log2(1 + (at - before).total_seconds() / 60)
        found[at] = place
    scale = _WIDTH / place if place else 0.0
    return {at: x * scale for at, x in found.items()}


def _labels(
    where: Mapping[datetime, float], now: datetime, now_label: str
) -> list[dict[str, object]]:
    """Dates under the axis, none so near to another that they would touch; `now` always."""
    chosen = {where[now]: now}
    for at, x in where.items():
        if all(abs(x - other) >= _LEAST_BETWEEN_LABELS for other in chosen):
            chosen[x] = at
    labels: list[dict[str, object]] = []
    day = None
    for x in sorted(chosen):
        at = chosen[x]
        form = "%H:%M" if at.date() == day else "%m-%d %H:%M"
        labels.append({"value": x, "label": now_label if at == now else at.strftime(form)})
        day = at.date() if at != now else day
    return labels


def _marks(moments: Sequence[Moment], where: Mapping[datetime, float]) -> dict[Place, list[Moment]]:
    """Moments that would lie on one another are one mark."""
    found: dict[Place, list[Moment]] = {}
    last: dict[tuple[Layer, Outcome], float] = {}
    for moment in moments:
        x, line = where[moment.at], (moment.lane, moment.outcome)
        if line in last and x - last[line] < _LEAST_BETWEEN_MARKS:
            x = last[line]
        last[line] = x
        found.setdefault((*line, x), []).append(moment)
    return found


def _said(moments: Sequence[Moment]) -> str:
    names = list(dict.fromkeys(m.event for m in moments))
    more = f" +{len(names) - _NAMES_SHOWN}" if len(names) > _NAMES_SHOWN else ""
    said = f"{moments[0].at:%Y-%m-%d %H:%M:%S} {', '.join(names[:_NAMES_SHOWN])}{more}"
    return printable(said)
