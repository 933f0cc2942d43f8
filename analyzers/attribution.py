"""Log records that name no domain, given to the one they belong to by time and order.

Up to 2.13 `Certificate Invalid:` names no domain (DOMAIN 3.7). The plugin writes it in the middle of a
check of one domain, whose own log opens with `Starting Check` at most as long before as the check's
TLS connect may last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from analyzers.evidence import LogEvent
from analyzers.names import Domain

_CONNECT = timedelta(seconds=11)
"""The plugin's TLS connect waits 10 s (DOMAIN 2.9)."""
_CLOSES = frozenset({"check.ssl-retry", "check.ssl-given-up"})


def attributed(events: Iterable[LogEvent]) -> Iterator[LogEvent]:
    """The events, with `certificate.invalid` records given to the one domain whose failed certificate
    check they stand in; where several checks ran side by side, to none."""
    listed = tuple(events)
    ends = sorted((e.at, e.domain) for e in listed if e.name in _CLOSES and e.domain is not None)
    times = [at for at, _ in ends]
    for event in listed:
        if event.name == "certificate.invalid" and event.domain is None:
            domain = _checked_at(event.at, ends, times)
            yield event.about(domain) if domain else event
        else:
            yield event


def _checked_at(
    at: datetime, ends: list[tuple[datetime, Domain]], times: list[datetime]
) -> Domain | None:
    """The record is written when the connect has failed, right before the retry is announced."""
    low, high = bisect_left(times, at), bisect_right(times, at + _CONNECT)
    near = {domain for _, domain in ends[low:high]}
    return near.pop() if len(near) == 1 else None
