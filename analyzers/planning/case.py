"""What the families of steps ask: the evidence, the findings that are to be silenced, the choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from analyzers.action_rules import ACTIONS
from analyzers.domains import MappedDomain, MappedDomains
from analyzers.findings import Diagnosis, Finding, Reference, Subject
from analyzers.network import Network
from analyzers.planning.choices import Choices
from analyzers.planning.grounds import Grounds
from analyzers.rules import BY_CODE

_KEY_CODES = (
    "key.missing",
    "key.empty",
    "key.malformed",
    "key.undecryptable",
    "key.rejected",
    "key.no-permission",
    "key.other-app",
)
_WAY_CODES = ("api.unreachable", "api.outage")
_GO_WITH_THE_ROW = (
    *(f"{family}.*" for family in ("alias", "dns", "ssl", "check", "jobs")),
    "mapping.stale-failure",
    "mapping.secure-flag",
)
"""What is no longer of account once the row of a domain without a site is deleted, or mapped anew."""


@dataclass(frozen=True)
class Case:
    """One diagnosis, made into a plan."""

    grounds: Grounds
    diagnosis: Diagnosis
    choices: Choices

    @cached_property
    def network(self) -> Network:
        """The network. Always derivable: it needs `meta.json` only, which every snapshot has."""
        found = self.grounds.maybe(Network)
        assert found is not None
        return found

    @cached_property
    def mapped(self) -> Mapping[str, MappedDomain]:
        """The mapped domains by name; empty where the table was not read."""
        found = self.grounds.maybe(MappedDomains)
        return {str(name): one for name, one in found.by_name.items()} if found else {}

    @cached_property
    def _every(self) -> tuple[Finding, ...]:
        """All findings, also those that the operator lives with: a guard knows no such decision."""
        return (*self.diagnosis.findings, *(s.finding for s in self.diagnosis.suppressed))

    @cached_property
    def _accepted(self) -> frozenset[Reference]:
        return frozenset(s.finding.reference for s in self.diagnosis.suppressed)

    @cached_property
    def _references(self) -> frozenset[Reference]:
        return frozenset(f.reference for f in self._every)

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        for finding in self._every:
            found.setdefault(finding.code, []).append(finding)
        return {code: tuple(sorted(f, key=lambda f: f.subject)) for code, f in found.items()}

    @cached_property
    def _by_subject(self) -> Mapping[Subject, tuple[Finding, ...]]:
        found: dict[Subject, list[Finding]] = {}
        for finding in self._every:
            if finding.severity != "info":
                found.setdefault(finding.subject, []).append(finding)
        return {s: tuple(sorted(f, key=lambda f: f.code)) for s, f in found.items()}

    def wanted(self, *codes: str) -> tuple[Finding, ...]:
        """The findings of these codes that the operator wants silenced, by subject."""
        return tuple(f for code in codes for f in self._by_code.get(code, ()) if self.is_wanted(f))

    def all_wanted(self) -> tuple[Finding, ...]:
        """Every finding that is to be silenced."""
        return self.wanted(*sorted(self._by_code))

    def is_wanted(self, finding: Finding) -> bool:
        """Is it to be silenced: a warning at least, or named; and neither chosen away nor accepted?"""
        if finding.reference in self._accepted:
            return False
        if self._goes_with_its_row(finding):
            return False
        names = {finding.code, finding.code.split(".", 1)[0], finding.subject.id}
        if names & set(self.choices.skip):
            return False
        if finding.severity == "info" and finding.code not in self.choices.only:
            return False
        asked = {name for name in self.choices.only if not _is_action(name)}
        return not asked or bool(names & asked) or bool(asked & set(finding.affects))

    def _goes_with_its_row(self, finding: Finding) -> bool:
        """Is it about a domain whose site is gone? No alias, check or DNS for a row that is to be deleted."""
        domain = self.mapped.get(finding.subject.id)
        if domain is None or domain.site is not None:
            return False
        lost = Reference("mapping.no-site", finding.subject) in self._references
        return lost and any(fnmatchcase(finding.code, code) for code in _GO_WITH_THE_ROW)

    def stands(self, *codes: str) -> bool:
        """Is there any finding of these codes, wanted or not, at warning or above?"""
        return any(f.severity != "info" for code in codes for f in self._by_code.get(code, ()))

    def about(self, domain: str, family: str) -> tuple[Finding, ...]:
        """The findings of a family (`dns.`) about a domain, at warning or above."""
        of_domain = self._by_subject.get(Subject("domain", domain), ())
        return tuple(f for f in of_domain if f.code.startswith(family))

    @property
    def is_copy(self) -> bool:
        """Is this a copy of another network (F115)? Nothing is done from it."""
        return self.stands("host.staging-clone")

    @property
    def has_foreign_key(self) -> bool:
        """Does the key belong to another app (F07)?"""
        return self.stands("key.other-app")

    @property
    def api_at_fault(self) -> bool:
        """Is the key, or the way to the API, at fault?"""
        return self.stands(*_KEY_CODES, *_WAY_CODES)

    def allows(self, action: str) -> bool:
        """Is this action not chosen away?"""
        if action in self.choices.skip:
            return False
        actions = {name for name in self.choices.only if _is_action(name)}
        return not actions or action in actions


def _is_action(name: str) -> bool:
    """Does a word of `only` name an action (and no code: the two never share one)?"""
    return name in ACTIONS and name not in BY_CODE
