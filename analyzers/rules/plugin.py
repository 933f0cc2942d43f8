"""Findings of the family `plugin`: Ultimate Multisite itself."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.evidence import Host, Options
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.rule import Hit, Outcome, Unseen, rule

_SETUP = "wu_setup_finished"


@rule("plugin.inactive", "error", "network", waiting_on="operator")
def inactive(host: Host | None, options: Options | None, network: Network) -> Iterator[Outcome]:
    """Ultimate Multisite is not active

    Means: nobody maps domains: visitors of every mapped domain land on the main site or its sign-up
    page, new domains are neither told to Closte nor checked.

    Because: the plugin is not activated for the whole network.

    Do: network admin → Plugins → Ultimate Multisite → Network Activate. If it was switched off for a
    test, switch it on before anything else here is looked at.
    """
    active = host.plugin_network_active if host is not None else None
    if host is not None and active is False:
        version = f", version {host.plugin_version} is installed" if host.plugin_version else ""
        yield Hit(
            network.subject,
            (Citation(Host.FILE, f"plugin_network_active: false{version}"),),
        )
        return
    finished = _setup_finished(options)
    if finished is False:
        yield Hit(
            network.subject,
            (Citation(Options.FILE, f"{_SETUP}: not set"),),
            because=phrase(
                "its set-up wizard was never finished (wu_setup_finished is not set), and until then "
                "its sunrise.php does nothing."
            ),
            do=phrase("network admin → Ultimate Multisite → run the set-up wizard to its end."),
        )
        return
    lacking = []
    if active is None:
        lacking.append("host.json: plugin_network_active")
    if finished is None:
        lacking.append(f"options.json: {_SETUP}")
    if lacking:
        yield Unseen(network.subject, tuple(lacking))


def _setup_finished(options: Options | None) -> bool | None:
    """None where nobody asked."""
    if options is None or (_SETUP not in options.values and not options.complete):
        return None
    stored = options.values.get(_SETUP)
    return bool(stored) and stored not in ("0", "false")
