"""What an answer of the API means for a step, and what the host's truth says where there was none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from analyzers.api_answers import Answer, answer_of_call, decoded, error_text
from analyzers.api_wording import ApiWording
from analyzers.decoding import outside
from analyzers.decoding.document import Document
from analyzers.evidence import ApiCall
from analyzers.instants import iso
from analyzers.language import Phrase, phrase
from analyzers.steps import Json, Outcome
from bridge.applying.places import is_as_meant
from bridge.host.acting import Told

_SURE = frozenset(
    {
        "key-rejected",
        "no-permission",
        "invalid-domain",
        "already-exists",
        "rate-limit",
        "refused",
        "not-found",
    }
)
"""Answers that say clearly: it was not done."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a step, as far as one can say."""

    outcome: Outcome
    answer: str


def judged(action: str, parameters: Mapping[str, Json], told: Told, wording: ApiWording) -> Judged:
    """What the script, or the API, said of a step."""
    match told.outcome:
        case "done" | "already" | "failed":
            return Judged(told.outcome, told.answer)
        case "called" if told.calls and action in ("alias.add", "alias.delete"):
            listed = told.left.get(f"alias {parameters['domain']}")
            wants = action == "alias.add"
            return judged_call(told.calls[0], listed, wants=wants, wording=wording)
        case "called" if told.calls:
            return judged_task(told.calls[0], wording=wording)
        case _:
            return Judged("unknown", told.answer)


def judged_call(
    row: Mapping[str, object], listed: Json, *, wants: bool, wording: ApiWording
) -> Judged:
    """An alias step: one call, and whether Closte lists the name after it (None: no readable list).

    The list outranks the answer: an error whose wish is fulfilled is no error, and a success that
    the list does not show yet is a success only of the call.
    """
    call = _call(row)
    if call is None:
        return Judged("unknown", phrase("the record of the call cannot be read"))
    answer = answer_of_call(call, wording)
    said = _said(call, answer)
    fulfilled = listed is wants
    if answer.kind == "ok":
        if fulfilled:
            return Judged("done", said)
        return Judged("done", phrase("{said}; Closte's list does not show it yet", said=said))
    if row.get("unsent"):
        return Judged("failed", said)
    if _says_no(call, answer):
        return (
            Judged("already", phrase("{said}; the list has what is wanted", said=said))
            if fulfilled
            else Judged("failed", said)
        )
    if fulfilled:
        return Judged(
            "done", phrase("{said}; Closte's list shows that it was done all the same", said=said)
        )
    return Judged("unknown", said)


def judged_task(row: Mapping[str, object], *, wording: ApiWording) -> Judged:
    """A backup or a flush that could not be found among Closte's tasks after its call."""
    call = _call(row)
    if call is None:
        return Judged("unknown", phrase("the record of the call cannot be read"))
    answer = answer_of_call(call, wording)
    said = _said(call, answer)
    if row.get("unsent") or _says_no(call, answer):
        return Judged("failed", said)
    return Judged("unknown", said)


def _says_no(call: ApiCall, answer: Answer) -> bool:
    """Does the answer say clearly that it was not done?

    A status from 400 to 499 does, whoever sent it: the call was turned away (RFC 9110 section 15.5), but for
    408. JSON that names neither success nor an error does not: what a deletion answers is in no source
    (DOMAIN 1.3).
    """
    if call.http_status is not None and 400 <= call.http_status < 500:
        return call.http_status != HTTPStatus.REQUEST_TIMEOUT
    if answer.kind != "refused":
        return answer.kind in _SURE
    found = decoded(call.body)
    return isinstance(found, dict) and ("success" in found or bool(error_text(found)))


def reconciled(
    was: Mapping[str, Json],
    left: Mapping[str, Json],
    present: Mapping[str, Json],
    *,
    lag_until: datetime | None = None,
) -> Judged:
    """What happened where nobody told: by what stands now, against what was and what was meant.

    `lag_until`: so long Closte's list may still show what was (DOMAIN 4.H), which then proves nothing.
    """
    unread = [place for place in (*was, *left) if place not in present or _no_list(place, present)]
    if unread:
        return Judged("unknown", phrase("{place} could not be read", place=unread[0]))
    if left and all(is_as_meant(place, value, present[place]) for place, value in left.items()):
        return Judged("done", phrase("found done by reading it back"))
    if was and all(present[place] == value for place, value in was.items()):
        if lag_until is not None and any(place.startswith("alias ") for place in was):
            said = phrase(
                "Closte's list still shows it, and may follow until {at}"
                if any(was.values())
                else "Closte's list does not show it yet, and may follow until {at}",
                at=iso(lag_until),
            )
            return Judged("unknown", said)
        return Judged("failed", phrase("found not done by reading it back"))
    return Judged("unknown", phrase("it stands neither as before nor as it was meant"))


def _no_list(place: str, present: Mapping[str, Json]) -> bool:
    return place.startswith("alias ") and present[place] is None


def _status(call: ApiCall) -> str:
    return f"HTTP {call.http_status}" if call.http_status is not None else phrase("no answer")


def _said(call: ApiCall, answer: Answer) -> Phrase:
    return phrase(
        "{call}: {status}, {answer}",
        call=f"{call.method} {call.endpoint}",
        status=_status(call),
        answer=answer.says or answer.kind,
    )


def _call(row: Mapping[str, object]) -> ApiCall | None:
    """A call as the script recorded it, read as `closte.json` is read."""
    calls = outside.closte(Document({"calls": [dict(row)]})).calls
    return calls[0] if calls else None
