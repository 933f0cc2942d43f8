"""`alias.*`: rows beside Closte's own list."""

from __future__ import annotations

import pytest
from mapped_case import (
    NETWORK,
    NOW,
    SHOP,
    WWW,
    action,
    ask,
    constants,
    event,
    host,
    listed,
    logs,
    minutes,
    row,
    rows,
    site,
    whole,
)

from analyzers.evidence import ApiCall, ClosteCalls, PluginLogs, Scheduler, Sites

TAKEN = '{"success": false, "error": "Domain already exists"}'
INVALID = f'{{"success": false, "error": "Invalid or empty domain: {SHOP}"}}'


def answered(body: str, minutes_ago: float = 30) -> PluginLogs:
    return logs(
        event("closte.adding", minutes(minutes_ago)),
        event(
            "closte.response",
            minutes(minutes_ago),
            endpoint="/adddomainalias",
            status="200",
            body=body,
        ),
    )


def jobs(*actions: object) -> Scheduler:
    return Scheduler(tuple(actions), tables_exist=True)  # type: ignore[arg-type]


MODERN = host("2.4.13-beta.1")
UNLISTED = listed(WWW)

FIRES = {
    "alias.missing": ((UNLISTED,), SHOP, "error"),
    "alias.orphan": ((listed(SHOP, WWW, "old.example"),), "old.example", "warning"),
    "alias.already-added": ((answered(TAKEN),), SHOP, "info"),
    "alias.elsewhere": ((UNLISTED, answered(TAKEN)), SHOP, "error"),
    "alias.no-www": ((listed(SHOP),), SHOP, "info"),
    "alias.refused": ((UNLISTED, answered(INVALID)), SHOP, "error"),
    "alias.silent-failure": (
        (UNLISTED, MODERN, logs(event("closte.adding", minutes(5)))),
        SHOP,
        "error",
    ),
}


@pytest.mark.parametrize("code", FIRES)
def test_fires(code: str) -> None:
    records, subject, severity = FIRES[code]
    found = ask(code, *records).hit
    assert (found.subject.id, found.severity) == (subject, severity)
    assert found.evidence
    assert "{" not in found.title + found.means + found.because + found.do


@pytest.mark.parametrize("code", FIRES)
def test_is_silent_on_a_healthy_network(code: str) -> None:
    assert ask(code).silent


@pytest.mark.parametrize("code", FIRES)
def test_says_what_it_lacks(code: str) -> None:
    without = (ClosteCalls, PluginLogs) if code == "alias.refused" else (ClosteCalls,)
    asked = ask(code, *FIRES[code][0], without=without)
    assert not asked.hits
    assert any(name.startswith("closte.json") for name in asked.lacking)


@pytest.mark.parametrize(("age", "fires"), [(9.9, False), (10, True)])
def test_ten_minutes_count_from_the_row(age: float, fires: bool) -> None:
    new = rows(row(created=minutes(age), stage="checking-ssl-cert"))
    assert bool(ask("alias.missing", UNLISTED, new, jobs()).hits) is fires


@pytest.mark.parametrize(("age", "fires"), [(5, False), (15, True)])
def test_they_count_from_the_newest_request_where_there_is_one(age: float, fires: bool) -> None:
    by_log = logs(event("closte.adding", minutes(900)), event("closte.adding", minutes(age)))
    assert bool(ask("alias.missing", UNLISTED, by_log, jobs()).hits) is fires
    by_job = jobs(action(at=minutes(900)), action(at=minutes(age), id=2))
    assert bool(ask("alias.missing", UNLISTED, by_job).hits) is fires


@pytest.mark.parametrize("stored", [NETWORK, f"second.{NETWORK}", "*.customer.example"])
def test_names_of_the_network_and_wildcards_are_owed_no_alias(stored: str) -> None:
    assert ask("alias.missing", UNLISTED, rows(row(stored))).silent


def test_a_wildcard_alias_serves_the_name_below_it() -> None:
    assert ask(
        "alias.missing", listed("*.customer.example"), rows(row("a.customer.example"))
    ).silent


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "key.rejected"),
        (None, "key.missing"),
    ],
)
def test_without_a_list_nothing_is_said_of_aliases(status: int | None, code: str) -> None:
    call = ApiCall(
        "/getdomains", "GET", "host", True, None, status, '{"success":false}', None, 0.1, NOW
    )
    calls = ClosteCalls((call,) if status else ())
    found = whole(calls)
    assert not [f.code for f in found.findings if f.code.startswith("alias.")]
    assert "alias.missing" in {s.code for s in found.skipped}


@pytest.mark.parametrize(
    "name",
    [
        f"*.{NETWORK}",
        f"www.{NETWORK}",
        f"anything.{NETWORK}",
        f"shop.{NETWORK}",
        "acct123.closte.com",
        "closte.com",
        "acct123.cdn.example",
        "cdn.example.net",
        "*.example",
    ],
)
def test_what_is_no_orphan(name: str) -> None:
    cdn = constants(CLOSTE_CDN_HOSTNAME="cdn.example.net")
    asked = ask("alias.orphan", listed(SHOP, WWW, name), cdn)
    assert asked.silent, asked.hits


def test_www_twins_either_way_are_no_orphans() -> None:
    assert ask("alias.orphan", listed(WWW)).silent
    assert ask("alias.orphan", listed(SHOP), rows(row(WWW))).silent


def test_a_native_site_with_a_domain_of_its_own_is_no_orphan() -> None:
    native = Sites((site(1, NETWORK), site(), site(3, "native.example")), has_flags=True)
    assert ask("alias.orphan", listed(SHOP, WWW, "native.example"), native).silent


@pytest.mark.parametrize(
    ("status", "age", "fires"), [("pending", 5, False), ("complete", 60, True), ("failed", 1, True)]
)
def test_a_removal_on_its_way_is_waited_for(status: str, age: float, fires: bool) -> None:
    removal = jobs(
        action("wu_remove_domain", status, minutes(age), domain="old.example", site_id=4)
    )
    asked = ask("alias.orphan", listed(SHOP, WWW, "old.example"), removal)
    assert bool(asked.hits) is fires


def test_taken_and_in_our_list_is_not_elsewhere() -> None:
    assert ask("alias.elsewhere", answered(TAKEN)).silent


def test_a_later_success_makes_a_refusal_history() -> None:
    later = logs(
        *answered(TAKEN, 90).events,
        *answered('{"success": true}', 30).events,
    )
    assert ask("alias.elsewhere", UNLISTED, later).silent
    assert ask("alias.refused", UNLISTED, later).silent


def test_an_invalid_name_under_the_network_is_normal() -> None:
    name = f"second.{NETWORK}"
    body = f'{{"success": false, "error": "Invalid or empty domain: {name}"}}'
    told = logs(
        event("closte.response", domain=name, endpoint="/adddomainalias", status="200", body=body)
    )
    assert ask("alias.refused", rows(row(name)), told).silent


def test_nameless_bodies_need_the_jobs() -> None:
    told = logs(event("closte.raw-body", minutes(30), domain=None, body=TAKEN))
    ran = jobs(action(at=minutes(30), said="action complete via WP Cron"))
    assert ask("alias.elsewhere", UNLISTED, told, ran).hits
    assert ask("alias.elsewhere", UNLISTED, told, without=(Scheduler,)).lacking == (
        "scheduler.json",
    )


def test_www_of_a_sub_domain_is_not_missed() -> None:
    name = "a.customer.example"
    assert ask("alias.no-www", rows(row(name)), listed(name)).silent


@pytest.mark.parametrize(
    ("version", "told", "fires"),
    [
        ("2.4.13", (event("closte.adding", minutes(3)),), False),
        ("2.4.13", (event("closte.adding", minutes(4)),), True),
        ("2.4.10", (event("closte.adding", minutes(30)),), False),
        (
            "2.4.13",
            (event("closte.adding", minutes(31)), event("closte.added", minutes(30))),
            False,
        ),
        (
            "2.4.13",
            (event("closte.added", minutes(60)), event("closte.adding", minutes(30))),
            True,
        ),
    ],
)
def test_silent_failure_waits_four_minutes(version: str, told: tuple, fires: bool) -> None:  # type: ignore[type-arg]
    asked = ask("alias.silent-failure", UNLISTED, host(version), logs(*told), jobs())
    assert bool(asked.hits) is fires


def test_silent_failure_does_not_wait_for_a_job_that_is_over() -> None:
    told = logs(event("closte.adding", minutes(1)))
    ran = jobs(action(at=minutes(1)))
    assert ask("alias.silent-failure", UNLISTED, MODERN, told, ran).hits


def test_silent_failure_explains_the_missing_alias() -> None:
    found = whole(UNLISTED, MODERN, logs(event("closte.adding", minutes(60))))
    by_code = {f.code: f.caused_by for f in found.findings}
    missing = by_code["alias.missing"]
    assert missing is not None
    assert missing.code == "alias.silent-failure"


def test_another_accounts_list_explains_every_alias_finding() -> None:
    two = rows(row(), row("other.example", id=8, blog_id=3))
    calls = listed(body='{"success": true, "domains": [{"domain": "stranger.example"}]}')
    found = whole(two, calls)
    causes = {f.code: f.caused_by.code for f in found.findings if f.caused_by}
    assert causes["alias.missing"] == causes["alias.orphan"] == "key.other-app"
