"""The change record of a run, for the ticket: what was wrong, what was done, what is right now."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, Finding
from analyzers.instants import iso, iso_or_none
from analyzers.journal_document import Journal, Record
from analyzers.language import ENGLISH, Language, Phrase, joined, phrase, plural
from analyzers.printable import printable
from analyzers.steps import Plan, Step

SCHEMA = 1
_STATES = {
    "done": phrase("done"),
    "already": phrase("was so already"),
    "failed": phrase("failed"),
    "unknown": phrase("outcome unknown"),
    "undone": phrase("done and taken back"),
}
_VERDICTS = {
    "healed": phrase("healed"),
    "pending": phrase("pending"),
    "unhealed": phrase("not healed"),
}
OUTCOMES: Mapping[str, str] = {**_STATES, **_VERDICTS}
"""What became of a step, and of its findings, in words."""


@dataclass(frozen=True, slots=True)
class ChangedStep:
    """A step of the plan and what became of it. No record: it was not begun."""

    step: Step
    record: Record | None
    stopped: str = ""
    """Why it was not begun, where that was said."""

    @property
    def state(self) -> Phrase:
        """In a word or two."""
        if self.record is None:
            return phrase("for people") if self.step.via == "manual" else phrase("not begun")
        verdict = _VERDICTS.get(self.record.verified or "")
        return joined([_STATES[self.record.state], *([verdict] if verdict else [])])

    @property
    def answer(self) -> str:
        """What the other side said of it, or why it was not asked."""
        return self.record.answer if self.record else self.stopped


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Before and after, with what happened in between."""

    plan: Plan
    began: datetime | None
    ended: datetime | None
    steps: tuple[ChangedStep, ...]
    healed: tuple[Finding, ...]
    """Stood before, does not now."""
    standing: tuple[Finding, ...]
    """Stood before, and stands."""
    new: tuple[Finding, ...]
    """Did not stand before."""
    unlooked: tuple[Finding, ...]
    """Stood before; the second look could not look (its code is in `skipped`)."""


def change_record(
    before: Diagnosis,
    after: Diagnosis | None,
    journal: Journal,
    plan: Plan,
    stopped: Mapping[str, str] | None = None,
) -> ChangeRecord:
    """`after` is None where the second look failed: then nothing counts as healed. `stopped`: step → why it
    was not begun."""
    why = stopped or {}
    stood = {f.reference: f for f in before.findings}
    stands = {f.reference: f for f in after.findings} if after else {}
    skipped = {s.code for s in after.skipped} if after else {f.code for f in before.findings}
    gone = [f for ref, f in stood.items() if ref not in stands]
    times = [entry.at for entry in journal.entries]
    return ChangeRecord(
        plan=plan,
        began=min(times, default=None),
        ended=max(times, default=None),
        steps=tuple(
            ChangedStep(step, journal.record(step.id), why.get(step.id, "")) for step in plan.steps
        ),
        healed=tuple(f for f in gone if f.code not in skipped),
        standing=tuple(f for ref, f in stands.items() if ref in stood),
        new=tuple(f for ref, f in stands.items() if ref not in stood),
        unlooked=tuple(f for f in gone if f.code in skipped),
    )


def _groups(record: ChangeRecord) -> tuple[tuple[str, Phrase, tuple[Finding, ...]], ...]:
    return (
        ("healed", phrase("Healed"), record.healed),
        ("standing", phrase("Still standing"), record.standing),
        ("new", phrase("New since"), record.new),
        ("unlooked", phrase("Not looked at again"), record.unlooked),
    )


def _head(record: ChangeRecord) -> Phrase:
    plan = record.plan
    acted = [s for s in record.steps if s.record is not None]
    about = phrase(
        "{target}, network {network}, Closte app {app}",
        target=plan.target,
        network=plan.network.domain,
        app=plan.network.app_id or phrase("unknown"),
    )
    if record.began and record.ended:
        when = phrase("{began} to {ended}", began=iso(record.began), ended=iso(record.ended))
        about = joined([about, when])
    return phrase(
        "{about}: {begun} of {steps} begun, {healed}, {standing} still standing, {new} new.",
        about=about,
        begun=len(acted),
        steps=plural("{n} step", "{n} steps", len(record.steps)),
        healed=plural("{n} finding healed", "{n} findings healed", len(record.healed)),
        standing=len(record.standing),
        new=len(record.new),
    )


def render_text(record: ChangeRecord, *, width: int = 100, language: Language = ENGLISH) -> str:
    """For a terminal."""
    lines = [*_wrapped(language.of(_head(record)), width), printable(record.plan.digest), ""]
    for one in record.steps:
        about = f"{one.step.action} {one.step.subject.id}"
        state = language.of(one.state)
        lines += _wrapped(f"{one.step.id}  {about}: {state}", width, more="    ")
        if one.answer:
            lines += _wrapped(language.of(one.answer), width, first="    ", more="    ")
    for _, head, findings in _groups(record):
        if findings:
            lines += ["", f"{language.of(head)}:"]
            for finding in findings:
                title = language.of(finding.title)
                lines += _wrapped(f"{title} [{finding.code}]", width, first="  ", more="    ")
    return "\n".join(lines).rstrip() + "\n"


def _wrapped(text: str, width: int, first: str = "", more: str = "") -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(40, width),
        initial_indent=first,
        subsequent_indent=more,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]


def render_markdown(record: ChangeRecord, language: Language = ENGLISH) -> str:
    """For a ticket."""
    title = language.say("Change record: {target}", target=escaped(record.plan.target))
    lines = [
        f"# {title}",
        "",
        escaped(language.of(_head(record))),
        "",
        f"{language.say('Plan')}: {code(record.plan.digest)}",
        "",
        f"## {language.say('Steps')}",
        "",
    ]
    for one in record.steps:
        said = f" — {code(language.of(one.answer))}" if one.answer else ""
        about = f"{code(one.step.action)} {escaped(one.step.subject.id)}"
        lines.append(f"- {one.step.id}: {about}: {escaped(language.of(one.state))}{said}")
    for _, head, findings in _groups(record):
        if findings:
            lines += ["", f"## {language.of(head)}", ""]
            lines += [f"- {escaped(language.of(f.title))} ({code(f.code)})" for f in findings]
    return "\n".join(lines).rstrip() + "\n"


def model(record: ChangeRecord) -> dict[str, object]:
    """The record as plain values."""
    plan = record.plan
    return {
        "schema": SCHEMA,
        "digest": plan.digest,
        "target": plan.target,
        "network": {"domain": plan.network.domain, "app_id": plan.network.app_id},
        "began": iso_or_none(record.began),
        "ended": iso_or_none(record.ended),
        "steps": [_step_model(one) for one in record.steps],
        **{name: [_finding_model(f) for f in found] for name, _, found in _groups(record)},
    }


def _step_model(one: ChangedStep) -> dict[str, object]:
    record = one.record
    return {
        "id": one.step.id,
        "action": one.step.action,
        "subject": {"kind": one.step.subject.kind, "id": one.step.subject.id},
        "parameters": dict(one.step.parameters),
        "heals": list(one.step.heals),
        "state": record.state if record else None,
        "verified": record.verified if record else None,
        "answer": one.answer,
        "before": dict(record.before) if record else {},
        "left": dict(record.left) if record else {},
    }


def _finding_model(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": {"kind": finding.subject.kind, "id": finding.subject.id},
        "title": finding.title,
    }


def render_json(record: ChangeRecord) -> str:
    """Indented JSON in ASCII with a final newline."""
    return json.dumps(model(record), indent=1, ensure_ascii=True) + "\n"
