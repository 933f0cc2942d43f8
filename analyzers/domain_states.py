"""Where each mapped domain stands: the `domains` of the diagnosis."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.facts import Facts
from analyzers.findings import DomainState, Finding


def domain_states(facts: Facts, findings: Sequence[Finding]) -> tuple[DomainState, ...]:
    """One state per mapped domain, in order of name."""
    return ()
