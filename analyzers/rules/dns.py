"""Findings of the family `dns`: where each mapped domain leads, and why not to the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from analyzers.addresses import address_of, is_local, same
from analyzers.dns_view import USABLE, DnsView, DomainDns, cited
from analyzers.domains import MappedDomain, MappedDomains
from analyzers.evidence import (
    Dns,
    DnsAnswer,
    Host,
    Http,
    HttpAnswer,
    Mappings,
    Meta,
    Options,
    PluginLogs,
)
from analyzers.expected import CONSTANT
from analyzers.findings import Citation, Remedy, Severity
from analyzers.instants import duration
from analyzers.language import either, joined, phrase
from analyzers.names import Domain, has_www_pair, is_registrable, is_wildcard, www_twin
from analyzers.network import Network
from analyzers.pages import closte_domains
from analyzers.parking import PARKED_WORDS, parked
from analyzers.proxies import PROXIES_AS_OF
from analyzers.redirects import leads_nowhere_told
from analyzers.rule import Hit, Outcome, Unseen, rule

_TRANSIENT = "_site_transient_wu_public_network_ip"
_LONGEST_SHOWN = 60
_CLEAR = Remedy("transient.delete-network-ip", "confirm")
"""Helps where it holds no address; a wrong address comes back from the same web services."""
_UNDECIDED = ("checking-dns", "failed")
_NO_EXPECTATION = (Meta.FILE, "constants.json", Dns.FILE)
"""What could have told the expected addresses (DOMAIN 1.6)."""


def _looked_up(mapped: MappedDomains) -> Iterator[tuple[MappedDomain, DomainDns | None]]:
    """Every domain that can be looked up, with its answers; None where nobody could look."""
    for domain in mapped.checkable:
        view = domain.dns
        yield domain, view if view is not None and view.answers else None


def _unseen(domain: MappedDomain) -> Unseen:
    return Unseen(domain.subject, (Dns.FILE,))


def _says(domain: MappedDomain, network: Network) -> dict[str, str]:
    """What nearly every text of this family names."""
    view = domain.dns
    expected = network.expected.addresses
    return {
        "expected": either(expected) or phrase("the network's address"),
        "addresses": ", ".join(view.addresses) if view else "",
        "record": _record_to_set(domain.domain, expected),
        "closte": closte_domains(network),
    }


def _record_to_set(domain: str, expected: tuple[str, ...]) -> str:
    """The record in the words of a registrar's form."""
    v4 = [a for a in expected if ":" not in a]
    v6 = [a for a in expected if ":" in a]
    name = "@" if is_registrable(domain) else domain
    parts = [phrase("type A, name {name}, value {address}", name=name, address=a) for a in v4]
    parts += [phrase("type AAAA, name {name}, value {address}", name=name, address=a) for a in v6]
    return joined(parts, "; ") or phrase(
        "type A, name {name}, value: the network's address", name=name
    )


@rule("dns.nxdomain", "error", "domain", waiting_on="customer")
def nxdomain(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} does not exist in the DNS

    Means: Nobody can open {subject}: every browser says that the server cannot be found. Neither
        the plugin nor Closte can do anything, and no certificate can be issued.
    Because: The DNS answers that there is no such name: {told}. The domain is not registered, has
        expired, or this name was never entered in its zone.
    Do: The customer looks at the registrar's whether the domain is paid for and its nameservers are
        set, then enters there: {record}.
    """
    for domain, view in _looked_up(mapped):
        if view is None or not (view.resolved or view.bogus or view.lame):
            yield _unseen(domain)
        elif view.nxdomain:
            dangling = view.cname is not None
            yield Hit(
                domain.subject,
                view.citations("A") + _cname(view),
                {
                    **_says(domain, network),
                    "told": "; ".join(c.excerpt for c in view.citations("A")),
                    "cname": view.cname or "",
                },
                waiting_on="operator" if domain.under_network else "customer",
                because=phrase(
                    "{subject} is an alias (CNAME) of {cname}, and that name does not exist."
                )
                if dangling
                else None,
                do=_dangling_do(dangling, domain),
            )


def _dangling_do(dangling: bool, domain: MappedDomain) -> str | None:
    if dangling:
        return phrase(
            "The customer deletes the CNAME record of {subject} where its DNS is kept, and enters "
            "there instead: {record}."
        )
    if domain.under_network:
        return phrase(
            "Enter {subject} in the zone of the network's own domain: {record}. One record for *. below "
            "the network's domain does it for every site to come."
        )
    return None


def _cname(view: DomainDns) -> tuple[Citation, ...]:
    found = [a for a in view.asked("CNAME") if a.records]
    return (cited(found[0]),) if found else ()


@rule("dns.no-address", "error", "domain", waiting_on="customer")
def no_address(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} has no address

    Means: Nobody can open {subject}: the name exists, but it leads nowhere. No certificate can be
        issued either.
    Because: Asked for an address of {subject}, the DNS has none: {told}.
    Do: The customer enters where the DNS of {subject} is kept: {record}.
    """
    for domain, view in _looked_up(mapped):
        if view is None or not (view.resolved or view.bogus or view.lame):
            yield _unseen(domain)
        elif view.no_address:
            yield Hit(
                domain.subject,
                view.citations() + _cname(view),
                {
                    **_says(domain, network),
                    "told": "; ".join(c.excerpt for c in view.citations()),
                },
                confidence="certain" if view.asked("AAAA") else "likely",
                waiting_on="operator" if domain.under_network else None,
            )


def _judged(
    mapped: MappedDomains, network: Network
) -> Iterator[tuple[MappedDomain, DomainDns | None, Unseen | None]]:
    """Domains whose addresses can be compared with the expected ones, or what lacks for that."""
    for domain, view in _looked_up(mapped):
        if view is None or not view.resolved:
            known = view is not None and (view.bogus or view.lame)
            yield domain, None, None if known else _unseen(domain)
        elif view.addresses and not network.expected.addresses:
            yield domain, None, Unseen(domain.subject, _NO_EXPECTATION)
        else:
            yield domain, view, None


@rule("dns.wrong-address", "error", "domain", waiting_on="customer")
def wrong_address(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} leads to another server

    Means: Visitors of {subject} get whatever answers at {addresses}, not the site. Closte cannot
        issue a certificate, because the issuer looks there too.
    Because: {subject} has {addresses}, and the network's entrance is {expected} (known from:
        {source}).{chain}
    Do: The customer changes the record where the DNS of {subject} is kept: {record}. Every other A,
        AAAA or CNAME record of {subject} is deleted.
    """
    for domain, view, unseen in _judged(mapped, network):
        if unseen is not None:
            yield unseen
        elif view is not None and view.wrong and parked(domain) is None:
            chain = (
                phrase(" It gets there as an alias (CNAME) of {cname}.", cname=view.cname)
                if view.cname
                else ""
            )
            beside = _beside_the_network(view, dns, network)
            yield Hit(
                domain.subject,
                view.citations("A" if view.v4 else "AAAA") + _cname(view),
                {
                    **_says(domain, network),
                    "addresses": ", ".join(view.v4 or view.v6),
                    "source": network.expected.source or phrase("the evidence"),
                    "chain": chain,
                    "home": network.domain,
                },
                confidence="possible" if beside else network.expected.confidence,
                waiting_on="operator" if beside or domain.under_network else None,
                because=_BESIDE_BECAUSE if beside else None,
                do=_BESIDE_DO if beside else None,
            )


def _beside_the_network(view: DomainDns, dns: DnsView, network: Network) -> bool:
    """Does it lead where the network's own domain leads, and only the constant says otherwise?"""
    home = dns.of(network.domain)
    return (
        home is not None
        and network.expected.source == CONSTANT
        and bool(home.wrong)
        and all(any(same(a, b) for b in home.addresses) for a in view.addresses)
    )


_BESIDE_BECAUSE = phrase(
    "{subject} has {addresses}, and so has the network's own domain {home}; the network's entrance is "
    "{expected} by {source} alone.{chain}"
)
_BESIDE_DO = phrase(
    "Find out first which of the two is right. If {home} works, {source} in wp-config.php is out of date: "
    "ask Closte's support for the network's address; nothing is to be changed in the DNS of {subject}. If "
    "the network has moved to {expected}, the records of {home} are changed first, then those of {subject}."
)


@rule("dns.mixed-addresses", "error", "domain", waiting_on="customer")
def mixed_addresses(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} has a right address and a wrong one

    Means: Some visitors get the site, others end at {foreign}, by chance. The certificate fails now
        and then, because its issuer takes any of the addresses. The plugin is content with one
        right address.
    Because: {subject} has {addresses}; the network's entrance is {expected}, {foreign} is not.
    Do: The customer deletes the A record {foreign} of {subject} where its DNS is kept, and keeps
        {kept}.
    """
    for domain, view, unseen in _judged(mapped, network):
        if unseen is not None:
            yield unseen
        elif view is not None and view.foreign_v4 and not view.wrong:
            yield Hit(
                domain.subject,
                view.citations("A"),
                {
                    **_says(domain, network),
                    "foreign": ", ".join(view.foreign_v4),
                    "kept": ", ".join(a for a in view.v4 if a not in view.foreign_v4),
                },
                confidence=network.expected.confidence,
            )


@rule("dns.stray-ipv6", "error", "domain", waiting_on="customer")
def stray_ipv6(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} has an IPv6 address that leads elsewhere

    Means: Visitors with IPv6, which is most phones, end at {foreign} and not at the site. The
        certificate's issuer prefers IPv6, so the certificate does not come, although the plugin
        finds the DNS right: it never looks at IPv6.
    Because: {subject} has the AAAA record {foreign}; the network's entrance is {expected}.
    Do: The customer deletes the AAAA record {foreign} of {subject} where its DNS is kept. Nothing
        takes its place.
    """
    for domain, view, unseen in _judged(mapped, network):
        if unseen is not None:
            yield unseen
        elif view is not None and view.v4 and not view.v6_looked_up:
            yield _unseen(domain)
        elif view is not None and view.foreign_v6 and view.v4:
            if view.wrong and parked(domain) is not None:
                continue  # it belongs to the parking service, and goes with it
            yield Hit(
                domain.subject,
                view.citations("AAAA"),
                {**_says(domain, network), "foreign": ", ".join(view.foreign_v6)},
                confidence=network.expected.confidence,
            )


@rule("dns.proxied", "warning", "domain", waiting_on="customer")
def proxied(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} stands behind {proxy}

    Means: {proxy} answers visitors in Closte's place, with a certificate of its own. Closte's
        certificate may never be issued while it stands in between, and nobody can see from outside
        whether {proxy} passes visitors on to the right server.
    Because: {addresses} belongs to {proxy} (its published ranges of {date}); the network's entrance
        is {expected}. The plugin holds the domain at stage {stage}.
    Do: Where the DNS is kept, at {proxy}, the customer switches the proxy off for {subject} ("DNS
        only"), with the record {record}, until the stage is Ready. Then it may be switched on
        again, with SSL mode "Full (strict)".
    """
    for domain, view, unseen in _judged(mapped, network):
        if unseen is not None:
            yield unseen
            continue
        if view is None or view.proxied_by is None:
            continue
        at_ease, lacking = _proxy_at_ease(domain)
        if lacking:
            yield Unseen(domain.subject, lacking)
        yield Hit(
            domain.subject,
            (*view.citations("A"), domain.row_citation),
            {
                **_says(domain, network),
                "proxy": view.proxied_by,
                "date": PROXIES_AS_OF,
                "stage": domain.stage or phrase("unknown"),
            },
            severity="info" if at_ease else "warning",
            waiting_on="nobody" if at_ease else None,
            do=phrase(
                "Nothing now. When the certificate at Closte is to be renewed, {proxy} must pass the "
                "issuer's requests on; keep its SSL mode at Full (strict)."
            )
            if at_ease
            else None,
        )


def _proxy_at_ease(domain: MappedDomain) -> tuple[bool, tuple[str, ...]]:
    """Stage done, a good certificate, a page of ours: is it so, and what could not be seen of it?"""
    if domain.stage != "done" or domain.certificate_good is False:
        return False, ()
    ours = _page_of_ours(domain)
    if ours is False:
        return False, ()
    lacking = [] if domain.certificate_good else ["tls.json"]
    if ours is None:
        lacking.append("http.json")
    return True, tuple(lacking)


def _page_of_ours(domain: MappedDomain) -> bool | None:
    """Did the domain show a page of this network: by a visit, else by the plugin's own question?"""
    for page in domain.http:
        if page.status is None or page.status >= 400 or PARKED_WORDS.search(page.body_start):
            return False
    if any(page.status == 200 for page in domain.http):
        return True
    return domain.loopback_ok


@rule("dns.parked", "error", "domain", waiting_on="customer")
def parked_(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} is parked or forwarded at its registrar

    Means: Visitors of {subject} see a parking page or are sent somewhere else; the site cannot be
        reached, and no certificate can be issued.
    Because: {subject} leads to {addresses}, and {how}.
    Do: The customer switches parking or forwarding off in the registrar's account, and enters
        there: {record}.
    """
    for domain, view in _looked_up(mapped):
        if view is None or not (view.resolved or view.bogus or view.lame):
            yield _unseen(domain)
            continue
        found = parked(domain)
        if found is not None and (view.wrong or not view.judged):
            evidence = (*view.citations("A"), *found.evidence)
            yield Hit(
                domain.subject,
                tuple(dict.fromkeys(evidence)),
                {**_says(domain, network), "how": found.how},
                confidence=found.confidence,
            )
        elif found is None and view.wrong and not domain.http:
            yield Unseen(domain.subject, ("http.json",))  # nobody looked what is shown there
        elif found is None and view.wrong and any(map(leads_nowhere_told, domain.http)):
            yield Unseen(domain.subject, (f"{Http.FILE}: headers location",))
        elif found is None and view.wrong and not any(_shows_something(p) for p in domain.http):
            yield Unseen(domain.subject, (f"{Http.FILE}: body_start",))


def _shows_something(page: HttpAnswer) -> bool:
    """Is there anything to judge it by: a word of it, a target, or that it did not come?"""
    return bool(page.body_start.strip() or page.headers.get("location") or page.status is None)


@rule("dns.www-differs", "warning", "domain", waiting_on="customer")
def www_differs(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} and {twin} lead to different servers

    Means: Visitors get the site under one of the two names and something else under the other, with
        a certificate warning perhaps.
    Because: {subject} has {addresses}, {twin} has {twin_addresses}; the network's entrance is
        {expected}.
    Do: The customer makes both names lead to {expected} where the DNS is kept, for {twin} by a
        CNAME record to {subject} or the same A record. If {twin} is to be served too, it also needs
        an alias at {closte}.
    """
    for domain, view in _looked_up(mapped):
        name = domain.domain
        if not has_www_pair(name) or domain.under_network:
            continue
        twin_name = www_twin(name)
        if name.startswith("www.") and mapped.of(twin_name) is not None:
            continue  # said once, of the name without www
        twin = dns.of(twin_name)
        if view is None or twin is None or not _answered(view) or not _answered(twin):
            yield _unseen(domain)
            continue
        if not view.addresses or not twin.addresses or view.places == twin.places:
            continue
        if view.places & twin.places and view.judged and not (view.foreign or twin.foreign):
            continue
        yield Hit(
            domain.subject,
            (*view.citations("A"), *_of_twin(twin)),
            {
                **_says(domain, network),
                "twin": twin_name,
                "twin_addresses": ", ".join(twin.addresses),
            },
            affects=(name,),
        )


def _answered(view: DomainDns) -> bool:
    return view.resolved or bool(view.bogus or view.lame)


def _of_twin(twin: DomainDns) -> tuple[Citation, ...]:
    return tuple(Citation(c.source, f"{twin.name}: {c.excerpt}") for c in twin.citations("A"))


@rule("dns.propagating", "info", "domain", waiting_on="dns")
def propagating(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """The change of {subject} has not reached everybody yet

    Means: The record is right now. Some visitors, and perhaps the plugin, still have the old answer
        and end at the old server until it runs out.
    Because: {basis} leads {subject} to {addresses} as it should, but {stale} still has {old}.
    Do: Wait. The old answer is gone by {until} at the latest; nothing needs to be changed.
    """
    for domain, view, unseen in _judged(mapped, network):
        if unseen is not None:
            yield unseen
        elif view is not None and view.right and not view.resolvers_heard:
            yield _unseen(domain)
        elif view is not None and view.stale:
            told = any(a.via == "authoritative" for a in view.basis)
            yield Hit(
                domain.subject,
                (*view.citations("A"), *(cited(a) for a in view.stale)),
                {
                    **_says(domain, network),
                    "basis": phrase("The nameserver of the domain")
                    if told
                    else phrase("One public resolver"),
                    "stale": ", ".join(
                        dict.fromkeys(a.via.removeprefix("resolver:") for a in view.stale)
                    ),
                    "old": ", ".join(dict.fromkeys(r for a in view.stale for r in a.records))
                    or phrase("no address"),
                    "until": _gone_by(view.stale, network),
                },
                confidence="certain" if told else "likely",
            )


def _gone_by(stale: tuple[DnsAnswer, ...], network: Network) -> str:
    """When the last resolver must have dropped the old answer: by what is left of its TTL."""
    left = [a.ttl for a in stale if a.ttl is not None]
    if not left:
        return phrase("the end of the old record's TTL, a day as a rule")
    at = network.now + timedelta(seconds=max(left))
    return phrase(
        "{at} UTC (in {left})",
        at=f"{at:%Y-%m-%d %H:%M}",
        left=duration(timedelta(seconds=max(left))),
    )


@rule("dns.dnssec-bogus", "error", "domain", waiting_on="customer")
def dnssec_bogus(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """The DNSSEC signature of {subject} does not hold

    Means: Visitors whose provider checks signatures, which is most of them, cannot open {subject}
        at all, and the certificate's issuer cannot either. For everybody else it works, which makes
        this hard to believe.
    Because: {unchecked}, and {refused} will not (SERVFAIL).
    Do: The customer deletes the DS record of the domain in the registrar's account, or has the
        nameservers' operator sign the zone again. It is usually left over from an earlier DNS
        provider.
    """
    for domain, view in _looked_up(mapped):
        if view is None or not view.resolvers_heard:
            yield _unseen(domain)
        elif view.bogus:
            failed = [a for a in view.asked("A", via="resolver") if a.status == "SERVFAIL"]
            passed = [a for a in view.asked("A", unchecked=True) if a.status == "NOERROR"]
            yield Hit(
                domain.subject,
                tuple(cited(a) for a in (*failed, *passed)),
                {
                    "refused": ", ".join(a.via.removeprefix("resolver:") for a in failed),
                    "unchecked": phrase("With signature checking switched off a resolver answers")
                    if passed
                    else phrase("The domain's own nameserver answers"),
                },
                confidence=view.bogus,
            )
        elif view.unsettled:
            yield _unseen(domain)


@rule("dns.lame", "error", "domain", waiting_on="customer")
def lame(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """The nameservers of {subject} do not answer for it

    Means: Nobody can open {subject}, or only those whose provider still remembers an old answer. No
        certificate can be issued.
    Because: The nameservers that the registry names for the domain refuse or fail: {told}.
    Do: The customer compares the nameservers in the registrar's account with those that the DNS
        provider names, and corrects them; if they are right, the zone is missing or switched off at
        that provider.
    """
    for domain, view in _looked_up(mapped):
        if view is None or not any(a.type == "A" for a in view.answers):
            yield _unseen(domain)
        elif view.lame:
            told = [a for a in view.answers if a.type == "A" and a.status not in USABLE]
            answered = [a for a in view.asked("A", via="resolver") if a.status in USABLE]
            yield Hit(
                domain.subject,
                tuple(cited(a) for a in (*told, *answered)),
                {"told": "; ".join(cited(a).excerpt for a in told)},
                confidence=view.lame,
                because=phrase(
                    "The nameservers of the domain refuse or fail: {told}. Public resolvers still answer, "
                    "from memory or through nameservers that only the registry names."
                )
                if answered
                else None,
            )
        elif not _answered(view):
            yield _unseen(domain)


@rule("dns.caa-forbids", "error", "domain", waiting_on="customer")
def caa_forbids(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """{subject} forbids Closte's issuer to make a certificate

    Means: The certificate is never issued, or not renewed when it runs out: issuers must obey this
        record. Visitors get a warning instead of the site.
    Because: The CAA records at {at} allow {allowed} only; Closte's certificates come from Let's
        Encrypt (letsencrypt.org) or Google (pki.goog).{inherited}
    Do: The customer adds where the DNS of {at} is kept: type CAA, name {at}, flags 0, tag issue,
        value letsencrypt.org. Or deletes the CAA records if nobody knows what they are for.
    """
    for domain in mapped:
        wildcard = is_wildcard(domain.domain) and domain.row.active is not False
        if not (domain.checkable or wildcard):
            continue
        found = dns.caa(domain.domain)
        if found is None:
            yield _unseen(domain)
        elif found.answer is not None and found.forbids(wildcard=wildcard):
            inherited = found.at != domain.domain.removeprefix("*.")
            yield Hit(
                domain.subject,
                (_caa_citation(found.at, found.answer, found.at != domain.domain),),
                {
                    "at": found.at,
                    "allowed": ", ".join(found.records),
                    "inherited": phrase(" They stand at the parent and bind every name below it.")
                    if inherited
                    else "",
                },
                do=_WILDCARD_CAA_DO if wildcard and found.rules_wildcards else None,
            )


_WILDCARD_CAA_DO = phrase(
    "The customer adds where the DNS of {at} is kept: type CAA, name {at}, flags 0, tag issuewild, value "
    "letsencrypt.org. Or deletes the CAA records of the tag issuewild if nobody knows what they are for."
)


def _caa_citation(at: Domain, answer: DnsAnswer, inherited: bool) -> Citation:
    own = cited(answer)
    return Citation(own.source, f"{at}: {own.excerpt}") if inherited else own


@rule("dns.split-horizon", "warning", "domain", waiting_on="operator")
def split_horizon(mapped: MappedDomains, dns: DnsView, network: Network) -> Iterator[Outcome]:
    """The server sees another address for {subject} than the rest of the world

    Means: The plugin checks {subject} from the server, so it may call a domain ready that visitors
        cannot reach, or wait for one that they can.
    Because: On the server {subject} leads to {inside}; everybody else gets {addresses}.
    Do: Ask Closte's support whether the server has an entry of its own for {subject} (hosts file or
        internal DNS) and to take it away.
    """
    for domain, view in _looked_up(mapped):
        if view is None:
            yield _unseen(domain)
            continue
        inside = [a for a in view.asked("A", via="host") if a.status in ("NOERROR", "NXDOMAIN")]
        outside = [a for a in view.basis if a.type == "A" and a.via != "host"]
        if not inside or not outside:
            yield _unseen(domain)
            continue
        seen = frozenset(r for a in inside for r in a.records)
        here, there = view.places_of(seen), view.places_of(r for a in outside for r in a.records)
        if here & there or here == there or _is_public_answer(seen, view):
            continue
        at_ease = bool(seen) and all(is_local(r) for r in seen) and _all_well(domain)
        yield Hit(
            domain.subject,
            tuple(cited(a) for a in (*inside, *outside)),
            {
                "inside": ", ".join(sorted(seen)) or phrase("no address"),
                "addresses": ", ".join(view.addresses) or phrase("no address"),
            },
            severity="info" if at_ease else "warning",
        )


def _is_public_answer(seen: frozenset[str], view: DomainDns) -> bool:
    """Does the server only have what a public resolver has, or still has, too?"""
    told = (a for a in view.asked("A", via="resolver") if a.status in USABLE)
    return any(frozenset(a.records) == seen for a in told)


def _all_well(domain: MappedDomain) -> bool:
    return (
        domain.stage == "done"
        and bool(domain.dns and domain.dns.reaches_us)
        and domain.certificate_good is True
    )


@rule("dns.wrong-expectation", "info", "network", waiting_on="operator")
def wrong_expectation(
    network: Network,
    options: Options,
    host: Host | None,
    mapped: MappedDomains | None,
    logs: PluginLogs | None,
) -> Iterator[Outcome]:
    """The plugin compares domains with an address that is not the entrance

    Means: The plugin tells customers a wrong address, and a domain that is right fails its DNS
        check unless the site answers the plugin's own question over HTTP.
    Because: It keeps {value} as the network's address, as web services saw the server from outside;
        the network's entrance is {expected} (known from: {source}).
    Do: Tell customers {expected}. The wrong value comes from outside and comes back when it is
        deleted; a small must-use plugin with the filter wu_get_network_public_ip that returns
        {expected} corrects it for good.
    """
    expected = network.expected
    if not expected.addresses or expected.source == "wu_public_network_ip":
        yield Unseen(network.subject, _NO_EXPECTATION)
        return
    compared = _wrong_comparison(network, options, host)
    if compared is None:
        if _taken_for_test_site(host) is None:
            yield Unseen(network.subject, (f"{Host.FILE}: site_url",))
        return
    value, citation = compared
    hurt = [d for d in mapped or () if _fails_by_it(d)]
    if mapped is None:
        yield Unseen(network.subject, (Mappings.FILE,))
    elif logs is None and any(d.stage in _UNDECIDED for d in mapped):
        yield Unseen(network.subject, (PluginLogs.FILE,))
    yield Hit(
        network.subject,
        (citation, *(d.row_citation for d in hurt[:3])),
        {
            "value": value or "",
            "site_url": (host.site_url if host else None) or "",
            "expected": either(expected.addresses),
            "source": expected.source or phrase("the evidence"),
        },
        confidence=expected.confidence,
        severity=_severity(bool(hurt)),
        affects=tuple(d.domain for d in hurt),
        because=None
        if value
        else phrase(
            "The site's address {site_url} looks like a test site's to the plugin, so it compares with the "
            "server's own address; the network's entrance is {expected} (known from: {source})."
        ),
        remedy=_CLEAR if value and address_of(value) is None else None,
        do=None
        if value
        else phrase(
            "Tell customers {expected}. A small must-use plugin with the filter wu_is_development_mode that "
            "returns false corrects the comparison."
        ),
    )


def _severity(hurt: bool) -> Severity:
    return "warning" if hurt else "info"


def _fails_by_it(domain: MappedDomain) -> bool:
    """CONTRACT: a row in checking-dns or failed whose last loopback failed."""
    return domain.stage in _UNDECIDED and domain.loopback_ok is False


_TEST_SITE = re.compile(r"localhost|staging.*\.|\.local|\.test")
"""The plugin's own rule on `site_url`, unanchored (DOMAIN 2.8)."""


def _taken_for_test_site(host: Host | None) -> bool | None:
    """Development mode as the plugin sees it; None where nobody said enough to know."""
    if host is None or host.development_mode is not None or host.site_url is None:
        return host.development_mode if host is not None else None
    return _TEST_SITE.search(host.site_url) is not None


def _wrong_comparison(
    network: Network, options: Options, host: Host | None
) -> tuple[str | None, Citation] | None:
    """What the plugin compares with, where that is not the entrance (DOMAIN 2.8); no value where it
    takes the network for a test site."""
    if host is not None and _taken_for_test_site(host):
        return None, Citation(Host.FILE, f"development_mode true, site_url {host.site_url}")
    stored = options.values.get(_TRANSIENT)
    if not isinstance(stored, str) or not stored.strip():
        return None
    value = stored.strip()
    if network.expected.holds(value):
        return None
    shown = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
    return shown, Citation(Options.FILE, f"{_TRANSIENT} = {shown}")
