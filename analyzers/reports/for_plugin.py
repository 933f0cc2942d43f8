"""The text for the plugin's maintainers: versions, findings, log lines; whose network it is, masked."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.audience import Mask
from analyzers.findings import Diagnosis, Finding
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.letter import Heading, Letter, Listed, Paragraph, Part, Quoted, Table

_MOST_LINES = 20
_NAMED = {"plugin folder": phrase("plugin folder"), "locale": phrase("locale")}
"""Things with a version that are no names of software."""
_INTRODUCTION = phrase(
    "Found by {tool} on a network of Ultimate Multisite on Closte. Names of domains, addresses and the "
    "account are replaced, each always by the same word."
)
_NONE = phrase("No problem was found.")
_UNRECOGNISED = phrase(
    "{unknown} of {records} records of the plugin's logs have a wording that nobody knows."
)


def letter(diagnosis: Diagnosis, domain: str | None = None) -> Letter:
    """The text for the maintainers. `domain`: findings of this one and of the network only."""
    mask = Mask(diagnosis)
    findings = [f for f in diagnosis.causes() if _concerns(f, domain)]
    parts: list[Part] = [
        Paragraph(phrase(_INTRODUCTION, tool=diagnosis.tool)),
        Heading(phrase("Versions")),
        Table((phrase("What"), phrase("Version")), _versions(diagnosis)),
    ]
    if not findings:
        parts.append(Paragraph(_NONE))
    for finding in findings:
        parts += _finding(finding, mask)
    parts += _jobs_and_logs(diagnosis)
    return Letter(phrase("Diagnosis of a network for the plugin's maintainers"), tuple(parts))


def _versions(diagnosis: Diagnosis) -> tuple[tuple[str, str], ...]:
    known = diagnosis.network.versions.items()
    return tuple((_NAMED.get(name, name), version) for name, version in known)


def _concerns(finding: Finding, domain: str | None) -> bool:
    if finding.severity == "info":
        return False
    return domain is None or finding.subject.kind != "domain" or finding.subject.id == domain


def _finding(finding: Finding, mask: Mask) -> list[Part]:
    lines = tuple(
        f"{mask(c.source)}: {mask(c.excerpt)}" + (f" ({iso(c.at)})" if c.at else "")
        for c in finding.evidence[:_MOST_LINES]
    )
    told: list[Part] = [
        Heading(f"{finding.code}: {mask(finding.title)}"),
        Paragraph(mask(finding.because)),
    ]
    return [*told, Quoted(lines)] if lines else told


def _jobs_and_logs(diagnosis: Diagnosis) -> list[Part]:
    logs = diagnosis.logs
    if not logs.records:
        return []
    counted = phrase(_UNRECOGNISED, unknown=logs.unrecognised, records=logs.records)
    return [
        Heading(phrase("Events of the plugin's logs")),
        _events(sorted(logs.events.items())),
        Listed((counted,)),
    ]


def _events(counts: Sequence[tuple[str, int]]) -> Table:
    return Table(
        (phrase("Event"), phrase("How often")), tuple((name, str(count)) for name, count in counts)
    )
