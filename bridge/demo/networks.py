"""The example networks: scenarios of the rehearsal, and what of each is served by a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.rehearsal.world import Door, Refusal

DEFAULT = "four-troubles"


@dataclass(frozen=True, slots=True)
class Example:
    """An example network at the moment of the look."""

    name: str
    files: Mapping[str, bytes]
    """Its whole evidence folder; the host serves its own part of it."""
    door: Door
    refusal: Refusal | None


def scenarios() -> tuple[str, ...]:
    """The name of every example network: those with a name of their own, then one for each fault."""
    from bridge.rehearsal.scenarios import names

    return names()


def example(name: str) -> Example:
    """An example network; `""` is the default one. UsageError for an unknown one.

    A name may join faults, and say a generation of the plugin or a language: see
    `bridge.rehearsal.scenarios`.
    """
    from bridge.rehearsal.evidence import evidence
    from bridge.rehearsal.scenarios import scenario

    chosen = name or DEFAULT
    try:
        world = scenario(chosen).world()
    except KeyError as unknown:
        raise UsageError(_unknown(str(unknown.args[0]), chosen)) from None
    return Example(
        chosen,
        evidence(world, target=f"demo:{name}" if name else "demo"),
        world.host.door,
        world.host.refusal,
    )


def _unknown(name: str, chosen: str) -> str:
    from bridge.near_names import did_you_mean
    from bridge.rehearsal.generation import GENERATIONS
    from bridge.rehearsal.scenarios import LOCALES

    known = scenarios()
    hint = did_you_mean(name, known)
    if name in chosen.split("@")[1:]:
        name = f"@{name}"
        hint = phrase(" After @ stands one of {names}.", names=", ".join((*GENERATIONS, *LOCALES)))
    own = ", ".join(n for n in known if "." not in n)
    return phrase(
        "there is no example {name}.{hint} There are: {own}; and one for every finding, by its code, "
        "such as dns.nxdomain. Several can be joined by +, and @2.4.3 or @de_DE says a version of the "
        "plugin or a language.",
        name=repr(name),
        hint=hint,
        own=own,
    )
