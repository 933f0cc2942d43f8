"""What could be done: a plan and its steps, and what a journal says was done (CONTRACT section 7).

Parameters by action, all plain JSON values:

| action | parameters |
|---|---|
| alias.add, alias.delete | `domain`, `wildcard` (0 or 1, DOMAIN 1.4) |
| domain.recheck | `domain_id`, `domain`, `stage` (the one to set: checking-dns or checking-ssl-cert) |
| domain.mark-done | `domain_id`, `domain` |
| domain.set-primary | `domain_id`, `blog_id`, `domain` |
| domain.drop-duplicate | `domain_id`, `blog_id`, `domain`, `keep_id` |
| domain.create-record | `blog_id`, `domain` |
| module.enable | none |
| settings.check-interval | `seconds` |
| settings.log-level | `level` |
| jobs.run-due | `actions`: [{`action_id`, `hook`, `domain`, `scheduled`}] |
| transient.delete-network-ip, cdn.flush, backup.take | none |
| manual | `audience` (operator · customer · closte), `text` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analyzers.findings import Risk, Subject

Action = Literal[
    "alias.add",
    "alias.delete",
    "domain.recheck",
    "domain.mark-done",
    "domain.set-primary",
    "domain.drop-duplicate",
    "domain.create-record",
    "module.enable",
    "settings.check-interval",
    "settings.log-level",
    "jobs.run-due",
    "transient.delete-network-ip",
    "cdn.flush",
    "backup.take",
    "manual",
]
Via = Literal["closte-api", "wp-cli", "manual"]
Phase = Literal["intent", "result", "verified", "undone"]
Outcome = Literal["done", "already", "failed", "unknown", "healed", "pending", "unhealed"]
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Step:
    """One change, or one thing a person must do."""

    id: str
    action: Action
    via: Via
    subject: Subject
    parameters: Mapping[str, Json]
    heals: tuple[str, ...]
    """Codes of findings that should fall silent."""
    risk: Risk
    reversible: bool
    undo: Mapping[str, Json] | None
    """How it is taken back: an action and its parameters, or None."""
    why: str
    expect: str
    """What will be observable after."""
    after: tuple[str, ...] = ()
    """Ids of steps that must have been done before."""
    rests_on: Mapping[str, Json] = field(default_factory=dict)
    """The facts this step was planned on, re-checked just before it: e.g. the row as it was."""


@dataclass(frozen=True, slots=True)
class PlannedNetwork:
    """What a plan is bound to: it is refused anywhere else."""

    domain: str
    app_id: str | None
    host_key: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order. The digest covers everything but itself."""

    digest: str
    """`sha256:…`"""
    made_at: datetime
    expires_at: datetime
    target: str
    network: PlannedNetwork
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line of the journal. `before` holds what a step changed, as it was."""

    at: datetime
    digest: str
    step: str
    phase: Phase
    outcome: Outcome | None
    answer: str
    before: Mapping[str, Json] = field(default_factory=dict)
