"""How often and how long the plugin checks a new domain (DOMAIN 2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzers.evidence import Missing, Options
from analyzers.findings import Citation
from analyzers.module_state import ModuleState
from analyzers.network import Network

ENOUGH_SECONDS = 600
"""Closte issues a certificate within 5 to 10 minutes (DOMAIN 1.6)."""
SHORTEST_SECONDS = 10
LONGEST_SECONDS = 300
USUAL_SECONDS = 300
TRIES = 5
TRIES_WITH_CLOSTE = 20
"""The module's filter raises it while the stage is `checking-ssl-cert`, since 2.4.10."""
_FILTER_SINCE = (2, 4, 10)
_SETTINGS = "wp-ultimo_v2_settings"
_NAME = "dns_check_interval"
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
"""What PHP's `(int)` takes of a text: a number at its beginning, `1e2` too."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The plugin's check window for certificates."""

    interval: int
    """Seconds between two checks, as the plugin clamps them at run time."""
    tries: int | None
    """None where plugin version or module are not known."""
    saved: str
    """The setting as it is saved."""
    evidence: tuple[Citation, ...]
    lacking: tuple[str, ...]

    @classmethod
    def derive(
        cls, options: Options, module: ModuleState | None, network: Network
    ) -> CheckSettings | Missing:
        """Missing where the settings were not collected. A setting that was never saved is 300."""
        if options.settings is None:
            return Missing(Options.FILE, _SETTINGS)
        if _NAME not in options.settings and not options.complete:
            return Missing(Options.FILE, f"{_SETTINGS} {_NAME}")
        stored = options.settings.get(_NAME)
        if isinstance(stored, list | dict):
            return Missing(Options.FILE, f"{_SETTINGS} {_NAME}")
        cited = [Citation(Options.FILE, f"{_NAME} = {stored!r}")]
        if module is not None:
            cited.append(module.citation)
        return cls(
            interval=clamped(stored),
            tries=_tries(module, network),
            saved=str(USUAL_SECONDS if stored is None else stored),
            evidence=tuple(cited),
            lacking=_lacking(module, network),
        )


def clamped(stored: object) -> int:
    """The interval in seconds as PHP reads it: leading digits, 0 for none, then 10 … 300."""
    if stored is None:
        return USUAL_SECONDS
    if isinstance(stored, bool):
        number = int(stored)
    elif isinstance(stored, int | float):
        number = _bounded(stored)
    else:
        found = _NUMBER.match(stored) if isinstance(stored, str) else None
        number = _bounded(float(found[0])) if found else 0
    return max(SHORTEST_SECONDS, min(LONGEST_SECONDS, number))


def _bounded(number: float) -> int:
    """Whole seconds of any number; what is none (NaN) is 0."""
    if number != number:
        return 0
    return int(max(-1, min(LONGEST_SECONDS + 1, number)))


def _tries(module: ModuleState | None, network: Network) -> int | None:
    filtered = network.at_least(*_FILTER_SINCE)
    if filtered is False or (module is not None and not module.enabled):
        return TRIES
    if filtered is None or module is None:
        return None
    return TRIES_WITH_CLOSTE


def _lacking(module: ModuleState | None, network: Network) -> tuple[str, ...]:
    lacking = [] if network.version is not None else ["host.json: plugin_version"]
    return (*lacking, *(["options.json: wu_host_integrations_enabled"] if module is None else []))
