"""Steps on the plugin's settings: its Closte module, its check interval, its logging, its idea of the IP."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.addresses import is_local, same
from analyzers.check_window import ENOUGH_SECONDS, TRIES_WITH_CLOSTE, CheckSettings
from analyzers.evidence import Host
from analyzers.findings import Finding
from analyzers.language import joined, phrase
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft, manual
from analyzers.planning.grounds import NETWORK_IP

_FILTER_SINCE = (2, 4, 10)


def settings_steps(case: Case) -> Iterator[Draft]:
    """Network-wide settings, each by the smallest change."""
    for finding in case.wanted("module.disabled"):
        yield _module(finding, case)
    for finding in case.wanted("settings.window-too-short"):
        yield from _interval(finding, case)
    for finding in case.wanted("logs.muted"):
        yield _log_level(finding, case)
    for finding in case.wanted("dns.wrong-expectation"):
        yield from _network_ip(finding, case)


def _module(finding: Finding, case: Case) -> Draft:
    place = "integration closte"
    return Draft(
        key="module.enable",
        action="module.enable",
        via="wp-cli",
        subject=finding.subject,
        parameters={},
        heals=_healed_by_module(case),
        risk="confirm",
        why=phrase(
            "{because} From then on every domain that is mapped or removed is told to Closte.",
            because=finding.because,
        ),
        expect=phrase(
            "wu_host_integrations_enabled holds closte = true, and the plugin's page shows it as active."
        ),
        undo={"action": "restore", "parameters": {"places": [place]}},
        rests_on={place: case.grounds.value(place)},
    )


def _interval(finding: Finding, case: Case) -> Iterator[Draft]:
    """The smallest safe interval; none where enabling the module makes the saved one long enough."""
    checks = case.grounds.maybe(CheckSettings)
    if checks is None:
        return
    tries = checks.tries
    if _filter_comes(case):
        tries = TRIES_WITH_CLOSTE
        if checks.interval * tries >= ENOUGH_SECONDS:
            return
    seconds = ENOUGH_SECONDS // (tries or 5)
    place = "setting dns_check_interval"
    yield Draft(
        key="settings.check-interval",
        action="settings.check-interval",
        via="wp-cli",
        subject=finding.subject,
        parameters={"seconds": seconds},
        heals=("settings.window-too-short",),
        risk="confirm",
        why=phrase(
            "{because} {seconds} seconds is the shortest interval that leaves Closte 10 minutes.",
            because=finding.because,
            seconds=seconds,
        ),
        expect=phrase(
            "dns_check_interval is {seconds}; each new domain is checked every {seconds} seconds.",
            seconds=seconds,
        ),
        undo={"action": "restore", "parameters": {"places": [place]}},
        rests_on={place: case.grounds.value(place)},
    )


def _filter_comes(case: Case) -> bool:
    """Does the module, once enabled, bring its filter of 20 tries along (DOMAIN 2.3)?"""
    return bool(case.wanted("module.disabled") and case.network.at_least(*_FILTER_SINCE))


def _healed_by_module(case: Case) -> tuple[str, ...]:
    """The module alone may make the saved interval long enough."""
    checks = case.grounds.maybe(CheckSettings)
    enough = checks is not None and checks.interval * TRIES_WITH_CLOSTE >= ENOUGH_SECONDS
    window = case.wanted("settings.window-too-short") if enough and _filter_comes(case) else ()
    return ("module.disabled", *(f.code for f in window))


def _log_level(finding: Finding, case: Case) -> Draft:
    place = "setting error_logging_level"
    return Draft(
        key="settings.log-level",
        action="settings.log-level",
        via="wp-cli",
        subject=finding.subject,
        parameters={"level": "all"},
        heals=("logs.muted",),
        risk="confirm",
        why=phrase(
            "{because} Logs take room on the disk and are never rotated: take it back when "
            "the fault is found.",
            because=finding.because,
        ),
        expect=phrase(
            "error_logging_level is all; the next check of a domain writes its “Starting Check” line."
        ),
        undo={"action": "restore", "parameters": {"places": [place]}},
        rests_on={place: case.grounds.value(place)},
    )


def _network_ip(finding: Finding, case: Case) -> Iterator[Draft]:
    """A wrong cached address is deleted; where the web services may well say it again, a filter is named."""
    place = f"transient {NETWORK_IP}"
    stored = case.grounds.value(place)
    value = str(stored["value"]) if isinstance(stored, dict) else ""
    host = case.grounds.maybe(Host)
    mistaken = bool(host and host.development_mode)
    if value.strip() and not mistaken:
        yield Draft(
            key="transient.delete-network-ip",
            action="transient.delete-network-ip",
            via="wp-cli",
            subject=finding.subject,
            parameters={},
            heals=("dns.wrong-expectation",),
            risk="confirm",
            why=phrase(
                "{because} The plugin asks three web services for it again when it is gone.",
                because=finding.because,
            ),
            expect=phrase(
                "_site_transient_{network_ip} is gone until the plugin next compares a domain's "
                "DNS.",
                network_ip=NETWORK_IP,
            ),
            undo={"action": "restore", "parameters": {"places": [place]}},
            rests_on={place: stored},
        )
    if mistaken or (same(value.strip(), value.strip()) and not is_local(value.strip())):
        yield _filter(finding, case, mistaken=mistaken)


def _filter(finding: Finding, case: Case, *, mistaken: bool) -> Draft:
    address = next(iter(case.network.expected.addresses), "THE-ENTRANCE")
    code = (
        "add_filter('wu_is_development_mode', '__return_false');"
        if mistaken
        else f"add_filter('wu_get_network_public_ip', fn() => '{address}');"
    )
    only = phrase("Only if the wrong address is back some days after it was deleted:")
    file = phrase("Put this into {file}:", file="wp-content/mu-plugins/network-ip.php")
    first = [] if mistaken else [only]
    text = joined([*first, file, "", "    <?php", f"    {code}", ""], "\n")
    waits: tuple[str, ...] = () if mistaken else ("transient.delete-network-ip",)
    return manual(
        "manual network-ip",
        "operator",
        finding.subject,
        text,
        heals=("dns.wrong-expectation",),
        why=finding.because,
        expect=phrase("The plugin compares every domain with {address}.", address=address),
        after=waits,
    )
