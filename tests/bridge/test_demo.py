"""The demo is the real way: SSH, the collector's protocol, the shipped analysis. Only the host is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.cli.main import status_of
from bridge.demo.networks import DEFAULT, example, scenarios
from bridge.folder import write_folder
from bridge.rehearsal.scenarios import NAMED, scenario

HOSTS = tuple(name for name in scenarios() if name.startswith("host."))
SERVED = (*NAMED, "key.other-app", "api.outage-timeout", "mapping.unclean-name", "jobs.no-tables")
"""Served here; every other one is diagnosed from its folder in tests/accuracy."""


def diagnosed(tmp_path: Path, *words: str) -> dict[str, object]:
    report = tmp_path / "report.json"
    status_of(["demo", *words, "-o", str(report)])
    found = json.loads(report.read_text())
    assert isinstance(found, dict)
    return found


def causes(found: dict[str, object]) -> set[str]:
    listed = found["findings"]
    assert isinstance(listed, list)
    return {f["code"] for f in listed if not f["caused_by"]}


@pytest.mark.parametrize("name", SERVED)
def test_what_comes_over_ssh_is_diagnosed_like_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_folder(example(name).files, folder)
    status_of(["analyze", str(folder), "-o", str(tmp_path / "other.json")])
    assert diagnosed(tmp_path, name) == json.loads((tmp_path / "other.json").read_text())


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_that_will_not_be_looked_at_is_met_over_ssh(name: str, tmp_path: Path) -> None:
    found = diagnosed(tmp_path, name)
    listed = found["findings"]
    assert isinstance(listed, list)
    loud = {f["code"] for f in listed if not f["caused_by"] and f["severity"] != "info"}
    wanted = {cause.code for cause in scenario(name).causes}
    assert wanted <= causes(found)
    assert loud <= wanted | scenario(name).allowed


def test_the_default_has_all_four_named_troubles(tmp_path: Path) -> None:
    found = diagnosed(tmp_path)
    assert found["target"] == "demo"
    assert {"key.rejected", "mapping.two-sites", "dns.wrong-address", "ssl.slow"} <= causes(found)
    assert {c.code for c in scenario(DEFAULT).causes} <= causes(found)


def test_the_healthy_network_is_clean(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "healthy")
    assert found["verdict"] == "clean"
    assert found["skipped"] == []


@pytest.mark.parametrize(
    ("name", "version"),
    [("dns.nxdomain@2.4.3@pl_PL", "2.4.3"), ("dns.nxdomain+ssl.expired@2.4.13", "2.4.13-beta.1")],
)
def test_a_name_can_say_version_language_and_more_faults(
    name: str, version: str, tmp_path: Path
) -> None:
    found = diagnosed(tmp_path, name)
    assert found["network"]["plugin_version"] == version  # type: ignore[index]
    assert {cause.code for cause in scenario(name).causes} <= causes(found)


@pytest.mark.parametrize("name", ["dns.nxdomian", "healthy@9.9", "healthy@xx_XX", "dns.nxdomain+x"])
def test_an_unknown_name_is_a_usage_error_that_lists_the_names(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["demo", name]) == 2
    said = capsys.readouterr().err
    assert "four-troubles" in said
    assert "there is no example" in said
    assert ("After @ stands one of 2.4.3" in said) is ("@" in name)


def test_nothing_of_the_world_is_asked_without_probes(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "--no-probe")
    skipped = found["skipped"]
    assert isinstance(skipped, list)
    assert any(f.startswith("tls.json") for s in skipped for f in s["lacking"])
