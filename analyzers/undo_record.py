"""What an undoing did, for the ticket: what came back, what stays and why, what stands now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzers.escaping import markdown_code as code
from analyzers.escaping import markdown_text as escaped
from analyzers.findings import Diagnosis, Finding
from analyzers.language import ENGLISH, Language, Phrase, phrase
from analyzers.meanwhile import Written
from analyzers.printable import printable
from analyzers.steps import Json, Outcome, Plan
from analyzers.undoing import Kept, UndoAct, Undoing

SCHEMA = 1
_OUTCOMES: Mapping[Outcome, Phrase] = {
    "done": phrase("done"),
    "already": phrase("was so already"),
    "failed": phrase("failed"),
    "unknown": phrase("outcome unknown"),
}


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An act of the undoing and what became of it. No outcome: it was not begun."""

    act: UndoAct
    outcome: Outcome | None = None
    answer: str = ""

    @property
    def state(self) -> Phrase:
        """In a word or two."""
        return _OUTCOMES.get(self.outcome, phrase("unknown")) if self.outcome else _NOT_BEGUN


_NOT_BEGUN = phrase("not begun")
_MEANWHILE = phrase("Written by the plugin since the run began, and left")


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """What was to be taken back, and what was."""

    plan: Plan
    """Of the run that is taken back."""
    acts: tuple[TakenBack, ...]
    kept: tuple[Kept, ...]
    looked: bool
    """Did anybody look afterwards?"""
    standing: tuple[Finding, ...]
    """Causes at warning or above that this look showed."""
    meanwhile: tuple[Written, ...] = ()
    """What the plugin wrote since the run began; it stays."""


def undo_record(
    plan: Plan,
    undoing: Undoing,
    taken: Sequence[TakenBack],
    after: Diagnosis | None,
    meanwhile: tuple[Written, ...] = (),
) -> UndoRecord:
    """`taken`: what was begun, in order. `after` None: nothing was begun, or nobody could look."""
    left = undoing.acts[len(taken) :]
    causes = after.causes() if after else ()
    return UndoRecord(
        plan,
        (*taken, *(TakenBack(act) for act in left)),
        undoing.kept,
        after is not None,
        tuple(f for f in causes if f.severity != "info"),
        meanwhile,
    )


def shown(undoing: Undoing, language: Language = ENGLISH) -> str:
    """What would be done and what not, before it is confirmed."""
    lines = [f"{act.step}: {language.of(act.says)}" for act in undoing.acts]
    for kept in undoing.kept:
        lines += _kept(kept, language)
    return "".join(printable(line) + "\n" for line in lines)


def render_text(record: UndoRecord, language: Language = ENGLISH) -> str:
    """For a terminal."""
    lines = []
    for one in record.acts:
        lines.append(f"{one.act.step}: {language.of(one.act.says)}")
        lines.append(f"    {_ended(one, language)}")
    for kept in record.kept:
        lines += _kept(kept, language)
    if not record.acts:
        lines.append(language.say("Nothing was taken back."))
    if record.meanwhile:
        lines.append(f"{language.of(_MEANWHILE)}:")
        lines += [f"  {one.place}: {language.of(one.says)}" for one in record.meanwhile]
    if record.looked:
        lines += _standing(record, language)
    return "".join(printable(line) + "\n" for line in lines)


def _ended(one: TakenBack, language: Language) -> str:
    state = language.of(one.state)
    return f"{state}: {language.of(one.answer)}" if one.answer else state


def _kept(kept: Kept, language: Language) -> list[str]:
    why = language.of(kept.why)
    if not kept.conflict:
        said = phrase("{step}: {place} stays. {why}", step=kept.step, place=kept.place, why=why)
        return [language.of(said)]
    said = phrase(
        "{step}: {place} is not as it was left. {why}", step=kept.step, place=kept.place, why=why
    )
    values = (
        (phrase("before"), kept.before),
        (phrase("as left"), kept.left),
        (phrase("now"), kept.present),
    )
    return [language.of(said), *(f"    {language.of(w) + ':':<9}{_value(v)}" for w, v in values)]


def _value(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _standing(record: UndoRecord, language: Language) -> list[str]:
    if not record.standing:
        return [language.say("Nothing is wrong now that could be seen.")]
    found = [f"  {language.of(f.title)} [{f.code}]" for f in record.standing]
    return [f"{language.say('Standing now')}:", *found]


def render_markdown(record: UndoRecord, language: Language = ENGLISH) -> str:
    """For a ticket."""
    title = language.say("Taken back: {target}", target=escaped(record.plan.target))
    lines = [f"# {title}", "", f"{language.say('Plan')}: {code(record.plan.digest)}", ""]
    for one in record.acts:
        says, ended = language.of(one.act.says), _ended(one, language)
        lines.append(f"- {one.act.step}: {escaped(says)} — {code(ended)}")
    for kept in record.kept:
        first, *values = _kept(kept, language)
        lines.append(f"- {escaped(first)}")
        lines += [f"  - {code(value.strip())}" for value in values]
    if not record.acts:
        lines.append(f"- {language.say('Nothing was taken back.')}")
    if record.meanwhile:
        lines += ["", f"## {language.of(_MEANWHILE)}", ""]
        lines += [
            f"- {code(one.place)}: {escaped(language.of(one.says))}" for one in record.meanwhile
        ]
    if record.looked:
        lines += ["", f"## {language.say('Standing now')}", ""]
        lines += [f"- {escaped(language.of(f.title))} ({code(f.code)})" for f in record.standing]
    return "\n".join(lines).rstrip() + "\n"


def model(record: UndoRecord) -> dict[str, object]:
    """The record as plain values."""
    plan = record.plan
    return {
        "schema": SCHEMA,
        "digest": plan.digest,
        "target": plan.target,
        "network": {"domain": plan.network.domain, "app_id": plan.network.app_id},
        "acts": [
            {
                "step": one.act.step,
                "action": one.act.action,
                "parameters": dict(one.act.parameters),
                "says": one.act.says,
                "outcome": one.outcome,
                "answer": one.answer,
            }
            for one in record.acts
        ],
        "kept": [
            {
                "step": kept.step,
                "place": kept.place,
                "before": kept.before,
                "left": kept.left,
                "now": kept.present,
                "why": kept.why,
                "conflict": kept.conflict,
                "open": kept.is_open,
            }
            for kept in record.kept
        ],
        "meanwhile": [{"place": one.place, "says": one.says} for one in record.meanwhile],
        "standing": [
            {"code": f.code, "subject": {"kind": f.subject.kind, "id": f.subject.id}, "title": f.title}
            for f in record.standing
        ]
        if record.looked
        else None,
    }  # fmt: skip


def render_json(record: UndoRecord) -> str:
    """Indented JSON in ASCII with a final newline."""
    return json.dumps(model(record), indent=1, ensure_ascii=True) + "\n"
