"""Names that a step must not touch, whatever a finding says."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.accounted import Accounted
from analyzers.constants import DefinedConstants
from analyzers.evidence import Mappings, Sites
from analyzers.findings import Subject
from analyzers.language import phrase
from analyzers.names import Domain, canonical, is_under, is_wildcard, meant, www_twin
from analyzers.network_domain import UNKNOWN
from analyzers.planning.case import Case
from analyzers.planning.refusals import Refusal
from analyzers.platform_hosts import is_of_platform


def keeps_alias(name: str, case: Case) -> str | None:
    """Why this alias must not be deleted, or None where nothing needs it.

    DOMAIN 4.I: never for domains present in rows, the network domain, the www twin of a row.
    """
    bare = name.removeprefix("*.")
    network = case.network
    if case.grounds.maybe(Mappings) is None or case.grounds.maybe(Sites) is None:
        return phrase("the tables that could need it were not read")
    if network.domain == UNKNOWN:
        return phrase("the network's own domain is not known")
    if network.owns(bare) or is_under(network.domain, bare) or www_twin(bare) == network.domain:
        return phrase("it belongs to the network itself")
    if is_of_platform(bare):
        return phrase("it is one of Closte's own names")
    app_id = (network.app_id or "").lower()
    if bare in _platform_names(case) or (app_id and bare.split(".", 1)[0] == app_id):
        return phrase("it is a name that Closte gave the app")
    for wanted in _wanted_names(case):
        if wanted in (name, bare, www_twin(bare)) or bare == www_twin(wanted):
            return phrase("{wanted} is mapped, or is a site's own address", wanted=wanted)
        if is_wildcard(name) and is_under(wanted, bare):
            return phrase(
                "{wanted}, which it covers, is mapped, or is a site's own address", wanted=wanted
            )
    accounted = case.grounds.maybe(Accounted)
    if accounted is None or accounted.others_unread:
        return phrase("what other networks of this database have mapped was not read")
    if accounted.holds(Domain(name)):
        return phrase("another network of this database, or a wildcard row, has it")
    return None


def _wanted_names(case: Case) -> Iterator[str]:
    yield from case.grounds.rows_by_domain
    sites = case.grounds.maybe(Sites)
    for site in sites.rows if sites else ():
        yield site.domain


def _platform_names(case: Case) -> frozenset[str]:
    constants = case.grounds.maybe(DefinedConstants)
    cdn = constants.text("CLOSTE_CDN_HOSTNAME") if constants else None
    return frozenset({meant(cdn)}) if cdn else frozenset()


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
            phrase(
                "{name} is a wildcard, and a wildcard alias wants your consent: it takes every "
                "name below {bare} to this app.",
                name=name,
                bare=bare,
            ),
        )
    if case.network.owns(bare):
        return Refusal(
            "alias-needed",
            subject,
            phrase(
                "{name} belongs to the network's own domain and comes with the app: no alias is "
                "added for it.",
                name=name,
            ),
        )
    if case.about(name, "ssl.rate-limit"):
        return Refusal(
            "rate-limited",
            subject,
            phrase(
                "The issuer of certificates refuses {name} for now, and every new attempt makes "
                "the wait longer: it is not added again before the limit has passed (up to 7 "
                "days).",
                name=name,
            ),
        )
    return _refuses_dns(name, bare, subject, case)


def _refuses_dns(name: str, bare: str, subject: Subject, case: Case) -> Refusal | None:
    place = case.grounds.value(f"dns {bare}")
    faults = [f for f in case.about(bare, "dns.") if f.severity == "error"]
    if place == "here" and not faults:
        return None
    said = {
        "proxied": phrase("stands behind a proxy, so nobody can see whether it leads here"),
        "elsewhere": phrase("leads to another server"),
        "nowhere": phrase("leads nowhere"),
        None: phrase("was not looked up, or there is no address to compare it with"),
    }
    state = said.get(place if isinstance(place, str) else None, phrase("leads elsewhere"))
    if place == "here":
        state = phrase("has a fault in its DNS ({code})", code=faults[0].code)
    return Refusal(
        "dns-not-here",
        subject,
        phrase(
            "{name} {state}: an alias added now would fail its certificate's validation, and "
            "the issuer allows few failures. The DNS comes first.",
            name=name,
            state=state,
        ),
    )


def in_use(name: str, subject: Subject) -> Refusal:
    """The refusal to delete an alias whose visitors get something from this server."""
    return Refusal(
        "alias-in-use",
        subject,
        phrase(
            "The alias {name} is not deleted: visitors of {name} reach this server and get "
            "an answer.",
            name=name,
        ),
    )


def is_nameable(name: str) -> bool:
    """Can the name be sent as a domain at all: dots, and nothing that had to be spelt as %XX?"""
    return "." in name and "%" not in name and name == canonical(name)


__all__ = ["in_use", "is_nameable", "keeps_alias", "refuses_add"]
