"""What a reader should know of the evidence itself: its rung, its gaps, other networks."""

from __future__ import annotations

from analyzers.facts import Facts
from analyzers.snapshot import Snapshot


def evidence_notes(facts: Facts, snapshot: Snapshot) -> tuple[str, ...]:
    """Sentences for the end of a report."""
    return ()
