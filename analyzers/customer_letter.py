"""What a customer is told of their own domain: in plain words, what to enter where its DNS is kept.

Made of the domain, the addresses it should have, its records and finding codes; no text of a finding,
a log or a host goes in, so nothing of anybody else can.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from analyzers.dns_instructions import (
    TTL,
    Instruction,
    host_field,
    instructions_for,
    longest_wait,
)
from analyzers.findings import DnsRecord
from analyzers.instants import duration
from analyzers.language import joined, phrase
from analyzers.letter import Heading, Letter, Listed, Paragraph, Part, Steps, Table
from analyzers.names import displayed, is_registrable, registrable, www_twin

TROUBLES = {
    "dns.nxdomain": phrase("Nobody can open {domain}: the DNS does not know this name."),
    "dns.no-address": phrase(
        "Nobody can open {domain}: the name exists, but no address is entered for it."
    ),
    "dns.wrong-address": phrase(
        "{domain} leads to another server, so visitors do not see your website."
    ),
    "dns.mixed-addresses": phrase(
        "{domain} leads to the right server and to another one as well, so some "
        "visitors do not see your website."
    ),
    "dns.stray-ipv6": phrase(
        "{domain} has an IPv6 address (an AAAA record) that leads elsewhere. Many phones "
        "use it and do not reach your website."
    ),
    "dns.proxied": phrase(
        "{domain} stands behind a proxy. It keeps your certificate from being made."
    ),
    "dns.parked": phrase(
        "{domain} shows a parking page, or a forwarding of its registrar, instead of your website."
    ),
    "dns.www-differs": phrase(
        "{domain} and {twin} lead to different servers, so one of the two does not show "
        "your website."
    ),
    "dns.dnssec-bogus": phrase(
        "The signature (DNSSEC) of {domain} does not hold, so most visitors cannot open it."
    ),
    "dns.lame": phrase("The nameservers of {domain} do not answer for it, so nobody can open it."),
    "dns.caa-forbids": phrase(
        "A record of your domain (type CAA) forbids the certificate of your website."
    ),
    "ssl.redirect-loop": phrase("{domain} sends visitors round in circles: the browser gives up."),
}
"""Finding code → what is wrong, in the words of a domain's owner."""
FIRST_STEPS = {
    "dns.nxdomain": phrase(
        "See in your registrar's account that the domain is paid for and that its nameservers "
        "are set."
    ),
    "dns.parked": phrase("Switch parking or forwarding of {domain} off."),
    "dns.dnssec-bogus": phrase(
        "Delete the DS record of the domain in your registrar's account, or switch DNSSEC "
        "off there. It is usually left over from an earlier DNS provider."
    ),
    "dns.lame": phrase(
        "Compare the nameservers in your registrar's account with those that your DNS provider "
        "names, and correct them."
    ),
    "ssl.redirect-loop": phrase(
        "Set the SSL mode of the proxy in front of {domain} to “Full (strict)”."
    ),
}
"""Finding code → what is to be done that is no record."""
_UNSEEN = frozenset({"dns.dnssec-bogus", "dns.lame"})
TWIN_STEPS = {
    True: phrase("Enter for {twin} the same records as for {domain}."),
    False: phrase(
        "Enter for {twin} the same records as for {domain}, or a CNAME record that leads to {domain}."
    ),
}
"""Is the twin the registrable domain itself, which can have no CNAME? → what to do with it."""


def customer_letter(
    domain: str,
    expected: Sequence[str],
    records: Sequence[DnsRecord],
    codes: Collection[str] = (),
) -> Letter:
    """The text for the owner of `domain`.

    `expected`: the addresses it should have (at least one). `records`: what its DNS has now. `codes`:
    findings of the domain that wait for its owner.
    """
    says = {"domain": domain, "twin": www_twin(domain)}
    told = instructions_for(domain, expected, records)
    if not records and not _UNSEEN.isdisjoint(codes):
        told = ()  # nobody saw what the zone has
    if "dns.proxied" not in codes:
        told = tuple(i for i in told if i.act not in ("unproxy", "check"))
    work = tuple(i for i in told if i.act != "keep")
    first = [phrase(FIRST_STEPS[code], **says) for code in FIRST_STEPS if code in codes]
    if "dns.www-differs" in codes:
        first.append(phrase(TWIN_STEPS[is_registrable(says["twin"])], **says))
    title = phrase("What to enter for {domain}", domain=displayed(domain))
    if not work and not first:
        return Letter(title, (Paragraph(phrase(_NOTHING, **says)),))
    troubles = tuple(phrase(TROUBLES[code], **says) for code in TROUBLES if code in codes)
    steps = (phrase(_SIGN_IN, zone=registrable(domain) or domain), *first)
    parts: list[Part] = [Paragraph(joined(troubles, " "))] if troubles else []
    parts += [Heading(phrase("What to do")), Steps((*steps, *(i.sentence() for i in work)))]
    if work:
        parts += _record_table(domain, told)
    parts += [Heading(phrase("Afterwards")), Paragraph(_afterwards(work)), Paragraph(_CERTIFICATE)]
    return Letter(title, tuple(parts))


_NOTHING = phrase("The DNS of {domain} is right as it is. There is nothing for you to do.")
_SIGN_IN = phrase(
    "Sign in where the DNS of {zone} is kept. That is as a rule the company that sold the domain."
)
_LEAVE = phrase(
    "Leave all other records as they are, above all those of type MX and TXT: e-mail depends on them."
)
_SHORT = phrase(
    "Most forms want the short name, {short}, and add the rest themselves. Some leave the field empty "
    "where the short name would be @."
)
_FULL = phrase("A form that wants the whole name gets {full} with the dot at the end.")
_DOUBLED = phrase(
    "If the record then appears as {doubled}, the form added the domain itself: take the short name."
)
_WAIT = phrase("After {time} at most everybody sees the change.")
_WAIT_UNKNOWN = phrase(
    "As a rule everybody sees the change within an hour, now and then within a day."
)
_CERTIFICATE = phrase(
    "The certificate (the padlock in the browser) then comes by itself, some minutes later."
)


def _record_table(domain: str, told: Sequence[Instruction]) -> list[Part]:
    """The records as they should be in the end, and how forms want their names."""
    final = [i for i in told if i.act in ("keep", "change", "set", "check", "allow")]
    rows = tuple(
        (i.type, i.field, i.value if i.act != "allow" else f'0 issue "{i.value}"', str(TTL))
        for i in final
    )
    field = host_field(domain)
    names = [phrase(_SHORT, short=field.short), phrase(_FULL, full=field.full)]
    if field.doubled is not None:
        names.append(phrase(_DOUBLED, doubled=field.doubled))
    return [
        Heading(phrase("The records as they should be in the end")),
        Table((phrase("Type"), phrase("Name"), phrase("Value"), phrase("TTL (seconds)")), rows),
        Listed(tuple(names)),
        Paragraph(_LEAVE),
    ]


def _afterwards(work: Sequence[Instruction]) -> str:
    seconds = longest_wait(work)
    if seconds is None:
        return _WAIT_UNKNOWN
    return phrase(_WAIT, time=duration(timedelta(seconds=max(seconds, 60))))
