"""What to tell the owner of a domain: the records to set and to delete at their DNS provider, in plain words.

Made of what is actually wrong with this one name. Nothing in it is about anybody else: no other domain, no
key, no account, nothing of the network but the address that the name has to have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzers.caa import ACCEPTED, CaaSet
from analyzers.dns_view import DnsView, DomainDns
from analyzers.expected import Expected
from analyzers.findings import Finding
from analyzers.names import Domain, displayed, is_wildcard, registrable, www_twin

TTL = 3600
"""Seconds; usual, and short enough to correct a mistake."""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One record, as the two kinds of forms want it."""

    type: str
    host: str
    """For a form that adds the domain by itself: `@`, or the part in front of the domain."""
    name: str
    """For a form that wants the whole name."""
    value: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What the domain's owner has to do."""

    domain: Domain
    set: tuple[DnsRecord, ...]
    delete: tuple[DnsRecord, ...]
    also: tuple[str, ...]
    """What no record does: renew, switch a proxy or a forwarding off, mend the nameservers."""
    wait: str | None
    """What only time does; None where nothing is to be waited for."""
    unsure: str | None
    """Why the operator should make sure of the address before sending this; None where it is sure."""

    @property
    def to_do(self) -> bool:
        """Has the owner anything to do?"""
        return bool(self.set or self.delete or self.also)

    @property
    def text(self) -> str:
        """A message to send on, as plain text."""
        return "\n".join(_message(self)) + "\n"


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
    stay."""
    codes = {f.code for f in findings if f.subject.id in (domain, www_twin(domain))}
    view = dns.of(domain) if dns else None
    wanted = tuple(_target(domain, expected))
    if under_network or is_wildcard(domain):
        return CustomerCard(domain, (), (), (), None, None)
    unsure = _unsure(expected, view)
    if view is None or not view.resolved:
        also = tuple(_unanswered(domain, view))
        return CustomerCard(domain, () if also else wanted, (), also, None, unsure)
    delete = tuple(_to_delete(domain, view))
    missing = tuple(r for r in wanted if not _is_there(r, view))
    proxied = bool(view.proxied_by) and not settled
    caa = dns.caa(domain) if dns else None
    setting = missing if delete or not view.reaches_us else ()
    if proxied and not view.foreign and not view.right:
        setting = ()
    also = tuple(_others(domain, view, codes, proxied=proxied))
    setting += tuple(_caa_records(domain, caa))
    if "dns.www-differs" in codes:
        setting += tuple(_target(www_twin(domain), expected))
    return CustomerCard(domain, setting, delete, also, _waiting(view, codes), unsure)


def record(domain: str, type: str, value: str) -> DnsRecord:
    """A record of this name, with its short name in the domain's own zone."""
    zone = registrable(domain) or domain
    host = "@" if domain == zone else domain.removesuffix(f".{zone}")
    return DnsRecord(type, host, domain, value)


def _target(domain: str, expected: Expected) -> Iterable[DnsRecord]:
    for address in expected.addresses:
        yield record(domain, "AAAA" if ":" in address else "A", address)


def _is_there(wanted: DnsRecord, view: DomainDns) -> bool:
    return view.cname is None and wanted.value in view.addresses


def _unsure(expected: Expected, view: DomainDns | None) -> str | None:
    if not expected.addresses:
        return "Which address the name must have is not known: state it with `expected_addresses` first."
    if expected.confidence != "certain" and not (view and view.right):
        return (
            f"The address {', '.join(expected.addresses)} is only a guess (by {expected.source}): make sure "
            "that it is the network's entrance before you send this."
        )
    return None


def _to_delete(domain: str, view: DomainDns) -> Iterable[DnsRecord]:
    """A wrong alias has to go whole: the addresses behind it stand in somebody else's zone."""
    if view.cname is not None and (view.foreign or view.nxdomain or not view.addresses):
        yield record(domain, "CNAME", view.cname)
        return
    if view.cname is not None:
        return
    for address in view.foreign_v4:
        yield record(domain, "A", address)
    for address in view.foreign_v6:
        yield record(domain, "AAAA", address)


def _caa_records(domain: str, caa: CaaSet | None) -> Iterable[DnsRecord]:
    if caa is not None and caa.forbids(wildcard=is_wildcard(domain)):
        yield record(caa.at, "CAA", f'0 issue "{ACCEPTED[0]}"')


def _unanswered(domain: str, view: DomainDns | None) -> Iterable[str]:
    if view is not None and view.bogus:
        yield _SIGNATURE
    elif view is not None and view.lame:
        yield _nameservers(domain)


_SIGNATURE = (
    "The DNSSEC signature of the domain does not fit: at the registrar, delete the DS record or replace it "
    "by the one that the DNS provider shows now."
)


def _nameservers(domain: str) -> str:
    return (
        f"The nameservers that are set for {registrable(domain) or domain} at the registrar do not answer "
        "for it: set those that the DNS provider names, or ask them to set the domain up."
    )


def _others(domain: str, view: DomainDns, codes: set[str], *, proxied: bool) -> Iterable[str]:
    if view.nxdomain and view.cname is None and domain == registrable(domain):
        yield (
            f"Look at the registrar's whether {displayed(domain)} is registered and paid for: the DNS does "
            "not know the name."
        )
    if "dns.dnssec-bogus" in codes or view.bogus == "certain":
        yield _SIGNATURE
    if "dns.lame" in codes:
        yield _nameservers(domain)
    if "dns.parked" in codes:
        yield "Switch off the parking page or the forwarding of the domain at the registrar."
    if proxied:
        yield (
            f'Switch the proxy of {view.proxied_by} off for this name ("DNS only") until the site opens '
            "with https, so that the certificate can be issued."
        )


def _waiting(view: DomainDns, codes: set[str]) -> str | None:
    if not view.stale and "dns.propagating" not in codes:
        return None
    ttl = max((a.ttl for a in view.stale if a.ttl is not None), default=None)
    within = f" That takes {max(1, -(-ttl // 60))} minutes at most." if ttl is not None else ""
    return f"The records are right; some of the internet still remembers the old ones.{within}"


def _message(card: CustomerCard) -> Iterable[str]:
    name = displayed(card.domain)
    if not card.to_do:
        yield card.wait or f"For {name} nothing has to be changed in the DNS."
        return
    yield f"So that {name} works, please do this where the DNS of the domain is kept:"
    yield ""
    if card.delete:
        yield "Delete:"
        yield from (f"  {_line(r)}" for r in card.delete)
        yield ""
    if card.set:
        yield "Set:"
        yield from (f"  {_line(r)}" for r in card.set)
        yield f"  (TTL: {TTL}, or what the form offers)"
        yield ""
    if card.also:
        yield from (
            f"{'Also: ' if card.set or card.delete else ''}{sentence}" for sentence in card.also
        )
        yield ""
    yield from _doubled(card.set)
    yield from ((card.wait,) if card.wait else ())
    yield "Leave the other records as they are, above all MX (e-mail)."


def _line(one: DnsRecord) -> str:
    return f"type {one.type}   host {one.host}   value {one.value}   (whole name: {one.name})"


def _doubled(records: Sequence[DnsRecord]) -> Iterable[str]:
    """The commonest mistake: a form that adds the domain, and a whole name typed into it."""
    if not records:
        return
    first = records[0]
    zone = registrable(first.name) or first.name
    yield (
        f'Most forms add the domain by themselves and want "{first.host}" as host. If yours wants the whole '
        f"name, type {first.name}. If it shows {first.name}.{zone} afterwards, the domain is in it twice: "
        "correct it."
    )
