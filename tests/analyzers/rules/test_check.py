"""`check.*`: the plugin's own checks."""

from __future__ import annotations

import pytest
from mapped_case import (
    ELSEWHERE,
    SHOP,
    ask,
    default_certificate,
    dns,
    event,
    logs,
    minutes,
    row,
    rows,
    tls,
    whole,
    zone,
)

from analyzers.evidence import Dns, Mappings, PluginLogs, Tls

FAILED = rows(row(stage="failed"))
WAITING = rows(row(stage="checking-dns"))


def check(*names: str, status: str = "401", ago: float = 5) -> PluginLogs:
    """One check of the plugin, by its events."""
    return logs(
        *(
            event(n, minutes(ago), line=i, status=status)
            for i, n in enumerate(("check.started", *names))
        )
    )


BLOCKED = check("check.loopback-http", "check.loopback-failed", "check.dns-retry")


def test_loopback_blocked_fires() -> None:
    found = ask("check.loopback-blocked", WAITING, BLOCKED).hit
    assert (found.subject.id, found.severity, found.waiting_on) == (SHOP, "warning", "operator")
    assert "HTTP 401" in found.because
    assert "{" not in found.do


def test_loopback_blocked_is_silent_on_a_healthy_network() -> None:
    assert ask("check.loopback-blocked").silent


@pytest.mark.parametrize("kind", [PluginLogs, Dns])
def test_loopback_blocked_says_what_it_lacks(kind: type) -> None:
    records = (WAITING,) if kind is PluginLogs else (WAITING, BLOCKED)
    asked = ask("check.loopback-blocked", *records, without=(kind,))
    assert not asked.hits
    assert asked.lacking == (kind.FILE,)  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", ["404", "301", "200"])
def test_answers_that_are_no_refusal(status: str) -> None:
    told = check("check.loopback-http", "check.dns-retry", status=status)
    assert ask("check.loopback-blocked", WAITING, told).silent


def test_a_loopback_error_before_good_dns_means_nothing() -> None:
    """Recordings 8: `DNS propagation finished` can follow directly on the ERROR."""
    told = check("check.loopback-http", "check.loopback-failed", "check.dns-ok")
    assert ask("check.loopback-blocked", WAITING, told).silent


def test_only_the_newest_check_counts() -> None:
    newer = check("check.loopback-ok", "check.dns-ok", ago=1)
    both = logs(*BLOCKED.events, *newer.events)
    assert ask("check.loopback-blocked", WAITING, both).silent


def test_a_refusal_from_elsewhere_is_the_dns() -> None:
    assert ask("check.loopback-blocked", WAITING, BLOCKED, dns(zone(v4=[ELSEWHERE]))).silent


def test_gave_up_dns_fires_alone_where_only_the_certificate_lacks() -> None:
    found = whole(FAILED, tls(default_certificate()))
    said = {f.code: f.caused_by for f in found.findings if f.severity != "info"}
    assert said == {"check.gave-up-dns": None}


def test_gave_up_dns_is_a_consequence_of_the_dns() -> None:
    found = whole(FAILED, dns(zone(v4=[ELSEWHERE])))
    gave_up = next(f for f in found.findings if f.code == "check.gave-up-dns")
    assert gave_up.caused_by is not None
    assert gave_up.caused_by.code == "dns.wrong-address"
    assert gave_up.waiting_on == "nobody"


def test_gave_up_dns_leaves_a_stale_failure_to_its_code() -> None:
    found = {f.code for f in whole(FAILED).findings}
    assert "mapping.stale-failure" in found
    assert "check.gave-up-dns" not in found


def test_gave_up_dns_is_silent_on_a_healthy_network() -> None:
    assert ask("check.gave-up-dns").silent


def test_gave_up_dns_says_what_it_lacks() -> None:
    assert ask("check.gave-up-dns", without=(Mappings,)).lacking == ("domain_mappings.json",)
    unseen = ask("check.gave-up-dns", FAILED, without=(Dns,))
    assert (unseen.hit.confidence, unseen.lacking) == ("likely", ("dns.json",))
    unmet = ask("check.gave-up-dns", FAILED, without=(Tls,))
    assert (unmet.hit.confidence, unmet.lacking) == ("likely", ("tls.json",))
