"""A plan as its JSON document and back (CONTRACT section 7).

Written in ASCII with escapes, so that no control or direction character of a hostile name reaches a
terminal through it. The digest is over canonical JSON: sorted keys, no blanks, ASCII.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import get_args

from analyzers.action_rules import fault_of
from analyzers.document_fields import (
    DocumentError,
    Fields,
    fields_of,
    parsed_object,
)
from analyzers.findings import Risk, Subject, SubjectKind
from analyzers.instants import iso
from analyzers.language import phrase, sentence_of
from analyzers.steps import Action, Json, Plan, PlannedNetwork, Step, Via

SCHEMA = 1
MOST_BYTES = 16 * 1024 * 1024
"""A longer text is no plan of ours."""


class PlanUnreadable(ValueError):
    """The text is no plan, or not as it was written; `str()` is one sentence that says where."""


class PlanChanged(PlanUnreadable):
    """A plan, but not as it was made."""


def model(plan: Plan) -> dict[str, object]:
    """The plan as plain values, keys as in the contract."""
    return {
        "schema": SCHEMA,
        "digest": plan.digest,
        "made_at": iso(plan.made_at),
        "expires_at": iso(plan.expires_at),
        "target": plan.target,
        "network": {
            "domain": plan.network.domain,
            "app_id": plan.network.app_id,
            "host_key": plan.network.host_key,
        },
        "steps": [_step_model(step) for step in plan.steps],
    }


def _step_model(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "action": step.action,
        "via": step.via,
        "subject": {"kind": step.subject.kind, "id": step.subject.id},
        "parameters": dict(step.parameters),
        "heals": list(step.heals),
        "risk": step.risk,
        "reversible": step.reversible,
        "undo": None if step.undo is None else dict(step.undo),
        "why": step.why,
        "expect": step.expect,
        "after": list(step.after),
        "rests_on": dict(step.rests_on),
    }


def digest_of(plan: Plan) -> str:
    """`sha256:` and 64 hex digits, over the canonical JSON of the document without its digest."""
    return _digest(model(plan))


def _digest(document: Mapping[str, object]) -> str:
    covered = {key: value for key, value in document.items() if key != "digest"}
    canonical = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(canonical.encode('ascii')).hexdigest()}"


def render(plan: Plan) -> str:
    """Indented JSON in ASCII with a final newline."""
    return json.dumps(model(plan), indent=1, ensure_ascii=True) + "\n"


def parse(text: str | bytes) -> Plan:
    """The plan in a document. The digest covers unknown keys too.

    Raises PlanUnreadable: not JSON, another schema, a missing or wrong field, an unknown action, or a
    digest that is not that of the content.
    """
    if len(text) > MOST_BYTES:
        raise PlanUnreadable(phrase("The file is too long to be a plan."))
    try:
        document = parsed_object(text)
    except DocumentError as error:
        raise PlanUnreadable(
            phrase("This is no plan: {error}.", error=sentence_of(error))
        ) from None
    return from_model(document)


def from_model(document: Mapping[str, object]) -> Plan:
    """The plan in a decoded document. Raises PlanUnreadable as `parse` does."""
    if document.get("schema") != SCHEMA or isinstance(document.get("schema"), bool):
        raise PlanUnreadable(
            phrase("This is no plan of schema 1, the only one that is understood here.")
        )
    try:
        fields = fields_of(document, phrase("the plan"))
        digest = fields.text("digest")
        if digest != _digest(document):
            raise PlanChanged(
                phrase(
                    "The digest is not that of the content: the plan was changed after it was "
                    "made, or cut off. Make a new one."
                )
            )
        network = fields.fields("network")
        plan = Plan(
            digest=digest,
            made_at=fields.instant("made_at"),
            expires_at=fields.instant("expires_at"),
            target=fields.text("target"),
            network=PlannedNetwork(
                network.text("domain"),
                network.text_or_none("app_id"),
                network.text_or_none("host_key"),
            ),
            steps=tuple(_step(step) for step in fields.list_of_fields("steps")),
        )
    except DocumentError as error:
        raise PlanUnreadable(
            phrase("This plan cannot be read: {error}.", error=sentence_of(error))
        ) from None
    except RecursionError:
        raise PlanUnreadable(phrase("This is no plan: it is nested too deeply.")) from None
    _check(plan)
    return plan


def _step(fields: Fields) -> Step:
    subject = fields.fields("subject")
    kind: SubjectKind = subject.one_of("kind", get_args(SubjectKind))
    action: Action = fields.one_of("action", get_args(Action))
    via: Via = fields.one_of("via", get_args(Via))
    risk: Risk = fields.one_of("risk", get_args(Risk))
    undo: Mapping[str, Json] | None = fields.object_or_none("undo")
    return Step(
        id=fields.text("id"),
        action=action,
        via=via,
        subject=Subject(kind, subject.text("id")),
        parameters=fields.object("parameters"),
        heals=fields.texts("heals"),
        risk=risk,
        reversible=fields.truth("reversible"),
        undo=undo,
        why=fields.text("why"),
        expect=fields.text("expect"),
        after=fields.texts("after", optional=True),
        rests_on=fields.object_or_none("rests_on") or {},
    )


def _check(plan: Plan) -> None:
    """Each step as its action wants it, each id once, and nothing waits for what comes after it."""
    seen: set[str] = set()
    for step in plan.steps:
        fault = fault_of(step)
        if fault is not None:
            raise PlanUnreadable(
                phrase(
                    "This plan cannot be carried out: in step {id}, {fault}.",
                    id=repr(step.id),
                    fault=fault,
                )
            )
        if step.id in seen:
            raise PlanUnreadable(
                phrase("This plan cannot be read: two steps are called {id}.", id=repr(step.id))
            )
        if not set(step.after) <= seen:
            raise PlanUnreadable(
                phrase(
                    "This plan cannot be read: step {id} waits for one that does not come "
                    "before it.",
                    id=repr(step.id),
                )
            )
        seen.add(step.id)
