"""Fault by fault: put it into a healthy network, see it diagnosed, take it out, see it gone."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

import pytest
from e2e import faults_of_domains, faults_of_the_network
from e2e.doctor import Doctor, Run
from e2e.faults import Fault, Place, catalogue
from e2e.hosts import situations
from e2e.town import town
from lab.networks import GENERATIONS
from lab.world import World

from analyzers.rules import CATALOGUE

pytestmark = pytest.mark.lab

ENTERED_BY = (faults_of_the_network, faults_of_domains)
"""Modules that enter faults into the catalogue when they are imported, beside `e2e.faults` itself."""
FAULTS = catalogue()


def test_every_code_is_brought_about_by_a_fault_or_by_a_host() -> None:
    brought = {f.code for f in FAULTS} | {s.code for s in situations() if s.code is not None}
    assert brought == {rule.code for rule in CATALOGUE}


def assert_healthy(run: Run) -> None:
    assert run.problems == set(), run.summary
    assert run.status == 0, run.summary
    assert run.report["verdict"] == "clean", run.report["skipped"]


@pytest.mark.parametrize("version", GENERATIONS)
def test_a_healthy_network_of_each_generation_is_clean(
    lab: World, doctor: Doctor, now: datetime, version: str
) -> None:
    lab.settle(town(now, version))
    run = doctor.diagnose()
    assert_healthy(run)
    assert run.report["network"]["plugin_version"] == version
    assert run.report["network"]["app_id"] == lab.account.name
    assert {d["domain"] for d in run.report["domains"]} == {
        "ok.customer.example.org",
        "example.net",
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_and_gone_when_it_is_removed(
    lab: World, doctor: Doctor, now: datetime, fault: Fault
) -> None:
    network = town(now, fault.version)
    lab.settle(network)
    with ExitStack() as undo:
        fault.harm(Place(lab, now, undo, fault.version))
        run = doctor.diagnose(*fault.options)
    assert_found(run, fault)
    lab.settle(network)
    assert_healthy(doctor.diagnose())


def assert_found(run: Run, fault: Fault) -> None:
    found = run.of(fault.code)
    assert len(found) == 1, run.summary
    (finding,) = found
    assert finding["subject"]["id"] == (fault.subject or run.report["target"]), run.summary
    assert finding["severity"] == fault.severity, run.summary
    assert finding["caused_by"] is None, run.summary
    assert finding["evidence"], finding
    if fault.confidence is not None:
        assert finding["confidence"] == fault.confidence
    own = set() if fault.severity == "info" else {fault.code}
    assert run.problems - fault.beside == own, run.summary
    expected = {"error": 1, "warning": 0, "info": 0}[fault.severity]
    if not fault.beside:
        assert run.status == expected, run.summary
