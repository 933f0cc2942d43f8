"""Columns that a mapping row written by hand may lack: what rests on one was not looked at."""

from __future__ import annotations

from analyzers.evidence import Mappings
from analyzers.findings import Subject
from analyzers.language import phrase
from analyzers.rule import Unseen


def without_column(subject: Subject | None, name: str) -> Unseen:
    """A row without this column, or with one that says nothing."""
    return Unseen(subject, (phrase("{file}: no {column}", file=Mappings.FILE, column=name),))
