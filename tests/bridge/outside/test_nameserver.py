"""Servers that speak no DNS, or wrongly: an answer, or none, but never an exception."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bridge.deadline import Deadline
from bridge.outside.nameserver import Reply, ask
from bridge.outside.options import Resolver

HEADER = ">HHHHHH"
QUESTION_LENGTH = len(b"\x04shop\x07example\x00\x00\x01\x00\x01")


@contextmanager
def answering(make: Callable[[bytes], bytes]) -> Iterator[Resolver]:
    """A UDP server that answers each query with these bytes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(60)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    query, sender = listener.recvfrom(4096)
                except OSError:
                    return
                if query:
                    listener.sendto(make(query), sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Resolver("127.0.0.1", listener.getsockname()[1])
        over.set()
        listener.sendto(b"", listener.getsockname())
        thread.join()


def answer(query: bytes, body: bytes, *, count: int = 1, flags: int = 0x8180) -> bytes:
    """A response to the query with this answer section."""
    (number,) = struct.unpack(">H", query[:2])
    head = struct.pack(HEADER, number, flags, 1, count, 0, 0)
    return head + query[12 : 12 + QUESTION_LENGTH] + body


def put(server: Resolver, *, timeout: float = 5.0) -> Reply | None:
    return ask(server, "shop.example", "A", timeout=timeout, deadline=Deadline(60))


RECORD = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04"


def test_a_right_answer_by_hand_is_understood() -> None:
    with answering(lambda q: answer(q, RECORD + b"\xcb\x00\x71\x0a")) as server:
        found = put(server)
    assert found is not None
    assert (found.status, found.records, found.ttl) == ("NOERROR", ("203.0.113.10",), 300)


@pytest.mark.parametrize(
    "make",
    [
        lambda q: b"\0",
        lambda q: q,
        lambda q: q[:2] + b"\x81\x80",
        lambda q: b"\xff\xff" + q[2:],
        lambda q: answer(q, b""),
        lambda q: answer(q, RECORD + b"\x01"),
        lambda q: answer(q, b"\xc0\xff" + RECORD[2:] + b"\x01\x02\x03\x04"),
        lambda q: answer(q, b"\xc0\x1e" * 20),
        lambda q: answer(q, b"\x3f" + b"a" * 10),
        lambda q: b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_what_is_no_answer_counts_as_none(make: Callable[[bytes], bytes]) -> None:
    with answering(make) as server:
        found = put(server, timeout=0.2)
    assert found is not None
    assert (found.status in ("TIMEOUT", "SERVFAIL"), found.records) == (True, ())


@pytest.mark.parametrize(
    ("rcode", "status"), [(2, "SERVFAIL"), (3, "NXDOMAIN"), (4, "SERVFAIL"), (5, "REFUSED")]
)
def test_response_codes(rcode: int, status: str) -> None:
    with answering(lambda q: answer(q, b"", count=0, flags=0x8180 | rcode)) as server:
        found = put(server)
    assert found is not None
    assert found.status == status


def test_a_server_from_before_edns_is_asked_again_without() -> None:
    def old(query: bytes) -> bytes:
        if len(query) > 12 + QUESTION_LENGTH:  # an OPT record follows
            return answer(query, b"", count=0, flags=0x8181)
        return answer(query, RECORD + b"\xcb\x00\x71\x0a")

    with answering(old) as server:
        found = put(server)
    assert found is not None
    assert found.records == ("203.0.113.10",)
