"""Entries of a journal as lines of JSON and back (CONTRACT section 7); readable however it broke off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analyzers.steps import Json, JournalEntry, Outcome, Plan, Step

SCHEMA = 1
StepState = Literal["unknown", "done", "already", "failed", "undone"]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a journal says of one step, the newest word winning."""

    step: str
    state: StepState
    """`unknown`: the intention was written and no result: it may or may not have happened."""
    verified: Outcome | None
    """healed · pending · unhealed, where it was verified."""
    before: Mapping[str, Json]
    left: Mapping[str, Json]
    """As the result read it back; without a result, as the intention meant it."""
    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal as far as it can be read."""

    entries: tuple[JournalEntry, ...]
    torn: int
    """Lines that are no whole entry: at the end what a kill cut off."""

    @property
    def plan(self) -> Plan | None:
        """The plan that was carried out."""
        return next((e.plan for e in self.entries if e.plan is not None), None)

    @property
    def records(self) -> tuple[Record, ...]:
        """Per step, in the order in which the steps were begun."""
        raise NotImplementedError

    def step(self, id: str) -> Step | None:
        """The step of the plan with this id."""
        return next((s for s in (self.plan.steps if self.plan else ()) if s.id == id), None)


def render_line(entry: JournalEntry) -> bytes:
    """One line of JSON in ASCII, with its newline."""
    raise NotImplementedError


def read_journal(content: bytes) -> Journal:
    """The entries of a journal's content, cut off at whatever byte. Never raises for what it holds."""
    raise NotImplementedError


def before_next(content: bytes) -> bytes:
    """What must be written before the next line: a newline after a torn end, else nothing."""
    raise NotImplementedError
