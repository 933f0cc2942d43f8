"""What moved: the facts a plan rests on, held against a fresh look, fact by fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from analyzers.language import joined, phrase
from analyzers.planning.grounds import Grounds
from analyzers.snapshot import Snapshot
from analyzers.steps import Json, Plan, Step


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact that is not as the step needs it."""

    step: str
    """The step's id."""
    fact: str
    """`row 12`, `alias shop.example`, … (the table in `steps.py`)."""
    needed: Json
    found: Json
    sentence: str
    """The same for people."""


def moved(steps: tuple[Step, ...], snapshot: Snapshot) -> tuple[Moved, ...]:
    """The facts of these steps that a fresh snapshot shows otherwise, in order of step and fact.

    A step whose `after` names a step that is not done yet may rest on what that one will bring about:
    ask for each step alone, just before it. What was not looked at has moved too (found: None).
    """
    grounds = Grounds.of(snapshot)
    return tuple(found for step in steps for found in _of_step(step, grounds))


def moved_under(plan: Plan, snapshot: Snapshot) -> tuple[Moved, ...]:
    """The facts of all steps of a plan that a fresh snapshot shows otherwise, but for those that what comes
    before a step may bring about."""
    grounds = Grounds.of(snapshot)
    before: dict[str, tuple[Step, ...]] = {}
    found: list[Moved] = []
    for step in plan.steps:
        direct = [s for s in plan.steps if s.id in step.after]
        before[step.id] = tuple(
            {s.id: s for one in direct for s in (one, *before[one.id])}.values()
        )
        if step.via != "manual":
            found += (
                fact
                for fact in _of_step(step, grounds)
                if not any(_may_bring(earlier, fact.fact) for earlier in before[step.id])
            )
    return tuple(found)


def _may_bring(step: Step, fact: str) -> bool:
    """May a fact be otherwise once this step is done? A backup changes nothing that a step rests on."""
    kind, _, about = fact.partition(" ")
    match step.action:
        case "manual":
            return kind in ("key", "alias", "dns", "certificate", "traffic")
        case "alias.add" | "alias.delete":
            return kind == "alias" and about == step.parameters["domain"]
        case "domain.set-primary":
            return fact in step.rests_on
        case "domain.recheck" | "domain.mark-done":
            return kind == "row" and about == str(step.parameters["domain_id"])
        case "domain.drop-duplicate":
            own = kind == "row" and about == str(step.parameters["domain_id"])
            return own or kind == "rows"
        case "domain.create-record":
            return kind == "rows"
        case "jobs.run-due":
            return kind in ("alias", "row", "rows", "action")
        case _:
            return False


def holds(facts: Mapping[str, Json], grounds: Grounds) -> bool:
    """Are all of these facts so?"""
    return all(_same(needed, grounds.value(fact)) for fact, needed in facts.items())


def _of_step(step: Step, grounds: Grounds) -> list[Moved]:
    found = []
    for fact, needed in sorted(step.rests_on.items()):
        present = grounds.value(fact)
        if not _same(needed, present):
            said = phrase(
                "{step}: {fact} is {present} now; the step needs {needed}.",
                step=step.id,
                fact=fact,
                present=shown(present),
                needed=shown(needed),
            )
            if isinstance(needed, dict) and isinstance(present, dict):
                said = phrase(
                    "{step}: {fact} has changed: {differences}.",
                    step=step.id,
                    fact=fact,
                    differences=_differences(needed, present),
                )
            found.append(Moved(step.id, fact, needed, present, said))
    return found


def _same(needed: Json, present: Json) -> bool:
    """Equal as JSON; of an object only the members that are needed."""
    if isinstance(needed, dict) and isinstance(present, dict):
        return all(key in present and _same(value, present[key]) for key, value in needed.items())
    return json.dumps(needed, sort_keys=True) == json.dumps(present, sort_keys=True)


def _differences(needed: dict[str, Json], present: dict[str, Json]) -> str:
    return joined(
        phrase(
            "{key} is {present} now, was {value}",
            key=key,
            present=shown(present.get(key)),
            value=shown(value),
        )
        for key, value in sorted(needed.items())
        if key not in present or not _same(value, present[key])
    )


def shown(value: Json) -> str:
    """A value for people: text in quotes, null as "not there or not seen"."""
    if value is None:
        return phrase("not there, or not seen")
    return json.dumps(value, sort_keys=True)
