"""`fleet` as it is typed: every target looked at, one report, the worst status; none spoils the others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lab.ports import free_port
from lab.processes import hears_ctrl_c

from bridge.cli.main import status_of
from bridge.errors import UsageError
from bridge.fleet import looks
from bridge.targets import FolderTarget

NETWORKS = Path(__file__).parents[1] / "fixtures" / "networks"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in ("healthy", "four-troubles", "slow-ssl"):
        shutil.copytree(NETWORKS / name, tmp_path / name)


def run(capfd: Capture, *words: str) -> tuple[int, str, str]:
    status = status_of(["fleet", *words])
    out, err = capfd.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("healthy",), 0),
        (("healthy", "slow-ssl"), 0),
        (("healthy", "slow-ssl", "--fail-on", "warning"), 1),
        (("healthy", "four-troubles"), 1),
        (("healthy", "--strict"), 4),
        (("healthy", "four-troubles", "--strict"), 1),
    ],
)
def test_the_status_is_the_worst(words: tuple[str, ...], status: int, capfd: Capture) -> None:
    assert run(capfd, *words)[0] == status


def test_the_order_is_that_of_the_words_and_each_target_stands_once(capfd: Capture) -> None:
    words = ("slow-ssl", "healthy", "four-troubles", "healthy")
    found = json.loads(run(capfd, *words, "--format", "json")[1])
    assert [t["target"] for t in found["targets"]] == ["slow-ssl", "healthy", "four-troubles"]


def test_a_host_that_is_not_there_does_not_spoil_the_others(capfd: Capture) -> None:
    words = ("healthy", f"nobody@127.0.0.1:{free_port()}", "--format", "json")
    status, out, err = run(capfd, *words)
    found = json.loads(out)
    assert [t["verdict"] for t in found["targets"]] == ["clean-incomplete", "unobservable"]
    assert [f["code"] for f in found["targets"][1]["findings"]] == ["host.unreachable"]
    assert (status, found["verdict"]) == (3, "unobservable")
    assert "Traceback" not in err


def test_all_targets_of_the_settings_where_none_is_named(tmp_path: Path, capfd: Capture) -> None:
    (tmp_path / "closte-doctor.toml").write_text(
        '[targets.one]\nlocal = "/nowhere/one"\n[targets.two]\nlocal = "/nowhere/two"\n'
    )
    found = json.loads(run(capfd, "--format", "json", "--no-probe", "--no-api")[1])
    assert [t["target"] for t in found["targets"]] == ["one", "two"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "which targets?"),
        (("healthy", "--only", "dsn"), "Did you mean dns?"),
        (("healthy", "--api-from", "here"), "one key"),
        (("healthy", "./nothing-here"), "nothing-here"),
        (("healthy", "--print-commands"), "nothing would be sent"),
    ],
)
def test_misuse_is_told_before_anything_is_looked_at(
    words: tuple[str, ...], sentence: str, capfd: Capture
) -> None:
    status, out, err = run(capfd, *words)
    assert (status, out) == (2, "")
    assert sentence in err


def test_a_group_stands_for_its_members(tmp_path: Path, capfd: Capture) -> None:
    (tmp_path / "wp-cli.yml").write_text(
        "'@one':\n  path: /nowhere/one\n'@two':\n  path: /nowhere/two\n'@both': ['@one', '@two']\n"
    )
    found = json.loads(run(capfd, "@both", "--format", "json", "--no-probe", "--no-api")[1])
    assert [t["target"] for t in found["targets"]] == ["@one", "@two"]


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl", "csv", "xml", "prom"])
def test_every_format_goes_to_a_file(suffix: str, tmp_path: Path, capfd: Capture) -> None:
    status, out, _ = run(capfd, "healthy", "four-troubles", "-o", f"report.{suffix}")
    assert (status, out) == (1, "")
    text = (tmp_path / f"report.{suffix}").read_text()
    assert "four-troubles" in text
    if suffix != "csv":  # has findings alone
        assert "healthy" in text


def test_no_more_are_looked_at_together_than_was_said() -> None:
    under_way, most = 0, 0
    lock = threading.Lock()
    together = threading.Barrier(3)

    def look(_: object) -> dict[str, bytes]:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        together.wait(60)  # nobody goes on before there are three
        with lock:
            under_way -= 1
        return {}

    targets = [FolderTarget(str(n), Path()) for n in range(12)]
    with looks(targets, look, 3) as results:
        assert sorted(place for place, _ in results) == list(range(12))
    assert most == 3


def test_a_target_that_cannot_be_looked_at_says_so_itself() -> None:
    def look(target: object) -> dict[str, bytes]:
        raise UsageError("the configuration cannot be read")

    with looks([FolderTarget("one", Path())], look, 1) as results:
        ((_, files),) = results
    assert (
        "the configuration cannot be read" in json.loads(files["host.json"])["errors"][0]["stderr"]
    )


def test_interrupted_it_tells_what_is_known(tmp_path: Path) -> None:
    """One host that answers nothing, one folder that is read at once, and Ctrl-C."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        words = ["healthy", f"somebody@127.0.0.1:{port}", "--format", "json"]
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge.cli.main", "fleet", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            cwd=tmp_path,
            preexec_fn=hears_ctrl_c,
        )
        assert process.stderr is not None
        for line in process.stderr:
            if b"(1 of 2)" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    found = json.loads(out)
    assert process.returncode == 130
    assert [t["target"] for t in found["targets"]] == ["healthy"]
    assert found["not_reached"] == [words[1]]
    assert b"Traceback" not in err
