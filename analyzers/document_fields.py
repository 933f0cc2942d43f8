"""Reading fields of documents of ours (plans, journals): each wrong one is named by its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from analyzers import instants
from analyzers.language import phrase
from analyzers.steps import Json

T = TypeVar("T", bound=str)


class DocumentError(ValueError):
    """A document is not as it should be; `str()` is a clause that says what and where."""


def parsed_object(text: str | bytes) -> dict[str, object]:
    """The one JSON object in a text of UTF-8, with or without a byte order mark. Raises DocumentError."""
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        found = json.loads(
            plain.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except RecursionError:
        raise DocumentError(phrase("it is nested too deeply")) from None
    except UnicodeDecodeError:
        raise DocumentError(phrase("it is not UTF-8")) from None
    except DocumentError:
        raise
    except ValueError:
        raise DocumentError(phrase("it is not JSON")) from None
    if not isinstance(found, dict):
        raise DocumentError(phrase("it is not a JSON object"))
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Two members of one name have no one meaning (RFC 8259 section 4), and a digest needs one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DocumentError(phrase("a member stands in it twice"))
    return found


def _no_number(name: str) -> object:
    raise DocumentError(phrase("{name} is no JSON number", name=name))


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a document, with its place for complaints."""

    values: Mapping[str, object]
    where: str

    def _wrong(self, name: str, what: str) -> DocumentError:
        template = (
            phrase("{where}: there is no {name} ({what})")
            if name not in self.values
            else phrase("{where}: {name} is not right ({what})")
        )
        return DocumentError(phrase(template, where=self.where, name=name, what=what))

    def text(self, name: str) -> str:
        """A text."""
        found = self.values.get(name)
        if not isinstance(found, str):
            raise self._wrong(name, phrase("a text"))
        return found

    def text_or_none(self, name: str) -> str | None:
        """A text, null, or nothing."""
        return None if self.values.get(name) is None else self.text(name)

    def truth(self, name: str) -> bool:
        """True or false."""
        found = self.values.get(name)
        if not isinstance(found, bool):
            raise self._wrong(name, phrase("true or false"))
        return found

    def instant(self, name: str) -> datetime:
        """An instant."""
        found = self.values.get(name)
        at = instants.parse(found) if isinstance(found, str) else None
        if at is None:
            raise self._wrong(name, phrase("an instant such as 2026-05-04T10:00:00Z"))
        return at

    def one_of(self, name: str, known: Sequence[T]) -> T:
        """A word of a closed list."""
        found = self.text(name)
        for word in known:
            if word == found:
                return word
        raise self._wrong(name, phrase("one of {words}", words=", ".join(known)))

    def texts(self, name: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        found = self.values.get(name, [] if optional else None)
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise self._wrong(name, phrase("a list of texts"))
        return tuple(found)

    def object(self, name: str) -> Mapping[str, Json]:
        """An object of plain values."""
        found = self.values.get(name)
        if not isinstance(found, dict):
            raise self._wrong(name, phrase("an object"))
        return found

    def object_or_none(self, name: str) -> Mapping[str, Json] | None:
        """An object, null, or nothing."""
        return None if self.values.get(name) is None else self.object(name)

    def fields(self, name: str) -> Fields:
        """An object to read on in."""
        return Fields(self.object(name), phrase("{name} of {where}", name=name, where=self.where))

    def list_of_fields(self, name: str) -> tuple[Fields, ...]:
        """A list of objects to read on in."""
        found = self.values.get(name)
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self._wrong(name, phrase("a list of objects"))
        return tuple(Fields(item, f"{name}[{place}]") for place, item in enumerate(found))


def fields_of(values: Mapping[str, object], where: str) -> Fields:
    """The fields of an object."""
    return Fields(values, where)
