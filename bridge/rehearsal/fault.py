"""What a fault is: one line of harm, when it was done, and what must be found because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.world import World

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
Harm = Callable[[World, str], None]
"""Does the harm to the world; the domain is the one that the scenario has for it."""
ALL = tuple(GENERATIONS)
LOGGED = ("2.4.3", "2.4.10")
"""Generations whose log has Closte's answers."""
NEWER = ("2.4.10", "2.4.13")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to come to one finding."""

    name: str
    code: str
    title: str
    harm: Harm
    ago: float
    """When, in seconds before the look."""
    subject: str
    """network · host · domain · native · site (the domain's), or a name."""
    severity: str
    newcomer: float | None
    """A new domain is mapped so many seconds before the look, and the harm concerns it."""
    beside: tuple[tuple[str, str], ...]
    """Further problems of their own that this harm brings: code and subject as above."""
    allowed: tuple[str, ...]
    """Codes that may be found besides."""
    folded: tuple[str, ...]
    """Codes that must be found, and stand under this one."""
    hides: tuple[str, ...]
    """Patterns of codes that nobody can tell, or that are consequences, while this fault is there."""
    generations: tuple[str, ...]
    for_all: bool
    """Does the harm reach every domain that is mapped after it?"""

    def apart_from(self, other: Fault) -> bool:
        """Can both be there at once, and each be told for itself?"""
        if self.code == other.code or not set(self.generations) & set(other.generations):
            return False
        mixed = (self.for_all and other.newcomer is not None) or (
            other.for_all and self.newcomer is not None
        )
        return not (mixed or self.hidden_by(other) or other.hidden_by(self))

    def hidden_by(self, other: Fault) -> bool:
        """Can this one not be told, or not for itself, beside the other?"""
        return any(fnmatchcase(self.name, pattern) for pattern in other.hides)


def fault(
    code: str,
    way: str = "",
    *,
    ago: float = 3 * HOUR,
    subject: str = "network",
    severity: str = "error",
    newcomer: float | None = None,
    beside: tuple[tuple[str, str], ...] = (),
    allowed: tuple[str, ...] = (),
    folded: tuple[str, ...] = (),
    hides: tuple[str, ...] = (),
    generations: tuple[str, ...] = ALL,
    for_all: bool = False,
) -> Callable[[Harm], Fault]:
    """Make a Fault of a function; the function's name is its title."""

    def make(harm: Harm) -> Fault:
        return Fault(
            f"{code}-{way}" if way else code,
            code,
            harm.__name__.replace("_", " ").strip(),
            harm,
            ago,
            subject,
            severity,
            newcomer,
            beside,
            allowed,
            folded,
            hides,
            generations,
            for_all,
        )

    return make
