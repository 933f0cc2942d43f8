"""Changes that the web's object cache does not see."""

from __future__ import annotations

import pytest
from changed_network import SHOP, ChangedNetwork


@pytest.fixture
def network() -> ChangedNetwork:
    changed = ChangedNetwork()
    changed.host["object_cache"] = True
    return changed


def test_a_row_changed_after_everything_the_plugin_did(network: ChangedNetwork) -> None:
    network.rows[1]["date_modified"] = "2026-05-04 09:00:00"
    finding = network.finding("cache.stale-risk")
    assert finding.severity == "info"
    assert finding.affects == (SHOP,)
    assert "does not help on Closte" in finding.do


def test_not_with_the_cache_off(network: ChangedNetwork) -> None:
    network.rows[1]["date_modified"] = "2026-05-04 09:00:00"
    network.host["object_cache"] = False
    assert network.passed("cache.stale-risk")


def test_a_change_by_the_plugins_own_job_is_none(network: ChangedNetwork) -> None:
    network.rows[1]["date_modified"] = "2026-05-04 09:00:00"
    args = {"domain_id": 2}
    network.action(
        "wu_async_process_domain_stage", args, "complete", "2026-05-04 09:00:00", "action complete"
    )
    assert network.passed("cache.stale-risk")


def test_a_log_line_of_the_same_moment_is_enough(network: ChangedNetwork) -> None:
    network.rows[1]["date_modified"] = "2026-05-04 09:00:00"
    network.log(f"domain-{SHOP}", f"[2026-05-04 08:59:30] [INFO] Starting Check for {SHOP}")
    assert network.passed("cache.stale-risk")


def test_what_is_older_than_the_schedulers_memory_is_left(network: ChangedNetwork) -> None:
    network.actions.clear()
    network.logs.clear()
    for row in network.rows:
        row["date_modified"] = "2026-03-01 09:00:00"
    assert network.passed("cache.stale-risk")
