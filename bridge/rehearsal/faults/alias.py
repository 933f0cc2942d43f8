"""Faults of Closte's list of domains."""

from __future__ import annotations

from bridge.rehearsal.fault import DAY, HOUR, LOGGED, MINUTE, fault
from bridge.rehearsal.world import World


@fault("alias.missing", subject="domain", allowed=("mapping.secure-flag",), ago=2 * DAY)
def the_alias_was_deleted_at_closte(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.closte.aliases.pop(name, None)
        world.closte.certificates.pop(name, None)


@fault("alias.orphan", subject="left-over.example", severity="warning")
def an_alias_outlived_its_mapping(world: World, _: str) -> None:
    world.closte.add("left-over.example", world)


@fault(
    "alias.already-added",
    subject="domain",
    severity="info",
    newcomer=HOUR,
    ago=HOUR + MINUTE,
    generations=LOGGED,
)
def the_alias_was_there_before_the_plugin_asked(world: World, domain: str) -> None:
    world.closte.add(domain, world)


@fault(
    "alias.elsewhere",
    subject="domain",
    newcomer=40 * MINUTE,
    ago=2 * HOUR,
    generations=LOGGED,
    folded=("alias.missing",),
)
def another_app_has_the_domain(world: World, domain: str) -> None:
    world.closte.elsewhere.add(domain)


@fault("alias.no-www", subject="domain", severity="info")
def www_was_never_added_at_closte(world: World, domain: str) -> None:
    world.closte.aliases.pop(f"www.{domain}", None)


@fault(
    "alias.refused",
    subject="domain",
    newcomer=40 * MINUTE,
    ago=2 * HOUR,
    generations=LOGGED,
    folded=("alias.missing",),
)
def closte_calls_the_domain_invalid(world: World, domain: str) -> None:
    world.closte.invalid.add(domain)


@fault(
    "alias.silent-failure",
    subject="domain",
    newcomer=40 * MINUTE,
    ago=41 * MINUTE,
    generations=("2.4.13",),
    folded=("alias.missing",),
)
def adding_failed_without_a_word(world: World, domain: str) -> None:
    world.closte.unwilling[domain] = "Something went wrong (17)"
