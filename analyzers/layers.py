"""How each layer of a mapped domain is: its row, its alias, its DNS, its certificate, its jobs.

A finding decides first. Where no finding speaks of a layer, `ok` needs something that was seen: what
was not looked at is `unseen`, whatever the other layers say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from analyzers.domains import CHECKING_STAGES, MappedDomain
from analyzers.findings import Finding, Layer, LayerState, LayerWord
from analyzers.provisioning import Progress

_FAMILIES: Mapping[str, Layer] = {
    "mapping": "mapping",
    "plugin": "mapping",
    "sunrise": "mapping",
    "settings": "mapping",
    "cache": "mapping",
    "alias": "alias",
    "key": "alias",
    "api": "alias",
    "module": "alias",
    "dns": "dns",
    "ssl": "certificate",
    "jobs": "jobs",
    "check": "jobs",
}
"""Family of a code → the layer it speaks of. `host` and `logs` speak of none."""
_OTHER_LAYER: Mapping[str, Layer] = {"settings.window-too-short": "jobs"}
_ON_ITS_WAY = frozenset({"dns.propagating", "ssl.pending"})
LAYERS: tuple[Layer, ...] = ("mapping", "alias", "dns", "certificate", "jobs")


@lru_cache(maxsize=1024)
def layer_of(code: str) -> Layer | None:
    """The layer that a finding of this code speaks of."""
    return _OTHER_LAYER.get(code) or _FAMILIES.get(code.split(".", 1)[0])


def layer_states(
    domain: MappedDomain, progress: Progress, findings: Sequence[Finding], now: datetime
) -> tuple[LayerState, ...]:
    """One state per layer, in their order. `findings`: those that touch the domain, the worst first."""
    states = []
    for layer in LAYERS:
        speaking = [f for f in findings if layer_of(f.code) == layer]
        wrong = next((f for f in speaking if f.severity != "info"), None)
        coming = next((f for f in speaking if f.code in _ON_ITS_WAY), None)
        if wrong is not None:
            states.append(LayerState(layer, "problem", wrong.reference))
        elif coming is not None:
            states.append(LayerState(layer, "waiting", coming.reference))
        else:
            states.append(_unspoken(layer, _seen(layer, domain, progress, now)))
    return tuple(states)


@lru_cache(maxsize=32)
def _unspoken(layer: Layer, word: LayerWord) -> LayerState:
    """Of a layer that no finding speaks of: the same for thousands of domains."""
    return LayerState(layer, word)


def _seen(layer: Layer, domain: MappedDomain, progress: Progress, now: datetime) -> LayerWord:
    """The state of a layer that no finding speaks of, by the evidence alone."""
    match layer:
        case "mapping":
            return "ok"  # the row itself is what was looked at
        case "alias":
            return _alias(domain, now)
        case "dns":
            return _dns(domain)
        case "certificate":
            return _certificate(domain)
        case "jobs":
            if progress.queued is None:
                return "unseen"
            return "waiting" if domain.stage in CHECKING_STAGES else "ok"


def _alias(domain: MappedDomain, now: datetime) -> LayerWord:
    if domain.comes_with_app or domain.alias_known:
        return "ok"  # a name under the network's own domain needs none (CONTRACT section 5)
    if domain.alias_known is None:
        return "unseen"
    return "waiting" if domain.young(now) else "problem"


def _dns(domain: MappedDomain) -> LayerWord:
    view = domain.dns
    if view is None or not view.resolved or view.reaches_us is None:
        return "unseen"
    if view.reaches_us:
        return "ok"
    return "ok" if domain.certificate_good and domain.live else "waiting"


def _certificate(domain: MappedDomain) -> LayerWord:
    if domain.certificate_good is None:
        return "unseen"
    if domain.certificate_good:
        return "ok"
    return "waiting" if domain.stage in CHECKING_STAGES else "problem"
