"""An element without a field that a check rests on was not looked at: no pass, and no accusation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from changed_network import SHOP, ChangedNetwork

STAGE = "wu_async_process_domain_stage"


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


def without(rows: Any, *fields: str) -> None:
    for row in rows:
        for field in fields:
            row.pop(field, None)


@pytest.mark.parametrize(
    ("file", "field", "codes"),
    [
        (
            "domain_mappings.json",
            "stage",
            ("ssl.given-up", "ssl.slow", "ssl.pending", "check.gave-up-dns", "jobs.none-queued"),
        ),
        ("dns.json", "records", ("dns.wrong-address", "dns.no-address", "dns.nxdomain")),
        ("tls.json", "verified", ("ssl.untrusted", "mapping.secure-flag")),
        ("tls.json", "not_after", ("ssl.expiring",)),
        ("http.json", "status", ("ssl.redirect-loop",)),
    ],
)
def test_what_rests_on_a_field_that_is_not_there_is_skipped(
    network: ChangedNetwork, file: str, field: str, codes: tuple[str, ...]
) -> None:
    without(network.json[file], field)
    told = network.diagnosis()
    skipped = {s.code: s.lacking for s in told.skipped}
    for code in codes:
        assert code not in told.passed, code
        assert any(lack.startswith(file) for lack in skipped[code]), (code, skipped[code])
    assert told.verdict != "clean"
    assert not [f for f in told.findings if f.severity == "error"]


def checking(network: ChangedNetwork) -> ChangedNetwork:
    row = next(r for r in network.json["domain_mappings.json"] if r["domain"] == SHOP)
    row["stage"] = "checking-dns"
    network.action(STAGE, {"domain_id": row["id"]}, "pending", "2026-05-04 10:01:00")
    return network


def _no_args(network: ChangedNetwork) -> None:
    without(network.json["scheduler.json"], "args")


def _no_ids(network: ChangedNetwork) -> None:
    without(network.json["domain_mappings.json"], "id")


@pytest.mark.parametrize("change", [_no_args, _no_ids])
def test_a_check_that_may_be_queued_is_not_called_missing(
    network: ChangedNetwork, change: Callable[[ChangedNetwork], None]
) -> None:
    assert checking(network).passed("jobs.none-queued")
    change(network)
    assert not network.findings("jobs.none-queued")
    assert not network.passed("jobs.none-queued")


def test_beside_an_unreadable_action_a_missing_check_is_only_possible(
    network: ChangedNetwork,
) -> None:
    checking(network).json["scheduler.json"].pop()
    assert network.finding("jobs.none-queued").confidence == "certain"
    network.json["scheduler.json"].append({"hook": STAGE, "args": {"domain_id": 1}})
    assert network.finding("jobs.none-queued").confidence == "possible"


def test_a_pending_job_without_any_date_is_not_called_punctual(network: ChangedNetwork) -> None:
    network.action("wu_add_domain", {"domain": SHOP, "site_id": 3}, "pending", None)
    without(network.json["scheduler.json"], "log")
    assert network.lacking("jobs.backlog") == ("scheduler.json: scheduled_date_gmt",)


def test_an_answer_that_nobody_wrote_down_is_no_outage(network: ChangedNetwork) -> None:
    without(network.json["closte.json"]["calls"], "body")
    assert not network.findings("api.outage")
    assert not network.passed("api.outage")


def test_a_call_from_elsewhere_is_without_key_unless_it_says_so(network: ChangedNetwork) -> None:
    refused = '{"success": false, "error": "Invalid api key"}'
    network.json["closte.json"]["calls"].append(
        {"endpoint": "/getdomains", "vantage": "here", "http_status": 401, "body": refused}
    )
    assert network.passed("key.rejected")


def test_a_look_that_got_no_further_than_the_shell_passes_no_wp_config(
    network: ChangedNetwork,
) -> None:
    network.json["host.json"] |= {"reached": "shell", "errors": [], "wp_cli_version": None}
    for code in ("host.config-unreadable", "host.no-wordpress", "host.no-wp-cli"):
        assert network.lacking(code) == ("host.json: reached",)


def test_a_sunrise_file_of_an_unknown_folder_is_not_called_current(
    network: ChangedNetwork,
) -> None:
    network.json["host.json"]["sunrise"].pop("plugin_slug")
    assert network.lacking("sunrise.outdated") == ("host.json: sunrise plugin_slug",)


@pytest.mark.parametrize("status", [{"x": [1]}, [], "OK", True])
def test_a_status_that_is_no_number_spoils_its_own_answer_alone(
    network: ChangedNetwork, status: object
) -> None:
    before = len(network.diagnosis().findings)
    network.json["http.json"].append(
        {"url": "https://network.example/wp-cron.php", "status": status, "error": None}
    )
    told = network.diagnosis()
    assert len(told.findings) == before
    assert any(s.lacking == ("http.json: 1 entry could not be read",) for s in told.skipped)


def test_an_action_without_its_number_is_still_one(network: ChangedNetwork) -> None:
    without(checking(network).json["scheduler.json"], "action_id")
    assert network.passed("jobs.none-queued")


@pytest.mark.parametrize("value", [{"x": [1]}, ["a"], {}])
def test_a_key_of_which_nothing_is_told_is_not_malformed(
    network: ChangedNetwork, value: object
) -> None:
    row = next(r for r in network.json["constants.json"] if r["name"] == "CLOSTE_CLIENT_API_KEY")
    row["value"] = value
    network.json["host.json"].pop("runtime_constants", None)
    told = network.diagnosis()
    assert not {f.code for f in told.findings} & {"key.malformed", "key.empty"}
    assert "key.malformed" not in told.passed


def test_a_shape_that_does_not_say_that_it_is_one_is_one(network: ChangedNetwork) -> None:
    for row in network.json["constants.json"]:
        if row["name"] == "CLOSTE_CLIENT_API_KEY":
            row["value"].pop("secret")
            row["value"].pop("defined")
    assert network.passed("key.malformed")


def test_a_stored_key_that_does_not_decrypt_is_told_whatever_its_seal(
    network: ChangedNetwork,
) -> None:
    name = "CLOSTE_CLIENT_API_KEY"
    network.json["constants.json"] = [
        r for r in network.json["constants.json"] if r["name"] != name
    ]
    network.json["host.json"]["runtime_constants"][name] = None
    network.json["host.json"] |= {"plugin_version": "2.4.13"}
    network.json["options.json"][f"wu_hosting_credential_{name}"] = {"decrypts": False}
    assert network.finding("key.undecryptable").confidence == "certain"


@pytest.mark.parametrize("field", ["length", "trimmed_length", "placeholder"])
def test_a_form_that_a_shape_does_not_tell_of_is_not_called_right(
    network: ChangedNetwork, field: str
) -> None:
    for row in network.json["constants.json"]:
        if row["name"] == "CLOSTE_CLIENT_API_KEY":
            row["value"].pop(field)
    assert network.lacking("key.malformed") == (f"constants.json: CLOSTE_CLIENT_API_KEY {field}",)


def test_a_call_without_key_was_made_from_here_where_nobody_says_from_where(
    network: ChangedNetwork,
) -> None:
    calls = [
        {"endpoint": "/getdomains", "http_status": None, "body": "", "error": "timed out"},
        {
            "endpoint": "/getdomains",
            "keyed": False,
            "http_status": 401,
            "body": '{"success": false, "error": "Invalid api key"}',
        },
    ]
    network.json["closte.json"]["calls"] = calls
    assert network.finding("api.unreachable").confidence == "certain"


def test_a_row_that_does_not_say_when_it_was_changed_is_not_called_old(
    network: ChangedNetwork,
) -> None:
    network.json["host.json"]["object_cache"] = True
    assert network.passed("cache.stale-risk")
    without(network.json["domain_mappings.json"], "date_modified")
    assert network.lacking("cache.stale-risk") == ("domain_mappings.json: no date_modified",)


@pytest.mark.parametrize("field", ["abspath", "site_url"])
def test_where_its_home_is_not_told_a_network_that_leads_elsewhere_may_be_a_copy(
    network: ChangedNetwork, field: str
) -> None:
    for answer in network.json["dns.json"]:
        if answer["type"] == "A":
            answer["records"] = ["198.51.100.7"]
    network.json["host.json"].pop(field)
    assert network.lacking("host.staging-clone") == (f"host.json: {field}",)


def test_a_job_that_names_no_domain_gives_no_answer_its_domain(network: ChangedNetwork) -> None:
    network.json["host.json"]["plugin_version"] = "2.4.3"
    network.json["closte.json"] = {"calls": []}
    network.logs["wu-logs/integration-closte.log"] = (
        "[2026-05-04 09:00:05] [INFO] "
        '{"success": false, "error": "Domain shop.example already exists"}\n'
    )
    network.action("wu_add_domain", {}, "complete", "2026-05-04 09:00:05")
    assert network.lacking("alias.elsewhere") == ("scheduler.json",)


def test_a_resolver_that_fails_where_another_answers_leaves_signatures_open(
    network: ChangedNetwork,
) -> None:
    first = next(
        a
        for a in network.json["dns.json"]
        if a["name"] == SHOP and a["type"] == "A" and a["via"].startswith("resolver:")
    )
    network.json["dns.json"].append(first | {"status": "SERVFAIL", "records": []})
    assert "dns.json" in str(network.lacking("dns.dnssec-bogus"))
