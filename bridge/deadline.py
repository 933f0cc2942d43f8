"""One clock for one thing that must end."""

from __future__ import annotations

import time


class Deadline:
    """`seconds` from now, by a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._ends - time.monotonic())

    def over(self) -> bool:
        """Is there nothing left?"""
        return self.remaining() == 0.0
