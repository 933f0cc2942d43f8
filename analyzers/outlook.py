"""What the plugin and Closte will do with a domain if nothing else happens, or if something does.

Pure arithmetic on the model of `provisioning.py`: it answers "does Closte's time fit into the plugin's
window" and "what if the interval were another one", "what if the DNS were right now".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analyzers.domains import MappedDomain
from analyzers.provisioning import CheckRules, Issuance, Progress

Ending = Literal["ready", "gives-up", "never-looks", "is-ready", "unknown"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it ends, as far as the model can say."""

    ending: Ending
    """`ready`: the certificate fits into the window. `gives-up`: the plugin stops before it comes, or
    before the DNS is right. `never-looks`: no check is queued, or it has given up already."""
    at: datetime | None
    """When it is ready at the latest, or when the plugin gives up at the earliest."""
    stage: str | None
    """The stage it ends at."""


def outlook(
    domain: MappedDomain,
    progress: Progress,
    rules: CheckRules,
    issuance: Issuance,
    now: datetime,
    *,
    dns_right: bool | None = None,
) -> Outlook:
    """How the provisioning of this domain ends.

    `dns_right`: what to take for the DNS; None: what was seen of it.
    """
    if domain.live:
        return Outlook("is-ready", None, domain.stage)
    if progress.stage not in ("checking-dns", "checking-ssl-cert") or progress.queued is False:
        return Outlook("never-looks", None, domain.stage)
    if progress.next_at is None or rules.interval is None:
        return Outlook("unknown", None, None)
    led_here = dns_right if dns_right is not None else domain.dns and domain.dns.reaches_us
    if progress.stage == "checking-dns":
        if led_here is None:
            return Outlook("unknown", None, None)
        if not led_here:
            return Outlook("gives-up", progress.gives_up_at, "failed")
    return _certificate_outlook(domain, progress, rules, issuance, now, fixed=bool(dns_right))


def _certificate_outlook(
    domain: MappedDomain,
    progress: Progress,
    rules: CheckRules,
    issuance: Issuance,
    now: datetime,
    *,
    fixed: bool,
) -> Outlook:
    """From a DNS that is right to the certificate: does it come before the last check?"""
    assert progress.next_at is not None
    first = max(progress.next_at, now)
    window = rules.window("checking-ssl-cert")
    last = progress.gives_up_at
    if progress.stage == "checking-dns":
        last = None if window is None else first + window
    if last is None or rules.interval is None:
        return Outlook("unknown", None, None)
    begun = now if fixed or domain.added_at is None else domain.added_at
    issued = now if domain.certificate_good else max(begun + issuance.longest, now)
    if issued > last:
        return Outlook("gives-up", last, rules.gives_up_as("checking-ssl-cert"))
    waits = -(-max(issued - first, timedelta()) // rules.interval)
    return Outlook("ready", first + waits * rules.interval, "done")
