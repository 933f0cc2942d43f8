"""Faults of the plugin and of its Closte integration."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, MINUTE, NEWER, fault
from bridge.rehearsal.faults.key import STANDING
from bridge.rehearsal.world import World


@fault("module.disabled", newcomer=HOUR, hides=STANDING, folded=("jobs.failed", "alias.missing"))
def the_module_was_switched_off(world: World, _: str) -> None:
    world.plugin.integrations["closte"] = False


@fault(
    "module.disabled",
    "never",
    newcomer=HOUR,
    hides=STANDING,
    folded=("jobs.failed", "alias.missing"),
)
def the_module_is_not_in_the_list(world: World, _: str) -> None:
    world.plugin.integrations.clear()


@fault("module.conflict", severity="warning", hides=("module.*",))
def another_provider_is_enabled_as_well(world: World, _: str) -> None:
    world.plugin.integrations["cloudflare"] = True


@fault(
    "module.crashes",
    ago=2 * HOUR,
    newcomer=90 * MINUTE,
    generations=("2.4.10",),
    hides=STANDING,
    folded=("jobs.failed", "alias.missing"),
)
def the_provider_died_of_a_hiccup_of_the_network(world: World, _: str) -> None:
    world.closte.down_for_host = "timeout"
    world.after(HOUR, lambda: setattr(world.closte, "down_for_host", None))


@fault("plugin.inactive", folded=("sunrise.inactive",), hides=("*",))
def the_plugin_was_deactivated(world: World, _: str) -> None:
    world.plugin.active = world.plugin.sunrise_active = False
    world.host.sunrise_switched_off_at = world.clock


@fault("plugin.inactive", "setup", hides=("plugin.*", "sunrise.*"))
def the_setup_was_never_finished(world: World, _: str) -> None:
    world.plugin.set_up = False


@fault(
    "logs.unwritable",
    severity="warning",
    hides=(
        "logs.*",
        "alias.*",
        "check.loopback*",
        "ssl.rate-limit*",
        "mapping.schema-old-stuck",
        "mapping.none-for-site*",
        "dns.wrong-expectation*",
        "api.*",
        "key.*",
    ),
)
def the_log_folder_may_not_be_written(world: World, _: str) -> None:
    world.logs.writable = False


@fault(
    "logs.muted",
    severity="warning",
    hides=(
        "logs.*",
        "alias.*",
        "check.loopback*",
        "ssl.rate-limit*",
        "mapping.schema-old-stuck",
        "mapping.none-for-site*",
        "dns.wrong-expectation*",
        "api.*",
        "key.*",
    ),
)
def logging_is_disabled(world: World, _: str) -> None:
    world.logs.level = "disabled"


@fault(
    "logs.muted",
    "errors",
    severity="warning",
    hides=(
        "logs.*",
        "alias.*",
        "check.loopback*",
        "ssl.rate-limit*",
        "mapping.schema-old-stuck",
        "dns.wrong-expectation*",
        "api.*",
        "key.*",
    ),
)
def only_errors_are_logged(world: World, _: str) -> None:
    world.logs.level = "errors"


@fault("logs.unrecognised", severity="info", generations=NEWER)
def the_plugin_found_new_words(world: World, _: str) -> None:
    for number in range(40):
        world.logs.write(
            world.clock, "integration-closte", f"Provisioning request {number} accepted"
        )


@fault("cache.stale-risk", severity="info", subject="network", ago=20 * MINUTE)
def a_row_was_changed_by_sql_under_an_object_cache(world: World, domain: str) -> None:
    world.host.object_cache = True
    world.plugin.row(domain).modified = world.clock
