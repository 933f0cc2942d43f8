"""How Closte's API words its refusals: patterns as data, since Closte never published the texts.

Only `Invalid or empty domain: ` is known to be Closte's own wording (DOMAIN 1.5). The others are
guesses by substring; the user adds what his Closte really says in `closte-doctor.toml`:

    [patterns.api]
    key_rejected = ["klucz .* wygasł"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from analyzers.language import phrase

if TYPE_CHECKING:
    import regex

Meaning = Literal[
    "key_rejected",
    "no_permission",
    "already_exists",
    "invalid_domain",
    "rate_limit",
    "maintenance",
]
MEANINGS: tuple[str, ...] = get_args(Meaning)

MATCH_SECONDS = 0.05
"""A pattern of the user's that takes longer than this on one text does not match it."""
LONGEST_TEXT = 2000
"""Characters of an error text that are looked at."""

DEFAULT_PATTERNS: tuple[tuple[Meaning, str], ...] = (
    ("invalid_domain", r"\b(invalid|empty|bad|malformed|not a valid|missing) (or empty )?domain"),
    (
        "invalid_domain",
        r"\bdomain( name)? (\S+ )?(is|was) (not valid|invalid|empty|required|missing)",
    ),
    ("rate_limit", r"\b(rate.?limit|too many requests|slow down|throttl|quota exceeded)"),
    ("maintenance", r"\b(maintenance|temporarily unavailable|try again later|back soon|overload)"),
    (
        "maintenance",
        r"\b(service unavailable|internal (server )?error|bad gateway|gateway time-?out)",
    ),
    ("no_permission", r"\b(permission|privilege|not (allowed|permitted)|insufficient|scope)"),
    ("no_permission", r"\b(upgrade|plan) (your|to|does not|doesn't|required)"),
    ("key_rejected", r"\b(api|client|access)[ _-]?key\b"),
    (
        "key_rejected",
        r"\b(invalid|wrong|unknown|bad|expired|revoked|missing) (key|token|credential)",
    ),
    ("key_rejected", r"\b(unauthori[sz]ed|not authori[sz]ed|authenticat|authori[sz]ation)"),
    ("already_exists", r"\balready\b"),
    ("already_exists", r"(?<!not )(?<!n't )\bexists?\b"),
    ("already_exists", r"\b(in use|duplicate[ds]?|taken|used by|belongs to|assigned to)\b"),
    ("key_rejected", r"\b(key|auth|login|denied|forbidden)\b"),
)
"""In order of precedence: the first that matches says what a text means (DOMAIN 1.5 heuristics)."""


@dataclass(frozen=True, slots=True)
class ApiWording:
    """What an error text of the API means, by the user's patterns first, then by ours."""

    users: tuple[tuple[Meaning, regex.Pattern[str]], ...]

    @classmethod
    def derive(cls) -> ApiWording:
        """The wording nobody has extended."""
        return cls.extended({})

    @classmethod
    def extended(cls, users: Mapping[str, Sequence[str]]) -> ApiWording:
        """With the user's patterns in front: meaning → regular expressions.

        Raises ValueError in one clear sentence for an unknown meaning or a pattern that is none.
        """
        compiled: list[tuple[Meaning, regex.Pattern[str]]] = []
        for meaning, patterns in users.items():
            if meaning not in MEANINGS:
                raise ValueError(
                    phrase(
                        "[patterns.api] knows no {meaning}; it knows {meanings}",
                        meaning=repr(meaning),
                        meanings=", ".join(MEANINGS),
                    )
                )
            if isinstance(patterns, str) or not isinstance(patterns, Sequence):
                raise ValueError(
                    phrase(
                        "[patterns.api] {meaning} must be a list of regular expressions",
                        meaning=meaning,
                    )
                )
            compiled += [(_meaning(meaning), _compiled(meaning, pattern)) for pattern in patterns]
        return cls(tuple(compiled))

    def meaning(self, text: str, *, domain: str | None = None) -> Meaning | None:
        """What the text says, or None where no pattern knows it.

        `domain`: the name that was asked about; it is taken out first, since a domain may well be
        called `api-key.example`.
        """
        said = text[:LONGEST_TEXT]
        if domain:
            said = said.replace(domain, " ")
        for meaning, pattern in (*self.users, *_ours()):
            try:
                if pattern.search(said, timeout=MATCH_SECONDS):
                    return meaning
            except TimeoutError:
                continue
        return None


def _meaning(name: str) -> Meaning:
    return next(m for m in get_args(Meaning) if m == name)


def _compiled(meaning: str, pattern: object) -> regex.Pattern[str]:
    import regex

    if not isinstance(pattern, str) or not pattern.strip():
        raise ValueError(
            phrase(
                "[patterns.api] {meaning}: {pattern} is no regular expression",
                meaning=meaning,
                pattern=repr(pattern),
            )
        )
    try:
        return regex.compile(pattern, regex.IGNORECASE | regex.UNICODE)
    except regex.error as problem:
        raise ValueError(
            phrase(
                "[patterns.api] {meaning}: {pattern} is no regular expression: {problem}",
                meaning=meaning,
                pattern=repr(pattern),
                problem=problem,
            )
        ) from problem


@cache
def _ours() -> tuple[tuple[Meaning, regex.Pattern[str]], ...]:
    """Compiled when the first refusal is read: where there is none, nothing of this is needed."""
    return tuple((meaning, _compiled(meaning, pattern)) for meaning, pattern in DEFAULT_PATTERNS)
