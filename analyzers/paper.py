"""Lines of a text report for one terminal: headings, labelled paragraphs, bullets.

All text passes `printable` here, so that no escape sequence or direction mark of a stranger reaches the
terminal. The look is that of `reports/text.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analyzers.findings import Severity
from analyzers.language import ENGLISH, Language, joined
from analyzers.printable import in_ascii, printable
from analyzers.reports.text import HANGING_FROM, LEAST_WIDTH, Style
from analyzers.summary import SEVERITY_WORD
from analyzers.wrapping import wrapped

_INDENT = 4
"""Columns in front of what is to be copied."""
_COLOURS = {"bad": "31;1", "warn": "33;1", "good": "32;1", "info": "36;1", "dim": "2", "head": "1"}
_KINDS: Mapping[Severity, str] = {"error": "bad", "warning": "warn", "info": "info"}
_MARKS = {"bad": ("✗", "x"), "warn": ("!", "!"), "good": ("✓", "+"), "info": ("i", "i")}


class Paper:
    """What is written so far, laid out for one style."""

    def __init__(self, style: Style, language: Language = ENGLISH) -> None:
        self.style = style
        self.language = language
        self.width = max(LEAST_WIDTH, min(style.width, 110))
        self.lines: list[str] = []

    def text(self) -> str:
        """Everything, with one final newline."""
        joined = "\n".join(self.lines).rstrip() + "\n"
        return joined if self.style.unicode else in_ascii(joined)

    def paint(self, text: str, colour: str) -> str:
        """In colour, where the terminal has any."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.style.colour else text

    def mark(self, kind: str) -> str:
        """A sign that says the same as the colour."""
        return _MARKS[kind][0 if self.style.unicode else 1]

    def plain(self, text: str) -> str:
        """In the reader's language, printable, and in ASCII where the terminal has no Unicode."""
        safe = printable(self.language.of(text))
        return safe if self.style.unicode else in_ascii(safe)

    def wrap(self, text: str, first: str = "", more: str = "") -> list[str]:
        """The text in lines of the page's width; a word that is longer stands alone."""
        return wrapped(self.plain(text), self.width, first, more) or [first.rstrip()]

    def verdict(self, kind: str, text: str) -> None:
        """The sentence that says it all."""
        for line in self.wrap(text, f"{self.mark(kind)} ", "  "):
            self.lines.append(self.paint(line, kind))

    def graded(self, severity: Severity, text: str, *, indent: int = 0) -> None:
        """A paragraph behind the word for its severity, which is in colour."""
        kind, margin = _KINDS[severity], " " * indent
        word = f"{self.mark(kind)} {self.plain(SEVERITY_WORD[severity])}"
        first, *more = self.wrap(joined((word, text), "  "), margin, f"{margin}  ")
        self.lines.append(first.replace(word, self.paint(word, kind), 1))
        self.lines.extend(more)

    def heading(self, text: str) -> None:
        """The title of a part."""
        if self.lines and self.lines[-1]:
            self.lines.append("")
        self.lines.extend(self.paint(line, "head") for line in self.wrap(text))

    def say(self, text: str, indent: int = 0) -> None:
        """A paragraph."""
        pad = " " * indent
        self.lines.extend(self.wrap(text, pad, pad))

    def labelled(self, label: str, text: str, width: int = 11) -> None:
        """A paragraph with its label hanging in front."""
        head = f"  {self.plain(label)}: "
        if self.width >= HANGING_FROM:
            head = head.ljust(width + 2)
        more = len(head) if self.width >= HANGING_FROM else 4
        self.lines.extend(self.wrap(text, head, " " * more))

    def bullets(self, texts: Iterable[str], sign: str = "-", indent: int = 2) -> None:
        """One paragraph each."""
        pad = " " * indent
        for text in texts:
            self.lines.extend(self.wrap(text, f"{pad}{sign} ", f"{pad}  "))

    def verbatim(self, lines: Iterable[str], indent: int = _INDENT) -> None:
        """Lines to be copied, as they are; never wrapped."""
        self.lines.extend(f"{' ' * indent}{self.plain(line)}".rstrip() for line in lines)

    @property
    def room(self) -> int:
        """Columns that `verbatim` leaves."""
        return self.width - _INDENT

    def blank(self) -> None:
        """An empty line."""
        self.lines.append("")
