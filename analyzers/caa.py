"""CAA records: who may issue a certificate for a name (RFC 8659)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.evidence import DnsAnswer
from analyzers.names import Domain

ACCEPTED = ("letsencrypt.org", "pki.goog")
"""Issuers that Closte may use: nobody publishes which (DOMAIN 1.6), so either will do."""

_RECORD = re.compile(r'\s*(?P<flags>\d+)\s+(?P<tag>[A-Za-z0-9]+)\s+"?(?P<value>[^"]*)"?\s*\Z')
_KNOWN_TAGS = frozenset(
    {"issue", "issuewild", "iodef", "issuemail", "issuevmc"} | {"contactemail", "contactphone"}
)
_CRITICAL = 128


@dataclass(frozen=True, slots=True)
class CaaProperty:
    """One record: `0 issue "letsencrypt.org"`."""

    critical: bool
    tag: str
    issuer: str
    """The issuer's domain, without parameters; empty forbids everybody."""


@dataclass(frozen=True, slots=True)
class CaaSet:
    """The records that bind issuers for a name, and where they stand."""

    at: Domain
    """The name itself, or the parent it inherits from."""
    records: tuple[str, ...]
    answer: DnsAnswer | None

    def forbids(self, *, wildcard: bool = False) -> bool:
        """Do they keep every issuer Closte may use from issuing?

        Without an `issue` property (or `issuewild` for a wildcard) nobody is restricted; an unknown
        critical property forbids all (RFC 8659 sections 4.1 to 4.3).
        """
        if any(p.critical and p.tag not in _KNOWN_TAGS for p in self._properties):
            return True
        tag = "issuewild" if wildcard and self.rules_wildcards else "issue"
        binding = [p for p in self._properties if p.tag == tag]
        return bool(binding) and not any(p.issuer in ACCEPTED for p in binding)

    @property
    def rules_wildcards(self) -> bool:
        """Have they an `issuewild` property, which alone counts for a wildcard then?"""
        return any(p.tag == "issuewild" for p in self._properties)

    @property
    def _properties(self) -> tuple[CaaProperty, ...]:
        return tuple(p for p in map(_property, self.records) if p is not None)


def caa_set(at: str, records: Sequence[str], answer: DnsAnswer) -> CaaSet:
    """The set of these records at this name."""
    return CaaSet(Domain(at), tuple(records), answer)


def _property(record: str) -> CaaProperty | None:
    found = _RECORD.match(record)
    if found is None:
        return None
    issuer = found["value"].split(";", 1)[0].strip().lower().rstrip(".")
    return CaaProperty(int(found["flags"]) >= _CRITICAL, found["tag"].lower(), issuer)
