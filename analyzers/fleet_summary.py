"""What every report of many networks says in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.findings import Diagnosis
from analyzers.fleet import Fleet
from analyzers.language import phrase, plural
from analyzers.summary import shortened

TARGETS_SHOWN = 12
ONE_ALIAS = phrase(
    "Closte serves a domain for one app at a time: at most one of these networks can have it. Delete "
    "the row of the network that it has left."
)


def fleet_headline(fleet: Fleet) -> str:
    """How many networks have how many problems."""
    looked = len(fleet.diagnoses)
    troubled = [d for d in fleet.diagnoses if d.verdict == "findings"]
    if not troubled:
        if fleet.verdict == "clean":
            return plural(
                "No problem found on {n} network; everything was looked at.",
                "No problem found on {n} networks; everything was looked at.",
                looked,
            )
        return plural(
            "No problem found on {n} network, but not everything could be looked at.",
            "No problem found on {n} networks, but not everything could be looked at.",
            looked,
        )
    # Why others could not be observed is said of them, not counted here.
    problems = sum(f.severity != "info" for d in troubled for f in d.causes())
    return plural(
        "{problems} on {troubled} of {n} network; {domains}.",
        "{problems} on {troubled} of {n} networks; {domains}.",
        looked,
        problems=plural("{n} problem", "{n} problems", problems),
        troubled=len(troubled),
        domains=plural("{n} domain affected", "{n} domains affected", fleet.affected()),
    )


def left_out(fleet: Fleet) -> Iterator[str]:
    """What is not in the answer, one sentence each."""
    unseen = [d.target for d in fleet.diagnoses if d.verdict == "unobservable"]
    if unseen:
        yield phrase(
            "Could not be observed at all: {targets}.", targets=shortened(unseen, TARGETS_SHOWN)
        )
    if fleet.not_reached:
        named = shortened(fleet.not_reached, TARGETS_SHOWN)
        yield phrase("Interrupted before these were looked at: {targets}.", targets=named)


def whole(diagnosis: Diagnosis) -> str:
    """The command that tells everything of one network."""
    return f"closte-doctor diagnose {diagnosis.target}"
