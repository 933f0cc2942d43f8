"""Faults of settings and constants."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, NEWER, fault
from bridge.rehearsal.world import World

TIMED = (
    "ssl.slow",
    "ssl.pending",
    "ssl.given-up*",
    "check.*",
    "mapping.stale-failure*",
    "dns.proxied*",
    "dns.wrong-expectation-hurting",
    "jobs.*",
    "settings.window*",
    "ssl.rate-limit*",
    "alias.*",
)


@fault("settings.mapping-off")
def mapping_is_switched_off(world: World, _: str) -> None:
    world.plugin.settings["enable_domain_mapping"] = "0"


@fault("settings.mapping-off", "unsaved", hides=("settings.mapping-off*",))
def the_switch_was_never_saved(world: World, _: str) -> None:
    del world.plugin.settings["enable_domain_mapping"]


@fault("settings.cookie-domain", severity="warning")
def the_cookie_domain_is_fixed(world: World, _: str) -> None:
    world.constants["COOKIE_DOMAIN"] = f".{world.network}"


@fault("settings.network-domain")
def wp_config_names_another_domain(world: World, _: str) -> None:
    world.constants["DOMAIN_CURRENT_SITE"] = "old-network.example"


@fault("settings.security-mode", severity="warning")
def security_mode_was_left_on(world: World, _: str) -> None:
    world.plugin.settings["security_mode"] = "1"


@fault("settings.window-too-short", severity="warning", hides=TIMED)
def the_interval_of_the_documentation_for_testing(world: World, _: str) -> None:
    world.plugin.settings["dns_check_interval"] = 10


@fault(
    "settings.window-too-short", "early", severity="warning", generations=("2.4.3",), hides=TIMED
)
def an_interval_that_only_later_versions_can_bear(world: World, _: str) -> None:
    world.plugin.settings["dns_check_interval"] = "60"


@fault(
    "mapping.schema-old",
    generations=NEWER,
    hides=("ssl.given-up*", "dns.caa-forbids-new", "dns.stray-ipv6-new"),
)
def the_table_was_not_upgraded(world: World, _: str) -> None:
    world.plugin.stages = world.plugin.stages.replace(",'ssl-failed'", "")


@fault(
    "mapping.schema-old",
    "stuck",
    generations=NEWER,
    newcomer=3 * HOUR,
    ago=4 * HOUR,
    folded=("jobs.none-queued",),
    hides=("ssl.given-up*", "dns.caa-forbids-new", "dns.stray-ipv6-new"),
)
def a_domain_cannot_be_marked_as_failed(world: World, domain: str) -> None:
    the_table_was_not_upgraded.harm(world, domain)
    world.closte.withheld.add(domain)
