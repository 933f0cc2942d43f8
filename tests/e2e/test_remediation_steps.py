"""Every action that changes something, on a real host: done, proven, and taken back to the byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from e2e import faults
from e2e.doctor import Doctor
from e2e.faults import FOREIGN, NEWCOMER, Place, newcomer
from e2e.remedies import (
    JOBS,
    MAPPINGS,
    OPTIONS,
    outcome_of,
    remediate_at_terminal,
    rows,
    undo,
)
from e2e.town import NEW_ACTION, NEW_ROW, NEW_SITE, OLD, town
from lab import seeds
from lab.networks import NETWORK_DOMAIN
from lab.world import World

pytestmark = pytest.mark.lab

MINUTE = timedelta(minutes=1)
Harm = Callable[[Place], None]
YES = ("y", OLD, OLD, NEWCOMER, "3")


@dataclass(frozen=True, slots=True)
class Story:
    """A network in trouble, the action that heals it, and what is there after it."""

    action: str
    harm: Harm
    typed: tuple[str, ...]
    query: str
    after: tuple[tuple[str, ...], ...]
    jobs: int = 0
    """How many jobs it queues."""
    loads: int = 0
    """How often WordPress is loaded for it."""
    version: str = "2.4.10"
    only: str = ""
    """What the plan is confined to; empty: the action."""
    outcome: tuple[str | None, str | None] = ("done", "healed")


def the_record_says_failed(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="ssl-failed")
    place.world.serve(NEWCOMER)


def nothing_will_ever_check(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="checking-ssl-cert")


def the_site_has_two_primaries(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 3, NEWCOMER, place.now - 120 * MINUTE))
    place.world.api.app.domains.append(NEWCOMER)
    place.world.entrance(NEWCOMER)


def the_plugin_compares_with_a_foreign_address(place: Place) -> None:
    newcomer(place, 90 * MINUTE, stage="failed")
    place.world.sql(
        seeds.network_option("_site_transient_wu_public_network_ip", FOREIGN),
        seeds.network_option(
            "_site_transient_timeout_wu_public_network_ip",
            str(int((place.now + timedelta(days=9)).timestamp())),
        ),
    )


def ten_jobs_wait(place: Place) -> None:
    at = place.now - 120 * MINUTE
    for number in range(11):
        args = {"domain_id": 2, "tries": number}
        place.world.sql(
            *seeds.action(
                NEW_ACTION + number, "wu_async_process_domain_stage", args, at, status="pending"
            )
        )


def an_alias_that_nobody_needs(place: Place) -> None:
    place.world.api.app.domains.append("left.example.org")
    place.world.points("left.example.org", FOREIGN)


STAGE = f"SELECT stage, secure FROM wplab_wu_domain_mappings WHERE id = {NEW_ROW}"
SETTING = (
    "SELECT meta_value LIKE '%{}%' FROM wplab_sitemeta WHERE meta_key = 'wp-ultimo_v2_settings'"
)
CLOSTE = "SELECT meta_value FROM wplab_sitemeta WHERE meta_key = 'wu_host_integrations_enabled'"
CLAIMS = "SELECT * FROM wplab_actionscheduler_claims ORDER BY claim_id"
STORIES = (
    Story("domain.mark-done", the_record_says_failed, ("y",), STAGE, (("done", "1"),), loads=1),
    Story(
        "domain.recheck",
        nothing_will_ever_check,
        ("y",),
        "SELECT COUNT(*) FROM wplab_actionscheduler_actions WHERE status = 'pending'"
        f" AND hook = 'wu_async_process_domain_stage' AND args = '{{\"domain_id\":{NEW_ROW}}}'",
        (("1",),),
        jobs=1,
        loads=1,
    ),
    Story(
        "domain.drop-duplicate",
        faults.the_row_was_imported_twice,
        ("y", OLD),
        f"SELECT id FROM wplab_wu_domain_mappings WHERE domain = '{OLD}'",
        (("2",),),
    ),
    Story(
        "domain.set-primary",
        the_site_has_two_primaries,
        ("y", NEWCOMER),
        "SELECT COUNT(*) FROM wplab_wu_domain_mappings WHERE blog_id = 3 AND primary_domain = 1",
        (("1",),),
    ),
    Story(
        "domain.create-record",
        faults.the_record_of_a_new_site_could_not_be_made,
        ("y",),
        f"SELECT domain, active, primary_domain, stage FROM wplab_wu_domain_mappings WHERE blog_id = {NEW_SITE}",
        ((f"third.{NETWORK_DOMAIN}", "1", "1", "checking-dns"),),
        jobs=2,
        loads=1,
    ),
    Story(
        "module.enable",
        faults.the_module_was_switched_off,
        ("y",),
        CLOSTE,
        (('a:1:{s:6:"closte";b:1;}',),),
        loads=1,
    ),
    Story(
        "module.enable",
        faults.the_module_was_never_switched_on,
        ("y",),
        CLOSTE,
        (('a:1:{s:6:"closte";b:1;}',),),
        loads=1,
    ),
    Story(
        "settings.check-interval",
        faults.the_interval_of_the_documentation_for_testing,
        ("y",),
        SETTING.format('"dns_check_interval";i:30;'),
        (("1",),),
        loads=1,
    ),
    Story(
        "settings.log-level",
        faults.only_errors_are_logged,
        ("y",),
        SETTING.format('"error_logging_level";s:3:"all"'),
        (("1",),),
        loads=1,
    ),
    Story(
        "transient.delete-network-ip",
        the_plugin_compares_with_a_foreign_address,
        ("y",),
        "SELECT COUNT(*) FROM wplab_sitemeta WHERE meta_key LIKE '%wu_public_network_ip'",
        (("0",),),
        loads=1,
        only="dns.wrong-expectation",
    ),
)


@pytest.fixture
def place(lab: World, now: datetime) -> Iterator[Callable[[str], Place]]:
    """Settle a town of a version, to be harmed."""
    with ExitStack() as undo_:

        def settled(version: str) -> Place:
            lab.settle(town(now, version))
            return Place(lab, now, undo_, version)

        yield settled


@pytest.mark.parametrize("story", STORIES, ids=lambda s: f"{s.action} {s.harm.__name__}")
def test_it_is_done_proven_and_taken_back(
    lab: World, doctor: Doctor, place: Callable[[str], Place], tmp_path: Path, story: Story
) -> None:
    story.harm(place(story.version))
    journal = tmp_path / "journal.jsonl"
    mappings, options, jobs = (rows(lab, q) for q in (MAPPINGS, OPTIONS, JOBS))
    counted, called = lab.counts(), len(lab.wp_calls())
    run = remediate_at_terminal(
        doctor,
        story.typed,
        "--only",
        story.only or story.action,
        "--journal",
        str(journal),
        "--wait",
        "0",
    )
    assert journal.exists(), run.said
    assert outcome_of(journal, story.action) == story.outcome, run.said
    assert tuple(rows(lab, story.query)) == story.after, run.said
    assert len(rows(lab, JOBS)) == len(jobs) + story.jobs
    assert lab.counts().since(counted).connections == 1
    assert lab.counts().since(counted).wordpress == story.loads
    ours = lab.wp_calls()[called:]
    assert ours
    assert not any("skip-plugins" in argument for call in ours for argument in call)
    queued = rows(lab, JOBS)
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert (b"Written by the plugin since" in back.stdout) is (story.jobs > 0)
    assert rows(lab, MAPPINGS) == mappings
    assert rows(lab, OPTIONS) == options
    assert rows(lab, JOBS)[: len(queued)] == queued
    again = undo(doctor, journal)
    assert again.status == 0, again.said
    assert rows(lab, MAPPINGS) == mappings


def test_only_the_listed_jobs_are_run_each_once(
    lab: World, doctor: Doctor, place: Callable[[str], Place], tmp_path: Path, now: datetime
) -> None:
    ten_jobs_wait(place("2.4.10"))
    foreign = seeds.action(900, "wu_add_domain", {"domain": OLD}, now, status="pending")
    lab.sql(*foreign, "UPDATE wplab_actionscheduler_actions SET group_id = 2 WHERE action_id = 900")
    journal, noted = tmp_path / "journal.jsonl", len(lab.notes())
    claims = rows(lab, CLAIMS)
    run = remediate_at_terminal(
        doctor, ("y", NETWORK_DOMAIN), "--only", "jobs.run-due", "--journal", str(journal)
    )
    ran = [note for note in lab.notes()[noted:] if note.startswith("job ")]
    assert ran == [f"job wu_async_process_domain_stage 2 {n}" for n in range(11)], run.said
    assert outcome_of(journal, "jobs.run-due")[0] == "done"
    assert outcome_of(journal, "backup.take")[0] == "done"
    assert rows(lab, "SELECT status FROM wplab_actionscheduler_actions WHERE action_id = 900") == [
        ("pending",)
    ]
    assert rows(lab, CLAIMS) == claims
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert b"The jobs have run" in back.stdout


def test_an_alias_that_nobody_needs_goes_after_a_backup_and_can_come_back(
    lab: World, doctor: Doctor, place: Callable[[str], Place], tmp_path: Path
) -> None:
    an_alias_that_nobody_needs(place("2.4.10"))
    journal = tmp_path / "journal.jsonl"
    run = remediate_at_terminal(
        doctor,
        ("y", "left.example.org"),
        "--only",
        "alias.delete",
        "--journal",
        str(journal),
        "--task-wait",
        "120",
    )
    assert "left.example.org" not in lab.api.app.domains, run.said
    acted = [r.endpoint for r in lab.api.calls() if r.acted]
    assert acted == ["/manualbackup", "/deletedomainalias"], run.said
    assert lab.api.app.backups[0]["id"], "the backup was not waited for"
    assert outcome_of(journal, "alias.delete") == ("done", "healed")
    back = undo(doctor, journal)
    assert back.status == 0, back.said
    assert "left.example.org" in lab.api.app.domains
