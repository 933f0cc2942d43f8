"""Two commands in turn, again and again: their times, and the median of their ratio.

On a noisy machine seconds say little; what two commands cost beside each other in one run says more.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Seconds of each turn."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of ours ÷ theirs, pair by pair."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    def table(self, ours: str, theirs: str) -> str:
        """The medians, the fastest and the slowest of both, in milliseconds."""
        width = max(len(ours), len(theirs))
        return "\n".join(
            f"{name:{width}}  median {statistics.median(times) * 1000:7.0f} ms"
            f"  ({min(times) * 1000:.0f} to {max(times) * 1000:.0f})"
            for name, times in ((ours, self.ours), (theirs, self.theirs))
        )


def pairs(ours: Act, theirs: Act, *, count: int) -> Pairs:
    """Both once to warm up, then `count` times in turn, the one to begin changing each time."""
    ours()
    theirs()
    taken: dict[Act, list[float]] = {ours: [], theirs: []}
    for number in range(count):
        for act in (ours, theirs) if number % 2 else (theirs, ours):
            start = time.perf_counter()
            act()
            taken[act].append(time.perf_counter() - start)
    return Pairs(tuple(taken[ours]), tuple(taken[theirs]))


def verdict(goal: str, ratio: float, *, must: float, aim: float) -> int:
    """Say how the ratio stands to the goal; 1 where it misses what it must be."""
    word = "missed" if ratio > must else "met" if ratio > aim else "met, and the ambitious one too"
    print(f"{goal}: {ratio:.2f} × (must be at most {must}, aims at {aim}): {word}")
    return int(ratio > must)
