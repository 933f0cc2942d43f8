"""PHP's serialize(), arrays and scalars of it: what the options table holds.

Objects, references and custom payloads are refused: nothing of the plugin's is stored as one, and a
reader that knows no classes cannot be made to build any. Lengths are in bytes, as PHP counts.
"""

from __future__ import annotations

import re

_SCALAR = re.compile(rb"([bid]):([^;]{1,40});|N;")
_TEXT = re.compile(rb's:(\d{1,9}):"')
_ARRAY = re.compile(rb"a:(\d{1,7}):\{")
_MOST_NESTING = 50


def unserialized(text: str) -> object | None:
    """The value, arrays as dicts with keys of text; None for what is not wholly understood."""
    content = text.encode("utf-8", "surrogatepass")
    try:
        value, end = _value(content, 0, 0)
    except (ValueError, IndexError):
        return None
    return value if end == len(content) else None


def _value(content: bytes, at: int, depth: int) -> tuple[object, int]:
    if (found := _SCALAR.match(content, at)) is not None:
        return _scalar(found[1], found[2]), found.end()
    if (found := _TEXT.match(content, at)) is not None:
        return _text(content, found.end(), int(found[1]))
    found = _ARRAY.match(content, at)
    if found is None or depth > _MOST_NESTING:
        raise ValueError("neither scalar nor array")
    array: dict[str, object] = {}
    at = found.end()
    for _ in range(int(found[1])):
        key, at = _value(content, at, depth + 1)
        array[str(key)], at = _value(content, at, depth + 1)
    if content[at : at + 1] != b"}":
        raise ValueError("array is longer than it says")
    return array, at + 1


def _scalar(kind: bytes | None, digits: bytes | None) -> object:
    if kind is None or digits is None:
        return None
    if kind == b"b":
        return digits == b"1"
    if kind == b"i":
        return int(digits)
    number = float(digits)
    return number if abs(number) < float("inf") else digits.decode()


def _text(content: bytes, start: int, length: int) -> tuple[str, int]:
    end = start + length
    if content[end : end + 2] != b'";':
        raise ValueError("text is longer or shorter than it says")
    return content[start:end].decode("utf-8", "replace"), end + 2
