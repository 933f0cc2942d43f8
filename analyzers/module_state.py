"""Whether the plugin's Closte integration is enabled, and which others are (DOMAIN 2.10)."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.evidence import Missing, Options
from analyzers.findings import Citation
from analyzers.language import phrase

OPTION = "wu_host_integrations_enabled"
CLOSTE = "closte"


@dataclass(frozen=True, slots=True)
class ModuleState:
    """The host integrations of the plugin."""

    enabled: bool
    """Is Closte's on?"""
    others: tuple[str, ...]
    """The other ones that are on."""
    ever: bool
    """Was Closte's ever switched on or off (its name stands in the option)?"""
    citation: Citation

    @classmethod
    def derive(cls, options: Options) -> ModuleState | Missing:
        """Missing where nobody asked for the option. Asked for and not there means: never enabled."""
        if OPTION not in options.values and not options.complete:
            return Missing(Options.FILE, OPTION)
        if options.values.get(OPTION) and not isinstance(options.values[OPTION], dict | list):
            return Missing(Options.FILE, phrase("{option} is no array", option=OPTION))
        on = tuple(name for name, enabled in options.integrations.items() if enabled)
        said = ", ".join(f"{n}: {str(v).lower()}" for n, v in options.integrations.items())
        return cls(
            enabled=CLOSTE in on,
            others=tuple(name for name in on if name != CLOSTE),
            ever=CLOSTE in options.integrations,
            citation=Citation(Options.FILE, f"{OPTION}: {said or 'empty or not set'}"),
        )
