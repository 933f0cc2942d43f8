"""Indented JSON, as `json.dumps(value, indent=1)` writes it, piece by piece.

Python's own keeps every brace and comma as a piece until the end: of 50,000 findings nine million, which
took half a gigabyte, and twice the time of this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring_ascii as quoted

LINE = "\n"


def document(members: Iterable[tuple[str, object]]) -> Iterator[str]:
    """An object as a document. The elements of a member that is an iterator are made and written one after
    the other, so that not all of them are there at once."""
    line = f"{LINE} "
    before = "{"
    for name, value in members:
        yield f"{before}{line}{quoted(name)}: "
        yield from (
            _elements(value, line) if isinstance(value, Iterator) else (indented(value, line),)
        )
        before = ","
    yield f"{LINE}}}{LINE}" if before == "," else f"{{}}{LINE}"


def _elements(values: Iterator[object], line: str) -> Iterator[str]:
    inner = f"{line} "
    before = "["
    for value in values:
        yield f"{before}{inner}{indented(value, inner)}"
        before = ","
    yield f"{line}]" if before == "," else "[]"


def indented(value: object, line: str = LINE) -> str:
    """One value, in ASCII. `line`: a line end, and how far it is indented already."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        inner = f"{line} "
        members = [f"{inner}{quoted(name)}: {indented(one, inner)}" for name, one in value.items()]
        return f"{{{','.join(members)}{line}}}" if members else "{}"
    if isinstance(value, list | tuple):
        inner = f"{line} "
        elements = [f"{inner}{indented(one, inner)}" for one in value]
        return f"[{','.join(elements)}{line}]" if elements else "[]"
    return json.dumps(value)
