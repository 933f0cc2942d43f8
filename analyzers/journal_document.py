"""Entries of a journal as lines of JSON and back (CONTRACT section 7); readable however it broke off."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

from analyzers import plan_document
from analyzers.document_fields import DocumentError, fields_of, parsed_object
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.plan_document import PlanUnreadable
from analyzers.steps import JournalEntry, Json, Outcome, Phase, Plan, Step

SCHEMA = 1
_BEGINNING = b'{"schema":1,"at":"'
"""What every line begins with."""
StepState = Literal["unknown", "done", "already", "failed", "undone"]
_VERDICTS: frozenset[Outcome] = frozenset({"healed", "pending", "unhealed"})


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that a journal says of one step, the newest word winning."""

    step: str
    state: StepState
    """`unknown`: the intention was written and no result, or the result itself says that nobody knows:
    it may or may not have happened."""
    verified: Outcome | None
    """healed · pending · unhealed, where it was verified."""
    before: Mapping[str, Json]
    left: Mapping[str, Json]
    """As the result read it back; without a result, as the intention meant it."""
    entries: tuple[JournalEntry, ...]

    @property
    def begun_at(self) -> datetime:
        """When its newest attempt was begun."""
        begun = [e.at for e in self.entries if e.phase == "intent"]
        return begun[-1] if begun else self.entries[0].at

    @property
    def answer(self) -> str:
        """The newest words of the other side."""
        return next((e.answer for e in reversed(self.entries) if e.answer), "")


@dataclass(frozen=True)
class Journal:
    """A journal as far as it can be read."""

    entries: tuple[JournalEntry, ...]
    torn: int
    """Lines that are no whole entry: at the end what a kill cut off."""
    later: int = 0
    """Lines of another schema, as a later version writes them: what they say nobody knows here."""
    is_cut_short: bool = False
    """Is there not more than the beginning of the first line? Then nothing was begun."""

    @property
    def plan(self) -> Plan | None:
        """The plan that was carried out."""
        return next((e.plan for e in self.entries if e.plan is not None), None)

    @property
    def is_mixed(self) -> bool:
        """Are there entries of another plan in it? Their steps have the same names and are others."""
        return len({e.digest for e in self.entries} | {p.digest for p in self._plans}) > 1

    @property
    def _plans(self) -> tuple[Plan, ...]:
        return tuple(e.plan for e in self.entries if e.plan is not None)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Per step, in the order in which the steps were begun."""
        by_step: dict[str, list[JournalEntry]] = {}
        for entry in self.entries:
            by_step.setdefault(entry.step, []).append(entry)
        return tuple(_record(step, entries) for step, entries in by_step.items())

    def record(self, id: str) -> Record | None:
        """What became of the step with this id; None: it was not begun."""
        return next((r for r in self.records if r.step == id), None)

    def step(self, id: str) -> Step | None:
        """The step of the plan with this id."""
        return next((s for s in (self.plan.steps if self.plan else ()) if s.id == id), None)


def render_line(entry: JournalEntry) -> bytes:
    """One line of JSON in ASCII, with its newline."""
    document: dict[str, object] = {
        "schema": SCHEMA,
        "at": iso(entry.at),
        "digest": entry.digest,
        "step": entry.step,
        "phase": entry.phase,
        "outcome": entry.outcome,
        "answer": entry.answer,
        "before": dict(entry.before),
    }
    if entry.left:
        document["left"] = dict(entry.left)
    if entry.plan is not None:
        document["plan"] = plan_document.model(entry.plan)
    return json.dumps(document, separators=(",", ":"), ensure_ascii=True).encode("ascii") + b"\n"


def read_journal(content: bytes) -> Journal:
    """The entries of a journal's content, cut off at whatever byte. Never raises for what it holds.

    A last line that is whole but for its newline counts: its object is closed, so nothing of it lacks.
    """
    entries: list[JournalEntry] = []
    torn = later = 0
    for line in content.split(b"\n"):
        if not line.strip():
            continue
        entry = _entry(line)
        if entry is not None:
            entries.append(entry)
        elif _is_later(line):
            later += 1
        else:
            torn += 1
    begun = content[: len(_BEGINNING)]
    is_cut_short = not entries and b"\n" not in content and _BEGINNING.startswith(begun)
    return Journal(tuple(entries), torn, later, is_cut_short)


def plan_fault(content: bytes) -> PlanUnreadable | None:
    """Why the plan in the first line is not what was carried out; None where nothing is wrong with it."""
    try:
        document = parsed_object(content.split(b"\n", 1)[0])
        plan = document.get("plan")
        if isinstance(plan, dict):
            plan_document.from_model(plan)
    except PlanUnreadable as fault:
        return fault
    except (DocumentError, RecursionError):
        return None
    return None


def before_next(content: bytes) -> bytes:
    """What must be written before the next line: a newline after a torn end, else nothing."""
    return b"" if not content or content.endswith(b"\n") else b"\n"


def _is_later(line: bytes) -> bool:
    """Is it a whole line of another schema?"""
    try:
        schema = parsed_object(line).get("schema")
    except (DocumentError, RecursionError):
        return False
    return isinstance(schema, int) and not isinstance(schema, bool) and schema != SCHEMA


def _entry(line: bytes) -> JournalEntry | None:
    """The entry in a line, or None where it is no whole one of ours."""
    try:
        document = parsed_object(line)
        if document.get("schema") != SCHEMA:
            return None
        fields = fields_of(document, phrase("the entry"))
        phase: Phase = fields.one_of("phase", get_args(Phase))
        outcome: Outcome | None = None
        if fields.text_or_none("outcome") is not None:
            outcome = fields.one_of("outcome", get_args(Outcome))
        plan = fields.object_or_none("plan")
        return JournalEntry(
            at=fields.instant("at"),
            digest=fields.text("digest"),
            step=fields.text("step"),
            phase=phase,
            outcome=outcome,
            answer=fields.text("answer"),
            before=fields.object_or_none("before") or {},
            left=fields.object_or_none("left") or {},
            plan=plan_document.from_model(plan) if plan is not None else None,
        )
    except (DocumentError, PlanUnreadable, RecursionError):
        return None


def _record(step: str, entries: Sequence[JournalEntry]) -> Record:
    """The newest attempt of a step: an intention begins it, and an undoing ends it.

    Where nobody knew what became of an attempt, the answer to the next one alone does not say it: what is
    there already may be the first one's work, and a refusal is only the second one's.
    """
    state: StepState = "unknown"
    is_open = is_answered = False
    """Is an earlier attempt's outcome unknown still? Has the newest one its answer?"""
    verified: Outcome | None = None
    before: Mapping[str, Json] = {}
    left: Mapping[str, Json] = {}
    for entry in entries:
        if entry.phase == "intent":
            is_open, is_answered = state == "unknown" and bool(before), False
            if state not in ("unknown", "done") or not before:
                # A second try of what may have been done keeps the first one's before.
                before = entry.before
            state, left, verified = "unknown", entry.left, None
        elif entry.phase == "result":
            said = _state(entry.outcome)
            if said == "already" and (is_open or (is_answered and state == "unknown")):
                said = "done"
            elif said == "failed" and is_open and not is_answered:
                said = "unknown"
            state, is_answered = said, True
            before, left = entry.before or before, entry.left or left
        elif entry.phase == "verified":
            verified = entry.outcome if entry.outcome in _VERDICTS else verified
        elif entry.outcome in ("done", "already"):
            state = "undone"
    return Record(step, state, verified, before, left, tuple(entries))


def _state(outcome: Outcome | None) -> StepState:
    match outcome:
        case "done" | "already" | "failed":
            return outcome
        case _:
            return "unknown"
