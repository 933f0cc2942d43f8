"""Thresholds as monitoring plugins take them: `-w 10`, `-c 5:`, `@10:20`.

Source: Monitoring Plugins Development Guidelines, section "Threshold and Ranges". A range names what is
well: an alert is raised outside it, with `@` inside it. `10` is 0 to 10, `10:` from 10 on, `~:10` up to 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzers.language import phrase

_RANGE = re.compile(
    r"(?P<at>@)?(?:(?P<start>~|-?\d+(?:\.\d+)?)?(?P<colon>:))?(?P<end>-?\d+(?:\.\d+)?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A range, and the text it was written as."""

    text: str
    start: float
    end: float
    inside: bool
    """`@`: alert inside the range instead of outside."""

    @classmethod
    def parsed(cls, text: str) -> Threshold:
        """The threshold in this text. Raises ValueError for what is none."""
        found = _RANGE.fullmatch(text.strip())
        if found is None or (found["colon"] is None and found["end"] is None):
            raise ValueError(phrase("{text} is no range", text=repr(text)))
        low = found["start"]
        start = 0.0 if not low else float("-inf") if low == "~" else float(low)
        end = float(found["end"]) if found["end"] else float("inf")
        if start > end:
            raise ValueError(phrase("{text} ends before it begins", text=repr(text)))
        return cls(text.strip(), start, end, found["at"] is not None)

    def alerts(self, value: float) -> bool:
        """Is this value one to raise an alert for?"""
        return (self.start <= value <= self.end) == self.inside


NONE_ALLOWED = Threshold.parsed("0")
"""Any at all is an alert."""
