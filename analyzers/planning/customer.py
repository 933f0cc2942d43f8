"""What the owner of a domain has to change in its DNS, as a letter that can be sent as it is."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.customer_letter import customer_letter
from analyzers.dns_instructions import records_of
from analyzers.dns_view import DnsView
from analyzers.findings import Finding, Subject
from analyzers.language import Phrase, joined, phrase
from analyzers.letter import as_text
from analyzers.planning.case import Case
from analyzers.planning.draft import Audience, Draft, manual

CODES = (
    "dns.nxdomain",
    "dns.no-address",
    "dns.wrong-address",
    "dns.parked",
    "dns.lame",
    "dns.mixed-addresses",
    "dns.stray-ipv6",
    "dns.proxied",
    "dns.www-differs",
    "dns.dnssec-bogus",
    "dns.caa-forbids",
)
_UNWRAPPED = 10_000
"""A mail program wraps by itself; a wrapped line of ours would stay broken there."""


def customer_steps(case: Case) -> Iterator[Draft]:
    """One letter per domain, whatever is wrong with its DNS. To oneself for the network's own names."""
    by_domain: dict[str, list[Finding]] = {}
    for finding in case.wanted(*CODES):
        by_domain.setdefault(finding.subject.id, []).append(finding)
    for domain, findings in sorted(by_domain.items()):
        if any(f.caused_by is None for f in findings):
            yield _letter(domain, findings, case)


def _letter(domain: str, findings: list[Finding], case: Case) -> Draft:
    codes = {f.code for f in findings}
    audience: Audience = "operator" if case.network.owns(domain) else "customer"
    expected = " or ".join(case.network.expected.addresses) or "the network's address"
    return manual(
        f"manual dns {domain}",
        audience,
        Subject("domain", domain),
        _text(domain, findings, case),
        heals=tuple(codes),
        why=joined([f.because for f in findings], " "),
        expect=phrase(
            "Every answer for {domain} is {expected}, within the time to live of the old records.",
            domain=domain,
            expected=expected,
        ),
    )


def _text(domain: str, findings: list[Finding], case: Case) -> str:
    """The letter; without an address to name, what the findings say is to be done."""
    expected = case.network.expected.addresses
    if not expected:
        return joined(dict.fromkeys(f.do for f in findings), "\n")
    views = case.grounds.maybe(DnsView)
    view = views.of(domain) if views else None
    records = records_of(view, views.caa(domain) if views and view else None)
    letter = customer_letter(domain, expected, records, {f.code for f in findings})
    return Phrase(lambda language: as_text(letter, _UNWRAPPED, language))
