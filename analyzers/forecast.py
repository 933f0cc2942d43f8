"""Where the provisioning of one domain will end, and when, as a person would be told it.

The arithmetic is the model's (`outlook.py`, `provisioning.py`). Here it meets what stands in the way: a
certificate that nobody can issue does not come in ten minutes. How long Closte takes is learned from this
network's own past issuances where there are enough of them, else Closte's own 5 to 10 minutes stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analyzers.domains import ADD, MappedDomain
from analyzers.findings import DomainState, Finding
from analyzers.instants import duration, iso
from analyzers.issuance import issuances
from analyzers.language import phrase
from analyzers.outlook import Outlook, outlook
from analyzers.provisioning import (
    CheckRules,
    Issuance,
    Progress,
    Provisioning,
    learned,
)

Ending = Literal["ready", "gives-up", "never", "is-ready", "unknown"]
"""`never`: nothing will ever look again. `gives-up`: the plugin stops before it is ready, as things are."""
ON_ITS_WAY = frozenset({"dns.propagating", "ssl.pending", "ssl.slow"})


@dataclass(frozen=True, slots=True)
class Forecast:
    """How it ends if nobody does anything."""

    ending: Ending
    earliest: datetime | None
    """When it is ready at the earliest; None where it will not be."""
    latest: datetime | None
    """When it is ready at the latest, by the longest that Closte usually takes."""
    gives_up_at: datetime | None
    """When the plugin's last check is due, at the earliest."""
    stage: str | None
    """The stage it ends at."""
    blocked_by: Finding | None
    """What keeps it from being ready."""
    fits: bool | None
    """Does the time that Closte takes fit into the plugin's window? None: not known, or over."""
    share: float | None
    """Of this network's past issuances, how many were short enough for what is left of the window."""
    issuance: Issuance
    says: str

    @property
    def basis(self) -> str:
        """What the times rest on, for people."""
        took = self.issuance
        if not took.learned_from:
            return phrase("Closte's own word: a certificate usually takes 5 to 10 minutes.")
        return phrase(
            "{learned_from} past certificates of this network: half of them came within "
            "{usual}, 95 of 100 within {longest}.",
            learned_from=took.learned_from,
            usual=duration(took.usual),
            longest=duration(took.longest),
        )


def past_issuances(states: Iterable[DomainState], network: str) -> tuple[timedelta, ...]:
    """How long each certificate took that the lifelines of this network tell of, the oldest first."""
    return tuple(found.took for found in issuances(states, network))


def forecast(
    domain: MappedDomain,
    provisioning: Provisioning,
    past: Sequence[timedelta],
    now: datetime,
    causes: Sequence[Finding],
) -> Forecast:
    """How one domain ends. `causes`: the findings that touch it and that nothing else explains."""
    issuance = learned(past)
    if not issuance.learned_from:
        issuance = provisioning.issuance
    progress, rules = provisioning.progress[domain.domain], provisioning.rules
    turned = _has_turned_right(domain, progress)
    seen = outlook(domain, progress, rules, issuance, now, dns_right=turned)
    least = min(past) if issuance.learned_from and past else issuance.usual
    early = outlook(domain, progress, rules, Issuance(least, least, 0), now, dns_right=turned)
    blocked = _blocking(causes, domain)
    last = _last_check(domain, progress, rules, now)
    ending, says = _ending(domain, progress, blocked, seen, early, last.stage)
    overdue = ending == "ready" and _is_late(domain, issuance, now)
    if overdue:
        ending, says = "unknown", _LATE
    comes = ending == "ready"
    earliest = early.at if comes or overdue else None
    latest = seen.at if comes and seen.ending == "ready" else None
    gives_up_at = last.at if ending != "never" else None
    return Forecast(
        ending=ending,
        earliest=earliest,
        latest=latest,
        gives_up_at=gives_up_at,
        stage=_stage_at(ending, domain, last.stage, seen.stage),
        blocked_by=blocked,
        fits=_fits(progress, rules, issuance),
        share=_share(domain, progress, past, now),
        issuance=issuance,
        says=_told(says, None if overdue else earliest, latest, None if comes else gives_up_at),
    )


def _has_turned_right(domain: MappedDomain, progress: Progress) -> bool | None:
    """Was the DNS wrong at the plugin's last check, and is it right now? Then Closte's time begins now;
    else None, and it began when the alias was added."""
    led_here = domain.dns is not None and domain.dns.reaches_us
    return True if led_here and domain.stage == "checking-dns" and progress.used else None


@dataclass(frozen=True, slots=True)
class _Last:
    """The plugin's last check of a domain that does not become ready."""

    at: datetime | None
    """When it is due, at the earliest."""
    stage: str | None
    """The stage after it."""


def _last_check(
    domain: MappedDomain, progress: Progress, rules: CheckRules, now: datetime
) -> _Last:
    """A DNS that leads here takes the domain on to the certificate: then the end of those checks counts."""
    at, stage = progress.gives_up_at, rules.gives_up_as(domain.stage)
    goes_on = domain.stage == "checking-dns" and domain.dns is not None and domain.dns.reaches_us
    if not goes_on or progress.next_at is None:
        return _Last(at, stage)
    window = rules.window("checking-ssl-cert")
    first = max(progress.next_at, now)
    return _Last(first + window if window is not None else None, rules.gives_up_ssl_as)


_SIGNS = frozenset({"ssl.given-up", "check.gave-up-dns", "jobs.none-queued"})
"""Errors that only say that the plugin has stopped: no cause to mend first."""
_LATE = phrase(
    "The certificate is later than is usual, and whether it comes cannot be said. The plugin looks for it "
    "again."
)


_BEFORE_ISSUE = frozenset({"key", "module", "api", "alias"})
"""Families of what keeps Closte from making a certificate. One that is there needs none of it."""


def _blocking(causes: Sequence[Finding], domain: MappedDomain) -> Finding | None:
    """The worst cause that waiting does not take away."""
    issued = bool(domain.certificate_good) and not domain.live
    return next(
        (
            f
            for f in causes
            if f.severity == "error" and f.code not in ON_ITS_WAY
            if not (issued and f.code.split(".")[0] in _BEFORE_ISSUE)
        ),
        None,
    )


def _ending(
    domain: MappedDomain,
    progress: Progress,
    blocked: Finding | None,
    slow: Outlook,
    quick: Outlook,
    last_stage: str | None,
) -> tuple[Ending, str]:
    """The ending and the sentence for it, without times; the outlooks if Closte is slow, and if quick."""
    because = _why(blocked)
    stops = phrase("and stops at stage {stage}", stage=last_stage or phrase("unknown"))
    if slow.ending == "is-ready":
        return "is-ready", _ready(blocked, because)
    if slow.ending == "never-looks":
        return "never", _never(domain, progress, because)
    if blocked and blocked.code.startswith("jobs."):
        return (
            "never",
            phrase(
                "Nothing moves while no job runs{because}: its checks wait, and none is used up.",
                because=because,
            ),
        )
    unasked = None if domain.certificate_good else never_added(domain)
    if blocked is None and unasked and slow.ending != "unknown":
        because = phrase(" ({why})", why=unasked)
    if blocked or (unasked and slow.ending != "unknown"):
        return "gives-up", (
            phrase(
                "As things are it does not become ready{because}: the plugin goes on checking, "
                "{stops}.",
                because=because,
                stops=stops,
            )
        )
    if slow.ending == "ready":
        return "ready", phrase("It becomes ready by itself.")
    if quick.ending == "ready":
        return "ready", (
            phrase(
                "It becomes ready only if Closte is quick: the plugin's checks end before the longest time "
                "that Closte takes."
            )
        )
    if slow.ending == "gives-up":
        return "gives-up", phrase(
            "The plugin's checks end before it can be ready: it goes on, {stops}.", stops=stops
        )
    return "unknown", phrase("How it ends cannot be said from this evidence.")


def _why(blocked: Finding | None) -> str:
    """The cause in brackets; that the plugin has given up is a sign, and no cause."""
    return f" ({blocked.code})" if blocked and blocked.code not in _SIGNS else ""


def never_added(domain: MappedDomain) -> str | None:
    """Why Closte has no alias that a certificate could be made for, in a sentence; None where it may
    have one, or a job will still ask for it. The plugin asks once (DOMAIN 2.4)."""
    if domain.listed or domain.comes_with_app:
        return None
    jobs = domain.of_hook(ADD)
    if any(job.status in ("pending", "in-progress") for job in jobs):
        return None
    told = domain.said("closte.adding", "closte.added")
    if told and told[-1].name == "closte.added":
        return None if domain.listed is None else _NOT_LISTED
    asked = [a for a in domain.answers if a.logged]
    if asked and asked[-1].kind in ("ok", "already-exists"):
        return None if domain.listed is None else _NOT_LISTED
    if asked:
        return phrase("Closte did not take it when the plugin asked, and the plugin asks once")
    if jobs and jobs[-1].status == "failed":
        return phrase("the job that adds it at Closte failed, and the plugin asks once")
    if told and any(job.status == "complete" for job in jobs):
        return phrase("the log does not say that Closte took it, and the plugin asks once")
    return _NOT_LISTED if domain.listed is False and jobs else None


_NOT_LISTED = phrase("it is not in Closte's list, and no job will add it")


def _is_late(domain: MappedDomain, issuance: Issuance, now: datetime) -> bool:
    """Is the time over in which Closte usually has a certificate, without one?"""
    if domain.stage == "checking-dns" or domain.certificate_good or domain.added_at is None:
        return False
    return now - domain.added_at > issuance.longest


def _ready(blocked: Finding | None, because: str) -> str:
    if blocked is None:
        return phrase("It is ready; the plugin does not look at it again.")
    return phrase(
        "The plugin counts it as ready and never looks at it again: what is "
        "wrong{because} stays until somebody mends it.",
        because=because,
    )


def _never(domain: MappedDomain, progress: Progress, because: str) -> str:
    if progress.forgotten:
        return phrase(
            "It never moves: the stage says {stage}, and no check is queued{because}. "
            "Somebody must save the domain once in the plugin.",
            stage=domain.stage,
            because=because,
        )
    return phrase(
        "The plugin has given up (stage {stage}) and never looks again by itself: when "
        "the cause{because} is mended, set the stage to Checking DNS and save.",
        stage=domain.stage or phrase("empty"),
        because=because,
    )


def _stage_at(
    ending: Ending, domain: MappedDomain, last_stage: str | None, model: str | None
) -> str | None:
    if ending == "gives-up":
        return last_stage
    if ending == "ready":
        return "done"
    return model if ending == "is-ready" else domain.stage or None


def _fits(progress: Progress, rules: CheckRules, issuance: Issuance) -> bool | None:
    """Is the whole certificate window as long as Closte's longest?"""
    window = rules.window("checking-ssl-cert")
    if window is None or progress.stage not in ("checking-dns", "checking-ssl-cert"):
        return None
    return window >= issuance.longest


def _share(
    domain: MappedDomain, progress: Progress, past: Sequence[timedelta], now: datetime
) -> float | None:
    """How many of the past issuances that took at least as long as has passed would still fit."""
    if progress.stage != "checking-ssl-cert" or progress.gives_up_at is None:
        return None
    begun = domain.added_at
    if begun is None or not learned(past).learned_from:
        return None
    slower = [took for took in past if begun + took >= now]
    if not slower:
        return None
    return sum(begun + took <= progress.gives_up_at for took in slower) / len(slower)


def _told(
    says: str, earliest: datetime | None, latest: datetime | None, gives_up_at: datetime | None
) -> str:
    if earliest is not None and latest is not None and latest > earliest:
        return phrase(
            "{says} Between {earliest} and {latest}.",
            says=says,
            earliest=iso(earliest),
            latest=iso(latest),
        )
    if earliest is not None:
        return phrase("{says} At about {earliest}.", says=says, earliest=iso(earliest))
    if gives_up_at is not None:
        return phrase(
            "{says} Its last check is due at {gives_up_at} at the earliest.",
            says=says,
            gives_up_at=iso(gives_up_at),
        )
    return says
