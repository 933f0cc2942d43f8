"""The rows of `dns.json` (CONTRACT section 3): each name as resolvers and as its own name servers see it.

Honest about what was not seen: a resolver that answered nothing at all says something of the way there, not
of the domains, and its rows are left out; so are time-outs of name servers while none ever answered us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.deadline import Deadline
from bridge.outside.authority import Authority
from bridge.outside.nameserver import Reply
from bridge.outside.options import LookOptions, Resolver
from bridge.outside.parallel import at_once
from bridge.outside.resolution import Resolution

_ADDRESSES = ("A", "AAAA", "CNAME")
_OF_A_ZONE = ("NS", "SOA")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Question:
    name: str
    rdtype: str
    server: Resolver | None
    """None: the name's own name servers."""


@dataclass(frozen=True, slots=True)
class _Answer:
    question: _Question
    reply: Reply
    checking_disabled: bool = False


def dns_rows(
    names: Iterable[str], wildcards: Iterable[str], options: LookOptions, deadline: Deadline
) -> tuple[Row, ...]:
    """The rows for these canonical names. Of `wildcards` (`*.shop.example`) only what their certificates
    need is asked for: `_acme-challenge`, and the CAA records of the name they stand below. Never raises
    for DNS trouble; what the deadline cut off is left out."""
    resolution = Resolution(options, deadline)
    authority = Authority(resolution)
    asked = tuple(dict.fromkeys(names))
    starred = tuple(dict.fromkeys(wildcards))
    bound = tuple(dict.fromkeys((*asked, *(w.removeprefix("*.") for w in starred))))

    def answers(question: _Question) -> tuple[_Answer, ...]:
        return tuple(_answers(question, resolution, authority))

    def allowances(name: str) -> tuple[_Answer, ...]:
        return tuple(_allowances(name, resolution))

    limit = options.dns_at_once
    questions = (*_questions(asked, options), *_challenges(starred, options))
    groups = [
        *at_once(answers, questions, limit=limit, deadline=deadline),
        *at_once(allowances, bound, limit=limit, deadline=deadline),
    ]
    found = (answer for group in groups for answer in group)
    believed = [a for a in found if _is_about_the_name(a, resolution, authority)]
    return tuple(_rows(believed, asked, _vias(options.resolvers)))


def _vias(resolvers: tuple[Resolver, ...]) -> dict[Resolver | None, str]:
    """`resolver:ADDRESS`; with the port only where two resolvers share an address."""
    addresses = [resolver.address for resolver in dict.fromkeys(resolvers)]
    vias: dict[Resolver | None, str] = {None: "authoritative"}
    for resolver in resolvers:
        shared = addresses.count(resolver.address) > 1
        vias[resolver] = f"resolver:{resolver.address}" + (f"#{resolver.port}" if shared else "")
    return vias


def _questions(names: tuple[str, ...], options: LookOptions) -> Iterator[_Question]:
    for name in names:
        for rdtype in _ADDRESSES:
            for server in (*options.resolvers, None):
                yield _Question(name, rdtype, server)
        for rdtype in ("CAA", *_OF_A_ZONE):
            yield _Question(name, rdtype, None)


def _challenges(wildcards: Iterable[str], options: LookOptions) -> Iterator[_Question]:
    for wildcard in wildcards:
        for rdtype in ("TXT", "CNAME"):
            yield _Question(
                f"_acme-challenge.{wildcard.removeprefix('*.')}", rdtype, options.resolvers[0]
            )


def _answers(
    question: _Question, resolution: Resolution, authority: Authority
) -> Iterator[_Answer]:
    name, rdtype, server = question.name, question.rdtype, question.server
    if server is None:
        if rdtype in _OF_A_ZONE and authority.zone_of(name) != name:
            return
        reply = authority.ask(name, rdtype)
        if reply is not None:
            yield _Answer(question, reply)
        return
    yield from _asked(question, server, resolution)


def _asked(question: _Question, server: Resolver, resolution: Resolution) -> Iterator[_Answer]:
    reply = resolution.ask(server, question.name, question.rdtype)
    if reply is None:
        return
    yield _Answer(question, reply)
    if reply.status == "SERVFAIL":  # does it resolve without validation? then DNSSEC is at fault
        unchecked = resolution.ask(server, question.name, question.rdtype, checking_disabled=True)
        if unchecked is not None:
            yield _Answer(question, unchecked, checking_disabled=True)


def _allowances(name: str, resolution: Resolution) -> Iterator[_Answer]:
    """The name's CAA records and, as long as there are none, its parents' (RFC 8659 section 3)."""
    server = next((r for r in resolution.resolvers if resolution.answered(r)), None)
    while server is not None and name:
        answers = tuple(_asked(_Question(name, "CAA", server), server, resolution))
        yield from answers
        if not answers or answers[0].reply.records:
            return
        if answers[0].reply.status not in ("NOERROR", "NXDOMAIN"):
            return
        name = name.partition(".")[2]


def _is_about_the_name(answer: _Answer, resolution: Resolution, authority: Authority) -> bool:
    """Does the answer say something of the name, and not only of our own way into the network?"""
    if answer.reply.status != "TIMEOUT":
        return True
    server = answer.question.server
    return authority.heard if server is None else resolution.answered(server)


def _rows(
    answers: list[_Answer], names: tuple[str, ...], vias: dict[Resolver | None, str]
) -> Iterator[Row]:
    place = {name: index for index, name in enumerate(names)}
    seen = set()
    for answer in sorted(answers, key=lambda a: place.get(a.question.name, len(place))):
        question, reply = answer.question, answer.reply
        key = (question.name, question.rdtype, question.server, answer.checking_disabled)
        if key in seen:
            continue
        seen.add(key)
        yield {
            "name": question.name,
            "type": question.rdtype,
            "via": vias[question.server],
            "status": reply.status,
            "records": list(reply.records),
            "ttl": reply.ttl,
            "checking_disabled": answer.checking_disabled,
        }
