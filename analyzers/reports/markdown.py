"""The diagnosis as Markdown, for tickets. Text of strangers is escaped: it stays text."""

from __future__ import annotations

from tabulate import tabulate

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, DomainState
from analyzers.instants import iso
from analyzers.summary import (
    SEVERITY_WORD,
    WHO,
    Cause,
    causes,
    headline,
    next_command,
    shortened,
    suppression,
    unseen,
)


def render(diagnosis: Diagnosis) -> str:
    """The report as Markdown text with a final newline."""
    network = diagnosis.network
    lines = [
        f"# Diagnosis of {escaped(diagnosis.target)}",
        "",
        f"**{escaped(headline(diagnosis))}**",
        "",
        f"- Network: {escaped(network.domain)}",
        f"- Taken at: {iso(diagnosis.taken_at)}",
        f"- Tool: {escaped(diagnosis.tool)}",
    ]
    lines.extend(f"- **Hypothetical. {escaped(assumed)}**" for assumed in diagnosis.assumed)
    if network.plugin_version:
        lines.append(f"- Plugin: {escaped(network.plugin_version)}")
    if network.app_id:
        lines.append(f"- Closte app: {escaped(network.app_id)}")
    if network.expected_addresses:
        addresses = ", ".join(network.expected_addresses)
        lines.append(
            f"- Domains should point to: {escaped(addresses)} "
            f"(by {escaped(str(network.expected_from))})"
        )
    lines.append("")
    for cause in causes(diagnosis):
        lines.extend(_cause(cause, diagnosis.target))
    lines.extend(_suppressed(diagnosis))
    lines.extend(_domains(diagnosis.domains))
    lines.extend(_unseen(diagnosis))
    if diagnosis.notes:
        lines.extend(["## Notes", "", *(f"- {escaped(note)}" for note in diagnosis.notes), ""])
    return "\n".join(lines).rstrip() + "\n"


def _cause(cause: Cause, target: str) -> list[str]:
    finding = cause.finding
    lines = [
        f"## {SEVERITY_WORD[finding.severity]}: {escaped(finding.title)}",
        "",
        f"- Code: {code(finding.code)} ({finding.subject.kind} {escaped(finding.subject.id)})",
        f"- Means: {escaped(finding.means)}",
        f"- Why: {escaped(finding.because)} (Confidence: {finding.confidence}.)",
    ]
    if finding.waiting_on:
        lines.append(f"- Who must act: {WHO[finding.waiting_on]}")
    lines.append(f"- Do: {escaped(finding.do)}")
    lines.append(f"- Next: {code(next_command(finding, target))}")
    if cause.consequences:
        counted = [f"{c} ({n})" for c, n in cause.consequence_counts()]
        lines.append(f"- Explains: {escaped(shortened(counted))}")
    others = [name for name in finding.affects if name != finding.subject.id]
    if others:
        lines.append(f"- Affects: {escaped(shortened(others, 20))}")
    if finding.evidence:
        lines.append("- Evidence:")
        for citation in finding.evidence:
            at = f" ({iso(citation.at)})" if citation.at else ""
            lines.append(f"  - {code(citation.source)}: {code(citation.excerpt)}{at}")
    lines.append("")
    return lines


def _suppressed(diagnosis: Diagnosis) -> list[str]:
    if not diagnosis.suppressed:
        return []
    lines = ["## Suppressed (not counted)", ""]
    for one in diagnosis.suppressed:
        finding = one.finding
        word = SEVERITY_WORD[finding.severity]
        lines.append(f"- {word}: {escaped(finding.title)} ({code(finding.code)})")
        lines.append(f"  - {escaped(suppression(one))}")
    return [*lines, ""]


def _domains(states: tuple[DomainState, ...]) -> list[str]:
    if not states:
        return []
    rows = [
        (
            escaped(s.domain),
            "" if s.blog_id is None else s.blog_id,
            escaped(s.stage or ""),
            s.state,
            s.waiting_on or "",
            f"{s.checks.used} of {s.checks.limit}" if s.checks else "",
        )
        for s in states
    ]
    heads = ("Domain", "Site", "Stage", "State", "Waiting on", "Checks")
    table = tabulate(rows, headers=heads, tablefmt="pipe", disable_numparse=True)
    return ["## Domains", "", *table.split("\n"), ""]


def _unseen(diagnosis: Diagnosis) -> list[str]:
    lacks = unseen(diagnosis)
    if not lacks:
        return []
    if diagnosis.verdict == "unobservable":
        return [f"None of {len(diagnosis.skipped)} checks could look.", ""]
    return [
        "## Not looked at",
        "",
        "These checks could not look. That is not a pass.",
        "",
        *(f"- for want of {escaped(lack)}: {', '.join(map(code, codes))}" for lack, codes in lacks),
        "",
    ]
