"""The example networks, made real: what the example host says of them, real WP-CLI says as well."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from e2e.doctor import Doctor, Run
from lab.from_evidence import network_of, surround
from lab.world import World

from bridge.demo.networks import scenarios

pytestmark = pytest.mark.lab


def seen(run: Run) -> set[tuple[object, ...]]:
    """What a diagnosis says, but for the clock."""
    return {
        (
            f["code"],
            f["subject"]["id"],
            f["severity"],
            f["confidence"],
            f["caused_by"] and f["caused_by"]["code"],
            f["waiting_on"],
        )
        for f in run.findings
    }


@pytest.mark.parametrize("name", scenarios())
def test_an_example_and_the_same_network_on_a_real_host_get_the_same_diagnosis(
    lab: World, doctor: Doctor, now: datetime, name: str
) -> None:
    folder: Path = scenarios()[name]
    lab.settle(network_of(folder, now))
    surround(lab, folder)
    real = doctor.diagnose()
    example = doctor("demo", name, "--format", "json")
    assert seen(real) == seen(example), f"{real.summary}\n{example.summary}"
    assert real.status == example.status
    assert [d["domain"] for d in real.report["domains"]] == [
        d["domain"] for d in example.report["domains"]
    ]
    assert real.report["logs"]["events"] == example.report["logs"]["events"]
