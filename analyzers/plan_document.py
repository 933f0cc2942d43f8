"""A plan as its JSON document and back (CONTRACT section 7)."""

from __future__ import annotations

from analyzers.steps import Plan

SCHEMA = 1


class PlanUnreadable(ValueError):
    """The text is no plan, or not as it was written; `str()` is one sentence that says where."""


def digest_of(plan: Plan) -> str:
    """`sha256:` and 64 hex digits, over the canonical JSON of the document without its digest."""
    raise NotImplementedError


def render(plan: Plan) -> str:
    """Indented JSON in ASCII with a final newline."""
    raise NotImplementedError


def parse(text: str | bytes) -> Plan:
    """The plan in a document. Unknown keys are ignored unless they change the digest.

    Raises PlanUnreadable: not JSON, another schema, a missing or wrong field, an unknown action, or a
    digest that is not that of the content.
    """
    raise NotImplementedError
