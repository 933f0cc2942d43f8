"""The lifeline of a domain: one time line joined from logs, jobs, the row, API calls and probes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from analyzers.domains import MappedDomain
from analyzers.evidence import (
    Action,
    ClosteCalls,
    Dns,
    LogEvent,
    Mappings,
    Scheduler,
    Tls,
)
from analyzers.findings import TimelineEntry

MOST_ENTRIES = 200
"""The newest are kept."""
_ANSWERS = frozenset(
    {
        "closte.response",
        "closte.http-error",
        "closte.bad-json",
        "closte.empty-body",
        "closte.transport-failed",
    }
)
"""Events that belong to the request before them."""


def timeline_of(domain: MappedDomain, now: datetime) -> tuple[TimelineEntry, ...]:
    """Everything that has a time, in order of it; the newest 200, none twice."""
    entries = dict.fromkeys(
        (
            *_of_rows(domain),
            *(e for action in domain.actions for e in _of_action(action)),
            *_of_events(domain.events),
            *_of_calls(domain),
            *_of_probes(domain, now),
        )
    )
    # sorted() keeps the order of equal times: the row before its jobs, those before their logs.
    return tuple(sorted(entries, key=lambda e: e.at)[-MOST_ENTRIES:])


def event_entries(events: Sequence[LogEvent]) -> tuple[TimelineEntry, ...]:
    """The entry of each record, one for one and in the same order."""
    return tuple(_of_events(events))


def _of_events(events: Sequence[LogEvent]) -> Iterator[TimelineEntry]:
    """A request and its answer carry the endpoint; an answer that does not name it has its request's."""
    asked: str | None = None
    for event in events:
        endpoint = event.fields.get("endpoint") or None
        if event.name == "closte.request":
            asked = endpoint
        elif event.name in _ANSWERS:
            endpoint = endpoint or asked
        yield TimelineEntry(event.at, event.name, event.source, endpoint)


def _of_rows(domain: MappedDomain) -> Iterator[TimelineEntry]:
    for row in domain.rows:
        if row.created is not None:
            yield TimelineEntry(row.created, "row.created", Mappings.FILE)
        if row.modified is not None and row.modified != row.created:
            yield TimelineEntry(row.modified, "row.modified", Mappings.FILE)


def _of_action(action: Action) -> Iterator[TimelineEntry]:
    """Each line of the action's own log; what is still to come stands at its date."""
    for entry in action.log:
        if entry.at is not None:
            yield TimelineEntry(entry.at, f"{action.hook}.{_step(entry.message)}", Scheduler.FILE)
    if action.status == "pending" and action.scheduled is not None:
        yield TimelineEntry(action.scheduled, f"{action.hook}.due", Scheduler.FILE)
    elif not action.log and (at := action.last_attempt or action.scheduled) is not None:
        yield TimelineEntry(at, f"{action.hook}.{action.status}", Scheduler.FILE)


@lru_cache(maxsize=1024)
def _step(message: str) -> str:
    """`action started via WP Cron` → `started` (Action Scheduler's own words, DOMAIN 3.8)."""
    words = message.lower()
    for step in ("created", "started", "complete", "failed", "ignored", "reset", "canceled"):
        if f"action {step}" in words or f"marked as {step}" in words:
            return step
    if "unexpected shutdown" in words:
        return "failed"
    return "noted"


def _of_calls(domain: MappedDomain) -> Iterator[TimelineEntry]:
    """Calls that were made, and the nameless bodies in the log up to 2.4.3: those belong to the add
    job that ran at that second (`api_answers`), so they answer `/adddomainalias`."""
    for answer in domain.answers:
        if answer.at is None:
            continue
        if not answer.logged:
            yield TimelineEntry(answer.at, f"api.{answer.kind}", ClosteCalls.FILE, answer.endpoint)
        elif answer.endpoint is None:
            source = answer.citation.source
            yield TimelineEntry(answer.at, "closte.raw-body", source, "/adddomainalias")


def _of_probes(domain: MappedDomain, now: datetime) -> Iterator[TimelineEntry]:
    """What was seen from outside, at the moment of the look."""
    view = domain.dns
    if view is not None and view.nxdomain:
        yield TimelineEntry(now, "dns.seen-nxdomain", Dns.FILE)
    elif view is not None and view.reaches_us is not None:
        yield TimelineEntry(
            now, "dns.seen-right" if view.reaches_us else "dns.seen-wrong", Dns.FILE
        )
    if domain.tls is None:
        return
    for seen in domain.tls.own:
        start = seen.handshake.not_before
        if seen.good and start is not None and start <= now:
            yield TimelineEntry(start, "certificate.valid-from", Tls.FILE)
    if domain.tls.good is not None:
        state = "good" if domain.tls.good else "not-good"
        yield TimelineEntry(now, f"certificate.seen-{state}", Tls.FILE)
