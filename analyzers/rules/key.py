"""Findings of the family `key`: the API key of Closte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from analyzers.aliases import AliasList
from analyzers.api_answers import REFUSES_KEY, Answer, ApiAnswers
from analyzers.api_key import STORED_OPTION, ApiKey
from analyzers.api_reach import ApiReach
from analyzers.evidence import (
    Constants,
    Host,
    Http,
    KeyTrace,
    MappingRow,
    Mappings,
    Options,
    PluginLogs,
)
from analyzers.findings import Citation, Confidence
from analyzers.jobs import Jobs
from analyzers.key_traces import OWN_PREFIX
from analyzers.language import joined, phrase, plural
from analyzers.module_state import ModuleState
from analyzers.names import is_under, meant, www_twin
from analyzers.network import Network
from analyzers.network_domain import UNKNOWN, other_networks
from analyzers.rule import Hit, Outcome, Unseen, rule
from analyzers.shape import API_KEY

_FRESH = timedelta(minutes=10)
_FEWEST = 2
"""One domain that Closte does not know is a domain that is missing there."""


def _place_unseen(network: Network) -> Iterator[Unseen]:
    """Whether this is Closte at all, without which no key is missed: not known, or not for sure."""
    if network.closte_unknown_for:
        yield Unseen(network.subject, network.closte_unknown_for)


@rule("key.missing", "error", "network", waiting_on="operator")
def missing(key: ApiKey, network: Network) -> Iterator[Outcome]:
    """The API key of Closte is not there

    Means: the plugin cannot tell Closte about any domain. New mapped domains get no alias and no
    certificate: their visitors see a certificate warning or Closte's default page. Domains that
    already work go on working.

    Because: CLOSTE_CLIENT_API_KEY is not defined{beside}, while {closte}.

    Do: ask Closte's support for the key. Open {settings_page} (in the dashboard: Sites → Dashboard →
    Settings), tab WP-Config, field "Additional wp-config.php content", add the line
    `define('CLOSTE_CLIENT_API_KEY', 'the key');` and press Save All. wp-config.php itself is locked
    on Closte. Afterwards save each waiting domain once in Ultimate Multisite → Domains.
    """
    yield from _place_unseen(network)
    if not network.is_closte or key.constant == "defined" or key.stored is not None:
        return
    on_closte = (
        phrase("CLOSTE_APP_ID is {app_id}", app_id=network.app_id)
        if network.app_id
        else phrase("this host is Closte")
    )
    yield Hit(
        network.subject,
        (key.citation,),
        {
            "closte": on_closte,
            "beside": phrase(", and no key is stored in the network's options")
            if key.options_seen
            else "",
            "settings_page": network.settings_page,
        },
        confidence=key.absence if key.options_seen else "likely",
    )


@rule("key.empty", "error", "network", waiting_on="operator")
def empty(key: ApiKey, network: Network) -> Iterator[Outcome]:
    """The API key of Closte is empty

    Means: the plugin takes an empty key for no key and tells Closte about no domain. New mapped
    domains get no alias and no certificate; nothing is logged.

    Because: CLOSTE_CLIENT_API_KEY is defined, but as an empty string, false or null.

    Do: open {settings_page} (in the dashboard: Sites → Dashboard → Settings), tab WP-Config, field
    "Additional wp-config.php content", correct the line to `define('CLOSTE_CLIENT_API_KEY', 'the
    key');` and press Save All. If Closte itself defines it empty, support must renew it.
    """
    if network.is_closte is False:
        yield from _place_unseen(network)
        return
    if key.constant == "defined" and key.source == "none":
        yield Hit(network.subject, (key.citation,), {"settings_page": network.settings_page})


@rule("key.malformed", "error", "network", waiting_on="operator")
def malformed(key: ApiKey, network: Network) -> Iterator[Outcome]:
    """The API key cannot be a real one

    Means: Closte will refuse it, so that new mapped domains get no alias and no certificate.

    Because: by its form CLOSTE_CLIENT_API_KEY ({length} characters) is no key of Closte's: {faults}.

    Do: copy the key again from Closte, without blanks, quotation marks or line ends, and put it
    between two straight single quotes: {settings_page} (in the dashboard: Sites → Dashboard →
    Settings), tab WP-Config, field "Additional wp-config.php content",
    `define('CLOSTE_CLIENT_API_KEY', 'the key');`, Save All.
    """
    if network.is_closte is False:
        yield from _place_unseen(network)
        return
    length = key.shape.length if key.shape is not None else None
    if key.faults:
        yield Hit(
            network.subject,
            (key.citation,),
            {
                "length": phrase("an unknown number of") if length is None else str(length),
                "faults": joined(key.faults, "; "),
                "settings_page": network.settings_page,
            },
        )
    elif key.truthy and length is None:
        yield Unseen(network.subject, (phrase("constants.json: how long the key is"),))
    elif key.truthy and key.shape is not None and key.shape.untold:
        untold = ", ".join(key.shape.untold)
        yield Unseen(network.subject, (f"{Constants.FILE}: {API_KEY} {untold}",))


@rule("key.undecryptable", "error", "network", waiting_on="operator")
def undecryptable(
    options: Options,
    network: Network,
    key: ApiKey | None,
    jobs: Jobs | None,
    module: ModuleState | None,
    logs: PluginLogs | None,
) -> Iterator[Outcome]:
    """The stored API key cannot be decrypted

    Means: to the plugin the key is empty: it tells Closte about no domain, and writes nothing about
    it. New mapped domains get no alias and no certificate.

    Because: the key stands encrypted in the network's options, and {reason}. Its encryption hangs on
    AUTH_KEY and AUTH_SALT of wp-config.php; whoever renews these loses the key.

    Do: enter the key again: network admin → Ultimate Multisite → Settings → Integrations → Closte →
    Configuration. Or define CLOSTE_CLIENT_API_KEY in Closte's dashboard (Sites → Dashboard → Settings →
    WP-Config), which goes before the stored one and survives a change of salts.
    """
    stored = options.stored_key
    if (
        network.is_closte is False
        or stored is None
        or stored.decrypts
        or stored.stored == "plain"
        or (key is not None and key.truthy)
        or network.at_least(2, 4, 11) is False
    ):
        return
    cited = Citation(Options.FILE, f"{STORED_OPTION}: {stored.stored}")
    if stored.decrypts is False:
        reason = phrase("it does not decrypt with the salts of today")
        # A constant would go before it (DOMAIN 2.10).
        sure: Confidence = "certain" if key is not None else "likely"
        yield Hit(network.subject, (cited,), {"reason": reason}, confidence=sure)
        return
    failed = _undecrypted(logs) or _unheard(jobs, module)
    if failed is None:
        yield Unseen(network.subject, (phrase("options.json: whether the stored key decrypts"),))
        return
    reason = phrase("it was not tried here, but {what}", what=failed[0])
    yield Hit(network.subject, (cited, failed[1]), {"reason": reason}, confidence="likely")


def _undecrypted(logs: PluginLogs | None) -> tuple[str, Citation] | None:
    """The newest complaint of the credential store, where the provider has not run since."""
    events = logs.events if logs else ()
    wrong = [e for e in events if e.name.startswith("credential.")]
    worked = [e.at for e in events if e.name in ("closte.adding", "closte.added")]
    if not wrong:
        return None
    last = max(wrong, key=lambda e: e.at)
    if worked and max(worked) >= last.at:
        return None
    cited = Citation(last.source, f"line {last.line}: {last.message}", last.at)
    return phrase("the plugin's log says that decryption failed"), cited


def _unheard(jobs: Jobs | None, module: ModuleState | None) -> tuple[str, Citation] | None:
    """Jobs that nobody took while the module is enabled: the provider saw no key."""
    if jobs is None or module is None or not module.enabled:
        return None
    for failure in jobs.failures:
        if failure.reason == "no-callbacks":
            return (
                phrase("jobs fail because nobody took them, though the module is enabled"),
                failure.citation,
            )
    return None


@rule("key.rejected", "error", "network", waiting_on="operator")
def rejected(
    answers: ApiAnswers, reach: ApiReach | None, network: Network, key: ApiKey | None
) -> Iterator[Outcome]:
    """Closte refuses the API key

    Means: no new domain reaches Closte: no alias, no certificate. Visitors of newly mapped domains
    see a certificate warning or Closte's default page; domains that already work go on working.

    Because: Closte's API answered the call with the key: {words}.

    Do: ask Closte's support for the current key (it may have been renewed, or belong to a deleted
    site). Open {settings_page} (in the dashboard: Sites → Dashboard → Settings), tab WP-Config, field
    "Additional wp-config.php content", put in `define('CLOSTE_CLIENT_API_KEY', 'the key');`, Save All.
    Run this diagnosis again: it tests the key without changing anything.
    """
    if network.is_closte is False:
        yield from _place_unseen(network)
        return
    if not answers.called:
        yield from _rejected_by_log(answers, network, key)
        return
    keyed = answers.keyed
    if not any(answer.usable for answer in keyed):
        yield from _forbidden(reach, network) if keyed else _never_asked(network)
        return
    refusals, confidence = _refusals(keyed)
    if refusals:
        yield _refused(network, refusals, confidence)
    elif not _accepted(keyed):
        yield Unseen(
            network.subject, (phrase("closte.json: no answer says whether the key is good"),)
        )


def _accepted(keyed: tuple[Answer, ...]) -> bool:
    return any(
        a.kind in ("ok", "harmless-test-ok", "invalid-domain", "already-exists") for a in keyed
    )


def _refusals(keyed: tuple[Answer, ...]) -> tuple[tuple[Answer, ...], Confidence]:
    """The answers that refuse the key. A list that was given shows the key good, whatever else."""
    if any(a.is_list and a.kind == "ok" for a in keyed):
        return (), "certain"
    refused = tuple(a for a in keyed if a.kind in REFUSES_KEY)
    if refused and (
        any(a.is_list for a in refused) or not any(a.kind == "harmless-test-ok" for a in keyed)
    ):
        return refused, "possible" if _accepted(keyed) else "certain"
    # `getdomains` says no in words nobody knows (DOMAIN F05), and nothing shows the key good.
    unknown = tuple(a for a in keyed if a.is_list and a.kind == "refused")
    return (unknown, "possible") if unknown and not _accepted(keyed) else ((), "certain")


def _refused(
    network: Network,
    refusals: tuple[Answer, ...],
    confidence: Confidence,
    *,
    because: str | None = None,
) -> Hit:
    first = refusals[0]
    status = f"HTTP {first.status}, " if first.status is not None else ""
    return Hit(
        network.subject,
        tuple(a.citation for a in refusals[:3]),
        {"words": f'{status}"{first.says}"', "settings_page": network.settings_page},
        confidence=confidence,
        because=because,
    )


def _forbidden(reach: ApiReach | None, network: Network) -> Iterator[Outcome]:
    """No usable answer: either HTML 403 from everywhere, or nothing that says anything of the key."""
    if reach is not None and reach.outcome == "forbidden":
        yield _refused(
            network,
            reach.answers,
            "possible",
            because=phrase(
                "every call was refused with a page instead of JSON, from everywhere it was made: "
                "{words}. That is how a refused key can look, or a firewall in front of the API."
            ),
        )
    else:
        yield Unseen(
            network.subject, (phrase("closte.json: no usable answer to a call with the key"),)
        )


def _never_asked(network: Network) -> Iterator[Outcome]:
    yield Unseen(network.subject, (phrase("closte.json: no call with the key was made"),))


def _rejected_by_log(
    answers: ApiAnswers, network: Network, key: ApiKey | None
) -> Iterator[Outcome]:
    last = answers.last_logged()
    if last is None:
        yield from _never_asked(network)
    elif key is not None and key.source == "none":
        return  # the refusal was of a key that is not there any more
    elif last.kind in REFUSES_KEY:
        yield _refused(
            network,
            (last,),
            "likely",
            because=phrase(
                "Closte's API was not asked now; the last answer in the plugin's log is {words}."
            ),
        )
    else:
        # What the key was good for at the time says nothing of today.
        yield Unseen(
            network.subject,
            (phrase("closte.json: the last answer in the log says nothing of the key"),),
        )


@rule("key.no-permission", "error", "network", waiting_on="operator")
def no_permission(answers: ApiAnswers, network: Network) -> Iterator[Outcome]:
    """The API key may read domains but not add them

    Means: the key looks good, yet no new domain reaches Closte: no alias, no certificate for newly
    mapped domains. Domains that already work go on working.

    Because: with this key Closte lists the domains, and refuses to add one: {words}.

    Do: ask Closte (dashboard or support) which rights this key and your plan have for domains, and for
    a key that may add them. Then put it into {settings_page}, tab WP-Config.
    """
    if network.is_closte is False:
        yield from _place_unseen(network)
        return
    lists = [a for a in answers.keyed if a.is_list]
    if not any(a.kind == "ok" for a in lists):
        lacking = (
            phrase("closte.json: getdomains gave no list") if lists else "closte.json: getdomains"
        )
        yield Unseen(network.subject, (lacking,))
        return
    adding = [a for a in answers.keyed if a.endpoint in ("/adddomainalias", "/deletedomainalias")]
    refused = [a for a in adding if a.kind in REFUSES_KEY]
    if refused:
        yield _refused(network, tuple(refused), "certain")
        return
    # Words nobody knows: the test names no domain, so that little else can be refused than the adding.
    unknown = [a for a in adding if a.is_test and a.kind == "refused"]
    if unknown:
        yield _refused(network, tuple(unknown), "possible")
        return
    if _accepted(tuple(adding)):
        return
    logged = answers.last_logged()
    if logged is not None and logged.kind == "no-permission":
        yield _refused(network, (logged,), "likely")
    else:
        yield Unseen(network.subject, (phrase("closte.json: the harmless test"),))


@rule("key.other-app", "error", "network", waiting_on="operator")
def other_app(
    aliases: AliasList, mappings: Mappings, network: Network, host: Host | None
) -> Iterator[Outcome]:
    """The API key belongs to another app

    Means: whatever the plugin tells Closte about domains lands in another site's list. Domains mapped
    here get no certificate, and each attempt adds them where they do not belong.

    Because: Closte's list for this key has {count} domains, and neither {network} nor any of the
    {mapped} mapped domains is among them.

    Do: compare the app id in the address of Closte's dashboard (app.closte.com/sites/…/APP_ID) with
    CLOSTE_APP_ID, and put the key of this very app into {settings_page}, tab WP-Config. Add no domain
    by hand until then.
    """
    if network.is_closte is False:
        yield from _place_unseen(network)
        return
    if network.domain == UNKNOWN:
        yield Unseen(network.subject, ("host.json: network_domain",))
        return
    own = {network.domain, f"*.{network.domain}", www_twin(network.domain)}
    settled = [r for r in mappings.rows if not _is_young(r, network)]
    domains = {r.domain for r in settled}
    of_known_age = {r.domain for r in settled if r.created}
    if own & aliases.names or any(aliases.has(r.domain) for r in mappings.rows):
        return
    # A name under the network's own domain is this app's as well, and so is another network of its database.
    homes = [network.home, *(meant(str(n.get("domain"))) for n in other_networks(host))]
    bare = {name.removeprefix("*.") for name in aliases.names}
    if any(name == home or is_under(name, home) for name in bare for home in homes):
        return
    if network.app_id and any(n.split(".")[0] == network.app_id.lower() for n in aliases.names):
        return  # the platform's own host of this app (DOMAIN F07)
    if len(domains) < _FEWEST:
        return
    sure: Confidence = "certain" if len(of_known_age) >= _FEWEST else "likely"
    yield Hit(
        network.subject,
        (aliases.citation,),
        {
            "count": str(len(aliases.names)),
            "network": network.domain,
            "mapped": str(len(domains)),
            "settings_page": network.settings_page,
        },
        confidence=sure if aliases.names else "possible",
        because=None
        if aliases.names
        else phrase(
            "Closte's list for this key is empty, though {mapped} domains are mapped here and {network} "
            "itself should stand in it. An app that was just made has such a list as well."
        ),
        affects=tuple(sorted(domains)),
    )


def _is_young(row: MappingRow, network: Network) -> bool:
    """Could Closte's list still lack it? A row without a date is an old one: the plugin writes it."""
    made = row.created or row.modified
    return made is not None and network.now - made <= _FRESH


@rule("key.leaked-in-log", "info", "network", waiting_on="operator")
def leaked_in_log(
    logs: PluginLogs, network: Network, http: Http | None, key: ApiKey | None
) -> Iterator[Outcome]:
    """Part of the API key stands in the plugin's log

    Means: whoever can read the log files knows {part} of the key. Ten characters alone let nobody in;
    visitors are not affected.

    Because: {reason}.

    Do: update the plugin to 2.4.11 or newer, which no longer writes it, and delete
    wu-logs/integration-closte.log. {renew}
    """
    whole = [t for t in logs.key_traces if t.shown is None or t.shown > OWN_PREFIX]
    if not logs.key_traces:
        if key is None:  # nobody can look for a key that is not known, not even by its shape
            yield Unseen(network.subject, (f"{Constants.FILE}: {API_KEY}",))
        return
    readable = _readable(http)
    newest = max(whole or logs.key_traces, key=lambda t: t.at.timestamp() if t.at else 0)
    citation = Citation(
        newest.source, f"line {newest.line}: part of the key (not shown)", newest.at
    )
    reason = _more_shown(whole) if whole else _begin_shown(logs)
    if readable is not None:
        reason = phrase("{reason}; and the log folder can be read over the web", reason=reason)
    worse = bool(whole) or readable is not None
    yield Hit(
        network.subject,
        (citation, readable) if readable is not None else (citation,),
        {
            "part": phrase(
                "more than the first ten characters" if whole else "the first ten characters"
            ),
            "reason": reason,
            "renew": (
                phrase(
                    "Have Closte renew the key, and make sure that wp-content/uploads/wu-logs/ answers 403."
                )
                if worse
                else phrase("Renewing the key is not necessary for ten characters.")
            ),
        },
        severity="warning" if worse else None,
    )


def _more_shown(traces: list[KeyTrace]) -> str:
    return plural(
        "At least {n} line of the logs holds more than the first ten characters of it",
        "At least {n} lines of the logs hold more than the first ten characters of it",
        sum(trace.count for trace in traces),
    )


def _begin_shown(logs: PluginLogs) -> str:
    own = logs.counts.get("closte.key-prefix", 0)
    if not own:
        return plural(
            "{n} line of the logs holds its first ten characters",
            "{n} lines of the logs hold its first ten characters",
            sum(trace.count for trace in logs.key_traces),
        )
    return plural(
        "Plugin versions 2.4.4 to 2.4.10 write its first ten characters on every call, so far {n} time",
        "Plugin versions 2.4.4 to 2.4.10 write its first ten characters on every call, so far {n} times",
        own,
    )


def _readable(http: Http | None) -> Citation | None:
    for answer in http.answers if http else ():
        path = answer.url.split("?", 1)[0]
        if "/wu-logs" in path and answer.status in (200, 206):
            return Citation(Http.FILE, f"{answer.url}: HTTP {answer.status}")
    return None
