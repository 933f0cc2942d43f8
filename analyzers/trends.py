"""Statistics over time: how long certificates took month by month, and how long faults stood.

The one place that imports pandas: it costs more than a whole diagnosis, and only `history` wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from analyzers.issuance import Issuance
from analyzers.spells import Spell


@dataclass(frozen=True, slots=True)
class Waits:
    """How long some certificates took."""

    number: int
    median: timedelta
    p90: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class MonthOfWaits:
    """The certificates of one month."""

    month: str
    """`2026-05`"""
    waits: Waits


@dataclass(frozen=True, slots=True)
class Repair:
    """How long one kind of fault stood until it was gone, where both ends were seen."""

    code: str
    number: int
    median: timedelta
    longest: timedelta


def waits(issued: Sequence[Issuance]) -> Waits | None:
    """All certificates together; None without any."""
    return _waits(_seconds(issued)) if issued else None


def waits_by_month(issued: Sequence[Issuance]) -> tuple[MonthOfWaits, ...]:
    """The certificates of each month that has any, by the day they were there (UTC)."""
    if not issued:
        return ()
    months = _seconds(issued).groupby(lambda at: f"{at:%Y-%m}", sort=True)
    return tuple(MonthOfWaits(str(month), _waits(seconds)) for month, seconds in months)


def _seconds(issued: Sequence[Issuance]) -> pd.Series[float]:
    """How long each took, by when it was there."""
    return pd.Series(
        [i.took.total_seconds() for i in issued],
        index=pd.DatetimeIndex([_naive(i.ready_at) for i in issued]),
    )


def _naive(instant: datetime) -> datetime:
    """UTC without saying so: months are those of UTC."""
    return instant.replace(tzinfo=None)


def _waits(seconds: pd.Series[float]) -> Waits:
    return Waits(
        len(seconds),
        timedelta(seconds=float(seconds.median())),
        timedelta(seconds=float(seconds.quantile(0.9))),
        timedelta(seconds=float(seconds.max())),
    )


def repairs(spells: Sequence[Spell]) -> tuple[Repair, ...]:
    """Per code, the most frequent first; only causes, and only spells whose both ends were seen."""
    ended = [(s.code, s.took.total_seconds()) for s in spells if s.cause and s.took is not None]
    if not ended:
        return ()
    frame = pd.DataFrame(ended, columns=["code", "seconds"])
    found = [_repair(str(code), seconds) for code, seconds in frame.groupby("code")["seconds"]]
    return tuple(sorted(found, key=lambda r: (-r.number, r.code)))


def _repair(code: str, seconds: pd.Series[float]) -> Repair:
    median, longest = float(seconds.median()), float(seconds.max())
    return Repair(code, len(seconds), timedelta(seconds=median), timedelta(seconds=longest))
