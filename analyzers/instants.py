"""Instants: how the evidence writes them, and how we do. All are UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from analyzers.language import Phrase, joined, plural


def parse(text: object) -> datetime | None:
    """An instant from ISO-8601 `…Z`, a table's `2026-05-04 10:00:00`, or Unix seconds.

    None for null, zero dates, and what is no date: CONTRACT section 3 says both mean never.
    """
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, int | float):
        return _from_seconds(float(text))
    if not isinstance(text, str):
        return None
    trimmed = text.strip()
    if not trimmed or trimmed.startswith("0000-00-00"):
        return None
    if trimmed.isdigit() and len(trimmed) in range(9, 12):
        return _from_seconds(float(trimmed))
    try:
        found = datetime.fromisoformat(trimmed.replace(" UTC", "Z"))
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def _from_seconds(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def iso(instant: datetime) -> str:
    """ISO-8601 to the second with `Z`, as every output of ours writes it."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def iso_or_none(instant: datetime | None) -> str | None:
    """`iso`, or None for never."""
    return None if instant is None else iso(instant)


def age(instant: datetime, now: datetime) -> timedelta:
    """How long ago, never negative."""
    return max(now - instant, timedelta())


@lru_cache(maxsize=4096)
def duration(span: timedelta) -> Phrase:
    """A span for people: `45 s`, `12 min`, `3 h 20 min`, `4 d 2 h`."""
    seconds = int(span.total_seconds())
    if seconds < 90:
        return plural("{n} s", "{n} s", seconds)
    minutes = seconds // 60
    if minutes < 90:
        return plural("{n} min", "{n} min", minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _two(plural("{n} h", "{n} h", hours), plural("{n} min", "{n} min", minutes), minutes)
    days, hours = divmod(hours, 24)
    return _two(plural("{n} d", "{n} d", days), plural("{n} h", "{n} h", hours), hours)


def _two(larger: Phrase, smaller: Phrase, number: int) -> Phrase:
    """A span in two units, or in the larger one where nothing is left for the smaller."""
    return joined((larger, smaller), " ") if number else larger
