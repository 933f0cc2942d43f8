"""Faults of sunrise.php and its constant."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, fault
from bridge.rehearsal.world import World


@fault("sunrise.undefined", hides=("sunrise.undefined*",))
def the_sunrise_constant_is_gone(world: World, _: str) -> None:
    world.constants["SUNRISE"] = None


@fault("sunrise.undefined", "false", hides=("sunrise.undefined*",))
def the_sunrise_constant_is_false(world: World, _: str) -> None:
    world.constants["SUNRISE"] = False


@fault("sunrise.file-missing", hides=("sunrise.outdated*", "sunrise.foreign"))
def the_sunrise_file_is_gone(world: World, _: str) -> None:
    world.host.sunrise = {"exists": False, "version": None, "plugin_slug": None, "ours": False}


@fault(
    "sunrise.outdated",
    severity="warning",
    hides=("sunrise.file-missing", "sunrise.foreign", "sunrise.outdated*"),
)
def the_sunrise_file_is_of_an_older_plugin(world: World, _: str) -> None:
    world.host.sunrise["version"] = "2.0.0.4"


@fault(
    "sunrise.outdated",
    "folder",
    severity="warning",
    hides=("sunrise.file-missing", "sunrise.foreign", "sunrise.outdated*"),
)
def the_sunrise_file_loads_a_folder_that_is_gone(world: World, _: str) -> None:
    world.host.sunrise["plugin_slug"] = "wp-ultimo"


@fault("sunrise.foreign", severity="warning", hides=("sunrise.file-missing", "sunrise.outdated*"))
def the_sunrise_file_is_another_products(world: World, _: str) -> None:
    world.host.sunrise = {"exists": True, "version": None, "plugin_slug": None, "ours": False}


@fault("sunrise.inactive", ago=HOUR)
def somebody_ran_wp_cli_without_plugins(world: World, _: str) -> None:
    world.plugin.sunrise_active = False
    world.host.sunrise_switched_off_at = world.clock


@fault("sunrise.too-late")
def the_constant_stands_below_the_last_line(world: World, _: str) -> None:
    world.host.sunrise_late = True
