"""When the evidence was taken, where `meta.json` does not say: the newest time in it (CONTRACT 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from analyzers.decoding.document import Document, Why
from analyzers.decoding.fields import instant
from analyzers.evidence import ClosteCalls, Host, Mappings, PluginLogs, Scheduler, Sites

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def newest(
    observed: Mapping[type, object], documents: Mapping[str, Document | Why]
) -> tuple[datetime, str] | None:
    """The newest time of the evidence, and where it stands; None where there is none at all."""
    return max(_times(observed, documents), key=lambda found: found[0], default=None)


def _times(
    observed: Mapping[type, object], documents: Mapping[str, Document | Why]
) -> Iterator[tuple[datetime, str]]:
    for at, where in _candidates(observed, documents):
        if at is not None:
            yield at, where


def _candidates(
    observed: Mapping[type, object], documents: Mapping[str, Document | Why]
) -> Iterator[tuple[datetime | None, str]]:
    host, logs = observed.get(Host), observed.get(PluginLogs)
    if isinstance(host, Host):
        yield host.time_gmt, "host.json time_gmt"
    if isinstance(logs, PluginLogs):
        yield logs.last_at, PluginLogs.FILE
    calls, scheduler = observed.get(ClosteCalls), observed.get(Scheduler)
    if isinstance(calls, ClosteCalls):
        yield from ((call.at, ClosteCalls.FILE) for call in calls.calls)
    if isinstance(scheduler, Scheduler):
        for action in scheduler.actions:
            yield action.last_attempt, f"{Scheduler.FILE} last_attempt_gmt"
            yield from ((entry.at, f"{Scheduler.FILE} log") for entry in action.log)
    mappings = observed.get(Mappings)
    if isinstance(mappings, Mappings):
        for row in mappings.rows:
            yield row.created, Mappings.FILE
            yield row.modified, Mappings.FILE
    listed = documents.get(Sites.FILE)
    for site in (
        listed.value if isinstance(listed, Document) and isinstance(listed.value, list) else ()
    ):
        if isinstance(site, dict):
            yield instant(site.get("registered")), Sites.FILE
            yield instant(site.get("last_updated")), Sites.FILE
