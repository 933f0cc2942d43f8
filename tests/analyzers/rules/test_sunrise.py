"""The drop-in and its constant."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


@pytest.mark.parametrize("value", [False, "", "0", 0])
def test_defined_but_false(network: ChangedNetwork, value: object) -> None:
    finding = network.define("SUNRISE", value).finding("sunrise.undefined")
    assert "false or empty" in finding.because
    assert "define('SUNRISE', true);" in finding.do


def test_not_defined(network: ChangedNetwork) -> None:
    finding = network.undefine("SUNRISE").finding("sunrise.undefined")
    assert finding.confidence == "certain"


def test_not_in_a_filtered_list(network: ChangedNetwork) -> None:
    network.host["runtime_constants"] = {}
    network.json["constants.json"] = [{"name": "CLOSTE_APP_ID", "value": "x", "type": "constant"}]
    assert network.finding("sunrise.undefined").confidence == "likely"


@pytest.mark.parametrize("value", [True, 1, "1", "true"])
def test_any_truth_will_do(network: ChangedNetwork, value: object) -> None:
    assert network.define("SUNRISE", value).passed("sunrise.undefined")


def test_one_of_the_two_sources_is_enough(network: ChangedNetwork) -> None:
    network.undefine("SUNRISE").host["runtime_constants"]["SUNRISE"] = True
    assert network.passed("sunrise.undefined")


def test_the_file_is_missing(network: ChangedNetwork) -> None:
    network.host["sunrise"] = {"exists": False}
    finding = network.finding("sunrise.file-missing")
    assert "/wp-content/plugins/ultimate-multisite/sunrise.php" in finding.do
    assert network.passed("sunrise.foreign")
    assert network.passed("sunrise.outdated")


@pytest.mark.parametrize(
    ("plugin", "sunrise", "slug", "old"),
    [
        ("2.4.10", "2.0.0.9", "ultimate-multisite", True),
        ("2.4.13-beta.1", "2.0.0.8", "ultimate-multisite", True),
        ("2.4.10", "2.0.0.10", "multisite-ultimate", True),
        ("2.4.10", "2.0.0.10", "ultimate-multisite", False),
        ("2.13.0", "2.0.0.11", "ultimate-multisite", False),
        ("2.4.3", "2.0.0.8", "ultimate-multisite", True),
        ("2.4.3", "2.0.0.9", "ultimate-multisite", False),
        ("2.4.2", "2.0.0.8", "ultimate-multisite", False),
        ("2.4.2", "2.0.0.7", "ultimate-multisite", True),
        ("2.4.10", "2.0.0.10", None, False),
    ],
)
def test_outdated(
    network: ChangedNetwork, plugin: str, sunrise: str, slug: str | None, old: bool
) -> None:
    network.host["plugin_version"] = plugin
    network.host["sunrise"] = {
        "exists": True,
        "version": sunrise,
        "plugin_slug": slug,
        "ours": True,
    }
    found = network.findings("sunrise.outdated")
    assert [f.severity for f in found] == (["warning"] if old else [])


def test_foreign(network: ChangedNetwork) -> None:
    network.host["sunrise"] = {"exists": True, "version": None, "plugin_slug": None, "ours": False}
    assert network.finding("sunrise.foreign").severity == "warning"
    assert network.passed("sunrise.outdated")


class TestInactive:
    @pytest.mark.parametrize("active", [False, 0, "", "0", None])
    def test_by_the_option(self, network: ChangedNetwork, active: object) -> None:
        network.options["wu_sunrise_meta"]["active"] = active
        finding = network.finding("sunrise.inactive")
        assert finding.severity == "error"
        assert "--skip-plugins" not in finding.because

    def test_a_newer_switch_off_of_an_active_plugin_is_wp_cli(
        self, network: ChangedNetwork
    ) -> None:
        network.options["wu_sunrise_meta"].update(active=False, last_deactivated="1746000000")
        finding = network.finding("sunrise.inactive")
        assert "`--skip-plugins`" in finding.because
        assert "since 2025-04-30T08:00:00Z" in finding.because

    def test_an_older_switch_off_is_not(self, network: ChangedNetwork) -> None:
        network.options["wu_sunrise_meta"].update(active=False, last_deactivated="1740000000")
        assert "--skip-plugins" not in network.finding("sunrise.inactive").because

    def test_never_written_is_inactive(self, network: ChangedNetwork) -> None:
        del network.options["wu_sunrise_meta"]
        assert network.finding("sunrise.inactive")


def test_too_late(network: ChangedNetwork) -> None:
    network.host["sunrise_defined_late"] = True
    finding = network.finding("sunrise.too-late")
    assert finding.severity == "error"
    assert network.passed("sunrise.undefined"), "WP-CLI shows it as defined: that is what misleads"
