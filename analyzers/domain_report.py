"""The report of one domain: for a terminal, as Markdown for a ticket, as JSON.

The JSON is the diagnosis narrowed to this domain, with one more object, `domain`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from analyzers.customer_card import CustomerCard
from analyzers.dns_instructions import host_field
from analyzers.domain_case import DomainCase
from analyzers.domain_summary import (
    MOMENTS_SHOWN,
    defect_told,
    earlier,
    explained,
    explaining,
    kind_of,
    layers,
    noise,
    once_more,
    silence_told,
    standing,
)
from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Finding
from analyzers.forecast import Forecast
from analyzers.instants import iso, iso_or_none
from analyzers.language import Language, joined, phrase, told_in
from analyzers.lifeline import GUESSED, Moment, moments
from analyzers.model import model as diagnosis_model
from analyzers.names import displayed
from analyzers.network_domain import UNKNOWN
from analyzers.paper import Paper
from analyzers.printable import printable_lines
from analyzers.reports.text import Style
from analyzers.rivals import STANDING_WORD, Rivals
from analyzers.silences import Silence
from analyzers.summary import (
    CONFIDENCE_WORD,
    SEVERITY_WORD,
    WHO,
    not_looked_at,
    shortened,
    suppression,
)
from analyzers.upstream import OwnVersion

_PLAIN = Style()
_CITATIONS_SHOWN = 4


def text(case: DomainCase, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style, case.diagnosis.language)
    _head(paper, case)
    if case.state is not None:
        _standing(paper, case)
    _findings(paper, case)
    _suppressed(paper, case)
    _rivals(paper, case.rivals)
    _lifeline(paper, case)
    _silences(paper, case.silences)
    _own_version(paper, case)
    if case.card is not None:
        _card(paper, case.card)
    _unseen(paper, case)
    return paper.text()


def _head(paper: Paper, case: DomainCase) -> None:
    diagnosis = case.diagnosis
    said: list[str] = [displayed(case.asked.domain), diagnosis.target]
    if diagnosis.network.domain not in (UNKNOWN, diagnosis.target):
        said.append(phrase("network {network}", network=diagnosis.network.domain))
    if diagnosis.network.plugin_version:
        said.append(phrase("plugin {version}", version=diagnosis.network.plugin_version))
    said.append(iso(diagnosis.taken_at))
    paper.say(joined(said, " · "))
    for assumed in diagnosis.assumed:
        paper.verdict("warn", phrase("HYPOTHETICAL. {assumed}", assumed=assumed))
    paper.verdict(kind_of(case), case.headline)
    if case.state is not None and case.asked.says:
        paper.say(case.asked.says)


def _standing(paper: Paper, case: DomainCase) -> None:
    paper.heading(phrase("Where it stands"))
    for label, said in (*standing(case), *layers(case)):
        paper.labelled(label, said, 13)


def _findings(paper: Paper, case: DomainCase) -> None:
    causes = case.diagnosis.causes()
    if not causes:
        if case.state is not None:
            paper.heading(phrase("Nothing wrong was found about it"))
        return
    paper.heading(phrase("What is wrong, and what is worth knowing"))
    for finding in causes:
        _finding(paper, finding, case)


def _finding(paper: Paper, finding: Finding, case: DomainCase) -> None:
    paper.graded(finding.severity, joined((finding.title, f"[{finding.code}]"), "  "))
    sure = phrase(" (Confidence: {how}.)", how=CONFIDENCE_WORD[finding.confidence])
    certain = finding.confidence == "certain"
    paper.labelled(phrase("Means"), finding.means)
    paper.labelled(
        phrase("Why"), finding.because if certain else joined((finding.because, sure), "")
    )
    if finding.waiting_on:
        paper.labelled(phrase("Who"), WHO[finding.waiting_on])
    paper.labelled(phrase("Do"), finding.do)
    if below := explained(finding, case):
        paper.labelled(phrase("Explains"), shortened(below))
    for citation in finding.evidence[:_CITATIONS_SHOWN]:
        at = f" ({iso(citation.at)})" if citation.at else ""
        paper.bullets([f"{citation.source}: {citation.excerpt}{at}"], indent=4)


def _suppressed(paper: Paper, case: DomainCase) -> None:
    """What the operator has accepted for a time, and why."""
    if not case.diagnosis.suppressed:
        return
    paper.heading(phrase("Suppressed (not counted)"))
    for one in case.diagnosis.suppressed:
        paper.bullets([joined((one.finding.title, f"[{one.finding.code}]"), "  ")])
        paper.say(suppression(one), 4)


def _rivals(paper: Paper, doubts: Iterable[Rivals]) -> None:
    for doubt in doubts:
        paper.heading(phrase("What could be behind {code}", code=doubt.finding.code))
        for rival in doubt.rivals:
            standing = paper.plain(STANDING_WORD[rival.standing]).upper()
            paper.bullets([joined((standing, rival.cause), ": ")])
            for sign, clues in (("+", rival.supports), ("-", rival.refutes)):
                paper.bullets(clues, sign, 6)
        if doubt.next_look:
            paper.labelled(phrase("Next look"), doubt.next_look, 13)


def _lifeline(paper: Paper, case: DomainCase) -> None:
    if not case.lifeline:
        return
    paper.heading(phrase("Lifeline (UTC)"))
    told = moments(case.lifeline)
    if len(told) > MOMENTS_SHOWN:
        paper.say(earlier(len(told)), 2)
    seen: set[str] = set()
    for moment in told[-MOMENTS_SHOWN:]:
        _moment(paper, moment, seen)


def _moment(paper: Paper, moment: Moment, seen: set[str]) -> None:
    at = iso(moment.at).replace("T", " ").removesuffix("Z")
    if moment.times > 1:
        until = iso(moment.until).replace("T", " ").removesuffix("Z")
        at = phrase(
            "{at} and {again}, until {until}", at=at, again=once_more(moment.times), until=until
        )
    paper.lines.extend(paper.paint(line, "dim") for line in paper.wrap(at, "  ", "  "))
    for entry in dict.fromkeys(e for e in moment.entries if e.endpoint not in GUESSED):
        told = [entry.event if entry.endpoint is None else f"{entry.event} {entry.endpoint}"]
        if entry.confidence != "certain":
            told.append(phrase(" (given to this domain by time)"))
        if entry.detail:
            told.append(f": “{entry.detail}”")
        if entry.event not in seen and entry.means:
            told += [" — ", entry.means]
        seen.add(entry.event)
        paper.lines.extend(paper.wrap(joined(told, ""), "    ", "      "))
    if (guessed := noise(moment)) is not None:
        paper.lines.extend(paper.wrap(guessed, "    ", "      "))


def _silences(paper: Paper, silences: Iterable[Silence]) -> None:
    told = tuple(silences)
    if not told:
        return
    paper.heading(phrase("What should be there and is not"))
    for one in told:
        certain = one.hidden_by or one.confidence == "certain"
        sure = "" if certain else joined((" (", CONFIDENCE_WORD[one.confidence], ")"), "")
        paper.bullets([joined((silence_told(one), sure), "")], "?" if one.hidden_by else "-")


def _own_version(paper: Paper, case: DomainCase) -> None:
    own = explaining(case)
    if own is None:
        return
    paper.heading(phrase("What plugin {version} explains", version=own.version))
    paper.bullets([own.quiet])
    paper.bullets(map(defect_told, own.defects))


def _card(paper: Paper, card: CustomerCard) -> None:
    if not card.to_do and not card.wait:
        return
    paper.heading(phrase("What to tell the domain's owner"))
    if card.unsure:
        paper.verdict("warn", card.unsure)
    paper.verbatim(paper.language.of(card.text_within(paper.room)).rstrip().split("\n"))


def _unseen(paper: Paper, case: DomainCase) -> None:
    if not case.asked.known:
        return
    lacking = dict.fromkeys(lack for s in case.diagnosis.skipped for lack in s.lacking)
    if lacking:
        paper.heading(not_looked_at(len(case.diagnosis.skipped)))
        paper.say(phrase("for want of {lack}", lack=shortened(tuple(lacking), 8)), 2)
    if case.diagnosis.notes:
        paper.blank()
    for note in case.diagnosis.notes:
        head = f"{paper.plain(phrase('Note'))}: "
        paper.lines.extend(paper.wrap(note, head, " " * len(head)))


def markdown(case: DomainCase) -> str:
    """The report as Markdown with a final newline. Text of strangers stays text."""
    diagnosis, language = case.diagnosis, case.diagnosis.language

    def told(text: str) -> str:
        return escaped(language.of(text))

    lines = [f"# {escaped(displayed(case.asked.domain))}", ""]
    marked = (phrase("HYPOTHETICAL. {assumed}", assumed=a) for a in diagnosis.assumed)
    lines += [f"**{told(m)}**" for m in marked]
    lines += [f"**{told(case.headline)}**", ""]
    if case.state is not None and case.asked.says:
        lines += [told(case.asked.says), ""]
    network = phrase("network {network}", network=diagnosis.network.domain)
    lines += [
        f"- {language.say('Target')}: {escaped(diagnosis.target)}, {told(network)}",
        f"- {language.say('Taken at')}: {iso(diagnosis.taken_at)}",
        *(f"- {told(label)}: {told(said)}" for label, said in (*standing(case), *layers(case))),
        "",
    ]
    for finding in diagnosis.causes():
        lines += _markdown_finding(finding, case)
    if diagnosis.suppressed:
        lines += [f"## {language.say('Suppressed (not counted)')}", ""]
        for one in diagnosis.suppressed:
            title = f"{escaped(one.finding.title)} ({code(one.finding.code)})"
            lines.append(f"- {title}: {told(suppression(one))}")
        lines.append("")
    for doubt in case.rivals:
        behind = phrase("What could be behind {code}", code=doubt.finding.code)
        lines += [f"## {told(behind)}", ""]
        for rival in doubt.rivals:
            clues = [
                *(phrase("for: {clue}", clue=c) for c in rival.supports),
                *(phrase("against: {clue}", clue=c) for c in rival.refutes),
            ]
            weighed = f" ({told(joined(clues, '; '))})" if clues else ""
            lines.append(f"- {told(STANDING_WORD[rival.standing])}: {told(rival.cause)}{weighed}")
        lines.append("")
        if doubt.next_look:
            lines += [f"{language.say('Next look')}: {told(doubt.next_look)}", ""]
    lines += _markdown_lifeline(case)
    if case.silences:
        lines += [f"## {language.say('What should be there and is not')}", ""]
        lines += [f"- {told(silence_told(s))}" for s in case.silences]
        lines.append("")
    if case.own_version is not None and case.own_version.defects:
        explains = phrase("What plugin {version} explains", version=case.own_version.version)
        lines += [f"## {told(explains)}", "", f"- {told(case.own_version.quiet)}"]
        lines += [*(f"- {told(defect_told(one))}" for one in case.own_version.defects), ""]
    if case.card is not None and (case.card.to_do or case.card.wait):
        heading = language.say("What to tell the domain's owner")
        lines += [f"## {heading}", ""]
        lines += [f"**{told(case.card.unsure)}**", ""] if case.card.unsure else []
        lines += [*(f"    {line}" for line in _safe_lines(case.card, language)), ""]
    lines += [f"- {told(note)}" for note in diagnosis.notes]
    return "\n".join(lines).rstrip() + "\n"


def _safe_lines(card: CustomerCard, language: Language) -> list[str]:
    return printable_lines(language.of(card.text).rstrip()).split("\n")


def _markdown_finding(finding: Finding, case: DomainCase) -> list[str]:
    language = case.diagnosis.language
    sure = language.say("Confidence: {how}.", how=CONFIDENCE_WORD[finding.confidence])
    lines = [
        f"## {language.of(SEVERITY_WORD[finding.severity])}: {escaped(finding.title)}",
        "",
        f"- {language.say('Code')}: {code(finding.code)}",
        f"- {language.say('Means')}: {escaped(finding.means)}",
        f"- {language.say('Why')}: {escaped(finding.because)} ({sure})",
    ]
    if finding.waiting_on:
        lines.append(f"- {language.say('Who must act')}: {language.of(WHO[finding.waiting_on])}")
    lines.append(f"- {language.say('Do')}: {escaped(finding.do)}")
    if below := explained(finding, case):
        lines.append(f"- {language.say('Explains')}: {escaped(language.of(shortened(below)))}")
    evidence = language.say("Evidence")
    lines.extend(f"- {evidence}: {code(c.source)}: {code(c.excerpt)}" for c in finding.evidence)
    return [*lines, ""]


def _markdown_lifeline(case: DomainCase) -> list[str]:
    if not case.lifeline:
        return []
    language = case.diagnosis.language
    lines = [f"## {language.say('Lifeline (UTC)')}", ""]
    for moment in moments(case.lifeline)[-MOMENTS_SHOWN:]:
        events = ", ".join(dict.fromkeys(e.event for e in moment.entries))
        at: str = iso(moment.at)
        if moment.times > 1:
            until = iso(moment.until)
            at = phrase(
                "{at} and {again}, until {until}", at=at, again=once_more(moment.times), until=until
            )
        lines.append(f"- {language.of(at)}: {escaped(events)}")
    return [*lines, ""]


def model(case: DomainCase) -> dict[str, object]:
    """The report as plain values: the narrowed diagnosis, and the object `domain`."""
    language = case.diagnosis.language
    return diagnosis_model(case.diagnosis) | {"domain": told_in(language, _model_of(case))}


def render_json(case: DomainCase) -> str:
    """The model as indented JSON text with a final newline."""
    return json.dumps(model(case), indent=1) + "\n"


def _model_of(case: DomainCase) -> dict[str, object]:
    asked = case.asked
    return {
        "asked": asked.name.typed,
        "id": asked.domain,
        "relation": asked.relation,
        "mapped": case.state is not None,
        "says": asked.says,
        "closest": list(asked.closest),
        "headline": case.headline,
        "waiting_on": case.waiting_on,
        "since": iso_or_none(case.since),
        "since_by": case.since_by,
        "forecast": _forecast(case.forecast),
        "lifeline": [
            {
                "at": iso(e.at),
                "event": e.event,
                "source": e.source,
                "endpoint": e.endpoint,
                "means": e.means,
                "detail": e.detail,
                "confidence": e.confidence,
            }
            for e in case.lifeline
        ],
        "silences": [
            {
                "at": iso_or_none(s.at),
                "lacks": s.lacks,
                "means": s.means,
                "confidence": s.confidence,
                "hidden_by": s.hidden_by or None,
            }
            for s in case.silences
        ],
        "rivals": [_rivals_model(r) for r in case.rivals],
        "plugin": _own_version_model(case.own_version),
        "customer": card_model(case.card),
    }


def _forecast(forecast: Forecast | None) -> dict[str, object] | None:
    if forecast is None:
        return None
    return {
        "ending": forecast.ending,
        "says": forecast.says,
        "earliest": iso_or_none(forecast.earliest),
        "latest": iso_or_none(forecast.latest),
        "gives_up_at": iso_or_none(forecast.gives_up_at),
        "stage": forecast.stage,
        "blocked_by": forecast.blocked_by.code if forecast.blocked_by else None,
        "fits": forecast.fits,
        "share": forecast.share,
        "learned_from": forecast.issuance.learned_from,
        "usual_seconds": int(forecast.issuance.usual.total_seconds()),
        "longest_seconds": int(forecast.issuance.longest.total_seconds()),
    }


def _own_version_model(own: OwnVersion | None) -> dict[str, object] | None:
    if own is None:
        return None
    return {
        "version": own.version,
        "quiet": own.quiet,
        "cannot_write": list(own.cannot_write),
        "defects": [{"id": d.id, "says": d.says, "gone_since": d.gone_since} for d in own.defects],
    }


def _rivals_model(doubt: Rivals) -> dict[str, object]:
    return {
        "code": doubt.finding.code,
        "subject": {"kind": doubt.finding.subject.kind, "id": doubt.finding.subject.id},
        "next_look": doubt.next_look,
        "causes": [
            {
                "cause": r.cause,
                "standing": r.standing,
                "supports": list(r.supports),
                "refutes": list(r.refutes),
                "would_refute": list(r.would_refute),
                "next_look": r.next_look,
            }
            for r in doubt.rivals
        ],
    }


def card_model(card: CustomerCard | None) -> dict[str, object] | None:
    """What to tell the owner, as plain values."""
    if card is None:
        return None
    return {
        "records": [
            {
                "act": one.act,
                "type": one.type,
                "name": one.name,
                "host": one.field,
                "full": host_field(one.name).full,
                "value": one.value,
                "old": one.old,
                "says": one.sentence(),
            }
            for one in card.instructions
        ],
        "wait": card.wait,
        "unsure": card.unsure,
        "text": card.text if card.to_do or card.wait else None,
    }
