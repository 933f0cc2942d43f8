"""A text for one reader as an HTML page, with the look and the policy of the report."""

from __future__ import annotations

from analyzers.language import Language
from analyzers.letter import Letter, told
from analyzers.reports.html.template import filled


def render(letter: Letter, language: Language) -> str:
    """An HTML document with a final newline."""
    return filled("letter", language, letter=told(letter, language))
