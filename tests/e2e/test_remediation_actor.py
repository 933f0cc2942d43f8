"""The script that changes things, alone: what it compares, what it refuses, and values that want to be code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from e2e.remedies import JOBS, MAPPINGS, OPTIONS, rows
from e2e.town import NEW_ROW, OLD, town
from lab import seeds
from lab.networks import NETWORK_DOMAIN, healthy
from lab.world import World

from analyzers.steps import Json
from bridge.connect_options import ConnectOptions
from bridge.host.acting import Acting, ActingNetwork, Asked, Ended, Seen, Told, act, actor, look
from bridge.host.wp import Place
from bridge.ssh import SshTransport
from bridge.targets import SshTarget

pytestmark = pytest.mark.lab

HOSTILE = (
    "a'; DROP TABLE wplab_users; -- .example",
    'b"$(touch /tmp/closte-doctor-was-here)`id`.example',
    "-rf.example",
    "c\n.example",
    "%s\\%_.example",
    "<?php exit; ?>.example",
    "ünï.example",
)


class Host:
    """The lab's host, to act on."""

    def __init__(self, lab: World) -> None:
        self.lab = lab
        target = SshTarget("lab", lab.sshd.host, lab.account.name, lab.sshd.port)
        reach = ConnectOptions(known_hosts=str(lab.known_hosts), ssh_config=str(lab.ssh_config))
        self.transport = SshTransport(target, reach)
        network = ActingNetwork(1, NETWORK_DOMAIN, 1, "wplab_", lab.account.name)
        place = Place(folder=str(lab.site))
        self.acting = Acting(place, network, api=True, api_url=lab.api.url, api_seconds=5)

    def look(self, *places: str) -> Seen:
        return look(self.transport, self.acting, places, calls=("/getdomains",))

    def act(self, *steps: Asked) -> tuple[Ended, list[Told]]:
        told: list[Told] = []
        ended = act(self.transport, self.acting, steps, told.append)
        return ended, told

    def one(self, action: str, parameters: dict[str, Json], *places: str) -> Told:
        """Look at these places, then act."""
        expects = self.look(*places).values
        _, (told,) = self.act(Asked("s1", action, parameters, expects))
        return told


@pytest.fixture
def host(lab: World, now: datetime) -> Iterator[Host]:
    lab.settle(town(now))
    found = Host(lab)
    yield found
    found.transport.close()


def test_it_never_skips_plugins_and_names_no_key() -> None:
    script = actor()
    assert script.startswith(b"<?php")
    assert b"--skip-plugins" not in script
    assert b"\n<?php" not in script, "one script, not two"
    assert b"::main(" in script
    assert script.rstrip().rpartition(b"\n")[2].startswith(b"Closte_Doctor_Actor::main(")


def test_looking_changes_nothing_and_starts_no_wordpress(host: Host) -> None:
    database, tree, before = host.lab.dump(), host.lab.tree(), host.lab.counts()
    seen = host.look("row 2", f"rows of {OLD}", f"alias {OLD}", "integration closte", "row 77")
    assert seen.problem == ""
    row = seen.values["row 2"]
    assert isinstance(row, dict)
    assert row["domain"] == OLD
    assert seen.values[f"rows of {OLD}"] == [2]
    assert seen.values[f"alias {OLD}"] is True
    assert seen.values["integration closte"] == {"value": True}
    assert seen.values["row 77"] is None
    assert host.lab.dump() == database
    assert host.lab.tree() == tree
    assert host.lab.counts().since(before).wordpress == 0


@pytest.mark.parametrize(
    "place",
    [
        "setting stripe_secret_key",
        "option wp-ultimo_v2_settings",
        "row 1 OR 1=1",
        "rows of site 1; DROP TABLE x",
        "transient anything",
        "",
        "user 1",
    ],
)
def test_nothing_else_can_be_looked_at(host: Host, place: str) -> None:
    seen = host.look(place)
    assert place not in seen.values or seen.values[place] == []


@pytest.mark.parametrize("domain", HOSTILE, ids=ascii)
def test_a_domain_is_data_on_every_way(host: Host, domain: str) -> None:
    lab = host.lab
    lab.sql(
        seeds.mapping(NEW_ROW, 3, domain, datetime(2026, 5, 4), stage="failed", primary=0),
        seeds.mapping(NEW_ROW + 1, 3, domain, datetime(2026, 5, 5), stage="failed", primary=0),
    )
    users = rows(lab, "SELECT COUNT(*) FROM wplab_users")
    before = rows(lab, MAPPINGS)
    place = f"row {NEW_ROW + 1}"
    seen = host.look(place, f"row {NEW_ROW}", f"rows of {domain}", f"alias {domain}").values
    assert seen[f"alias {domain}"] is False
    row = seen[place]
    assert isinstance(row, dict)
    assert row["domain"] == domain
    added = host.one("alias.add", {"domain": domain, "wildcard": 0}, f"alias {domain}")
    assert added.outcome == "called"
    assert [r.fields["domain"] for r in lab.api.calls("/adddomainalias")] == [domain]
    parameters: dict[str, Json] = {
        "domain_id": NEW_ROW + 1,
        "blog_id": 3,
        "domain": domain,
        "keep_id": NEW_ROW,
    }
    dropped = host.one("domain.drop-duplicate", parameters, place, f"row {NEW_ROW}")
    assert dropped.outcome == "done", dropped.answer
    assert len(rows(lab, MAPPINGS)) == len(before) - 1
    back = host.one("restore", {"places": {place: row}}, place)
    assert back.outcome == "done", back.answer
    assert rows(lab, MAPPINGS) == before
    assert rows(lab, "SELECT COUNT(*) FROM wplab_users") == users


def test_what_moved_since_the_look_is_not_touched(host: Host) -> None:
    seen = host.look("row 2").values
    host.lab.sql("UPDATE wplab_wu_domain_mappings SET active = 0 WHERE id = 2")
    before = rows(host.lab, MAPPINGS), rows(host.lab, JOBS)
    for action, more in (("domain.recheck", {"stage": "checking-dns"}), ("domain.mark-done", {})):
        asked = Asked("s1", action, {"domain_id": 2, "domain": OLD, **more}, seen)
        _, (told,) = host.act(asked)
        assert (told.outcome, told.answer) == ("failed", "row 2 is not as it was a moment ago")
    assert (rows(host.lab, MAPPINGS), rows(host.lab, JOBS)) == before


def test_an_alias_that_came_or_went_since_is_no_longer_asked_for(host: Host) -> None:
    expects = host.look("alias new.example.org").values
    host.lab.api.app.domains.append("new.example.org")
    parameters: dict[str, Json] = {"domain": "new.example.org", "wildcard": 0}
    _, (told,) = host.act(Asked("s1", "alias.add", parameters, expects))
    assert told.outcome == "already"
    _, (told,) = host.act(Asked("s1", "alias.delete", parameters, {}))
    assert told.outcome == "failed"
    assert not any(r.acted for r in host.lab.api.calls())


@pytest.mark.parametrize(
    "other",
    [
        {"domain": "elsewhere.example"},
        {"app_id": "acct999999"},
        {"app_id": None},
        {"prefix": "other_"},
        {"id": 2},
    ],
    ids=str,
)
def test_any_other_network_is_refused_before_anything(host: Host, other: dict[str, object]) -> None:
    network = replace(host.acting.network, **other)  # type: ignore[arg-type]
    host.acting = replace(host.acting, network=network)
    database = host.lab.dump()
    parameters: dict[str, Json] = {"domain": "new.example.org", "wildcard": 0}
    ended, told = host.act(Asked("s1", "alias.add", parameters, {"alias new.example.org": False}))
    assert ended.refused
    assert (ended.begun, told) == ((), [])
    assert "not the network" in ended.problem
    assert host.lab.api.calls() == ()
    assert host.lab.dump() == database


def test_a_step_that_fails_stops_what_comes_after_it_and_not_the_rest(host: Host) -> None:
    expects = host.look("row 2", "setting error_logging_level").values
    bad = Asked("s1", "domain.mark-done", {"domain_id": 99, "domain": OLD}, {})
    after = Asked(
        "s2",
        "settings.check-interval",
        {"seconds": 60},
        host.look("setting dns_check_interval").values,
        ("s1",),
    )
    other = Asked(
        "s3",
        "settings.log-level",
        {"level": "all"},
        {"setting error_logging_level": expects["setting error_logging_level"]},
    )
    ended, told = host.act(bad, after, other)
    assert ended.begun == ("s1", "s3")
    assert [(t.step, t.outcome) for t in told] == [("s1", "failed"), ("s3", "done")]


def test_a_row_that_a_strict_database_would_not_take_is_put_back_to_the_byte(host: Host) -> None:
    mappings = "wplab_wu_domain_mappings"
    host.lab.sql(
        "SET sql_mode='';"
        f"INSERT INTO {mappings} SET id={NEW_ROW}, blog_id=3, domain='{OLD}', active=1, stage='',"
        " date_created='0000-00-00 00:00:00'"
    )
    host.lab.database.execute(
        "SET GLOBAL sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ANSI_QUOTES'"
    )
    try:
        before = rows(host.lab, MAPPINGS)
        place = f"row {NEW_ROW}"
        row = host.look(place).values[place]
        dropped: dict[str, Json] = {"domain_id": NEW_ROW, "blog_id": 3, "domain": OLD, "keep_id": 2}
        assert host.one("domain.drop-duplicate", dropped, place, "row 2").outcome == "done"
        _, (told,) = host.act(Asked("s1", "restore", {"places": {place: row}}, {place: None}))
        assert told.outcome == "done", told.answer
        assert rows(host.lab, MAPPINGS) == before
    finally:
        host.lab.database.execute("SET GLOBAL sql_mode=DEFAULT")


def test_what_a_trigger_would_make_of_it_is_not_left_half_put_back(host: Host) -> None:
    mappings = "wplab_wu_domain_mappings"
    row = host.look("row 2").values["row 2"]
    assert isinstance(row, dict)
    before = rows(host.lab, MAPPINGS)
    host.lab.sql(
        f"CREATE TRIGGER meddles BEFORE UPDATE ON {mappings} FOR EACH ROW SET NEW.secure = 0"
    )
    try:
        wanted: dict[str, Json] = {"stage": "checking-dns", "secure": "1"}
        _, (told,) = host.act(Asked("s1", "restore", {"places": {"row 2": wanted}}, {"row 2": row}))
        assert told.outcome == "failed"
        assert "would not be as it was" in told.answer
        assert rows(host.lab, MAPPINGS) == before
    finally:
        host.lab.sql("DROP TRIGGER meddles")


def test_settings_that_hold_secrets_stay_whole_and_none_is_sent(host: Host) -> None:
    ((stored,),) = rows(
        host.lab,
        "SELECT HEX(meta_value) FROM wplab_sitemeta WHERE meta_key = 'wp-ultimo_v2_settings'",
    )
    told = host.one("settings.check-interval", {"seconds": 45}, "setting dns_check_interval")
    assert told.outcome == "done", told.answer
    back = host.one(
        "restore",
        {"places": {"setting dns_check_interval": {"value": 300}}},
        "setting dns_check_interval",
    )
    assert back.outcome == "done", back.answer
    assert rows(
        host.lab,
        "SELECT HEX(meta_value) FROM wplab_sitemeta WHERE meta_key = 'wp-ultimo_v2_settings'",
    ) == [(stored,)]


def test_a_setting_that_cannot_be_written_back_to_the_byte_is_left_alone(host: Host) -> None:
    host.lab.sql(seeds.network_option("wp-ultimo_v2_settings", "not what it should be"))
    before = rows(host.lab, OPTIONS)
    asked = Asked("s1", "settings.log-level", {"level": "all"}, {})
    _, (told,) = host.act(asked)
    assert told.outcome == "failed"
    assert rows(host.lab, OPTIONS) == before


@pytest.mark.parametrize("version", ["2.4.3", "2.4.13-beta.1"])
def test_the_model_of_each_generation_is_saved_without_cron(
    lab: World, now: datetime, version: str
) -> None:
    at = now.replace(hour=0)
    lab.settle(healthy(version, now).with_sql(seeds.cron(at, hook="lab_cron_event")))
    host = Host(lab)
    noted = len(lab.notes())
    parameters: dict[str, Json] = {
        "domain_id": 1,
        "domain": "ok.customer.example.org",
        "stage": "checking-dns",
    }
    told = host.one("domain.recheck", parameters, "row 1")
    host.transport.close()
    assert told.outcome == "done", told.answer
    assert rows(lab, "SELECT stage FROM wplab_wu_domain_mappings") == [("checking-dns",)]
    assert [n for n in lab.notes()[noted:] if n.startswith("cron")] == []
