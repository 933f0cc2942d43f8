"""What the owner of a domain has to change in its DNS, as a message that can be sent as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.dns_view import DnsView, DomainDns
from analyzers.findings import Finding, Subject
from analyzers.names import displayed, registrable, www_twin
from analyzers.planning.case import Case
from analyzers.planning.draft import Audience, Draft, manual

TTL = 300
"""Seconds: short, so that a mistake is soon mended; it may be raised when all is well."""
_ADDRESS = ("dns.nxdomain", "dns.no-address", "dns.wrong-address", "dns.parked", "dns.lame")
_MANUAL = frozenset(
    {
        *_ADDRESS,
        "dns.mixed-addresses",
        "dns.stray-ipv6",
        "dns.proxied",
        "dns.www-differs",
        "dns.dnssec-bogus",
        "dns.caa-forbids",
    }
)


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record in the words of a registrar's form."""

    type: str
    name: str
    """The whole name."""
    value: str

    @property
    def host(self) -> str:
        """What goes into a field "Host" or "Name": the part in front of the domain, `@` for none."""
        zone = registrable(self.name) or self.name
        return "@" if self.name == zone else self.name.removesuffix(f".{zone}")

    def line(self) -> str:
        """Type, host field, whole name, value."""
        return f"    {self.type:<6} {self.host:<16} ({self.name})   {self.value}"


def customer_steps(case: Case) -> Iterator[Draft]:
    """One message per domain, whatever is wrong with its DNS."""
    by_domain: dict[str, list[Finding]] = {}
    for finding in case.wanted(*sorted(_MANUAL)):
        by_domain.setdefault(finding.subject.id, []).append(finding)
    for domain, findings in sorted(by_domain.items()):
        if any(f.caused_by is None for f in findings):
            yield _message(domain, findings, case)


def _message(domain: str, findings: list[Finding], case: Case) -> Draft:
    codes = {f.code for f in findings}
    own = case.network.owns(domain)
    audience: Audience = "operator" if own else "customer"
    expected = " or ".join(case.network.expected.addresses) or "the network's address"
    return manual(
        f"manual dns {domain}",
        audience,
        Subject("domain", domain),
        _text(domain, codes, case),
        heals=tuple(codes),
        why=" ".join(f.because for f in findings),
        expect=f"Every answer for {domain} is {expected}, within the time to live of the old records.",
    )


def _text(domain: str, codes: set[str], case: Case) -> str:
    views = case.grounds.maybe(DnsView)
    view = views.of(domain) if views else None
    zone = registrable(domain) or domain
    parts = [f"Please change the DNS of {displayed(domain)} at the provider where {zone} is kept."]
    if "dns.parked" in codes:
        parts.append("Switch off parking or forwarding for the domain first.")
    if "dns.lame" in codes or "dns.nxdomain" in codes:
        parts.append(
            f"Look first whether {zone} is registered and paid for, and whether its nameservers in the "
            "registrar's account are those that the DNS provider names."
        )
    if "dns.dnssec-bogus" in codes:
        parts.append(
            f"Delete the DS record of {zone} in the registrar's account, or have the zone signed anew: its "
            "DNSSEC signature does not hold."
        )
    if "dns.proxied" in codes:
        parts.append(
            f"Switch the proxy off for {domain} (“DNS only”) until the site is ready; afterwards it may be "
            "switched on again, with SSL mode “Full (strict)”."
        )
    wanted, unwanted = _records(domain, codes, view, case)
    if wanted:
        parts.append(
            _table("Set (each once)", wanted) + f"\n    TTL: {TTL} seconds, or the shortest offered"
        )
    if unwanted:
        parts.append(_table("Delete", unwanted))
    parts.append(
        "The second column is for forms that ask for a host (“@” means the domain itself), the name in "
        "brackets for those that ask for the full name."
    )
    return "\n\n".join(parts)


def _table(head: str, records: list[DnsRecord]) -> str:
    return "\n".join([f"{head}:", *(record.line() for record in records)])


def _records(
    domain: str, codes: set[str], view: DomainDns | None, case: Case
) -> tuple[list[DnsRecord], list[DnsRecord]]:
    """What is to be there, and what is to go."""
    wanted: list[DnsRecord] = []
    unwanted: list[DnsRecord] = []
    if codes & {*_ADDRESS, "dns.proxied", "dns.mixed-addresses", "dns.stray-ipv6"}:
        wanted += _entrance(domain, case)
        unwanted += _foreign(domain, view)
    if "dns.caa-forbids" in codes:
        views = case.grounds.maybe(DnsView)
        found = views.caa(domain) if views else None
        wanted.append(DnsRecord("CAA", found.at if found else domain, '0 issue "letsencrypt.org"'))
    if "dns.www-differs" in codes:
        wanted, unwanted = _with_twin(domain, wanted, unwanted, case)
    return wanted, unwanted


def _entrance(domain: str, case: Case) -> list[DnsRecord]:
    addresses = case.network.expected.addresses
    if not addresses:
        return [DnsRecord("A", domain, "the network's address")]
    return [DnsRecord("AAAA" if ":" in a else "A", domain, a) for a in addresses]


def _foreign(domain: str, view: DomainDns | None) -> list[DnsRecord]:
    if view is None:
        return []
    if view.cname is not None and (view.foreign or not view.addresses):
        return [DnsRecord("CNAME", domain, view.cname)]
    return [
        *(DnsRecord("A", domain, a) for a in view.foreign_v4),
        *(DnsRecord("AAAA", domain, a) for a in view.foreign_v6),
    ]


def _with_twin(
    domain: str, wanted: list[DnsRecord], unwanted: list[DnsRecord], case: Case
) -> tuple[list[DnsRecord], list[DnsRecord]]:
    """Both names to the entrance: whichever of the two leads elsewhere is set right."""
    views = case.grounds.maybe(DnsView)
    for name in (domain, www_twin(domain)):
        view = views.of(name) if views else None
        if view is not None and view.right is not True and not any(r.name == name for r in wanted):
            wanted = [*wanted, *_entrance(name, case)]
            unwanted = [*unwanted, *_foreign(name, view)]
    return wanted, unwanted
