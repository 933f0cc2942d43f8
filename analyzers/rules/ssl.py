"""Findings of the family `ssl`: what a visitor's browser meets on port 443 of each mapped domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from analyzers.aliases import AliasList
from analyzers.causes import (
    CERTIFICATE_FAULT,
    FOREIGN_ADDRESS,
    LEADS_NOWHERE,
    NAME_REFUSED,
    NO_ALIAS,
    ONLY_UNDER_NETWORK,
)
from analyzers.dns_view import DnsView
from analyzers.domains import (
    ADD,
    CHECKING_STAGES,
    USUAL_ISSUE,
    MappedDomain,
    MappedDomains,
    cited_event,
    cited_page,
)
from analyzers.evidence import (
    ClosteCalls,
    Dns,
    Http,
    HttpAnswer,
    LogEvent,
    PluginLogs,
    Scheduler,
    Tls,
)
from analyzers.findings import Citation, Remedy, Subject
from analyzers.instants import age, duration
from analyzers.issuer_limit import LIMIT_TEXT, limits
from analyzers.jobs import reason_of
from analyzers.language import joined, phrase
from analyzers.names import Domain, is_wildcard
from analyzers.network import Network
from analyzers.pages import closte_domains, mapping_list, mapping_page
from analyzers.proxies import proxy_of
from analyzers.redirects import leads_nowhere_told, loop
from analyzers.row_columns import without_column
from analyzers.rule import Hit, Outcome, Unseen, rule
from analyzers.tls_view import (
    Fault,
    HostTls,
    SeenHandshake,
    TlsView,
    covers_for_plugin,
    issuer_of,
    named,
)

_EXPIRING = timedelta(days=14)
_RECHECK = Remedy("domain.recheck", "confirm")
_RECHECK_LIVE = Remedy("domain.recheck", "severe")
"""While a check runs, a domain that visitors reach is offline (CONTRACT section 7)."""
_WEEK = timedelta(days=7)
_MOST_ADDITIONS = 5


def _unseen(domain: MappedDomain) -> Unseen:
    return Unseen(domain.subject, (Tls.FILE,))


@dataclass(frozen=True, slots=True)
class _Target:
    """A host whose certificate visitors meet: a mapped domain, or the network's own."""

    host: Domain
    tls: HostTls
    mapped: MappedDomain | None

    @property
    def subject(self) -> Subject:
        return Subject("domain", self.host)

    @property
    def rows(self) -> tuple[Citation, ...]:
        return (self.mapped.row_citation,) if self.mapped else ()


def _targets(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[_Target | Unseen]:
    """Every mapped domain that can be connected to, and the network's own where it was tried."""
    own = tls.of(network.domain)
    if own is not None and mapped.of(network.domain) is None:
        yield _Target(Domain(network.domain), own, None)
    for domain in mapped.checkable:
        if domain.tls is not None:
            yield _Target(domain.domain, domain.tls, domain)
        elif not domain.leads_nowhere:
            yield _unseen(domain)


def _facets(domain: MappedDomain | None, *more: str) -> frozenset[str]:
    """By which `causes.py` tells cases apart: is the alias known to be there, does the DNS lead anywhere?"""
    if domain is None:
        return frozenset(more)
    unknown = (NO_ALIAS,) if not domain.alias_known else ()
    nowhere = (LEADS_NOWHERE,) if domain.dns and not domain.dns.addresses else ()
    return frozenset((*more, *unknown, *nowhere))


def _at_fault(
    targets: Iterable[_Target | Unseen], fault: Fault
) -> Iterator[tuple[_Target, SeenHandshake, bool] | Unseen]:
    """Each host with a handshake of this fault: at the entrance, else at a foreign address."""
    for target in targets:
        if isinstance(target, Unseen):
            yield target
            continue
        own, foreign = target.tls.first(fault), target.tls.first_foreign(fault)
        if own is not None:
            yield target, own, False
        elif foreign is not None:
            yield target, foreign, True
        elif target.tls.undecided:
            yield Unseen(target.subject, (Dns.FILE,))
        elif not all(s.tells_of(fault) for s in (*target.tls.own, *target.tls.foreign)):
            yield Unseen(target.subject, (Tls.FILE,))


def _says(host: MappedDomain | None, seen: SeenHandshake, network: Network) -> dict[str, str]:
    shake = seen.handshake
    return {
        "address": shake.address,
        "names": named(shake.names),
        "issuer": issuer_of(shake),
        "error": shake.verify_error or phrase("no reason given"),
        "closte": closte_domains(network),
        "page": mapping_page(network, host.row) if host else mapping_list(network),
        "stage": (host.stage if host else "") or phrase("unknown"),
    }


def _fault_hit(
    target: _Target,
    seen: SeenHandshake,
    foreign: bool,
    network: Network,
    **more: str,
) -> Hit:
    """A hit about one handshake; at a foreign address it is the DNS that has to be mended, and at a
    proxy's the certificate is the proxy's."""
    proxy = None if foreign else proxy_of(seen.handshake.address)
    return Hit(
        target.subject,
        (seen.citation, *target.rows),
        {**_says(target.mapped, seen, network), **more, "proxy": proxy or ""},
        facets=_facets(target.mapped, *((FOREIGN_ADDRESS,) if foreign else ())),
        do=_FOREIGN_DO if foreign else _EDGE_DO if proxy else None,
        waiting_on="customer" if foreign or proxy else None,
    )


_EDGE_DO = phrase(
    "At {address} it is {proxy} that answers, with a certificate of its own and not Closte's. See to the "
    "certificate of {subject} in the account at {proxy}, or switch the proxy off there."
)
_FOREIGN_DO = phrase(
    "Nothing at Closte: {address} is not the network's server. See to the DNS of {subject}; the "
    "certificate comes by itself afterwards."
)


def _waits(domain: MappedDomain, network: Network) -> bool:
    """Is a certificate still on its way, or given up, by the plugin's stage?

    CONTRACT: while one of ssl.pending, ssl.slow, ssl.given-up or alias.missing holds, the host's own
    default certificate is the sign of that and no fault of its own.
    """
    return (
        domain.stage != "done"
        or (domain.listed is False and not domain.comes_with_app)
        or domain.young(network.now)
    )


_PENDING_STAGES = CHECKING_STAGES | {"done"}
"""At `done` a domain waits again where it was added anew, or marked by hand."""


@rule("ssl.pending", "info", "domain", waiting_on="closte")
def pending(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """The certificate of {subject} is on its way

    Means: Visitors get a browser warning for a few minutes more. This is normal for a new domain.
    Because: {subject} was added {age} ago, and Closte usually needs 5 to 10 minutes for a
        certificate. The plugin is at stage {stage}.
    Do: Wait until 10 minutes have passed since it was added.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage not in _PENDING_STAGES:
            continue
        if domain.tls is None or domain.tls.unverified:
            if not domain.leads_nowhere:
                yield _unseen(domain)
            continue
        if domain.tls.own and domain.certificate_good is None:
            yield _unseen(domain)
            continue
        added = domain.added_at
        if not domain.young(network.now) or added is None or not _awaits_certificate(domain):
            continue
        if domain.stage == "done" and not _only_lacks_one(domain.tls):
            continue
        yield Hit(
            domain.subject,
            (domain.row_citation, *(s.citation for s in domain.tls.own[:1])),
            {"age": duration(age(added, network.now)), "stage": domain.stage},
            facets=_facets(domain),
        )


def _only_lacks_one(tls: HostTls) -> bool:
    """Is it only that the host has no certificate for the name yet?"""
    bad = [s for s in tls.own if s.good is False]
    return all(s.hosts_default or s.handshake.status == "handshake-failed" for s in bad)


def _awaits_certificate(domain: MappedDomain) -> bool:
    """No good certificate at the entrance, and a DNS that lets one be issued."""
    led_here = domain.dns is None or domain.dns.reaches_us is not False
    return led_here and domain.certificate_good is False


@rule("ssl.slow", "warning", "domain", waiting_on="closte")
def slow(
    mapped: MappedDomains, tls: TlsView, dns: DnsView | None, network: Network
) -> Iterator[Outcome]:
    """The certificate of {subject} takes longer than usual

    Means: Visitors get a browser warning instead of the site. The plugin is still checking, and
        nothing was found in the DNS that forbids a certificate.
    Because: {subject} was added {age} ago and Closte usually needs 5 to 10 minutes; its server
        still shows {shown}. DNS and alias are in order as far as they were looked at.
    Do: Look at {closte} what Closte says of the certificate of {subject}. If nothing happens within
        the hour, ask Closte's support to issue it, with the name and the time.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage not in CHECKING_STAGES:
            continue
        if domain.tls is None or domain.tls.unverified:
            if not domain.leads_nowhere:
                yield _unseen(domain)
            continue
        if domain.tls.own and domain.certificate_good is None:
            yield _unseen(domain)
            continue
        added = domain.added_at
        if domain.young(network.now) or not _awaits_certificate(domain):
            continue
        if domain.stage == "checking-dns" and not (domain.dns and domain.dns.reaches_us):
            if domain.dns is None or not domain.dns.resolved:
                yield Unseen(domain.subject, (Dns.FILE,))
            continue
        if _forbidden(domain, dns) or domain.tls.own[0].fault is None:
            continue
        late = [e for e in domain.said("check.dns-ok") if age(e.at, network.now) < USUAL_ISSUE]
        unlisted = domain.listed is False and not domain.comes_with_app
        yield Hit(
            domain.subject,
            (domain.row_citation, domain.tls.own[0].citation, *(cited_event(e) for e in late[-1:])),
            {
                "age": duration(age(added, network.now)) if added else phrase("some time"),
                "shown": _shown(domain.tls),
                "closte": closte_domains(network),
            },
            confidence="possible" if late or added is None else "certain",
            because=_WITHOUT_ALIAS if unlisted else None,
            do=_AFTER_ITS_ALIAS if unlisted else None,
            facets=_facets(domain, *((ONLY_UNDER_NETWORK,) if unlisted else ())),
        )


_WITHOUT_ALIAS = phrase(
    "{subject} was added {age} ago and Closte usually needs 5 to 10 minutes; its server still shows "
    "{shown}. Closte does not have it in its list, so it issues none."
)
"""`alias.missing` says it, unless the network has a fault of which both are consequences."""
_AFTER_ITS_ALIAS = phrase(
    "Nothing of its own: mend what it follows from. The certificate comes some 10 minutes after Closte was "
    "told of {subject}."
)


def _shown(tls: HostTls) -> str:
    seen = tls.own[0].handshake
    return (
        phrase("a certificate for {names}", names=named(seen.names))
        if seen.names
        else phrase("nothing ({status})", status=seen.status)
    )


def _forbidden(domain: MappedDomain, dns: DnsView | None) -> bool:
    """Is something found at the domain that keeps a certificate from being issued, or a fault with its
    own code?"""
    if domain.tls is not None and not domain.tls.default_only:
        return True
    if domain.dns is not None:
        kept = domain.dns.foreign or domain.dns.bogus or domain.dns.lame or domain.dns.proxied_by
        if kept:
            return True
    caa = dns.caa(domain.domain) if dns else None
    return bool(caa and caa.forbids(wildcard=is_wildcard(domain.domain)))


@rule("ssl.given-up", "error", "domain", waiting_on="nobody", remedy=_RECHECK)
def given_up(
    mapped: MappedDomains, tls: TlsView, network: Network, aliases: AliasList | None
) -> Iterator[Outcome]:
    """The plugin stopped waiting for the certificate of {subject}

    Means: {effect} Nobody looks again: this stays so for ever unless somebody acts, also when the
        certificate comes later.
    Because: The row stands at {stage}, and at {address} {subject} still shows {shown}.
    Do: Look at {closte} why there is no certificate for {subject}. When {subject} opens without a
        warning, open {page}, set the stage to "Checking DNS" and save: the plugin then checks
        again.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage not in ("ssl-failed", "done-without-ssl"):
            continue
        if domain.tls is None or domain.tls.unverified:
            if not domain.leads_nowhere:
                yield _unseen(domain)
            continue
        seen = domain.tls.own or domain.tls.foreign or domain.tls.unvisited
        if domain.certificate_good or not seen:
            continue
        if domain.tls.own and domain.certificate_good is None:
            yield _unseen(domain)
            continue
        bad = next((s for s in seen if not s.good), seen[0])
        yield Hit(
            domain.subject,
            (domain.row_citation, bad.citation, *(cited_event(e) for e in _last_words(domain))),
            {
                **_says(domain, bad, network),
                "effect": phrase("Visitors do not reach the site under this name.")
                if domain.stage == "ssl-failed"
                else phrase("Visitors reach the site without encryption only."),
                "shown": phrase("a certificate for {names}", names=named(bad.handshake.names))
                if bad.handshake.names
                else phrase("none ({status})", status=bad.handshake.status),
            },
            facets=_facets(domain, *_given_up_facets(domain.tls)),
            remedy=None if domain.stage == "ssl-failed" else _RECHECK_LIVE,
        )


def _given_up_facets(tls: HostTls) -> tuple[str, ...]:
    if not tls.own:
        return (FOREIGN_ADDRESS,)
    return () if tls.default_only else (CERTIFICATE_FAULT,)


def _last_words(domain: MappedDomain) -> tuple[LogEvent, ...]:
    return domain.said("check.ssl-given-up")[-1:]


@rule("ssl.wrong-name", "error", "domain", waiting_on="closte")
def wrong_name(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """{subject} shows a certificate for another name

    Means: Visitors of {subject} get a browser warning that the connection is not private, and most
        turn back.
    Because: At {address} {subject} shows a certificate for {names} of {issuer}.{plugin}
    Do: Look at {closte} whether {subject} is listed with a certificate of its own. If it is listed,
        ask Closte's support to issue it again; if not, add it there.
    """
    for found in _at_fault(_targets(mapped, tls, network), "wrong-name"):
        if isinstance(found, Unseen):
            yield found
            continue
        target, seen, foreign = found
        if seen.hosts_default and not foreign and target.mapped and _waits(target.mapped, network):
            third = _third_party(target.tls)
            if third is None:
                if target.mapped.row.stage is None:
                    yield without_column(target.subject, "stage")
                elif target.tls.undecided:
                    yield Unseen(target.subject, (Dns.FILE,))
                continue
            seen = third
        content = covers_for_plugin(seen.handshake.names, target.host)
        plugin = phrase(" The plugin is content with it; browsers are not.") if content else ""
        yield _fault_hit(target, seen, foreign, network, plugin=plugin)


def _third_party(tls: HostTls) -> SeenHandshake | None:
    """A handshake at the entrance with somebody else's certificate."""
    return next((s for s in tls.own if s.fault == "wrong-name" and not s.hosts_default), None)


@rule("ssl.expired", "error", "domain", waiting_on="closte")
def expired(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """The certificate of {subject} has expired

    Means: Visitors of {subject} get a browser warning that the connection is not private. The
        plugin does not notice: it never looks again after stage done.
    Because: At {address} {subject} shows a certificate that ended on {until}, {age} ago.
    Do: See at {closte} that {subject} is still listed, and ask Closte's support why it was not
        renewed. Renewal fails when the DNS led elsewhere at the time, or a CAA record forbids it.
    """
    for found in _at_fault(_targets(mapped, tls, network), "expired"):
        if isinstance(found, Unseen):
            yield found
            continue
        target, seen, foreign = found
        end = seen.handshake.not_after
        yield _fault_hit(
            target,
            seen,
            foreign,
            network,
            until=f"{end:%Y-%m-%d %H:%M} UTC" if end else phrase("a day that was not recorded"),
            age=duration(age(end, network.now)) if end else phrase("some time"),
        )


@rule("ssl.expiring", "warning", "domain", waiting_on="closte")
def expiring(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """The certificate of {subject} ends in {left} and was not renewed

    Means: Nothing yet. If it is not renewed, visitors get a browser warning from {until} on.
    Because: The certificate at {address} ends on {until}; Closte renews weeks before that as a
        rule.
    Do: See at {closte} that {subject} is listed and its DNS is shown as right, and ask Closte's
        support to renew it.
    """
    for target in _targets(mapped, tls, network):
        if isinstance(target, Unseen):
            yield target
            continue
        fine = [s for s in target.tls.own if s.fault is None]
        ending = [s for s in fine if _ends_soon(s, network)]
        if not ending:
            if any(s.handshake.not_after is None for s in fine):
                yield Unseen(target.subject, (Tls.FILE,))
            continue
        end = min(s.handshake.not_after for s in ending if s.handshake.not_after)
        proxy = proxy_of(ending[0].handshake.address)
        yield Hit(
            target.subject,
            tuple(s.citation for s in ending),
            {
                **_says(target.mapped, ending[0], network),
                "until": f"{end:%Y-%m-%d %H:%M} UTC",
                "left": duration(end - network.now),
                "proxy": proxy or "",
            },
            do=_EDGE_DO if proxy else None,
            waiting_on="customer" if proxy else None,
            facets=_facets(target.mapped),
        )


def _ends_soon(seen: SeenHandshake, network: Network) -> bool:
    end = seen.handshake.not_after
    return end is not None and timedelta() <= end - network.now < _EXPIRING


@rule("ssl.untrusted", "error", "domain", waiting_on="closte")
def untrusted(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """Browsers do not trust the certificate of {subject}

    Means: Visitors of {subject} get a browser warning that the connection is not private.
    Because: At {address} {subject} shows a certificate of {issuer} that fails the check: {error}.
        {why}
    Do: Look at {closte} whether {subject} has a certificate there, and ask Closte's support to
        issue it again.
    """
    for found in _at_fault(_targets(mapped, tls, network), "untrusted"):
        if isinstance(found, Unseen):
            yield found
            continue
        target, seen, foreign = found
        yield _fault_hit(target, seen, foreign, network, why=_why_untrusted(seen, network))


def _why_untrusted(seen: SeenHandshake, network: Network) -> str:
    shake = seen.handshake
    if shake.self_signed:
        return phrase("The certificate is self-signed: no authority vouches for it.")
    if shake.not_before is not None and shake.not_before > network.now:
        return phrase(
            "The certificate is not valid yet: a clock is wrong, or it was issued for later."
        )
    return phrase(
        "Its chain does not lead to an authority that browsers know; an intermediate may lack."
    )


@rule("ssl.unreachable", "error", "domain", waiting_on="closte")
def unreachable(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """{subject} does not answer on port 443

    Means: Visitors cannot open https://{subject}: the connection ends before a page or a
        certificate is shown.
    Because: {address}, port 443: {how}.
    Do: Try https://{subject} from another line. If other domains of the network open, ask Closte's
        support to look at this name; if none does, the whole server is down.
    """
    for found in _at_fault(_targets(mapped, tls, network), "unreachable"):
        if isinstance(found, Unseen):
            yield found
            continue
        target, seen, foreign = found
        refused_by_name = seen.handshake.status == "handshake-failed" and not foreign
        if refused_by_name and target.mapped and _just_added(target.mapped, network):
            continue  # a name without certificate yet: ssl.pending says it
        hit = _fault_hit(target, seen, foreign, network, how=_how(seen))
        if refused_by_name and proxy_of(seen.handshake.address) is None:
            hit = replace(hit, facets=hit.facets | {NAME_REFUSED})
        elif not refused_by_name and not foreign:
            # That nobody is led to a closed port does not close it.
            hit = replace(hit, facets=hit.facets - {LEADS_NOWHERE})
        yield hit


def _just_added(domain: MappedDomain, network: Network) -> bool:
    return domain.stage in _PENDING_STAGES and domain.young(network.now)


def _how(seen: SeenHandshake) -> str:
    words = {
        "refused": phrase("the connection is refused, nothing listens there"),
        "timeout": phrase("no answer within the time limit"),
        "reset": phrase("the connection is cut off"),
        "handshake-failed": phrase("the server refuses a TLS connection for this name"),
    }
    how = words.get(seen.handshake.status, seen.handshake.status)
    error = seen.handshake.verify_error
    return joined((how, f" ({error})"), "") if error else how


@rule("ssl.redirect-loop", "warning", "domain", waiting_on="customer")
def redirect_loop(mapped: MappedDomains, http: Http, network: Network) -> Iterator[Outcome]:
    """{subject} redirects to itself without end

    Means: Visitors see "too many redirects" and never the site.
    Because: {chain}.{proxy}
    Do: Look for a rule that sends {subject} from https to http (.htaccess, a plugin, a constant
        WP_HOME or WP_SITEURL in wp-config.php) and take it out.
    """
    for domain in mapped.checkable:
        proxy = domain.dns.proxied_by if domain.dns else None
        pages = [p for p in domain.http if p.status is not None]
        if not pages:
            if proxy is not None:
                yield Unseen(domain.subject, (Http.FILE,))
            continue
        found = loop(pages)
        if not found:
            if any(leads_nowhere_told(p) for p in pages):
                yield Unseen(domain.subject, (f"{Http.FILE}: headers location",))
            continue
        away = _leads_away(domain, found[0])
        yield Hit(
            domain.subject,
            tuple(cited_page(p) for p in found),
            {
                "address": found[0].address or "",
                "chain": joined(
                    (
                        phrase(
                            "{url} sends to {target}", url=p.url, target=p.headers.get("location")
                        )
                        for p in found
                    ),
                    "; ",
                ),
                "proxy": phrase(" {proxy} stands in between.", proxy=proxy) if proxy else "",
                "by": proxy or "",
            },
            waiting_on="customer" if proxy or away else "operator",
            facets=frozenset({FOREIGN_ADDRESS} if away else ()),
            do=_LOOP_AWAY_DO
            if away
            else phrase(
                "At {by}, set the SSL mode to Full (strict): with Flexible it asks the server over http, and "
                "the server sends every such request back to https."
            )
            if proxy
            else None,
        )


def _leads_away(domain: MappedDomain, page: HttpAnswer) -> bool:
    """Was this page fetched at an address that is not the network's?"""
    return domain.dns is not None and page.address in domain.dns.foreign


_LOOP_AWAY_DO = phrase(
    "Nothing on the network's server: it is {address} that redirects. See to the DNS of {subject}."
)


@rule("ssl.rate-limit", "warning", "domain", waiting_on="closte")
def rate_limit(
    mapped: MappedDomains,
    tls: TlsView,
    network: Network,
    logs: PluginLogs | None,
    scheduler: Scheduler | None,
    calls: ClosteCalls | None,
) -> Iterator[Outcome]:
    """The issuer makes no more certificates for {subject} for now

    Means: Visitors get a browser warning instead of the site, and every new attempt makes the wait
        longer.
    Because: An answer speaks of the issuer's limit: {told}
    Do: Do not delete or add {subject} at Closte again. Wait up to 7 days, and mend meanwhile what
        made the earlier attempts fail: DNS, CAA, IPv6. Closte's support can see the issuer's
        answer.
    """
    sources = ((PluginLogs, logs), (Scheduler, scheduler), (ClosteCalls, calls))
    unread = tuple(kind.FILE for kind, seen in sources if seen is None)
    limited = limits(calls)
    for domain in mapped.checkable:
        if domain.tls is None or domain.tls.unverified:
            if not domain.leads_nowhere:
                yield _unseen(domain)
            continue
        if domain.certificate_good:
            continue
        told = _logged_limit(domain, network) or limited.get(domain.domain)
        added = _additions(domain, network)
        if told is not None:
            yield Hit(
                domain.subject,
                (told, domain.tls.own[0].citation) if domain.tls.own else (told,),
                {"told": told.excerpt},
            )
        elif added >= _MOST_ADDITIONS and domain.certificate_good is False:
            yield Hit(
                domain.subject,
                (*_cited_additions(domain, network), domain.tls.own[0].citation),
                {"added": str(added)},
                because=phrase(
                    "{subject} was added {added} times at Closte within 7 days, and there is no good "
                    "certificate; Let's Encrypt allows 5 failures an hour and 5 equal certificates a week."
                ),
                confidence="likely",
            )
        elif unread:
            yield Unseen(domain.subject, unread)


def _logged_limit(domain: MappedDomain, network: Network) -> Citation | None:
    """The issuer's own words in an answer of the last 7 days about this domain; up to 2.4.3 the log does
    not say whom an answer is about, the job that ran at that moment does."""
    for event in reversed(domain.events):
        if age(event.at, network.now) > _WEEK or not event.name.startswith("closte."):
            continue
        if LIMIT_TEXT.search(" ".join((event.message, *event.fields.values()))):
            return cited_event(event)
    for answer in reversed(domain.answers):
        recent = answer.at is not None and age(answer.at, network.now) <= _WEEK
        if answer.logged and recent and LIMIT_TEXT.search(answer.says):
            return answer.citation
    return None


def _additions(domain: MappedDomain, network: Network) -> int:
    """How often it was added in the last 7 days, by the log or by the jobs, whichever saw more."""
    logged = [e for e in domain.said("closte.adding") if age(e.at, network.now) <= _WEEK]
    ran = [
        a
        for a in domain.of_hook(ADD)
        if a.last_attempt is not None
        and age(a.last_attempt, network.now) <= _WEEK
        and reason_of(a) != "no-callbacks"  # nobody was there to call Closte
    ]
    return max(len(logged), len(ran))


def _cited_additions(domain: MappedDomain, network: Network) -> tuple[Citation, ...]:
    logged = [e for e in domain.said("closte.adding") if age(e.at, network.now) <= _WEEK]
    return tuple(cited_event(e) for e in logged[-_MOST_ADDITIONS:]) or (domain.row_citation,)
