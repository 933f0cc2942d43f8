"""The secrets in a file that cannot be read: cut off, not JSON, or another format of the command.

Nothing is concluded from such a file. What a person can still read in it may stand in other files too, and
is masked there as if it had been read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_NAME = r"[A-Za-z0-9_]{1,200}"
_TEXT = r'"(?P<text>(?:[^"\\]|\\.)*)'
"""A JSON string without its last quote: the file may end in it."""
_SPELT = (
    re.compile(rf'"name"\s*:\s*"(?P<name>{_NAME})"\s*,\s*"value"\s*:\s*{_TEXT}', re.DOTALL),
    re.compile(rf'"(?P<name>{_NAME})"\s*:\s*{_TEXT}', re.DOTALL),
)
"""A row of `wp config list --format=json`; a member of the options or of the host's facts."""
_CELLS = re.compile(
    rf"^[| \t]*(?P<name>{_NAME})[ ]*[|\t,](?P<text>[^\n]*?)[|\t,][ ]*(?:constant|variable)", re.M
)
"""A row of `wp config list` as a table, on a pipe, or as CSV."""


def named_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Every name with the text beside it, secret or not."""
    text = content.replace(b"\0", b"").decode("utf-8", "surrogateescape")  # UTF-16 too
    for spelt in _SPELT:
        for found in spelt.finditer(text):
            yield found["name"], _unescaped(found["text"])
    for found in _CELLS.finditer(text):
        yield found["name"], found["text"].strip().strip('"')


def _unescaped(text: str) -> str:
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
