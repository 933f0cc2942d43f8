"""The change record of a run, for the ticket: what was wrong, what was done, what is right now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analyzers.findings import Diagnosis, Finding
from analyzers.journal_document import Journal, Record
from analyzers.steps import Plan, Step

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ChangedStep:
    """A step of the plan and what became of it. No record: it was not begun."""

    step: Step
    record: Record | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Before and after, with what happened in between."""

    plan: Plan
    began: datetime | None
    ended: datetime | None
    steps: tuple[ChangedStep, ...]
    healed: tuple[Finding, ...]
    """Stood before, does not now."""
    standing: tuple[Finding, ...]
    """Stood before, and stands."""
    new: tuple[Finding, ...]
    """Did not stand before."""
    unlooked: tuple[Finding, ...]
    """Stood before; the second look could not look (its code is in `skipped`)."""


def change_record(
    before: Diagnosis, after: Diagnosis | None, journal: Journal, plan: Plan
) -> ChangeRecord:
    """`after` is None where the second look failed: then nothing counts as healed."""
    raise NotImplementedError


def render_text(record: ChangeRecord, *, width: int = 100) -> str:
    """For a terminal."""
    raise NotImplementedError


def render_markdown(record: ChangeRecord) -> str:
    """For a ticket."""
    raise NotImplementedError


def render_json(record: ChangeRecord) -> str:
    """Indented JSON in ASCII with a final newline."""
    raise NotImplementedError
