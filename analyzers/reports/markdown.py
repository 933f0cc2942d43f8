"""The diagnosis as Markdown, for tickets. Text of strangers is escaped: it stays text."""

from __future__ import annotations

from tabulate import tabulate

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, DomainState
from analyzers.instants import iso
from analyzers.language import Language, phrase
from analyzers.names import displayed
from analyzers.summary import (
    CONFIDENCE_WORD,
    KIND_WORD,
    SEVERITY_WORD,
    STATE_WORD,
    WAITING_WORD,
    WHO,
    Cause,
    causes,
    checked,
    headline,
    next_command,
    none_looked,
    shortened,
    suppression,
    unseen,
)


def render(diagnosis: Diagnosis) -> str:
    """The report as Markdown text with a final newline."""
    network, language = diagnosis.network, diagnosis.language
    lines = [
        f"# {language.say('Diagnosis of {target}', target=escaped(diagnosis.target))}",
        "",
        f"**{_told(headline(diagnosis), language)}**",
        "",
        f"- {language.say('Network')}: {escaped(network.domain)}",
        f"- {language.say('Taken at')}: {iso(diagnosis.taken_at)}",
        f"- {language.say('Tool')}: {escaped(diagnosis.tool)}",
    ]
    for assumed in diagnosis.assumed:
        marked = phrase("Hypothetical. {assumed}", assumed=assumed)
        lines.append(f"- **{_told(marked, language)}**")
    if network.plugin_version:
        lines.append(f"- {language.say('Plugin')}: {escaped(network.plugin_version)}")
    if network.app_id:
        lines.append(f"- {language.say('Closte app')}: {escaped(network.app_id)}")
    if network.expected_addresses:
        addresses = escaped(", ".join(network.expected_addresses))
        source = _told(network.expected_from or "", language)
        by = language.say("by {source}", source=source)
        lines.append(f"- {language.say('Domains should point to')}: {addresses} ({by})")
    lines.append("")
    for cause in causes(diagnosis):
        lines.extend(_cause(cause, diagnosis.target, language))
    lines.extend(_suppressed(diagnosis))
    lines.extend(_domains(diagnosis.domains, language))
    lines.extend(_unseen(diagnosis))
    if diagnosis.notes:
        notes = (f"- {escaped(note)}" for note in diagnosis.notes)
        lines.extend([f"## {language.say('Notes')}", "", *notes, ""])
    return "\n".join(lines).rstrip() + "\n"


def _told(text: str, language: Language) -> str:
    """The text in the reader's language, escaped."""
    return escaped(language.of(text))


def _cause(cause: Cause, target: str, language: Language) -> list[str]:
    finding = cause.finding
    kind = language.of(KIND_WORD[finding.subject.kind])
    sure = language.say("Confidence: {how}.", how=CONFIDENCE_WORD[finding.confidence])
    lines = [
        f"## {language.of(SEVERITY_WORD[finding.severity])}: {escaped(finding.title)}",
        "",
        f"- {language.say('Code')}: {code(finding.code)} ({kind} {escaped(displayed(finding.subject.id))})",
        f"- {language.say('Means')}: {escaped(finding.means)}",
        f"- {language.say('Why')}: {escaped(finding.because)} ({sure})",
    ]
    if finding.waiting_on:
        lines.append(f"- {language.say('Who must act')}: {language.of(WHO[finding.waiting_on])}")
    lines.append(f"- {language.say('Do')}: {escaped(finding.do)}")
    lines.append(f"- {language.say('Next')}: {code(next_command(finding, target))}")
    if cause.consequences:
        counted = shortened([f"{c} ({n})" for c, n in cause.consequence_counts()])
        lines.append(f"- {language.say('Explains')}: {_told(counted, language)}")
    others = [displayed(name) for name in finding.affects if name != finding.subject.id]
    if others:
        lines.append(f"- {language.say('Affects')}: {_told(shortened(others, 20), language)}")
    if finding.evidence:
        lines.append(f"- {language.say('Evidence')}:")
        for citation in finding.evidence:
            at = f" ({iso(citation.at)})" if citation.at else ""
            lines.append(f"  - {code(citation.source)}: {code(citation.excerpt)}{at}")
    lines.append("")
    return lines


def _suppressed(diagnosis: Diagnosis) -> list[str]:
    if not diagnosis.suppressed:
        return []
    language = diagnosis.language
    lines = [f"## {language.say('Suppressed (not counted)')}", ""]
    for one in diagnosis.suppressed:
        finding = one.finding
        word = language.of(SEVERITY_WORD[finding.severity])
        lines.append(f"- {word}: {escaped(finding.title)} ({code(finding.code)})")
        lines.append(f"  - {_told(suppression(one), language)}")
    return [*lines, ""]


def _domains(states: tuple[DomainState, ...], language: Language) -> list[str]:
    if not states:
        return []
    rows = [
        (
            escaped(displayed(s.domain)),
            "" if s.blog_id is None else s.blog_id,
            escaped(s.stage or ""),
            language.of(STATE_WORD.get(s.state, s.state)),
            language.of(WAITING_WORD[s.waiting_on]) if s.waiting_on else "",
            language.of(checked(s.checks)) if s.checks else "",
        )
        for s in states
    ]
    heads = [language.of(head) for head in _HEADS]
    table = tabulate(rows, headers=heads, tablefmt="pipe", disable_numparse=True)
    return [f"## {language.say('Domains')}", "", *table.split("\n"), ""]


_HEADS = (
    phrase("Domain"),
    phrase("Site"),
    phrase("Stage"),
    phrase("State"),
    phrase("Waiting on"),
    phrase("Checks"),
)


def _unseen(diagnosis: Diagnosis) -> list[str]:
    lacks, language = unseen(diagnosis), diagnosis.language
    if not lacks:
        return []
    if diagnosis.verdict == "unobservable":
        return [language.of(none_looked(len(diagnosis.skipped))), ""]
    return [
        f"## {language.say('Not looked at')}",
        "",
        language.say("These checks could not look. That is not a pass."),
        "",
        *(
            "- "
            + language.say(
                "for want of {lack}: {codes}",
                lack=_told(lack, language),
                codes=", ".join(map(code, codes)),
            )
            for lack, codes in lacks
        ),
        "",
    ]
