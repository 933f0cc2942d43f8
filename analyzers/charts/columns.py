"""How many records the plugin logged on each day, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from analyzers.charts.canvas import Caption, blank, drawn

MOST_DAYS = 90
_FEWEST_DAYS = 14
_LABELS = 8


def shown_days(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The days of the picture, oldest first: up to the newest that has records, 90 at the most.

    `counts`: day (`2026-05-04`) → records; not empty.
    """
    last, first = date.fromisoformat(max(counts)), date.fromisoformat(min(counts))
    number = min(max((last - first).days + 1, _FEWEST_DAYS), MOST_DAYS)
    number = min(number, (last - date.min).days + 1)
    return tuple((last - timedelta(days=n)).isoformat() for n in range(number - 1, -1, -1))


def per_day(counts: Mapping[str, int], caption: Caption, ident: str) -> str:
    """The columns as an `<svg>`; a day without records is a gap."""
    days = shown_days(counts)
    numbers = [counts.get(day, 0) for day in days]
    step = _round(max(numbers))
    chart = blank("Bar", 200, range=(0, 2 * step), show_minor_x_labels=False)
    chart.x_labels = days
    chart.x_labels_major_every = max(1, -(-len(days) // _LABELS))
    chart.y_labels = [
        {"value": value, "label": f"{value:,}".replace(",", " ")} for value in (0, step, 2 * step)
    ]
    chart.add(
        "records",
        [
            {"value": number, "label": f"{day}: {number}"} if number else None
            for day, number in zip(days, numbers, strict=True)
        ],
    )
    return drawn(chart, caption, ident, ("records",))


def _round(most: int) -> int:
    """Half of the axis: the smallest of 1, 2, 5, 10, 20, 50 … of which two reach `most`."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if 2 * factor * size >= most:
                return factor * size
        size *= 10
