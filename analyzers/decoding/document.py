"""The one JSON array or object in a file, and the text that stood around it.

A host prints banners, notices and byte order marks around what a command prints (DOMAIN 5.5), so the
document is looked for, not assumed. Kept out: what the document means.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Why = Literal["empty", "not JSON", "not UTF-8", "not a list", "not an object"]

MOST_NESTING = 100
"""Levels of arrays and objects. No evidence has more than six; a parser's stack is not infinite."""
_MOST_CANDIDATES = 5_000
_LONGEST_INTEGER = 19
"""Digits: what MariaDB's BIGINT holds. A longer number stays text, and its field is malformed."""
_BRACKET = re.compile(r"[\[{]")
_DOCUMENT_START = re.compile(r'\[\s*\{\s*"|\{\s*"[^"\n]{0,200}"\s*:')
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded document."""

    value: object
    before: str = ""
    after: str = ""
    """What stood in front of it and behind it, white space alone not counted."""

    @property
    def noise(self) -> str:
        """The text around the document, in one piece."""
        return "\n".join(part.strip() for part in (self.before, self.after) if part)


Top = type | tuple[type, ...]
"""What the top level of a document must be: list, dict, or either."""


def document(content: bytes, wanted: Top, *, null: bool = False) -> Document | Why:
    """The document in a file, or why there is none. `null`: a lone null is one as well."""
    text, mark = _decoded(content)
    if not text.strip("\0 \t\r\n"):
        return "empty"
    whole = _whole(text)
    if whole is not _NOTHING:
        return _checked(Document(whole, mark), wanted, null)
    found = _embedded(text, wanted)
    if isinstance(found, str):
        return found
    start, end, value = found
    if not _encodable(text[start:end]):
        return "not UTF-8"
    before, after = (_kept(part) for part in (text[:start], text[end:]))
    return _checked(Document(value, mark + before, after), wanted, null)


def written(value: object) -> bytes:
    """A document as we write it: one element of a list a line, so that a person can read it."""
    if isinstance(value, list) and value:
        lines = ",\n".join(json.dumps(element, ensure_ascii=False) for element in value)
        text = f"[\n{lines}\n]\n"
    else:
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, from a \ud83d alone
        return json.dumps(value, indent=1).encode() + b"\n"


_NOTHING = object()


class _Refused(ValueError):
    """JSON that Python would take and RFC 8259 does not."""


def _refused(word: str) -> object:
    raise _Refused(word)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _LONGEST_INTEGER else digits


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


_DECODER = json.JSONDecoder(parse_constant=_refused, parse_int=_integer, parse_float=_real)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the byte order mark in front of it. PowerShell's `>` writes UTF-16."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[2:].decode(encoding), "\ufeff"
            except UnicodeDecodeError:
                break
    text = content.decode("utf-8", "surrogateescape")
    return (text[1:], "\ufeff") if text.startswith("\ufeff") else (text, "")


def _whole(text: str) -> object:
    if not _encodable(text):
        return _NOTHING
    try:
        value, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip(" \t\r\n")))
    except (ValueError, RecursionError):
        return _NOTHING
    return _NOTHING if text[end:].strip(" \t\r\n") else value


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _embedded(text: str, wanted: Top) -> tuple[int, int, object] | Why:
    """Start, end and value of the longest document of the wanted type in a text.

    Where something that is plainly the document does not parse, the file is damaged: a list inside it
    must not be taken for it.
    """
    best: tuple[int, int, object] | None = None
    other = False
    for start, end, value in _candidates(text):
        if value is _NOTHING:
            if best is None or not best[2]:
                return "not JSON"
        elif not isinstance(value, wanted):
            other = True
        elif best is None or _size(value) > _size(best[2]):
            best = start, end, value
    if best is not None:
        return best
    if not other:
        return "not JSON"
    return _other(wanted)


def _size(value: object) -> int:
    """How much a document says, however it was laid out."""
    try:
        return len(json.dumps(value, separators=(",", ":")))
    except RecursionError:
        return 0


def _other(wanted: Top) -> Why:
    return "not a list" if wanted is list else "not an object"


def _candidates(text: str) -> Iterator[tuple[int, int, object]]:
    position = 0
    for _ in range(_MOST_CANDIDATES):
        bracket = _BRACKET.search(text, position)
        if bracket is None:
            return
        start = bracket.start()
        try:
            value, position = _DECODER.raw_decode(text, start)
            yield start, position, value
        except (ValueError, RecursionError):
            if _DOCUMENT_START.match(text, start):
                yield start, len(text), _NOTHING
            position = start + 1


def _kept(part: str) -> str:
    if not part.strip(" \t\r\n\0"):
        return ""
    return part.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _checked(found: Document, wanted: Top, null: bool) -> Document | Why:
    value = found.value
    if value is None and null:
        return found
    if not isinstance(value, wanted):
        return _other(wanted)
    return "not JSON" if _too_deep(value) else found


def _too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MOST_NESTING):
        below: list[object] = []
        for container in level:
            elements = container.values() if isinstance(container, dict) else container
            below.extend(e for e in elements if isinstance(e, dict | list))  # type: ignore[attr-defined]
        if not below:
            return False
        level = below
    return True
