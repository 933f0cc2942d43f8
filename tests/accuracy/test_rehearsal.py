"""The rehearsed plugin leaves behind what the real one left in the recordings, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from evidence_folders import FIXTURES

from bridge.rehearsal.evidence import evidence
from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.plugin import Site
from bridge.rehearsal.servers import Page, Stranger
from bridge.rehearsal.world import World

VERSIONS = {"2.4.3": "2.4.3", "2.4.10": "2.4.10", "2.4.13-beta.1": "2.4.13"}
"""Folder of the recordings → generation."""
HOUR = 3600.0
ELSEWHERE = "198.51.100.7"


def well(world: World, domain: str) -> None:
    """Closte had the alias and its certificate before anybody asked the real plugin's host."""
    world.closte.issues_after = 0


def pending(world: World, domain: str) -> None:
    world.closte.withheld.add(domain)


def wrong(world: World, domain: str) -> None:
    page = "<!DOCTYPE html><html><head><title>This domain is parked</title></head><body>Buy this domain</body></html>"
    world.servers[ELSEWHERE] = Stranger(Page(200, page))
    world.points(domain, ELSEWHERE)


def refused(world: World, domain: str) -> None:
    world.closte.key = "rejected"


def unauthorized(world: World, domain: str) -> None:
    world.closte.key = "unauthorized"


def in_maintenance(world: World, domain: str) -> None:
    world.closte.down = "page"


def timed_out(world: World, domain: str) -> None:
    world.closte.down_for_host = "timeout"


def keyless(world: World, domain: str) -> None:
    world.constants["CLOSTE_CLIENT_API_KEY"] = None


def not_enabled(world: World, domain: str) -> None:
    world.plugin.integrations.clear()


def at_another_app(world: World, domain: str) -> None:
    world.closte.unwilling[domain] = f"Domain {domain} already exists"


HARMS: dict[str, Callable[[World, str], None]] = {
    "ok_ssl_endpoint_404": well,
    "ssl_pending_max_tries": pending,
    "dns_wrong_max_tries": wrong,
    "bad_key_json": refused,
    "bad_key_http401": unauthorized,
    "api_html": in_maintenance,
    "api_timeout": timed_out,
    "missing_constant": keyless,
    "integration_not_enabled": not_enabled,
    "duplicate_api": at_another_app,
}


def recorded(version: str, name: str, file: str) -> str:
    return (FIXTURES / "recordings" / version / name / file).read_text(encoding="utf-8")


def rehearsed(version: str, name: str) -> dict[str, str]:
    """The same story: one domain of one site, mapped two hours before the look."""
    (row,) = json.loads(recorded(version, name, "domain_mappings.json"))
    world = World(GENERATIONS[VERSIONS[version]], network="network.example.com", starts=-3 * HOUR)
    domain = row["domain"]
    world.points(domain, world.entrance)
    world.plugin.sites.append(Site(2, "shop.network.example.com"))
    HARMS[name](world, domain)
    world.run_until(-2 * HOUR - 10)
    world.plugin.map(domain, world.plugin.sites[-1])
    world.run_until(0)
    return {file: content.decode() for file, content in evidence(world).items()}


_UNLIKE = (
    (re.compile(r"^\[[^\]]+\] ", re.MULTILINE), ""),
    (re.compile(r'"taskid": ?\d+'), '"taskid":0'),
    (re.compile(r"first 10 chars\): \S+\.\.\."), "first 10 chars): KEY..."),
    (re.compile(r"after \d+ (ms|milliseconds)"), r"after N \1"),
    (re.compile(r" via (WP Cron|WP CLI|Async Request)"), " via X"),
)


def alike(text: str) -> list[str]:
    """Without times, numbers and the key, which differ by nature."""
    for pattern, instead in _UNLIKE:
        text = pattern.sub(instead, text)
    return text.splitlines()


def as_far_as_recorded(made: list[str], real: list[str]) -> list[str]:
    """A recording may end before the story does."""
    return made[: len(real)]


CASES = [(v, n) for v in VERSIONS for n in HARMS if (FIXTURES / "recordings" / v / n).is_dir()]


@pytest.mark.parametrize(("version", "name"), CASES)
def test_the_logs_are_those_of_the_real_plugin(version: str, name: str) -> None:
    made = rehearsed(version, name)
    folder = FIXTURES / "recordings" / version / name / "wu-logs"
    compared = 0
    for file in sorted(folder.glob("*.log")):
        real = alike(file.read_text(encoding="utf-8"))
        ours = alike(made.get(f"wu-logs/{file.name}", ""))
        assert as_far_as_recorded(ours, real) == real, file.name
        compared += len(real)
    assert compared


@pytest.mark.parametrize(("version", "name"), CASES)
def test_the_jobs_are_those_of_the_real_plugin(version: str, name: str) -> None:
    real = [action_of(a) for a in json.loads(recorded(version, name, "scheduler.json"))]
    made = [action_of(a) for a in json.loads(rehearsed(version, name)["scheduler.json"])]
    ran = [a for a in real if a[1] != "pending"]
    assert ran
    assert made[: len(ran)] == ran
    for waiting, later in zip(real[len(ran) :], made[len(ran) :], strict=False):
        assert (waiting[0], waiting[2]) == (later[0], later[2])


def action_of(action: dict[str, object]) -> tuple[object, ...]:
    args = action["args"]
    log = action["log"]
    assert isinstance(log, list)
    return (
        action["hook"],
        action["status"],
        json.loads(args) if isinstance(args, str) else args,
        alike("\n".join(entry["message"] for entry in log)),
    )


@pytest.mark.parametrize(
    ("version", "name"), [c for c in CASES if c[1].endswith(("max_tries", "404"))]
)
def test_the_row_ends_as_the_real_one(version: str, name: str) -> None:
    (real,) = json.loads(recorded(version, name, "domain_mappings.json"))
    (made,) = json.loads(rehearsed(version, name)["domain_mappings.json"])
    for column in ("stage", "active", "primary_domain", "secure"):
        assert made[column] == str(real[column]), column
