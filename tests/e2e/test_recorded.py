"""Each recorded network, alive on a real host: the truth it was recorded with is found over SSH."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from e2e.doctor import Doctor, Run
from lab.networks import FIXTURES, recorded, recorded_names
from lab.tls_server import PARKING
from lab.world import World

pytestmark = pytest.mark.lab

WRONG = "198.51.100.77"
"""Where the recorded domain with wrong DNS points: a parking page."""


def expected_of(name: str) -> dict[str, Any]:
    version, _, scenario = name.partition("__")
    found = json.loads((FIXTURES / "recordings" / version / scenario / "expected.json").read_text())
    assert isinstance(found, dict)
    return found


def settle(lab: World, name: str, now: datetime) -> None:
    """The network, and around it what the recording says was there."""
    network = recorded(name, now)
    lab.settle(network)
    (domain,) = network.aliases
    if "dns_wrong" in name:
        lab.points(domain, WRONG)
        certificate = lab.ca.good("parking.example")
        lab.serve(domain, certificate=certificate, pages={}, every_path=PARKING)
    elif "ssl_pending" in name:
        lab.web.forget(domain)


@pytest.mark.parametrize("name", recorded_names())
def test_a_recorded_network_is_diagnosed_over_ssh(
    lab: World, doctor: Doctor, now: datetime, name: str
) -> None:
    settle(lab, name, now)
    run = doctor.diagnose()
    expected = expected_of(name)
    alternatives = expected.get("must_alternatives") or {}
    wanted = set()
    for must in expected["must"]:
        codes = {must["code"], *alternatives.get(must["code"], ())}
        wanted |= codes
        found = [f for f in run.findings if f["code"] in codes]
        assert [f["subject"] for f in found] == [must["subject"]], run.summary
    assert run.problems <= wanted | set(expected["may"]), run.summary
    assert not {f["code"] for f in run.findings} & set(expected["must_not"]), run.summary
    assert_consequences(run, expected, alternatives)
    assert run.status == (0 if expected["healthy"] else 1), run.summary


def assert_consequences(run: Run, expected: dict[str, Any], alternatives: dict[str, Any]) -> None:
    for consequence in expected.get("consequences") or ():
        causes = {consequence["caused_by"], *alternatives.get(consequence["caused_by"], ())}
        (found,) = run.of(consequence["code"])
        assert found["caused_by"], run.summary
        assert found["caused_by"]["code"] in causes, run.summary
