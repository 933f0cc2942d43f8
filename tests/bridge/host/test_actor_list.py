"""Closte's list as the acting script reads it: the same names as the diagnosis reads, whatever the shape."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analyzers.aliases import AliasList
from analyzers.decoding import outside
from analyzers.decoding.document import Document
from bridge.host.acting import actor

ANSWERS: tuple[object, ...] = (
    {"success": True, "domains": ["a.example", "B.Example.", "*.c.example"]},
    {"success": True, "domains": [{"domain": "a.example", "wildcard": True}, {"hostname": "b.example"}]},
    {"success": True, "domains": [{"name": "A", "domain": "a.example"}, {"x": 1}]},
    {"success": True, "domains": {"a.example": {"ssl": True}, "b.example": "x"}},
    {"success": True, "domains": [{"domain": "a.example", "aliases": ["w.a.example", {"n": "x.y"}]}]},
    {"success": True, "data": {"domains": ["a.example"]}},
    {"success": True, "data": [{"domain": "https://a.example/x"}, {"domain": "b.example:443"}]},
    {"success": True, "result": {"items": [{"fqdn": "a.example"}]}},
    {"success": True, "domains": ["with space.example", " ok.example "]},
    {"success": True, "domains": [None, "", "/", "a.example"]},
    {"success": True, "domains": [[["a.example"]]]},
    {"success": True, "domains": []},
    {"success": True, "domains": {}},
    {"success": True, "domains": [1, 2]},
    {"success": True, "domains": [{"foo": "a.example"}]},
    {"success": True},
    {"success": 1, "domains": ["a.example"]},
    {"success": "ok", "domains": ["a.example"]},
    {"success": "false", "domains": ["a.example"]},
    {"success": False, "domains": ["a.example"]},
    {"success": None, "domains": ["a.example"]},
    {"domains": ["a.example"]},
    ["a.example", "b.example"],
    "a.example",
    None,
    {"success": True, "domains": None},
    {"success": True, "domains": "a.example, b.example"},
    {"success": True, "domains": ""},
    {"success": True, "domains": {"3": "a.example", "7": "b.example"}},
    {"success": True, "domains": [{"Domain_Name": "a.example"}, {"domainAlias": "b.example"}]},
    {"success": True, "domains": [{"domain": "", "url": "https://a.example:8443/x"}]},
    {"success": True, "domains": [{"name": "A", "host": "203.0.113.9"}]},
    {"success": True, "domains": [{"domain": "https://a.example/", "wildcard": "1"}]},
    {"success": True, "domains": ["203.0.113.9"]},
    {"success": True, "data": {"total": 0, "items": []}},
    {"success": True, "data": {"domains": {"data": {"ssl": "a.example"}}}},
    {"success": True, "list": ["a.example"], "page": {"b.example": 1}},
    {"success": True, "page": {"next": None}, "found": {"items": ["a.example"]}},
    {"success": True, "list": [1]},
    {"data": ["a.example"]},
    {"data": ["a.example"], "error": "half of it"},
    {"data": ["a.example"], "errors": [{"message": "half of it"}]},
    {"data": ["a.example"], "error": {"text": "half of it"}},
    {"data": ["a.example"], "error": {}, "message": " "},
    {"data": []},
)  # fmt: skip
DRIVER = b"""
foreach ( json_decode( stream_get_contents( STDIN ), true ) as $call ) {
    echo json_encode( Closte_Doctor_Places::listed( $call ) ), "\\n";
}
"""


def call(body: str, status: int | None = 200) -> dict[str, object]:
    return {
        "endpoint": "/getdomains",
        "method": "GET",
        "vantage": "host",
        "keyed": True,
        "asked_domain": None,
        "http_status": status,
        "body": body,
        "error": None,
        "seconds": 0.1,
        "at": "2026-05-04T10:00:00Z",
    }


CALLS = [
    *(call(json.dumps(answer)) for answer in ANSWERS),
    call("\ufeff" + json.dumps(ANSWERS[0])),
    call(json.dumps(ANSWERS[0]), 201),
    call(json.dumps(ANSWERS[0]), 503),
    call(json.dumps(ANSWERS[0]), None),
    call("<html>"),
    call(""),
]


def read_here(record: dict[str, object]) -> list[str] | None:
    found = AliasList.derive(outside.closte(Document({"calls": [record]})))
    return sorted(found.names) if isinstance(found, AliasList) else None


@pytest.fixture(scope="module")
def read_there(tmp_path_factory: pytest.TempPathFactory) -> list[list[str] | None]:
    php = shutil.which("php")
    if php is None:
        pytest.skip("needs php")
    declared, _, entry = actor().rpartition(b"\nCloste_Doctor_Actor::main(")
    assert entry
    script: Path = tmp_path_factory.mktemp("actor") / "listed.php"
    script.write_bytes(declared + DRIVER)
    asked = json.dumps(CALLS).encode()
    done = subprocess.run([php, str(script)], input=asked, capture_output=True, check=True)
    lists = [json.loads(line) for line in done.stdout.splitlines()]
    return [None if names is None else sorted(set(names)) for names in lists]


@pytest.mark.parametrize("place", range(len(CALLS)), ids=lambda n: str(CALLS[n]["body"])[:60])
def test_both_read_the_same_names(read_there: list[list[str] | None], place: int) -> None:
    if CALLS[place]["http_status"] is None:
        assert read_there[place] is None, "no answer is no list to act on"
    else:
        assert read_there[place] == read_here(CALLS[place])
