"""The lab is what it says: a real host that answers, counts, and can be hurt the way hosts are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from lab.networks import GENERATIONS, NETWORK_DOMAIN, healthy, recorded, recorded_names
from lab.world import DATABASE, Counts, World

pytestmark = pytest.mark.lab


def wp(lab: World, *arguments: str, stdin: bytes = b"") -> bytes:
    done = lab.ssh("wp", f"--path={lab.site}", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sunrise_active(lab: World) -> bool:
    ((value,),) = lab.database.rows(
        "SELECT meta_value FROM wplab_sitemeta WHERE meta_key = 'wu_sunrise_meta'", DATABASE
    )
    return '"active";b:1' in value


@pytest.mark.parametrize("version", GENERATIONS)
def test_a_recorded_network_lives_on_the_host(lab: World, now: datetime, version: str) -> None:
    lab.settle(healthy(version, now))
    sites = json.loads(wp(lab, "site", "list", "--format=json", "--fields=blog_id,url"))
    assert [str(site["blog_id"]) for site in sites] == ["1", "2"]
    plugins = json.loads(wp(lab, "plugin", "list", "--status=active-network", "--format=json"))
    assert {"name": lab.network.plugin_slug, "version": version}.items() <= plugins[0].items()


def test_connections_and_starts_are_counted(lab: World, now: datetime) -> None:
    lab.settle(healthy("2.4.10", now))
    before = lab.counts()
    wp(lab, "eval-file", "-", "--skip-wordpress", stdin=b"<?php echo 1;")
    assert lab.counts().since(before) == Counts(connections=1, wp=1, wordpress=0)
    assert lab.wp_calls()[-1] == (f"--path={lab.site}", "eval-file", "-", "--skip-wordpress")
    before = lab.counts()
    wp(lab, "option", "get", "siteurl")
    assert lab.counts().since(before) == Counts(connections=1, wp=1, wordpress=1)


def test_skipping_plugins_switches_domain_mapping_off_until_the_plugin_is_loaded(
    lab: World, now: datetime
) -> None:
    lab.settle(healthy("2.4.10", now))
    assert sunrise_active(lab)
    wp(lab, "option", "get", "siteurl", "--skip-plugins")
    assert not sunrise_active(lab)
    wp(lab, "option", "get", "siteurl")
    assert sunrise_active(lab)


def test_an_ordinary_start_is_seen_in_the_dump_and_reading_before_it_is_not(
    lab: World, now: datetime
) -> None:
    lab.settle(healthy("2.4.10", now))
    before = lab.dump(), lab.tree()
    wp(lab, "eval-file", "-", "--skip-wordpress", stdin=b"<?php echo 1;")
    assert (lab.dump(), lab.tree()) == before
    wp(lab, "option", "get", "siteurl")
    assert lab.dump() != before[0]
    wp(lab, "eval", '"file_put_contents(WP_CONTENT_DIR.\\"/x\\", 1);"')
    assert lab.tree() != before[1]


@pytest.mark.parametrize("name", recorded_names())
def test_a_recorded_network_is_moved_to_the_present_as_a_whole(name: str) -> None:
    now = datetime(2031, 3, 4, 5, 6, 7, tzinfo=UTC)
    network = recorded(name, now)
    assert b"2026-11-2" not in network.sql
    log = next(body for file, body in network.logs.items() if file.startswith("domain-"))
    last = datetime.fromisoformat(log.decode().splitlines()[-1][1:20]).replace(tzinfo=UTC)
    assert timedelta(0) <= now - last < timedelta(hours=1)


def test_nothing_is_overdue_on_a_healthy_host(lab: World, now: datetime) -> None:
    lab.settle(healthy("2.4.10", now))
    events = json.loads(wp(lab, "cron", "event", "list", "--format=json", "--fields=next_run_gmt"))
    stamp = now.strftime("%Y-%m-%d %H:%M:%S")
    assert events
    assert all(event["next_run_gmt"] > stamp for event in events)
    overdue = lab.database.rows(
        "SELECT action_id FROM wplab_actionscheduler_actions"
        f" WHERE status = 'pending' AND scheduled_date_gmt < '{stamp}'",
        DATABASE,
    )
    assert overdue == []


def test_the_world_outside_is_in_order_around_a_settled_network(lab: World, now: datetime) -> None:
    lab.settle(healthy("2.4.10", now))
    assert lab.api.app.domains == [NETWORK_DOMAIN, "ok.customer.example.org"]
    assert lab.secrets()[0] in lab.config.read_text()
