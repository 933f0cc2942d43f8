"""Which language a report is in, and its catalogue: `bridge/locales/<language>/LC_MESSAGES/`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzers.language import Language

AUTO = "auto"
SOURCE = "en"
_DOMAIN = "closte-doctor.mo"


def language_of(word: str, environment: Mapping[str, str] | None = None) -> Language:
    """The language that `--lang` names: a code of `languages()`, or `auto` for that of the locale."""
    if word == AUTO:
        word = by_locale(os.environ if environment is None else environment)
    return _loaded(word)


def languages() -> tuple[str, ...]:
    """The languages there are: English, and one for each catalogue."""
    found = (folder.name for folder in _locales().iterdir() if _compiled(folder.name).is_file())
    return (SOURCE, *sorted(found))


def by_locale(environment: Mapping[str, str]) -> str:
    """The language of the locale, English where it has no catalogue.

    As gettext chooses (its manual, 2.3.2 and 2.3.3): the first of LC_ALL, LC_MESSAGES and LANG that is
    set says the locale; unless that is C, LANGUAGE goes before it with a list of its own.
    """
    named = next((environment[n] for n in _VARIABLES if environment.get(n)), "C")
    if named.partition(".")[0] in ("C", "POSIX"):
        return SOURCE
    for wanted in (*environment.get("LANGUAGE", "").split(":"), named):
        code = wanted.partition(".")[0].partition("@")[0].partition("_")[0].lower()
        if code == SOURCE or code in languages():
            return code
    return SOURCE


_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


_spoken = [SOURCE]
"""The newest counts. Of the process, not of a thread: whoever started it is one person."""


def spoken() -> Language:
    """The language in which this run speaks to whoever started it: on stderr, in questions, in `--help`."""
    return _loaded(_spoken[-1])


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak it until this is over."""
    _spoken.append(code)
    try:
        yield
    finally:
        _spoken.pop()


@lru_cache(maxsize=4)
def _loaded(code: str) -> Language:
    from analyzers.language import ENGLISH, Language

    if code == SOURCE:
        return ENGLISH
    from gettext import GNUTranslations

    with _compiled(code).open("rb") as file:
        return Language(code, GNUTranslations(file))


def _locales() -> Path:
    """Beside this file: a wheel is unpacked where it is installed."""
    from pathlib import Path

    return Path(__file__).with_name("locales")


def _compiled(code: str) -> Path:
    return _locales() / code / "LC_MESSAGES" / _DOMAIN
