"""What taking back a journal would do, and what it will not touch and why. Pure.

A place is put back only where it still is as the run left it; else its three values (before, as we left
it, now) are shown and it stays. Of a row only the columns that the run changed are put back, so that what
the plugin wrote meanwhile in others is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analyzers.aliases import LIST_LAG
from analyzers.instants import iso
from analyzers.journal_document import Journal, Record
from analyzers.language import phrase
from analyzers.steps import Json, Step

UndoAction = Literal["restore", "alias.add", "alias.delete"]
_DATES = frozenset({"date_modified"})
"""A column that every save writes: it is put back with the others, and alone never stands in the way."""
_PLUGINS_OWN = frozenset({"stage", "secure", "date_modified"})
"""Columns of a row made by us that the plugin's own checks go on writing."""
_NOT_TAKEN_BACK = {
    "backup.take": phrase("A backup stays; it does no harm."),
    "cdn.flush": phrase("What was flushed fills again by itself."),
    "jobs.run-due": phrase("The jobs have run, and each really called Closte or checked a domain."),
    "manual": phrase("What a person did, a person takes back."),
}


@dataclass(frozen=True, slots=True)
class UndoAct:
    """One thing to do, the last step's first."""

    step: str
    action: UndoAction
    parameters: Mapping[str, Json]
    """Of `alias.*`: `domain`, `wildcard`. Of `restore`: `places`, place → what to put there: a row's
    columns to set (all of them where the row is to be inserted), null to take the place away."""
    expects: Mapping[str, Json]
    """What must be there at the moment of the act: place → the present value it was decided on."""
    says: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is not taken back, with the three values."""

    step: str
    place: str
    before: Json
    left: Json
    present: Json
    why: str
    conflict: bool
    """Somebody or something changed it since, or it could not be read; False: it cannot come back, or
    is back already."""
    is_open: bool = False
    """It is as before, and may still become what the run asked for: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What `undo` would do and what not."""

    acts: tuple[UndoAct, ...]
    kept: tuple[Kept, ...]

    @property
    def conflicts(self) -> tuple[Kept, ...]:
        """What stands otherwise than we left it."""
        return tuple(k for k in self.kept if k.conflict)

    @property
    def is_open(self) -> bool:
        """May there be more to take back later?"""
        return any(k.is_open for k in self.kept)


def places_of(journal: Journal) -> tuple[str, ...]:
    """The places whose present values `undoing_of` needs, in order: `row 12`, `alias shop.example`, …"""
    return tuple(
        sorted(
            {
                place
                for record in journal.records
                if _may_have_acted(record) and not _never_taken_back(journal.step(record.step))
                for place in _places(record)
            }
        )
    )


def _never_taken_back(step: Step | None) -> bool:
    return step is not None and step.action in _NOT_TAKEN_BACK


def undoing_of(
    journal: Journal, present: Mapping[str, Json], now: datetime | None = None
) -> Undoing:
    """The undoing of a journal where these values stand now. A place that is not in `present` could not
    be read and is left alone. `now`: how old a step is decides whether Closte's list may still follow it.

    Steps are taken back in reverse. What a step left counts as present for the one before it, so that two
    steps on one row come back both. A step with a conflict is left alone whole, and so is every earlier
    step on the same place.
    """
    world = dict(present)
    acts: list[UndoAct] = []
    kept: list[Kept] = []
    blocked: set[str] = set()
    for record in reversed(journal.records):
        step = journal.step(record.step)
        if not _may_have_acted(record):
            continue
        found = list(_of_record(record, step, world, blocked, now))
        conflicts = [k for k in found if isinstance(k, Kept) and k.conflict]
        if conflicts:
            blocked.update(_places(record))
            kept.extend(k for k in found if isinstance(k, Kept))
            continue
        for one in found:
            if isinstance(one, Kept):
                kept.append(one)
            else:
                acts.append(one)
                _apply(one, world)
    return Undoing(tuple(acts), tuple(kept))


def _may_have_acted(record: Record) -> bool:
    return record.state in ("done", "unknown")


def _places(record: Record) -> tuple[str, ...]:
    return tuple(sorted({*record.before, *record.left}))


def _of_record(
    record: Record,
    step: Step | None,
    world: Mapping[str, Json],
    blocked: set[str],
    at: datetime | None,
) -> Iterator[UndoAct | Kept]:
    why = _NOT_TAKEN_BACK.get(step.action) if step else None
    if why is not None or not _places(record):
        if why is not None:
            yield Kept(record.step, step.action if step else "", None, None, None, why, False)
        return
    restores: dict[str, Json] = {}
    for place in _places(record):
        before, left = record.before.get(place), record.left.get(place)
        known, now = place in world, world.get(place)
        verdict = (
            _Verdict(why=phrase("It could not be read now."), conflict=True)
            if not known
            else _Verdict(why=phrase("A later step on it could not be taken back."), conflict=True)
            if place in blocked
            else _late(record, place, now, at) or _verdict(place, before, left, now)
        )
        if verdict.why:
            yield Kept(
                *(record.step, place, before, left, now),
                why=verdict.why,
                conflict=verdict.conflict,
                is_open=verdict.is_open,
            )
        if not verdict.acts:
            continue
        if place.startswith("alias "):
            yield _alias_act(record.step, place, now, step, wanted=before is True)
        else:
            restores[place] = verdict.put
    if restores:
        named = ", ".join(sorted(restores))
        yield UndoAct(
            record.step,
            "restore",
            {"places": restores},
            {place: world.get(place) for place in restores},
            phrase("Put back as it was before {step}: {named}.", step=record.step, named=named),
        )


def _alias_act(id: str, place: str, now: Json, step: Step | None, *, wanted: bool) -> UndoAct:
    domain = place.removeprefix("alias ")
    stored = step.parameters.get("wildcard") if step else None
    wildcard = stored if stored is not None else (1 if domain.startswith("*.") else 0)
    says = (
        phrase(
            "Add the alias {domain} again; its certificate is issued anew, which takes up to 10 minutes "
            "and counts against the issuer's limits.",
            domain=domain,
        )
        if wanted
        else phrase(
            "Delete the alias {domain} that was added; its certificate is lost with it.",
            domain=domain,
        )
    )
    action: UndoAction = "alias.add" if wanted else "alias.delete"
    return UndoAct(id, action, {"domain": domain, "wildcard": wildcard}, {place: now}, says)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to happen to one place."""

    acts: bool = False
    put: Json = None
    why: str = ""
    conflict: bool = False
    is_open: bool = False


_BACK = _Verdict(why=phrase("It is as it was before."))
_MADE = _Verdict(
    why=phrase("Rows came or went since; whether this run made one of them is not known."),
    conflict=True,
)
_MOVED = _Verdict(
    why=phrase("It is not as the run left it: somebody changed it since."), conflict=True
)


def _late(record: Record, place: str, now: Json, at: datetime | None) -> _Verdict | None:
    """An alias that Closte's list never showed as it was asked for, and may show yet (DOMAIN 4.H)."""
    was, left = record.before.get(place), record.left.get(place)
    if not place.startswith("alias ") or at is None or not isinstance(was, bool) or now is not was:
        return None
    seen = record.state == "done" and left is (not was)
    if seen or at >= record.begun_at + LIST_LAG:
        return None
    why = phrase(
        "Closte's list shows it as before, but may follow until {until}: undo this journal again after that.",
        until=iso(record.begun_at + LIST_LAG),
    )
    return _Verdict(why=why, is_open=True)


def _verdict(place: str, before: Json, left: Json, now: Json) -> _Verdict:
    if place.startswith("row "):
        return _BACK if _equal(before, now) else _row_verdict(before, left, now)
    if _identical(before, now):
        return _BACK
    if place.startswith("rows of "):
        return _Verdict() if _identical(left, now) else _MADE
    if place.startswith("alias ") and not isinstance(before, bool):
        return _Verdict(
            why=phrase("Nobody knew whether the alias was there before."), conflict=True
        )
    if place.startswith("alias ") and isinstance(now, bool):
        return _Verdict(True, before)  # also where the list followed only after the run
    return _Verdict(True, before) if _identical(left, now) else _MOVED


def _row_verdict(before: Json, left: Json, now: Json) -> _Verdict:
    if not isinstance(before, dict):  # the row was made by us
        if not isinstance(now, dict) or not isinstance(left, dict):
            return _MOVED
        ours = {c: v for c, v in left.items() if c not in _PLUGINS_OWN}
        return (
            _Verdict(True, None) if all(_equal(v, now.get(c)) for c, v in ours.items()) else _MOVED
        )
    if now is None:
        return _Verdict(True, before) if left is None else _MOVED
    if not isinstance(now, dict) or not isinstance(left, dict):
        return _MOVED
    changed = {c for c in before if c in left and not _equal(before[c], left[c])}
    moved = {c for c in changed if not _equal(left[c], now.get(c))}
    stays = moved - _DATES
    if stays and _moved_on(left, stays):
        why = phrase(
            "The plugin's own check has moved it on: its {columns} is kept.",
            columns=_listed(moved),
        )
        return _Verdict(why=why)
    if stays:
        return _Verdict(
            why=phrase(
                "Its {columns} changed since: it is not as the run left it.",
                columns=_listed(stays),
            ),
            conflict=True,
        )
    put: dict[str, Json] = {c: before[c] for c in sorted(changed - moved)}
    others = {c for c in before if c not in changed and not _equal(before[c], now.get(c))}
    others |= moved
    kept = phrase(
        "Its {columns} changed since, and what stands there now is kept.", columns=_listed(others)
    )
    return _Verdict(bool(put), put, kept if others else "")


def _moved_on(left: Mapping[str, Json], moved: set[str]) -> bool:
    """Was the row left at a stage that the plugin's checks take it on from, and nothing else changed?"""
    return str(left.get("stage")).startswith("checking-") and moved <= _PLUGINS_OWN


def _listed(columns: set[str]) -> str:
    return ", ".join(sorted(columns))


def _equal(one: Json, other: Json) -> bool:
    """The same value as the table prints it: numbers may come as numbers or as text (CONTRACT 3)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    plain = (str, int, float)
    if isinstance(one, plain) and isinstance(other, plain):
        if isinstance(one, bool) or isinstance(other, bool):
            return one is other
        return str(one) == str(other)
    return _identical(one, other)


def _identical(one: Json, other: Json) -> bool:
    """The same JSON, types and all: a setting saved as text is another one than a number."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _apply(act: UndoAct, world: dict[str, Json]) -> None:
    """The world as it is after an act, for the steps before it."""
    if act.action != "restore":
        world[f"alias {act.parameters['domain']}"] = act.action == "alias.add"
        return
    places = act.parameters["places"]
    for place, put in places.items() if isinstance(places, dict) else ():
        present = world.get(place)
        both = isinstance(put, dict) and isinstance(present, dict) and place.startswith("row ")
        world[place] = {**present, **put} if both else put  # type: ignore[dict-item]
