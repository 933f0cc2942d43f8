"""A text for one reader, as parts, and its renderings: plain text, Markdown and JSON (HTML: `reports.html`).

Every part is escaped where it is rendered, so what strangers wrote stays text.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import assert_never

from tabulate import tabulate

from analyzers.escaping import markdown_code, markdown_text
from analyzers.language import ENGLISH, Language
from analyzers.plain_table import plain_table
from analyzers.printable import printable
from analyzers.wrapping import wrapped

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Sentences in an order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Sentences without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under headings."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Lines of a machine, as they are."""

    lines: tuple[str, ...]


Part = Heading | Paragraph | Steps | Listed | Table | Quoted


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole text."""

    title: str
    parts: tuple[Part, ...]


def as_text(letter: Letter, width: int = 80, language: Language = ENGLISH) -> str:
    """Plain text with a final newline, wrapped to `width`."""
    letter = told(letter, language)
    blocks = [_underlined(letter.title, "=", width)]
    blocks += [_text(part, width) for part in letter.parts]
    return "\n\n".join(blocks) + "\n"


def as_markdown(letter: Letter, language: Language = ENGLISH) -> str:
    """Markdown with a final newline."""
    letter = told(letter, language)
    blocks = [f"# {markdown_text(letter.title)}", *map(_markdown, letter.parts)]
    return "\n\n".join(blocks) + "\n"


def as_json(letter: Letter, reader: str, language: Language = ENGLISH) -> str:
    """The same parts for a program, with a final newline; in ASCII, as `reports.json` is."""
    letter = told(letter, language)
    parts = [{"kind": kind(part), **_content(part)} for part in letter.parts]
    whole = {"schema": SCHEMA, "for": reader, "language": language.code, "title": letter.title}
    return json.dumps({**whole, "parts": parts}, indent=1) + "\n"


def kind(part: Part) -> str:
    """What a part is, in one word: `heading`, `paragraph`, `steps`, `listed`, `table`, `quoted`."""
    return type(part).__name__.lower()


def _content(part: Part) -> dict[str, object]:
    match part:
        case Heading(text) | Paragraph(text):
            return {"text": text}
        case Steps(items) | Listed(items):
            return {"items": list(items)}
        case Table(heads, rows):
            return {"heads": list(heads), "rows": [list(row) for row in rows]}
        case Quoted(lines):
            return {"lines": list(lines)}
        case _:
            assert_never(part)


def told(letter: Letter, language: Language) -> Letter:
    """The letter with every phrase in the language of its reader."""
    return Letter(language.of(letter.title), tuple(_part(p, language) for p in letter.parts))


def _part(part: Part, language: Language) -> Part:
    match part:
        case Heading(text):
            return Heading(language.of(text))
        case Paragraph(text):
            return Paragraph(language.of(text))
        case Steps(items):
            return Steps(tuple(map(language.of, items)))
        case Listed(items):
            return Listed(tuple(map(language.of, items)))
        case Table(heads, rows):
            told = tuple(tuple(map(language.of, row)) for row in rows)
            return Table(tuple(map(language.of, heads)), told)
        case Quoted():
            return part
        case _:
            assert_never(part)


def _text(part: Part, width: int) -> str:
    match part:
        case Heading(text):
            return _underlined(text, "-", width)
        case Paragraph(text):
            return _wrapped(text, width)
        case Steps(items):
            return "\n".join(_item(f"{n}. ", text, width) for n, text in enumerate(items, 1))
        case Listed(items):
            return "\n".join(_item("- ", text, width) for text in items)
        case Table(heads, rows):
            cells = [[printable(cell) for cell in row] for row in rows]
            return "\n".join(plain_table(cells, heads, width, numbers=False))
        case Quoted(lines):
            return "\n".join(f"    {printable(line)}" for line in lines)
        case _:
            assert_never(part)


def _markdown(part: Part) -> str:
    match part:
        case Heading(text):
            return f"## {markdown_text(text)}"
        case Paragraph(text):
            return markdown_text(text)
        case Steps(items):
            return "\n".join(f"{n}. {markdown_text(text)}" for n, text in enumerate(items, 1))
        case Listed(items):
            return "\n".join(f"- {markdown_text(text)}" for text in items)
        case Table(heads, rows):
            cells = [[markdown_text(cell) for cell in row] for row in rows]
            return tabulate(cells, headers=heads, tablefmt="pipe", disable_numparse=True)
        case Quoted(lines):
            return "\n".join(f"- {markdown_code(line)}" for line in lines)
        case _:
            assert_never(part)


def _underlined(text: str, stroke: str, width: int) -> str:
    lines = wrapped(printable(text), width) or [""]
    return "\n".join((*lines, stroke * min(width, max(map(len, lines)))))


def _item(mark: str, text: str, width: int) -> str:
    return _wrapped(text, width, mark, " " * len(mark))


def _wrapped(text: str, width: int, first: str = "", more: str = "") -> str:
    return textwrap.fill(
        printable(text),
        width,
        initial_indent=first,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    )
