"""Faults of Closte's API and of the way to it."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, fault
from bridge.rehearsal.faults.key import STANDING
from bridge.rehearsal.world import World

CRASHED = (("module.crashes", "network"),)
QUIET = ("2.4.3", "2.4.13")
"""Generations whose provider survives a transport error."""


@fault("api.unreachable", newcomer=HOUR, hides=STANDING, generations=QUIET)
def the_way_from_the_host_is_blocked(world: World, _: str) -> None:
    world.closte.down_for_host = "timeout"


@fault(
    "api.unreachable",
    "crashing",
    newcomer=HOUR,
    hides=STANDING,
    generations=("2.4.10",),
    beside=CRASHED,
)
def the_way_is_blocked_and_the_provider_dies_of_it(world: World, _: str) -> None:
    world.closte.down_for_host = "timeout"


@fault("api.unreachable", "reset", hides=STANDING, generations=QUIET)
def connections_of_the_host_are_reset(world: World, _: str) -> None:
    world.closte.down_for_host = "reset"


@fault("api.unreachable", "firewall", newcomer=HOUR, hides=STANDING)
def a_firewall_answers_the_host_with_a_page(world: World, _: str) -> None:
    world.closte.down_for_host = "firewall"


@fault("api.unreachable", "by-wordpress", hides=STANDING, generations=QUIET)
def wordpress_may_not_call_out(world: World, _: str) -> None:
    world.constants["WP_HTTP_BLOCK_EXTERNAL"] = True


@fault("api.outage", severity="warning", newcomer=HOUR, hides=STANDING)
def closte_is_in_maintenance(world: World, _: str) -> None:
    world.closte.down = "maintenance"


@fault("api.outage", "page", severity="warning", newcomer=HOUR, hides=STANDING)
def closte_answers_with_a_page(world: World, _: str) -> None:
    world.closte.down = "page"


@fault("api.outage", "garbage", severity="warning", hides=STANDING)
def closte_answers_half_a_document(world: World, _: str) -> None:
    world.closte.down = "garbage"


@fault("api.outage", "empty", severity="warning", newcomer=HOUR, hides=STANDING)
def closte_answers_nothing(world: World, _: str) -> None:
    world.closte.down = "empty"


@fault(
    "api.outage",
    "crashing",
    severity="warning",
    newcomer=HOUR,
    hides=STANDING,
    generations=("2.4.10",),
    beside=CRASHED,
)
def closte_never_answers_and_the_provider_dies_of_it(world: World, _: str) -> None:
    world.closte.down = "timeout"


@fault("api.outage", "timeout", severity="warning", hides=STANDING, generations=QUIET)
def closte_never_answers_anybody(world: World, _: str) -> None:
    world.closte.down = "timeout"
