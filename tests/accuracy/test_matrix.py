"""Every labelled scenario is diagnosed as its label says. The pairs are measured by `make accuracy`."""

from __future__ import annotations

import pytest

from analyzers.rules import CATALOGUE
from bridge.accuracy import Accuracy, Outcome, compared, measured, report, told_of
from bridge.rehearsal.evidence import evidence
from bridge.rehearsal.faults import FAULTS
from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.scenario import Cause, Scenario
from bridge.rehearsal.scenarios import (
    NAMED,
    crowded,
    healthy,
    names,
    on_one_domain,
    pairs,
    scenario,
    singles,
    translated,
)


def by_name(scenarios: object) -> pytest.MarkDecorator:
    found = {s.name: s for s in scenarios}  # type: ignore[attr-defined]
    return pytest.mark.parametrize("case", found.values(), ids=found)


def complaint(outcome: Outcome) -> str:
    return (
        f"missed {sorted(map(str, outcome.missed))}, wrong {sorted(map(str, outcome.wrong))}, "
        f"unfolded {outcome.unfolded}"
    )


def assert_right(case: Scenario) -> None:
    outcome = measured(case)
    assert outcome.good, complaint(outcome)


def test_every_code_has_a_fault() -> None:
    assert {fault.code for fault in FAULTS.values()} == {rule.code for rule in CATALOGUE}


def test_every_generation_is_rehearsed() -> None:
    assert {s.generation for s in singles()} == set(GENERATIONS)


@by_name(healthy())
def test_nothing_is_said_of_a_healthy_network(case: Scenario) -> None:
    told = told_of(evidence(case.world()))
    assert [f.code for f in told.findings if f.severity != "info"] == []
    assert told.verdict == "clean"
    assert told.skipped == ()
    assert {d.state for d in told.domains} == {"up"}
    assert told.logs.unrecognised == 0


@by_name(singles())
def test_one_fault_alone_is_found_and_nothing_else(case: Scenario) -> None:
    assert_right(case)


@by_name(translated())
def test_a_translated_log_tells_the_same(case: Scenario) -> None:
    assert_right(case)


@by_name(on_one_domain())
def test_two_faults_of_one_domain_stay_two(case: Scenario) -> None:
    assert_right(case)
    assert len(case.causes) == 2


@by_name(crowded())
def test_forty_domains_do_not_make_forty_problems(case: Scenario) -> None:
    outcome = measured(case)
    assert outcome.good, complaint(outcome)
    assert len(outcome.right) == len(case.faults)


@by_name(pairs(60))
def test_two_faults_stay_two(case: Scenario) -> None:
    assert_right(case)


@pytest.mark.parametrize("name", names())
def test_severity_is_that_of_the_label(name: str) -> None:
    told = told_of(evidence(scenario(name).world(), target="demo"))
    by_cause = {Cause(f.code, f.subject.id): f.severity for f in told.causes()}
    for place, fault in enumerate(scenario(name).faults):
        wanted = {c for c in scenario(name).causes if c.code == fault.code}
        assert {by_cause[c] for c in wanted} == {fault.severity}, place


def test_a_rejected_key_on_a_network_with_forty_domains_is_one_problem() -> None:
    told = told_of(evidence(NAMED["forty-domains"].world()))
    loud = [f for f in told.causes() if f.severity != "info"]
    assert [f.code for f in loud] == ["key.rejected"]
    waiting = {f.subject.id for f in told.findings if f.caused_by == loud[0].reference}
    assert len(waiting) >= 40
    assert waiting <= set(loud[0].affects)


def test_what_is_missed_and_what_is_wrong_is_counted() -> None:
    """The measure itself: a diagnosis of another network has neither recall nor precision."""
    case = scenario("dns.nxdomain+ssl.expired")
    other = told_of(evidence(scenario("sunrise.undefined").world(), target="demo"))
    outcome = compared(case, other)
    accuracy = Accuracy((outcome, measured(scenario("healthy"))))
    assert (accuracy.recall, accuracy.precision) == (0.0, 0.0)
    assert not accuracy.good_enough
    said = report(accuracy)
    assert "missed: dns.nxdomain of garden.example" in said
    assert "wrong: sunrise.undefined of network.example" in said
    assert "2 networks, 2 problems: recall 0.00%, precision 0.00%" in said


def test_a_false_alarm_on_a_healthy_network_is_not_good_enough() -> None:
    other = told_of(evidence(scenario("sunrise.undefined").world(), target="demo"))
    accuracy = Accuracy((compared(scenario("healthy"), other),))
    assert accuracy.recall == 1.0
    assert not accuracy.good_enough
