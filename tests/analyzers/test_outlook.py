"""How it will end: the window of the plugin against the time Closte needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from mapped_case import (
    ELSEWHERE,
    NOW,
    SHOP,
    action,
    default_certificate,
    dns,
    healthy,
    host,
    minutes,
    options,
    row,
    rows,
    tls,
    zone,
)

from analyzers.domains import MappedDomain, MappedDomains
from analyzers.evidence import Scheduler
from analyzers.facts import Facts
from analyzers.outlook import Outlook, outlook
from analyzers.provisioning import Progress, Provisioning, progress_of

CHECK = "wu_async_process_domain_stage"


def queued(tries: int = 0) -> Scheduler:
    return Scheduler(
        (action(CHECK, "pending", NOW + timedelta(minutes=1), domain_id=7, tries=tries),), True
    )


def setting(seconds: int) -> object:
    return options(**{"wp-ultimo_v2_settings": {"dns_check_interval": seconds}})


def parts(*records: object) -> tuple[MappedDomain, Progress, Provisioning]:
    facts = Facts({**healthy(), Scheduler: queued(), **{type(r): r for r in records}})
    mapped, model = facts.of(MappedDomains), facts.of(Provisioning)
    assert isinstance(mapped, MappedDomains)
    assert isinstance(model, Provisioning)
    domain, progress = mapped.of(SHOP), model.of(SHOP)
    assert domain is not None
    assert progress is not None
    return domain, progress, model


def end(*records: object) -> Outlook:
    domain, progress, model = parts(*records)
    return outlook(domain, progress, model.rules, model.issuance, NOW)


NEW = rows(row(stage="checking-ssl-cert", created=minutes(1)))
NONE_YET = tls(default_certificate())


@pytest.mark.parametrize(
    ("version", "seconds", "ending", "stage"),
    [
        ("2.4.10", 300, "ready", "done"),
        ("2.4.10", 10, "gives-up", "ssl-failed"),
        ("2.4.10", 30, "ready", "done"),
        ("2.4.3", 300, "ready", "done"),
        ("2.4.3", 60, "gives-up", "done-without-ssl"),
        ("2.4.3", 120, "ready", "done"),
    ],
)
def test_does_clostes_time_fit(version: str, seconds: int, ending: str, stage: str) -> None:
    """F87, F88: the smallest safe interval is 30 s with the filter, 120 s without."""
    found = end(NEW, NONE_YET, host(version), setting(seconds))
    assert (found.ending, found.stage) == (ending, stage)


def test_ready_at_the_first_check_after_the_certificate() -> None:
    """Added a minute ago: it comes in 9 minutes at the latest; checks are in 1, 6 and 11 minutes."""
    assert end(NEW, NONE_YET).at == NOW + timedelta(minutes=11)


def test_a_certificate_that_is_there_is_found_at_the_next_check() -> None:
    assert end(NEW).at == NOW + timedelta(minutes=1)


def test_a_wrong_dns_ends_in_failed() -> None:
    waiting = rows(row(stage="checking-dns"))
    found = end(waiting, queued(tries=4), dns(zone(v4=[ELSEWHERE])))
    assert found == Outlook("gives-up", NOW + timedelta(minutes=6), "failed")


def test_what_if_the_dns_were_right_now() -> None:
    waiting = rows(row(stage="checking-dns", created=minutes(500)))
    domain, progress, model = parts(waiting, NONE_YET, dns(zone(v4=[ELSEWHERE])))
    found = outlook(domain, progress, model.rules, model.issuance, NOW, dns_right=True)
    assert (found.ending, found.at) == ("ready", NOW + timedelta(minutes=11))


def test_what_if_the_interval_were_short() -> None:
    domain, _, model = parts(NEW, NONE_YET)
    rules = model.rules.with_interval(10)
    progress = progress_of(domain, rules, NOW, jobs_seen=True)
    found = outlook(domain, progress, rules, model.issuance, NOW)
    assert found == Outlook("gives-up", NOW + timedelta(seconds=60 + 200), "ssl-failed")


@pytest.mark.parametrize(
    ("records", "ending"),
    [
        ((), "is-ready"),
        ((rows(row(stage="failed")),), "never-looks"),
        ((rows(row(stage="checking-dns")), Scheduler((), True)), "never-looks"),
        ((rows(row(stage="checking-dns")), Scheduler((), False)), "never-looks"),
    ],
)
def test_where_there_is_nothing_to_wait_for(records: tuple[object, ...], ending: str) -> None:
    assert end(*records).ending == ending
