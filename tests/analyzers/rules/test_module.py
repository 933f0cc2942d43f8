"""The plugin's Closte integration: off, in company, or dying."""

from __future__ import annotations

import pytest
from changed_network import SHOP, ChangedNetwork

CRASHED = "action failed via WP Cron: Cannot use object of type WP_Error as array"


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


@pytest.mark.parametrize("stored", [{"closte": False}, {}, [], {"cloudflare": True}, None])
def test_disabled(network: ChangedNetwork, stored: object) -> None:
    network.options["wu_host_integrations_enabled"] = stored
    finding = network.finding("module.disabled")
    assert (finding.severity, finding.confidence) == ("error", "certain")
    assert (finding.remedy.action, finding.remedy.risk) == ("module.enable", "confirm")
    assert network.findings("module.conflict") == ()


def test_an_option_that_was_never_set_is_off(network: ChangedNetwork) -> None:
    del network.options["wu_host_integrations_enabled"]
    assert "never switched on" in network.finding("module.disabled").because


def test_off_is_right_on_another_host(network: ChangedNetwork) -> None:
    network.options["wu_host_integrations_enabled"] = {}
    network.undefine("CLOSTE_APP_ID").host["abspath"] = "/var/www/html/"
    assert network.passed("module.disabled")


def test_conflict_names_the_others(network: ChangedNetwork) -> None:
    enabled = {"closte": True, "cloudflare": True, "cpanel": "1", "runcloud": False}
    network.options["wu_host_integrations_enabled"] = enabled
    finding = network.finding("module.conflict")
    assert finding.severity == "warning"
    assert "cloudflare, cpanel" in finding.because
    assert "runcloud" not in finding.because


class TestCrashes:
    def crash(
        self, network: ChangedNetwork, message: str = CRASHED, at: str = "2026-05-04 09:00:00"
    ) -> None:
        network.action("wu_add_domain", {"domain": SHOP, "site_id": 3}, "failed", at, message)

    def test_the_job_died_in_the_provider(self, network: ChangedNetwork) -> None:
        self.crash(network)
        finding = network.finding("module.crashes")
        assert finding.affects == (SHOP,)
        assert "2.4.10 is installed" in finding.because
        (failed,) = network.findings("jobs.failed")
        assert failed.caused_by is not None
        assert failed.caused_by.code == "module.crashes"

    def test_it_is_never_folded(self, network: ChangedNetwork) -> None:
        self.crash(network)
        network.answer_all(None, "", "cURL error 28")
        network.asked_from_here(200, {"success": False, "error": "Invalid api key"})
        assert network.finding("module.crashes").caused_by is None
        assert network.finding("api.unreachable").caused_by is None

    def test_other_failures_are_not_its_own(self, network: ChangedNetwork) -> None:
        self.crash(network, "action failed via WP Cron: The disk is full")
        assert network.passed("module.crashes")

    def test_a_later_success_makes_it_history(self, network: ChangedNetwork) -> None:
        self.crash(network)
        args = {"domain": SHOP, "site_id": 3}
        network.action(
            "wu_add_domain", args, "complete", "2026-05-04 09:30:00", "action complete via WP Cron"
        )
        assert network.passed("module.crashes")

    def test_an_update_cured_it(self, network: ChangedNetwork) -> None:
        self.crash(network)
        network.host["plugin_version"] = "2.4.13"
        assert network.passed("module.crashes")

    def test_another_error_in_a_newer_version_stands(self, network: ChangedNetwork) -> None:
        self.crash(
            network,
            "unexpected shutdown: PHP Fatal error Uncaught TypeError: must be of type array",
        )
        network.host["plugin_version"] = "2.4.13"
        finding = network.finding("module.crashes")
        assert "2.4.13 is installed" in finding.because
        assert "2.4.11" not in finding.do

    def test_a_crash_of_the_stage_check_is_another_matter(self, network: ChangedNetwork) -> None:
        network.action(
            "wu_async_process_domain_stage",
            {"domain_id": 2},
            "failed",
            "2026-05-04 09:00:00",
            CRASHED,
        )
        assert network.passed("module.crashes")
