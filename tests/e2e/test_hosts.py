"""Every way a host has of not answering as hoped ends in its finding, and leaves the next visit clean."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from e2e.doctor import Doctor, Run
from e2e.hosts import Situation, Visit, situations
from e2e.town import town
from lab.world import World

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.name)
def test_a_situation_is_told_and_the_next_visit_is_clean(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path, situation: Situation
) -> None:
    lab.settle(town(now))
    with ExitStack() as undo:
        visit = Visit(lab, now, undo, tmp_path, lab.target)
        situation.arrange(visit)
        run = doctor(
            *("diagnose", visit.target, "--format", "json", *lab.options, *visit.options),
            environment=visit.environment,
        )
    assert_told(run, situation)
    after = doctor.diagnose()
    assert (after.status, after.problems) == (0, set()), after.summary


def assert_told(run: Run, situation: Situation) -> None:
    assert run.status == situation.status, run.summary
    expected = {"unobservable"} if run.status == 3 else {"findings", "clean", "clean-incomplete"}
    assert run.report["verdict"] in expected, run.summary
    if situation.code is None:
        assert run.problems - situation.beside == set(), run.summary
        assert run.report["domains"], run.summary
        return
    (finding,) = run.of(situation.code)
    assert finding["severity"] == situation.severity, run.summary
    assert finding["subject"] == {"kind": "host", "id": run.report["target"]}
    assert finding["caused_by"] is None, run.summary
    assert situation.words in str(finding), finding
    own = set() if situation.severity == "info" else {situation.code}
    assert run.problems - situation.beside == own, run.summary


@pytest.mark.parametrize("way", ["down", "password", "name"])
def test_the_three_ways_of_a_database_are_told_apart(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path, way: str
) -> None:
    lab.settle(town(now))
    arrange = {
        "down": ("the_database_is_down", "2002"),
        "password": ("the_password_is_wrong", "1045"),
        "name": ("the_database_does_not_exist", "104"),
    }
    name, number = arrange[way]
    chosen = next(s for s in situations() if s.arrange.__name__ == name)
    with ExitStack() as undo:
        chosen.arrange(Visit(lab, now, undo, tmp_path, lab.target))
        (finding,) = doctor.diagnose().of("host.database-down")
    assert number in str(finding["evidence"]) + finding["because"], finding


def test_an_accepted_host_key_is_remembered(
    lab: World, doctor: Doctor, now: datetime, tmp_path: Path
) -> None:
    lab.settle(town(now))
    (tmp_path / ".ssh").mkdir(mode=0o700)
    known = tmp_path / ".ssh" / "known_hosts"
    (tmp_path / ".ssh" / "config").write_text(
        f"Host *\n  IdentityFile {lab.sshd.client_key_path}\n  UserKnownHostsFile {known}\n"
    )
    home = {"HOME": str(tmp_path)}
    arguments = ("diagnose", lab.target, "--format", "json", *lab.options)
    refused = doctor(*arguments, environment=home)
    assert refused.status == 3
    assert lab.sshd.fingerprint in str(refused.of("host.key-unknown"))
    wrong = doctor(*arguments, "--accept-host-key", "SHA256:" + "A" * 43, environment=home)
    assert wrong.status == 3, wrong.summary
    right = doctor(*arguments, "--accept-host-key", lab.sshd.fingerprint, environment=home)
    assert right.status == 0, right.summary
    again = doctor(*arguments, environment=home)
    assert again.status == 0, again.summary


def test_a_disabled_eval_file_is_respected(lab: World, doctor: Doctor, now: datetime) -> None:
    lab.settle(town(now))
    disabled = "disabled_commands:\n  - eval\n  - eval-file\n"
    before = len(lab.wp_calls())
    with lab.changed(lab.site / "wp-cli.yml", disabled):
        run = doctor.diagnose()
    calls = lab.wp_calls()[before:]
    # It was tried once, as nothing else can tell; nothing went around it.
    assert sum("eval-file" in call for call in calls) == 1
    assert any(call[1:3] == ("config", "list") or "config" in call for call in calls[1:])
    assert not any("eval" in call for call in calls)
    lacking = {name for entry in run.report["skipped"] for name in entry["lacking"]}
    assert any(name.startswith("domain_mappings.json") for name in lacking), run.summary
    assert run.report["domains"] == []


def test_what_has_arrived_stays_when_the_connection_is_lost(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    import threading

    lab.settle(town(now))
    lab.define("SUNRISE", None)
    lab.api.fail("timeout-before")  # so that the collector is still at work when it is cut off
    asked = threading.Event()

    def cut() -> None:
        while not lab.api.calls() and not asked.wait(0.05):
            pass
        asked.wait(2)  # what was written before the call is on its way: sshd has to read it first
        lab.sshd.drop_connections()

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        run = doctor.diagnose()
    finally:
        asked.set()
        cutter.join()
        lab.api.mend()
    assert run.of("sunrise.undefined"), run.summary
    assert run.of("host.unreachable"), run.summary
    assert run.status == 1
