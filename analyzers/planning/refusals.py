"""Why a plan, or a step of one, is refused: each reason one clear sentence (exit status 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzers.findings import Subject

RefusalCode = Literal[
    "staging-clone",
    "foreign-key",
    "unobservable",
    "expired",
    "other-host",
    "other-app",
    "other-network",
    "stale",
    "too-many-changes",
    "dns-not-here",
    "rate-limited",
    "alias-needed",
    "alias-in-use",
    "domain-in-use",
    "not-verified",
    "key-at-fault",
    "needs-choice",
    "wildcard",
]
WHOLE: frozenset[RefusalCode] = frozenset(
    {
        "staging-clone",
        "foreign-key",
        "unobservable",
        "expired",
        "other-host",
        "other-app",
        "other-network",
        "stale",
        "too-many-changes",
    }
)
"""Refusals of everything; the others leave out one change and let the rest go on."""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One refusal."""

    code: RefusalCode
    subject: Subject
    sentence: str

    @property
    def whole(self) -> bool:
        """Is the whole plan refused by it, and not only one change left out?"""
        return self.code in WHOLE
