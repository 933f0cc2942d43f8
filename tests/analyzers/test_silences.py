"""What should be there and is not, and when its absence says nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mapped_case import (
    SHOP,
    action,
    event,
    evidence,
    host,
    logs,
    minutes,
    options,
    row,
    rows,
)

from analyzers.domains import MappedDomains
from analyzers.evidence import PluginLogs, Scheduler
from analyzers.facts import Facts
from analyzers.provisioning import Provisioning
from analyzers.silences import Silence, silences_of

CHECKING = row(stage="checking-ssl-cert", created=minutes(60))
ADDED = action(at=minutes(60))


def check(status: str, ago: float, tries: int = 0, id: int = 5, late: float = 0):  # type: ignore[no-untyped-def]
    made = action(
        "wu_async_process_domain_stage", status, minutes(ago), id=id, domain_id=7, tries=tries
    )
    if late:
        return replace(made, last_attempt=minutes(ago - late))
    return made


QUEUED = check("pending", -3, 2, id=9)


def silences(*records: object, without: tuple[type, ...] = ()) -> tuple[Silence, ...]:
    facts = Facts(evidence(*records, without=without).observed)
    mapped, provisioning = facts.of(MappedDomains), facts.of(Provisioning)
    assert isinstance(mapped, MappedDomains)
    assert isinstance(provisioning, Provisioning)
    domain = mapped.of(SHOP)
    assert domain is not None
    return silences_of(domain, provisioning.progress[domain.domain], facts)


def jobs(*actions):  # type: ignore[no-untyped-def]
    return Scheduler(tuple(actions), tables_exist=True)


def lacking(found: tuple[Silence, ...]) -> list[str]:
    return [s.lacks for s in found if not s.hidden_by]


def complete_log():  # type: ignore[no-untyped-def]
    return logs(event("closte.adding", minutes(60)), event("closte.added", minutes(60)))


def test_a_row_without_its_add_job() -> None:
    (found,) = silences(rows(row(created=minutes(60))), jobs(), logs())
    assert "wu_add_domain" in found.lacks
    assert "past the plugin" in found.means


def test_from_2_13_a_missing_add_job_speaks_of_the_module() -> None:
    (found,) = silences(rows(row(created=minutes(60))), jobs(), host("2.13.0"), logs())
    assert "module was off" in found.means


def test_after_31_days_a_missing_job_says_nothing() -> None:
    old = row(created=minutes(60 * 24 * 40))
    (found,) = silences(rows(old), jobs(), logs())
    assert found.hidden_by == "complete jobs are deleted after 31 days"


def test_without_the_jobs_nothing_is_said_of_them() -> None:
    found = silences(rows(CHECKING), complete_log(), without=(Scheduler,))
    assert not lacking(found)
    assert any("scheduler.json" in s.hidden_by for s in found)


def test_a_job_that_left_no_line() -> None:
    assert lacking(silences(jobs(ADDED), rows(row(created=minutes(60))), logs())) == [
        f"the line `Adding domain: {SHOP}` for the job 1"
    ]


def test_up_to_2_4_3_nobody_expects_that_line() -> None:
    assert not silences(jobs(ADDED), rows(row(created=minutes(60))), logs(), host("2.4.3"))


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        (options(**{"wp-ultimo_v2_settings": {"error_logging_level": "errors"}}), "`errors`"),
        (options(**{"wp-ultimo_v2_settings": {"error_logging_level": "disabled"}}), "`disabled`"),
        (host(logs_dir_writable=False), "cannot be written"),
        (host(logs_collected=False), "not collected"),
    ],
)
def test_a_line_that_could_not_be_seen_is_not_missed(hidden: object, why: str) -> None:
    (found,) = silences(jobs(ADDED), rows(row(created=minutes(60))), logs(), hidden)
    assert why in found.hidden_by


def test_a_line_before_the_part_that_was_read_is_not_missed() -> None:
    cut = replace(logs(event("check.started", minutes(10), domain="other.example")), bytes=100)
    cut = replace(cut, first_at=minutes(10))
    found = silences(jobs(ADDED), rows(row(created=minutes(60))), cut, host(logs_bytes=5000))
    assert [s.hidden_by for s in found] == ["only the newest part of the logs was read"]


def test_without_logs_their_silence_says_nothing() -> None:
    found = silences(jobs(ADDED), rows(row(created=minutes(60))), without=(PluginLogs,))
    assert [s.hidden_by for s in found] == ["the plugin's logs were not collected"]


def test_an_add_without_success_counts_from_2_4_11_on() -> None:
    begun = logs(event("closte.adding", minutes(60)))
    modern = silences(jobs(ADDED, QUEUED), rows(CHECKING), begun, host("2.4.13"))
    assert lacking(modern) == [
        f"the line `Domain {SHOP} added, requesting SSL` after `Adding domain`"
    ]
    assert not silences(jobs(ADDED, QUEUED), rows(CHECKING), begun, host("2.4.10"))


def test_an_add_that_is_under_way_is_no_silence() -> None:
    begun = logs(event("closte.adding", minutes(1)))
    running = action(status="in-progress", at=minutes(1))
    assert not silences(jobs(running, QUEUED), rows(CHECKING), begun, host("2.4.13"))


def test_a_request_without_an_answer() -> None:
    asked = logs(event("closte.adding", minutes(60)), event("closte.request", minutes(60)))
    assert "an answer to the last request to Closte" in lacking(
        silences(jobs(ADDED, QUEUED), rows(CHECKING), asked)
    )


def test_a_check_that_died() -> None:
    died = logs(
        event("closte.adding", minutes(60)),
        event("closte.added", minutes(60)),
        event("check.started", minutes(20)),
    )
    assert lacking(silences(jobs(ADDED, QUEUED), rows(CHECKING), died)) == [
        "the outcome of the last check"
    ]
    done = rows(row(stage="done", created=minutes(60)))
    assert "the outcome of the last check" not in lacking(silences(jobs(ADDED), done, died))


def test_checks_that_wrote_nothing() -> None:
    found = silences(
        jobs(ADDED, check("complete", 40), check("complete", 35, 1, id=6), QUEUED),
        rows(CHECKING),
        complete_log(),
    )
    assert len(found) == 1
    assert "2 checks that ran" in found[0].lacks


def test_no_check_queued_and_a_check_overdue() -> None:
    told = lacking(silences(jobs(ADDED), rows(CHECKING), complete_log()))
    assert told == ["a queued check, while the stage says checking-ssl-cert"]
    late = check("pending", 40, 1)
    told = lacking(silences(jobs(ADDED, late), rows(CHECKING), complete_log()))
    assert told == ["the check that was due 40 min ago"]


def test_a_check_that_ran_late() -> None:
    late = check("complete", 55, late=30)
    lines = logs(
        *complete_log().events,
        event("check.started", minutes(25)),
        event("check.ssl-retry", minutes(25)),
    )
    (found,) = silences(jobs(ADDED, late, QUEUED), rows(CHECKING), lines)
    assert "one 30 min late" in found.lacks


def test_a_stage_that_no_check_set() -> None:
    lines = logs(
        *complete_log().events,
        event("check.started", minutes(25)),
        event("check.ssl-retry", minutes(25)),
    )
    over = jobs(ADDED, check("complete", 25))
    by_hand = rows(row(stage="done", created=minutes(60)))
    assert lacking(silences(over, by_hand, lines)) == [
        "the line with which a check sets the stage to done"
    ]
    seen = logs(*lines.events, event("check.ssl-ok", minutes(20)))
    assert not silences(over, by_hand, seen)


def test_a_tombstone_tells_of_an_earlier_mapping() -> None:
    told = lacking(silences(logs(*complete_log().events, event("check.deleted", minutes(90)))))
    assert "the log of an earlier mapping of this name" in told


def test_a_healthy_domain_lacks_nothing() -> None:
    healthy = silences(jobs(ADDED), rows(row(created=minutes(60))), complete_log())
    assert healthy == ()
