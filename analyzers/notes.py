"""What a reader should know of the evidence itself: its rung, its gaps, other networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from analyzers.api_key import ApiKey
from analyzers.api_reach import ApiReach
from analyzers.evidence import (
    ClosteCalls,
    Constants,
    Cron,
    Dns,
    Host,
    Http,
    Mappings,
    Meta,
    PluginLogs,
    Scheduler,
    Sites,
    Tls,
)
from analyzers.facts import Facts
from analyzers.host_failures import failure_of, one_line
from analyzers.instants import iso
from analyzers.language import phrase, plural, some
from analyzers.network import Network
from analyzers.network_domain import other_networks
from analyzers.snapshot import Snapshot

T = TypeVar("T")
_RUNGS: Mapping[str, str] = {
    "runtime": phrase("WordPress itself was loaded for this look (--runtime), without its cron."),
    "database": phrase(
        "The network was read before WordPress loaded: constants and filters that plugins set "
        "are not seen (--runtime shows them)."
    ),
    "config": phrase(
        "Only wp-config.php could be read, not the database: what hangs on its tables was not "
        "looked at."
    ),
    "shell": phrase(
        "Only files could be looked at: neither WP-CLI nor PHP ran. Nothing of the settings, the "
        "tables and the logs was read."
    ),
}
_MOST_PROBLEMS = 5
_MOST_NETWORKS = 5


def evidence_notes(facts: Facts, snapshot: Snapshot) -> tuple[str, ...]:
    """Sentences for the end of a report."""
    return tuple(
        dict.fromkeys(
            note
            for part in (
                _clock,
                _rung,
                _networks,
                _constants,
                _key,
                _api,
                _expected,
                _gaps,
                _damage,
            )
            for note in part(facts)
        )
    )


def _seen(facts: Facts, kind: type[T]) -> T | None:
    found = facts.of(kind)
    return found if isinstance(found, kind) else None


def _clock(facts: Facts) -> Iterator[str]:
    meta = _seen(facts, Meta)
    if meta is not None and meta.taken_at_from.startswith("nothing"):
        yield phrase(
            "No time stands anywhere in this evidence: how long ago something was cannot be said."
        )
    elif meta is not None and meta.taken_at_from != Meta.FILE:
        yield phrase(
            "meta.json does not say when this evidence was taken: the clock of the analysis "
            "is {taken_at}, the newest time in it ({source}).",
            taken_at=iso(meta.taken_at),
            source=one_line(meta.taken_at_from),
        )


def _rung(facts: Facts) -> Iterator[str]:
    host = _seen(facts, Host)
    if host is None:
        return
    if host.reached in _RUNGS:
        yield _RUNGS[str(host.reached)]
    if host.reached == "database" and host.wp_cli_version is None and host.php_version is not None:
        yield phrase("It was read by PHP alone, without WP-CLI.")


def _networks(facts: Facts) -> Iterator[str]:
    """Networks of the same database that were not looked at."""
    others = [
        one_line(f"{entry.get('domain', '')}{entry.get('path', '')}", longest=120)
        for entry in other_networks(_seen(facts, Host))
    ]
    if others:
        yield phrase(
            "This database holds other networks as well, which were not looked at: "
            "{networks}. Choose one with --url.",
            networks=some(others, _MOST_NETWORKS),
        )


def _constants(facts: Facts) -> Iterator[str]:
    constants, host = _seen(facts, Constants), _seen(facts, Host)
    if constants is not None and not constants.unfiltered and not (host and host.runtime_constants):
        yield phrase(
            "constants.json is a filtered list: a constant that is not in it is taken as probably not "
            "defined. `wp config list --format=json` without a filter says more (secrets are masked on "
            "reading, yet do not send the raw file around)."
        )


def _key(facts: Facts) -> Iterator[str]:
    key = _seen(facts, ApiKey)
    if key is not None and key.source == "stored" and key.stored is not None:
        yield phrase(
            "The API key is not a constant here: the plugin takes it from the network's "
            "options ({stored}).",
            stored=one_line(key.stored.stored, longest=40),
        )


def _api(facts: Facts) -> Iterator[str]:
    calls = _seen(facts, ClosteCalls)
    if calls is None or not calls.calls:
        reach = _seen(facts, ApiReach)
        if reach is not None and reach.from_log:
            yield phrase(
                "Closte's API was not asked; what is said of it comes from the plugin's log."
            )
        elif calls is not None:
            yield phrase("Closte's API was not asked: there was no key to ask with.")
        return
    keyed = sorted({call.vantage for call in calls.calls if call.keyed})
    if "here" in keyed and "host" not in {call.vantage for call in calls.calls}:
        yield phrase(
            "Closte's API was asked from here only: whether the host itself can reach it was not tried."
        )
    if any(not call.keyed for call in calls.calls):
        yield phrase(
            "One call of Closte's API was made without key, only to see whether the API lives: its answer "
            "says nothing about the key."
        )


def _expected(facts: Facts) -> Iterator[str]:
    network = _seen(facts, Network)
    if network is not None and network.expected.source == "wu_public_network_ip":
        yield phrase(
            "Which address the domains should have is only guessed: from the address the server goes out "
            "by, which can be another than the one visitors reach. State the right one with "
            "`expected_addresses`, or let Closte define CLOSTE_PUBLIC_IP_ADDRESS."
        )


def _gaps(facts: Facts) -> Iterator[str]:
    """What the collector could not read or left out, in its own words."""
    host = _seen(facts, Host)
    unnamed = [e for e in (host.errors if host else ()) if failure_of(e) is None]
    for error in unnamed[:_MOST_PROBLEMS]:
        what = one_line(error.command, longest=60).removeprefix("collector: ") or phrase(
            "a command"
        )
        yield phrase(
            "Not everything was read: {what}: {said}",
            what=what,
            said=one_line(error.stderr or error.stdout, longest=200),
        )
    if len(unnamed) > _MOST_PROBLEMS:
        yield plural(
            "And {n} more problem of this kind (host.json, errors).",
            "And {n} more problems of this kind (host.json, errors).",
            len(unnamed) - _MOST_PROBLEMS,
        )
    logs = _seen(facts, PluginLogs)
    if host is not None and host.logs_collected is False:
        yield phrase("The plugin's logs were not collected.")
    elif logs is not None and host is not None and (host.logs_bytes or 0) > logs.bytes > 0:
        yield phrase(
            "Of the plugin's logs {read} of {total} bytes were read, the newest of each file "
            "(--log-bytes).",
            read=logs.bytes,
            total=host.logs_bytes,
        )


def _damage(facts: Facts) -> Iterator[str]:
    for kind in (Constants, Mappings, Sites, Scheduler, Cron, ClosteCalls, Dns, Tls, Http):
        found = _seen(facts, kind)
        malformed = getattr(found, "malformed", 0)
        if malformed:
            yield plural(
                "{file}: {n} entry could not be read and was left out.",
                "{file}: {n} entries could not be read and were left out.",
                malformed,
                file=kind.FILE,
            )
