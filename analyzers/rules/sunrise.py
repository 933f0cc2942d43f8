"""Findings of the family `sunrise`: the drop-in that maps domains before WordPress is up."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers import instants
from analyzers.constants import DefinedConstants
from analyzers.evidence import Host, Options, SunriseFile
from analyzers.findings import Citation
from analyzers.language import phrase
from analyzers.network import Network, Version, version_of
from analyzers.rule import Hit, Outcome, Unseen, rule

_META = "wu_sunrise_meta"
_OLDEST: tuple[tuple[Version, Version], ...] = (
    ((2, 13, 0), (2, 0, 0, 11)),
    ((2, 4, 10), (2, 0, 0, 10)),
    ((2, 4, 3), (2, 0, 0, 9)),
    ((2, 0, 0), (2, 0, 0, 8)),
)
"""From this version of the plugin on, WP_ULTIMO_SUNRISE_VERSION is at least that one (DOMAIN 2.11). The
docblock of 2.4.3's file says 2.0.0.8, and is not what the plugin compares."""


@rule("sunrise.undefined", "error", "network", waiting_on="operator")
def undefined(constants: DefinedConstants, network: Network) -> Iterator[Outcome]:
    """SUNRISE is not defined

    Means: WordPress does not know mapped domains: visitors of every one of them land on the main site
    or its sign-up page.

    Because: {state}, so WordPress never loads sunrise.php, which does the mapping.

    Do: open {settings_page} (in the dashboard: Sites → Dashboard → Settings), tab WP-Config, field
    "Additional wp-config.php content", add `define('SUNRISE', true);` and press Save All. wp-config.php
    itself is locked on Closte.
    """
    state = constants.state("SUNRISE")
    if state == "unasked":
        yield Unseen(network.subject, ("constants.json: SUNRISE",))
    elif state == "undefined":
        yield Hit(
            network.subject,
            (constants.citation("SUNRISE"),),
            {
                "state": phrase("The constant SUNRISE is not defined"),
                "settings_page": network.settings_page,
            },
            confidence=constants.confidence_of_absence("SUNRISE"),
        )
    elif not constants.truthy("SUNRISE"):
        yield Hit(
            network.subject,
            (constants.citation("SUNRISE"),),
            {
                "state": phrase("The constant SUNRISE is defined, but false or empty"),
                "settings_page": network.settings_page,
            },
            because=phrase("{state}: Ultimate Multisite then does not map."),
        )


def _file(host: Host, network: Network) -> SunriseFile | Unseen:
    if host.sunrise is None:
        return Unseen(network.subject, ("host.json: sunrise",))
    return host.sunrise


@rule("sunrise.file-missing", "error", "network", waiting_on="operator")
def file_missing(host: Host, network: Network) -> Iterator[Outcome]:
    """sunrise.php is missing

    Means: WordPress does not know mapped domains: their visitors land on the main site or its sign-up
    page, and with SUNRISE defined every page starts with a PHP warning.

    Because: there is no file sunrise.php in {folder}.

    Do: copy it from the plugin: `cp {folder}/plugins/{slug}/sunrise.php {folder}/sunrise.php`.
    """
    found = _file(host, network)
    if isinstance(found, Unseen):
        yield found
    elif not found.exists:
        yield Hit(
            network.subject,
            (Citation(Host.FILE, "sunrise: exists false"),),
            {
                "folder": host.content_dir or "wp-content",
                "slug": host.plugin_slug or "ultimate-multisite",
            },
        )


@rule("sunrise.outdated", "warning", "network", waiting_on="operator")
def outdated(host: Host, network: Network) -> Iterator[Outcome]:
    """sunrise.php belongs to another version of the plugin

    Means: domain mapping can silently not load at all, or work by old rules: visitors of mapped
    domains may land on the main site.

    Because: {reason}.

    Do: copy the plugin's own over it (keep the old one): `cp {folder}/plugins/{slug}/sunrise.php
    {folder}/sunrise.php`. The plugin does it by itself where wp-content is writable for PHP.
    """
    found = _file(host, network)
    if isinstance(found, Unseen):
        yield found
        return
    if not found.exists or found.ours is False:
        return
    reason = _other_folder(found, host) or _too_old(found, network) or _loads_nothing(host)
    if reason is not None:
        said = f"sunrise: version {found.version}, folder {found.plugin_slug}"
        yield Hit(
            network.subject,
            (Citation(Host.FILE, said),),
            {
                "reason": reason,
                "folder": host.content_dir or "wp-content",
                "slug": host.plugin_slug or "ultimate-multisite",
            },
        )
        return
    known = {
        "plugin_version": network.version,
        "plugin_slug": host.plugin_slug,
        "sunrise version": found.version,
        "sunrise plugin_slug": found.plugin_slug,
    }
    lacking = tuple(f"host.json: {name}" for name, value in known.items() if not value)
    if lacking:
        yield Unseen(network.subject, lacking)


def _other_folder(found: SunriseFile, host: Host) -> str | None:
    if not found.plugin_slug or not host.plugin_slug or found.plugin_slug == host.plugin_slug:
        return None
    return phrase(
        "It loads the plugin from the folder `{found}`, but the plugin is in `{there}`: "
        "it finds nothing there and does nothing",
        found=found.plugin_slug,
        there=host.plugin_slug,
    )


def _loads_nothing(host: Host) -> str | None:
    """The file's own constant is there and the one that the plugin's class sets is not (DOMAIN F22)."""
    asked = host.runtime_constants
    begun = asked.get("WP_ULTIMO_SUNRISE_VERSION") is not None
    if not begun or asked.get("WP_ULTIMO_SUNRISE_FILE", "") is not None:
        return None
    return phrase(
        "WordPress loads it, and it loads nothing of the plugin: WP_ULTIMO_SUNRISE_VERSION is defined, "
        "WP_ULTIMO_SUNRISE_FILE is not"
    )


def _too_old(found: SunriseFile, network: Network) -> str | None:
    version = version_of(found.version)
    if version is None or network.version is None:
        return None
    oldest = next((least for since, least in _OLDEST if network.version >= since), None)
    if oldest is None or version >= oldest:
        return None
    wanted = ".".join(map(str, oldest))
    plugin = ".".join(map(str, network.version))
    return phrase(
        "It is version {version}, and plugin {plugin} comes with {wanted} or newer",
        version=found.version,
        plugin=plugin,
        wanted=wanted,
    )


@rule("sunrise.foreign", "warning", "network", waiting_on="operator")
def foreign(host: Host, network: Network) -> Iterator[Outcome]:
    """sunrise.php is not Ultimate Multisite's

    Means: another product's file stands in its place, so the plugin's mapping does not load: visitors
    of mapped domains may land on the main site.

    Because: the file lacks the marks that Ultimate Multisite puts into its own.

    Do: find out whose it is (`head {folder}/sunrise.php`; Mercator and other mapping plugins have
    one). If nothing needs it, replace it: `cp {folder}/plugins/{slug}/sunrise.php
    {folder}/sunrise.php`.
    """
    found = _file(host, network)
    if isinstance(found, Unseen):
        yield found
    elif found.exists and found.ours is None:
        yield Unseen(network.subject, (phrase("host.json: whose sunrise.php it is"),))
    elif found.exists and not found.ours:
        yield Hit(
            network.subject,
            (Citation(Host.FILE, "sunrise: ours false"),),
            {
                "folder": host.content_dir or "wp-content",
                "slug": host.plugin_slug or "ultimate-multisite",
            },
        )


@rule("sunrise.inactive", "error", "network", waiting_on="operator")
def inactive(options: Options, network: Network, host: Host | None) -> Iterator[Outcome]:
    """The plugin has switched its domain mapping off

    Means: visitors of every mapped domain land on the main site or its sign-up page, although the
    plugin, SUNRISE and sunrise.php look right.

    Because: the network option wu_sunrise_meta says that mapping is not active{since}. {why}

    Do: open the network's own dashboard once in a browser (its native address, not a mapped domain): the
    plugin then switches mapping on again. Check with this diagnosis. And never run `wp` with
    `--skip-plugins` on this network.
    """
    if _META not in options.values and not options.complete:
        yield Unseen(network.subject, (f"options.json: {_META}",))
        return
    stored = options.values.get(_META)
    if stored and not isinstance(stored, dict):
        yield Unseen(network.subject, (phrase("options.json: {option} is no array", option=_META),))
        return
    meta = stored if isinstance(stored, dict) else {}
    if meta.get("active") not in (None, False, 0, "0", "", "false"):
        return
    on = instants.parse(meta.get("last_activated"))
    off = instants.parse(meta.get("last_deactivated"))
    by_cli = (
        host is not None
        and host.plugin_network_active is True
        and off is not None
        and (on is None or off > on)
    )
    why = (
        phrase(
            "The plugin is network-active, and the switch to off is the newer one: that is what a WP-CLI run "
            "with `--skip-plugins` does on a network with this sunrise.php."
        )
        if by_cli
        else phrase("The plugin switches it off when it is deactivated or not found.")
    )
    yield Hit(
        network.subject,
        (Citation(Options.FILE, f"{_META}: active {str(bool(meta.get('active'))).lower()}", off),),
        {
            "since": phrase(" since {off}", off=instants.iso(off)) if off is not None else "",
            "why": why,
        },
    )


@rule("sunrise.too-late", "error", "network", waiting_on="operator")
def too_late(host: Host, network: Network) -> Iterator[Outcome]:
    """SUNRISE is defined too late

    Means: WordPress has decided about sunrise.php before the line is reached, so nothing maps: visitors
    of every mapped domain land on the main site or its sign-up page.

    Because: in wp-config.php the line that defines SUNRISE stands after the one that loads
    wp-settings.php. `wp config get SUNRISE` shows it all the same, which misleads.

    Do: move it up, above "That's all, stop editing!". On Closte: take it out where it is, and put
    `define('SUNRISE', true);` into {settings_page}, tab WP-Config, field "Additional wp-config.php
    content", Save All.
    """
    if host.sunrise_defined_late is None:
        yield Unseen(network.subject, ("host.json: sunrise_defined_late",))
    elif host.sunrise_defined_late:
        yield Hit(
            network.subject,
            (Citation(Host.FILE, "sunrise_defined_late: true"),),
            {"settings_page": network.settings_page},
        )
