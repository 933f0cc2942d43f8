"""What if: changed facts, the same rules, and never a word that could be taken for the real thing."""

from __future__ import annotations

import json

import pytest
from changed_network import ChangedNetwork
from evidence_folders import FIXTURES, RECORDINGS, files_in
from mapped_case import (
    ELSEWHERE,
    NOW,
    SHOP,
    V6,
    action,
    constants,
    default_certificate,
    dns,
    event,
    evidence,
    listed,
    logs,
    minutes,
    row,
    rows,
    shake,
    tls,
    zone,
)

from analyzers.diagnose import diagnose
from analyzers.evidence import Dns, Meta, Options, Scheduler, Tls
from analyzers.findings import Diagnosis
from analyzers.model import model
from analyzers.reports import markdown, text
from analyzers.snapshot import Snapshot, read
from analyzers.what_if import CannotAssume, assume, hypothetical, parse


def concluded(snapshot: Snapshot, *words: str) -> Diagnosis:
    assumptions = tuple(parse(word) for word in words)
    changed = assume(snapshot, assumptions)
    return hypothetical(diagnose(changed, tool="test"), changed, assumptions)


def codes(diagnosis: Diagnosis) -> set[str]:
    return {f.code for f in diagnosis.findings if f.severity != "info"}


def queued(tries: int = 0, ago: float = -1):  # type: ignore[no-untyped-def]
    return action(
        "wu_async_process_domain_stage", "pending", minutes(ago), id=9, domain_id=7, tries=tries
    )


WRONG = (
    rows(row(stage="checking-dns", created=minutes(30))),
    dns(zone(SHOP, (ELSEWHERE,), (V6,), caa=('0 issue "other.example"',))),
    tls(shake(SHOP, ELSEWHERE, verified=False, names=("other.example",))),
    Scheduler((action(at=minutes(30)), queued(3)), tables_exist=True),
    logs(event("closte.adding", minutes(30)), event("closte.added", minutes(30))),
)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "dns",
        "dns=right",
        "colour=blue",
        "check-interval=often",
        "check-interval=60:shop.example",
        "key=fixed:shop.example",
        "dns=fixed:",
        "check-interval=²",
    ],
)
def test_an_assumption_that_nobody_knows_is_refused(word: str) -> None:
    with pytest.raises(CannotAssume):
        parse(word)


def test_the_interval_is_clamped_as_the_plugin_clamps_it() -> None:
    assert parse("check-interval=1").value == "10"
    assert parse("CHECK-INTERVAL=99999999999999").value == "300"


def test_dns_fixed_takes_away_all_that_the_wrong_dns_meant() -> None:
    snapshot = evidence(*WRONG)
    assert {"dns.wrong-address", "dns.caa-forbids"} <= codes(diagnose(snapshot, tool="t"))
    assert not codes(concluded(snapshot, "dns=fixed"))
    assert not codes(concluded(snapshot, f"dns=fixed:{SHOP}"))


def test_the_snapshot_itself_stays_as_it_was() -> None:
    snapshot = evidence(*WRONG)
    before = dict(snapshot.observed)
    concluded(snapshot, "dns=fixed", "check-interval=10", "alias=added", "cron=running")
    assert snapshot.observed == before


def test_the_hypothesis_is_said_everywhere() -> None:
    found = concluded(evidence(*WRONG), "dns=fixed")
    assert found.notes[0].startswith("Hypothetical: this is no diagnosis of the network as it is")
    assert found.assumed
    assert "HYPOTHETICAL" in text.render(found).split("\n", 3)[1]
    assert "Hypothetical" in markdown.render(found)
    assert "Hypothetical" in json.dumps(model(found)["notes"])


def test_the_earliest_end_is_foretold() -> None:
    found = concluded(evidence(*WRONG), "dns=fixed")
    forecast = next(n for n in found.notes if n.startswith(f"Forecast for {SHOP}"))
    assert "Earliest done at 2026-05-04T10:06:00Z" in forecast


def test_a_shorter_interval_ends_earlier_and_can_be_too_short() -> None:
    found = concluded(evidence(*WRONG), "dns=fixed", "check-interval=30")
    assert any("Earliest done at 2026-05-04T10:05:00Z" in n for n in found.notes)
    assert "settings.window-too-short" in codes(concluded(evidence(), "check-interval=10"))
    assert "settings.window-too-short" not in codes(concluded(evidence(), "check-interval=30"))


def test_dns_that_is_right_does_not_revive_a_check_that_has_given_up() -> None:
    given_up = (rows(row(stage="failed", created=minutes(90))), *WRONG[1:3])
    found = concluded(evidence(*given_up), "dns=fixed")
    assert any("never looks again" in note for note in found.notes)
    again = concluded(evidence(*given_up), "dns=fixed", f"recheck=now:{SHOP}")
    assert any("Earliest done at" in note for note in again.notes)


def test_key_fixed() -> None:
    refused = listed(body='{"success": false, "error": "Invalid api key"}')
    snapshot = evidence(refused, constants())
    assert "key.rejected" in codes(diagnose(snapshot, tool="t"))
    assert "key.rejected" not in codes(concluded(snapshot, "key=fixed"))
    broken = ChangedNetwork().undefine("CLOSTE_CLIENT_API_KEY")
    files = {name: json.dumps(value).encode() for name, value in broken.json.items()}
    missing = read(files, origin="x")
    assert "key.missing" in codes(diagnose(missing, tool="t"))
    assert not any(c.startswith("key.") for c in codes(concluded(missing, "key=fixed")))


def test_module_on_and_off() -> None:
    assert "module.disabled" in codes(concluded(evidence(), "module=disabled"))
    off = assume(evidence(), [parse("module=disabled")])
    assert "module.disabled" not in codes(concluded(off, "module=enabled"))


def test_alias_added_starts_the_certificates_time() -> None:
    missing = (
        rows(row(stage="checking-ssl-cert", created=minutes(60))),
        tls(default_certificate()),
        listed(),
        Scheduler((action(at=minutes(60)), queued(2)), tables_exist=True),
    )
    snapshot = evidence(*missing)
    assert "alias.missing" in codes(diagnose(snapshot, tool="t"))
    found = concluded(snapshot, "alias=added")
    assert not codes(found)
    assert "ssl.pending" in {f.code for f in found.findings}


def test_certificate_issued() -> None:
    waiting = (
        rows(row(stage="checking-ssl-cert", created=minutes(60))),
        tls(default_certificate()),
        Scheduler((action(at=minutes(60)), queued(2)), tables_exist=True),
    )
    found = concluded(evidence(*waiting), "certificate=issued")
    assert "ssl.slow" not in codes(found)
    assert any("Earliest done at 2026-05-04T10:01:00Z" in n for n in found.notes)


def test_cron_running_on_a_recording_without_cron() -> None:
    folder = next(f for f in RECORDINGS if f.name == "cron_not_running")
    snapshot = read(files_in(folder), origin="x")
    assert "jobs.cron-off" in codes(diagnose(snapshot, tool="t"))
    assert not any(c.startswith("jobs.") for c in codes(concluded(snapshot, "cron=running")))


def test_what_the_evidence_leaves_no_room_for_is_refused() -> None:
    with pytest.raises(CannotAssume, match=r"options\.json"):
        assume(evidence(without=(Options,)), [parse("check-interval=60")])
    with pytest.raises(CannotAssume, match="not mapped"):
        assume(evidence(), [parse("dns=fixed:other.example")])
    nowhere = evidence(Meta(NOW, "meta.json", "x"), without=(Dns, Tls))
    with pytest.raises(CannotAssume, match="not known"):
        assume(nowhere, [parse("dns=fixed")])


@pytest.mark.parametrize("network", ["four-troubles", "healthy", "bad-key", "dns-mismatch"])
def test_every_assumption_holds_on_every_example(network: str) -> None:
    snapshot = read(files_in(FIXTURES / "networks" / network), origin=network)
    words = ("dns=fixed", "key=fixed", "module=enabled", "alias=added", "cron=running")
    found = concluded(snapshot, *words, "certificate=issued", "check-interval=60")
    told = codes(found)
    assert not any(c.startswith(("dns.", "key.", "alias.", "module.")) for c in told), told
    assert found.notes[0].startswith("Hypothetical")


def test_a_healthy_network_stays_healthy_whatever_good_is_assumed() -> None:
    snapshot = read(files_in(FIXTURES / "networks" / "healthy"), origin="healthy")
    assert not codes(concluded(snapshot, "dns=fixed", "alias=added", "certificate=issued"))
