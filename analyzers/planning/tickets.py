"""What is to be written to Closte, ready to send: about the key, and about certificates."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.dns_view import DnsView
from analyzers.findings import Finding
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.planning.case import Case
from analyzers.planning.config_block import KEY_CODES
from analyzers.planning.draft import Draft, manual

CERTIFICATES = (
    "ssl.slow",
    "ssl.given-up",
    "ssl.wrong-name",
    "ssl.expired",
    "ssl.expiring",
    "ssl.untrusted",
    "ssl.unreachable",
)


def ticket_steps(case: Case) -> Iterator[Draft]:
    """One ticket for the key, and one for all certificates that only Closte can see to."""
    keys = [f for f in case.wanted(*KEY_CODES) if f.caused_by is None]
    if keys:
        yield _about_key(keys, case)
    certificates = [f for f in case.wanted(*CERTIFICATES) if f.caused_by is None]
    if certificates:
        yield _about_certificates(certificates, case)


def _app(case: Case) -> str:
    app = f"app {case.network.app_id}" if case.network.app_id else "our app"
    return f"{app} (network {case.network.domain})"


def _about_key(findings: list[Finding], case: Case) -> Draft:
    codes = {f.code for f in findings}
    wants = (
        "Please tell us which rights its key and our plan have for domains, and give us a key that may add "
        "and remove domains."
        if "key.no-permission" in codes
        else "Please give us the current API key of this app (the value of CLOSTE_CLIENT_API_KEY)."
    )
    said = "\n".join(f"- {f.because}" for f in findings)
    text = (
        f"Subject: API key of {_app(case)}\n\nHello,\n\nthe WordPress network in {_app(case)} cannot use its "
        f"API key, seen at {iso(case.network.now)}:\n{said}\n\n{wants}\n\nThank you"
    )
    return manual(
        "manual key-ticket",
        "closte",
        case.network.subject,
        text,
        heals=tuple(codes),
        why=phrase(
            "Only Closte can give out the key; it stands in no place that can be read from here."
        ),
        expect=phrase(
            "Closte answers with the key, which then goes into the dashboard's field by hand."
        ),
    )


def _about_certificates(findings: list[Finding], case: Case) -> Draft:
    domains = sorted({f.subject.id for f in findings})
    codes = tuple(sorted({f.code for f in findings}))
    what = domains[0] if len(domains) == 1 else f"{len(domains)} domains"
    listed = "\n".join(_line(domain, findings, case) for domain in domains)
    text = (
        f"Subject: Certificate of {what}, {_app(case)}\n\nHello,\n\nthese domains of {_app(case)} have no "
        f"right certificate, seen at {iso(case.network.now)}:\n{listed}\n\nPlease look why, and issue or "
        "renew the certificates.\n\nThank you"
    )
    return manual(
        "manual certificates",
        "closte",
        case.network.subject,
        text,
        heals=codes,
        why=phrase("Closte issues and renews certificates by itself; no call of its API does."),
        expect=phrase("Each of these domains shows a certificate for its own name."),
        domains=tuple(domains),
    )


def _line(domain: str, findings: list[Finding], case: Case) -> str:
    views = case.grounds.maybe(DnsView)
    view = views.of(domain) if views else None
    leads = f" Its DNS: {', '.join(view.addresses)}." if view and view.addresses else ""
    said = " ".join(f.because for f in findings if f.subject.id == domain)
    return f"- {domain}: {said}{leads}"
