"""Foreign text put into a format that gives some characters a meaning: Markdown, CSV.

Each function makes the text printable first (`printable`): what comes out is one line without control
characters, and means in its format nothing but itself.
"""

from __future__ import annotations

import re

from analyzers.printable import printable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_FORMULA = frozenset("=+-@|%\u2212\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def markdown_text(text: str) -> str:
    """Text in a Markdown paragraph or table cell: no emphasis, link, heading, HTML or cell border."""
    escaped = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", escaped)


def markdown_code(text: str) -> str:
    """Text as a Markdown code span, also inside a table cell (GFM: a pipe is escaped there too).

    The fence is longer than the longest run of backticks inside (CommonMark 0.31, section 6.1).
    """
    shown = printable(text).replace("|", "\\|")
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


def prometheus_label(value: str) -> str:
    r"""A label's value: backslash, quote and line end have escapes, and are the only ones (0.0.4)."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
