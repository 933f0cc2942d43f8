"""Findings of the family `check`: the plugin's own checks of a domain, and what defeats them."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.dns_view import DnsView
from analyzers.domains import MappedDomain, MappedDomains, cited_event
from analyzers.evidence import PluginLogs
from analyzers.findings import Remedy
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.pages import mapping_page
from analyzers.row_columns import without_column
from analyzers.rule import Hit, Outcome, Unseen, rule
from analyzers.tls_view import TlsView

_RECHECK = Remedy("domain.recheck", "confirm")
_UNDECIDED = ("checking-dns", "failed")


@rule("check.loopback-blocked", "warning", "domain", waiting_on="operator")
def loopback_blocked(
    mapped: MappedDomains, logs: PluginLogs, dns: DnsView, network: Network
) -> Iterator[Outcome]:
    """The plugin's own question to {subject} is turned away

    Means: The DNS of {subject} is right, but the plugin does not see it: its check asks the site
        for a sign of life and is refused, so the domain waits, and is marked as failed in the end.
    Because: The network's server answered the plugin's last question with HTTP {status}. {hint}
    Do: Let requests to https://{subject}/?async_check_dns_nonce=… through without password or
        maintenance page until the check is through, then open {page} and save to start a new one.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage not in _UNDECIDED:
            continue
        check = domain.last_check
        if check is None or not check.failed or not check.http_refusals:
            continue
        if domain.dns is None or domain.dns.right is None:
            yield Unseen(domain.subject, ("dns.json",))
            continue
        if not domain.dns.right:
            continue
        refusal = check.http_refusals[-1]
        status = refusal.fields["status"]
        yield Hit(
            domain.subject,
            (cited_event(refusal), *domain.dns.citations("A")),
            {
                "status": status,
                "hint": _HINTS.get(status, phrase("Something in front of the site refuses it.")),
                "page": mapping_page(network, domain.row),
            },
        )


_HINTS = {
    "401": phrase("That is a password in front of the site (basic authentication)."),
    "403": phrase("That is a firewall or a security plugin."),
    "406": phrase("That is a firewall or a security plugin."),
    "429": phrase("That is a limit on requests."),
    "500": phrase("That is a PHP error of the site."),
    "502": phrase("The server in front got no answer from PHP."),
    "503": phrase("That is a maintenance page, or the server is overloaded."),
    "504": phrase("The server in front got no answer from PHP in time."),
}


@rule("check.gave-up-dns", "error", "domain", waiting_on="nobody")
def gave_up_dns(
    mapped: MappedDomains,
    network: Network,
    dns: DnsView | None,
    tls: TlsView | None,
    logs: PluginLogs | None,
) -> Iterator[Outcome]:
    """The plugin stopped checking the DNS of {subject}

    Means: Visitors do not reach the site, and this stays so even when the DNS is put right: at
        stage failed the plugin never looks again by itself.
    Because: The row stands at failed{when}. {now}
    Do: See to the DNS of {subject} first. Then open {page}, set the stage to "Checking DNS" and
        save: the plugin then checks again.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage != "failed":
            continue
        right, good = domain.dns.right if domain.dns else None, domain.certificate_good
        if right and good:
            continue  # mapping.stale-failure
        if right is None and not _troubled(domain):
            yield Unseen(domain.subject, ("dns.json",))
        elif right and good is None:
            yield Unseen(domain.subject, ("tls.json",))
        told = domain.said("check.dns-given-up")[-1:]
        yield Hit(
            domain.subject,
            (
                domain.row_citation,
                *(cited_event(e) for e in told),
                *(domain.dns.citations("A") if domain.dns else ()),
            ),
            {
                "when": phrase(" since {at} UTC", at=f"{told[0].at:%Y-%m-%d %H:%M}")
                if told
                else "",
                "now": _now(domain),
                "page": mapping_page(network, domain.row),
            },
            confidence="certain"
            if right is False or good is False or _troubled(domain)
            else "likely",
            remedy=_RECHECK if right else None,
        )


def _troubled(domain: MappedDomain) -> bool:
    """Does nobody get an answer because the DNS itself is broken?"""
    return bool(domain.dns and (domain.dns.bogus or domain.dns.lame))


def _now(domain: MappedDomain) -> str:
    view = domain.dns
    if view is None or view.right is None:
        return phrase("What the DNS says now was not looked at.")
    if view.right:
        return phrase("The DNS is right now, the certificate is not there yet.")
    if view.reaches_us:
        return phrase(
            "The DNS leads to {proxy} now, which stands in front of the server.",
            proxy=view.proxied_by or "",
        )
    addresses = ", ".join(view.addresses) or phrase("no address")
    return phrase("The DNS still is not right: {addresses}.", addresses=addresses)
