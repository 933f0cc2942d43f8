"""Where the plugin's logs hold the API key, or its first characters: found by the marks that masking left.

The whole text of every file is looked through, not the events that were kept of it: a key can stand
anywhere in a long answer, and in one record of a million.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from analyzers.evidence import KeyTrace
from analyzers.grammar import instant
from analyzers.shape import API_KEY

OWN_PREFIX = 10
"""Characters that the plugin itself writes, 2.4.4 to 2.4.10 (DOMAIN 3.4)."""
_OPEN = b"[redacted:"
_MARK = re.compile(rb"\[redacted:(?:%s(?::first-(?P<shown>\d{1,9}))?|apikey)\]" % API_KEY.encode())
_STAMP = re.compile(rb"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] ")


def key_traces(logs: Mapping[str, bytes]) -> tuple[KeyTrace, ...]:
    """Of each masked log file the newest line with no more than the plugin's own characters, and the
    newest with more."""
    return tuple(trace for name in sorted(logs) for trace in _of_file(name, logs[name]))


def _of_file(name: str, content: bytes) -> Iterator[KeyTrace]:
    found: dict[bool, tuple[int, int | None]] = {}
    counts = {False: 0, True: 0}
    for at, shown in _marks(content):
        more = shown is None or shown > OWN_PREFIX
        found[more] = at, shown
        counts[more] += 1
    for more, (at, shown) in sorted(found.items()):
        begin = content.rfind(b"\n", 0, at) + 1
        stamp = _STAMP.match(content, begin)
        line = content.count(b"\n", 0, at) + 1
        when = instant(stamp[1]) if stamp else None
        yield KeyTrace(name, line, when, shown, counts[more])


def _marks(content: bytes) -> Iterator[tuple[int, int | None]]:
    """Where a mark stands, and how many characters it stands for; None for the whole key."""
    at = content.find(_OPEN)
    while at >= 0:
        if (mark := _MARK.match(content, at)) is not None:
            yield at, int(mark["shown"]) if mark["shown"] else None
        at = content.find(_OPEN, at + len(_OPEN))
