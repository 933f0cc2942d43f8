"""`check` as a monitoring system runs it: one line first, 0 to 3, and never OK for what was not seen."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from lab.ports import free_port

from bridge.cli.main import status_of

NETWORKS = Path(__file__).parents[1] / "fixtures" / "networks"
Capture = pytest.CaptureFixture[bytes]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def check(capfdbinary: Capture, *words: str) -> tuple[int, str]:
    status = status_of(["check", *words])
    out, err = capfdbinary.readouterr()
    assert err == b"", "Nagios may take stderr for output"
    return status, out.decode()


@pytest.mark.parametrize(
    ("network", "words", "expected"),
    [
        ("healthy", (), "OK"),
        ("healthy", ("--strict",), "UNKNOWN"),
        ("slow-ssl", (), "WARNING"),
        ("slow-ssl", ("-w", "1"), "OK"),
        ("four-troubles", (), "CRITICAL"),
        ("four-troubles", ("-c", "3"), "WARNING"),
        ("four-troubles", ("--only", "mapping.none-for-site"), "OK"),
        ("four-troubles", ("--skip", "key,mapping,dns,ssl.wrong-name"), "WARNING"),
    ],
)
def test_status_by_network_and_threshold(
    network: str, words: tuple[str, ...], expected: str, capfdbinary: Capture
) -> None:
    status, out = check(capfdbinary, str(NETWORKS / network), *words)
    assert status == ("OK", "WARNING", "CRITICAL", "UNKNOWN").index(expected)
    assert out.startswith(f"CLOSTE {expected} - ")


@pytest.mark.parametrize("lost", ["tls.json", "dns.json", "closte.json", "domain_mappings.json"])
def test_what_could_not_be_looked_at_is_never_ok(
    lost: str, capfdbinary: Capture, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    for file in (NETWORKS / "healthy").glob("*.json"):
        if file.name != lost:
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / "wu-logs").mkdir()
    for file in (NETWORKS / "healthy" / "wu-logs").glob("*.log"):
        (folder / "wu-logs" / file.name).write_bytes(file.read_bytes())
    status, out = check(capfdbinary, "case")
    assert (status, out.split(" - ")[0]) == (3, "CLOSTE UNKNOWN")


def test_the_list_alone_is_enough_for_ok(capfdbinary: Capture, tmp_path: Path) -> None:
    """`check` does not make the harmless test call, and must not miss it."""
    import shutil

    shutil.copytree(NETWORKS / "healthy", tmp_path / "case")
    calls = json.loads((tmp_path / "case" / "closte.json").read_text())
    calls["calls"] = [c for c in calls["calls"] if c["endpoint"] == "/getdomains"]
    (tmp_path / "case" / "closte.json").write_text(json.dumps(calls))
    assert check(capfdbinary, "case")[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "TARGET"),
        (("--no-such", "x"), "--no-such"),
        (("x", "-c", "many"), "no range"),
        (("no-such-folder.zip",), "no-such-folder.zip"),
        (("demo:nothing",), "nothing"),
        (("@nowhere",), "@nowhere"),
        (("demo", "--only", "no.such"), "no.such"),
        (("no-such-folder.zip", "--print-commands"), "no-such-folder.zip"),
        (("demo", "--resolver", "nobody"), "IP[:PORT]"),
        (("demo", "--timeout", "0"), "0"),
    ],
)
def test_every_misuse_is_unknown(words: tuple[str, ...], says: str, capfdbinary: Capture) -> None:
    status, out = check(capfdbinary, *words)
    assert status == 3
    assert out.startswith("CLOSTE UNKNOWN - ")
    assert says in out
    assert out.count("\n") == 1


def test_a_broken_settings_file_is_unknown(capfdbinary: Capture, tmp_path: Path) -> None:
    (tmp_path / "closte-doctor.toml").write_text("[options\n")
    assert check(capfdbinary, "demo")[0] == 3


def test_a_bug_is_unknown_and_shows_no_value(
    capfdbinary: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("FAKEKEY-0123456789abcdef")

    monkeypatch.setattr("bridge.folder.read_evidence", broken)
    status, out = check(capfdbinary, str(NETWORKS / "healthy"))
    assert (status, out) == (3, "CLOSTE UNKNOWN - a bug in closte-doctor: RuntimeError\n")


def test_a_host_over_ssh_is_checked(capfdbinary: Capture) -> None:
    status, out = check(capfdbinary, "demo:slow-ssl")
    assert (status, out.split(" - ")[0]) == (1, "CLOSTE WARNING")


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge.cli.main", *words],
        capture_output=True, text=True, check=False, env={**os.environ, "SSH_AUTH_SOCK": ""},
    )  # fmt: skip


def test_a_host_that_never_answers_is_unknown(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        done = _run("check", f"nobody@127.0.0.1:{port}", "-t", "1", "--connect-timeout", "3600")
    assert done.returncode == 3
    assert done.stdout.startswith("CLOSTE UNKNOWN - ")


def test_a_refused_connection_is_unknown(capfdbinary: Capture) -> None:
    status, out = check(capfdbinary, f"nobody@127.0.0.1:{free_port()}")
    assert (status, out.split(": ")[0]) == (3, "CLOSTE UNKNOWN - not observed")


def test_print_commands_prints_the_look_that_check_takes(capfdbinary: Capture) -> None:
    status, out = check(capfdbinary, "acct123@host.example", "--print-commands")
    assert status == 0
    assert "--skip-wordpress" in out
    (sent,) = re.findall(r"sh collect '' '' '' (\S+)", out)
    assert json.loads(base64.urlsafe_b64decode(sent))["api_list_only"] is True
