"""A plan for a person who has to approve it, as text and as Markdown.

Per step: what is sent (the key masked), why, what will be observable after, whom it touches, how it is
taken back, its risk; for what people must do, the text to paste; then what is refused, and what is left.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.instants import iso
from analyzers.language import ENGLISH, Language, Phrase, phrase, plural
from analyzers.planning import Planned, changes_of
from analyzers.planning import effects as _effects
from analyzers.printable import printable, printable_lines
from analyzers.steps import Plan, Step

_RISKS = {
    "safe": phrase("safe"),
    "confirm": phrase("to be confirmed"),
    "severe": phrase("SEVERE: the domain has to be typed"),
}
_AUDIENCES = {
    "operator": phrase("You have to do this"),
    "customer": phrase("To be sent to the domain's owner"),
    "closte": phrase("To be sent to Closte's support"),
}
sends = _effects.sends


def render_text(planned: Planned, *, width: int = 100, language: Language = ENGLISH) -> str:
    """For a terminal."""
    lines = [*_wrapped(language.of(_head(planned.plan)), width), ""]
    for step in planned.plan.steps:
        lines += [*_step_lines(step, width, language), ""]
    lines += _refused_lines(planned, width, language)
    return "\n".join(lines).rstrip() + "\n"


def _head(plan: Plan) -> Phrase:
    if not plan.steps:
        return phrase("{target}: no step is to be taken.", target=plan.target)
    changes = changes_of(plan.steps)
    people = sum(step.via == "manual" for step in plan.steps)
    return phrase(
        "{target}: {changes}, {things}. Network {network}, Closte app {app}. Good until {until}. {digest}",
        target=plan.target,
        changes=plural("{n} change", "{n} changes", changes),
        things=plural("{n} thing for people to do", "{n} things for people to do", people),
        network=plan.network.domain,
        app=plan.network.app_id or phrase("unknown"),
        until=iso(plan.expires_at),
        digest=plan.digest,
    )


def _title(step: Step) -> str:
    return f"{step.action} — {step.subject.kind} {step.subject.id}"


def _facts(step: Step) -> tuple[tuple[str, str], ...]:
    """The labelled lines of a step, without its texts to paste."""
    found: list[tuple[str, str]] = [(phrase("Why"), step.why)]
    if step.via != "manual":
        found.append((phrase("Risk"), _RISKS[step.risk]))
        found.append((phrase("Touches"), _effects.reach(step)))
    found.append((phrase("Then"), step.expect))
    if step.via != "manual":
        found.append((phrase("Undo"), _effects.way_back(step)))
    if step.heals:
        found.append((phrase("Silences"), ", ".join(step.heals)))
    if step.after:
        found.append((phrase("After"), ", ".join(step.after)))
    return tuple(found)


def _step_lines(step: Step, width: int, language: Language) -> list[str]:
    lines = _wrapped(f"{step.id}  {_title(step)}", width, more="    ")
    for label, text in _facts(step):
        head = f"    {language.of(label) + ':':<10}"
        lines += _wrapped(language.of(text), width, first=head, more=" " * 14)
    sent = sends(step)
    if sent:
        lines.append(f"    {language.say('Sends')}:")
        for line in sent:
            lines += _wrapped(language.of(line), width, first="      ", more="        ")
    if step.via == "manual":
        lines.append(f"    {language.of(_audience(step))}:")
        lines += [f"      | {line}".rstrip() for line in _paste(step, language)]
    return lines


def _audience(step: Step) -> str:
    return _AUDIENCES.get(str(step.parameters.get("audience")), phrase("Somebody has to do this"))


def _paste(step: Step, language: Language) -> Sequence[str]:
    """The text to paste, line by line, never re-wrapped: a wrapped line is another line of PHP."""
    text = step.parameters.get("text")
    return printable_lines(language.of(text) if isinstance(text, str) else "").split("\n")


def _refused_lines(planned: Planned, width: int, language: Language) -> list[str]:
    lines: list[str] = []
    if planned.refusals:
        lines.append(f"{language.say('Refused')}:")
        for refusal in planned.refusals:
            lines += _wrapped(
                f"{language.of(refusal.sentence)} [{refusal.code}]",
                width,
                first="  ",
                more="    ",
            )
        lines.append("")
    if planned.uncovered:
        lines.append(language.say("No step of this plan is about:"))
        lines += [f"  {printable(f'{r.code} {r.subject.id}')}" for r in planned.uncovered]
    return lines


def _wrapped(text: str, width: int, first: str = "", more: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(40, width),
        initial_indent=first,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]


def render_markdown(planned: Planned, language: Language = ENGLISH) -> str:
    """For a ticket."""
    plan = planned.plan
    title = language.say("Plan for {target}", target=escaped(plan.target))
    lines = [f"# {title}", "", escaped(language.of(_head(plan))), ""]
    for step in plan.steps:
        lines += _markdown_step(step, language)
    if planned.refusals:
        lines += [f"## {language.say('Refused')}", ""]
        lines += [
            f"- {escaped(language.of(r.sentence))} ({code(r.code)})" for r in planned.refusals
        ]
        lines.append("")
    if planned.uncovered:
        lines += [f"## {language.say('No step is about')}", ""]
        lines += [f"- {code(r.code)} {escaped(r.subject.id)}" for r in planned.uncovered]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_step(step: Step, language: Language) -> list[str]:
    lines = [f"## {escaped(step.id)}: {escaped(_title(step))}", ""]
    lines += [
        f"- {language.of(label)}: {escaped(language.of(text))}" for label, text in _facts(step)
    ]
    told = language.say("Sends")
    lines += [f"- {told}: {code(language.of(line))}" for line in sends(step)]
    if step.via == "manual":
        pasted = _paste(step, language)
        fence = "`" * max(3, 1 + max((_ticks(line) for line in pasted), default=0))
        lines += ["", f"{language.of(_audience(step))}:", "", f"{fence}text", *pasted, fence]
    lines.append("")
    return lines


def _ticks(line: str) -> int:
    """The longest run of backticks in a line: a fence has to be longer (CommonMark 0.31, section 4.5)."""
    longest = run = 0
    for character in line:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
