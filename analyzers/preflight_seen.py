"""What was seen of a name that is not mapped yet: what is fine, and what had to be seen and was not."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.check_window import ENOUGH_SECONDS
from analyzers.dns_view import DnsView, DomainDns
from analyzers.domains import MappedDomain
from analyzers.evidence import Dns
from analyzers.facts import Facts
from analyzers.instants import duration
from analyzers.language import phrase
from analyzers.mappable import TypedName, accepts, spelling_note
from analyzers.names import displayed, has_www_pair, is_registrable
from analyzers.network import Network
from analyzers.preflight_reasons import Reason, fine, noted
from analyzers.provisioning import Provisioning


def seen_of(domain: MappedDomain, facts: Facts) -> Iterator[Reason]:
    """What was seen fine, and what had to be seen and was not."""
    view, network = domain.dns, facts.of(Network)
    if view is None or not view.answers:
        lacking = "" if isinstance(facts.of(Dns), Dns) else phrase(" (dns.json is not there)")
        yield Reason(
            "unseen",
            phrase(
                "the DNS of {domain} was not looked at{lacking}.",
                domain=displayed(domain.domain),
                lacking=lacking,
            ),
            phrase("Run it against the host, without --no-probe."),
            "operator",
            None,
        )
    elif isinstance(network, Network) and not network.expected.addresses:
        yield Reason(
            "unseen",
            phrase("which address the name must have is not known."),
            phrase(
                "State it with `expected_addresses`, or let Closte define CLOSTE_PUBLIC_IP_ADDRESS."
            ),
            "operator",
            None,
        )
    else:
        yield from _fine_dns(view, facts)
    if domain.certificate_good:
        yield fine(phrase("There is a good certificate for it at the network's entrance already."))
    if has_www_pair(domain.domain) and not domain.domain.startswith("www."):
        yield Reason(
            "note",
            phrase(
                "www.{domain} does not come with it: the plugin never adds it at Closte.",
                domain=domain.domain,
            ),
            phrase(
                "Map www.{domain} as well, or add it as an alias in Closte's dashboard.",
                domain=domain.domain,
            ),
            None,
            None,
        )
    yield from _window(facts)


def _fine_dns(view: DomainDns, facts: Facts) -> Iterator[Reason]:
    if view.right and not view.stale:
        yield fine(
            phrase(
                "Its DNS leads to {addresses}, the network's entrance.",
                addresses=", ".join(view.addresses),
            )
        )
    if view.cname and is_registrable(view.name):
        yield noted(
            phrase(
                "{name} is an alias (CNAME) of {cname}. At the top of a domain the DNS allows none beside "
                "the records that must stand there: mail to {name} may be lost. An A record does it right.",
                name=displayed(view.name),
                cname=view.cname,
            ),
            who="customer",
        )
    views = facts.of(DnsView)
    caa = views.caa(view.name) if isinstance(views, DnsView) else None
    if caa is not None and not caa.forbids():
        yield fine(phrase("No CAA record forbids the certificate."))
    elif caa is None:
        yield noted(phrase("Whether a CAA record forbids the certificate was not looked at."))


def _window(facts: Facts) -> Iterator[Reason]:
    provisioning = facts.of(Provisioning)
    if not isinstance(provisioning, Provisioning):
        return
    window = provisioning.rules.window("checking-ssl-cert")
    if window is not None and window.total_seconds() >= ENOUGH_SECONDS:
        yield fine(
            phrase(
                "The plugin waits {window} for the certificate; Closte usually takes {usual} to "
                "{longest}.",
                window=duration(window),
                usual=duration(provisioning.issuance.usual),
                longest=duration(provisioning.issuance.longest),
            )
        )


def of_spelling(name: TypedName) -> Iterator[Reason]:
    """Would the plugin take the name as it was typed?"""
    note = spelling_note(name)
    if note is not None:
        yield noted(note, who="operator")
    elif accepts(name.domain):
        yield fine(phrase("The plugin takes the name."))
