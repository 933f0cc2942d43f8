"""HTTP answers of all kinds from real servers: recorded as they begin, never followed, always bounded."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lab.ports import free_port
from lab.tls_server import Answer, WebServer, redirect

from bridge.deadline import Deadline
from bridge.outside.http import BODY_START, HttpRequest, Row, http_rows
from bridge.outside.options import LookOptions
from bridge.outside.places import Place

OPTIONS = LookOptions(exchange_timeout=10.0)
HURRIED = LookOptions(exchange_timeout=1.0)


def place(to: tuple[str, int], host: str = "shop.example", port: int = 80) -> Place:
    return Place(host, port, "203.0.113.10", to)


def fetch(
    to: tuple[str, int],
    path: str = "/",
    method: str = "GET",
    *,
    tls: bool = False,
    options: LookOptions = OPTIONS,
) -> Row:
    scheme, port = ("https", 443) if tls else ("http", 80)
    (row,) = http_rows(
        [HttpRequest(place(to, port=port), scheme, path, method)], options, Deadline(60)
    )
    return row


@contextmanager
def saying(*pieces: bytes, hang: bool = False, drip: float = 0.0) -> Iterator[tuple[str, int]]:
    """A server that says just this, whatever it is asked, then closes (or does not)."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    if drip and over.wait(drip):
                        break
                if hang:
                    over.wait(60)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[:2]
        over.set()
        thread.join()


def test_a_row_is_as_the_contract_has_it(web: WebServer) -> None:
    headers = {"Content-Type": "text/html", "Set-Cookie": "session=s3cret", "CF-Ray": "abc"}
    web.site("shop.example", pages={"/": Answer(200, b"<title>Shop</title>", headers)})
    row = fetch((web.address, web.http_port))
    assert row == {
        "url": "http://shop.example/",
        "method": "GET",
        "address": "203.0.113.10",
        "status": 200,
        "headers": {
            "server": "LiteSpeed",
            "content-length": "19",
            "content-type": "text/html",
            "cf-ray": "abc",
        },
        "body_start": "<title>Shop</title>",
        "error": None,
    }
    assert fetch((web.address, web.tls_port), tls=True)["url"] == "https://shop.example/"


def test_a_redirect_is_recorded_and_not_followed(web: WebServer) -> None:
    web.site("shop.example", every_path=redirect("https://elsewhere.example/"), pages={})
    row = fetch((web.address, web.http_port))
    assert (row["status"], row["headers"]["location"]) == (301, "https://elsewhere.example/")  # type: ignore[index]
    assert len(web.requests) == 1


def test_of_a_body_only_the_beginning_is_kept() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    with saying(head + b"x" * 200_000) as to:
        assert fetch(to)["body_start"] == "x" * BODY_START


def test_head_asks_for_no_body(web: WebServer) -> None:
    web.site("shop.example", pages={"/": Answer(200, b"secret")})
    row = fetch((web.address, web.http_port), method="HEAD")
    assert (row["status"], row["body_start"], row["method"]) == (200, "", "HEAD")


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", "cut"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", "old"),
        (b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe\x00after", "��"),
    ],
)
def test_odd_bodies(raw: bytes, body: str) -> None:
    with saying(raw) as to:
        row = fetch(to)
    assert (row["status"], row["body_start"], row["error"]) == (200, body, None)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP"),
        (b"", "closed without an answer"),
        (b"HTTP/1.1 999999 What\r\n\r\n", "the answer is not HTTP"),
    ],
)
def test_answers_that_are_none(raw: bytes, error: str) -> None:
    with saying(raw) as to:
        row = fetch(to)
    assert (row["status"], row["error"]) == (None, error)


def test_a_server_that_does_not_close_is_not_waited_for() -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with saying(raw, hang=True) as to:
        assert fetch(to)["body_start"] == "ok"
    with saying(b"HTTP/1.1 200 OK\r\n\r\nopen end", hang=True) as to:
        assert fetch(to, options=HURRIED)["body_start"] == "open end"


def test_silence_and_dripping_are_timeouts() -> None:
    with saying(hang=True) as to:
        assert fetch(to, options=HURRIED)["error"] == "timed out"
    with saying(*[b"H"] * 1000, drip=0.05) as to:
        assert fetch(to, options=HURRIED)["error"] == "timed out"


def test_endless_headers_are_bounded() -> None:
    with saying(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"y" * 300_000) as to:
        assert fetch(to)["error"] is not None


def test_nobody_listens_and_no_time_is_left() -> None:
    to = ("127.0.0.1", free_port())
    assert fetch(to)["error"] == "connection refused"
    request = HttpRequest(place(to), "http", "/")
    assert http_rows([request], OPTIONS, Deadline(0)) == ()
