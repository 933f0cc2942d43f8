"""Ultimate Multisite itself."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork


def test_not_network_active() -> None:
    network = ChangedNetwork()
    network.host["plugin_network_active"] = False
    finding = network.finding("plugin.inactive")
    assert finding.severity == "error"
    assert "not activated" in finding.because


@pytest.mark.parametrize("stored", [None, "", 0, "0", False])
def test_the_wizard_was_never_finished(stored: object) -> None:
    network = ChangedNetwork()
    network.options["wu_setup_finished"] = stored
    assert "wizard" in network.finding("plugin.inactive").because


def test_an_inactive_plugin_explains_an_inactive_sunrise() -> None:
    network = ChangedNetwork()
    del network.options["wu_setup_finished"]
    network.options["wu_sunrise_meta"]["active"] = False
    caused_by = network.finding("sunrise.inactive").caused_by
    assert caused_by is not None
    assert caused_by.code == "plugin.inactive"
