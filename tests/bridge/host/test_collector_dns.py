"""How the host itself resolves the mapped domains."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from lab.dns_server import DnsServer

import bridge.host

COLLECTOR = Path(bridge.host.__file__).parent / "collector.php"


def said_by_php(expression: str) -> object:
    """The value of an expression over the collector's classes."""
    code = COLLECTOR.read_text().rpartition("// WP-CLI has the argument")[0]
    code += f"echo json_encode({expression});"
    done = subprocess.run(["php"], input=code.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def test_the_domains_that_matter_most_come_first(host):
    host.sql(
        "INSERT INTO wplab_wu_domain_mappings (blog_id, domain, stage) VALUES"
        " (2, 'first.invalid', 'failed'), (2, 'localhost.localdomain', 'failed'),"
        " (2, ' *.No Name', 'failed'), (2, '*.wild.invalid', 'checking-dns'), (2, 'SECOND.invalid.\n', 'failed')"
    )
    look = host.look(dns=True, dns_names=("asked.invalid", "no name"))
    answers = look.rows("dns.json")
    assert {a["via"] for a in answers} == {"host"}
    assert {a["type"] for a in answers} == {"A"}
    assert {a["ttl"] for a in answers} == {None}
    assert [a["name"] for a in answers] == [
        "asked.invalid",
        "network.example.com",
        "second.invalid",
        "wild.invalid",
        "localhost.localdomain",
        "first.invalid",
        "ok.customer.example.org",
    ]


def test_the_hosts_own_file_counts():
    answer = said_by_php("Closte_Doctor_Resolver::answer('localhost')")
    assert answer["status"] == "NOERROR"
    assert "127.0.0.1" in answer["records"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("nxdomain", "NXDOMAIN"),
        ("nodata", "NOERROR"),
        ("servfail", "SERVFAIL"),
        ("refused", "REFUSED"),
        ("timeout", "TIMEOUT"),
    ],
)
def test_why_there_is_no_address(fault, status):
    with DnsServer() as server:
        server.set("broken.example", "A", "203.0.113.9")
        server.fault("broken.example", fault)
        asked = f"Closte_Doctor_Resolver::status('broken.example', '127.0.0.1', {server.port})"
        assert said_by_php(asked) == status
        assert [(q.name.rstrip("."), q.type) for q in server.queries] == [("broken.example", "A")]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Shop.Example.", "shop.example"),
        ("*.shop.example", "shop.example"),
        ("xn--zazolc-t0b.pl", "xn--zazolc-t0b.pl"),
        ("a_b.example.org", "a_b.example.org"),
        ("https://shop.example/", None),
        ("localhost", None),
        ("-a.example; rm", None),
        ("a..example", None),
        ("x" * 64 + ".example", None),
        ("", None),
    ],
)
def test_only_names_are_asked_for(stored, asked):
    assert said_by_php(f"Closte_Doctor_Resolver::askable({json.dumps(stored)})") == asked


def test_no_name_is_asked_for_when_none_is_wanted(host):
    assert "dns.json" not in host.look(dns=False).files
