"""Which findings a step is to silence, and which of them still stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from analyzers.findings import Diagnosis, Finding, Subject
from analyzers.planning.draft import Draft
from analyzers.steps import Json, Step

T = TypeVar("T", Draft, Step)
_WIDE = ("network", "host")


def standing(step: Step, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """The findings that this step is to silence and that still stand in a (later) diagnosis.

    None left: a manual step counts as done, another one as healed. Steps that heal nothing of their own
    (a backup, a wildcard's alias) never have any: for them, as for every act, `rests_on` decides.
    """
    return tuple(f for f in diagnosis.findings if covers_finding(step, f))


def covers_finding(step: Step, finding: Finding) -> bool:
    """Is this step to silence this finding?"""
    return finding.code in step.heals and _is_about(step.subject, step.parameters, finding)


class Cover(Generic[T]):
    """Drafts or steps by the codes that they are to silence, to be asked about many findings."""

    def __init__(self, listed: Iterable[T]) -> None:
        self._own: dict[tuple[str, Subject], T] = {}
        self._wide: dict[str, list[T]] = {}
        for one in listed:
            for code in one.heals:
                self._own.setdefault((code, one.subject), one)
                if one.subject.kind in _WIDE:
                    self._wide.setdefault(code, []).append(one)

    def of(self, finding: Finding) -> bool:
        """Is one of them to silence this finding?"""
        if (finding.code, finding.subject) in self._own:
            return True
        wide = self._wide.get(finding.code, ())
        return any(_is_about(one.subject, one.parameters, finding) for one in wide)


def _is_about(subject: Subject, parameters: object, finding: Finding) -> bool:
    """A step about the network reaches every finding of its codes, unless it names its domains."""
    if subject == finding.subject:
        return True
    if subject.kind not in _WIDE:
        return False
    named = _domains(parameters)
    if finding.subject.kind in _WIDE or named is None:
        return True
    return finding.subject.id in named


def _domains(parameters: object) -> frozenset[Json] | None:
    """The domains that a step about the network is about, where it says so."""
    if not isinstance(parameters, dict):
        return None
    named = parameters.get("domains")
    if isinstance(named, list):
        return frozenset(d for d in named if isinstance(d, str))
    actions = parameters.get("actions")
    if isinstance(actions, list):
        return frozenset(
            a["domain"] for a in actions if isinstance(a, dict) and isinstance(a["domain"], str)
        )
    return None
