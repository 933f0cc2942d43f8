"""Reading calls from here against the emulator: two requests, the key in none of what is kept."""

from __future__ import annotations

import json
import urllib.parse

import pytest
from lab.closte_api import App, ClosteApi
from lab.ports import free_port
from lab.tls_server import TestCa

from bridge.closte import read
from bridge.closte.key import ApiKey
from bridge.closte.read import call_without_key, calls_with_key
from bridge.errors import UsageError

KEY = "k3y/\"<&+'=" + "0123456789abcdef" * 2
SPELLINGS = (
    KEY,
    KEY[:10],
    urllib.parse.quote(KEY, safe=""),
    urllib.parse.quote_plus(KEY),
    json.dumps(KEY)[1:-1],
)


@pytest.fixture
def api():
    with ClosteApi(App(KEY, ["network.example"])) as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need not wait as long as a user does."""
    monkeypatch.setattr(read, "TOTAL", 0.7)


def test_exactly_the_two_calls_that_read(api: ClosteApi) -> None:
    listed, tested = calls_with_key(api.url, ApiKey(KEY))
    assert (listed["endpoint"], listed["method"], listed["http_status"]) == (
        "/getdomains",
        "GET",
        200,
    )
    assert json.loads(str(listed["body"]))["domains"] == [{"domain": "network.example"}]
    assert json.loads(str(tested["body"]))["error"] == "Invalid or empty domain: "
    arrived = {(r.method, r.endpoint, tuple(r.fields), r.key, r.acted) for r in api.calls()}
    assert arrived == {
        ("GET", "/getdomains", (), KEY, False),
        ("POST", "/adddomainalias", (), KEY, False),
    }
    for row in (listed, tested):
        assert (row["vantage"], row["keyed"], row["asked_domain"], row["error"]) == (
            "here",
            True,
            None,
            None,
        )
        assert str(row["at"]).endswith("Z")


def test_a_monitor_asks_for_the_list_alone(api: ClosteApi) -> None:
    assert [r["endpoint"] for r in calls_with_key(api.url, ApiKey(KEY), list_only=True)] == [
        "/getdomains"
    ]
    assert len(api.calls()) == 1


def test_without_key_it_is_said_and_none_is_sent(api: ClosteApi) -> None:
    row = call_without_key(api.url)
    assert (row["endpoint"], row["keyed"]) == ("/getdomains", False)
    assert [r.key for r in api.calls()] == [None]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("json-401", 401, None),
        ("html-403", 403, None),
        ("html-502", 502, None),
        ("empty", 200, None),
        ("bad-json", 200, None),
        ("redirect", 302, None),
        ("echo-key", 200, None),
        ("reset", None, "reset"),
        ("timeout-before", None, "timed out"),
        ("slow", None, "timed out"),
    ],
)
def test_each_trouble_is_a_row_and_none_shows_the_key(
    api: ClosteApi, impatient: None, fault: str, status: int | None, error: str | None
) -> None:
    api.fail(fault)
    for row in calls_with_key(api.url, ApiKey(KEY)):
        assert row["http_status"] == status
        assert (row["error"] is None) == (error is None)
        assert error is None or error in str(row["error"])
        written = json.dumps(row)
        assert not [
            spelling for spelling in SPELLINGS if spelling in written or spelling in str(row)
        ]
    assert len(api.calls()) == 2, "no redirect is followed, nothing is tried again"


def test_an_answer_that_quotes_the_key_is_masked(api: ClosteApi) -> None:
    api.fail("echo-key")
    assert "[redacted:" in str(calls_with_key(api.url, ApiKey(KEY))[0]["body"])


def test_nobody_listens() -> None:
    row = call_without_key(f"http://127.0.0.1:{free_port()}/api/client")
    assert (row["http_status"], row["body"], row["error"]) == (None, "", "Connection refused")


def test_the_certificate_is_verified_before_the_key_is_sent() -> None:
    with TestCa() as ca, TestCa() as other:
        certificate = ca.good("api.example")
        with ClosteApi(App(KEY), certificate=(certificate.chain, certificate.key)) as api:
            for trusted in (other.file, ca.file):  # wrong authority; right authority, wrong name
                rows = calls_with_key(api.url, ApiKey(KEY), ca_file=trusted)
                assert {str(row["error"])[:25] for row in rows} == {"certificate verify failed"}
            assert api.calls() == ()


@pytest.mark.parametrize(
    "url",
    ["", "app.closte.com", "ftp://app.closte.com/", "https://", "https://u:p@app.closte.com/api",
     "https://app.closte.com/api?x=1", "https://app.closte.com/a b", "https://[::1", "https://x:99999/",
     "https://app.closte.com/\r\nX: y"],
)  # fmt: skip
def test_an_url_that_is_none_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="--api-url"):
        call_without_key(url)


def test_a_key_is_never_sent_in_the_clear_to_another_machine() -> None:
    with pytest.raises(UsageError, match="https") as error:
        calls_with_key("http://app.closte.example/api/client", ApiKey(KEY))
    assert KEY not in str(error.value)
