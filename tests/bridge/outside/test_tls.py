"""Handshakes with real servers: what a browser would refuse is refused, and the certificate is read anyway."""

from __future__ import annotations

import socket

import pytest
from lab.ports import free_port
from lab.tls_server import Certificate, Handshake, TestCa, WebServer

from bridge.deadline import Deadline
from bridge.outside.options import LookOptions
from bridge.outside.places import Place
from bridge.outside.tls import Row, described, tls_rows


def shake(
    web: WebServer, ca: TestCa, host: str, *, port: int | None = None, **clocks: float
) -> Row:
    place = Place(host, 443, "203.0.113.10", (web.address, port or web.tls_port))
    (row,) = tls_rows([place], LookOptions(ca_file=ca.file, **clocks), Deadline(60))  # type: ignore[arg-type]
    return row


def test_a_row_is_as_the_contract_has_it(web: WebServer, ca: TestCa) -> None:
    certificate = ca.good("shop.example", "www.shop.example")
    web.site("shop.example", certificate=certificate)
    assert shake(web, ca, "shop.example") == {
        "host": "shop.example",
        "address": "203.0.113.10",
        "port": 443,
        "status": "ok",
        "verified": True,
        "verify_error": None,
        "names": ["shop.example", "www.shop.example"],
        "issuer": "CN=Lab R11,O=Lab Encrypt,C=US",
        "not_before": certificate.not_before.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "not_after": certificate.not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "self_signed": False,
    }
    assert web.handshakes == ["shop.example"]


@pytest.mark.parametrize(
    ("kind", "words", "self_signed"),
    [
        ("expired", "expired", False),
        ("not_yet_valid", "not yet valid", False),
        ("self_signed", "self-signed", True),
        ("untrusted", "issuer", False),
    ],
)
def test_a_bad_certificate_is_refused_and_read(
    web: WebServer, ca: TestCa, kind: str, words: str, self_signed: bool
) -> None:
    certificate: Certificate = getattr(ca, kind)("shop.example")
    web.site("shop.example", certificate=certificate)
    row = shake(web, ca, "shop.example")
    assert (row["status"], row["verified"], row["self_signed"]) == ("ok", False, self_signed)
    assert words in str(row["verify_error"])
    assert row["names"] == ["shop.example"]
    assert row["not_after"] == certificate.not_after.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_name_that_only_the_subject_bears_is_refused_as_by_browsers(
    web: WebServer, ca: TestCa
) -> None:
    web.site("shop.example", certificate=ca.common_name_only("shop.example"))
    row = shake(web, ca, "shop.example")
    assert (row["status"], row["verified"], row["names"]) == ("ok", False, ["shop.example"])
    assert "mismatch" in str(row["verify_error"])


def test_the_hosts_default_certificate_is_a_wrong_name(web: WebServer, ca: TestCa) -> None:
    row = shake(web, ca, "unknown.example")
    assert (row["status"], row["verified"]) == ("ok", False)
    assert (
        row["verify_error"] == "Hostname mismatch, certificate is not valid for 'unknown.example'."
    )
    assert row["names"] == ["*.closte.com", "closte.com"]


def test_a_root_that_is_not_trusted_here(web: WebServer, ca: TestCa) -> None:
    with TestCa("Other") as other:
        web.site("shop.example")
        place = Place("shop.example", 443, web.address, (web.address, web.tls_port))
        (row,) = tls_rows([place], LookOptions(ca_file=other.file), Deadline(60))
    assert (row["status"], row["verified"]) == ("ok", False)


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("refused", "handshake-failed"),
        ("reset", "reset"),
        ("silent", "timeout"),
        ("not-tls", "handshake-failed"),
    ],
)
def test_a_handshake_that_does_not_complete(
    web: WebServer, ca: TestCa, how: Handshake, status: str
) -> None:
    web.site("shop.example", handshake=how)
    web.site("other.example")
    row = shake(web, ca, "shop.example", exchange_timeout=0.6 if how == "silent" else 10.0)
    assert (row["status"], row["verified"], row["names"], row["issuer"]) == (
        status,
        False,
        [],
        None,
    )
    assert row["verify_error"]
    assert shake(web, ca, "other.example")["verified"] is True


def test_nobody_listens(web: WebServer, ca: TestCa) -> None:
    row = shake(web, ca, "shop.example", port=free_port())
    assert (row["status"], row["verify_error"]) == ("refused", "Connection refused")


def test_a_server_that_drips_is_cut_off(ca: TestCa) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        import threading

        stop = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"\x16\x03\x03\x40\x00")
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"\0")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        place = Place("shop.example", 443, "127.0.0.1", listener.getsockname()[:2])
        options = LookOptions(ca_file=ca.file, exchange_timeout=0.5)
        (row,) = tls_rows([place], options, Deadline(60))
        stop.set()
        thread.join()
    assert row["status"] in ("timeout", "handshake-failed")


def test_no_time_left_is_no_observation(web: WebServer, ca: TestCa) -> None:
    place = Place("shop.example", 443, web.address, (web.address, web.tls_port))
    assert tls_rows([place], LookOptions(ca_file=ca.file), Deadline(0)) == ()


def test_many_at_once_keep_their_order(web: WebServer, ca: TestCa) -> None:
    names = [f"d{i}.example" for i in range(12)]
    for name in names:
        web.site(name)
    places = [Place(n, 443, web.address, (web.address, web.tls_port)) for n in names]
    rows = tls_rows(places, LookOptions(ca_file=ca.file), Deadline(30))
    assert [(row["host"], row["verified"]) for row in rows] == [(name, True) for name in names]


@pytest.mark.parametrize("der", [b"", b"\0" * 40, b"0\x82\x01\x00" + b"A" * 256])
def test_bytes_that_are_no_certificate_describe_nothing(der: bytes) -> None:
    assert described(der)["names"] == []
    assert described(der)["issuer"] is None
