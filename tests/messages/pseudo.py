"""A language in which every text of a catalogue is in Greek letters: what is left in Latin was never translated."""

from __future__ import annotations

import re

from analyzers.language import Language

_PLACEHOLDER = re.compile(r"\{\w*(?:![rs])?\}|%\(\w+\)[sd]")
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "αβχδεφγηιξκλμνοπθρστυωψζυζΑΒΧΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΨΖΥΖ",
)
_QUOTED = re.compile(
    r"`[^`]*`|https?://\S+|\b[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)+|closte-doctor explain \S+"
)
"""What is a command, an address or a finding code."""
_RUN = re.compile(r"[!-~]+(?: [!-~]+)*")
_PIECES = re.compile(r"; |\"|(?<=[a-z)])\. ")
_ENGLISH = re.compile(
    r"\b(the|a|an|is|are|was|were|be|been|not|no|of|in|on|to|for|and|or|with|by|it|its|that|this|"
    r"from|has|have|had|at|as|but|which|nothing|nobody|value|name|type)\b",
    re.IGNORECASE,
)


class _Greek:
    def gettext(self, message: str, /) -> str:
        parts = _PLACEHOLDER.split(message)
        kept = [*_PLACEHOLDER.findall(message), ""]
        return "".join(p.translate(_LETTERS) + k for p, k in zip(parts, kept, strict=True))

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        return self.gettext(one if n == 1 else many)


GREEK = Language("greek", _Greek())


def left_over(text: str, evidence: str = "") -> list[str]:
    """English phrases in a text told in GREEK; those that are quoted from the evidence do not count."""
    found = []
    runs = (piece for run in _RUN.findall(_QUOTED.sub("", text)) for piece in _PIECES.split(run))
    for piece in runs:
        said = piece.strip(" .,:;()\"'…")
        if _ENGLISH.search(said) and said not in evidence:
            found.append(said)
    return found
