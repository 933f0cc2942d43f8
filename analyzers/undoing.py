"""What taking back a journal would do, and what it will not touch and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analyzers.journal_document import Journal
from analyzers.steps import Json

UndoAction = Literal["restore", "alias.add", "alias.delete"]


@dataclass(frozen=True, slots=True)
class UndoAct:
    """One thing to do, the last step's first."""

    step: str
    action: UndoAction
    parameters: Mapping[str, Json]
    """Of `alias.*`: `domain`, `wildcard`. Of `restore`: `places`, place → what to put there: a row's
    columns to set (all of them where the row is to be inserted), null to take the place away."""
    expects: Mapping[str, Json]
    """What must be there at the moment of the act: place → the present value it was decided on."""
    says: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is not taken back, with the three values."""

    step: str
    place: str
    before: Json
    left: Json
    present: Json
    why: str
    conflict: bool
    """Somebody or something changed it since; False: it cannot come back, or is back already."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What `undo` would do and what not."""

    acts: tuple[UndoAct, ...]
    kept: tuple[Kept, ...]

    @property
    def conflicts(self) -> tuple[Kept, ...]:
        """What stands otherwise than we left it."""
        return tuple(k for k in self.kept if k.conflict)


def places_of(journal: Journal) -> tuple[str, ...]:
    """The places whose present values `undoing_of` needs, in order: `row 12`, `alias shop.example`, …"""
    raise NotImplementedError


def undoing_of(journal: Journal, present: Mapping[str, Json]) -> Undoing:
    """The undoing of a journal where these values stand now. A place that is not in `present` could not
    be read and is left alone."""
    raise NotImplementedError
