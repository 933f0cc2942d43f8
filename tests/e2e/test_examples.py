"""The example networks, made real: what the example host says of them, real WP-CLI says as well."""

from __future__ import annotations

from datetime import datetime

import pytest
from e2e.doctor import Doctor, Run
from lab.from_evidence import network_of, surround
from lab.world import World

from bridge.demo.networks import example, scenarios

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


NAMED = tuple(name for name in scenarios() if "." not in name)
"""Those with a name of their own; the others are called by the code of the finding."""


@pytest.mark.parametrize("name", NAMED)
def test_an_example_and_the_same_network_on_a_real_host_get_the_same_diagnosis(
    lab: World, doctor: Doctor, now: datetime, name: str
) -> None:
    files = example(name).files
    lab.settle(network_of(name, files, now))
    surround(lab, files)
    real = doctor.diagnose()
    served = doctor("demo", name, "--format", "json")
    assert seen(real) == seen(served), f"{real.summary}\n{served.summary}"
    assert real.status == served.status
    assert [d["domain"] for d in real.report["domains"]] == [
        d["domain"] for d in served.report["domains"]
    ]
    assert real.report["logs"]["events"] == served.report["logs"]["events"]
