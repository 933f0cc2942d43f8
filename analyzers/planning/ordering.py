"""Drafts in the order in which they can be done, numbered: the same for the same drafts in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from analyzers.planning.draft import Draft
from analyzers.rules import BY_CODE
from analyzers.steps import Action, Step

_ACTIONS: Mapping[Action, int] = {
    "manual": 0,
    "settings.log-level": 3,
    "settings.check-interval": 4,
    "module.enable": 5,
    "transient.delete-network-ip": 6,
    "backup.take": 7,
    "domain.create-record": 8,
    "domain.drop-duplicate": 9,
    "domain.set-primary": 10,
    "domain.mark-done": 11,
    "alias.add": 12,
    "jobs.run-due": 13,
    "domain.recheck": 14,
    "alias.delete": 15,
    "cdn.flush": 16,
}
"""What others may rest on goes first, what waits longest is begun early, what deletes comes late."""
_CODES: Mapping[str, int] = {code: place for place, code in enumerate(BY_CODE)}
"""What people do goes by the reading order of the findings: the way to the host first, caches last."""


def merged(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts of the same key made one."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        known = found.get(draft.key)
        found[draft.key] = draft if known is None else known.merged(draft)
    return list(found.values())


def without(drafts: Iterable[Draft], dropped: set[str]) -> list[Draft]:
    """The drafts that neither are dropped nor wait for one that is."""
    kept = list(drafts)
    gone = set(dropped)
    while True:
        lost = {d.key for d in kept if d.key in gone or gone & set(d.after)}
        if not lost - gone and not any(d.key in gone for d in kept):
            return kept
        gone |= lost
        kept = [d for d in kept if d.key not in gone]


def in_order(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Each after what it waits for, else by kind of action, subject and key (Kahn's algorithm)."""
    waiting = {draft.key: draft for draft in drafts}
    blocked = {key: set(draft.after) & waiting.keys() for key, draft in waiting.items()}
    blocks: dict[str, list[str]] = {}
    for key, waits in blocked.items():
        for earlier in waits:
            blocks.setdefault(earlier, []).append(key)
    ready = [(_place(draft), key) for key, draft in waiting.items() if not blocked[key]]
    heapify(ready)
    ordered: list[Draft] = []
    while ready:
        _, key = heappop(ready)
        ordered.append(waiting[key])
        for later in blocks.get(key, ()):
            blocked[later].discard(key)
            if not blocked[later]:
                heappush(ready, (_place(waiting[later]), later))
    assert len(ordered) == len(waiting)  # no family waits for one that waits for it
    return tuple(ordered)


def _place(draft: Draft) -> tuple[int, bool, int, str, str, str]:
    subject = draft.subject
    narrow = subject.kind not in ("network", "host")
    reading_order = min((_CODES.get(code, len(_CODES)) for code in draft.heals), default=0)
    by_code = 0 if draft.action != "manual" else reading_order
    return (_ACTIONS[draft.action], narrow, by_code, subject.kind, subject.id, draft.key)


def numbered(drafts: tuple[Draft, ...]) -> tuple[Step, ...]:
    """Steps `s1`, `s2`, … in this order; `after` by their numbers."""
    ids = {draft.key: f"s{place}" for place, draft in enumerate(drafts, 1)}
    return tuple(
        Step(
            id=ids[draft.key],
            action=draft.action,
            via=draft.via,
            subject=draft.subject,
            parameters=dict(draft.parameters),
            heals=draft.heals,
            risk=draft.risk,
            reversible=draft.undo is not None,
            undo=draft.undo,
            why=draft.why,
            expect=draft.expect,
            after=tuple(sorted({ids[key] for key in draft.after if key in ids}, key=_number)),
            rests_on=dict(sorted(draft.rests_on.items())),
        )
        for draft in drafts
    )


def _number(id: str) -> int:
    return int(id[1:])
