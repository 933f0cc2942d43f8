"""What if: the same evidence with a few facts changed, for the same diagnosis to be made of it.

An assumption is `NAME=VALUE` as typed for `--what-if`; what it does to the evidence stands in
`assumptions.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from analyzers.assumptions import MADE, SAYS, Assumption, CannotAssume, Evidence
from analyzers.check_window import LONGEST_SECONDS, SHORTEST_SECONDS
from analyzers.domains import MappedDomains
from analyzers.facts import Facts
from analyzers.findings import Diagnosis
from analyzers.forecast import forecast, past_issuances
from analyzers.instants import iso
from analyzers.language import both, joined, phrase, plural
from analyzers.names import canonical, displayed
from analyzers.network import Network
from analyzers.provisioning import Provisioning
from analyzers.snapshot import Snapshot

__all__ = ["Assumption", "CannotAssume", "assume", "hypothetical", "parse"]

_MOST_FORECASTS = 20
_PER_DOMAIN = frozenset({"dns", "alias", "certificate", "recheck"})
KNOWN = phrase(
    "{facts}; {names} take a domain: {example}",
    facts="check-interval=SECONDS, dns=fixed, alias=added, key=fixed, module=enabled, module=disabled, "
    "cron=running, certificate=issued, recheck=now",
    names=both(("dns", "alias", "certificate", "recheck")),
    example="dns=fixed:NAME",
)


def parse(text: str) -> Assumption:
    """`NAME=VALUE` or `NAME=VALUE:DOMAIN`. Raises CannotAssume for what nobody knows."""
    name, equals, rest = text.strip().partition("=")
    value, colon, domain = rest.partition(":")
    name, value = name.strip().lower(), value.strip().lower()
    if name == "check-interval" and equals and value.isascii() and value.isdigit() and not colon:
        return Assumption(name, str(_clamped(int(value[:9]))), None)
    if not equals or (name, value) not in SAYS or (colon and name not in _PER_DOMAIN):
        raise CannotAssume(
            phrase(
                "--what-if {text} is nothing that can be assumed. There are: {known}.",
                text=repr(text),
                known=KNOWN,
            )
        )
    if colon and not domain.strip():
        raise CannotAssume(
            phrase("--what-if {text} names no domain after the colon.", text=repr(text))
        )
    return Assumption(name, value, canonical(domain.strip()) if colon else None)


def _clamped(seconds: int) -> int:
    return max(SHORTEST_SECONDS, min(LONGEST_SECONDS, seconds))


def assume(snapshot: Snapshot, assumptions: Iterable[Assumption]) -> Snapshot:
    """The snapshot with every assumption made, in their order. Raises CannotAssume where the evidence
    that it would change is not there."""
    observed: Evidence = snapshot.observed
    for assumption in assumptions:
        observed = MADE[assumption.name](observed, assumption)
    return replace(snapshot, observed=observed)


def hypothetical(
    diagnosis: Diagnosis,
    snapshot: Snapshot,
    assumptions: Sequence[Assumption],
    given: Mapping[type, object] | None = None,
) -> Diagnosis:
    """A diagnosis of assumed facts that says so, with where each unfinished domain would end."""
    said = (phrase("Assumed: {what}.", what=a.says) for a in assumptions)
    warning = phrase(
        "Hypothetical: this is no diagnosis of the network as it is. Assumed: {what}.",
        what=joined((a.says for a in assumptions), "; "),
    )
    ends = _forecasts(diagnosis, Facts({**snapshot.observed, **(given or {})}))
    told = diagnosis.language.of
    return replace(
        diagnosis,
        assumed=tuple(map(told, said)),
        notes=(told(warning), *map(told, ends), *diagnosis.notes),
    )


def _forecasts(diagnosis: Diagnosis, facts: Facts) -> tuple[str, ...]:
    """One sentence for each domain that is not up."""
    mapped, provisioning, network = (
        facts.of(MappedDomains),
        facts.of(Provisioning),
        facts.of(Network),
    )
    if not (
        isinstance(mapped, MappedDomains)
        and isinstance(provisioning, Provisioning)
        and isinstance(network, Network)
    ):
        return ()
    past = past_issuances(diagnosis.domains, diagnosis.network.domain)
    told = []
    for state in diagnosis.domains:
        domain = mapped.of(state.domain)
        if domain is None or state.state == "up":
            continue
        causes = [f for f in diagnosis.causes() if state.domain in (f.subject.id, *f.affects)]
        end = forecast(domain, provisioning, past, network.now, causes)
        done = phrase(" Earliest done at {at}.", at=iso(end.earliest)) if end.earliest else ""
        told.append(
            phrase(
                "Forecast for {domain}: {says}{done}",
                domain=displayed(state.domain),
                says=end.says,
                done=done,
            )
        )
    left = len(told) - _MOST_FORECASTS
    more = (plural("And {n} more domain.", "And {n} more domains.", left),) if left > 0 else ()
    return (*told[:_MOST_FORECASTS], *more)
