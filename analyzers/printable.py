"""Foreign text made fit to be shown: what a terminal or a reader would not see as text, spelt out.

Logs, DNS answers, API bodies and file names come from strangers. An escape sequence can rewrite the
screen, a bidirectional control can turn a sentence round, a zero-width space can make two names look
alike (Unicode TR 36, CVE-2021-42574). Every renderer sends foreign text through here, once, at the
end: values keep their characters, so that rules compare what the host really has.
"""

from __future__ import annotations

from unicodedata import combining, normalize

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Printable by their category, and shown as nothing (fillers, the empty braille cell)."""


def printable(text: str) -> str:
    """The text in one line, every invisible or controlling character as `\\x1b`, `\\u202e`, `\\n`.

    Letters of every script and the plain space stay. A byte that was no UTF-8 (a surrogate of
    `surrogateescape`) is shown as that byte, `\\xff`.
    """
    if text.isprintable() and (text.isascii() or not _BLANK_LETTERS & set(text)):
        return text
    return "".join(c if c.isprintable() and c not in _BLANK_LETTERS else _spelt(c) for c in text)


def printable_lines(text: str) -> str:
    """The same, but line ends stay line ends: for text of ours that quotes others in places."""
    return "\n".join(printable(line) for line in text.split("\n"))


def shortened(text: str, width: int) -> str:
    """At most `width` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def in_ascii(text: str) -> str:
    """The text for a reader without Unicode: marks and letters by what comes nearest, the rest spelt."""
    told = "".join(_NEAREST.get(c, c) for c in text)
    bare = "".join(c for c in normalize("NFKD", told) if not combining(c))
    return bare.encode("ascii", "backslashreplace").decode("ascii")


_NEAREST = {
    "–": "-",
    "—": "-",
    "…": "...",
    "’": "'",
    "→": "->",
    "·": "-",
    "≥": ">=",
    "≤": "<=",
    "×": "x",
    "“": '"',
    "”": '"',
    "„": '"',
    "‹": "<",
    "›": ">",
    "ł": "l",
    "Ł": "L",
}
"""Letters with a mark of their own lose it by Unicode's decomposition; these have none."""


def _spelt(character: str) -> str:
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
