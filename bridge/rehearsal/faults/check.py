"""Faults that defeat the plugin's own checks."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, MINUTE, fault
from bridge.rehearsal.faults.mapping import away, home
from bridge.rehearsal.servers import Page
from bridge.rehearsal.world import World

NATIVE = (("check.loopback-blocked", "native"),)
GUARDED = (
    "check.*",
    "dns.*-new",
    "dns.proxied*",
    "dns.wrong-expectation*",
    "mapping.stale*",
    "ssl.*",
    "jobs.failed*",
    "jobs.none-queued",
    "alias.*",
)


@fault(
    "check.loopback-blocked",
    subject="domain",
    severity="warning",
    newcomer=14 * MINUTE,
    beside=NATIVE,
    ago=HOUR,
    hides=GUARDED,
    for_all=True,
)
def a_password_stands_in_front_of_every_site(world: World, _: str) -> None:
    world.plugin.compares_with = None
    world.guard = Page(401, "Authorization required")


@fault(
    "check.loopback-blocked",
    "firewall",
    subject="domain",
    severity="warning",
    newcomer=14 * MINUTE,
    beside=NATIVE,
    ago=HOUR,
    hides=GUARDED,
    for_all=True,
)
def a_firewall_refuses_the_plugins_question(world: World, _: str) -> None:
    world.plugin.compares_with = None
    world.guard = Page(403, "Forbidden")


@fault(
    "check.gave-up-dns",
    subject="domain",
    newcomer=3 * HOUR,
    ago=3 * HOUR,
)
def the_dns_came_right_too_late_and_the_certificate_not_yet(world: World, domain: str) -> None:
    world.closte.withheld.add(domain)
    away(world, domain)
    world.after(2 * HOUR, lambda: home(world, domain))
