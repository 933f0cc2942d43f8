"""The change record of a run, for the ticket: what was wrong, what was done, what is right now."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from datetime import datetime

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, Finding
from analyzers.instants import iso, iso_or_none
from analyzers.journal_document import Journal, Record
from analyzers.printable import printable
from analyzers.steps import Plan, Step

SCHEMA = 1
_STATES = {
    "done": "done",
    "already": "was so already",
    "failed": "failed",
    "unknown": "outcome unknown",
    "undone": "done and taken back",
}


@dataclass(frozen=True, slots=True)
class ChangedStep:
    """A step of the plan and what became of it. No record: it was not begun."""

    step: Step
    record: Record | None

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.record is None:
            return "for people" if self.step.via == "manual" else "not begun"
        verified = f", {self.record.verified}" if self.record.verified else ""
        return _STATES[self.record.state] + verified


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
    before: Diagnosis, after: Diagnosis | None, journal: Journal, plan: Plan
) -> ChangeRecord:
    """`after` is None where the second look failed: then nothing counts as healed."""
    stood = {f.reference: f for f in before.findings}
    stands = {f.reference: f for f in after.findings} if after else {}
    skipped = {s.code for s in after.skipped} if after else {f.code for f in before.findings}
    gone = [f for ref, f in stood.items() if ref not in stands]
    times = [entry.at for entry in journal.entries]
    return ChangeRecord(
        plan=plan,
        began=min(times, default=None),
        ended=max(times, default=None),
        steps=tuple(ChangedStep(step, journal.record(step.id)) for step in plan.steps),
        healed=tuple(f for f in gone if f.code not in skipped),
        standing=tuple(f for ref, f in stands.items() if ref in stood),
        new=tuple(f for ref, f in stands.items() if ref not in stood),
        unlooked=tuple(f for f in gone if f.code in skipped),
    )


def _groups(record: ChangeRecord) -> tuple[tuple[str, str, tuple[Finding, ...]], ...]:
    return (
        ("healed", "Healed", record.healed),
        ("standing", "Still standing", record.standing),
        ("new", "New since", record.new),
        ("unlooked", "Not looked at again", record.unlooked),
    )


def _head(record: ChangeRecord) -> str:
    plan = record.plan
    acted = [s for s in record.steps if s.record is not None]
    when = f", {iso(record.began)} to {iso(record.ended)}" if record.began and record.ended else ""
    return (
        f"{plan.target}, network {plan.network.domain}, Closte app {plan.network.app_id or 'unknown'}{when}: "
        f"{len(acted)} of {len(record.steps)} steps begun, {len(record.healed)} findings healed, "
        f"{len(record.standing)} still standing, {len(record.new)} new."
    )


def render_text(record: ChangeRecord, *, width: int = 100) -> str:
    """For a terminal."""
    lines = [*_wrapped(_head(record), width), printable(record.plan.digest), ""]
    for one in record.steps:
        about = f"{one.step.action} {one.step.subject.id}"
        lines += _wrapped(f"{one.step.id}  {about}: {one.state}", width, more="    ")
        if one.record is not None and one.record.answer:
            lines += _wrapped(one.record.answer, width, first="    ", more="    ")
    for _, head, findings in _groups(record):
        if findings:
            lines += ["", f"{head}:"]
            for finding in findings:
                lines += _wrapped(
                    f"{finding.title} [{finding.code}]", width, first="  ", more="    "
                )
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


def render_markdown(record: ChangeRecord) -> str:
    """For a ticket."""
    lines = [
        f"# Change record: {escaped(record.plan.target)}",
        "",
        escaped(_head(record)),
        "",
        f"Plan: {code(record.plan.digest)}",
        "",
        "## Steps",
        "",
    ]
    for one in record.steps:
        answer = one.record.answer if one.record else ""
        said = f" — {code(answer)}" if answer else ""
        about = f"{code(one.step.action)} {escaped(one.step.subject.id)}"
        lines.append(f"- {one.step.id}: {about}: {escaped(one.state)}{said}")
    for _, head, findings in _groups(record):
        if findings:
            lines += ["", f"## {head}", ""]
            lines += [f"- {escaped(f.title)} ({code(f.code)})" for f in findings]
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
        "answer": record.answer if record else "",
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
