"""What this machine refuses: names that are too long, folders that may not be looked into, an account
without a home. Each is a sentence and a usage error, or does not matter; never a bug."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.main import status_of
from bridge.whereabouts import home_folder

TROUBLES = str(Path(__file__).parents[1] / "fixtures" / "networks" / "four-troubles")
LONG = "x" * 300
"""Longer than any file system's names."""
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose", f"./{LONG}"),
        ("diagnose", f"{LONG}/x"),
        ("diagnose", f"{LONG}.zip"),
        ("analyze", LONG),
        ("history", f"/{LONG}"),
        ("fleet", f"/{LONG}"),
        ("remediate", f"/{LONG}"),
        ("logs", LONG),
        ("analyze", TROUBLES, "-o", f"{LONG}.json"),
        ("logs", f"{TROUBLES}/wu-logs", "-o", f"{LONG}.json"),
        ("remediate", TROUBLES, "-o", f"{LONG}.json"),
        ("explain", "dns.parked", "-o", f"{LONG}.txt"),
        ("collect", TROUBLES, "-o", LONG),
        ("collect", TROUBLES, "-o", f"{LONG}.zip"),
    ],
)
def test_a_name_that_no_file_can_have(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert status_of(list(words)) in (2, 3)
    out, err = capfd.readouterr()
    assert "bug" not in err + out
    assert list(tmp_path.iterdir()) == []


Run = subprocess.CompletedProcess[str]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A folder to work in; everything in it can be removed again afterwards."""
    yield tmp_path
    for folder, _, _ in os.walk(tmp_path):
        Path(folder).chmod(0o700)
    subprocess.run(["chmod", "-R", "u+rwX", str(tmp_path)], check=True)


def _as_an_account_with_rights_of_its_own(bare: Path) -> list[str]:
    """How to run a command as somebody whom the permissions of files bind, which root is not."""
    if os.geteuid() != 0:
        return []
    none = "-dac_override,-dac_read_search"
    prefix = ["setpriv", "--bounding-set", none, "--inh-caps", none]
    probe = bare / "probe"
    probe.touch(0o000)
    tried = [*prefix, "sh", "-c", f"true && ! cat {probe} 2>/dev/null"]
    if shutil.which("setpriv") is None or subprocess.run(tried, check=False).returncode != 0:
        pytest.skip("this account cannot be bound by permissions")
    return prefix


def _doctor(bare: Path, *words: str, home: str = "home", cwd: str = ".") -> Run:
    command = [sys.executable, "-m", "bridge.cli.main", *words]
    prefix = _as_an_account_with_rights_of_its_own(bare)
    around = {**os.environ, "HOME": str(bare / home), "PYTHONPATH": os.pathsep.join(sys.path)}
    around.pop("XDG_CONFIG_HOME", None)
    entered = ["sh", "-c", 'cd "$0" && chmod 000 . && exec "$@"', str(bare / cwd)]
    ended = subprocess.run(
        [*prefix, *(entered if cwd != "." else ()), *command],
        env=around, cwd=bare, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "bug" not in ended.stderr
    return ended


def _locked(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o000)
    return folder


@pytest.mark.parametrize("command", ["diagnose", "analyze", "history", "fleet"])
def test_evidence_in_a_folder_that_may_not_be_entered(command: str, bare: Path) -> None:
    ended = _doctor(bare, command, str(_locked(bare / "locked") / "case"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "permission denied" in ended.stderr.lower()


@pytest.mark.parametrize("mode", [0o000, 0o500])
@pytest.mark.parametrize(
    "words",
    [("analyze", TROUBLES, "-o", "{}/r.json"), ("collect", TROUBLES, "-o", "{}/e"), ("collect", TROUBLES, "-o", "{}/e.zip")],
)  # fmt: skip
def test_a_place_that_takes_no_file(mode: int, words: tuple[str, ...], bare: Path) -> None:
    folder = _locked(bare / "locked")
    folder.chmod(mode)
    ended = _doctor(bare, *(word.format(folder) for word in words))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.lower().count("permission denied") == 1


def test_collect_finds_out_before_it_looks_at_the_host(bare: Path) -> None:
    ended = _doctor(bare, "collect", "127.0.0.1:1", "-o", str(_locked(bare / "locked") / "e.zip"))
    assert ended.returncode == 2
    assert "Connecting" not in ended.stderr


@pytest.mark.parametrize("around", [{"cwd": "locked"}, {"home": "locked"}])
def test_evidence_is_looked_at_from_anywhere(around: dict[str, str], bare: Path) -> None:
    (bare / "locked").mkdir()
    if "home" in around:
        _locked(bare / "locked")
    ended = _doctor(bare, "analyze", TROUBLES, "--format", "json", **around)
    assert (ended.returncode, json.loads(ended.stdout)["verdict"]) == (1, "findings")


def test_a_host_is_looked_at_from_a_folder_that_may_not_be_read(bare: Path) -> None:
    (bare / "locked").mkdir()
    ended = _doctor(bare, "check", "127.0.0.1:1", cwd="locked")
    assert ended.returncode == 3
    assert ended.stdout.startswith("CLOSTE UNKNOWN - not observed: No connection to the host")


def test_an_account_without_a_home_has_the_root_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert home_folder({}) == Path("/")
    assert home_folder({"HOME": ""}) == Path("/")
    assert home_folder({"HOME": "/home/x"}) == Path("/home/x")
