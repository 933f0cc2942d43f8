"""A step before it has a number: families make drafts, `ordering.py` makes steps of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from analyzers.findings import Risk, Subject
from analyzers.steps import Action, Json, Via

Audience = Literal["operator", "customer", "closte"]
_RISKS: tuple[Risk, ...] = ("safe", "confirm", "severe")


@dataclass(frozen=True, slots=True)
class Draft:
    """A step that may be wanted by several findings at once."""

    key: str
    """What it is, in short and once per plan: `alias.add shop.example`, `manual wp-config`."""
    action: Action
    via: Via
    subject: Subject
    parameters: Mapping[str, Json]
    heals: tuple[str, ...]
    risk: Risk
    why: str
    expect: str
    undo: Mapping[str, Json] | None = None
    after: tuple[str, ...] = ()
    """Keys of drafts that must come before, where they are in the plan at all."""
    rests_on: Mapping[str, Json] = field(default_factory=dict)

    def merged(self, other: Draft) -> Draft:
        """Both in one: what either heals, waits for and rests on, with the greater risk."""
        return replace(
            self,
            heals=tuple(sorted({*self.heals, *other.heals})),
            risk=max(self.risk, other.risk, key=_RISKS.index),
            after=tuple(sorted({*self.after, *other.after})),
            rests_on={**self.rests_on, **other.rests_on},
        )


def manual(
    key: str,
    audience: Audience,
    subject: Subject,
    text: str,
    *,
    heals: tuple[str, ...],
    why: str,
    expect: str,
    after: tuple[str, ...] = (),
    domains: tuple[str, ...] = (),
) -> Draft:
    """Something that a person has to do, with the text to paste. `domains`: whom a step about the whole
    network heals, where it is only these."""
    named: dict[str, Json] = {"domains": list(domains)} if domains else {}
    return Draft(
        key=key,
        action="manual",
        via="manual",
        subject=subject,
        parameters={"audience": audience, "text": text, **named},
        heals=tuple(sorted(set(heals))),
        risk="safe",
        why=why,
        expect=expect,
        after=after,
    )
