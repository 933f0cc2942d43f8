"""The plugin's checks as a model: DOMAIN 2.3, by generation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from mapped_case import NOW, SHOP, action, event, healthy, host, minutes, options, row, rows

from analyzers.evidence import (
    Action,
    Constants,
    ConstantValue,
    Host,
    Mappings,
    Missing,
    Options,
    Scheduler,
    StoredKey,
)
from analyzers.facts import Facts
from analyzers.provisioning import Progress, Provisioning, issuance_of
from analyzers.shape import API_KEY, shape_of

CHECK = "wu_async_process_domain_stage"


def provisioning(*records: object) -> Provisioning:
    found = Facts({**healthy(), **{type(r): r for r in records}}).of(Provisioning)
    assert isinstance(found, Provisioning)
    return found


def progress(stage: str, *actions: Action, records: tuple[object, ...] = ()) -> Progress:
    jobs = Scheduler(actions, tables_exist=True)
    found = provisioning(rows(row(stage=stage)), jobs, *records).of(SHOP)
    assert found is not None
    return found


def check(status: str = "pending", in_minutes: float = 2, *, tries: int, id: int = 9) -> Action:
    return action(
        CHECK, status, NOW + timedelta(minutes=in_minutes), id=id, domain_id=7, tries=tries
    )


@pytest.mark.parametrize(
    ("version", "stage", "limit", "window"),
    [
        ("2.4.3", "checking-dns", 6, 25),
        ("2.4.3", "checking-ssl-cert", 6, 25),
        ("2.4.10", "checking-dns", 6, 25),
        ("2.4.10", "checking-ssl-cert", 21, 100),
        ("2.4.13-beta.1", "checking-ssl-cert", 21, 100),
    ],
)
def test_checks_and_windows_by_generation(
    version: str, stage: str, limit: int, window: int
) -> None:
    rules = provisioning(host(version)).rules
    assert rules.limit(stage) == limit
    assert rules.window(stage) == timedelta(minutes=window)


@pytest.mark.parametrize(
    ("saved", "seconds"),
    [
        (300, 300),
        ("60", 60),
        (10, 10),
        (1, 10),
        ("", 10),
        ("abc", 10),
        (9999, 300),
        (None, 300),
        ("1e2", 100),
        (" 60.9 seconds", 60),
        ("-60", 10),
        (-1e12, 10),
        (10**30, 300),
        (float("inf"), 300),
        (float("nan"), 10),
    ],
)
def test_the_interval_is_clamped_as_the_plugin_does(saved: object, seconds: int) -> None:
    settings = options(**{"wp-ultimo_v2_settings": {"dns_check_interval": saved}})
    assert provisioning(settings).rules.interval == timedelta(seconds=seconds)


def test_what_if_the_interval_were_another() -> None:
    rules = provisioning().rules.with_interval(10)
    assert rules.window("checking-ssl-cert") == timedelta(seconds=200)
    assert rules.window("checking-dns") == timedelta(seconds=50)
    assert rules.with_interval(5).interval == timedelta(seconds=10)


@pytest.mark.parametrize(
    ("version", "ends"), [("2.4.3", "done-without-ssl"), ("2.4.10", "ssl-failed"), (None, None)]
)
def test_how_a_certificate_that_does_not_come_ends(version: str | None, ends: str | None) -> None:
    rules = provisioning(host(version)).rules
    assert rules.gives_up_as("checking-ssl-cert") == ends
    assert rules.gives_up_as("checking-dns") == "failed"


def test_a_pending_check_comes_after_as_many_as_its_arguments_say() -> None:
    found = progress("checking-dns", check(tries=3))
    assert (found.used, found.limit, found.queued) == (3, 6, True)
    assert found.next_at == NOW + timedelta(minutes=2)
    assert found.gives_up_at == NOW + timedelta(minutes=2 + 2 * 5)


def test_the_last_check_gives_up_at_once() -> None:
    found = progress("checking-dns", check(tries=5))
    assert found.gives_up_at == found.next_at


def test_an_overdue_check_counts_from_now() -> None:
    found = progress("checking-dns", check(in_minutes=-60, tries=0))
    assert found.next_at == minutes(60)
    assert found.gives_up_at == NOW + timedelta(minutes=25)


def test_of_two_chains_the_first_to_give_up_decides() -> None:
    found = progress("checking-dns", check(tries=1), check(in_minutes=4, tries=4, id=10))
    assert (found.used, found.next_at) == (4, NOW + timedelta(minutes=2))
    assert found.gives_up_at == NOW + timedelta(minutes=9)


def test_a_running_check_is_queued() -> None:
    assert progress("checking-dns", check("in-progress", 0, tries=0)).queued is True


def test_nothing_queued_is_forgotten() -> None:
    found = progress("checking-ssl-cert", check("complete", -9, tries=4))
    assert (found.forgotten, found.used, found.next_at) == (True, 5, None)


def test_a_check_of_another_row_is_not_ours() -> None:
    other = action(CHECK, "pending", domain_id=8, tries=0)
    assert progress("checking-dns", other).forgotten


def test_jobs_that_were_not_seen_are_not_missing() -> None:
    seen = {**healthy(), Mappings: rows(row(stage="checking-dns"))}
    del seen[Scheduler]
    checks = Facts(seen).of(Provisioning)
    assert isinstance(checks, Provisioning)
    found = checks.of(SHOP)
    assert found is not None
    assert (found.queued, found.forgotten, found.window) == (None, False, None)


def test_without_tables_nothing_is_queued_and_nothing_ever_checks() -> None:
    found = provisioning(rows(row(stage="checking-dns")), Scheduler((), tables_exist=False)).of(
        SHOP
    )
    assert found is not None
    assert (found.queued, found.forgotten, found.window) == (False, True, None)


def test_after_the_last_check_all_are_used() -> None:
    window = progress("ssl-failed", check("complete", -9, tries=20)).window
    assert window is not None
    assert (window.used, window.limit, window.next_at) == (21, 21, None)


def test_a_ready_domain_has_no_checks() -> None:
    assert progress("done", check("complete", -9, tries=0)).window is None


def test_positional_arguments_count_too() -> None:
    job = Action(9, CHECK, "pending", NOW, None, 0, {"0": "7", "1": "2"}, "domain")
    assert progress("checking-dns", job).used == 2


def test_the_filter_needs_the_module() -> None:
    off = options()
    off = Options(
        {**off.values, "wu_host_integrations_enabled": {}}, off.settings, {}, None, "x", False
    )
    assert provisioning(off).rules.limit("checking-ssl-cert") == 6


@pytest.mark.parametrize(
    ("version", "key", "limit"),
    [
        ("2.4.10", None, 21),
        ("2.4.11", None, 6),
        ("2.4.13-beta.1", None, 6),
        ("2.4.13-beta.1", "", 6),
        ("2.4.13-beta.1", False, 6),
        ("2.4.13-beta.1", "0123456789abcdef0123", 21),
    ],
)
def test_from_2_4_11_on_the_filter_needs_a_key_as_well(
    version: str, key: object, limit: int
) -> None:
    values: dict[str, ConstantValue] = {"CLOSTE_APP_ID": "acct123"}
    if key is not None:
        values[API_KEY] = shape_of(key)
    found = provisioning(Constants(values), host(version))
    assert found.rules.limit("checking-ssl-cert") == limit


@pytest.mark.parametrize(("decrypts", "limit"), [(True, 21), (None, 21), (False, 6)])
def test_a_stored_key_counts_while_it_can_be_read(decrypts: bool | None, limit: int) -> None:
    stored = replace(options(), stored_key=StoredKey("encrypted-openssl", decrypts))
    found = provisioning(Constants({"CLOSTE_APP_ID": "acct123"}), host("2.4.13"), stored)
    assert found.rules.limit("checking-ssl-cert") == limit


def test_where_nobody_asked_for_the_key_the_module_decides() -> None:
    unasked = {Constants: Missing("constants.json"), Host: host("2.4.13")}
    found = Facts({**healthy(), **unasked}).of(Provisioning)
    assert isinstance(found, Provisioning)
    assert found.rules.limit("checking-ssl-cert") == 21


def test_a_check_that_was_cancelled_was_not_made() -> None:
    found = progress(
        "checking-ssl-cert", check("complete", -20, tries=3), check("canceled", -9, tries=4, id=10)
    )
    assert (found.forgotten, found.used) == (True, 4)


def test_checks_without_a_date_are_older_than_those_with_one() -> None:
    dated = check("complete", -9, tries=4)
    undated = Action(10, CHECK, "complete", None, None, 1, {"domain_id": 7, "tries": 9}, "domain")
    assert progress("ssl-failed", dated, undated).used == 5


def test_issuance_is_learned_from_five() -> None:
    def one(name: str, took: int) -> tuple[object, object]:
        return (
            event("closte.adding", minutes(100), domain=name),
            event("check.ssl-ok", minutes(100 - took), domain=name),
        )

    events = [e for n in range(5) for e in one(f"d{n}.example", 6 + n)]
    learned = issuance_of(events, "network.example")  # type: ignore[arg-type]
    assert (learned.usual, learned.learned_from) == (timedelta(minutes=8), 5)
    assert learned.longest == timedelta(minutes=10)
    few = issuance_of(events[:8], "network.example")  # type: ignore[arg-type]
    assert (few.longest, few.learned_from) == (timedelta(minutes=10), 0)
