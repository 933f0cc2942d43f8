"""What the plugin itself wrote since a run began: jobs and log entries of the domains that it touched. Pure.

An undoing leaves it where it is: a job may have told Closte something already, and a log is history. Whoever
takes a run back should know of it all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers.evidence import Action, Host, Mappings, Scheduler
from analyzers.findings import Diagnosis
from analyzers.jobs import GROUP, domain_of
from analyzers.journal_document import Journal, Record
from analyzers.language import phrase, plural
from analyzers.names import Domain, canonical
from analyzers.redact import LOGS
from analyzers.snapshot import Snapshot
from analyzers.steps import Json, Step


@dataclass(frozen=True, slots=True)
class Written:
    """One thing that the plugin wrote meanwhile."""

    place: str
    """`action 501`, or the log file."""
    says: str


def written_since(
    journal: Journal, snapshot: Snapshot, diagnosis: Diagnosis
) -> tuple[Written, ...]:
    """What one look shows of it, in order of place."""
    acted = [r for r in journal.records if r.state in ("done", "unknown", "undone")]
    begun = [entry.at for record in acted for entry in record.entries]
    if not begun:
        return ()
    since = min(begun) + _skew(snapshot, diagnosis)
    rows = _rows(acted, snapshot)
    names = frozenset(d for r in acted for d in _domains(r, journal.step(r.step))) | {
        *rows.values()
    }
    found = [*_jobs(snapshot, rows, names, since), *_entries(diagnosis, names, since)]
    return tuple(sorted(found, key=lambda one: one.place))


def _skew(snapshot: Snapshot, diagnosis: Diagnosis) -> timedelta:
    """The journal goes by our clock, jobs and logs by the host's."""
    host = snapshot.observed.get(Host)
    theirs = host.time_gmt if isinstance(host, Host) else None
    return (theirs or diagnosis.taken_at) - diagnosis.taken_at


def _rows(acted: list[Record], snapshot: Snapshot) -> dict[int, Domain]:
    """The rows that the run touched, by id, with their domains; also one that it made, or that is gone."""
    touched: dict[int, Domain] = {}
    for record in acted:
        for place, value in (*record.before.items(), *record.left.items()):
            number = place.removeprefix("row ")
            domain = value.get("domain") if isinstance(value, dict) else None
            if number.isdecimal() and isinstance(domain, str):
                touched[int(number)] = canonical(domain)
    table = snapshot.observed.get(Mappings)
    domains = {row.id: row.domain for row in table.rows} if isinstance(table, Mappings) else {}
    return {**{i: d for i, d in domains.items() if d in touched.values()}, **touched}


def _domains(record: Record, step: Step | None) -> Iterator[str]:
    yield from (p.removeprefix("alias ") for p in record.before if p.startswith("alias "))
    if step is None:
        return
    if step.subject.kind == "domain":
        yield step.subject.id
    yield from _named(step.parameters)
    jobs = step.parameters.get("actions")
    for job in jobs if isinstance(jobs, list) else ():
        if isinstance(job, dict):
            yield from _named(job)


def _named(values: Mapping[str, Json]) -> Iterator[str]:
    domain = values.get("domain")
    if isinstance(domain, str):
        yield canonical(domain)


def _jobs(
    snapshot: Snapshot, rows: dict[int, Domain], names: frozenset[str], since: datetime
) -> Iterator[Written]:
    table = snapshot.observed.get(Scheduler)
    for action in table.actions if isinstance(table, Scheduler) else ():
        made = _made(action)
        domain = domain_of(action, rows)
        if action.group == GROUP and domain in names and made is not None and made >= since:
            yield Written(
                f"action {action.action_id}",
                phrase(
                    "the job {hook} of {domain}: {status}",
                    hook=action.hook,
                    domain=domain,
                    status=action.status,
                ),
            )


def _made(action: Action) -> datetime | None:
    return min((e.at for e in action.log if e.at is not None), default=action.scheduled)


def _entries(diagnosis: Diagnosis, names: frozenset[str], since: datetime) -> Iterator[Written]:
    counted = Counter(
        entry.source
        for one in diagnosis.domains
        if one.domain in names
        for entry in one.timeline
        if entry.source.startswith(LOGS) and entry.at >= since
    )
    for source, count in counted.items():
        yield Written(source, plural("{n} entry", "{n} entries", count))
