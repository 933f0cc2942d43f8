"""`closte-doctor logs PATH…` as a user runs it."""

from __future__ import annotations

import csv
import errno
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.cli.main import status_of
from bridge.cli.options import FORMATS

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECORDINGS = FIXTURES / "recordings"
RECORDED = sorted(path.parent for path in RECORDINGS.glob("*/*/expected.json"))
T = "[2026-05-04 10:00:00] [INFO] "


class Run:
    """A finished run."""

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status = status
        self.out = out.decode()
        self.err = err.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Any:
    def run(*arguments: object) -> Run:
        status = status_of(["logs", *map(str, arguments)])
        sys.stdout.flush()
        sys.stderr.flush()
        return Run(status, *capfdbinary.readouterr())

    return run


def test_each_recording_gives_its_numbers(run: Any) -> None:
    for folder in RECORDED:
        expected = json.loads((folder / "expected.json").read_text())
        found = run(folder, "--format", "json")
        assert found.status == 0
        assert set(found.json) == {
            "schema",
            "bytes",
            "files",
            "records",
            "unrecognised",
            "events",
            "domains",
            "first_at",
            "last_at",
        }
        assert found.json["schema"] == 1
        assert found.json["events"] == expected["events"]
        assert {k: found.json[k] for k in expected["logs"]} == expected["logs"]


def test_a_file_its_folder_and_its_bundle_say_the_same(run: Any, tmp_path: Path) -> None:
    evidence = RECORDINGS / "2.4.10" / "ssl_slow_then_ok"
    files = sorted((evidence / "wu-logs").glob("*.log"))
    bundle = tmp_path / "case.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as stream:
        for file in files:
            stream.write(file, f"case/wu-logs/{file.name}")
        stream.writestr("case/expected.log", "no log of the plugin")
    found = [run(*paths, "--format", "json").json for paths in
             ([evidence], [evidence / "wu-logs"], files, [bundle])]  # fmt: skip
    assert found[0]["records"] > 30
    assert all(other == found[0] for other in found[1:])


def test_a_file_given_twice_is_counted_once(run: Any) -> None:
    folder = RECORDINGS / "2.4.10" / "bad_key_json"
    found = run(folder, folder / "wu-logs" / "integration-closte.log", "--format", "json")
    assert found.json["files"] == 3


def test_stdin_is_a_path(tmp_path: Path) -> None:
    text = f"{T}Adding domain: a.example for site ID: 1\n{T}Starting Check for b.example\n{T}new\n"
    found = subprocess.run(
        [sys.executable, "-m", "bridge.cli.main", "logs", "-", "--format", "json"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    assert found.returncode == 0
    assert json.loads(found.stdout)["domains"] == {
        "a.example": {"closte.adding": 1},
        "b.example": {"check.started": 1},
    }
    assert json.loads(found.stdout)["unrecognised"] == 1


def test_translations_are_found_beside_the_folder(run: Any) -> None:
    for path in (FIXTURES / "logs" / "polish", FIXTURES / "logs" / "polish" / "wu-logs"):
        found = run(path, "--format", "json").json
        assert found["unrecognised"] == 0
        assert found["events"]["sunrise.upgraded"] == 1


def test_translations_can_be_given(run: Any, tmp_path: Path) -> None:
    log = tmp_path / "sunrise.log"
    log.write_text(f"{T}Aktualizacja pliku sunrise powiodła się.\n", encoding="utf-8")
    assert run(log, "--format", "json").json["unrecognised"] == 1
    host = FIXTURES / "logs" / "polish" / "host.json"
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(json.loads(host.read_text(encoding="utf-8"))["messages"]))
    for messages in (host, bare):
        assert run(log, "--messages", messages, "--format", "json").json["unrecognised"] == 0


@pytest.mark.parametrize("content", [None, b"", b"[1]", b"\xff\xfe", b"not json"])
def test_unreadable_translations_are_a_usage_error(
    run: Any, tmp_path: Path, content: bytes | None
) -> None:
    messages = tmp_path / "messages.json"
    if content is not None:
        messages.write_bytes(content)
    found = run(RECORDINGS / "2.4.3", "--messages", messages)
    assert found.status == 2
    assert found.out == ""
    assert str(messages) in found.err


def test_a_damaged_host_json_loses_nothing_else(run: Any, tmp_path: Path) -> None:
    (tmp_path / "wu-logs").mkdir()
    (tmp_path / "host.json").write_text('{"messages": {')
    (tmp_path / "wu-logs" / "domain-a.example.log").write_text(f"{T}Starting Check for a.example\n")
    found = run(tmp_path, "--format", "json")
    assert found.status == 0
    assert found.json["records"] == 1
    assert "host.json" in found.err


@pytest.mark.parametrize(
    "arguments",
    [["/does/not/exist"], [], ["--format", "yaml", "/"], ["--messages"]],
    ids=["no such path", "no path", "no such format", "no value"],
)
def test_misuse_is_one_sentence_and_status_2(run: Any, arguments: list[str]) -> None:
    found = run(*arguments)
    assert found.status == 2
    assert found.out == ""
    assert found.err.strip()
    assert "Traceback" not in found.err


def test_a_folder_without_logs_is_said(run: Any, tmp_path: Path) -> None:
    found = run(tmp_path, "--format", "json")
    assert found.status == 0
    assert found.json["files"] == 0
    assert found.json["first_at"] is None
    assert "no log file" in found.err


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(run: Any, tmp_path: Path) -> None:
    (tmp_path / "domain-a.example.log").write_text(f"{T}Starting Check for a.example\n")
    (tmp_path / "domain-gone.example.log").symlink_to(tmp_path / "gone")
    (tmp_path / "domain-folder.example.log").mkdir()
    found = run(tmp_path, "--format", "json")
    assert found.status == 0
    assert (found.json["files"], found.json["records"]) == (1, 1)
    assert "domain-gone.example.log" in found.err


def test_nothing_readable_is_an_unobservable_target(run: Any, tmp_path: Path) -> None:
    (tmp_path / "domain-gone.example.log").symlink_to(tmp_path / "gone")
    assert run(tmp_path / "domain-gone.example.log").status == 3


def test_a_folder_that_may_not_be_looked_into_is_an_unobservable_target(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", closed)
    found = run(tmp_path, "--format", "json")
    assert found.status == 3
    assert f"cannot read {tmp_path}: Permission denied" in found.err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"no zip"])
def test_a_damaged_bundle_is_one_sentence(run: Any, tmp_path: Path, content: bytes) -> None:
    bundle = tmp_path / "case.zip"
    bundle.write_bytes(content)
    found = run(bundle)
    assert found.status == 2
    assert "case.zip" in found.err


def test_reports_go_to_files_by_their_suffix(run: Any, tmp_path: Path) -> None:
    suffixes = (".json", ".md", ".csv", ".jsonl", ".txt", ".html", ".xml", ".prom")
    targets = [tmp_path / f"counts{suffix}" for suffix in suffixes]
    options = [part for target in targets for part in ("-o", target)]
    found = run(RECORDINGS / "2.4.10" / "bad_key_json", *options)
    assert found.status == 0
    assert found.out == ""
    assert json.loads(targets[0].read_text())["records"] == 22
    assert targets[1].read_text().startswith("# ")
    rows = list(csv.DictReader(io.StringIO(targets[2].read_text())))
    assert {"scope": "total", "name": "", "event": "closte.adding", "count": "1"} in rows
    lines = [json.loads(line) for line in targets[3].read_text().splitlines()]
    assert lines[0]["kind"] == "total"
    assert lines[0]["records"] == 22
    assert sum(r["count"] for r in lines if r["kind"] == "event") == 22
    assert sum(r["count"] for r in lines if r["kind"] == "day") == 22
    assert "closte.adding" in targets[4].read_text()
    page = targets[5].read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<code>closte.adding</code></th><td>1</td><td>The plugin begins to ask Closte" in page
    assert "22 records" in page
    cases = ElementTree.fromstring(targets[6].read_text()).iter("testcase")
    assert {case.get("name"): case.findtext("system-out") for case in cases}["closte.adding"] == "1"
    samples = text_string_to_metric_families(targets[7].read_text())
    found_records = {f.name: [s.value for s in f.samples] for f in samples}
    assert found_records["closte_doctor_log_records"] == [22]
    assert [os.stat(t).st_mode & 0o777 for t in targets] == [*[0o600] * 7, 0o644]


LOG = f"{T}Adding domain: a.example for site ID: 1\n{T}Empty response body\n".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("integration-closte.log.gz", gzip.compress(LOG, mtime=0)),
        (
            "integration-closte.log.2.gz",
            b"".join(gzip.compress(part, mtime=0) for part in (LOG[:40], LOG[40:])),
        ),
        ("utf16.log", LOG.decode().encode("utf-16")),
        ("utf16be.log", b"\xfe\xff" + LOG.decode().encode("utf-16-be")),
        ("bom.log", b"\xef\xbb\xbf" + LOG),
        ("crlf.log", LOG.replace(b"\n", b"\r\n")),
    ],
)
def test_a_log_as_it_was_kept_or_sent(run: Any, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    found = run(tmp_path / name, "--format", "json").json
    assert found["domains"] == {"a.example": {"closte.adding": 1, "closte.empty-body": 1}}
    assert (found["records"], found["unrecognised"]) == (2, 0)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(LOG, mtime=0)[:-12], gzip.compress(LOG, mtime=0) + b"junk"],
    ids=["cut", "junk"],
)
def test_a_damaged_gzip_counts_as_far_as_it_goes(run: Any, tmp_path: Path, content: bytes) -> None:
    log = tmp_path / "integration-closte.log.gz"
    log.write_bytes(content)
    found = run(log, "--format", "json")
    assert found.json["events"]["closte.adding"] == 1
    assert "integration-closte.log.gz could be read in part only" in found.err


def test_a_zip_of_bare_logs_is_read_and_what_macos_adds_is_not(run: Any, tmp_path: Path) -> None:
    bundle = tmp_path / "logs.zip"
    with zipfile.ZipFile(bundle, "w") as stream:
        stream.writestr("integration-closte.log", LOG)
        stream.writestr("__MACOSX/integration-closte.log", b"\0\5\x16\7")
        stream.writestr("._integration-closte.log", b"\0\5\x16\7")
    found = run(bundle, "--format", "json").json
    assert (found["files"], found["records"]) == (1, 2)


def test_a_stored_line_end_in_a_name_is_no_part_of_the_domain(run: Any, tmp_path: Path) -> None:
    line = f"{T}- Valid SSL cert found. Marking domain as done.\n"
    for name in ("domain-a.example\n.log", "domain-a.example%0A.log", "domain-A.Example.log"):
        (tmp_path / name).write_text(line)
    assert run(tmp_path, "--format", "json").json["domains"] == {"a.example": {"check.ssl-ok": 3}}


def test_one_damaged_bundle_loses_nothing_of_the_rest(run: Any, tmp_path: Path) -> None:
    bundle, log = tmp_path / "case.zip", tmp_path / "integration-closte.log"
    bundle.write_bytes(b"no zip")
    log.write_bytes(LOG)
    found = run(bundle, log, "--format", "json")
    assert (found.status, found.json["records"]) == (0, 2)
    assert "case.zip" in found.err


@pytest.mark.parametrize("format", FORMATS)
def test_no_control_character_of_a_log_reaches_the_output(
    run: Any, tmp_path: Path, format: str
) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202eexe.\u2066 \x9b31m <script> | `x`"
    (tmp_path / "domain-\x1b[2Jx.example.log").write_text(f"{T}{evil}\n", encoding="utf-8")
    (tmp_path / "integration-closte.log").write_text(
        f"{T}Adding domain: {evil}.example for site ID: 1\n{T}=cmd()\n", encoding="utf-8"
    )
    found = run(tmp_path, "--format", format, "-v")
    assert found.status == 0
    for text in (found.out, found.err):
        assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_no_key_is_shown(run: Any, tmp_path: Path) -> None:
    key = "3f9a8c7e6d5b4a3f2e1d0c9b8a7f6e5d4c3b2a10"
    (tmp_path / "wu-logs").mkdir()
    (tmp_path / "constants.json").write_text(
        json.dumps([{"name": "CLOSTE_CLIENT_API_KEY", "value": key, "type": "constant"}])
    )
    (tmp_path / "wu-logs" / "integration-closte.log").write_text(
        f"{T}Using API key (first 10 chars): {key[:10]}...\n"
        f"{T}Key {key} is wrong\n{T}see ?apikey=abcdef123 of me@shop.example\n"
    )
    for format in FORMATS:
        found = run(tmp_path, "--format", format)
        assert key[:10] not in found.out + found.err
        assert "abcdef123" not in found.out
        assert "me@shop" not in found.out
    assert "redacted" in run(tmp_path).out


def test_colour_is_only_where_it_is_wanted(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = RECORDINGS / "2.4.10" / "bad_key_json"
    assert "\x1b[1m" not in run(folder).out
    assert "\x1b[1m" in run(folder, "--color", "always").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1m" not in run(folder, "--color", "auto").out


def test_a_table_that_is_wider_than_the_terminal_becomes_paragraphs(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = FIXTURES / "networks" / "four-troubles"
    wide = run(folder).out
    assert re.search(r"^domain +asked +added", wide, re.MULTILINE)
    monkeypatch.setenv("COLUMNS", "60")
    narrow = run(folder).out
    assert max(map(len, narrow.splitlines())) <= 60
    assert re.search(r"^fresh\.client-d\.example: asked 1, .*checks \d", narrow, re.MULTILINE)
    monkeypatch.setenv("COLUMNS", "200")
    assert run(folder).out == wide


def test_what_was_not_recognised_keeps_to_the_terminal(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "60")
    Path("domain-a.example.log").write_text(f"{T}{'nothing that we know ' * 20}\n")
    lines = run(Path("domain-a.example.log")).out.splitlines()
    assert any("nothing that we know" in line for line in lines)
    assert max(map(len, lines)) <= 60


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    """A log of 64 MiB, half of it one line, in an address space that could not hold it twice."""
    log = tmp_path / "integration-closte.log"
    block = f"{T}Adding domain: a.example for site ID: 1\n{T}API response code: 200, body: <p>\n\n".encode()
    with open(log, "wb") as stream:
        for _ in range(32):
            stream.write(block * ((1 << 20) // len(block)))
        for _ in range(32):
            stream.write(b"x" * (1 << 20))
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            # VmHWM and not ru_maxrss: that one begins with the peak of the process that forked.
            "import re, sys\n"
            "from bridge.cli.main import status_of\n"
            "status = status_of(['logs', sys.argv[1], '--format', 'json'])\n"
            "with open('/proc/self/status') as file:\n"
            "    print(re.search(r'VmHWM:\\s*(\\d+) kB', file.read())[1], file=sys.stderr)\n"
            "sys.exit(status)",
            str(log),
        ],
        capture_output=True,
        check=True,
    )
    assert json.loads(found.stdout)["bytes"] == log.stat().st_size
    assert int(found.stderr.split()[-1]) < 80_000


def test_a_pipe_in_a_folder_is_passed_over(run: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "domain-pipe.example.log")
    (tmp_path / "domain-a.example.log").write_text(f"{T}Starting Check for a.example\n")
    assert run(tmp_path, "--format", "json").json["files"] == 1
