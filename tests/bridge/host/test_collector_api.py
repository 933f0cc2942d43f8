"""The two reading calls of the Closte API from the host, as WordPress would make them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

import pytest
from lab.closte_api import App, ClosteApi
from lab.tls_server import TestCa

KEY = "WRONGKEY-ffffffffffffffffffffffffffffffff"
TEST_ANSWER = {"success": False, "error": "Invalid or empty domain: "}


@pytest.fixture
def api() -> Iterator[ClosteApi]:
    """Closte's API as it answers when all is well."""
    with ClosteApi(App(KEY, ["network.example.com", "ok.customer.example.org"])) as started:
        yield started


def calls(look) -> dict[str, dict[str, object]]:
    """The calls by endpoint."""
    return {call["endpoint"]: call for call in look.json("closte.json")["calls"]}


def test_both_calls_and_their_answers(host, api):
    look = host.look(api=True, api_url=api.url)
    made = calls(look)
    listed = made["/getdomains"]
    assert listed["method"] == "GET"
    assert listed["vantage"] == "host"
    assert listed["keyed"] is True
    assert listed["asked_domain"] is None
    assert listed["http_status"] == 200
    assert listed["error"] is None
    assert isinstance(listed["seconds"], float)
    assert listed["at"].endswith("Z")
    assert len(json.loads(listed["body"])["domains"]) == 2
    test = made["/adddomainalias"]
    assert test["method"] == "POST"
    assert json.loads(test["body"]) == TEST_ANSWER
    arrived = {r.endpoint: r for r in api.calls()}
    assert arrived["/getdomains"].key == KEY
    assert arrived["/adddomainalias"].key == KEY
    assert dict(arrived["/adddomainalias"].fields) == {}
    assert not any(r.acted for r in api.calls())
    assert KEY.encode() not in look.everything


def test_the_list_alone(host, api):
    assert list(calls(host.look(api=True, api_url=api.url, api_list_only=True))) == ["/getdomains"]
    assert [r.endpoint for r in api.calls()] == ["/getdomains"]


def test_no_call_when_none_is_wanted(host, api):
    assert "closte.json" not in host.look(api=False, api_url=api.url).files
    assert api.calls() == ()


@pytest.mark.parametrize("written", ["''", "false"])
def test_no_key_no_call(host, api, written):
    host.config = host.config.replace(f"'{KEY}'", written)
    assert host.look(api=True, api_url=api.url).json("closte.json") == {"calls": []}
    assert api.calls() == ()


def test_the_stored_key_where_there_is_no_constant(host, api):
    host.config = host.config.replace(f"define( 'CLOSTE_CLIENT_API_KEY', '{KEY}' );", "")
    host.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        f" (1, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', '{KEY}')"
    )
    look = host.look(api=True, api_url=api.url)
    assert calls(look)["/getdomains"]["http_status"] == 200
    assert [r.key for r in api.calls()] == [KEY, KEY]
    assert KEY.encode() not in look.everything
    stored = look.json("options.json")["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]
    assert stored == {"stored": "plain", "decrypts": True}


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("json-401", 401, "success"),
        ("html-403", 403, "<html>"),
        ("html-502", 502, "<html>"),
        ("empty", 200, ""),
        ("bad-json", 200, "{"),
        ("html-multiline", 200, "looks like a record"),
        ("redirect", 302, ""),
    ],
)
def test_every_http_answer_is_kept_as_it_is(host, api, fault, status, body):
    api.fail(fault)
    made = calls(host.look(api=True, api_url=api.url))["/getdomains"]
    assert made["http_status"] == status
    assert body in made["body"]
    assert made["error"] is None
    assert len(api.calls()) == 2


def test_an_answer_that_quotes_the_key_is_masked(host, api):
    api.fail("echo-key")
    look = host.look(api=True, api_url=api.url)
    assert "[redacted:CLOSTE_CLIENT_API_KEY]" in calls(look)["/getdomains"]["body"]
    assert KEY.encode() not in look.everything


def test_a_reset_and_a_closed_port(host, api):
    api.fail("reset", endpoint="/getdomains")
    made = calls(host.look(api=True, api_url=api.url))
    assert made["/getdomains"]["http_status"] is None
    assert made["/getdomains"]["error"].startswith("cURL error ")
    assert made["/adddomainalias"]["http_status"] == 200
    closed = calls(host.look(api=True, api_url="http://127.0.0.1:1/api/client"))["/getdomains"]
    assert closed["error"].startswith("cURL error 7: ")
    assert closed["body"] == ""


def test_a_time_out_says_its_limit_and_what_arrived_stays(host, api):
    api.fail("timeout-before", endpoint="/getdomains")
    look = host.look(api=True, api_url=api.url, api_seconds=4.0)
    made = calls(look)
    assert made["/getdomains"]["error"].startswith("cURL error 28: ")
    assert "limit 4 s; the plugin waits 45 s" in made["/getdomains"]["error"]
    assert made["/adddomainalias"]["http_status"] == 200
    assert look.host["reached"] == "database"


def test_a_certificate_that_nobody_signed(host):
    with TestCa() as ca:
        certificate = ca.self_signed("127.0.0.1")
        with ClosteApi(App(KEY), certificate=(certificate.chain, certificate.key)) as api:
            made = calls(host.look(api=True, api_url=api.url))["/getdomains"]
            assert made["http_status"] is None
            assert made["error"].startswith("cURL error 60: ")
            assert api.calls() == ()


def test_wordpress_is_told_to_block_the_call(host, api):
    host.insert("define('WP_HTTP_BLOCK_EXTERNAL', true);")
    made = calls(host.look(api=True, api_url=api.url))
    assert {c["error"] for c in made.values()} == {"User has blocked requests through HTTP."}
    assert {c["http_status"] for c in made.values()} == {None}
    assert api.calls() == ()


@pytest.mark.parametrize("listed", ["127.0.0.1", "*.closte.com, 127.*"])
def test_wordpress_is_told_to_let_this_host_through(host, api, listed):
    host.insert(
        f"define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', '{listed}');"
    )
    assert calls(host.look(api=True, api_url=api.url))["/getdomains"]["http_status"] == 200


class Proxy:
    """A proxy that answers everything itself and remembers what it was asked."""

    def __init__(self) -> None:
        asked: list[tuple[str, str | None]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                asked.append((self.path, self.headers.get("Proxy-Authorization")))
                if self.headers.get("Proxy-Authorization") is None:
                    self.send_response(407)
                    self.send_header("Proxy-Authenticate", 'Basic realm="x"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.asked = asked
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_address[1]


@pytest.mark.parametrize("php", ["php", "php -d disable_functions=curl_multi_init"])
def test_wordpress_is_told_to_use_a_proxy(host, php):
    host.install_wp(host.bin / "wp", php)
    proxy = Proxy()
    host.insert(
        f"define('WP_PROXY_HOST', '127.0.0.1'); define('WP_PROXY_PORT', '{proxy.port}');"
        "define('WP_PROXY_USERNAME', 'someone'); define('WP_PROXY_PASSWORD', 'proxy-Passw0rd');"
    )
    look = host.look(api=True, api_url="http://api.invalid/api/client")
    proxy.server.shutdown()
    proxy.server.server_close()
    assert calls(look)["/getdomains"]["http_status"] == 200
    assert any(
        path.startswith("http://api.invalid/api/client/getdomains") for path, _ in proxy.asked
    )
    assert b"proxy-Passw0rd" not in look.everything


def test_a_host_that_the_proxy_is_not_for(host, api):
    host.insert(
        "define('WP_PROXY_HOST', '127.0.0.1'); define('WP_PROXY_PORT', '1');"
        "define('WP_PROXY_BYPASS_HOSTS', 'localhost, 127.0.0.1');"
    )
    assert calls(host.look(api=True, api_url=api.url))["/getdomains"]["http_status"] == 200


class TestWithoutCurl:
    """PHP without curl asks by its streams, one call after the other."""

    @pytest.fixture
    def host(self, host):
        host.install_wp(host.bin / "wp", "php -d disable_functions=curl_multi_init")
        return host

    def test_both_calls(self, host, api):
        look = host.look(api=True, api_url=api.url)
        assert calls(look)["/getdomains"]["http_status"] == 200
        assert json.loads(calls(look)["/adddomainalias"]["body"]) == TEST_ANSWER
        assert KEY.encode() not in look.everything

    @pytest.mark.parametrize("status", [401, 403, 502])
    def test_an_error_keeps_its_body(self, host, api, status):
        api.fail(f"html-{status}")
        made = calls(host.look(api=True, api_url=api.url))["/getdomains"]
        assert made["http_status"] == status
        assert "<html>" in made["body"]

    def test_no_redirect_is_followed_with_the_key(self, host, api):
        api.fail("redirect")
        assert calls(host.look(api=True, api_url=api.url))["/getdomains"]["http_status"] == 302
        assert len(api.calls()) == 2

    def test_no_connection_without_the_url_in_the_words(self, host):
        look = host.look(api=True, api_url="http://127.0.0.1:1/api/client")
        made = calls(look)["/getdomains"]
        assert made["http_status"] is None
        assert "Connection refused" in made["error"]
        assert "apikey" not in made["error"]

    @pytest.mark.parametrize("fault", ["slow", "timeout-before"])
    def test_the_limit_is_one_for_the_whole_answer(self, host, api, fault):
        api.fail(fault, endpoint="/getdomains")
        api.app.domains += [f"d{number}.example.org" for number in range(200)]
        made = calls(host.look(api=True, api_url=api.url, api_seconds=4.0))
        assert made["/getdomains"]["http_status"] is None
        assert made["/getdomains"]["body"] == ""
        assert made["/adddomainalias"]["http_status"] == 200

    def test_not_even_streams(self, host, api):
        host.install_wp(
            host.bin / "wp", "php -d disable_functions=curl_multi_init -d allow_url_fopen=0"
        )
        made = calls(host.look(api=True, api_url=api.url))["/getdomains"]
        assert made["error"] == "PHP has neither curl nor allow_url_fopen"


FORBIDDEN = "exec,passthru,shell_exec,system,proc_open,popen,curl_exec,curl_multi_exec,show_source"


def test_a_host_that_forbids_curl_is_asked_by_streams(host, api):
    host.install_wp(host.bin / "wp", f"php -d disable_functions={FORBIDDEN}")
    look = host.look(api=True, api_url=api.url)
    assert {call["http_status"] for call in calls(look).values()} == {200}
    assert look.errors == []


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """An API that answers everything with this."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("php", ["php", "php -d disable_functions=curl_multi_exec"])
def test_answers_of_megabytes_fit_into_the_memory(host, php):
    with answering(b"\x01" * (7 << 20)) as url:
        host.install_wp(host.bin / "wp", f"{php} -d memory_limit=128M")
        look = host.look(api=True, api_url=url)
    assert look.errors == []
    assert look.evidence.memory <= 64 << 20
