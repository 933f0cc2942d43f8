"""Finding the template that made a message: a dictionary on the first bytes, then plain searches.

No regular expression runs per record: it would cost five times as much (PERFORMANCE G6). Works on the
bytes of the log; only what is cited is ever decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzers.messages import Template

_KEY = 4
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Found:
    """A message with the template that made it."""

    event: str
    spans: tuple[tuple[str, int, int], ...]
    """Field name, begin and end in the message."""

    def field(self, message: bytes, name: str) -> bytes | None:
        """The bytes of one field, or None where the message has no such field."""
        for field, begin, end in self.spans:
            if field == name:
                return message[begin:end]
        return None

    def fields(self, message: bytes) -> Mapping[str, bytes]:
        """All fields, as they stand in the message."""
        return {name: message[begin:end] for name, begin, end in self.spans}


@dataclass(frozen=True, slots=True)
class _Entry:
    event: str
    head: bytes
    inner: tuple[bytes, ...]
    tail: bytes
    fields: tuple[str, ...]
    numeric: tuple[bool, ...]


class Matcher:
    """The templates of one log, ready to be asked."""

    def __init__(self, templates: Iterable[tuple[str, Template]]) -> None:
        entries = [_entry(event, template) for event, template in templates]
        entries.sort(key=_weight, reverse=True)
        self._whole: dict[bytes, Found] = {}
        self._by_start: dict[bytes, list[_Entry]] = {}
        self._others: list[_Entry] = []
        for entry in entries:
            if not entry.fields:
                self._whole.setdefault(entry.head, Found(entry.event, ()))
                continue
            if _may_end_empty(entry):
                # an editor that trims lines takes the space in front of an empty last field
                end = len(entry.head)
                empty = Found(entry.event, ((entry.fields[0], end, end),))
                self._whole.setdefault(entry.head.rstrip(), empty)
            if len(entry.head) < _KEY:
                self._others.append(entry)
            else:
                self._by_start.setdefault(entry.head[:_KEY], []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._whole or self._by_start or self._others)

    def match(self, message: bytes) -> Found | None:
        """Which template made this message, line ends at its end left aside.

        Where the whole is no known message its first line may be: what follows is then text that
        something else wrote into the file.
        """
        message = message.rstrip(_LINE_ENDS)
        found = self._match(message)
        if found is None:
            first_end = message.find(b"\n")
            if first_end > 0:
                found = self._match(message[:first_end].rstrip(b"\r"))
        return found

    def _match(self, message: bytes) -> Found | None:
        whole = self._whole.get(message)
        if whole is not None:
            return whole
        for entry in self._by_start.get(message[:_KEY], ()):
            found = _matched(entry, message)
            if found is not None:
                return found
        for entry in self._others:
            found = _matched(entry, message)
            if found is not None:
                return found
        return None


def _entry(event: str, template: Template) -> _Entry:
    literals = [literal.encode() for literal in template.literals]
    return _Entry(
        event,
        literals[0],
        tuple(literals[1:-1]),
        literals[-1] if template.fields else b"",
        template.fields,
        tuple(name in template.numeric for name in template.fields),
    )


def _may_end_empty(entry: _Entry) -> bool:
    return len(entry.fields) == 1 and not entry.tail and entry.head.endswith(b": ")


def _weight(entry: _Entry) -> int:
    """Templates with more literal text are asked first: they say more."""
    return len(entry.head) + sum(map(len, entry.inner)) + len(entry.tail)


def _matched(entry: _Entry, message: bytes) -> Found | None:
    if not message.startswith(entry.head) or not message.endswith(entry.tail):
        return None
    begin = len(entry.head)
    last = len(message) - len(entry.tail)
    spans: list[tuple[str, int, int]] = []
    for index, literal in enumerate(entry.inner):
        end = message.find(literal, begin, last)
        if end < 0 or (entry.numeric[index] and not _is_number(message[begin:end])):
            return None
        spans.append((entry.fields[index], begin, end))
        begin = end + len(literal)
    if begin > last or (entry.numeric[-1] and not _is_number(message[begin:last])):
        return None
    spans.append((entry.fields[-1], begin, last))
    return Found(entry.event, tuple(spans))


def _is_number(text: bytes) -> bool:
    """What PHP's `%d` prints."""
    return text.isdigit() or (text[:1] == b"-" and text[1:].isdigit())
