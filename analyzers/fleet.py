"""Many networks side by side: what each diagnosis comes to, and what only the whole shows.

Two things are seen by nobody who looks at one network alone: one fault in many places, and one domain
mapped on two networks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from analyzers.findings import SEVERITY_ORDER, Diagnosis, DomainState, Severity, Verdict
from analyzers.language import ENGLISH, Language
from analyzers.layers import LAYERS
from analyzers.model import model

SCHEMA = 1
_WORST_FIRST: tuple[Verdict, ...] = ("findings", "unobservable", "clean-incomplete", "clean")
_COPY = "host.staging-clone"


@dataclass(frozen=True, slots=True)
class SharedCause:
    """One code that is a cause on several networks."""

    code: str
    severity: Severity
    """The worst that it has anywhere."""
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedDomain:
    """One domain that is mapped on several networks: at most one of them can have its alias."""

    domain: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerCount:
    """How many domains of a network have a problem in one layer, or were not seen there."""

    layer: str
    problems: int
    unseen: int
    of: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """The answer of `fleet`; every format is made of this."""

    tool: str
    fail_on: str
    diagnoses: tuple[Diagnosis, ...]
    """In the order in which the targets were named; each with a target of its own."""
    not_reached: tuple[str, ...] = ()
    """Targets that were still to be looked at when Ctrl-C was pressed."""
    language: Language = ENGLISH

    @property
    def verdict(self) -> Verdict:
        """The worst that any of them has; without any, nothing was observed."""
        found = {d.verdict for d in self.diagnoses}
        if self.not_reached:
            found.add("unobservable")
        return next((v for v in _WORST_FIRST if v in found), "unobservable")

    def troubled(self) -> tuple[Diagnosis, ...]:
        """Those with a problem, or that could not be observed."""
        return tuple(d for d in self.diagnoses if d.verdict in ("findings", "unobservable"))

    def problems(self) -> int:
        """Causes at warning or above, on all networks."""
        return sum(f.severity != "info" for d in self.diagnoses for f in d.causes())

    def affected(self) -> int:
        """Domains that a problem hurts, on all networks."""
        return sum(
            len({name for f in d.causes() if f.severity != "info" for name in f.affects})
            for d in self.diagnoses
        )

    def shared_causes(self) -> tuple[SharedCause, ...]:
        """Codes at warning or above that are a cause on two networks or more, the widest first."""
        where: dict[str, dict[str, None]] = {}
        worst: dict[str, Severity] = {}
        for diagnosis in self.diagnoses:
            for finding in diagnosis.causes():
                if finding.severity != "info":
                    code, before = finding.code, worst.get(finding.code, "info")
                    where.setdefault(code, {})[diagnosis.target] = None
                    worst[code] = min(before, finding.severity, key=SEVERITY_ORDER.__getitem__)
        found = [SharedCause(c, worst[c], tuple(ts)) for c, ts in where.items() if len(ts) > 1]
        return tuple(
            sorted(found, key=lambda s: (-len(s.targets), SEVERITY_ORDER[s.severity], s.code))
        )

    def shared_domains(self) -> tuple[SharedDomain, ...]:
        """Domains with a mapping row on two networks or more. A staging clone's rows are a copy."""
        where: dict[str, list[Diagnosis]] = {}
        for diagnosis in self.diagnoses:
            if any(f.code == _COPY for f in diagnosis.findings):
                continue
            for name in dict.fromkeys(d.domain for d in diagnosis.domains):
                where.setdefault(name, []).append(diagnosis)
        return tuple(
            SharedDomain(name, tuple(d.target for d in found))
            for name, found in sorted(where.items())
            if len({_network(d) for d in found}) > 1
        )


def _network(diagnosis: Diagnosis) -> tuple[str, str]:
    """Which network it is: one that two targets name is still one."""
    return diagnosis.network.app_id or "", diagnosis.network.domain


def named_apart(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The same, where two have one target's name with the later ones numbered: `prod (2)`."""
    seen: Counter[str] = Counter()
    found = []
    for diagnosis in diagnoses:
        seen[diagnosis.target] += 1
        number = seen[diagnosis.target]
        name = diagnosis.target if number == 1 else f"{diagnosis.target} ({number})"
        found.append(replace(diagnosis, target=name))
    return tuple(found)


def layer_counts(domains: Iterable[DomainState]) -> tuple[LayerCount, ...]:
    """One count per layer, in their order."""
    states = [{layer.layer: layer.state for layer in d.layers} for d in domains]
    return tuple(
        LayerCount(
            layer,
            sum(s.get(layer) == "problem" for s in states),
            sum(s.get(layer, "unseen") == "unseen" for s in states),
            len(states),
        )
        for layer in LAYERS
    )


def severities(diagnosis: Diagnosis) -> Mapping[Severity, int]:
    """Severity → how many causes."""
    return Counter(f.severity for f in diagnosis.causes())


def fleet_model(fleet: Fleet) -> dict[str, object]:
    """The fleet as plain values: each target's diagnosis as `diagnose` gives it, and the whole."""
    verdicts = Counter(d.verdict for d in fleet.diagnoses)
    return {
        "schema": SCHEMA,
        "tool": fleet.tool,
        "verdict": fleet.verdict,
        "fail_on": fleet.fail_on,
        "summary": {
            "targets": len(fleet.diagnoses) + len(fleet.not_reached),
            "verdicts": {v: verdicts[v] for v in _WORST_FIRST},
            "problems": fleet.problems(),
            "affected_domains": fleet.affected(),
        },
        "shared_causes": [
            {"code": s.code, "severity": s.severity, "targets": list(s.targets)}
            for s in fleet.shared_causes()
        ],
        "shared_domains": [
            {"domain": s.domain, "targets": list(s.targets)} for s in fleet.shared_domains()
        ],
        "not_reached": list(fleet.not_reached),
        "targets": [model(diagnosis) for diagnosis in fleet.diagnoses],
    }
