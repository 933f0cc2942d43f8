"""What the operator decided beforehand: which steps, how many, and the answers nobody else can give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzers.findings import Risk

MOST_CHANGES = 10
"""A plan of more changes is refused unless the operator says a greater number."""
ALL_RISKS: frozenset[Risk] = frozenset({"safe", "confirm", "severe"})


@dataclass(frozen=True, slots=True)
class Choices:
    """The operator's own part of a plan. The defaults decide nothing that is not one's own to decide."""

    keep: Mapping[str, int] = field(default_factory=dict)
    """Canonical domain → the blog id that keeps it, where it is mapped to two sites."""
    primary: Mapping[int, str] = field(default_factory=dict)
    """Blog id → the canonical domain that stays its primary one."""
    wildcards: bool = False
    """Consent to wildcard aliases (`*.shop.example`)."""
    risks: frozenset[Risk] = ALL_RISKS
    """Only steps of these risks; manual steps always stay."""
    only: tuple[str, ...] = ()
    """Only what these name: codes, families of codes, actions, domains. Naming an info finding's code
    plans for it too, which is not done otherwise."""
    skip: tuple[str, ...] = ()
    """Nothing of what these name: codes, families, actions, domains."""
    max_changes: int = MOST_CHANGES
