"""How long domains waited for their certificate, over time: a dot for each, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analyzers.charts.canvas import Caption, blank, drawn
from analyzers.issuance import Issuance

_SHORTEST = 0.5
_TICKS = (
    (1, "1 min"),
    (10, "10 min"),
    (60, "1 h"),
    (6 * 60, "6 h"),
    (24 * 60, "1 d"),
    (7 * 24 * 60, "7 d"),
    (60 * 24 * 60, "60 d"),
)
_LABELS = 6


def waits(issuances: Sequence[Issuance], caption: Caption, ident: str) -> str:
    """The dots as an `<svg>`: the day the certificate was there, and how long it took."""
    minutes = [max(i.took.total_seconds() / 60, _SHORTEST) for i in issuances]
    top = next((m for m, _ in _TICKS if m >= max(minutes)), max(minutes))
    top = max(top, 60)
    times = [i.ready_at.timestamp() for i in issuances]
    slack = max((max(times) - min(times)) * 0.06, 3600.0)
    chart = blank(
        "XY",
        220,
        stroke=False,
        logarithmic=True,
        range=(_SHORTEST, top * 1.3),
        xrange=(min(times) - slack, max(times) + slack),
    )
    chart.y_labels = [{"value": m, "label": label} for m, label in _TICKS if m <= top]
    chart.x_labels = _dates(min(times) - slack, max(times) + slack)
    chart.add(
        "took",
        [
            {"value": (at, took), "label": f"{i.domain}: {i.ready_at:%Y-%m-%d %H:%M}"}
            for at, took, i in zip(times, minutes, issuances, strict=True)
        ],
        dots_size=5,
    )
    return drawn(chart, caption, ident, ("took",))


def _dates(first: float, last: float) -> list[dict[str, object]]:
    """Labels of the time axis: days, or hours where all is within two days."""
    form = "%Y-%m-%d" if last - first > timedelta(days=2).total_seconds() else "%m-%d %H:%M"
    number = _LABELS
    # Not at the very edges, where half a label would be cut off.
    step = (last - first) / number
    instants = [first + step * (place + 0.5) for place in range(number)]
    found: dict[str, float] = {}
    for at in instants:
        found.setdefault(datetime.fromtimestamp(at, UTC).strftime(form), at)
    return [{"value": at, "label": label} for label, at in found.items()]
