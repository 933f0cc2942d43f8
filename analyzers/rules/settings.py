"""Findings of the family `settings`: the plugin's and the network's own settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzers.check_window import ENOUGH_SECONDS, CheckSettings
from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, Options
from analyzers.findings import Citation, Remedy
from analyzers.language import phrase
from analyzers.names import canonical
from analyzers.network import Network
from analyzers.network_domain import other_networks
from analyzers.redact import KEPT_SETTINGS
from analyzers.rule import Hit, Outcome, Unseen, rule

SETTINGS = "wp-ultimo_v2_settings"
_OFF: tuple[object, ...] = (None, False, 0, "0", "", "false", [], {})

_BESIDE = frozenset(KEPT_SETTINGS) - {"enable_domain_mapping"}
"""What is collected of the saved settings beside `enable_domain_mapping` (CONTRACT section 3)."""


def _setting(options: Options, name: str) -> Citation:
    stored = (options.settings or {}).get(name, "not set")
    return Citation(Options.FILE, f"{SETTINGS}: {name} = {stored!r}")


@rule("settings.mapping-off", "error", "network", waiting_on="operator")
def mapping_off(
    options: Options, network: Network, constants: DefinedConstants | None
) -> Iterator[Outcome]:
    """Domain mapping is switched off in the plugin's settings

    Means: visitors of every mapped domain land on the main site or its sign-up page, and no domain is
    told to Closte.

    Because: {state}. The settings page shows the switch as on where it was never saved, but the plugin
    starts before its defaults are known and takes "not saved" for off.

    Do: network admin → Ultimate Multisite → Settings → Domain Mapping: switch "Enable Domain Mapping?"
    on and press Save, even if it looks on already.
    """
    if constants is not None and constants.truthy("WP_ULTIMO_DOMAIN_MAPPING_SKIP_CHECKS"):
        return
    name = "enable_domain_mapping"
    if options.settings is None or (
        name not in options.settings and not options.complete and not _is_whole(options.settings)
    ):
        yield Unseen(network.subject, (f"options.json: {SETTINGS} {name}",))
    elif options.settings.get(name) in _OFF:
        saved = name in options.settings
        state = (
            phrase("`enable_domain_mapping` is saved as off")
            if saved
            else phrase("`enable_domain_mapping` is missing in the saved settings")
        )
        sure = saved or options.complete
        yield Hit(
            network.subject,
            (_setting(options, name),),
            {"state": state},
            confidence="certain" if sure else "likely",
        )


def _is_whole(settings: Mapping[str, object]) -> bool:
    """Is this the array as it is saved, and not two or three settings that somebody picked by hand?"""
    return len(_BESIDE & settings.keys()) > 3


@rule("settings.cookie-domain", "warning", "network", waiting_on="operator")
def cookie_domain(
    constants: DefinedConstants, network: Network, host: Host | None
) -> Iterator[Outcome]:
    """COOKIE_DOMAIN is fixed in wp-config.php

    Means: pages load, but logging in on a mapped domain does not work: the browser refuses a cookie
    for {value}, and the login form comes back without a word.

    Because: COOKIE_DOMAIN is defined as {value}. On a network with mapped domains it must be left
    undefined; the plugin sets it for each domain.

    Do: take the line `define('COOKIE_DOMAIN', …);` out of wp-config.php (on Closte:
    {settings_page}, tab WP-Config, Save All).
    """
    if constants.in_config is not None:
        value = constants.in_config.get("COOKIE_DOMAIN")
        defined = "COOKIE_DOMAIN" in constants.in_config
    elif host is not None and host.reached != "runtime":
        # Where WordPress has been started, it has defined COOKIE_DOMAIN itself.
        value = constants.at_runtime.get("COOKIE_DOMAIN")
        defined = value is not None
        if "COOKIE_DOMAIN" not in constants.at_runtime:
            yield Unseen(network.subject, ("constants.json: COOKIE_DOMAIN",))
    else:
        yield Unseen(network.subject, ("constants.json: COOKIE_DOMAIN",))
        return
    if not defined or value == "":
        return
    if isinstance(value, str):
        yield Hit(
            network.subject,
            (constants.citation("COOKIE_DOMAIN"),),
            {"value": f"`{value}`", "settings_page": network.settings_page},
        )
    elif constants.truthy("SUBDOMAIN_INSTALL"):
        yield Hit(
            network.subject,
            (constants.citation("COOKIE_DOMAIN"),),
            {"value": "`false`", "settings_page": network.settings_page},
            confidence="possible",
            because=phrase(
                "COOKIE_DOMAIN is defined as false on a sub-domain network; the plugin complains of it "
                "in the network admin, and cannot set it for each domain."
            ),
        )


@rule("settings.network-domain", "error", "network", waiting_on="operator")
def network_domain(constants: DefinedConstants, host: Host, network: Network) -> Iterator[Outcome]:
    """wp-config.php and the database name different domains for the network

    Means: WordPress does not find its own network: visitors may see "Error establishing a database
    connection", a redirect to another domain, or the wrong site.

    Because: DOMAIN_CURRENT_SITE is {config}, while the network's row in the database says {database}.

    Do: decide which is right. After a move or a copy it is usually the database that is old: use
    `wp search-replace` for the whole network (with a backup), not a change of one row. If wp-config is
    wrong: {settings_page}, tab WP-Config.
    """
    named = constants.text("DOMAIN_CURRENT_SITE")
    if host.network_domain is None or constants.state("DOMAIN_CURRENT_SITE") == "unasked":
        yield Unseen(
            network.subject,
            ("host.json: network_domain",)
            if host.network_domain is None
            else ("constants.json: DOMAIN_CURRENT_SITE",),
        )
        return
    current = constants.text("SITE_ID_CURRENT_SITE")
    another = current is not None and host.network_id not in (None, _number(current))
    if named is None or another:
        return  # not a multisite's wp-config, or another network than the one wp-config starts with
    if canonical(named) in {canonical(str(n.get("domain"))) for n in other_networks(host)}:
        return
    if canonical(named) != canonical(host.network_domain):
        yield Hit(
            network.subject,
            (
                constants.citation("DOMAIN_CURRENT_SITE"),
                Citation(Host.FILE, f"network_domain {host.network_domain}"),
            ),
            {
                "config": named,
                "database": host.network_domain,
                "settings_page": network.settings_page,
            },
        )


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


@rule("settings.security-mode", "warning", "network", waiting_on="operator")
def security_mode(options: Options, network: Network) -> Iterator[Outcome]:
    """The plugin's security mode is on

    Means: every other plugin and must-use plugin is switched off for the whole network, Closte's own
    included: shops, forms and caches of the customers' sites do not work.

    Because: the setting `security_mode` is on. It is meant for searching a fault, for minutes.

    Do: network admin → Ultimate Multisite → Settings → Other Options: switch Security Mode off and save.
    """
    if options.settings is None or (
        "security_mode" not in options.settings and not options.complete
    ):
        yield Unseen(network.subject, (f"options.json: {SETTINGS} security_mode",))
    elif options.settings.get("security_mode") not in _OFF:
        yield Hit(network.subject, (_setting(options, "security_mode"),))


@rule(
    "settings.window-too-short",
    "warning",
    "network",
    waiting_on="operator",
    remedy=Remedy("settings.check-interval", "confirm"),
)
def window_too_short(checks: CheckSettings, network: Network) -> Iterator[Outcome]:
    """The plugin gives up before Closte can issue a certificate

    Means: new domains end as "SSL Failed" although their certificate comes minutes later, and nobody
    checks again: visitors do not reach them until somebody looks.

    Because: the plugin tries {tries} times, {interval} seconds apart: {window} seconds in all. Closte
    needs 300 to 600 seconds to issue.{saved}

    Do: network admin → Ultimate Multisite → Settings → Domain Mapping → "DNS Check Interval": set at
    least {safe} seconds{better}. Then save each failed domain once in Ultimate Multisite → Domains.
    """
    if network.is_closte is False:
        return
    if checks.tries is None:
        if checks.interval * 20 < ENOUGH_SECONDS:
            tries = 20  # too short by either count
        elif checks.interval * 5 >= ENOUGH_SECONDS:
            return
        else:
            yield Unseen(network.subject, checks.lacking)
            return
    else:
        tries = checks.tries
    if tries * checks.interval >= ENOUGH_SECONDS:
        return
    safe = ENOUGH_SECONDS // tries
    yield Hit(
        network.subject,
        checks.evidence,
        {
            "tries": str(tries),
            "interval": str(checks.interval),
            "window": str(tries * checks.interval),
            "safe": str(safe),
            "saved": phrase(
                " (Saved is {saved}, which the plugin takes for {interval}.)",
                saved=checks.saved,
                interval=checks.interval,
            )
            if checks.saved != str(checks.interval)
            else "",
            "better": ""
            if tries > 5
            else phrase(
                ", or enable the Closte integration in plugin 2.4.10 or newer, which tries 20 times"
            ),
        },
    )
