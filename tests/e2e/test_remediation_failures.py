"""Everything that can fail, at every step: nothing is lost, nothing done twice, and the journal tells the truth."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from e2e import faults
from e2e.doctor import COMMAND, Doctor, Run
from e2e.faults import NEWCOMER, Place, newcomer
from e2e.remedies import (
    JOBS,
    MAPPINGS,
    OPTIONS,
    entries,
    outcome_of,
    remediate,
    remediate_at_terminal,
    rows,
    told,
    undo,
)
from e2e.town import NEW_ROW, OLD, town
from lab.world import DATABASE, World

from analyzers import plan_document

pytestmark = pytest.mark.lab

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
KILLED = Path(__file__).with_name("killed.py")
STAGE = f"SELECT stage FROM wplab_wu_domain_mappings WHERE id = {NEW_ROW}"


@pytest.fixture
def missing(lab: World, now: datetime) -> Iterator[World]:
    """A network of whose domains one is not known to Closte."""
    lab.settle(town(now))
    with ExitStack() as put_right:
        newcomer(
            Place(lab, now, put_right, "2.4.10"),
            HOUR,
            stage="checking-ssl-cert",
            next_in=MINUTE,
        )
        lab.api.app.domains.remove(NEWCOMER)
        yield lab


@pytest.fixture
def failed(lab: World, now: datetime) -> Iterator[World]:
    """A network where a row says failed, of a domain that is up; and a setting that is wrong."""
    lab.settle(town(now))
    with ExitStack() as put_right:
        place = Place(lab, now, put_right, "2.4.10")
        newcomer(place, 3 * HOUR, stage="ssl-failed")
        lab.serve(NEWCOMER)
        faults.the_interval_of_the_documentation_for_testing(place)
        yield lab


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal goes."""
    return tmp_path / "journal.jsonl"


def add(doctor: Doctor, journal: Path, *options: str) -> Run:
    """`remediate --apply --yes`, of the missing alias alone."""
    return remediate(
        doctor,
        *("--apply", "--yes", "--only", "alias.add", "--journal", str(journal)),
        *("--wait", "0", *options),
    )


def asked_to_add(lab: World) -> int:
    """How often Closte was asked to add the domain."""
    return sum(r.fields.get("domain") == NEWCOMER for r in lab.api.calls("/adddomainalias"))


# the API


ANSWERS = {
    "timeout-before": ("unknown", False),
    "timeout-after": ("done", True),
    "json-503": ("unknown", False),
    "json-401": ("failed", False),
    "html-502": ("unknown", False),
    "html-200": ("unknown", False),
    "html-403": ("failed", False),
    "html-404": ("failed", False),
    "empty": ("unknown", False),
    "bad-json": ("unknown", False),
    "not-object": ("unknown", False),
    "no-success": ("unknown", False),
    "not-success": ("failed", False),
    "reset": ("unknown", False),
    "redirect": ("unknown", False),
    "echo-key": ("done", True),
    "lies": ("done", False),
}
"""How the API fails → what the journal must say in the end, and whether Closte has the alias then.

Closte's list may follow a call by 10 minutes: so long nobody knows what became of one without an answer."""
FROM_HERE = ("timeout-after", "html-502", "lies", "echo-key")
"""The way from here has its own calls, and the same judgement."""


@pytest.mark.parametrize(
    ("fault", "api_from"),
    [*((fault, "host") for fault in ANSWERS), *((fault, "here") for fault in FROM_HERE)],
)
def test_whatever_the_api_answers_the_alias_is_asked_for_once_and_the_truth_is_told(
    missing: World,
    doctor: Doctor,
    journal: Path,
    fault: str,
    api_from: str,
) -> None:
    outcome, is_there = ANSWERS[fault]
    plan = journal.with_name("plan.json")
    assert remediate(doctor, "--only", "alias.add", "-o", str(plan)).status in (0, 1)
    missing.api.forget()
    with failing_act(missing, fault):
        patience = "3" if fault.startswith("timeout") else "60"
        run = api_run(doctor, plan, journal, api_from, patience=patience)
    assert asked_to_add(missing) == 1, run.said
    assert (NEWCOMER in missing.api.app.domains) is is_there
    assert missing.api.app.domains.count(NEWCOMER) <= 1
    result, verdict = outcome_of(journal, "alias.add")
    assert result == outcome, run.said
    if outcome != "done":
        assert run.status == 5, run.said
        assert verdict is None
    else:
        assert verdict == ("healed" if is_there else "pending"), run.said


@pytest.mark.parametrize("fault", ["timeout-before", "lies"])
def test_what_closte_lists_only_minutes_later_is_taken_back_then(
    missing: World, doctor: Doctor, journal: Path, fault: str
) -> None:
    with failing_act(missing, fault):
        add(doctor, journal)
    before = told(journal)
    missing.api.forget()
    early = undo(doctor, journal)
    assert early.status == 5, early.said
    assert "may follow until" in early.stdout.decode()
    assert not any(r.acted for r in missing.api.calls())
    assert told(journal)[: len(before)] == before
    missing.api.app.domains.append(NEWCOMER)
    late = undo(doctor, journal)
    assert late.status == 0, late.said
    assert NEWCOMER not in missing.api.app.domains
    assert undo(doctor, journal).status == 0


def test_what_closte_never_listed_is_said_to_have_failed(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    with failing_act(missing, "timeout-before"):
        add(doctor, journal)
    aged(journal, timedelta(minutes=11))
    run = undo(doctor, journal)
    assert run.status == 0, run.said
    assert outcome_of(journal, "alias.add")[0] == "failed"


def test_an_alias_without_an_answer_is_asked_for_again_by_resuming_and_taken_back_once(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    with failing_act(missing, "timeout-before"):
        assert add(doctor, journal).status == 5
    missing.api.app.elsewhere.add(NEWCOMER)  # Closte knows it and does not list it yet
    refused = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    assert refused.status == 5, refused.said
    assert asked_to_add(missing) == 2
    assert outcome_of(journal, "alias.add")[0] == "failed"
    missing.api.app.elsewhere.clear()
    missing.api.app.domains.append(NEWCOMER)
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert NEWCOMER not in missing.api.app.domains


def aged(journal: Path, by: timedelta) -> None:
    """The journal as of a run that was so long ago."""
    lines = entries(journal)
    for line in lines:
        at = datetime.fromisoformat(line["at"].replace("Z", "+00:00")) - by
        line["at"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))


def api_run(
    doctor: Doctor, plan: Path, journal: Path, api_from: str, *, patience: str = "60"
) -> Run:
    """Carry the plan out, with the API asked from there."""
    lab = doctor.world
    arguments = [
        *("remediate", lab.target, *lab.options, "--apply", "--yes", "--plan", str(plan)),
        *("--journal", str(journal), "--wait", "0", "--api-timeout", patience),
    ]
    if api_from == "host":
        return doctor(*arguments)
    reading, writing = os.pipe()
    os.write(writing, lab.api.app.key.encode())
    os.close(writing)
    try:
        fd = ("--api-from", "here", "--api-key-fd", str(reading))
        return doctor(*arguments, *fd, pass_fds=(reading,))
    finally:
        os.close(reading)


@contextlib.contextmanager
def failing_act(world: World, fault: str) -> Iterator[None]:
    """The call that adds fails so; the plugin's own test at the same endpoint does not."""
    world.api.fail(fault, endpoint="/adddomainalias", acting_only=True)
    try:
        yield
    finally:
        world.api.mend()


def test_a_list_that_cannot_be_read_lets_nothing_be_added(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    plan = journal.with_name("plan.json")
    remediate(doctor, "--only", "alias.add", "-o", str(plan))
    missing.api.forget()
    missing.api.fail("html-502", endpoint="/getdomains")
    run = api_run(doctor, plan, journal, "host")
    assert run.status == 6, run.said
    assert asked_to_add(missing) == 0
    assert not journal.exists()


def test_the_connection_is_lost_after_closte_acted(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    plan = journal.with_name("plan.json")
    remediate(doctor, "--only", "alias.add", "-o", str(plan))
    missing.api.forget()
    with (
        failing_act(missing, "timeout-after"),
        cut(missing, when=lambda: asked_to_add(missing) > 0),
    ):
        run = api_run(doctor, plan, journal, "host", patience="3")
    assert asked_to_add(missing) == 1, run.said
    assert outcome_of(journal, "alias.add")[0] == "done", run.said
    assert ("s1", "result", "unknown") in told(journal)


# the database, through the plugin's model


def mark_done(doctor: Doctor, journal: Path, *options: str) -> Run:
    """`remediate --apply --yes`, of the row that says failed and the setting."""
    return remediate(
        doctor,
        *("--apply", "--yes", "--only", "domain.mark-done,settings.check-interval"),
        *("--journal", str(journal), "--wait", "0", *options),
    )


@pytest.mark.parametrize("php", ["exit( 0 );", "no_such_function();", "throw new Error( 'no' );"])
def test_a_site_that_dies_while_the_plugin_saves_leaves_the_row_as_it_was(
    failed: World, doctor: Doctor, journal: Path, php: str
) -> None:
    before = rows(failed, MAPPINGS)
    hook = f"<?php add_action( 'wu_domain_post_save', function () {{ {php} }} );\n"
    with failed.changed(failed.site / "wp-content" / "mu-plugins" / "z-dies.php", hook):
        run = mark_done(doctor, journal)
    assert run.status == 5, run.said
    assert rows(failed, MAPPINGS) == before
    assert outcome_of(journal, "domain.mark-done")[0] == "failed", run.said


def test_a_site_that_does_not_load_changes_nothing(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    before = rows(failed, MAPPINGS), rows(failed, OPTIONS)
    with failed.changed(failed.site / "wp-content" / "mu-plugins" / "a-dies.php", "<?php exit;\n"):
        run = mark_done(doctor, journal)
    assert run.status == 5, run.said
    assert (rows(failed, MAPPINGS), rows(failed, OPTIONS)) == before
    assert {o for _, phase, o in told(journal) if phase == "result"} <= {"failed", "unknown"}
    assert outcome_of(journal, "domain.mark-done")[0] == "failed", run.said


def test_the_plugin_that_refuses_fails_its_step_and_not_the_others(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    hook = (
        "<?php add_filter( 'wu_domain_pre_save', function ( $row ) "
        "{ $row['stage'] = str_repeat( 'x', 300 ); return $row; } );\n"
    )
    with failed.changed(failed.site / "wp-content" / "mu-plugins" / "z-bad.php", hook):
        run = mark_done(doctor, journal)
    assert run.status == 5, run.said
    assert rows(failed, STAGE) == [("ssl-failed",)]
    assert outcome_of(journal, "domain.mark-done")[0] == "failed"
    assert outcome_of(journal, "settings.check-interval") == ("done", "healed")


def test_a_wp_config_that_declares_a_function_is_evaluated_once(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    declaring = "<?php\nfunction lab_of_the_host() {}\n$lab_of_the_host = 'seen';\n"
    seen = (
        "<?php if ( 'seen' === ( $GLOBALS['lab_of_the_host'] ?? '' ) )"
        " { define( 'LAB_SEEN', 1 ); } else { exit; }\n"
    )
    plugin = failed.site / "wp-content" / "mu-plugins" / "z-seen.php"
    config = failed.config.read_text().replace("<?php", declaring, 1)
    with failed.changed(failed.config, config), failed.changed(plugin, seen):
        run = mark_done(doctor, journal)
        assert run.status in (0, 1), run.said
        assert rows(failed, STAGE) == [("done",)]
        assert outcome_of(journal, "domain.mark-done") == ("done", "healed")
        assert outcome_of(journal, "settings.check-interval") == ("done", "healed")


def test_a_table_without_transactions_keeps_what_was_done_and_it_is_read_back(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    table = "wplab_wu_domain_mappings"
    failed.database.execute(f"ALTER TABLE {table} ENGINE=MyISAM", DATABASE)
    hook = (
        "<?php add_action( 'wu_domain_post_save', function () "
        "{ throw new Exception( 'after the row was written' ); } );\n"
    )
    with failed.changed(failed.site / "wp-content" / "mu-plugins" / "z-bad.php", hook):
        run = mark_done(doctor, journal)
    failed.database.execute(f"ALTER TABLE {table} ENGINE=InnoDB", DATABASE)
    assert "domain.mark-done: outcome unknown. Exception" in run.said
    assert rows(failed, STAGE) == [("done",)]
    assert outcome_of(journal, "domain.mark-done") == ("done", "healed")


def test_the_connection_is_lost_while_the_plugin_saves(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    hook = (
        "<?php add_action( 'wu_domain_post_save', function () "
        "{ lab_note( 'saving' ); usleep( 2500000 ); } );\n"
    )
    noted = len(failed.notes())
    with (
        failed.changed(failed.site / "wp-content" / "mu-plugins" / "z-slow.php", hook),
        cut(failed, when=lambda: "saving" in failed.notes()[noted:]),
    ):
        run = mark_done(doctor, journal)
    ((stage,),) = rows(failed, STAGE)
    result = outcome_of(journal, "domain.mark-done")[0]
    assert (stage, result) in (("done", "done"), ("ssl-failed", "failed")), run.said
    assert failed.notes()[noted:].count("saving") == 1
    assert undo(doctor, journal).status == 0
    assert rows(failed, STAGE) == [("ssl-failed",)]


@contextlib.contextmanager
def cut(world: World, when: object) -> Iterator[None]:
    """Kill the sessions of the SSH server as soon as that is so."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if when():  # type: ignore[operator]
                world.sshd.cut_connections()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(timeout=10)


# our own machine


def dying(doctor: Doctor, how: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process that dies so."""
    world = doctor.world
    return subprocess.run(
        [sys.executable, str(KILLED), how, *arguments],
        capture_output=True,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("length", [0, 1, 200, -1], ids=lambda n: f"byte {n}")
@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_run_that_is_killed_at_a_write_of_its_journal_is_resumed_and_undone(
    missing: World, doctor: Doctor, journal: Path, line: int, length: int
) -> None:
    command = ("remediate", missing.target, *missing.options, "--apply", "--yes", "--wait", "0")
    dead = dying(doctor, f"kill:{line}:{length}", *command, "--journal", str(journal))
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    assert asked_to_add(missing) == (0 if line == 1 else 1)
    before = missing.api.app.domains.count(NEWCOMER)
    resumed = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    if line == 1 and length in (0, 1, 200):
        # The one line that names the plan is torn: nothing was begun, and that is said.
        assert resumed.status == 6, resumed.said
        assert asked_to_add(missing) == before == 0
        return
    assert resumed.status in (0, 1), resumed.said
    assert asked_to_add(missing) == 1
    assert missing.api.app.domains.count(NEWCOMER) == 1
    assert outcome_of(journal, "alias.add")[0] == "done", resumed.said
    assert len(entries(journal)) >= 2
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert NEWCOMER not in missing.api.app.domains


def test_a_run_that_broke_off_is_resumed_long_after_its_plan_expired(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    command = ("remediate", missing.target, *missing.options, "--apply", "--yes", "--wait", "0")
    dying(doctor, "kill:1:-1", *command, "--journal", str(journal))
    assert asked_to_add(missing) == 0
    (line,) = entries(journal)
    plan = plan_document.from_model(line["plan"])
    old = replace(plan, made_at=plan.made_at - HOUR, expires_at=plan.expires_at - HOUR)
    dated = replace(old, digest=plan_document.digest_of(old))
    line |= {"digest": dated.digest, "plan": plan_document.model(dated)}
    journal.write_text(json.dumps(line) + "\n")
    resumed = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    assert resumed.status in (0, 1), resumed.said
    assert outcome_of(journal, "alias.add")[0] == "done", resumed.said
    assert asked_to_add(missing) == 1


def test_what_was_taken_back_is_not_done_again_by_resuming(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    assert add(doctor, journal).status in (0, 1)
    assert undo(doctor, journal).status == 0
    told_before = told(journal)
    resumed = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    assert resumed.status == 1, resumed.said
    assert asked_to_add(missing) == 1
    assert told(journal) == told_before


def test_a_severe_step_that_broke_off_is_confirmed_anew_before_it_is_taken_up(
    lab: World, doctor: Doctor, now: datetime, journal: Path
) -> None:
    lab.settle(town(now))
    faults.the_row_was_imported_twice(Place(lab, now, ExitStack(), "2.4.10"))
    assert remediate_at_terminal(doctor, ("y", OLD), "--journal", str(journal)).status in (0, 1)
    assert undo(doctor, journal).status == 0
    begun = [e for e in entries(journal) if e["phase"] == "intent"]
    journal.write_text("".join(json.dumps(e) + "\n" for e in begun))
    before = rows(lab, MAPPINGS)
    resumed = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    assert resumed.status == 6, resumed.said
    assert rows(lab, MAPPINGS) == before


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_run_that_is_killed_is_undone_from_its_journal_alone(
    failed: World, doctor: Doctor, journal: Path, line: int
) -> None:
    before = rows(failed, MAPPINGS), rows(failed, OPTIONS)
    command = ("remediate", failed.target, *failed.options, "--apply", "--yes", "--wait", "0")
    only = ("--only", "domain.mark-done,settings.check-interval")
    dead = dying(doctor, f"kill:{line}:-1", *command, *only, "--journal", str(journal))
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert (rows(failed, MAPPINGS), rows(failed, OPTIONS)) == before


@pytest.mark.parametrize("how", ["kill", "full"])
@pytest.mark.parametrize(("line", "length"), [(1, 0), (1, -1), (2, 0), (2, 100)])
def test_an_undoing_that_broke_off_is_gone_on_with_by_another(
    missing: World, doctor: Doctor, journal: Path, how: str, line: int, length: int
) -> None:
    assert add(doctor, journal).status in (0, 1)
    missing.api.forget()
    command = ("undo", str(journal), "--yes", *missing.options)
    dead = dying(doctor, f"{how}:{line}:{length}", *command)
    died_by = {"kill": -signal.SIGKILL, "full": 6 if line == 1 else 5}
    assert dead.returncode == died_by[how], dead.stderr.decode()
    assert (NEWCOMER in missing.api.app.domains) is (line == 1)
    again = undo(doctor, journal)
    assert again.status == 0, again.said
    assert NEWCOMER not in missing.api.app.domains
    assert sum(r.acted for r in missing.api.calls("/deletedomainalias")) == 1
    resumed = remediate(doctor, "--resume", str(journal), "--yes", "--wait", "0")
    assert resumed.status == 1, resumed.said
    assert asked_to_add(missing) == 0, "of what was taken back nothing is done again"


@pytest.mark.parametrize("length", [0, 100])
@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_full_disk_stops_the_run_and_loses_nothing(
    missing: World, doctor: Doctor, journal: Path, line: int, length: int
) -> None:
    command = ("remediate", missing.target, *missing.options, "--apply", "--yes", "--wait", "0")
    stopped = dying(doctor, f"full:{line}:{length}", *command, "--journal", str(journal))
    assert stopped.returncode == (6 if line == 1 else 5), stopped.stderr.decode()
    assert b"cannot be written" in stopped.stderr
    assert asked_to_add(missing) == (0 if line == 1 else 1)
    if line > 1:
        back = undo(doctor, journal)
        assert back.status == 0, back.said
        assert NEWCOMER not in missing.api.app.domains


@pytest.mark.parametrize("fault", ["timeout-before", "timeout-after"])
def test_a_run_that_is_interrupted_names_its_journal_and_is_taken_back(
    missing: World, doctor: Doctor, journal: Path, fault: str
) -> None:
    lab = missing
    with failing_act(lab, fault):
        run = subprocess.Popen(
            [
                *(str(COMMAND), "remediate", lab.target, *lab.options, "--apply", "--yes"),
                *("--journal", str(journal), "--wait", "0", "--api-timeout", "5"),
            ],
            env=lab.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        until = time.monotonic() + 60
        while not asked_to_add(lab) and time.monotonic() < until:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 130, err.decode()
    assert out == b""
    assert f"closte-doctor undo {journal}" in err.decode()
    assert told(journal) == [("s1", "intent", None)]
    back = undo(doctor, journal)
    assert back.status == (0 if fault == "timeout-after" else 5), back.said
    assert NEWCOMER not in lab.api.app.domains
    assert asked_to_add(lab) == 1


# two at once


def test_a_second_run_is_turned_away_while_the_first_one_acts(
    missing: World, doctor: Doctor, journal: Path, tmp_path: Path
) -> None:
    lab = missing
    elsewhere = {"XDG_STATE_HOME": str(tmp_path / "another-machine")}
    with failing_act(lab, "timeout-after"):
        first = subprocess.Popen(
            [
                *(str(COMMAND), "remediate", lab.target, *lab.options, "--apply", "--yes"),
                *("--journal", str(journal), "--wait", "0", "--api-timeout", "250"),
            ],
            env=lab.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 120
        while not asked_to_add(lab) and time.monotonic() < until:
            time.sleep(0.02)
        lab.api.app.domains.remove(NEWCOMER)  # so that the second one has something to do
        here = add(doctor, tmp_path / "second.jsonl")
        there = doctor(
            *("remediate", lab.target, *lab.options, "--apply", "--yes", "--wait", "0"),
            *("--journal", str(tmp_path / "third.jsonl")),
            environment=elsewhere,
        )
        assert first.poll() is None, "the first run ended too early to tell"
    first.wait(timeout=120)  # its call is let go, without an answer
    assert here.status == 6, here.said
    assert "another run (process " in here.said
    assert there.status == 6, there.said
    assert "another run is changing this network" in there.said
    assert asked_to_add(lab) == 1


def test_the_lock_of_a_dead_run_is_none(missing: World, doctor: Doctor, journal: Path) -> None:
    command = ("remediate", missing.target, *missing.options, "--apply", "--yes", "--wait", "0")
    dying(doctor, "kill:1:0", *command, "--journal", str(journal))
    run = add(doctor, journal.with_name("next.jsonl"))
    assert run.status in (0, 1), run.said
    assert missing.api.app.domains.count(NEWCOMER) == 1


# what is refused


def test_without_a_terminal_and_without_yes_nothing_happens(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    run = remediate(doctor, "--apply", "--journal", str(journal))
    assert run.status == 6, run.said
    assert asked_to_add(missing) == 0
    assert not journal.exists()


def test_yes_never_stands_for_a_severe_step(
    lab: World, doctor: Doctor, now: datetime, journal: Path
) -> None:
    lab.settle(town(now))
    faults.the_row_was_imported_twice(Place(lab, now, ExitStack(), "2.4.10"))
    before = rows(lab, MAPPINGS)
    run = remediate(doctor, "--apply", "--yes", "--journal", str(journal))
    assert run.status == 6, run.said
    typed = remediate_at_terminal(doctor, ("y", "example.org"), "--journal", str(journal))
    assert typed.status == 6, typed.said
    assert rows(lab, MAPPINGS) == before
    assert not any(r.acted for r in lab.api.calls())
    assert not journal.exists()


def test_a_plan_is_refused_once_something_moved_and_where_it_was_changed(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    plan = journal.with_name("plan.json")
    remediate(doctor, "--only", "alias.add", "-o", str(plan))
    content = json.loads(plan.read_text())
    content["steps"][0]["parameters"]["domain"] = "other.example.org"
    edited = plan.with_name("edited.json")
    edited.write_text(json.dumps(content))
    run = api_run(doctor, edited, journal, "host")
    assert run.status == 6, run.said
    missing.points(NEWCOMER, faults.FOREIGN)
    run = api_run(doctor, plan, journal, "host")
    assert run.status == 6, run.said
    assert asked_to_add(missing) == 0


def test_print_commands_of_an_undoing_contacts_nobody(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    add(doctor, journal)
    counted, called = missing.counts(), len(missing.api.calls())
    run = undo(doctor, journal, "--print-commands")
    assert run.status == 0, run.said
    assert b"Closte_Doctor_Actor" in run.stdout
    assert (missing.counts(), len(missing.api.calls())) == (counted, called)
    assert NEWCOMER in missing.api.app.domains


def test_undo_stops_where_somebody_changed_it_since_and_shows_the_three_values(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    assert mark_done(doctor, journal).status in (0, 1)
    failed.sql(f"UPDATE wplab_wu_domain_mappings SET stage = 'failed' WHERE id = {NEW_ROW}")
    before = rows(failed, MAPPINGS), rows(failed, OPTIONS), rows(failed, JOBS)
    run = undo(doctor, journal)
    assert run.status == 6, run.said
    assert (rows(failed, MAPPINGS), rows(failed, OPTIONS), rows(failed, JOBS)) == before
    for word in (b"ssl-failed", b'"done"', b'"failed"'):
        assert word in run.stdout


def test_no_alias_is_taken_back_with_a_key_of_another_app(
    missing: World, doctor: Doctor, journal: Path
) -> None:
    assert add(doctor, journal).status in (0, 1)
    missing.api.app.domains[:] = ["other.example", "www.other.example"]
    missing.api.forget()
    told_before = told(journal)
    run = undo(doctor, journal)
    assert run.status == 6, run.said
    assert "belongs to another app" in run.said
    assert run.stdout == b""
    assert not any(request.acted for request in missing.api.calls())
    assert told(journal) == told_before


def test_nothing_is_taken_back_from_a_copy_of_the_network(
    failed: World, doctor: Doctor, journal: Path, now: datetime
) -> None:
    assert mark_done(doctor, journal).status in (0, 1)
    before = rows(failed, MAPPINGS), rows(failed, OPTIONS)
    for name in (NEWCOMER, *failed.network.aliases):
        failed.points(name, faults.FOREIGN)
    address = "REPLACE(option_value, '://', '://staging.')"
    failed.sql(f"UPDATE wplab_options SET option_value = {address} WHERE option_name = 'siteurl'")
    run = undo(doctor, journal)
    assert run.status == 6, run.said
    assert "copy of another network" in run.said
    assert (rows(failed, MAPPINGS), rows(failed, OPTIONS)) == before


def test_with_the_object_cache_on_a_changed_row_is_pending_with_the_click_that_clears_it(
    failed: World, doctor: Doctor, journal: Path
) -> None:
    drop_in = failed.site / "wp-content" / "object-cache.php"
    # As Closte's: it names itself, and switches itself off on the command line.
    content = "<?php // Closte object cache\nrequire_once ABSPATH . WPINC . '/cache.php';\n"
    failed.sql(
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES"
        " (1, 'closte', 'a:1:{s:19:\"enable_object_cache\";s:1:\"1\";}')"
    )
    with failed.changed(drop_in, content):
        run = mark_done(doctor, journal)
    assert outcome_of(journal, "domain.mark-done") == ("done", "pending"), run.said
    assert "Clear OPcache & Object-Cache" in journal.read_text()
