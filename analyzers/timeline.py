"""The lifeline of a domain: one time line joined from logs, jobs, the row, API calls and probes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from analyzers.domains import ADD, CHECK, REMOVE, MappedDomain
from analyzers.evidence import (
    Action,
    ClosteCalls,
    Dns,
    LogEvent,
    Mappings,
    PluginLogs,
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
    by_checks = _queued_by_checks(domain.actions)
    return tuple(sorted(entries, key=lambda e: _place(e, by_checks))[-MOST_ENTRIES:])


_CHAPTERS = {ADD: 1, CHECK: 2, REMOVE: 3}
"""What the plugin does with a domain, in the order of its own doing (DOMAIN 2.4)."""
_LAST = 4
_STEPS = {"created": 0, "started": 1}
_LINE, _REASON, _RESULT, _NEXT, _OVER = 2, 3, 4, 5, 6
_RESULTS = frozenset({"check.ssl-retry", "check.ssl-given-up", "check.ssl-ok"})


def _queued_by_checks(actions: Iterable[Action]) -> frozenset[datetime]:
    """The seconds in which a check queued the next one, and none was queued and run at once."""
    queued: set[datetime] = set()
    ran: set[datetime] = set()
    at_once: set[datetime] = set()
    for action in actions:
        if action.hook != CHECK:
            continue
        steps = {_step(e.message): e.at for e in action.log if e.at is not None}
        made, begun = steps.get("created"), steps.get("started")
        if made is not None:
            (at_once if made == begun else queued).add(made)
        if begun is not None:
            ran.add(begun)
    return frozenset((queued & ran) - at_once)


def _place(entry: TimelineEntry, by_checks: frozenset[datetime]) -> tuple[datetime, int, int]:
    """Where an entry stands. Times are whole seconds, in which a job may begin and end: within one, the
    row comes first, then each job with its log lines between its start and its end, then what was
    seen. sorted() leaves the rest as it was: lines of one file in their order."""
    about, _, step = entry.event.rpartition(".")
    if about in _CHAPTERS:
        next_one = step == "created" and about == CHECK and entry.at in by_checks
        return entry.at, _CHAPTERS[about], _NEXT if next_one else _STEPS.get(step, _OVER)
    if entry.event in ("row.created", "record.created"):
        return entry.at, 0, 0
    if about == "closte":
        removes = entry.endpoint == "/deletedomainalias"
        return entry.at, _CHAPTERS[REMOVE if removes else ADD], _LINE
    if entry.event == "check.deleted":
        return entry.at, _CHAPTERS[REMOVE], -1
    if about in ("check", "certificate") and entry.source.startswith(PluginLogs.FILE):
        told = _RESULT if entry.event in _RESULTS else _REASON if about != "check" else _LINE
        return entry.at, _CHAPTERS[CHECK], told
    return entry.at, _LAST, 0


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
