"""Two networks in one database: the one that is asked for is looked at, the other one is told apart from it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from e2e.doctor import Doctor
from e2e.town import town
from lab import seeds
from lab.world import World

pytestmark = pytest.mark.lab

SECOND, SITE, MAPPED = "second.example", "shop.second.example", "theirs.customer.example.org"
_ACTIONS = [f"actionscheduler_{name}" for name in ("actions", "claims", "groups", "logs")]


def second_network(at: datetime) -> tuple[str, ...]:
    """A network of its own: main site 50, one more site, one mapped domain (DOMAIN 2.1, 2.4)."""
    sites = [seeds.site(50, SECOND, at), seeds.site(51, SITE, at)]
    row = seeds.mapping(1, 51, MAPPED, at)
    return (
        f"INSERT INTO wplab_site (id, domain, path) VALUES (2, '{SECOND}', '/')",
        "INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value)"
        " SELECT 2, meta_key, meta_value FROM wplab_sitemeta WHERE site_id = 1",
        *(text.replace(", 1, ", ", 2, ", 1) for text in sites),
        *(
            statement
            for table in ("options", *_ACTIONS)
            for statement in (
                f"CREATE TABLE wplab_50_{table} LIKE wplab_{table}",
                f"INSERT INTO wplab_50_{table} SELECT * FROM wplab_{table}",
            )
        ),
        f"UPDATE wplab_50_options SET option_value = 'https://{SECOND}'"
        " WHERE option_name IN ('siteurl', 'home')",
        "CREATE TABLE wplab_wu_2_domain_mappings LIKE wplab_wu_domain_mappings",
        row.replace("wplab_wu_domain_mappings", "wplab_wu_2_domain_mappings"),
    )


def test_what_the_other_network_has_is_nobodys_orphan(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now).with_sql(*second_network(now - timedelta(days=9))))
    lab.api.app.domains += [SECOND, SITE, MAPPED, "gone.example"]
    run = doctor.diagnose()
    assert {f["subject"]["id"] for f in run.of("alias.orphan")} == {"gone.example"}, run.summary
    assert run.problems == {"alias.orphan"}, run.summary
    assert any(SECOND in note for note in run.report["notes"]), run.report["notes"]
    assert MAPPED not in {d["domain"] for d in run.report["domains"]}


def test_the_second_network_has_tables_of_its_own(
    lab: World, doctor: Doctor, now: datetime
) -> None:
    lab.settle(town(now).with_sql(*second_network(now - timedelta(days=9))))
    lab.api.app.domains += [SECOND, MAPPED]
    run = doctor.diagnose("--url", f"https://{SECOND}/")
    assert run.report["network"]["domain"] == SECOND
    assert [d["domain"] for d in run.report["domains"]] == [MAPPED], run.summary
    assert run.of("alias.orphan") == [], run.summary
    for code in (
        "settings.network-domain",
        "jobs.no-tables",
        "mapping.no-table",
        "plugin.inactive",
    ):
        assert run.of(code) == [], run.summary
