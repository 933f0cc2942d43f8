"""The diagnosis as JSON: the model that every other format is checked against (CONTRACT section 4).

Written in ASCII with escapes, so that no control or direction character of a hostile name reaches a
terminal through it.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.findings import Diagnosis
from analyzers.json_text import document
from analyzers.model import members


def render(diagnosis: Diagnosis) -> str:
    """The model as indented JSON text with a final newline."""
    return "".join(pieces(diagnosis))


def pieces(diagnosis: Diagnosis) -> Iterator[str]:
    """The same, one finding after the other: thousands of them need not be in memory at once."""
    return document(members(diagnosis))
