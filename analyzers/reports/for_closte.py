"""The text for Closte's support: aliases, times and API replies; other customers' domains masked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzers.audience import Mask
from analyzers.findings import ApiReply, Diagnosis, DomainState, Finding
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.letter import Heading, Letter, Listed, Paragraph, Part, Table

_CONCERNS = ("key", "api", "alias", "ssl")
"""Families that Closte's support can say something about."""
_ASKING = frozenset(
    {"closte.adding", "closte.added", "closte.add-failed", "closte.rejected-invalid"}
    | {"closte.transport-failed", "closte.empty-body", "closte.bad-json", "closte.raw-body"}
)
"""Events of calls that Closte has. The endpoints that the plugin guesses are no business of Closte's."""
_MOST_REPLIES = 20
_MOST_TIMES = 40
_ASKED = phrase(
    "These findings are about the API, the aliases and the certificates of our app. Please look at your "
    "side of them."
)
_NONE = phrase("Nothing was found that Closte could do something about.")
_LIST = {True: phrase("yes"), False: phrase("no"), None: phrase("not known")}
_ADDRESS = phrase("Domains should lead to {addresses} (known from: {source}).")


def letter(diagnosis: Diagnosis, domain: str | None = None) -> Letter:
    """The text for Closte. `domain`: speak of this one only.

    Domains that are not spoken of are masked wherever a reply or a piece of evidence names them.
    """
    findings = [f for f in diagnosis.findings if _concerns(f, domain)]
    about = {f.subject.id for f in findings if f.subject.kind == "domain"}
    about |= {domain} if domain else {d for f in findings for d in f.affects}
    mask = Mask(diagnosis, (*about, diagnosis.network.domain), technical=True)
    states = [d for d in diagnosis.domains if d.domain in about]
    parts: list[Part] = [Paragraph(line) for line in _about(diagnosis)]
    parts.append(Paragraph(_ASKED if findings else _NONE))
    for finding in findings:
        parts += _finding(finding, mask)
    parts += _aliases(states)
    parts += _times(states)
    parts += _replies(diagnosis.api_replies, about, mask)
    return Letter(_title(diagnosis), tuple(parts))


def _title(diagnosis: Diagnosis) -> str:
    network = diagnosis.network
    if network.app_id:
        return phrase(
            "Question to Closte's support about app {app_id} ({domain})",
            app_id=network.app_id,
            domain=network.domain,
        )
    return phrase("Question to Closte's support about {domain}", domain=network.domain)


def _about(diagnosis: Diagnosis) -> Iterator[str]:
    yield phrase("Looked at: {taken_at} (all times are UTC).", taken_at=iso(diagnosis.taken_at))
    network = diagnosis.network
    if network.expected_addresses:
        yield phrase(
            _ADDRESS, addresses=", ".join(network.expected_addresses), source=network.expected_from
        )


def _concerns(finding: Finding, domain: str | None) -> bool:
    if domain is not None and finding.subject.kind == "domain" and finding.subject.id != domain:
        return False
    if finding.caused_by is not None or finding.severity == "info":
        return False
    return finding.waiting_on == "closte" or finding.code.split(".", 1)[0] in _CONCERNS


def _finding(finding: Finding, mask: Mask) -> list[Part]:
    evidence = tuple(
        f"{iso(c.at)}: {mask(c.excerpt)}" if c.at else mask(c.excerpt) for c in finding.evidence
    )
    told: list[Part] = [Heading(mask(finding.title)), Paragraph(mask(finding.because))]
    return [*told, Listed(evidence)] if evidence else told


def _aliases(states: Sequence[DomainState]) -> list[Part]:
    if not states:
        return []
    rows = tuple(
        (
            state.domain,
            iso(state.created) if state.created else "",
            _LIST[state.listed],
            state.stage or "",
        )
        for state in states
    )
    heads = (
        phrase("Domain"),
        phrase("Mapped at"),
        phrase("In your list (getdomains)"),
        phrase("Plugin's stage"),
    )
    return [Heading(phrase("Domains")), Table(heads, rows)]


def _times(states: Sequence[DomainState]) -> list[Part]:
    """What the plugin asked of Closte, and when."""
    entries = sorted(
        (
            (e.at, state.domain, e.event, e.endpoint or "")
            for state in states
            for e in state.timeline
            if e.event in _ASKING
        ),
        key=lambda entry: entry[0],
    )[-_MOST_TIMES:]
    rows = tuple((iso(at), domain, event, endpoint) for at, domain, event, endpoint in entries)
    heads = (phrase("Time"), phrase("Domain"), phrase("Event"), phrase("Endpoint"))
    return [Heading(phrase("What the plugin asked, and when")), Table(heads, rows)] if rows else []


def _replies(replies: Sequence[ApiReply], about: set[str], mask: Mask) -> list[Part]:
    """The newest answers about these domains, and those about none."""
    told = [r for r in replies if r.domain is None or r.domain in about][-_MOST_REPLIES:]
    if not told:
        return []
    rows = tuple(
        (
            iso(r.at) if r.at else "",
            r.endpoint or "",
            mask(r.domain) if r.domain else "",
            str(r.status) if r.status is not None else phrase("no answer"),
            mask(r.says),
        )
        for r in told
    )
    return [
        Heading(phrase("Answers of the API")),
        Table((phrase("Time"), phrase("Endpoint"), phrase("Domain"), "HTTP", phrase("Says")), rows),
    ]
