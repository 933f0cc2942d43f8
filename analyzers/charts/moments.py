"""What an entry of a domain's timeline is in a picture of its life: of which layer, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analyzers.findings import Layer, TimelineEntry

Outcome = Literal["step", "good", "trouble", "due"]
OUTCOMES: tuple[Outcome, ...] = ("step", "due", "good", "trouble")
"""In the order of drawing: what matters most lies on top."""

_LANES: Mapping[str, Layer] = {
    "row.": "mapping",
    "record.": "mapping",
    "check.deleted": "mapping",
    "check.auto-": "mapping",
    "check.dns-": "dns",
    "check.loopback-": "dns",
    "check.ssl-": "certificate",
    "check.": "jobs",
    "dns.": "dns",
    "dnsrecord.": "dns",
    "certificate.": "certificate",
    "closte.": "alias",
    "api.": "alias",
    "wu_add_domain.": "alias",
    "wu_remove_domain.": "alias",
    "wu_async_process_domain_stage.": "jobs",
}
"""How the name of an event begins → its lane. The first that fits."""

_GOOD = frozenset(
    {
        "closte.added",
        "check.dns-ok",
        "check.loopback-ok",
        "check.ssl-ok",
        "dns.seen-right",
        "certificate.seen-good",
        "certificate.valid-from",
        "api.ok",
    }
)
_TROUBLE = frozenset(
    {
        "closte.add-failed",
        "closte.rejected-invalid",
        "closte.transport-failed",
        "closte.http-error",
        "closte.bad-json",
        "closte.empty-body",
        "closte.key-undefined",
        "closte.key-empty",
        "check.dns-given-up",
        "check.ssl-given-up",
        "check.auto-promote-failed",
        "dns.seen-wrong",
        "dns.seen-nxdomain",
        "certificate.seen-not-good",
        "record.failed",
    }
)
"""A single check that fails and is repeated (`check.ssl-retry`, `certificate.invalid`, a loopback that
fails) is a step: only giving up is trouble."""
_STEPS_OF_THE_API = frozenset({"api.harmless-test-ok", "api.already-exists", "api.invalid-domain"})
_NOISE = ("closte.ssl-", "closte.key-prefix")
_GUESSED_ENDPOINTS = ("/ssl", "/installssl", "/certificate/")
"""Endpoints that the plugin only guesses: they say nothing about the certificate (DOMAIN 1.3, 7.5)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline, as it is drawn."""

    at: datetime
    lane: Layer
    outcome: Outcome
    event: str


def moments(entries: Iterable[TimelineEntry], now: datetime) -> tuple[Moment, ...]:
    """The entries that a picture shows, in order: without the plugin's noise."""
    found = []
    for entry in entries:
        lane = _lane(entry.event)
        noise = entry.event.startswith(_NOISE) or (entry.endpoint or "").startswith(
            _GUESSED_ENDPOINTS
        )
        if lane is not None and not noise:
            found.append(Moment(entry.at, lane, _outcome(entry, now), entry.event))
    return tuple(found)


def _lane(event: str) -> Layer | None:
    return next((lane for begin, lane in _LANES.items() if event.startswith(begin)), None)


def _outcome(entry: TimelineEntry, now: datetime) -> Outcome:
    event = entry.event
    if entry.at > now or event.endswith(".due"):
        return "due"
    if event in _GOOD:
        return "good"
    if event in _TROUBLE or event.endswith(".failed"):
        return "trouble"
    if event.startswith("api.") and event not in _STEPS_OF_THE_API:
        return "trouble"
    return "step"
