"""Parking pages and registrars' forwarding, as their answers show them (DOMAIN F74)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analyzers.domains import MappedDomain, cited_event, cited_page
from analyzers.evidence import HttpAnswer
from analyzers.findings import Citation, Confidence
from analyzers.language import phrase
from analyzers.names import is_under, registrable
from analyzers.proxies import PARKING_AS_OF, parking_of

PARKED_WORDS = re.compile(
    r"domain (is |has been )?parked|parked (free|domain|page)|this domain is (for sale|available)"
    r"|buy this domain|domain (name )?is for sale|domain for sale|make an offer on this domain"
    r"|this (web ?page|domain) is parked|future home of something|domain parking|courtesy of .{0,40}registrar"
    r"|domena (jest )?(zaparkowana|na sprzedaż)|diese domain (ist|steht) (geparkt|zum verkauf)"
    r"|(related|sponsored) searches",
    re.IGNORECASE,
)
FORWARDERS: tuple[str, ...] = (
    "afternic.com",
    "atom.com",
    "bodis.com",
    "dan.com",
    "domainmarket.com",
    "dynadot.com",
    "forsale.godaddy.com",
    "godaddy.com",
    "hugedomains.com",
    "namecheap.com",
    "namesilo.com",
    "ovh.com",
    "parkingcrew.net",
    "porkbun.com",
    "sedo.com",
    "sedoparking.com",
    "uniregistry.com",
)
"""Registrars and parking services that redirect parked domains to themselves (2026-02)."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Parked:
    """Why a domain is taken for parked."""

    how: str
    evidence: tuple[Citation, ...]
    confidence: Confidence


def parked(domain: MappedDomain) -> Parked | None:
    """Is the domain parked, or forwarded by its registrar? Only where it leads away from the entrance."""
    dns = domain.dns
    if dns is None or not dns.addresses or dns.right:
        return None
    away = set(dns.foreign if dns.judged else dns.addresses)
    if not away:
        return None
    return _by_page(domain, away) or _by_address(domain, away) or _by_log(domain)


def _by_page(domain: MappedDomain, away: set[str]) -> Parked | None:
    pages = [p for p in domain.http if p.address is None or p.address in away]
    for page in pages:
        words = PARKED_WORDS.search(page.body_start)
        if words:
            how = phrase('its page says "{words}"', words=words[0])
            return Parked(how, (cited_page(page),), "certain")
    for page in pages:
        target = _redirect_target(page)
        if target and _is_forwarder(target):
            return Parked(
                phrase("it redirects to {target}", target=target), (cited_page(page),), "certain"
            )
    for page in pages:
        target = _redirect_target(page)
        if target and registrable(target) != registrable(domain.domain):
            how = phrase("somebody there forwards it to {target}", target=target)
            return Parked(how, (cited_page(page),), "likely")
    return None


def _by_address(domain: MappedDomain, away: Iterable[str]) -> Parked | None:
    for address in sorted(away):
        owner = parking_of(address)
        if owner and domain.dns is not None:
            how = phrase(
                "{address} is an address of {owner} for parked domains (as of {date})",
                address=address,
                owner=owner,
                date=PARKING_AS_OF,
            )
            return Parked(how, domain.dns.citations("A"), "likely")
    return None


def _by_log(domain: MappedDomain) -> Parked | None:
    check = domain.last_check
    for event in check.pages if check else ():
        words = PARKED_WORDS.search(event.fields.get("body", "") or event.message)
        if words:
            how = phrase('the plugin got a page that says "{words}"', words=words[0])
            return Parked(how, (cited_event(event),), "likely")
    return None


def _redirect_target(page: HttpAnswer) -> str | None:
    """The host a redirect leads to."""
    location = page.headers.get("location", "")
    if page.status not in _REDIRECTS or "//" not in location:
        return None
    host = location.split("//", 1)[1]
    for end in "/?#":
        host = host.split(end, 1)[0]
    return host.rsplit("@", 1)[-1].split(":", 1)[0].lower() or None


def _is_forwarder(host: str) -> bool:
    return any(host == known or is_under(host, known) for known in FORWARDERS)
