"""Every answer by its kind; Closte's list in every shape it might have."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.aliases import AliasList
from analyzers.api_answers import Answer, ApiAnswers, answer_of_call
from analyzers.api_wording import ApiWording
from analyzers.evidence import (
    Action,
    ActionLogEntry,
    ApiCall,
    ClosteCalls,
    LogEvent,
    Missing,
    PluginLogs,
    Scheduler,
)
from analyzers.names import canonical

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
WORDING = ApiWording.derive()


def call(
    status: int | None,
    body: object,
    *,
    endpoint: str = "/adddomainalias",
    domain: str | None = None,
    error: str | None = None,
    keyed: bool = True,
    at: datetime | None = AT,
) -> ApiCall:
    text = body if isinstance(body, str) else json.dumps(body)
    return ApiCall(endpoint, "POST", "host", keyed, domain, status, text, error, 0.4, at)


def kind(made: ApiCall) -> str:
    return answer_of_call(made, WORDING).kind


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"success": True}, "ok"),
        (200, {"success": "1"}, "ok"),
        (200, {"success": False, "error": "Invalid or empty domain: "}, "harmless-test-ok"),
        (422, {"success": False, "error": "Invalid or empty domain: "}, "harmless-test-ok"),
        (200, '\ufeff{"success": false, "error": "Invalid or empty domain: "}', "harmless-test-ok"),
        (200, {"success": False, "error": "Invalid or empty domain: x.example"}, "invalid-domain"),
        (401, {"success": False}, "key-rejected"),
        (401, {"success": False, "error": "Please try again later"}, "key-rejected"),
        (403, {"error": "No permission"}, "no-permission"),
        (403, {"error": "This domain already exists"}, "already-exists"),
        (409, {}, "already-exists"),
        (429, {}, "rate-limit"),
        (404, {"error": "No such endpoint"}, "not-found"),
        (500, {"success": False}, "server-error"),
        (500, {"success": False, "error": "Invalid api key"}, "key-rejected"),
        (503, {"error": "Domain already exists"}, "server-error"),
        (200, {"success": False, "error": "maintenance"}, "maintenance"),
        (200, {"success": False}, "refused"),
        (200, {"success": None, "error": {"code": 7, "message": "Unauthorized"}}, "key-rejected"),
        (200, {"success": False, "errors": [{"detail": "duplicate"}]}, "already-exists"),
        (200, "<html>hello</html>", "html"),
        (200, "  <!DOCTYPE html>", "html"),
        (200, "hello", "not-json"),
        (200, '"a string"', "not-json"),
        (200, "[" * 100_000, "not-json"),
        (200, "", "empty"),
        (200, " \n", "empty"),
        (403, "<html>", "forbidden-html"),
        (401, "", "forbidden-html"),
        (502, "<html>", "server-error"),
        (500, "", "server-error"),
    ],
)
def test_kinds(status: int, body: object, expected: str) -> None:
    assert kind(call(status, body)) == expected


def test_no_answer_at_all() -> None:
    answer = answer_of_call(call(None, "", error="cURL error 28: timed out"), WORDING)
    assert answer.kind == "transport-error"
    assert answer.says == "cURL error 28: timed out"
    assert not answer.usable


def test_the_harmless_answer_to_a_domain_refuses_the_domain() -> None:
    made = call(
        200, {"success": False, "error": "Invalid or empty domain: "}, domain="shop.example"
    )
    assert kind(made) == "invalid-domain"


def test_a_list_without_the_word_success_is_one() -> None:
    assert kind(call(200, {"domains": []}, endpoint="/getdomains")) == "ok"
    assert kind(call(200, [], endpoint="/getdomains")) == "ok"
    assert kind(call(200, [])) == "refused"


@given(st.text(), st.one_of(st.none(), st.integers(100, 599)), st.one_of(st.none(), st.text()))
def test_nothing_a_server_says_breaks_it(body: str, status: int | None, error: str | None) -> None:
    answer = answer_of_call(call(status, body, error=error), WORDING)
    assert isinstance(answer, Answer)
    assert len(answer.citation.excerpt) < 400


def listed(body: object, **more: object) -> frozenset[str] | str:
    found = AliasList.derive(ClosteCalls((call(200, body, endpoint="/getdomains", **more),)))  # type: ignore[arg-type]
    return found.why if isinstance(found, Missing) else frozenset(found.names)


TWO = {"a.example", "b.example"}


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "domains": ["a.example", "b.example"]},
        {"success": True, "domains": ["A.Example.", " b.example "]},
        {
            "success": True,
            "domains": [{"domain": "a.example", "ssl": True}, {"hostname": "b.example"}],
        },
        {
            "success": True,
            "domains": [{"name": "a.example", "id": 1}, {"name": "b.example", "id": 2}],
        },
        {"success": True, "domains": {"a.example": {"ssl": True}, "b.example": {"ssl": False}}},
        {"success": True, "domains": {"count": 2, "aliases": ["a.example", "b.example"]}},
        {"success": True, "data": {"domains": [{"domain": "a.example"}, {"domain": "b.example"}]}},
        {"success": True, "domains": [{"domain": {"name": "a.example"}}, ["b.example"]]},
        {"success": True, "domains": ["https://a.example/", "b.example:443"]},
        ["a.example", "b.example"],
        {"domains": ["a.example", "b.example"]},
        {"success": True, "domains": {"1": "a.example", "4": "b.example"}},
        {
            "success": True,
            "domains": {"active": ["a.example"], "aliases": [{"alias": "b.example"}]},
        },
        {"success": True, "domains": "a.example, b.example"},
        {"success": True, "domains": [{"Domain_Name": "a.example"}, {"domainName": "b.example"}]},
        {
            "success": True,
            "domains": [
                {"name": "My shop", "url": "https://a.example/"},
                {"name": "Blog", "host": "b.example"},
            ],
        },
        {"success": True, "domains": ["a.example", "b.example", "203.0.113.10", None, 7, {"x": 1}]},
        {"success": True, "response": {"domains": ["a.example", "b.example"]}},
        {"success": True, "payload": {"records": [{"domain": "a.example"}, {"name": "b.example"}]}},
        {"success": True, "records": ["a.example", "b.example"], "app": {"name": "app.example"}},
        {"data": ["a.example", "b.example"], "message": ""},
    ],
)
def test_a_list_in_any_shape(body: object) -> None:
    assert listed(body) == TWO


def test_names_are_compared_in_their_canonical_form() -> None:
    assert listed({"success": True, "domains": ["zażółć.example"]}) == {canonical("zażółć.example")}


def test_a_wildcard_by_its_flag_or_its_star() -> None:
    body = {
        "success": True,
        "domains": [{"domain": "*.a.example"}, {"domain": "b.example", "wildcard": 1}],
    }
    found = AliasList.derive(ClosteCalls((call(200, body, endpoint="/getdomains"),)))
    assert isinstance(found, AliasList)
    assert found.has("x.a.example")
    assert not found.has("x.y.a.example")
    assert found.has("b.example")
    assert found.has("x.b.example")


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "domains": []},
        {"success": True, "domains": {}},
        {"success": True, "domains": {"total": 0, "items": []}},
        {"success": True, "data": {"domains": []}},
        [],
    ],
)
def test_an_empty_list_is_a_list(body: object) -> None:
    assert listed(body) == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "error": "Invalid api key"},
        {"success": True},
        {"success": True, "domains": [{"id": 1}, {"id": 2}]},
        {"success": True, "domains": {"1": {"id": 1}}},
        {"success": True, "domains": "soon"},
        {"success": True, "domains": ""},
        {"success": True, "domains": None},  # "Error communicating with the server" (DOMAIN 1.3)
        {"success": True, "domains": False, "errors": ["a.example"]},
        {"data": ["a.example"], "error": "Invalid api key"},
        {"status": "error", "data": []},
        '{"success":true,"data":' + '{"data":' * 400 + "[]" + "}" * 401,
        '{"success":true,"domains":' + '{"a":' * 400 + "[]" + "}" * 401,
        "<html>",
        "",
    ],
)
def test_what_is_no_list(body: object) -> None:
    assert listed(body) == "getdomains gave no readable list"


def test_a_list_without_key_or_with_an_error_status_is_none() -> None:
    body = {"success": True, "domains": ["a.example"]}
    assert listed(body, keyed=False) == "getdomains was not asked with a key"
    error = AliasList.derive(ClosteCalls((call(500, body, endpoint="/getdomains"),)))
    assert isinstance(error, Missing)


def test_the_newest_readable_list_wins() -> None:
    old = call(200, ["a.example"], endpoint="/getdomains", at=datetime(2026, 5, 3, tzinfo=UTC))
    new = call(200, ["b.example"], endpoint="/getdomains")
    broken = call(200, "<html>", endpoint="/getdomains", at=datetime(2026, 5, 5, tzinfo=UTC))
    found = AliasList.derive(ClosteCalls((new, old, broken)))
    assert isinstance(found, AliasList)
    assert found.names == {"b.example"}


def event(name: str, seconds: int, **fields: str) -> LogEvent:
    return LogEvent(
        at=AT.replace(second=seconds),
        name=name,
        source="wu-logs/integration-closte.log",
        line=seconds,
        level="INFO",
        domain=None,
        fields=fields,
        message=fields.get("body", ""),
    )


def logs(*events: LogEvent) -> PluginLogs:
    return PluginLogs(events, ("wu-logs/integration-closte.log",), 1, len(events), 0, {}, {})


def derived(*events: LogEvent, scheduler: Scheduler | None = None) -> tuple[Answer, ...]:
    found = ApiAnswers.derive(None, logs(*events), scheduler, WORDING)
    assert isinstance(found, ApiAnswers)
    return found.logged


class TestLogged:
    def test_a_response_knows_its_domain(self) -> None:
        (answer,) = derived(
            event("closte.response", 1, endpoint="/adddomainalias", asked="shop.example", status="200",
                  body='{"success": false, "error": "Domain shop.example already exists"}')
        )  # fmt: skip
        assert (answer.kind, answer.domain, answer.logged) == (
            "already-exists",
            "shop.example",
            True,
        )

    def test_the_plugins_connection_test_is_about_no_domain(self) -> None:
        (answer,) = derived(
            event("closte.response", 1, endpoint="/adddomainalias", asked="", status="200",
                  body='{"success": false, "error": "Invalid or empty domain: "}')
        )  # fmt: skip
        assert (answer.kind, answer.domain) == ("harmless-test-ok", None)
        assert answer.is_test

    def test_guessed_endpoints_are_left_out(self) -> None:
        noise = event(
            "closte.response", 1, endpoint="/ssl/install", asked="", status="404", body="x"
        )
        assert derived(noise) == ()

    def test_an_old_body_belongs_to_the_job_that_ran(self) -> None:
        body = '{"success": false, "error": "Domain already exists"}'
        ran = Action(
            1, "wu_add_domain", "complete", AT, AT, 1, {"domain": "shop.example"}, "domain",
            (ActionLogEntry(AT.replace(second=1), "action started via WP Cron"),
             ActionLogEntry(AT.replace(second=4), "action complete via WP Cron")),
        )  # fmt: skip
        (answer,) = derived(
            event("closte.raw-body", 3, body=body), scheduler=Scheduler((ran,), True)
        )
        assert answer.domain == "shop.example"
        (later,) = derived(
            event("closte.raw-body", 30, body=body), scheduler=Scheduler((ran,), True)
        )
        assert later.domain is None

    def test_an_old_body_that_names_its_domain(self) -> None:
        (answer,) = derived(
            event(
                "closte.raw-body",
                3,
                body='{"success":false,"error":"Invalid or empty domain: a.example"}',
            )
        )
        assert (answer.kind, answer.domain) == ("invalid-domain", "a.example")

    def test_neither_file_is_missing(self) -> None:
        assert ApiAnswers.derive(None, None, None, WORDING) == Missing("closte.json")
