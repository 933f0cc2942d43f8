"""The text for a domain's owner, picked out of a diagnosis (`customer_letter`)."""

from __future__ import annotations

from analyzers.customer_letter import customer_letter
from analyzers.findings import Diagnosis
from analyzers.language import phrase
from analyzers.letter import Letter


def affected(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The mapped domains whose owner has something to do, in order of name."""
    return tuple(d.domain for d in diagnosis.domains if _codes(diagnosis, d.domain))


def letter(diagnosis: Diagnosis, domain: str) -> Letter:
    """The text for the owner of a mapped domain. Raises KeyError for a domain that is not mapped, and
    ValueError where nobody knows the address that it should have."""
    state = next((d for d in diagnosis.domains if d.domain == domain), None)
    if state is None:
        raise KeyError(domain)
    expected = diagnosis.network.expected_addresses
    if not expected:
        raise ValueError(phrase("the address that domains should have is not known"))
    return customer_letter(domain, expected, state.records, _codes(diagnosis, domain))


def _codes(diagnosis: Diagnosis, domain: str) -> frozenset[str]:
    """What of the domain waits for its owner."""
    return frozenset(
        f.code
        for f in diagnosis.findings
        if f.subject.kind == "domain" and f.subject.id == domain and f.waiting_on == "customer"
    )
