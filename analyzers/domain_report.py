"""The report of one domain: for a terminal, as Markdown for a ticket, as JSON.

The JSON is the diagnosis narrowed to this domain, with one more object, `domain`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from analyzers.customer_card import CustomerCard
from analyzers.dns_instructions import host_field
from analyzers.domain_case import DomainCase
from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Finding
from analyzers.forecast import Forecast
from analyzers.instants import iso, iso_or_none
from analyzers.lifeline import GUESSED, Moment, moments
from analyzers.model import model as diagnosis_model
from analyzers.names import displayed
from analyzers.paper import Paper
from analyzers.printable import printable_lines
from analyzers.reports.text import Style
from analyzers.rivals import Rivals
from analyzers.silences import Silence
from analyzers.summary import SEVERITY_WORD, WHO, shortened

_PLAIN = Style()
_MOMENTS_SHOWN = 30
_CITATIONS_SHOWN = 4
_STATE_KIND = {"up": "good", "waiting": "warn", "broken": "bad"}
_SEVERITY_KIND = {"error": "bad", "warning": "warn", "info": "info"}


def text(case: DomainCase, style: Style = _PLAIN) -> str:
    """The report for a terminal, with a final newline."""
    paper = Paper(style)
    _head(paper, case)
    if case.state is not None:
        _standing(paper, case)
    _findings(paper, case)
    _rivals(paper, case.rivals)
    _lifeline(paper, case)
    _silences(paper, case.silences)
    if case.card is not None:
        _card(paper, case.card)
    _unseen(paper, case)
    return paper.text()


def _head(paper: Paper, case: DomainCase) -> None:
    diagnosis = case.diagnosis
    said = [displayed(case.asked.domain), diagnosis.target]
    if diagnosis.network.domain not in ("unknown", diagnosis.target):
        said.append(f"network {diagnosis.network.domain}")
    if diagnosis.network.plugin_version:
        said.append(f"plugin {diagnosis.network.plugin_version}")
    said.append(iso(diagnosis.taken_at))
    paper.say(" · ".join(said))
    for assumed in diagnosis.assumed:
        paper.verdict("warn", f"HYPOTHETICAL. {assumed}")
    kind = _STATE_KIND.get(case.state.state if case.state else "", "warn")
    paper.verdict(kind, case.headline)
    if case.state is not None and case.asked.says:
        paper.say(case.asked.says)


def standing(case: DomainCase) -> Iterable[tuple[str, str]]:
    """Label and text of where the domain stands, in reading order."""
    state = case.state
    if state is None:
        return
    since = f", since {iso(case.since)} (by {case.since_by})" if case.since else ""
    yield "Stage", f"{state.stage or 'empty'}: {case.stage_says}{since}"
    if state.blog_id is not None:
        yield "Site", str(state.blog_id)
    if state.checks is not None:
        checks = state.checks
        left = checks.limit - checks.used
        said = f"{checks.used} of {checks.limit} used, {left} left"
        if checks.next_at is not None:
            said += f"; the next at {iso(checks.next_at)}"
        if checks.gives_up_at is not None:
            said += f"; gives up at {iso(checks.gives_up_at)} at the earliest"
        yield "Checks", said
    if case.forecast is not None:
        yield "Ends", case.forecast.says
        yield from _fits(case.forecast)
    yield "Waits for", case.who or "nothing"
    if state.layers:
        yield "Layers", " · ".join(f"{one.layer} {one.state}" for one in state.layers)


def _fits(forecast: Forecast) -> Iterable[tuple[str, str]]:
    if forecast.fits is None:
        return
    word = "fits into" if forecast.fits else "does NOT fit into"
    share = (
        f" Of those that took this long, {forecast.share:.0%} still came in time."
        if forecast.share
        else ""
    )
    yield "Time", f"Closte's usual time {word} the plugin's window. {forecast.basis}{share}"


def _standing(paper: Paper, case: DomainCase) -> None:
    paper.heading("Where it stands")
    for label, said in standing(case):
        paper.labelled(label, said, 13)


def _findings(paper: Paper, case: DomainCase) -> None:
    causes = case.diagnosis.causes()
    if not causes:
        if case.state is not None:
            paper.heading("Nothing wrong was found about it")
        return
    paper.heading("What is wrong, and what is worth knowing")
    for finding in causes:
        _finding(paper, finding, case)


def _finding(paper: Paper, finding: Finding, case: DomainCase) -> None:
    kind = _SEVERITY_KIND[finding.severity]
    word = f"{paper.mark(kind)} {SEVERITY_WORD[finding.severity]}"
    first, *more = paper.wrap(f"{word}  {finding.title}  [{finding.code}]", more="  ")
    paper.lines.append(paper.paint(word, kind) + first.removeprefix(word))
    paper.lines.extend(more)
    sure = "" if finding.confidence == "certain" else f" (Confidence: {finding.confidence}.)"
    paper.labelled("Means", finding.means)
    paper.labelled("Why", finding.because + sure)
    if finding.waiting_on:
        paper.labelled("Who", WHO[finding.waiting_on])
    paper.labelled("Do", finding.do)
    if below := _explained(finding, case):
        paper.labelled("Explains", shortened(below))
    for citation in finding.evidence[:_CITATIONS_SHOWN]:
        at = f" ({iso(citation.at)})" if citation.at else ""
        paper.bullets([f"{citation.source}: {citation.excerpt}{at}"], indent=4)


def _explained(finding: Finding, case: DomainCase) -> list[str]:
    """Codes of the findings below this one, however many steps."""
    found: list[str] = []
    above = {finding.reference}
    for other in case.diagnosis.findings:
        if other.caused_by in above:
            above.add(other.reference)
            found.append(other.code)
    return found


def _rivals(paper: Paper, doubts: Iterable[Rivals]) -> None:
    for doubt in doubts:
        paper.heading(f"What could be behind {doubt.finding.code}")
        for rival in doubt.rivals:
            paper.bullets([f"{rival.standing.upper()}: {rival.cause}"])
            for sign, clues in (("+", rival.supports), ("-", rival.refutes)):
                paper.bullets(clues, sign, 6)
        if doubt.next_look:
            paper.labelled("Next look", doubt.next_look, 13)


def _lifeline(paper: Paper, case: DomainCase) -> None:
    if not case.lifeline:
        return
    paper.heading("Lifeline (UTC)")
    told = moments(case.lifeline)
    if len(told) > _MOMENTS_SHOWN:
        paper.say(
            f"{len(told) - _MOMENTS_SHOWN} earlier moments are left out here; JSON has all.", 2
        )
    seen: set[str] = set()
    for moment in told[-_MOMENTS_SHOWN:]:
        _moment(paper, moment, seen)


def _moment(paper: Paper, moment: Moment, seen: set[str]) -> None:
    at = iso(moment.at).replace("T", " ").removesuffix("Z")
    if moment.times > 1:
        until = iso(moment.until).replace("T", " ").removesuffix("Z")
        at = f"{at} and {_more(moment.times)}, until {until}"
    paper.lines.append(f"  {paper.paint(at, 'dim')}")
    for entry in dict.fromkeys(e for e in moment.entries if e.endpoint not in GUESSED):
        said = entry.event if entry.endpoint is None else f"{entry.event} {entry.endpoint}"
        if entry.confidence != "certain":
            said += " (given to this domain by time)"
        if entry.detail:
            said += f": “{entry.detail}”"
        if entry.event not in seen and entry.means:
            said += f" — {entry.means}"
        seen.add(entry.event)
        paper.lines.extend(paper.wrap(said, "    ", "      "))
    guessed = {e.endpoint for e in moment.entries if e.endpoint in GUESSED}
    if guessed:
        noise = f"{len(guessed)} endpoints tried that the plugin only guesses: whatever they answer is noise"
        paper.lines.extend(paper.wrap(noise, "    ", "      "))


def _more(times: int) -> str:
    return "once more" if times == 2 else f"{times - 1} times more"


def _silences(paper: Paper, silences: Iterable[Silence]) -> None:
    told = tuple(silences)
    if not told:
        return
    paper.heading("What should be there and is not")
    for one in told:
        at = f"{iso(one.at)}: " if one.at else ""
        if one.hidden_by:
            paper.bullets([f"{at}{one.lacks}. Its absence says nothing: {one.hidden_by}."], "?")
        else:
            sure = "" if one.confidence == "certain" else f" ({one.confidence})"
            paper.bullets([f"{at}{one.lacks}. {one.means}{sure}"])


def _card(paper: Paper, card: CustomerCard) -> None:
    if not card.to_do and not card.wait:
        return
    paper.heading("What to tell the domain's owner")
    if card.unsure:
        paper.verdict("warn", card.unsure)
    paper.verbatim(card.text.rstrip().split("\n"))


def _unseen(paper: Paper, case: DomainCase) -> None:
    if not case.asked.known:
        return
    lacking = dict.fromkeys(lack for s in case.diagnosis.skipped for lack in s.lacking)
    if lacking:
        paper.heading(f"Not looked at ({len(case.diagnosis.skipped)} checks; this is not a pass)")
        paper.say(f"for want of {shortened(tuple(lacking), 8)}", 2)
    if case.diagnosis.notes:
        paper.blank()
    for note in case.diagnosis.notes:
        paper.lines.extend(paper.wrap(note, "Note: ", "      "))


def markdown(case: DomainCase) -> str:
    """The report as Markdown with a final newline. Text of strangers stays text."""
    diagnosis = case.diagnosis
    lines = [f"# {escaped(displayed(case.asked.domain))}", ""]
    lines += [f"**HYPOTHETICAL. {escaped(a)}**" for a in diagnosis.assumed]
    lines += [f"**{escaped(case.headline)}**", ""]
    if case.state is not None and case.asked.says:
        lines += [escaped(case.asked.says), ""]
    lines += [
        f"- Target: {escaped(diagnosis.target)}, network {escaped(diagnosis.network.domain)}",
        f"- Taken at: {iso(diagnosis.taken_at)}",
        *(f"- {label}: {escaped(said)}" for label, said in standing(case)),
        "",
    ]
    for finding in diagnosis.causes():
        lines += _markdown_finding(finding, case)
    for doubt in case.rivals:
        lines += [f"## What could be behind {escaped(doubt.finding.code)}", ""]
        for rival in doubt.rivals:
            clues = [
                *(f"for: {c}" for c in rival.supports),
                *(f"against: {c}" for c in rival.refutes),
            ]
            told = f" ({escaped('; '.join(clues))})" if clues else ""
            lines.append(f"- {rival.standing}: {escaped(rival.cause)}{told}")
        lines += ["", f"Next look: {escaped(doubt.next_look)}", ""] if doubt.next_look else [""]
    lines += _markdown_lifeline(case)
    if case.silences:
        lines += ["## What should be there and is not", ""]
        lines += [f"- {escaped(_silence(s))}" for s in case.silences]
        lines.append("")
    if case.card is not None and (case.card.to_do or case.card.wait):
        lines += ["## What to tell the domain's owner", ""]
        lines += [f"**{escaped(case.card.unsure)}**", ""] if case.card.unsure else []
        lines += [*(f"    {line}" for line in _safe_lines(case.card)), ""]
    lines += [f"- {escaped(note)}" for note in diagnosis.notes]
    return "\n".join(lines).rstrip() + "\n"


def _safe_lines(card: CustomerCard) -> list[str]:
    return printable_lines(card.text.rstrip()).split("\n")


def _silence(one: Silence) -> str:
    at = f"{iso(one.at)}: " if one.at else ""
    rest = f"Its absence says nothing: {one.hidden_by}." if one.hidden_by else one.means
    return f"{at}{one.lacks}. {rest}"


def _markdown_finding(finding: Finding, case: DomainCase) -> list[str]:
    lines = [
        f"## {SEVERITY_WORD[finding.severity]}: {escaped(finding.title)}",
        "",
        f"- Code: {code(finding.code)}",
        f"- Means: {escaped(finding.means)}",
        f"- Why: {escaped(finding.because)} (Confidence: {finding.confidence}.)",
    ]
    if finding.waiting_on:
        lines.append(f"- Who must act: {WHO[finding.waiting_on]}")
    lines.append(f"- Do: {escaped(finding.do)}")
    if below := _explained(finding, case):
        lines.append(f"- Explains: {escaped(shortened(below))}")
    lines.extend(f"- Evidence: {code(c.source)}: {code(c.excerpt)}" for c in finding.evidence)
    return [*lines, ""]


def _markdown_lifeline(case: DomainCase) -> list[str]:
    if not case.lifeline:
        return []
    lines = ["## Lifeline (UTC)", ""]
    for moment in moments(case.lifeline)[-_MOMENTS_SHOWN:]:
        events = ", ".join(dict.fromkeys(e.event for e in moment.entries))
        again = f" and {_more(moment.times)}, until {iso(moment.until)}" if moment.times > 1 else ""
        lines.append(f"- {iso(moment.at)}{again}: {escaped(events)}")
    return [*lines, ""]


def model(case: DomainCase) -> dict[str, object]:
    """The report as plain values: the narrowed diagnosis, and the object `domain`."""
    return diagnosis_model(case.diagnosis) | {"domain": _model_of(case)}


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
