"""Finding the template that made a message: a dictionary on the first bytes, then plain searches.

No regular expression runs per record: it would cost several times as much (PERFORMANCE.md). Works on
the bytes of the log; only what is cited is ever decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from analyzers.messages import Template

_KEY = 4
_LINE_ENDS = b"\r\n"


class Entry(NamedTuple):
    """A template made ready: what must stand where."""

    event: str
    head: bytes
    inner: tuple[bytes, ...]
    tail: bytes
    fields: tuple[str, ...]
    numeric: tuple[bool, ...]


class Found(NamedTuple):
    """A message with the template that made it."""

    entry: Entry
    places: tuple[int, ...]
    """Begin and end of each field in the message, one after another."""

    def field(self, message: bytes, name: str) -> bytes | None:
        """The bytes of one field, or None where the message has no such field."""
        if name not in self.entry.fields:
            return None
        at = 2 * self.entry.fields.index(name)
        return message[self.places[at] : self.places[at + 1]]

    def fields(self, message: bytes) -> Mapping[str, bytes]:
        """All fields, as they stand in the message."""
        ends = iter(self.places)
        return {
            name: message[begin:end]
            for name, begin, end in zip(self.entry.fields, ends, ends, strict=True)
        }


class Matcher:
    """The templates of one log, ready to be asked."""

    def __init__(self, templates: Iterable[tuple[str, Template]]) -> None:
        entries = [_entry(event, template) for event, template in templates]
        entries.sort(key=_weight, reverse=True)
        self._whole: dict[bytes, Found] = {}
        self._by_start: dict[bytes, list[Entry]] = {}
        self._others: list[Entry] = []
        for entry in entries:
            if not entry.fields:
                self._whole.setdefault(entry.head, Found(entry, ()))
                continue
            if len(entry.head) < _KEY:
                self._others.append(entry)
            else:
                self._by_start.setdefault(entry.head[:_KEY], []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._whole or self._by_start or self._others)

    def entries(self) -> list[Entry]:
        """All templates, in the order in which they are asked."""
        whole = [found.entry for found in self._whole.values()]
        return [*whole, *(e for some in self._by_start.values() for e in some), *self._others]

    def match(self, message: bytes) -> Found | None:
        """Which template made this message, line ends at its end left aside.

        Where the whole is no known message its first line may be: what follows is then text that
        something else wrote into the file.
        """
        if message.endswith((b"\n", b"\r")):
            message = message.rstrip(_LINE_ENDS)
        found = self._match_text(message)
        if found is None:
            first_end = message.find(b"\n")
            if first_end > 0:
                found = self._match_text(message[:first_end].rstrip(b"\r"))
        return found

    def _match_text(self, text: bytes) -> Found | None:
        found = self._match(text)
        if found is None and text.endswith(b":"):
            # an editor that trims lines takes the space in front of an empty last field
            found = self._match(text + b" ")
        return found

    def _match(self, message: bytes) -> Found | None:
        whole = self._whole.get(message)
        if whole is not None:
            return whole
        for entry in self._by_start.get(message[:_KEY], ()):
            places = _places(entry, message)
            if places is not None:
                return Found(entry, places)
        for entry in self._others:
            places = _places(entry, message)
            if places is not None:
                return Found(entry, places)
        return None


def _entry(event: str, template: Template) -> Entry:
    literals = [literal.encode() for literal in template.literals]
    return Entry(
        event,
        literals[0],
        tuple(literals[1:-1]),
        literals[-1] if template.fields else b"",
        template.fields,
        tuple(name in template.numeric for name in template.fields),
    )


def _weight(entry: Entry) -> int:
    """Templates with more literal text are asked first: they say more."""
    return len(entry.head) + sum(map(len, entry.inner)) + len(entry.tail)


def _places(entry: Entry, message: bytes) -> tuple[int, ...] | None:
    _, head, inner, tail, _, numeric = entry
    if not message.startswith(head) or not message.endswith(tail):
        return None
    begin = len(head)
    last = len(message) - len(tail)
    places: tuple[int, ...] = ()
    for literal, is_number in zip(inner, numeric, strict=False):
        end = message.find(literal, begin, last)
        if end < 0 or (is_number and not _is_number(message[begin:end])):
            return None
        places += (begin, end)
        begin = end + len(literal)
    if begin > last:
        return None
    if numeric[-1] and not _is_number(message[begin:last]):
        # a name can hold the very text that follows it: only the last such text ends it
        end = message.rfind(inner[-1], begin, last) if inner else -1
        begin = end + len(inner[-1]) if inner else begin
        if end < 0 or numeric[-2] or not _is_number(message[begin:last]):
            return None
        places = (*places[:-1], end)
    return (*places, begin, last)


def _is_number(text: bytes) -> bool:
    """What PHP's `%d` prints."""
    return text.isdigit() or (text[:1] == b"-" and text[1:].isdigit())
