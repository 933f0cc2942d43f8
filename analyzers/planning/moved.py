"""What moved: the facts a plan rests on, held against a fresh look, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.snapshot import Snapshot
from analyzers.steps import Json, Step


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact that is not as the step needs it."""

    step: str
    """The step's id."""
    fact: str
    """`row 12`, `alias shop.example`, … (the table in `steps.py`)."""
    needed: Json
    found: Json
    sentence: str
    """The same for people."""


def moved(steps: tuple[Step, ...], snapshot: Snapshot) -> tuple[Moved, ...]:
    """The facts of these steps that a fresh snapshot shows otherwise, in order of step and fact.

    A step whose `after` names a step that is not done yet may rest on what that one will bring about:
    ask for each step alone, just before it. What was not looked at has moved too (found: None).
    """
    raise NotImplementedError
