"""What a rule is: a pure function whose signature is its need.

Each parameter is annotated with a type of evidence (`Tls`), or with a type that says how it is
derived from evidence (a class with a `derive` classmethod, whose own parameters are its needs).
`X` is required: without it the engine answers "skipped, lacking …" for the rule. `X | None` is
optional. A rule yields `Hit`s and, for subjects it could not look at, `Unseen`s.

The first line of its docstring is the title; the parts `Means:`, `Because:` and `Do:` are the page in
docs/findings.md and the text of `explain`. `{name}` in them is filled from `Hit.says`.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from analyzers import evidence
from analyzers.findings import (
    MANUAL,
    Citation,
    Confidence,
    Remedy,
    Severity,
    Subject,
    SubjectKind,
    WaitingOn,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule fired for a subject. What is None here is taken from the rule's own defaults."""

    subject: Subject
    evidence: tuple[Citation, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    """Values for the `{placeholders}` of the rule's text."""
    confidence: Confidence = "certain"
    severity: Severity | None = None
    waiting_on: WaitingOn | None = None
    affects: tuple[str, ...] = ()
    remedy: Remedy | None = None
    because: str | None = None
    """Replaces the rule's `Because:` where this case has another reason. May hold placeholders."""
    do: str | None = None
    """Replaces the rule's `Do:`."""
    facets: frozenset[str] = frozenset()
    """Words by which `causes.py` tells cases of one code apart, e.g. `no-callbacks`, `foreign-address`."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A subject that the rule could not look at, and the files it would have needed."""

    subject: Subject | None
    lacking: tuple[str, ...]


Outcome = Hit | Unseen
Check = Callable[..., Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Need:
    """One parameter of a rule."""

    name: str
    type: type
    optional: bool


@dataclass(frozen=True, slots=True)
class Text:
    """The four parts of a rule's page."""

    title: str
    means: str
    because: str
    do: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A code of CONTRACT section 5 with the function that looks for it."""

    code: str
    severity: Severity
    kind: SubjectKind
    waiting_on: WaitingOn | None
    remedy: Remedy
    check: Check
    needs: tuple[Need, ...]
    text: Text

    @property
    def family(self) -> str:
        """The part of the code before the dot."""
        return self.code.split(".", 1)[0]


_CODE = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*\Z")


def rule(
    code: str,
    severity: Severity,
    kind: SubjectKind,
    *,
    waiting_on: WaitingOn | None = None,
    remedy: Remedy = MANUAL,
) -> Callable[[Check], Rule]:
    """Make a Rule of a function; reject at import what the engine could not run."""
    if not _CODE.match(code):
        raise ValueError(f"not a finding code: {code!r}")

    def make(check: Check) -> Rule:
        return Rule(
            code, severity, kind, waiting_on, remedy, check, needs_of(check), text_of(code, check)
        )

    return make


@cache
def needs_of(function: Callable[..., object]) -> tuple[Need, ...]:
    """The needs in a signature. Raises TypeError for a parameter that is no evidence."""
    plain = inspect.unwrap(getattr(function, "__func__", function))
    code = plain.__code__
    named = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return tuple(_need(function, plain, name) for name in named if name != "cls")


def _need(function: Callable[..., object], plain: types.FunctionType, name: str) -> Need:
    hint, optional = _hint(plain, name)
    if not isinstance(hint, type) or not (
        hint.__module__ == evidence.__name__ or hasattr(hint, "derive")
    ):
        raise TypeError(f"{function.__qualname__}: {name} is no evidence, nor derived from any")
    return Need(name, hint, optional)


def _hint(plain: types.FunctionType, name: str) -> tuple[object, bool]:
    """The type of a parameter, and whether it may be None.

    Annotations are text that names a type of the module, nearly always: looking it up there takes a
    tenth of the time that `typing.get_type_hints` does, which a short run would notice.
    """
    said = plain.__annotations__.get(name)
    word = said.removesuffix(" | None") if isinstance(said, str) else ""
    if word in plain.__globals__:
        return plain.__globals__[word], word != said
    hint = typing.get_type_hints(plain).get(name)
    if isinstance(hint, types.UnionType) and type(None) in typing.get_args(hint):
        return next(a for a in typing.get_args(hint) if a is not type(None)), True
    return hint, False


def text_of(code: str, check: Callable[..., object]) -> Text:
    """Title, means, because and do out of a docstring. Raises ValueError where one is missing."""
    lines = inspect.cleandoc(check.__doc__ or "").split("\n")
    parts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines[1:]:
        head, colon, rest = line.partition(":")
        if colon and head in ("Means", "Because", "Do"):
            current = parts[head] = [rest.strip()]
        elif current is not None and line.strip():
            current.append(line.strip())
        elif not line.strip():
            current = None
    missing = {"Means", "Because", "Do"} - parts.keys()
    if missing or not lines[0]:
        raise ValueError(f"{code}: the docstring lacks {', '.join(sorted(missing)) or 'a title'}")
    joined = {head: sentence(" ".join(p for p in part if p)) for head, part in parts.items()}
    return Text(lines[0].rstrip("."), joined["Means"], joined["Because"], joined["Do"])


def sentence(text: str) -> str:
    """The text with a capital in front, unless it begins with a name, a file or a placeholder."""
    first = text.split(" ", 1)[0].rstrip(",:")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


__all__ = ["Citation", "Hit", "Need", "Outcome", "Rule", "Text", "Unseen", "needs_of", "rule"]
