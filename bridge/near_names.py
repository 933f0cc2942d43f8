"""What was probably meant by a name that there is none of."""

from __future__ import annotations

from collections.abc import Iterable

from analyzers.language import phrase


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like this one, if any does."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """It as a sentence, after the one that says no; empty where no known name looks like this one."""
    close = nearest(name, known)
    return phrase(" Did you mean {name}?", name=close) if close is not None else ""
