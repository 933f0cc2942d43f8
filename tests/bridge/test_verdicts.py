"""Silence counts only where somebody listened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mapped_case import SHOP, default_certificate, listed, tls
from planned_case import plan_of, snapshot_of

from analyzers.aliases import LIST_LAG
from analyzers.diagnose import diagnose
from analyzers.evidence import ClosteCalls
from analyzers.instants import iso
from bridge.applying.verdicts import is_silent, verdict

MISSING = snapshot_of(listed(), tls(default_certificate()))
STEP = plan_of(MISSING).of("alias.add")


def test_a_finding_that_stands_is_not_silent() -> None:
    assert not is_silent(STEP, diagnose(MISSING, tool="test"))


def test_a_look_that_saw_it_gone_is_silence() -> None:
    assert is_silent(STEP, diagnose(snapshot_of(listed(SHOP)), tool="test"))


def test_what_closte_does_not_list_yet_is_pending_until_its_list_must_have_followed() -> None:
    seen = diagnose(MISSING, tool="test")
    early = verdict(STEP, seen, done_at=seen.taken_at, object_cache=False)
    assert early.outcome == "pending"
    assert iso(seen.taken_at + LIST_LAG) in early.answer
    late = seen.taken_at - LIST_LAG - timedelta(seconds=1)
    assert verdict(STEP, seen, done_at=late, object_cache=False).outcome == "unhealed"


def test_a_look_that_could_not_look_is_none() -> None:
    blind = diagnose(snapshot_of(without=(ClosteCalls,)), tool="test")
    assert not any(f.code == "alias.missing" for f in blind.findings)
    assert not is_silent(STEP, blind)


def test_a_host_that_was_not_reached_says_nothing() -> None:
    seen = diagnose(snapshot_of(listed(SHOP)), tool="test")
    assert not is_silent(STEP, replace(seen, verdict="unobservable", findings=(), skipped=()))


def test_a_step_that_heals_nothing_is_never_healed_already() -> None:
    seen = diagnose(snapshot_of(listed(SHOP)), tool="test")
    assert not is_silent(replace(STEP, heals=()), seen)
