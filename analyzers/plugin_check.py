"""One check of a domain by the plugin, as its own log tells it (DOMAIN 2.7, 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.evidence import LogEvent

_LOOPBACK_BAD = frozenset(
    {
        "check.loopback-unreachable",
        "check.loopback-http",
        "check.loopback-not-json",
        "check.loopback-other-id",
        "check.loopback-failed",
    }
)
_DNS_BAD = frozenset({"check.dns-retry", "check.dns-given-up"})
_DNS_GOOD = frozenset({"check.dns-ok", "check.ssl-retry", "check.ssl-given-up", "check.ssl-ok"})
_CHECK = "check.started"


@dataclass(frozen=True, slots=True)
class PluginCheck:
    """From one `Starting Check` to the next, or to the end of the log."""

    events: tuple[LogEvent, ...]

    @property
    def loopback_ok(self) -> bool | None:
        """Did the domain answer with this site? None: it was not asked in this check."""
        if any(e.name == "check.loopback-ok" for e in self.events):
            return True
        return False if any(e.name in _LOOPBACK_BAD for e in self.events) else None

    @property
    def failed(self) -> bool:
        """Did the DNS step of this check fail? A loopback ERROR alone is none (DOMAIN 3.6, row 14)."""
        names = {e.name for e in self.events}
        return bool(names & _DNS_BAD) and not names & _DNS_GOOD

    @property
    def http_refusals(self) -> tuple[LogEvent, ...]:
        """Loopback answers of HTTP 400 and more other than 404."""
        return tuple(
            e
            for e in self.events
            if e.name == "check.loopback-http"
            and (status := e.fields.get("status", "")).isdigit()
            and int(status) >= 400
            and int(status) != 404
        )

    @property
    def pages(self) -> tuple[LogEvent, ...]:
        """Loopback answers that were a page instead of JSON."""
        return tuple(e for e in self.events if e.name == "check.loopback-not-json")


def newest_check(events: Sequence[LogEvent]) -> PluginCheck | None:
    """The last check of the DNS step in these events of one domain, in order of time.

    Two checks can run side by side (recordings, 7): the window then holds both, which is as good.
    """
    last: list[LogEvent] = []
    newest: list[LogEvent] = []
    for event in events:
        if not event.name.startswith("check."):
            continue
        if event.name == _CHECK:
            newest = _keep(last, newest)
            last = []
        last.append(event)
    found = _keep(last, newest)
    return PluginCheck(tuple(found)) if found else None


def _keep(last: list[LogEvent], before: list[LogEvent]) -> list[LogEvent]:
    """The later of two checks, unless it has only begun."""
    return last if len(last) > 1 or (last and not before) else before
