"""Whether the plugin's logs can be relied on."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork

WARNING = "[2026-05-04 09:00:0{}] [WARNING] Loopback request via HTTP returned HTTP 403"


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


def test_unwritable(network: ChangedNetwork) -> None:
    network.host["logs_dir_writable"] = False
    finding = network.finding("logs.unwritable")
    assert finding.severity == "warning"
    assert "/uploads/wu-logs" in finding.do


@pytest.mark.parametrize(
    ("level", "words"), [("disabled", "nothing is written"), ("errors", "only errors")]
)
def test_muted_by_the_setting(network: ChangedNetwork, level: str, words: str) -> None:
    network.settings["error_logging_level"] = level
    finding = network.finding("logs.muted")
    assert words in finding.means
    assert (finding.remedy.action, finding.remedy.risk) == ("settings.log-level", "confirm")


@pytest.mark.parametrize("level", ["default", "all", None])
def test_not_muted(network: ChangedNetwork, level: str | None) -> None:
    network.settings["error_logging_level"] = level
    assert network.passed("logs.muted")


def test_default_without_any_info(network: ChangedNetwork) -> None:
    network.logs.clear()
    network.log("domain-shop.client-b.example", WARNING.format(1), WARNING.format(2))
    assert network.finding("logs.muted").confidence == "likely"


def test_an_info_beside_it_shows_that_they_are_written(network: ChangedNetwork) -> None:
    network.logs.clear()
    network.log(
        "domain-shop.client-b.example",
        "[2026-05-04 09:00:00] [INFO] Starting Check for shop.client-b.example",
        WARNING.format(1),
    )
    assert network.passed("logs.muted")


@pytest.mark.parametrize(
    ("unknown", "known", "fires"), [(1, 19, False), (1, 18, True), (1, 0, True), (0, 9, False)]
)
def test_unrecognised_over_five_percent(
    network: ChangedNetwork, unknown: int, known: int, fires: bool
) -> None:
    network.logs.clear()
    lines = ["[2026-05-04 09:00:00] [INFO] Starting Check for a.example"] * known
    lines += ["[2026-05-04 09:00:00] [INFO] Beginning the verification of a.example"] * unknown
    network.log("domain-a.example", *lines)
    found = network.findings("logs.unrecognised")
    assert [f.severity for f in found] == (["info"] if fires else [])
