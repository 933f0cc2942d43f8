"""Settings of the plugin and of the network."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork

from analyzers.check_window import clamped


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


class TestMappingOff:
    @pytest.mark.parametrize("value", [False, 0, "0", "", None])
    def test_saved_as_off(self, network: ChangedNetwork, value: object) -> None:
        network.settings["enable_domain_mapping"] = value
        assert "saved as off" in network.finding("settings.mapping-off").because

    def test_missing_in_the_saved_array(self, network: ChangedNetwork) -> None:
        del network.settings["enable_domain_mapping"]
        assert "missing in the saved settings" in network.finding("settings.mapping-off").because

    def test_a_constant_forces_it_on(self, network: ChangedNetwork) -> None:
        network.settings["enable_domain_mapping"] = 0
        network.define("WP_ULTIMO_DOMAIN_MAPPING_SKIP_CHECKS", True)
        assert network.passed("settings.mapping-off")


class TestCookieDomain:
    def test_a_fixed_domain(self, network: ChangedNetwork) -> None:
        finding = network.define("COOKIE_DOMAIN", "network.example").finding(
            "settings.cookie-domain"
        )
        assert finding.severity == "warning"
        assert "`network.example`" in finding.because

    def test_false_on_sub_domains_is_possible(self, network: ChangedNetwork) -> None:
        assert (
            network.define("COOKIE_DOMAIN", False).finding("settings.cookie-domain").confidence
            == "possible"
        )

    def test_empty_does_no_harm(self, network: ChangedNetwork) -> None:
        assert network.define("COOKIE_DOMAIN", "").passed("settings.cookie-domain")

    def test_what_a_running_wordpress_defines_is_its_own(self, network: ChangedNetwork) -> None:
        network.host["runtime_constants"]["COOKIE_DOMAIN"] = "network.example"
        network.host["reached"] = "runtime"
        assert network.passed("settings.cookie-domain")
        network.drop("constants.json")
        assert network.lacking("settings.cookie-domain") == ("constants.json: COOKIE_DOMAIN",)


class TestNetworkDomain:
    def test_two_names(self, network: ChangedNetwork) -> None:
        network.define("DOMAIN_CURRENT_SITE", "old.example")
        finding = network.finding("settings.network-domain")
        assert "old.example" in finding.because
        assert "network.example" in finding.because

    @pytest.mark.parametrize("named", ["NETWORK.example", "network.example."])
    def test_spelling_does_not_matter(self, network: ChangedNetwork, named: str) -> None:
        assert network.define("DOMAIN_CURRENT_SITE", named).passed("settings.network-domain")

    def test_another_network_was_asked_for(self, network: ChangedNetwork) -> None:
        network.host.update(network_domain="second.example", network_id=2)
        assert network.passed("settings.network-domain")


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), (1, True), (True, True), ("0", False), (None, False)]
)
def test_security_mode(network: ChangedNetwork, value: object, on: bool) -> None:
    network.settings["security_mode"] = value
    assert bool(network.findings("settings.security-mode")) is on


class TestWindowTooShort:
    @pytest.mark.parametrize(
        ("version", "enabled", "interval", "window"),
        [
            ("2.4.10", True, 10, "200"),
            ("2.4.10", True, "29", "580"),
            ("2.4.10", True, 30, None),
            ("2.4.10", True, 5, "200"),
            ("2.4.10", True, 9999, None),
            ("2.4.10", True, "", "200"),
            ("2.4.10", True, None, None),
            ("2.4.13-beta.1", True, 29, "580"),
            ("2.4.10", False, 60, "300"),
            ("2.4.10", False, 119, "595"),
            ("2.4.10", False, 120, None),
            ("2.4.3", True, 119, "595"),
            ("2.4.3", True, 120, None),
            ("2.4.9", True, 30, "150"),
        ],
    )
    def test_the_arithmetic(
        self,
        network: ChangedNetwork,
        version: str,
        enabled: bool,
        interval: object,
        window: str | None,
    ) -> None:
        network.host["plugin_version"] = version
        network.options["wu_host_integrations_enabled"] = {"closte": enabled}
        network.settings["dns_check_interval"] = interval
        found = network.findings("settings.window-too-short")
        assert len(found) == (window is not None)
        if window is None:
            return
        assert f"{window} seconds in all" in found[0].because
        safe = "30 seconds" if enabled and version not in ("2.4.3", "2.4.9") else "120 seconds"
        assert safe in found[0].do
        assert (found[0].remedy.action, found[0].remedy.risk) == (
            "settings.check-interval",
            "confirm",
        )

    def test_never_saved_is_300(self, network: ChangedNetwork) -> None:
        del network.settings["dns_check_interval"]
        network.host["plugin_version"] = "2.4.3"
        assert network.passed("settings.window-too-short")

    @pytest.mark.parametrize(
        ("interval", "known"), [(29, True), (120, True), (30, False), (119, False)]
    )
    def test_without_a_version_only_what_both_bear(
        self, network: ChangedNetwork, interval: int, known: bool
    ) -> None:
        network.host["plugin_version"] = None
        network.settings["dns_check_interval"] = interval
        lacking = network.lacking("settings.window-too-short")
        assert lacking == (() if known else ("host.json: plugin_version",))


@pytest.mark.parametrize(
    ("stored", "seconds"),
    [
        (None, 300),
        ("60", 60),
        ("60 s", 60),
        ("abc", 10),
        (-5, 10),
        (1e30, 300),
        (12.9, 12),
        (True, 10),
        ([], 10),
    ],
)
def test_clamped_as_php_reads_it(stored: object, seconds: int) -> None:
    assert clamped(stored) == seconds
