"""The emulator keeps to what is public of Closte's API (DOMAIN 1.2 – 1.5), and fails as it is told."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from lab.closte_api import ALREADY_ELSEWHERE, ALREADY_HERE, App, ClosteApi, is_fault

KEY = "FAKEKEY-0123456789abcdef0123456789abcdef"


@pytest.fixture
def api() -> Iterator[ClosteApi]:
    app = App(KEY, ["network.example"], elsewhere={"taken.example"}, network="network.example")
    with ClosteApi(app) as emulator:
        yield emulator


def ask(
    api: ClosteApi,
    endpoint: str,
    form: dict[str, str] | None = None,
    key: str = KEY,
    wait: float = 5,
) -> tuple[int, str]:
    """GET without a form, POST with one; status and body."""
    fields = {"apikey": key, **(form or {})}
    encoded = urllib.parse.urlencode(fields)
    url = f"{api.url}{endpoint}" + ("" if form is not None else f"?{encoded}")
    request = urllib.request.Request(url, data=encoded.encode() if form is not None else None)
    try:
        with urllib.request.urlopen(request, timeout=wait) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_plugins_test_call_gets_the_known_error_to_the_letter(api: ClosteApi) -> None:
    status, body = ask(api, "/adddomainalias", {})
    assert status == 200
    assert json.loads(body) == {"success": False, "error": "Invalid or empty domain: "}
    assert not api.calls()[0].acted


def test_an_alias_is_added_listed_refused_twice_and_deleted(api: ClosteApi) -> None:
    assert json.loads(ask(api, "/adddomainalias", {"domain": "a.example", "wildcard": "0"})[1])[
        "success"
    ]
    listed = json.loads(ask(api, "/getdomains")[1])["domains"]
    assert {"domain": "a.example"} in listed
    again = json.loads(ask(api, "/adddomainalias", {"domain": "a.example", "wildcard": ""})[1])
    assert again == {"success": False, "error": ALREADY_HERE}
    assert json.loads(ask(api, "/deletedomainalias", {"domain": "a.example", "wildcard": "0"})[1])[
        "success"
    ]
    assert api.app.domains == ["network.example"]
    assert [r.acted for r in api.calls()] == [True, False, False, True]


def test_a_domain_of_another_app_or_under_the_network_is_refused(api: ClosteApi) -> None:
    taken = json.loads(ask(api, "/adddomainalias", {"domain": "taken.example", "wildcard": "0"})[1])
    under = json.loads(
        ask(api, "/adddomainalias", {"domain": "s.network.example", "wildcard": "0"})[1]
    )
    assert taken["error"] == ALREADY_ELSEWHERE
    assert under["error"] == "Invalid or empty domain: s.network.example"


@pytest.mark.parametrize("wildcard", ["False", "True", "true", "false", "2"])
def test_a_wildcard_that_is_no_wire_value_is_told_apart(api: ClosteApi, wildcard: str) -> None:
    answer = json.loads(
        ask(api, "/adddomainalias", {"domain": "w.example", "wildcard": wildcard})[1]
    )
    assert not answer["success"]
    assert api.app.domains == ["network.example"]


def test_a_wildcard_name_needs_the_flag(api: ClosteApi) -> None:
    without = json.loads(ask(api, "/adddomainalias", {"domain": "*.w.example", "wildcard": "0"})[1])
    having = json.loads(ask(api, "/adddomainalias", {"domain": "*.w.example", "wildcard": "1"})[1])
    assert (without["success"], having["success"]) == (False, True)


def test_a_wrong_key_is_refused_and_changes_nothing(api: ClosteApi) -> None:
    refused = json.loads(ask(api, "/adddomainalias", {"domain": "a.example"}, key="other")[1])
    assert refused == {"success": False, "error": "Invalid api key"}
    assert api.app.domains == ["network.example"]


@pytest.mark.parametrize("endpoint", ["/ssl/install", "/installssl", "/ssl/status", "/nothing"])
def test_the_endpoints_the_plugin_only_guesses_are_not_there(api: ClosteApi, endpoint: str) -> None:
    status, body = ask(api, endpoint, {"domain": "a.example", "type": "letsencrypt"})
    assert status == 404
    assert body.startswith("<html>")


def test_tasks_run_until_they_are_polled_to_their_end(api: ClosteApi) -> None:
    task = json.loads(ask(api, "/manualbackup", {})[1])["taskid"]
    assert json.loads(ask(api, "/getbackups")[1])["backups"][0]["id"] == ""
    assert json.loads(ask(api, "/gettaskstatus", {"id": task})[1])["task"]["end_date"] is None
    assert json.loads(ask(api, "/gettaskstatus", {"id": task})[1])["task"]["success"] is True
    assert json.loads(ask(api, "/getbackups")[1])["backups"][0]["id"] == f"backup-{task}"
    flush = json.loads(ask(api, "/flushgooglecdn", {})[1])["taskid"]
    for _ in range(2):
        ask(api, "/gettaskstatus", {"id": flush})
    assert json.loads(ask(api, "/getcdncacheinvalidation")[1])["tasks"][0]["status"] == "Finished"


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ("json-401", 401, '{"success": false'),
        ("json-429", 429, '{"success": false'),
        ("html-403", 403, "<html>"),
        ("html-503", 503, "<html>"),
        ("html-200", 200, "<html>"),
        ("html-multiline", 200, "<!DOCTYPE html>\n"),
        ("bad-json", 200, '{"success": true, "doma'),
        ("not-object", 200, "[1, 2]"),
        ("no-success", 200, '{"status"'),
        ("wording", 200, '{"success": false, "error": "Please'),
    ],
)
def test_a_fault_is_switched_on_and_off_while_it_runs(
    api: ClosteApi, fault: str, status: int, start: str
) -> None:
    api.fail(fault, endpoint="/getdomains")
    answered, body = ask(api, "/getdomains")
    assert (answered, body[: len(start)]) == (status, start)
    assert json.loads(ask(api, "/adddomainalias", {})[1])["error"] == "Invalid or empty domain: "
    api.mend("/getdomains")
    assert json.loads(ask(api, "/getdomains")[1])["success"] is True


def test_an_empty_body_is_empty(api: ClosteApi) -> None:
    api.fail("empty")
    assert ask(api, "/getdomains") == (200, "")


def test_a_reset_is_one(api: ClosteApi) -> None:
    api.fail("reset")
    with pytest.raises(OSError) as caught:
        ask(api, "/getdomains")
    reason = getattr(caught.value, "reason", caught.value)
    assert isinstance(reason, ConnectionResetError)


@pytest.mark.parametrize(("fault", "acts"), [("timeout-before", False), ("timeout-after", True)])
def test_a_timeout_comes_before_or_after_the_act(api: ClosteApi, fault: str, acts: bool) -> None:
    api.fail(fault)
    with pytest.raises(TimeoutError):
        ask(api, "/adddomainalias", {"domain": "late.example", "wildcard": "0"}, wait=0.5)
    assert ("late.example" in api.app.domains) is acts


def test_faults_can_be_switched_over_http(api: ClosteApi) -> None:
    switch = api.url.removesuffix("/api/client") + "/lab/fault"
    urllib.request.urlopen(switch, data=b"endpoint=/getdomains&fault=json-401").close()
    assert ask(api, "/getdomains")[0] == 401
    urllib.request.urlopen(switch, data=b"fault=").close()
    assert ask(api, "/getdomains")[0] == 200


def test_the_names_in_the_catalogue_are_known_and_no_others() -> None:
    assert is_fault("json-401")
    assert not is_fault("json-NNN")
    assert not is_fault("html-999")
    assert not is_fault("nonsense")


def test_requests_are_recorded_without_the_key_among_their_fields(api: ClosteApi) -> None:
    ask(api, "/adddomainalias", {"domain": "a.example", "wildcard": "0"})
    (request,) = api.calls("/adddomainalias")
    assert request.fields == {"domain": "a.example", "wildcard": "0"}
    assert request.key == KEY
