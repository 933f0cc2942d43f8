"""A line as people paste it: out of a terminal, a ticket, a mail or grep. Taken apart, and put right.

Kept out: which message it is (`explain_line.py`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPACES = r" \t\u00a0\u202f"
_LEVELS = "EMERGENCY|ALERT|CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG"
_HEADER = re.compile(
    rf"\[?(\d{{4}}-\d\d-\d\d)[T{_SPACES}](\d\d:\d\d:\d\d)Z?\]?"
    rf"(?:[{_SPACES}]+\[?({_LEVELS})\]?:?)?(?:[{_SPACES}]|$)"
    rf"|\A\W*\[({_LEVELS})\](?:[{_SPACES}]|$)",
    re.MULTILINE,
)
"""As the plugin writes it; its brackets, or one half of it, may be lost."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\].*?(?:\x07|\x1b\\)|.)")
_FILE = re.compile(r"(?:\A|[\s/'\"(])([^/\s'\"]+)\.log(?:[.-]\d+)?(?::\d+)?[:-]\s*\Z")
_QUOTES = "\"'`“”„‘’«»"
_MAIL = re.compile(r"^(?:[>|*•]\s?)+(?=\S)")
_BLANK = re.compile(f"[{_SPACES}]+")
_WRAPPED = re.compile(r"\s*\n\s*")
_DASH = re.compile(r"^[–—−]\s")


@dataclass(frozen=True, slots=True)
class PastedLine:
    """What a pasted line says of itself."""

    handle: str
    """The log's name without `.log`, where grep put it in front; else empty."""
    at: str | None
    level: str | None
    text: str
    """The message."""


def taken_apart(line: str) -> PastedLine:
    """Header and message; what stands around the whole is left off."""
    line = _ESCAPES.sub("", line).lstrip("\ufeff\r\n")
    header = _HEADER.search(line)
    if header is None:
        return PastedLine("", None, None, _MAIL.sub("", line.strip()).lstrip())
    before, text = line[: header.start()], line[header.end() :]
    if before.strip() and before.strip()[-1] in _QUOTES:
        text = text.rstrip().rstrip(_QUOTES)
    named = _FILE.search(before)
    at = f"{header[1]} {header[2]}" if header[1] else None
    return PastedLine(named[1] if named else "", at, header[3] or header[4], text)


def readings(text: str) -> Iterator[str]:
    """The message as it stands, then with undone what pasting does to text."""
    yield text
    plain = html.unescape(text).replace("…", "...")
    plain = _DASH.sub("- ", _BLANK.sub(" ", plain))
    yield plain
    bare = plain.strip().strip(_QUOTES).strip()
    yield bare
    yield _WRAPPED.sub(" ", bare)
    if not bare.startswith("-"):
        yield f"- {bare}"  # a list's own dash, taken off with the plugin's
