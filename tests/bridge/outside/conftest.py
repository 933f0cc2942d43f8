"""A DNS server, a CA and two web servers on loopback, for each test fresh where it changes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab.dns_server import DnsServer
from lab.tls_server import TestCa, WebServer


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer() as server:
        yield server


@pytest.fixture(scope="session")
def ca() -> Iterator[TestCa]:
    with TestCa() as authority:
        yield authority


@pytest.fixture
def web(ca: TestCa) -> Iterator[WebServer]:
    with WebServer(ca) as server:
        yield server


@pytest.fixture
def foreign(ca: TestCa) -> Iterator[WebServer]:
    with WebServer(ca, "127.0.0.2") as server:
        yield server
