"""The clock, in one place: analyzers get instants as values."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, to the second: what is written is what was analysed."""
    return datetime.now(UTC).replace(microsecond=0)
