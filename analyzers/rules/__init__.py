"""The catalogue: one file per family of CONTRACT section 5, in reading order."""

from __future__ import annotations

from importlib import import_module

from analyzers.rule import Rule

FAMILIES = (
    "host",
    "key",
    "api",
    "plugin",
    "module",
    "sunrise",
    "settings",
    "mapping",
    "alias",
    "dns",
    "ssl",
    "check",
    "jobs",
    "logs",
    "cache",
)


def _catalogue() -> tuple[Rule, ...]:
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        module = import_module(f"{__name__}.{family}")
        for value in vars(module).values():
            if not isinstance(value, Rule) or value.family != family:
                continue
            if value.code in found and found[value.code] is not value:
                raise ValueError(f"{value.code} is used twice")
            found[value.code] = value
    return tuple(found.values())


CATALOGUE: tuple[Rule, ...] = _catalogue()
BY_CODE = {rule.code: rule for rule in CATALOGUE}
