"""The language in which a diagnosis is told: a value that goes in, as the clock does.

English is the language of the source: a text of ours is its own key in every catalogue. A rule's text
is a template anyway, and the engine translates it before filling it. Every other text is made with
`phrase` or `plural`: an English `str` that remembers what it was made of, so that whoever writes it for
a reader can have it in theirs (`Language.of`). Text of a host, a log or an API is a plain `str` and
stays as it is. Why so: docs/decisions/0008-a-text-of-ours-is-its-own-key.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from string import Formatter
from typing import Protocol


class Catalogue(Protocol):
    """What is asked of translations; `gettext.GNUTranslations` has it."""

    def gettext(self, message: str, /) -> str:
        """The message in this language, or as it is."""

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form of the message for this number, by the rules of the language."""


class _Source:
    """The catalogue of English: every message is its own translation."""

    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        return one if n == 1 else many


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code (`en`, `pl`), with its catalogue."""

    code: str
    catalogue: Catalogue = field(default_factory=_Source, compare=False, repr=False)

    def of(self, text: str) -> str:
        """A phrase in this language; any other text as it is."""
        if not isinstance(text, Phrase):
            return text
        return str(text) if isinstance(self.catalogue, _Source) else text.tell(self)

    def say(self, template: str, /, **values: object) -> str:
        """The template in this language, filled."""
        return self.of(phrase(template, **values))

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form for `n` in this language, filled; `{n}` is the number."""
        return self.of(plural(one, many, n, **values))


ENGLISH = Language("en")


class Phrase(str):
    """An English text that can be told in another language as well."""

    __slots__ = ("tell",)
    tell: Callable[[Language], str]

    def __new__(cls, tell: Callable[[Language], str]) -> Phrase:
        """`tell`: the text in a language, filled."""
        made = super().__new__(cls, tell(ENGLISH))
        made.tell = tell
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """What is stored or sent elsewhere is the English text alone."""
        return str, (str(self),)

    def __copy__(self) -> Phrase:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: object) -> Phrase:
        """Itself: it never changes."""
        return self


def phrase(template: str, /, **values: object) -> Phrase:
    """A text of ours; `{names}` are filled from `values`, which may be phrases themselves.

    Without values the template is not filled, so that a table can hold templates.
    """
    message = str(template)
    return Phrase(partial(_told, message, values))


def plural(one: str, many: str, n: int, /, **values: object) -> Phrase:
    """A text with a number in it: `{n}`. Languages have up to six forms of it; English has these two."""
    all_values = {"n": n, **values}
    return Phrase(partial(_counted, str(one), str(many), n, all_values))


def joined(parts: Iterable[str], separator: str = ", ") -> Phrase:
    """Texts one after the other."""
    listed = tuple(parts)
    return Phrase(partial(_joined, listed, separator))


def _joined(parts: tuple[str, ...], separator: str, language: Language) -> str:
    return separator.join([language.of(part) for part in parts])


def both(parts: Iterable[str]) -> Phrase:
    """Texts as a sentence lists them: `a, b and c`."""
    listed = tuple(parts)
    if len(listed) < 2:
        return joined(listed)
    return phrase("{all_but_last} and {last}", all_but_last=joined(listed[:-1]), last=listed[-1])


def either(parts: Iterable[str]) -> Phrase:
    """Texts of which one will do: `a, b or c`."""
    listed = tuple(parts)
    if len(listed) < 2:
        return joined(listed)
    return phrase("{all_but_last} or {last}", all_but_last=joined(listed[:-1]), last=listed[-1])


def some(names: Sequence[str], most: int) -> Phrase:
    """The first names, and how many more there are."""
    shown, more = joined(names[:most]), len(names) - most
    if more <= 0:
        return shown
    return plural("{shown} and {n} more", "{shown} and {n} more", more, shown=shown)


def sentence_of(error: BaseException) -> str:
    """What an exception says. `str()` makes plain English of it; here a phrase is still one."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, str) else str(error)


def told_in(language: Language, value: object) -> object:
    """A JSON value with every phrase in it in this language."""
    if isinstance(value, str):
        return language.of(value)
    if isinstance(value, Mapping):
        return {name: told_in(language, inner) for name, inner in value.items()}
    return [told_in(language, v) for v in value] if isinstance(value, list | tuple) else value


def grouped(value: int) -> Phrase:
    """A whole number with its thousands apart."""
    return Phrase(lambda language: f"{value:,}".replace(",", _separator(language)))


def decimal(value: float) -> Phrase:
    """A number as prose has it: with the mark that the catalogue gives for an example."""
    return Phrase(lambda language: f"{value:g}".replace(".", language.say("0.5")[1:-1]))


def _separator(language: Language) -> str:
    """What stands between thousands, by the catalogue's translation of an example."""
    return language.say("1,234")[1:-3]


def _told(message: str, values: Mapping[str, object], language: Language) -> str:
    return _filled_in(language, language.catalogue.gettext(message), values)


def _counted(one: str, many: str, n: int, values: Mapping[str, object], language: Language) -> str:
    return _filled_in(language, language.catalogue.ngettext(one, many, n), values)


def _filled_in(language: Language, template: str, values: Mapping[str, object]) -> str:
    if not values:
        return template
    told = {
        name: language.of(value) if isinstance(value, str) else str(value)
        for name, value in values.items()
    }
    return filled(template, told)


def filled(template: str, says: Mapping[str, str]) -> str:
    """A text with its `{placeholders}` filled; the values are never read as templates again.

    Raises KeyError where a placeholder has no value: a bug of whoever wrote the template.
    """
    return "".join(
        [
            literal if name is None else f"{literal}{says[name]}"
            for literal, name in parts_of(template)
        ]
    )


@lru_cache(maxsize=4096)
def placeholders(template: str) -> tuple[str, ...]:
    """The names that a template is filled with."""
    return tuple(dict.fromkeys(name for _, name in parts_of(template) if name is not None))


@lru_cache(maxsize=4096)
def parts_of(template: str) -> tuple[tuple[str, str | None], ...]:
    """The literal texts of a template, each with the name of the placeholder behind it."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))
