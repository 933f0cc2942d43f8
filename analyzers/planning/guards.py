"""Names that a step must not touch, whatever a finding says."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.constants import DefinedConstants
from analyzers.evidence import Mappings, Sites
from analyzers.findings import Subject
from analyzers.names import canonical, is_under, is_wildcard, www_twin
from analyzers.planning.case import Case
from analyzers.planning.refusals import Refusal
from analyzers.tls_view import PLATFORM

PLATFORM_HOSTS = (PLATFORM, "cloudwp.dev")
"""Closte's own domains: nobody publishes the list; the second holds its temporary addresses."""


def keeps_alias(name: str, case: Case) -> str | None:
    """Why this alias must not be deleted, or None where nothing needs it.

    DOMAIN 4.I: never for domains present in rows, the network domain, the www twin of a row.
    """
    bare = name.removeprefix("*.")
    network = case.network
    if case.grounds.maybe(Mappings) is None or case.grounds.maybe(Sites) is None:
        return "the tables that could need it were not read"
    if network.domain == "unknown":
        return "the network's own domain is not known"
    if network.owns(bare) or is_under(network.domain, bare) or www_twin(bare) == network.domain:
        return "it belongs to the network itself"
    if any(bare == host or is_under(bare, host) for host in PLATFORM_HOSTS):
        return "it is one of Closte's own names"
    app_id = (network.app_id or "").lower()
    if bare in _platform_names(case) or (app_id and bare.split(".", 1)[0] == app_id):
        return "it is a name that Closte gave the app"
    for wanted in _wanted_names(case):
        if wanted in (name, bare, www_twin(bare)) or bare == www_twin(wanted):
            return f"{wanted} is mapped, or is a site's own address"
        if is_wildcard(name) and is_under(wanted, bare):
            return f"{wanted}, which it covers, is mapped, or is a site's own address"
    return None


def _wanted_names(case: Case) -> Iterator[str]:
    yield from case.grounds.rows_by_domain
    sites = case.grounds.maybe(Sites)
    for site in sites.rows if sites else ():
        yield site.domain


def _platform_names(case: Case) -> frozenset[str]:
    constants = case.grounds.maybe(DefinedConstants)
    cdn = constants.text("CLOSTE_CDN_HOSTNAME") if constants else None
    return frozenset({canonical(cdn.split("://")[-1].split("/")[0])}) if cdn else frozenset()


def refuses_add(name: str, case: Case) -> Refusal | None:
    """Why an alias must not be asked for now, or None.

    DOMAIN 4.I: DNS that does not lead here burns the issuer's validations; so does a limit that has been
    reached, a CAA record that forbids, and a stray IPv6 address.
    """
    subject = Subject("domain", name)
    bare = name.removeprefix("*.")
    if is_wildcard(name) and not case.choices.wildcards:
        return Refusal(
            "wildcard",
            subject,
            f"{name} is a wildcard, and a wildcard alias wants your consent: it takes every name below "
            f"{bare} to this app.",
        )
    if case.network.owns(bare):
        return Refusal(
            "alias-needed",
            subject,
            f"{name} belongs to the network's own domain and comes with the app: no alias is added for it.",
        )
    if case.about(name, "ssl.rate-limit"):
        return Refusal(
            "rate-limited",
            subject,
            f"The issuer of certificates refuses {name} for now, and every new attempt makes the wait "
            "longer: it is not added again before the limit has passed (up to 7 days).",
        )
    return _refuses_dns(name, bare, subject, case)


def _refuses_dns(name: str, bare: str, subject: Subject, case: Case) -> Refusal | None:
    place = case.grounds.value(f"dns {bare}")
    faults = [f for f in case.about(bare, "dns.") if f.severity == "error"]
    if place == "here" and not faults:
        return None
    said = {
        "proxied": "stands behind a proxy, so nobody can see whether it leads here",
        "elsewhere": "leads to another server",
        "nowhere": "leads nowhere",
        None: "was not looked up, or there is no address to compare it with",
    }
    state = said.get(place if isinstance(place, str) else None, "leads elsewhere")
    if place == "here":
        state = f"has a fault in its DNS ({faults[0].code})"
    return Refusal(
        "dns-not-here",
        subject,
        f"{name} {state}: an alias added now would fail its certificate's validation, and the issuer allows "
        "few failures. The DNS comes first.",
    )


def in_use(name: str, subject: Subject) -> Refusal:
    """The refusal to delete an alias whose visitors get something from this server."""
    return Refusal(
        "alias-in-use",
        subject,
        f"The alias {name} is not deleted: visitors of {name} reach this server and get an answer.",
    )


def is_nameable(name: str) -> bool:
    """Can the name be sent as a domain at all: dots, and nothing that had to be spelt as %XX?"""
    return "." in name and "%" not in name and name == canonical(name)


__all__ = ["in_use", "is_nameable", "keeps_alias", "refuses_add"]
