"""The way to the API: unreachable, out of order, or neither."""

from __future__ import annotations

import pytest
from changed_network import ChangedNetwork

TIMED_OUT = "cURL error 28: Operation timed out after 10001 milliseconds"
HTML = "<!DOCTYPE html><html><title>Maintenance</title></html>"
ALIVE = {"success": False, "error": "Invalid api key"}


@pytest.fixture
def network() -> ChangedNetwork:
    return ChangedNetwork()


def standing(network: ChangedNetwork) -> list[tuple[str, str]]:
    return [
        (f.code, f.confidence)
        for f in network.diagnosis().findings
        if f.code.startswith("api.") or f.code == "key.rejected"
    ]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (None, "", TIMED_OUT),
        (None, "", "cURL error 7: refused"),
        (403, HTML, None),
        (401, HTML, None),
    ],
)
def test_alive_elsewhere_and_stopped_on_the_way(
    network: ChangedNetwork, status: int | None, body: str, error: str | None
) -> None:
    network.answer_all(status, body, error)
    network.asked_from_here(401, ALIVE)
    assert standing(network) == [("api.unreachable", "certain")]
    assert "from elsewhere" in network.finding("api.unreachable").because


def test_alive_elsewhere_and_broken_answers_here(network: ChangedNetwork) -> None:
    network.answer_all(502, HTML)
    network.asked_from_here(200, {"success": False, "error": "Invalid api key"})
    assert standing(network) == [("api.unreachable", "likely")]


def test_asked_from_the_host_only_without_answer(network: ChangedNetwork) -> None:
    network.answer_all(None, "", TIMED_OUT)
    assert standing(network) == [("api.unreachable", "possible")]


BROKEN = [(500, HTML), (503, ALIVE | {"error": "Service Unavailable"}), (200, HTML), (200, ""), (200, "ok"),
          (200, {"success": False, "error": "We are down for maintenance"}), (502, "")]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), BROKEN)
def test_asked_from_the_host_only_with_a_broken_answer(
    network: ChangedNetwork, status: int, body: object
) -> None:
    network.answer_all(status, body)
    assert standing(network) == [("api.outage", "likely")]


@pytest.mark.parametrize(("status", "body"), BROKEN)
def test_broken_from_everywhere(network: ChangedNetwork, status: int, body: object) -> None:
    network.answer_all(status, body)
    network.asked_from_here(status, body)
    finding = network.finding("api.outage")
    assert (finding.severity, finding.confidence) == ("warning", "certain")
    assert finding.waiting_on == "closte"
    assert standing(network) == [("api.outage", "certain")]


def test_silent_from_everywhere_is_an_outage(network: ChangedNetwork) -> None:
    network.answer_all(None, "", TIMED_OUT)
    network.asked_from_here(None, "", TIMED_OUT)
    assert standing(network) == [("api.outage", "certain")]


def test_one_usable_answer_is_enough(network: ChangedNetwork) -> None:
    network.answer(1, None, "", TIMED_OUT)
    assert standing(network) == []
    assert network.passed("api.outage")
    assert network.passed("api.unreachable")


def test_the_log_speaks_only_where_nobody_asked(network: ChangedNetwork) -> None:
    failed = (
        "[2026-05-04 09:00:00] [INFO] Making API request to: "
        'https://app.closte.com/api/client/adddomainalias with data: {"domain":"x.example"}',
        f"[2026-05-04 09:00:45] [INFO] API request failed: {TIMED_OUT}",
    )
    network.log("integration-closte", *failed)
    assert standing(network) == []
    network.drop("closte.json")
    assert standing(network) == [("api.unreachable", "possible")]
    assert any("from the plugin's log" in note for note in network.diagnosis().notes)


def test_the_endpoints_the_plugin_guesses_are_noise(network: ChangedNetwork) -> None:
    network.drop("closte.json")
    network.log(
        "integration-closte",
        "[2026-05-04 09:00:00] [INFO] Making API request to: "
        'https://app.closte.com/api/client/ssl/install with data: {"domain":"x.example"}',
        "[2026-05-04 09:00:01] [INFO] API response code: 500, body: <html>no</html>",
    )
    assert standing(network) == []


def test_an_old_versions_empty_line_is_a_call_without_answer(network: ChangedNetwork) -> None:
    network.drop("closte.json").logs.clear()
    network.log("integration-closte", "[2026-05-04 09:00:00] [INFO] ")
    assert standing(network) == [("api.unreachable", "possible")]


class TestBlockedByWordPress:
    def test_the_constant_forbids_it(self, network: ChangedNetwork) -> None:
        network.define("WP_HTTP_BLOCK_EXTERNAL", True).drop("closte.json")
        finding = network.finding("api.unreachable")
        assert finding.confidence == "certain"
        assert "WP_ACCESSIBLE_HOSTS" in finding.do

    @pytest.mark.parametrize("hosts", ["app.closte.com", "api.wordpress.org, *.closte.com", "*"])
    def test_an_exception_lets_it_through(self, network: ChangedNetwork, hosts: str) -> None:
        network.define("WP_HTTP_BLOCK_EXTERNAL", True).define("WP_ACCESSIBLE_HOSTS", hosts)
        assert network.passed("api.unreachable")

    @pytest.mark.parametrize(
        "hosts", ["closte.com", "*.closte.com.evil.example", "*.wordpress.org"]
    )
    def test_an_exception_for_others_does_not(self, network: ChangedNetwork, hosts: str) -> None:
        network.define("WP_HTTP_BLOCK_EXTERNAL", "1").define("WP_ACCESSIBLE_HOSTS", hosts)
        assert network.finding("api.unreachable")

    def test_its_own_words_in_an_answer(self, network: ChangedNetwork) -> None:
        network.answer_all(None, "", "User has blocked requests through HTTP.")
        assert standing(network) == [("api.unreachable", "certain")]


def test_a_time_out_from_here_alone_may_be_ours(network: ChangedNetwork) -> None:
    for call in network.calls:
        call["vantage"] = "here"
    network.answer_all(None, "", TIMED_OUT)
    assert standing(network) == [("api.outage", "possible")]
    assert any("from here only" in note for note in network.diagnosis().notes)


def test_findings_without_alias_are_consequences(network: ChangedNetwork) -> None:
    network.rows[1].update(stage="checking-ssl-cert", date_created="2026-05-04 09:57:00")
    network.answer_all(500, HTML)
    for finding in (*network.findings("ssl.pending"), *network.findings("ssl.slow")):
        assert finding.caused_by is not None
        assert finding.caused_by.code == "api.outage"
