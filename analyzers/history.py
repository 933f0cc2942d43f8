"""Earlier runs of one target, compared: what is new, fixed, worse, milder, still there, or not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analyzers.findings import SEVERITY_ORDER
from analyzers.issuance import Issuance
from analyzers.language import ENGLISH, Language
from analyzers.past_runs import Run
from analyzers.spells import Key, Spell, flapping, spells

_LATELY = 20
"""Runs in which something must come and go to be called flapping: what came back after months is not."""


@dataclass(frozen=True, slots=True)
class History:
    """The answer of `history`; every format is made of this. There is at least one run."""

    tool: str
    target: str
    runs: tuple[Run, ...]
    """The oldest first."""
    spells: tuple[Spell, ...]
    flapping: Mapping[Key, int]
    lost: int = 0
    """Lines of the record that could not be read."""
    language: Language = ENGLISH

    @classmethod
    def of(
        cls,
        runs: Sequence[Run],
        *,
        tool: str,
        target: str,
        lost: int = 0,
        language: Language = ENGLISH,
    ) -> History:
        """The runs compared."""
        lately = flapping(spells(runs[-_LATELY:]))
        return cls(tool, target, tuple(runs), spells(runs), lately, lost, language)

    @property
    def newest(self) -> Run:
        """The run that all others are compared with."""
        return self.runs[-1]

    @property
    def previous(self) -> Run | None:
        """The run before it."""
        return self.runs[-2] if len(self.runs) > 1 else None

    def standing(self) -> tuple[Spell, ...]:
        """What the newest run has, the gravest first."""
        at = self.newest.at
        return _sorted(s for s in self.spells if s.last_at == at and s.fixed_at is None)

    def new(self) -> tuple[Spell, ...]:
        """What the newest run has and an earlier one looked for in vain, or could not know."""
        if self.previous is None:
            return ()
        return tuple(s for s in self.standing() if s.first_at == self.newest.at)

    def fixed(self) -> tuple[Spell, ...]:
        """What the newest run looked for in vain, and the last one that looked had."""
        return _sorted(s for s in self.spells if s.fixed_at == self.newest.at)

    def worse(self) -> tuple[Spell, ...]:
        """What is graver now than in the run that had it before."""
        return tuple(s for s in self.standing() if s.worse)

    def milder(self) -> tuple[Spell, ...]:
        """What is less grave now than in the run that had it before."""
        return tuple(s for s in self.standing() if s.milder)

    def unseen(self) -> tuple[Spell, ...]:
        """What stood when it was last looked at, and was not looked at by the newest run."""
        at = self.newest.at
        return _sorted(s for s in self.spells if s.fixed_at is None and s.last_at != at)

    def issued(self) -> tuple[Issuance, ...]:
        """Every certificate that any run saw to come, each once, the oldest first."""
        found: dict[tuple[str, datetime], Issuance] = {}
        for run in self.runs:
            for one in run.issued:
                found.setdefault((one.domain, one.ready_at), one)
        return tuple(sorted(found.values(), key=lambda i: (i.ready_at, i.domain)))


def _sorted(found: Iterable[Spell]) -> tuple[Spell, ...]:
    return tuple(
        sorted(
            found,
            key=lambda s: (not s.cause, SEVERITY_ORDER[s.severity], s.code, s.subject),
        )
    )
