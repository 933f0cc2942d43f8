"""Every code of these families: silent on a healthy network, skipped with the right files lacking."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork

from analyzers.diagnose import diagnose
from analyzers.rules import CATALOGUE
from analyzers.snapshot import read

FAMILIES = [
    "host",
    "key",
    "api",
    "plugin",
    "module",
    "sunrise",
    "settings",
    "jobs",
    "logs",
    "cache",
]
CODES = [rule.code for rule in CATALOGUE if rule.family in FAMILIES]

CONTRACT_CODES = [
    "key.missing",
    "key.empty",
    "key.malformed",
    "key.rejected",
    "key.no-permission",
    "key.other-app",
    "key.undecryptable",
    "key.leaked-in-log",
    "api.unreachable",
    "api.outage",
    "host.not-closte",
    "host.staging-clone",
    "host.no-wp-cli",
    "host.unreachable",
    "host.login-refused",
    "host.key-unknown",
    "host.key-changed",
    "host.no-shell",
    "host.root-refused",
    "host.no-wordpress",
    "host.config-unreadable",
    "host.wrong-prefix",
    "host.php-fatal",
    "host.database-down",
    "host.site-not-found",
    "host.noisy-output",
    "host.clock-skew",
    "host.maintenance",
    "module.disabled",
    "module.conflict",
    "module.crashes",
    "plugin.inactive",
    "sunrise.undefined",
    "sunrise.file-missing",
    "sunrise.outdated",
    "sunrise.foreign",
    "sunrise.inactive",
    "sunrise.too-late",
    "settings.mapping-off",
    "settings.cookie-domain",
    "settings.network-domain",
    "settings.security-mode",
    "settings.window-too-short",
    "jobs.none-queued",
    "jobs.cron-off",
    "jobs.cron-blocked",
    "jobs.backlog",
    "jobs.failed",
    "jobs.stuck",
    "jobs.no-tables",
    "logs.unwritable",
    "logs.muted",
    "logs.unrecognised",
    "cache.stale-risk",
]


def test_every_code_of_the_contract_is_there() -> None:
    assert sorted(CODES) == sorted(CONTRACT_CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_healthy_network_passes(code: str) -> None:
    network = ChangedNetwork()
    if code == "key.leaked-in-log":
        assert network.finding(code).severity == "info"  # 2.4.10 always writes ten characters
        return
    assert network.passed(code), network.lacking(code)


@pytest.mark.parametrize(
    ("code", "dropped", "lacking"),
    [
        ("key.missing", ["constants.json", "host.json"], "constants.json"),
        ("key.empty", ["constants.json", "host.json"], "constants.json"),
        ("key.malformed", ["constants.json", "host.json"], "constants.json"),
        ("key.rejected", ["closte.json", "wu-logs"], "closte.json"),
        ("key.no-permission", ["closte.json", "wu-logs"], "closte.json"),
        ("key.other-app", ["closte.json"], "closte.json"),
        ("key.other-app", ["domain_mappings.json"], "domain_mappings.json"),
        ("key.undecryptable", ["options.json"], "options.json"),
        ("key.leaked-in-log", ["wu-logs"], "wu-logs: the logs were not collected"),
        ("api.unreachable", ["closte.json", "wu-logs"], "closte.json: no call was made"),
        ("api.outage", ["closte.json", "wu-logs"], "closte.json"),
        ("host.not-closte", ["constants.json", "host.json"], "constants.json: CLOSTE_APP_ID"),
        ("host.staging-clone", ["dns.json"], "dns.json"),
        ("host.staging-clone", ["domain_mappings.json"], "domain_mappings.json"),
        ("host.clock-skew", ["meta.json"], "meta.json"),
        ("module.disabled", ["options.json"], "options.json"),
        ("module.conflict", ["options.json"], "options.json"),
        ("module.crashes", ["scheduler.json"], "scheduler.json"),
        ("plugin.inactive", ["host.json"], "host.json: plugin_network_active"),
        ("plugin.inactive", ["options.json"], "options.json: wu_setup_finished"),
        ("sunrise.undefined", ["constants.json", "host.json"], "constants.json"),
        ("sunrise.inactive", ["options.json"], "options.json"),
        ("settings.mapping-off", ["options.json"], "options.json"),
        ("settings.security-mode", ["options.json"], "options.json"),
        ("settings.window-too-short", ["options.json"], "options.json"),
        ("settings.cookie-domain", ["constants.json", "host.json"], "constants.json"),
        ("settings.network-domain", ["host.json"], "host.json"),
        ("jobs.no-tables", ["scheduler.json"], "scheduler.json"),
        ("jobs.none-queued", ["scheduler.json"], "scheduler.json"),
        ("jobs.none-queued", ["domain_mappings.json"], "domain_mappings.json"),
        ("jobs.cron-off", ["scheduler.json", "cron.json"], "scheduler.json"),
        ("jobs.cron-off", ["constants.json", "host.json"], "constants.json"),
        ("jobs.cron-blocked", ["scheduler.json", "cron.json", "http.json"], "http.json"),
        ("jobs.backlog", ["scheduler.json"], "scheduler.json"),
        ("jobs.failed", ["scheduler.json"], "scheduler.json"),
        ("jobs.stuck", ["scheduler.json"], "scheduler.json"),
        ("logs.muted", ["options.json"], "options.json"),
        ("logs.unrecognised", ["wu-logs"], "wu-logs: the logs were not collected"),
        ("cache.stale-risk", ["scheduler.json"], "scheduler.json"),
        *((code, ["host.json"], "host.json") for code in CODES if code.startswith("host.")
          if code not in ("host.not-closte", "host.staging-clone")),
        *((code, ["host.json"], "host.json") for code in (
            "sunrise.file-missing", "sunrise.outdated", "sunrise.foreign", "sunrise.too-late",
            "logs.unwritable", "cache.stale-risk")),
    ],
)  # fmt: skip
def test_without_its_evidence_a_check_is_skipped(
    code: str, dropped: list[str], lacking: str
) -> None:
    network = ChangedNetwork().drop(*dropped)
    assert lacking in network.lacking(code), network.lacking(code)
    assert not network.passed(code)


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("host.maintenance", "maintenance_file"),
        ("host.clock-skew", "time_gmt"),
        ("sunrise.too-late", "sunrise_defined_late"),
        ("sunrise.foreign", "sunrise"),
        ("sunrise.outdated", "sunrise"),
        ("sunrise.file-missing", "sunrise"),
        ("plugin.inactive", "plugin_network_active"),
        ("settings.network-domain", "network_domain"),
        ("logs.unwritable", "logs_dir_writable"),
        ("cache.stale-risk", "object_cache"),
    ],
)
def test_a_field_that_was_not_observed_skips_its_check(code: str, field: str) -> None:
    network = ChangedNetwork()
    del network.host[field]
    assert f"host.json: {field}" in network.lacking(code)
    assert not network.passed(code)


@pytest.mark.parametrize(
    ("code", "option"),
    [
        ("plugin.inactive", "wu_setup_finished"),
        ("module.disabled", "wu_host_integrations_enabled"),
        ("sunrise.inactive", "wu_sunrise_meta"),
    ],
)
def test_an_option_missing_in_a_hand_made_file_was_not_asked(code: str, option: str) -> None:
    network = ChangedNetwork()
    del network.options["mapping_columns"]
    del network.options[option]
    assert any(option in lacking for lacking in network.lacking(code)), network.lacking(code)


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("settings.security-mode", "security_mode"),
        ("settings.window-too-short", "dns_check_interval"),
        ("logs.muted", "error_logging_level"),
    ],
)
def test_a_setting_missing_in_a_hand_made_file_was_not_asked(code: str, setting: str) -> None:
    network = ChangedNetwork()
    del network.options["mapping_columns"]
    del network.settings[setting]
    assert any(setting in lacking for lacking in network.lacking(code)), network.lacking(code)


def test_mapping_is_off_where_the_saved_array_lacks_the_switch() -> None:
    network = ChangedNetwork()
    del network.options["mapping_columns"]
    del network.settings["enable_domain_mapping"]
    assert network.finding("settings.mapping-off").confidence == "likely"
    network.options["wp-ultimo_v2_settings"] = {"dns_check_interval": 300, "security_mode": 0}
    assert network.lacking("settings.mapping-off")


def test_an_empty_folder_passes_nothing() -> None:
    empty = diagnose(read({}, origin="folder"), tool="test")
    assert empty.findings == ()
    assert empty.passed == (), "a check that looked at nothing has not passed"


@pytest.mark.parametrize("code", ["plugin.inactive", "module.disabled", "sunrise.inactive"])
def test_one_option_picked_by_hand_says_nothing_of_the_others(code: str) -> None:
    network = ChangedNetwork()
    network.json["options.json"] = {"mapping_columns": network.options["mapping_columns"]}
    assert network.lacking(code)[0].startswith("options.json")
    network.options["wp-ultimo_v2_settings"] = {"enable_domain_mapping": 1}
    assert network.lacking(code)[0].startswith("options.json")
