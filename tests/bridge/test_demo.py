"""The demo is the real way: SSH, the collector's protocol, the shipped analysis. Only the host is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.cli.main import status_of
from bridge.demo.networks import scenarios

SCENARIOS = tuple(scenarios())


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_comes_over_ssh_is_diagnosed_like_the_folder(name: str, tmp_path: Path) -> None:
    live, folder = tmp_path / "live.json", tmp_path / "folder.json"
    status = status_of(["demo", name, "-o", str(live)])
    assert status_of(["analyze", str(scenarios()[name]), "-o", str(folder)]) == status
    one, other = (json.loads(path.read_text()) for path in (live, folder))
    assert one == other


def test_the_default_has_all_four_named_troubles(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    assert status_of(["demo", "-o", str(report)]) == 1
    causes = {f["code"] for f in json.loads(report.read_text())["findings"] if not f["caused_by"]}
    assert {"key.rejected", "mapping.two-sites", "dns.wrong-address", "ssl.slow"} <= causes


def test_the_healthy_network_is_clean(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    assert status_of(["demo", "healthy", "-o", str(report)]) == 0
    assert json.loads(report.read_text())["verdict"] in ("clean", "clean-incomplete")


def test_nothing_of_the_world_is_asked_without_probes(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    status_of(["demo", "--no-probe", "-o", str(report)])
    lacking = {f for s in json.loads(report.read_text())["skipped"] for f in s["lacking"]}
    assert any(f.startswith("tls.json") for f in lacking)
