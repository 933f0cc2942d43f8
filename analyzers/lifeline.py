"""The lifeline of a domain for people: each entry of its time line with what it means.

Entries come from `timeline.py`. Lines that name no domain were given to it by time or order; they say so
by their confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analyzers import closte_messages as closte
from analyzers.domains import ADD, CHECK, REMOVE, MappedDomain
from analyzers.evidence import ClosteCalls, Scheduler
from analyzers.findings import Confidence, TimelineEntry
from analyzers.language import phrase
from analyzers.other_messages import MESSAGES
from analyzers.timeline import event_entries, timeline_of

_GIVEN_BY_TIME = frozenset({"closte.raw-body", "certificate.invalid"})
"""Records that name no domain: theirs is the job or the check that ran at that second."""
_TOGETHER = timedelta(seconds=3)
"""Entries so close belong to one moment: one run of a job."""
_DETAIL = 160

_MEANS: dict[str, str] = {
    "row.created": phrase("The domain was mapped: its row was made."),
    "row.modified": phrase("The row was last changed, by the plugin's own check or by a person."),
    f"{ADD}.created": phrase("The job that adds the domain at Closte was queued."),
    f"{ADD}.started": phrase("The job that adds the domain at Closte began."),
    f"{ADD}.complete": phrase(
        "That job ended without a PHP error. Whether Closte took the domain, it does not say."
    ),
    f"{ADD}.failed": phrase("That job failed. The plugin does not try again."),
    f"{ADD}.due": phrase("The job that adds the domain at Closte is queued for then."),
    f"{REMOVE}.created": phrase(
        "The mapping was deleted; the job that removes it at Closte was queued."
    ),
    f"{REMOVE}.started": phrase("The job that removes the domain at Closte began."),
    f"{REMOVE}.complete": phrase(
        "That job ended without a PHP error; the plugin does not look at Closte's answer."
    ),
    f"{REMOVE}.failed": phrase("The job that removes the domain at Closte failed."),
    f"{REMOVE}.due": phrase("The job that removes the domain at Closte is queued for then."),
    f"{CHECK}.created": phrase("A check of the domain was queued."),
    f"{CHECK}.started": phrase("A check of the domain began."),
    f"{CHECK}.complete": phrase("That check is over; what it found stands in the domain's log."),
    f"{CHECK}.failed": phrase("That check died. The chain of checks ends with it."),
    f"{CHECK}.due": phrase("The next check of the domain is due then."),
    "dns.seen-right": phrase("Seen by this look: the DNS leads to the network."),
    "dns.seen-wrong": phrase("Seen by this look: the DNS leads elsewhere."),
    "dns.seen-nxdomain": phrase("Seen by this look: the name does not exist in the DNS."),
    "certificate.valid-from": phrase("From then on the certificate that is served now is valid."),
    "certificate.seen-good": phrase("Seen by this look: the certificate is good."),
    "certificate.seen-not-good": phrase("Seen by this look: there is no good certificate."),
    "api.ok": phrase("Asked by this look: Closte answered."),
    "api.harmless-test-ok": phrase("Asked by this look: Closte took the key."),
    "api.key-rejected": phrase("Asked by this look: Closte refused the key."),
    "api.already-exists": phrase("Asked by this look: Closte says that it has the domain already."),
    "api.invalid-domain": phrase("Asked by this look: Closte calls the domain invalid."),
}
_STEPS: Mapping[str, str] = {
    "ignored": phrase("Action Scheduler passed the job over."),
    "reset": phrase("Action Scheduler put the job back into the queue."),
    "canceled": phrase("The job was cancelled."),
    "noted": phrase("Action Scheduler noted something about the job."),
    "pending": phrase("The job waits in the queue."),
    "in-progress": phrase("The job is running, or died without a word."),
}
_FOR_EVENT = {row.event: phrase(row.means) for row in reversed(MESSAGES)} | {
    closte.RAW_BODY: closte.RAW_BODY_MEANS
}


GUESSED = frozenset({"/ssl/install", "/installssl", "/ssl", "/certificate/install"})
"""Endpoints that the plugin only guesses, and that answer 404 as a rule (DOMAIN 1.3): known noise."""


@dataclass(frozen=True, slots=True)
class LifelineEntry:
    """One moment in the life of a domain, and what it means."""

    at: datetime
    event: str
    source: str
    endpoint: str | None
    means: str
    detail: str
    """What the line or the job's own log says; empty where the event says it all."""
    confidence: Confidence
    """`likely` where the line names no domain and was given to this one by time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Entries of one run, and how often the same came again."""

    entries: tuple[LifelineEntry, ...]
    times: int
    until: datetime
    """When it came for the last time."""

    @property
    def at(self) -> datetime:
        """When it came first."""
        return self.entries[0].at


def means(event: str) -> str:
    """What an event of the time line means."""
    known = _MEANS.get(event) or _FOR_EVENT.get(event)
    if known:
        return known
    step = event.rsplit(".", 1)[-1]
    if event.startswith("api."):
        return phrase("Asked by this look: Closte's answer was of the kind {step}.", step=step)
    return _STEPS.get(step, "")


def lifeline_of(domain: MappedDomain, now: datetime) -> tuple[LifelineEntry, ...]:
    """Everything that has a time, in order of it."""
    details = _details(domain)
    return tuple(_entry(e, details) for e in timeline_of(domain, now))


def _entry(entry: TimelineEntry, details: Mapping[TimelineEntry, str]) -> LifelineEntry:
    return LifelineEntry(
        entry.at,
        entry.event,
        entry.source,
        entry.endpoint,
        means(entry.event),
        details.get(entry, ""),
        "likely" if entry.event in _GIVEN_BY_TIME else "certain",
    )


def _details(domain: MappedDomain) -> dict[TimelineEntry, str]:
    """What stands in the line, the answer or the job's log, by the entry of the time line."""
    pairs = zip(event_entries(domain.events), domain.events, strict=True)
    found = {entry: event.message for entry, event in pairs if event.name in _QUOTED}
    for answer in domain.answers:
        if answer.at is None or not answer.says:
            continue
        event, source = f"api.{answer.kind}", ClosteCalls.FILE
        endpoint = answer.endpoint
        if answer.logged:
            event, source, endpoint = closte.RAW_BODY, answer.citation.source, "/adddomainalias"
        found[TimelineEntry(answer.at, event, source, endpoint)] = answer.says
    for action in domain.actions:
        for line in action.log:
            if line.at is not None and ("fail" in line.message or "unexpected" in line.message):
                failed = TimelineEntry(line.at, f"{action.hook}.failed", Scheduler.FILE)
                found[failed] = line.message
    return {entry: " ".join(text.split())[:_DETAIL] for entry, text in found.items()}


_QUOTED = frozenset(
    {
        "closte.response",
        "closte.transport-failed",
        "closte.http-error",
        "closte.bad-json",
        "closte.add-failed",
        "closte.rejected-invalid",
        "certificate.invalid",
        "check.loopback-http",
        "check.loopback-not-json",
        "check.loopback-other-id",
        "check.loopback-unreachable",
        "record.failed",
    }
)
"""Events whose line says more than their name."""


def moments(entries: Sequence[LifelineEntry]) -> tuple[Moment, ...]:
    """The entries by moments; the same moment over and over is told once, with how often it came."""
    found: list[Moment] = []
    for group in _grouped(entries):
        last = found[-1] if found else None
        if last is not None and _signature(last.entries) == _signature(group):
            found[-1] = Moment(last.entries, last.times + 1, group[-1].at)
        else:
            found.append(Moment(tuple(group), 1, group[-1].at))
    return tuple(found)


def _grouped(entries: Iterable[LifelineEntry]) -> list[list[LifelineEntry]]:
    groups: list[list[LifelineEntry]] = []
    for entry in entries:
        if groups and entry.at - groups[-1][-1].at <= _TOGETHER:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _signature(entries: Iterable[LifelineEntry]) -> tuple[str, ...]:
    """What happened, without the words: those tell of milliseconds and such."""
    return tuple(sorted(e.event for e in entries))
