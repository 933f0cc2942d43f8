"""Findings of the family `logs`: whether the plugin's own logs can be relied on."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.evidence import Host, Options, PluginLogs
from analyzers.findings import Citation, Remedy
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.rule import Hit, Outcome, Unseen, rule

_SETTING = "error_logging_level"
_SHARE = 0.05


@rule("logs.unwritable", "warning", "network", waiting_on="operator")
def unwritable(host: Host, network: Network) -> Iterator[Outcome]:
    """The plugin cannot write its logs

    Means: nothing for visitors; but what the plugin does with domains leaves no trace, and it drops
    each line without a word.

    Because: {folder} is not writable for the account that WordPress runs as.

    Do: `ls -ld {folder}` and `df -h {folder}`: give the folder back to the site's account (`chmod
    755`, owner the app id) or make room on the disk.
    """
    if host.logs_dir_writable is None:
        yield Unseen(network.subject, ("host.json: logs_dir_writable",))
    elif not host.logs_dir_writable:
        folder = host.logs_dir or "wp-content/uploads/wu-logs"
        yield Hit(
            network.subject,
            (Citation(Host.FILE, f"logs_dir {folder}: logs_dir_writable false"),),
            {"folder": folder},
        )


@rule(
    "logs.muted",
    "warning",
    "network",
    waiting_on="operator",
    remedy=Remedy("settings.log-level", "confirm"),
)
def muted(options: Options, network: Network, logs: PluginLogs | None) -> Iterator[Outcome]:
    """The plugin's logs are switched down

    Means: nothing for visitors; but {effect}, so that a fault of a domain can hardly be told from its
    log.

    Because: {reason}.

    Do: network admin → Ultimate Multisite → Settings → Other Options → Logging Level: choose
    "Everything" and save, while you look for a fault.
    """
    if options.settings is None or (_SETTING not in options.settings and not options.complete):
        yield Unseen(network.subject, (f"options.json: wp-ultimo_v2_settings {_SETTING}",))
        return
    level = options.settings.get(_SETTING)
    cited = Citation(Options.FILE, f"{_SETTING} = {level!r}")
    if level in ("disabled", "errors"):
        yield Hit(
            network.subject,
            (cited,),
            {
                "effect": phrase("nothing is written at all")
                if level == "disabled"
                else phrase("only errors are written, and no message about Closte is one"),
                "reason": phrase(
                    "The setting `{setting}` is `{level}`", setting=_SETTING, level=level
                ),
            },
        )
    elif logs is not None and level != "all" and _lacks_infos(logs):
        yield Hit(
            network.subject,
            (
                cited,
                Citation(PluginLogs.FILE, "warnings of domain checks, and no line of level INFO"),
            ),
            {
                "effect": phrase("only warnings and errors are written"),
                "reason": phrase(
                    "The domain logs hold warnings of checks, but never the INFO line that each check "
                    "begins with: with `default` PHP's error_reporting decides, and here it leaves INFO out"
                ),
            },
            confidence="likely",
        )


def _lacks_infos(logs: PluginLogs) -> bool:
    """Each check writes `Starting Check` at INFO before any warning (DOMAIN 3.1, 3.6)."""
    warned = [e for e in logs.events if e.name.startswith("check.") and e.level != "INFO"]
    return bool(warned) and not any(e.level in ("INFO", "DEBUG", "NOTICE") for e in logs.events)


@rule("logs.unrecognised", "info", "network", waiting_on="nobody")
def unrecognised(logs: PluginLogs, network: Network) -> Iterator[Outcome]:
    """Many lines of the plugin's log say nothing to this tool

    Means: nothing for visitors. The wording of the plugin has changed, or it was translated, so that
    conclusions from the log may be missing here.

    Because: {unknown} of {records} records ({percent} %) match no known message; more than 5 % do not
    happen with a plugin version that is known.

    Do: see which with `closte-doctor logs`, and report them with the plugin's version so that they are
    learnt. For a translated network add the translations (`--messages FILE`).
    """
    if not logs.handle_records or logs.handle_unrecognised <= _SHARE * logs.handle_records:
        return
    unknown = [e for e in logs.events if e.name == "unrecognised"][:3]
    cited = tuple(Citation(e.source, f"line {e.line}: {e.message}", e.at) for e in unknown)
    yield Hit(
        network.subject,
        cited or (Citation(PluginLogs.FILE, f"{logs.handle_unrecognised} unrecognised records"),),
        {
            "unknown": str(logs.handle_unrecognised),
            "records": str(logs.handle_records),
            "percent": str(round(100 * logs.handle_unrecognised / logs.handle_records)),
        },
    )
