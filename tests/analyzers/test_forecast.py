"""Where it will end: the model's arithmetic, with what stands in the way, and times learned here."""

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
    event,
    evidence,
    host,
    listed,
    logs,
    minutes,
    options,
    row,
    rows,
    tls,
    zone,
)

from analyzers.diagnose import diagnose
from analyzers.domain_case import domain_case
from analyzers.evidence import Scheduler
from analyzers.findings import DomainState, TimelineEntry
from analyzers.forecast import Forecast, past_issuances

ADDED = logs(event("closte.adding", minutes(4)), event("closte.added", minutes(4)))


def jobs(stage_tries: int = 0, due: float = -1, add: str = "complete"):  # type: ignore[no-untyped-def]
    return Scheduler(
        (
            action(status=add, at=minutes(4)),
            action(
                "wu_async_process_domain_stage",
                "pending",
                minutes(due),
                id=9,
                domain_id=7,
                tries=stage_tries,
            ),
        ),
        tables_exist=True,
    )


def checking(stage: str = "checking-ssl-cert"):  # type: ignore[no-untyped-def]
    return rows(row(stage=stage, created=minutes(4), secure=False))


def forecast(*records: object, without: tuple[type, ...] = ()) -> Forecast:
    snapshot = evidence(*records, without=without)
    found = domain_case(snapshot, diagnose(snapshot, tool="test"), SHOP).forecast
    assert found is not None
    return found


NO_CERTIFICATE = tls(default_certificate())


def test_a_certificate_in_time_is_seen_at_the_checks_of_the_plugin() -> None:
    found = forecast(checking(), jobs(), NO_CERTIFICATE, ADDED)
    assert found.ending == "ready"
    assert found.earliest == NOW + timedelta(minutes=1)  # issued by then, after 5 minutes
    assert found.latest == NOW + timedelta(minutes=6)  # 10 minutes, at the next check after
    assert found.fits is True
    assert found.issuance.learned_from == 0
    assert "5 to 10 minutes" in found.basis


def test_a_window_that_is_too_short_gives_up_before_closte() -> None:
    short = options(**{"wp-ultimo_v2_settings": {"dns_check_interval": 10}})
    found = forecast(checking(), jobs(18, due=-0.2), NO_CERTIFICATE, ADDED, short)
    assert found.fits is False
    assert found.ending == "gives-up"
    assert found.stage == "ssl-failed"
    assert found.gives_up_at == NOW + timedelta(seconds=12 + 20)


def test_late_means_that_nobody_can_say() -> None:
    late = logs(event("closte.adding", minutes(40)), event("closte.added", minutes(40)))
    old = rows(row(stage="checking-ssl-cert", created=minutes(40)))
    queue = Scheduler(
        (action(at=minutes(40)), jobs().actions[1]),
        tables_exist=True,
    )
    found = forecast(old, queue, NO_CERTIFICATE, late)
    assert found.ending == "unknown"
    assert found.earliest == NOW + timedelta(minutes=1)
    assert found.latest is None
    assert "later than is usual" in found.says


def test_without_an_alias_no_certificate_is_to_be_expected() -> None:
    refused = logs(event("closte.adding", minutes(4)))
    found = forecast(checking(), jobs(), NO_CERTIFICATE, refused, listed(), host("2.4.13"))
    assert found.ending == "gives-up"
    assert found.earliest is None


def test_an_add_that_is_still_queued_may_yet_bring_it() -> None:
    found = forecast(checking(), jobs(add="pending"), NO_CERTIFICATE, logs(), listed())
    assert found.ending == "ready"


def test_given_up_never_looks_again() -> None:
    found = forecast(checking("ssl-failed"), NO_CERTIFICATE, ADDED)
    assert found.ending == "never"
    assert "never looks again" in found.says
    assert found.gives_up_at is None


def test_forgotten_never_moves() -> None:
    found = forecast(checking(), Scheduler((action(at=minutes(4)),), tables_exist=True), ADDED)
    assert found.ending == "never"
    assert "no check is queued" in found.says


def test_ready_is_ready() -> None:
    assert forecast().ending == "is-ready"


def test_without_the_jobs_nothing_is_foretold() -> None:
    assert forecast(checking(), NO_CERTIFICATE, ADDED, without=(Scheduler,)).ending == "unknown"


def test_where_the_dns_was_wrong_at_the_last_check_the_time_begins_now() -> None:
    found = forecast(checking("checking-dns"), jobs(2), ADDED, NO_CERTIFICATE)
    assert found.earliest is not None
    assert found.earliest >= NOW + timedelta(minutes=5)


def life(number: int, took: int) -> DomainState:
    asked = minutes(1000 + number)
    return DomainState(
        f"d{number}.example",
        2,
        "done",
        "up",
        None,
        None,
        (
            TimelineEntry(asked, "closte.added", "log"),
            TimelineEntry(asked + timedelta(minutes=took), "check.ssl-ok", "log"),
        ),
    )


@pytest.mark.parametrize(("count", "learned"), [(4, 0), (5, 5), (9, 9)])
def test_times_are_learned_from_five_certificates_on(count: int, learned: int) -> None:
    from analyzers.provisioning import learned as taught

    past = past_issuances([life(n, 20) for n in range(count)], "network.example")
    found = taught(past)
    assert found.learned_from == learned
    assert found.usual == timedelta(minutes=20 if learned else 5)


def test_the_share_of_those_that_came_in_time() -> None:
    from analyzers.domains import MappedDomains
    from analyzers.facts import Facts
    from analyzers.forecast import forecast as foretold
    from analyzers.provisioning import Provisioning

    short = options(**{"wp-ultimo_v2_settings": {"dns_check_interval": 60}})
    facts = Facts(evidence(checking(), jobs(15), NO_CERTIFICATE, ADDED, short).observed)
    mapped, provisioning = facts.of(MappedDomains), facts.of(Provisioning)
    assert isinstance(mapped, MappedDomains)
    assert isinstance(provisioning, Provisioning)
    domain = mapped.of(SHOP)
    assert domain is not None
    past = [timedelta(minutes=m) for m in (2, 6, 7, 8, 30)]
    found = foretold(domain, provisioning, past, NOW, ())
    assert found.issuance.learned_from == 5
    assert found.share == 0.75  # four took longer than these 4 minutes; one of them too long
    assert "95 of 100" in found.basis


REFUSED = listed(body='{"success": false, "error": "Invalid api key"}')


def test_where_the_dns_is_right_the_end_is_that_of_the_certificate_checks() -> None:
    found = forecast(checking("checking-dns"), jobs(2, due=-1), REFUSED, NO_CERTIFICATE)
    assert (found.ending, found.stage) == ("gives-up", "ssl-failed")
    assert found.blocked_by is not None
    assert found.blocked_by.code == "key.rejected"
    assert found.gives_up_at == NOW + timedelta(minutes=1 + 100)
    assert "stops at stage ssl-failed" in found.says


def test_where_the_dns_is_wrong_it_is_that_of_the_dns_checks() -> None:
    found = forecast(
        checking("checking-dns"), jobs(2, due=-1), dns(zone(v4=[ELSEWHERE])), NO_CERTIFICATE
    )
    assert (found.ending, found.stage) == ("gives-up", "failed")
    assert found.gives_up_at == NOW + timedelta(minutes=1 + 3 * 5)


def test_a_certificate_that_is_there_needs_no_key_and_no_alias() -> None:
    found = forecast(checking(), jobs(2, due=-1), REFUSED)
    assert (found.ending, found.stage, found.blocked_by) == ("ready", "done", None)
    assert found.earliest == NOW + timedelta(minutes=1)
