"""One DNS question put to one server, and what came back as a value. DNS trouble is never an exception."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from bridge.deadline import Deadline
from bridge.outside.options import Resolver

_KNOWN = frozenset({"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"})
_PAYLOAD = 1232
"""EDNS buffer that survives every path (DNS flag day 2020)."""
_LONGEST_CHAIN = 16
_MOST_RECORDS = 64
_LONGEST_RECORD = 1024
_NAMES = frozenset({"CNAME", "NS"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `records` are of the asked type only, at the end of the CNAME chain, sorted: servers
    turn them round from answer to answer."""

    status: str
    """NOERROR · NXDOMAIN · SERVFAIL · REFUSED · TIMEOUT"""
    records: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds: the least along the chain; None without records."""
    final: str = ""
    """The name at the end of the chain; the asked one where there is no CNAME."""
    authoritative: bool = False
    """AA was set."""
    zone: str | None = None
    """Owner of a SOA record in the answer or its authority section."""
    delegated_to: tuple[tuple[str, str], ...] = ()
    """A referral: (owner zone, name server)."""
    glue: tuple[tuple[str, str], ...] = ()
    """(server name, address) in the additional section."""


NO_ANSWER = Reply("TIMEOUT")


def ask(
    server: Resolver,
    name: str,
    rdtype: str,
    *,
    timeout: float,
    deadline: Deadline,
    recursion: bool = True,
    checking_disabled: bool = False,
) -> Reply | None:
    """Ask, twice if need be, by UDP and by TCP where the answer did not fit. None: the deadline came
    first, so nothing is known."""
    query = _query(name, rdtype, recursion, checking_disabled)
    if query is None:
        return Reply("SERVFAIL")
    for last in (False, True):
        allowed = min(timeout, deadline.remaining())
        if allowed <= 0.05:
            return None
        try:
            answer, _ = dns.query.udp_with_fallback(
                query,
                server.address,
                timeout=allowed,
                port=server.port,
                ignore_unexpected=True,
                ignore_errors=True,
            )
        except (dns.exception.Timeout, OSError, EOFError):
            if last:
                return None if deadline.over() else NO_ANSWER
            continue
        except (dns.exception.DNSException, ValueError):
            return Reply("SERVFAIL")
        if answer.rcode() == dns.rcode.FORMERR and query.edns >= 0:
            query.use_edns(False)  # a server from before EDNS (RFC 6891 section 7)
            continue
        return _reply(answer)
    return Reply("SERVFAIL")


def _query(
    name: str, rdtype: str, recursion: bool, checking_disabled: bool
) -> dns.message.Message | None:
    try:
        query = dns.message.make_query(name, rdtype, use_edns=0, payload=_PAYLOAD)
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return None
    if not recursion:
        query.flags &= ~dns.flags.RD
    if checking_disabled:
        query.flags |= dns.flags.CD
    return query


def _reply(answer: dns.message.Message) -> Reply:
    status = dns.rcode.to_text(answer.rcode())
    asked = answer.question[0] if answer.question else None
    if asked is None or status not in _KNOWN:
        return Reply("SERVFAIL")
    found, final, ttl = _end_of_chain(answer, asked.name, asked.rdtype)
    records = tuple(_text(rdata.to_text(), asked.rdtype) for rdata in found or ())
    return Reply(
        status,
        tuple(sorted(set(records)))[:_MOST_RECORDS],
        ttl if records else None,
        _plain(final.to_text()),
        bool(answer.flags & dns.flags.AA),
        _zone_in(answer),
        _of_type(answer.authority, dns.rdatatype.NS),
        (
            *_of_type(answer.additional, dns.rdatatype.A),
            *_of_type(answer.additional, dns.rdatatype.AAAA),
        ),
    )


def _end_of_chain(
    answer: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> tuple[dns.rrset.RRset | None, dns.name.Name, int]:
    """The records at the end of the CNAME chain, the name there, and the least TTL on the way."""
    least = 0x7FFFFFFF
    for _ in range(_LONGEST_CHAIN):
        found = answer.get_rrset(answer.answer, name, dns.rdataclass.IN, rdtype)
        if found is not None:
            return found, name, min(least, found.ttl)
        alias = answer.get_rrset(answer.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME)
        if alias is None or not len(alias):
            break
        least = min(least, alias.ttl)
        name = alias[0].target
    return None, name, least


def _zone_in(answer: dns.message.Message) -> str | None:
    for section in (answer.answer, answer.authority):
        for rrset in section:
            if rrset.rdtype == dns.rdatatype.SOA:
                return _plain(rrset.name.to_text())
    return None


def _of_type(
    section: list[dns.rrset.RRset], rdtype: dns.rdatatype.RdataType
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_plain(rrset.name.to_text()), _plain(rdata.to_text()))
        for rrset in section
        if rrset.rdtype == rdtype
        for rdata in rrset
    )[:_MOST_RECORDS]


def _plain(name: str) -> str:
    """Lower case, no final dot."""
    return name.lower().rstrip(".")


def _text(text: str, rdtype: dns.rdatatype.RdataType) -> str:
    plain = _plain(text) if dns.rdatatype.to_text(rdtype) in _NAMES else text
    return plain[:_LONGEST_RECORD]
