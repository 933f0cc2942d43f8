"""Faults of the API key."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, MINUTE, fault
from bridge.rehearsal.world import SHAPE, World

KEY = "CLOSTE_CLIENT_API_KEY"
STANDING = (
    "alias.*",
    "key.*",
    "api.*",
    "module.*",
    "ssl.slow",
    "ssl.given-up*",
    "ssl.pending",
    "ssl.rate-limit",
    "jobs.failed*",
    "jobs.stuck",
    "check.loopback-blocked*",
)
"""What a key that does not work explains, or keeps from being seen."""


@fault("key.missing", newcomer=HOUR, hides=STANDING, folded=("jobs.failed",))
def the_key_was_taken_out(world: World, _: str) -> None:
    world.constants[KEY] = None


@fault("key.empty", newcomer=HOUR, hides=STANDING, folded=("jobs.failed",))
def the_key_is_an_empty_text(world: World, _: str) -> None:
    world.constants[KEY] = ""


@fault("key.empty", "false", newcomer=HOUR, hides=STANDING, folded=("jobs.failed",))
def the_key_is_false(world: World, _: str) -> None:
    world.constants[KEY] = False


@fault("key.malformed", newcomer=HOUR, hides=STANDING, folded=("key.rejected",))
def the_key_is_a_placeholder(world: World, _: str) -> None:
    _replaced(world, length=17, trimmed_length=17, placeholder=True, charset="other")


@fault("key.malformed", "line-end", newcomer=HOUR, hides=STANDING, folded=("key.rejected",))
def the_key_has_a_line_end(world: World, _: str) -> None:
    _replaced(world, length=41)


@fault("key.malformed", "quoted", newcomer=HOUR, hides=STANDING, folded=("key.rejected",))
def the_key_stands_in_two_kinds_of_quotes(world: World, _: str) -> None:
    _replaced(world, length=42, trimmed_length=42, quoted=True, charset="other")


@fault("key.malformed", "short", newcomer=HOUR, hides=STANDING, folded=("key.rejected",))
def the_key_was_cut_off(world: World, _: str) -> None:
    _replaced(world, length=9, trimmed_length=9)


def _replaced(world: World, **shape: object) -> None:
    world.constants[KEY] = {**SHAPE, **shape}
    world.closte.key = "rejected"


@fault("key.rejected", newcomer=HOUR, hides=STANDING)
def closte_refuses_the_key(world: World, _: str) -> None:
    world.closte.key = "rejected"


@fault("key.rejected", "401", newcomer=HOUR, hides=STANDING)
def closte_says_unauthorized(world: World, _: str) -> None:
    world.closte.key = "unauthorized"


@fault("key.rejected", "403-page", hides=STANDING)
def everybody_gets_a_forbidden_page(world: World, _: str) -> None:
    world.closte.down = "firewall"


@fault(
    "key.no-permission",
    newcomer=HOUR,
    hides=(
        "key.*",
        "api.*",
        "module.*",
        "alias.already-added",
        "alias.missing",
        "alias.elsewhere",
        "alias.refused",
        "alias.silent-failure",
        "ssl.slow",
        "ssl.given-up*",
        "ssl.pending",
        "ssl.rate-limit",
        "jobs.*",
        "check.loopback-blocked*",
    ),
)
def the_key_may_only_read(world: World, _: str) -> None:
    world.closte.key = "read-only"


@fault("key.other-app", newcomer=HOUR, hides=(*STANDING, "ssl.*", "dns.*-new"))
def the_key_is_of_another_app(world: World, _: str) -> None:
    world.closte.key = "of another app"


@fault(
    "key.undecryptable",
    generations=("2.4.13",),
    newcomer=HOUR,
    hides=STANDING,
    folded=("jobs.failed",),
)
def the_salts_were_renewed(world: World, _: str) -> None:
    world.constants[KEY] = None
    world.stored_key = {"stored": "encrypted-openssl", "decrypts": False}


@fault("key.leaked-in-log", severity="warning", generations=("2.4.10",), ago=5 * MINUTE)
def the_log_folder_can_be_read_over_the_web(world: World, _: str) -> None:
    world.log_folder_open = True
