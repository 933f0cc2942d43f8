"""What the DNS says of each name: one verdict of many answers.

Authoritative answers go first, then the resolvers', then the host's own (which only matters for
split horizons). Answers with checking disabled tell a broken signature from broken servers, and
stand for the records only where nothing else answered (RFC 4035 section 3.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analyzers.addresses import address_of, normal
from analyzers.caa import CaaSet, caa_set
from analyzers.evidence import Dns, DnsAnswer
from analyzers.expected import Expected
from analyzers.findings import Citation, Confidence
from analyzers.names import Domain, registrable
from analyzers.network import Network
from analyzers.proxies import proxy_of

USABLE = frozenset({"NOERROR", "NXDOMAIN"})
"""Answers that say something of the name itself."""
_MOST_RECORDS = 8


@dataclass(frozen=True, slots=True)
class DomainDns:
    """The DNS of one name, judged against the expected addresses where there are any."""

    name: Domain
    answers: tuple[DnsAnswer, ...]
    """Every answer about this name, as recorded."""
    basis: tuple[DnsAnswer, ...]
    """The answers that decide: for A, then for AAAA."""
    v4: tuple[str, ...]
    v6: tuple[str, ...]
    cname: str | None
    """Where the name itself points as an alias, if it does."""
    nxdomain: bool
    expected: Expected
    entrance_v6: frozenset[str] = frozenset()
    """IPv6 addresses of the network's own domain: an entrance that no constant names."""
    authorities_heard: bool = False
    """Did the name servers of some name answer with authority? Else something between them and us may
    answer in their place, and their refusal says nothing."""

    def holds(self, address: str) -> bool:
        """Does this address lead to the entrance?"""
        return self.expected.holds(address) or address in self.entrance_v6

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses a visitor may be sent to, IPv4 first."""
        return self.v4 + self.v6

    @property
    def resolved(self) -> bool:
        """Did anybody give a usable answer for the IPv4 address?"""
        return any(a.type == "A" for a in self.basis)

    @property
    def v6_looked_up(self) -> bool:
        """Did anybody give a usable answer for the IPv6 address?"""
        return any(a.type == "AAAA" for a in self.basis)

    @property
    def judged(self) -> bool:
        """Are there expected addresses to compare with?"""
        return bool(self.expected.addresses)

    @property
    def no_address(self) -> bool:
        """Does the name exist without any address?"""
        return self.resolved and not self.nxdomain and not self.addresses

    @property
    def proxied_by(self) -> str | None:
        """The proxy whose published ranges hold an address of this name."""
        return next((p for a in self.addresses if (p := self._proxy(a))), None)

    @property
    def foreign_v4(self) -> tuple[str, ...]:
        """IPv4 addresses that are neither the entrance nor a proxy's. Empty where nothing is expected."""
        return self._foreign(self.v4)

    @property
    def foreign_v6(self) -> tuple[str, ...]:
        """The same for IPv6."""
        return self._foreign(self.v6)

    @property
    def foreign(self) -> tuple[str, ...]:
        """Both."""
        return self.foreign_v4 + self.foreign_v6

    @property
    def right(self) -> bool | None:
        """Do all addresses lead to the entrance? None: nobody answered, or nothing is expected."""
        if not self.resolved or (self.addresses and not self.judged):
            return None
        return bool(self.addresses) and all(self.holds(a) for a in self.addresses)

    @property
    def reaches_us(self) -> bool | None:
        """As `right`, and a known proxy in front counts as a way to the entrance."""
        if self.right is not False:
            return self.right
        return bool(self.addresses) and not self.foreign and self.judged

    @property
    def wrong(self) -> bool:
        """Do all IPv4 addresses (all IPv6 ones where there is no IPv4) lead elsewhere?"""
        deciding = self.v4 or self.v6
        return bool(deciding) and set(self._foreign(deciding)) == set(deciding)

    def _proxy(self, address: str) -> str | None:
        return None if self.holds(address) else proxy_of(address)

    def _foreign(self, addresses: Sequence[str]) -> tuple[str, ...]:
        if not self.judged:
            return ()
        return tuple(a for a in addresses if not self.holds(a) and not proxy_of(a))

    def asked(self, type_: str, *, via: str = "", unchecked: bool = False) -> tuple[DnsAnswer, ...]:
        """The recorded answers of a type; `via` is a prefix (`resolver`), `unchecked` those with CD."""
        return tuple(
            a
            for a in self.answers
            if a.type == type_ and a.via.startswith(via) and a.checking_disabled == unchecked
        )

    @property
    def stale(self) -> tuple[DnsAnswer, ...]:
        """Resolvers' answers older than the right one: they lead elsewhere, or nowhere."""
        if not self.right or not self.judged:
            return ()
        asked = (*self.asked("A", via="resolver"), *self.asked("AAAA", via="resolver"))
        return tuple(a for a in asked if a.status in USABLE and not self._leads_here(a))

    def _leads_here(self, answer: DnsAnswer) -> bool:
        if not answer.records:  # an entrance may have addresses of one kind only
            return answer.type == "AAAA" or (answer.status == "NOERROR" and not self.v4)
        return all(self.holds(r) for r in answer.records)

    def places_of(self, addresses: Iterable[str]) -> frozenset[str]:
        """Where addresses lead; those of one proxy, and of the entrance, counted as one place."""
        return frozenset("the entrance" if self.holds(a) else proxy_of(a) or a for a in addresses)

    @property
    def places(self) -> frozenset[str]:
        """Where the name leads."""
        return self.places_of(self.addresses)

    def citations(self, *types: str) -> tuple[Citation, ...]:
        """The deciding answers of these types, each as a reader finds it in `dns.json`."""
        return tuple(cited(a) for a in self.basis if not types or a.type in types)

    @property
    def resolvers_heard(self) -> bool:
        """Did a public resolver answer, well or with SERVFAIL? Only they check signatures for certain, and
        only they remember what was."""
        asked = self.asked("A", via="resolver")
        return any(a.status in USABLE or a.status == "SERVFAIL" for a in asked)

    @property
    def bogus(self) -> Confidence | None:
        """How sure it is that DNSSEC signatures do not hold (F67); None where they are not in doubt."""
        resolvers = self.asked("A", via="resolver")
        if not any(a.status == "SERVFAIL" for a in resolvers):
            return None
        unchecked = self.asked("A", unchecked=True)
        told_here = any(a.status in USABLE for a in resolvers)
        if any(a.status == "NOERROR" for a in unchecked):
            return "likely" if told_here else "certain"
        if unchecked or told_here:
            return None
        told = any(a.status in USABLE for a in self.asked("A", via="authoritative"))
        return "possible" if told else None

    @property
    def unsettled(self) -> bool:
        """Did a resolver fail where another answered, and nobody ask without checking signatures?"""
        told = {a.status for a in self.asked("A", via="resolver")}
        return "SERVFAIL" in told and bool(told & USABLE) and not self.asked("A", unchecked=True)

    @property
    def lame(self) -> Confidence | None:
        """How sure it is that the name's own nameservers do not answer for it (F68)."""
        resolvers, unchecked = self.asked("A", via="resolver"), self.asked("A", unchecked=True)
        if self.bogus or any(a.status in USABLE for a in unchecked):
            return None
        own = {a.status for a in self.asked("A", via="authoritative")}
        if any(a.status in USABLE for a in resolvers):
            refused = bool(own & {"REFUSED", "SERVFAIL"}) and not own & USABLE
            return "possible" if refused and self.authorities_heard else None
        failed = {a.status for a in (*resolvers, *unchecked)}
        if "SERVFAIL" in failed and own & {"REFUSED", "SERVFAIL", "TIMEOUT"}:
            return "certain"
        if own & {"REFUSED", "SERVFAIL"} and not own & USABLE:
            return "likely"
        if "SERVFAIL" in failed:
            return "likely" if unchecked else "possible"
        return None


@dataclass(frozen=True, slots=True)
class DnsView:
    """Every name of `dns.json`, judged."""

    names: Mapping[Domain, DomainDns]

    @classmethod
    def derive(cls, dns: Dns, expected: Expected, network: Network) -> DnsView:
        """One pass over the answers."""
        by_name: dict[Domain, list[DnsAnswer]] = {}
        cut_off = _cut_off(dns.answers, network.domain)
        for answer in dns.answers:
            if cut_off and answer.via == "host":
                continue
            by_name.setdefault(answer.name, []).append(answer)
        v6 = _of_type(by_name.get(Domain(network.domain), ()), "AAAA")
        entrance_v6 = frozenset(_records(_deciding(v6, expected, None)))
        heard = any(a.via == "authoritative" and a.status in USABLE for a in dns.answers)
        return cls(
            {
                name: _judged(name, found, expected, entrance_v6, heard)
                for name, found in by_name.items()
            }
        )

    def of(self, domain: str) -> DomainDns | None:
        """What is known of a name; None where nobody asked."""
        return self.names.get(Domain(domain))

    def caa(self, domain: str) -> CaaSet | None:
        """The CAA records that bind issuers for this name: its own, else the nearest parent's that
        has any (RFC 8659 section 3), up to the registrable domain. None: nobody asked."""
        asked = False
        top = registrable(domain) or domain
        name = domain
        while name:
            view = self.of(name)
            usable = [a for a in view.asked("CAA") if a.status in USABLE] if view else []
            own = [a for a in usable if a.via == "authoritative"] or usable
            asked = asked or bool(own)
            if records := tuple(dict.fromkeys(r for a in own for r in a.records)):
                return caa_set(name, records, own[0])
            if name == top or "." not in name:
                break
            name = name.split(".", 1)[1]
        return CaaSet(Domain(domain), (), None) if asked else None


def _cut_off(answers: Iterable[DnsAnswer], network_domain: str) -> bool:
    """Does the server's own resolver know no name at all, not even the network's? Then it is out of the
    world's DNS, and says nothing of a single domain."""
    told = [a for a in answers if a.via == "host" and a.type == "A"]
    names = {a.name for a in told}
    known = any(a.status != "NXDOMAIN" for a in told)
    return not known and len(names) > 1 and Domain(network_domain) in names


def _judged(
    name: Domain,
    answers: Sequence[DnsAnswer],
    expected: Expected,
    entrance_v6: frozenset[str],
    authorities_heard: bool,
) -> DomainDns:
    cname = _has_cname(answers)
    basis4 = _deciding(_of_type(answers, "A"), expected, cname)
    basis6 = _deciding(_of_type(answers, "AAAA"), expected, cname)
    return DomainDns(
        name=name,
        answers=tuple(answers),
        basis=basis4 + basis6,
        v4=_records(basis4),
        v6=_records(basis6),
        cname=cname,
        nxdomain=bool(basis4) and all(a.status == "NXDOMAIN" for a in basis4),
        expected=expected,
        entrance_v6=entrance_v6,
        authorities_heard=authorities_heard,
    )


def _of_type(answers: Iterable[DnsAnswer], type_: str) -> list[DnsAnswer]:
    return [a for a in answers if a.type == type_]


def _has_cname(answers: Iterable[DnsAnswer]) -> str | None:
    return next((a.records[0] for a in answers if a.type == "CNAME" and a.records), None)


def _deciding(
    answers: Sequence[DnsAnswer], expected: Expected, cname: str | None
) -> tuple[DnsAnswer, ...]:
    """The answers of one type that decide, by tier; the first tier with a usable answer wins."""
    checked = [a for a in answers if not a.checking_disabled and a.status in USABLE]
    own = [a for a in checked if a.via == "authoritative"]
    resolved = _agreed([a for a in checked if a.via.startswith("resolver")], expected)
    if cname and resolved and not any(a.records for a in own):
        own = []  # an authority need not follow an alias out of its own zone (RFC 1034, 4.3.2)
    unchecked = [a for a in answers if a.checking_disabled and a.status in USABLE]
    host = [a for a in checked if a.via == "host"]
    if any(a.status == "SERVFAIL" and a.via.startswith("resolver") for a in answers):
        # Where the world's resolvers fail, that one of them, the server's, knows of no such name is
        # no proof that there is none.
        host = [a for a in host if a.status != "NXDOMAIN"]
    return tuple(own or resolved or host or unchecked)


def _agreed(answers: Sequence[DnsAnswer], expected: Expected) -> list[DnsAnswer]:
    """What the resolvers say; where they differ, the newer half: the right answer, else the most told."""
    told: dict[frozenset[str], list[DnsAnswer]] = {}
    for answer in answers:
        told.setdefault(frozenset(answer.records), []).append(answer)
    for records in sorted(told, key=sorted):
        if records and all(expected.holds(r) for r in records):
            return told[records]
    return max(told.values(), key=lambda same: (len(same), sorted(same[0].records)), default=[])


def _records(answers: Iterable[DnsAnswer]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(normal(r) for a in answers for r in a.records if address_of(r) is not None)
    )


def cited(answer: DnsAnswer) -> Citation:
    """`A 198.51.100.7 (authoritative)`; `A NXDOMAIN (resolver:1.1.1.1)`; `AAAA no record (host)`."""
    shown = ", ".join(answer.records[:_MOST_RECORDS])
    if len(answer.records) > _MOST_RECORDS:
        shown += f" and {len(answer.records) - _MOST_RECORDS} more"
    if not shown:
        shown = "no record" if answer.status == "NOERROR" else answer.status
    unchecked = ", checking disabled" if answer.checking_disabled else ""
    return Citation(Dns.FILE, f"{answer.type} {shown} ({answer.via}{unchecked})")
