"""Sections to files; and a folder played back by the example host is the same folder again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from bridge.demo.host import DemoHost
from bridge.host.assembly import Assembly
from bridge.host.sections import Broken, Section, SectionStream
from bridge.host.wp import Place, collect_command

RECORDINGS = Path(__file__).resolve().parents[2] / "fixtures" / "recordings"
FOLDERS = sorted(p.parent for p in RECORDINGS.rglob("host.json"))
FROM_THE_HOST = (
    "constants.json",
    "domain_mappings.json",
    "sites.json",
    "options.json",
    "scheduler.json",
    "cron.json",
    "host.json",
)


def section(name: str, value: object) -> Section:
    return Section(name, json.dumps(value).encode())


def assembled(*sections: Section) -> Assembly:
    assembly = Assembly()
    for one in sections:
        assembly.take(one)
    return assembly


def folder_of(path: Path) -> dict[str, bytes]:
    files = {p.name: p.read_bytes() for p in path.iterdir() if p.name in FROM_THE_HOST}
    logs = path / "wu-logs"
    return files | (
        {f"wu-logs/{p.name}": p.read_bytes() for p in logs.glob("*.log")} if logs.is_dir() else {}
    )


@pytest.mark.parametrize("path", FOLDERS, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_a_recorded_folder_comes_back_whole(path):
    files = folder_of(path)
    command = collect_command(Place(), {"nonce": "c0ffee", "api": True}, 60.0)
    stdout, _, _ = DemoHost(files).answer(shlex.join(command.argv), command.stdin)
    stream = SectionStream("c0ffee")
    back = assembled(*stream.feed(stdout), *stream.close()).files()
    assert stream.broken == ()
    for name, content in files.items():
        if name.startswith("wu-logs/"):
            assert back[name] == content
        elif name != "host.json":
            assert json.loads(back[name]) == json.loads(content)
    before, after = json.loads(files["host.json"]), json.loads(back["host.json"])
    assert {k: v for k, v in after.items() if k in before} == {
        k: v for k, v in before.items() if v is not None or k == "reached"
    }


def test_half_a_table_is_not_used_and_said():
    assembly = assembled(
        section("begin", {"wp_cli_version": "2.12.0"}),
        section("rows:sites", [{"blog_id": 1}, {"blog_id": 2}]),
    )
    files = assembly.files()
    assert "sites.json" not in files
    (error,) = json.loads(files["host.json"])["errors"]
    assert error["command"] == "collector: sites"
    assert error["stderr"] == "only 2 rows arrived, and not the end: not used"


def test_constants_and_logs_stay_evidence_when_the_rest_does_not_come():
    assembly = assembled(
        section("begin", {"wp_cli_version": "2.12.0"}),
        section("constants", [{"name": "SUNRISE", "value": True, "type": "constant"}]),
        section("log-file", {"number": 0, "name": "a.log", "size": 9, "from": 0}),
        Section("log:0", b"[half"),
    )
    assembly.broken([Broken("log:0", "cut off after 3 of 9 bytes")])
    files = assembly.files()
    assert files["wu-logs/a.log"] == b"[half"
    assert json.loads(files["constants.json"])[0]["name"] == "SUNRISE"
    host = json.loads(files["host.json"])
    assert host["reached"] == "config"
    assert [e["stderr"] for e in host["errors"]] == [
        "a section was cut off after 3 of 9 bytes",
        "a.log: the end of it did not arrive",
    ]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.log", "/a.log", "..", "a/b.log", "a\0.log", "notes.txt", ""]
)
def test_a_log_is_never_written_outside_of_its_folder(name):
    files = assembled(
        section("log-file", {"number": 0, "name": name, "size": 1, "from": 0}),
        Section("log:0", b"x"),
        section("log-end", 0),
    ).files()
    assert list(files) == ["host.json"]


@pytest.mark.parametrize(
    "damaged",
    [
        Section("host", b"\xff{"),
        Section("host", b"[1]"),
        Section("error", b'"x"'),
        Section("rows:sites", b"{}"),
        Section("done", b"[1]"),
        Section("unheard-of", b"1"),
        Section("log:7", b"no such file"),
        Section("log-end", b'"x"'),
        Section("log-file", b'{"number": 1}'),
        Section("option", b"[]"),
        Section("api", b"{}"),
    ],
)
def test_a_section_that_is_not_what_it_should_be_does_no_harm(damaged):
    assembly = assembled(section("begin", {"wp_cli_version": None}), damaged, section("end", {}))
    files = assembly.files()
    assert "host.json" in files
    assert assembly.ended


def test_an_action_that_arrives_twice_is_one():
    files = assembled(
        section("rows:scheduler", [{"action_id": "1", "hook": "a"}]),
        section("rows:scheduler_log", [{"action_id": "1", "log_date_gmt": "x", "message": "m"}]),
        section("rows:scheduler", [{"action_id": "1", "hook": "a"}]),
        section("done", "scheduler"),
    ).files()
    assert json.loads(files["scheduler.json"]) == [
        {"action_id": "1", "hook": "a", "log": [{"log_date_gmt": "x", "message": "m"}]}
    ]


def test_the_running_plugin_writes_its_logs_elsewhere():
    assembly = assembled(
        section("begin", {"wp_cli_version": "2.12.0"}),
        section("host", {"logs_dir": "/a/wu-logs", "logs_collected": True}),
        section("host", {"reached": "runtime", "runtime_logs_dir": "/b/wu-logs"}),
        section("end", {}),
    )
    host = json.loads(assembly.files()["host.json"])
    assert host["reached"] == "runtime"
    assert host["logs_dir"] == "/b/wu-logs"
    assert host["logs_collected"] is False
