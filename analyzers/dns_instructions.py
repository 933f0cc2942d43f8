"""What a domain's owner enters where its DNS is kept, record by record: what to set, change and delete.

Made of the domain, the addresses it should have, and the records that were seen, and of nothing else,
so that it can be sent to the owner as it is. An alias (CNAME) stands alone at its name (RFC 1034
section 3.6.2): it goes before an address comes. What a proxy answers is no record of the zone, so it
is never asked to be deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analyzers.addresses import is_ipv6, same
from analyzers.caa import ACCEPTED, CaaSet
from analyzers.dns_view import DomainDns
from analyzers.findings import DnsRecord
from analyzers.language import phrase
from analyzers.names import Domain, registrable
from analyzers.proxies import proxy_of

Act = Literal["keep", "unproxy", "check", "delete", "change", "set", "allow"]

TTL = 300
"""Seconds; short, so that a mistake is soon forgotten by every cache."""

_SENTENCES = {
    "keep": phrase("Keep the {type} record of {name} with the value {value}: it is right."),
    "keep-alias": phrase(
        "Keep the CNAME record of {name} that leads to {value}: it arrives at the right place."
    ),
    "unproxy": phrase(
        "Switch the proxy of {value} off for {name} (the setting is called “DNS only” there), "
        "until the certificate is there."
    ),
    "check": phrase("See that the {type} record of {name} has the value {value}, and no other."),
    "delete": phrase("Delete the {type} record of {name} with the value {value}."),
    "change": phrase("Change the {type} record of {name}: take {old} out and put {value} in."),
    "set": phrase("Add a record: type {type}, name {field}, value {value}, TTL {ttl} seconds."),
    "allow": phrase("Add a record: type CAA, name {field}, flags 0, tag issue, value {value}."),
}


@dataclass(frozen=True, slots=True)
class Instruction:
    """One thing to do with one record."""

    act: Act
    type: str
    """A · AAAA · CNAME · CAA"""
    name: Domain
    """The full name of the record."""
    field: str
    """What goes into the form's field for the name: `@` for the domain itself, else `shop`."""
    value: str
    """An address, a name, an issuer; for `unproxy` whose proxy it is."""
    old: str | None = None
    """For `change`: the value that goes."""
    old_ttl: int | None = None
    """Seconds that caches may keep what goes; None where nothing goes or nobody said."""

    def sentence(self) -> str:
        """The instruction in one sentence for its reader."""
        key = "keep-alias" if self.act == "keep" and self.type == "CNAME" else self.act
        return phrase(
            _SENTENCES[key],
            type=self.type,
            name=self.name,
            field=self.field,
            value=self.value,
            old=self.old or "",
            ttl=TTL,
        )


@dataclass(frozen=True, slots=True)
class HostField:
    """The three ways in which forms of DNS providers ask for the name of a record."""

    short: str
    """`@` or `shop`: most forms, which add the domain themselves."""
    full: str
    """`shop.client.example.`: forms that want the whole name; the final dot says that it is whole."""
    doubled: str | None
    """What comes of the full name in a form that adds the domain itself; None where nothing is added."""


def host_field(domain: str) -> HostField:
    """The name of a record as forms ask for it. The zone is taken to be that of the registrable domain."""
    zone = registrable(domain)
    if zone is None:
        return HostField(domain, f"{domain}.", None)
    short = "@" if domain == zone else domain.removesuffix(f".{zone}")
    return HostField(short, f"{domain}.", f"{domain}.{zone}")


def records_of(view: DomainDns | None, caa: CaaSet | None = None) -> tuple[DnsRecord, ...]:
    """The records that the instructions are made from, out of what the DNS was seen to say."""
    found: list[DnsRecord] = []
    if view is not None:
        if view.cname is not None:
            found.append(DnsRecord(view.name, "CNAME", view.cname, _ttl(view, "CNAME")))
        found += [DnsRecord(view.name, "A", a, _ttl(view, "A")) for a in view.v4]
        found += [DnsRecord(view.name, "AAAA", a, _ttl(view, "AAAA")) for a in view.v6]
    if caa is not None:
        found += [DnsRecord(caa.at, "CAA", record, None) for record in caa.records]
    return tuple(found)


def _ttl(view: DomainDns, type_: str) -> int | None:
    """The longest that any answer of this type may be kept."""
    told = [a.ttl for a in view.answers if a.type == type_ and a.records and a.ttl is not None]
    return max(told, default=None)


def instructions_for(
    domain: str, expected: Sequence[str], seen: Sequence[DnsRecord]
) -> tuple[Instruction, ...]:
    """What is to be done, in the order in which forms accept it. Only `keep`: nothing is to be done.

    `expected`: the addresses that the domain should have; none: nobody can say, and nothing is said.
    `seen`: the records of the domain, CAA ones also of its parents (`records_of`).
    """
    if not expected:
        return ()
    name = Domain(domain)
    own = [r for r in seen if r.name == name]
    alias = next((r for r in own if r.type == "CNAME"), None)
    addresses = [r for r in own if r.type in ("A", "AAAA")]
    if alias is not None:
        done = _of_alias(name, alias, expected, addresses)
    else:
        done = [i for t in ("A", "AAAA") for i in _of_type(name, t, expected, addresses)]
        done = _each_proxy_once(done)
    return (*done, *_issuers(name, seen))


def longest_wait(instructions: Sequence[Instruction]) -> int | None:
    """Seconds until every cache has forgotten what goes; None where nothing goes or nobody said."""
    return max((i.old_ttl for i in instructions if i.old_ttl is not None), default=None)


def _of_alias(
    name: Domain, alias: DnsRecord, expected: Sequence[str], addresses: Sequence[DnsRecord]
) -> list[Instruction]:
    """A name that is an alias: it stays where it arrives, else it makes room for addresses."""
    field = host_field(name).short
    if addresses and all(_holds(expected, r.value) for r in addresses):
        return [Instruction("keep", "CNAME", name, field, alias.value)]
    gone = Instruction("delete", "CNAME", name, field, alias.value, old_ttl=alias.ttl)
    return [gone, *(Instruction("set", _type_of(a), name, field, a) for a in expected)]


def _of_type(
    name: Domain, type_: str, expected: Sequence[str], addresses: Sequence[DnsRecord]
) -> list[Instruction]:
    """The address records of one type: right ones stay, wrong ones change or go, lacking ones come."""
    field = host_field(name).short
    wanted = [a for a in expected if _type_of(a) == type_]
    found = [r for r in addresses if r.type == type_]
    right = [r for r in found if _holds(wanted, r.value)]
    proxies = {r.value: p for r in found if r not in right and (p := proxy_of(r.value))}
    wrong = [r for r in found if r not in right and r.value not in proxies]
    lacking = [a for a in wanted if not any(same(a, r.value) for r in found)]
    done = [Instruction("keep", type_, name, field, r.value) for r in right]
    done += [Instruction("unproxy", type_, name, field, p) for p in dict.fromkeys(proxies.values())]
    while wrong and lacking:
        old = wrong.pop(0)
        done.append(
            Instruction("change", type_, name, field, lacking.pop(0), old.value, old_ttl=old.ttl)
        )
    done += [Instruction("delete", type_, name, field, r.value, old_ttl=r.ttl) for r in wrong]
    come: Act = "check" if proxies else "set"  # behind a proxy nobody sees what the zone has
    done += [Instruction(come, type_, name, field, a) for a in lacking]
    return done


def _each_proxy_once(instructions: Sequence[Instruction]) -> list[Instruction]:
    """A proxy answers with both kinds of address, and is switched off with one switch."""
    told: set[str] = set()
    kept = []
    for one in instructions:
        if one.act != "unproxy" or one.value not in told:
            kept.append(one)
        if one.act == "unproxy":
            told.add(one.value)
    return kept


def _issuers(name: Domain, seen: Sequence[DnsRecord]) -> list[Instruction]:
    """Records that forbid the certificate's issuer need one beside them that allows it (RFC 8659)."""
    listed = [r for r in seen if r.type == "CAA"]
    if not listed:
        return []
    at = Domain(listed[0].name)
    found = CaaSet(at, tuple(r.value for r in listed), None)
    if not found.forbids(wildcard=name.startswith("*.")):
        return []
    return [Instruction("allow", "CAA", at, host_field(at).short, ACCEPTED[0])]


def _type_of(address: str) -> str:
    return "AAAA" if is_ipv6(address) else "A"


def _holds(expected: Sequence[str], address: str) -> bool:
    return any(same(address, one) for one in expected)
