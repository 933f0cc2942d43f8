"""Foreign text put into a format that gives some characters a meaning: Markdown, CSV.

Each function makes the text printable first (`printable`): what comes out is one line without control
characters, and means in its format nothing but itself.
"""

from __future__ import annotations

import re

from analyzers.printable import printable

_MARKDOWN = re.compile(
    r"[\\`*\[\]|~]"  # code, emphasis, links, cells, strikethrough, wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # no emphasis begins or ends inside a word (CommonMark 0.31, 6.2)
    r"|#(?=#*\s*$)"  # what would close a heading
)
_LINE_BEGINS = re.compile(r"^\s*(?:\d{1,9}(?=[.)](?:\s|$))|(?=[#+>=-]))")
"""In front of what makes a list, a heading, a quotation or a rule of a line."""
_ENTITY = re.compile(r"&(?=#?\w+;)")
_FORMULA = frozenset("=+-@|%\u2212\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def markdown_text(text: str) -> str:
    """Text in a Markdown paragraph or table cell: no emphasis, link, heading, HTML or cell border.

    No more than that is escaped: a ticket system may show the text as it is written.
    """
    escaped = _ENTITY.sub("&amp;", printable(text)).replace("<", "&lt;")
    escaped = _MARKDOWN.sub(r"\\\g<0>", escaped)
    return _LINE_BEGINS.sub(r"\g<0>\\", escaped)


def markdown_code(text: str) -> str:
    """Text as a Markdown code span, outside of tables (inside of one a pipe would end the cell).

    The fence is longer than the longest run of backticks inside (CommonMark 0.31, section 6.1).
    """
    shown = printable(text)
    if not shown.strip():
        return "` `" if not shown else f"`{shown}`"
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def csv_cell(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula: an apostrophe goes in front of such text.

    A plain number stays a number. Quoting is left to the `csv` module.
    """
    shown = printable(text)
    begin = shown.lstrip()[:1]
    if (begin in _FORMULA or text[:1] in ("\t", "\r", "\n")) and not _NUMBER.fullmatch(shown):
        return f"'{shown}"
    return shown
