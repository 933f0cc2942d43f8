"""What to tell the owner of one domain, and whether the operator can send it as it is.

The records come from `dns_instructions.py`, the words from `customer_letter.py`; here they meet what the
operator must know before: is the address sure, is there anything to do at all, and for whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from analyzers.customer_letter import FIRST_STEPS, TROUBLES, customer_letter
from analyzers.dns_instructions import Instruction, instructions_for, records_of
from analyzers.dns_view import DnsView, DomainDns
from analyzers.expected import Expected
from analyzers.findings import Finding
from analyzers.instants import duration
from analyzers.language import Language, Phrase, phrase
from analyzers.letter import Letter, as_text
from analyzers.names import Domain, displayed, is_wildcard, www_twin

_COLUMNS = 80
"""Of a message in plain text."""
_NO_RECORD = frozenset({*FIRST_STEPS, "dns.www-differs"})
"""Findings that want something of the owner that is no record of this name."""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What the domain's owner has to do."""

    domain: Domain
    instructions: tuple[Instruction, ...]
    """Record by record, those to keep left out."""
    letter: Letter | None
    """The text to send; None where the owner has nothing to do, or nobody can say what."""
    wait: str | None
    """What only time does; None where nothing is to be waited for."""
    unsure: str | None
    """Why the operator should make sure of the address before sending this; None where it is sure."""

    @property
    def to_do(self) -> bool:
        """Has the owner anything to do?"""
        return self.letter is not None

    @property
    def text(self) -> Phrase:
        """A message to send on, as plain text; what there is to say where nothing is to be done."""
        return self.text_within(_COLUMNS)

    def text_within(self, width: int) -> Phrase:
        """The same in no more columns than these, and than a message has."""
        return Phrase(lambda language: self._told(language, min(width, _COLUMNS)))

    def _told(self, language: Language, width: int) -> str:
        if self.letter is not None:
            return as_text(self.letter, width, language)
        said = self.wait or phrase(
            "For {domain} nothing has to be changed in the DNS.", domain=displayed(self.domain)
        )
        return f"{language.of(said)}\n"


def customer_card(
    domain: Domain,
    dns: DnsView | None,
    expected: Expected,
    findings: Iterable[Finding] = (),
    *,
    under_network: bool = False,
    settled: bool = False,
) -> CustomerCard:
    """The card of one name. `findings`: those that touch it. `settled`: it works, so that a proxy may
    stay. A name under the network's own domain, and a wildcard, are the operator's own matter."""
    own = (domain, www_twin(domain))
    codes = {f.code for f in findings if f.subject.id in own and f.code in TROUBLES}
    view = dns.of(domain) if dns else None
    if settled:
        codes.discard("dns.proxied")
    if under_network or is_wildcard(domain):
        return CustomerCard(domain, (), None, None, None)
    records = records_of(view, dns.caa(domain) if dns else None)
    told = instructions_for(domain, expected.addresses, records)
    if "dns.proxied" not in codes:
        told = tuple(i for i in told if i.act not in ("unproxy", "check"))
    if view is not None and (view.bogus or view.lame) and not view.resolved:
        told = ()  # what the zone has was not seen
    work = tuple(i for i in told if i.act != "keep")
    wait = _waiting(view)
    wanted = bool(expected.addresses) and bool(work or codes & _NO_RECORD)
    letter = customer_letter(domain, expected.addresses, records, codes) if wanted else None
    return CustomerCard(domain, work, letter, wait, _unsure(expected, view) if wanted else None)


def _unsure(expected: Expected, view: DomainDns | None) -> str | None:
    if expected.confidence == "certain" or (view is not None and view.right):
        return None
    return phrase(
        "The address {addresses} is only a guess (by {source}): make sure that it is the "
        "network's entrance before you send this.",
        addresses=", ".join(expected.addresses),
        source=expected.source,
    )


def _waiting(view: DomainDns | None) -> str | None:
    if view is None or not view.stale:
        return None
    ttl = max((a.ttl for a in view.stale if a.ttl is not None), default=None)
    said = phrase("The records are right; some of the internet still remembers the old ones.")
    if ttl is None:
        return said
    return phrase(
        "{said} That takes {time} at most.", said=said, time=duration(timedelta(seconds=ttl))
    )
