"""Rival causes: where a conclusion is not certain, what speaks for and against each that it could be.

For every finding about a domain whose confidence is below certain, and for every sign that nothing
explains: its possible causes (`rival_causes.py`), each with what was seen for it and against it, and the
cheapest observation that would decide between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from analyzers.domains import MappedDomain
from analyzers.facts import Facts
from analyzers.findings import Finding, Reference
from analyzers.language import Phrase, phrase
from analyzers.network import Network
from analyzers.rival_causes import RIVALS, SIGNS, Cause, Look, RivalCase, filled

Standing = Literal["supported", "open", "refuted"]
STANDING_WORD: Mapping[Standing, Phrase] = {
    "supported": phrase("supported"),
    "open": phrase("open"),
    "refuted": phrase("refuted"),
}
_ORDER = {"supported": 0, "open": 1, "refuted": 2}


@dataclass(frozen=True, slots=True)
class Rival:
    """One of the possible causes."""

    cause: str
    standing: Standing
    supports: tuple[str, ...]
    """What was seen that speaks for it."""
    refutes: tuple[str, ...]
    """What was seen that speaks against it."""
    would_refute: tuple[str, ...]
    """What would speak against it, if it were seen."""
    next_look: str | None
    """The cheapest observation about it that nobody has made yet."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The possible causes of one finding, the likeliest first."""

    finding: Reference
    rivals: tuple[Rival, ...]
    next_look: str | None
    """The cheapest observation that would decide most."""


def rivals_of(
    findings: Iterable[Finding], facts: Facts, domain: MappedDomain | None
) -> tuple[Rivals, ...]:
    """The rival causes of those findings that leave a doubt."""
    network = facts.of(Network)
    if not isinstance(network, Network):
        return ()
    case = RivalCase(facts, network, domain)
    return tuple(_of(f, case) for f in findings if _in_doubt(f))


def _in_doubt(finding: Finding) -> bool:
    if finding.caused_by is not None or finding.severity == "info":
        return False
    return finding.confidence != "certain" or finding.code in SIGNS


def _of(finding: Finding, case: RivalCase) -> Rivals:
    causes = RIVALS.get(finding.code)
    if causes is None:
        return Rivals(
            finding.reference, (_itself(finding),), f"closte-doctor explain {finding.code}"
        )
    weighed = [_weighed(cause, case) for cause in causes]
    ordered = sorted(weighed, key=lambda pair: _ORDER[pair[0].standing])
    open_looks = [
        look for rival, look in ordered if look is not None and rival.standing != "refuted"
    ]
    cheapest = min(open_looks, key=lambda look: look.cost, default=None)
    return Rivals(
        finding.reference,
        tuple(rival for rival, _ in ordered),
        filled(cheapest.how, case) if cheapest else None,
    )


def _itself(finding: Finding) -> Rival:
    """A finding that no table speaks of: what it rests on itself."""
    return Rival(
        finding.title,
        "supported",
        tuple(c.excerpt for c in finding.evidence[:3]),
        (),
        (),
        None,
    )


def _weighed(cause: Cause, case: RivalCase) -> tuple[Rival, Look | None]:
    supports, refutes, would, looks = [], [], [], []
    for clue in cause.clues:
        seen = clue.test(case)
        if seen is True:
            supports.append(clue.if_so)
        elif seen is False:
            refutes.append(clue.if_not)
        else:
            looks.append(clue.look)
            would.extend([clue.if_not] if clue.if_not else [])
    standing: Standing = "refuted" if refutes else "supported" if supports else "open"
    look = min(looks, key=lambda one: one.cost, default=None)
    return (
        Rival(
            cause.says,
            standing,
            tuple(supports),
            tuple(refutes),
            tuple(would),
            filled(look.how, case) if look else None,
        ),
        look,
    )
