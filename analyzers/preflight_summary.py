"""What the answer of a preflight says, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping

from analyzers.language import Phrase, joined, phrase
from analyzers.preflight import Preflight

KINDS: Mapping[str, str] = {"yes": "good", "no": "bad", "not-yet": "warn", "unknown": "warn"}
"""How the answer is, for a sign and a colour."""
WEIGHTS: Mapping[str, str] = {
    "no": phrase("IN THE WAY"),
    "not-yet": phrase("NOT YET"),
    "unseen": phrase("NOT SEEN"),
    "note": phrase("TO KNOW"),
    "good": phrase("FINE"),
}
"""The heading of the reasons of each weight, in reading order."""
KINDS_OF_WEIGHT: Mapping[str, str] = {
    "no": "bad",
    "not-yet": "warn",
    "unseen": "warn",
    "note": "info",
    "good": "good",
}


def title(found: Preflight) -> Phrase:
    """What is answered."""
    return phrase("Preflight of {name}", name=found.name.shown or found.name.typed)


def who(found: Preflight) -> Phrase:
    """Whose move it is, one after the other."""
    first, *later = found.who
    return joined((first, *(phrase("then {who}", who=who) for who in later)), "; ")
