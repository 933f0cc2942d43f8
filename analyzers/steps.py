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

Facts and places are named by short phrases, the same in `Step.rests_on`, `JournalEntry.before` and
`JournalEntry.left`:

| phrase | value |
|---|---|
| `row 12` | the mapping row of this id: column → value as the table prints it; null: no such row |
| `alias shop.example` | true or false: is it in Closte's list; null: there is no readable list |
| `setting dns_check_interval` | `{"value": …}` as it is saved in `wp-ultimo_v2_settings`; null: not saved |
| `integration closte` | `{"value": …}` as it is saved in `wu_host_integrations_enabled`; null: not saved |
| `option wu_host_integrations_enabled` | null: the whole option is not there (else it is not named) |
| `transient wu_public_network_ip` | `{"value": …, "timeout": …}`; null: not there |
| `rows of shop.example` | ids of all rows of a domain; of a site: `rows of site 7` |
| `dns shop.example` | `here`, `proxied`, `elsewhere`, `nowhere` or null (not looked at, not judged) |
| `certificate shop.example` | `good`, `bad` or null |
| `traffic shop.example` | `ours`: its visitors get something from this server; `none`; null: not looked at |
| `action 55` | the status of an Action Scheduler action; null: no such action |
| `backups`, `invalidations` | ids of such tasks in Closte's list; null: there is no readable list |
| `key` | `works`, `faulty` or null: what is known of the API key and the way to the API |

In `rests_on` the value is what the step needs; of a row only the columns it rests on stand there.
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
    left: Mapping[str, Json] = field(default_factory=dict)
    """The same places as the step leaves them: meant in an `intent`, read back in a `result`."""
    plan: Plan | None = None
    """The whole plan, in the first entry of a journal only: a journal alone can be resumed and undone."""
