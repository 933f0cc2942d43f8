"""Findings of the family `alias`: mapping rows beside Closte's own list of the app's domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from analyzers.accounted import Accounted
from analyzers.aliases import LIST_LAG, AliasList
from analyzers.api_answers import Answer, ApiAnswers, Kind
from analyzers.causes import NO_ALIAS
from analyzers.domains import ADD, REMOVE, MappedDomain, MappedDomains, cited_action, cited_event
from analyzers.evidence import (
    Action,
    ClosteCalls,
    Host,
    Mappings,
    Options,
    PluginLogs,
    Scheduler,
    Sites,
)
from analyzers.findings import Citation, Confidence, Remedy, Subject
from analyzers.instants import age, duration
from analyzers.language import phrase
from analyzers.names import Domain, canonical, has_www_pair, is_under, www_twin
from analyzers.network import Network
from analyzers.network_domain import UNKNOWN
from analyzers.pages import closte_domains, mapping_page
from analyzers.rule import Hit, Outcome, Unseen, rule

ADD_ALIAS = Remedy("alias.add", "confirm")
DELETE_ALIAS = Remedy("alias.delete", "severe")
_SILENCE = timedelta(minutes=4)
"""The longest add job lasts 225 s (DOMAIN 3.4, 3.5)."""


@rule("alias.missing", "error", "domain", waiting_on="operator", remedy=ADD_ALIAS)
def missing(mapped: MappedDomains, aliases: AliasList, network: Network) -> Iterator[Outcome]:
    """Closte does not know {subject}

    Means: Closte's server answers visitors of {subject} with its default certificate, a browser
        warning first, and never asks for a certificate of its own. Waiting does not help.
    Because: {subject} is mapped to site {site}, and Closte's list of {count} domains does not hold
        it, {age} after {since}.
    Do: Add {subject} at {closte} under Domains (or let closte-doctor add the alias), and wait up to
        10 minutes for the certificate.
    """
    for domain in mapped:
        if domain.listed or not _is_owed(domain) or domain.young(network.now):
            continue
        if _may_be_the_networks(domain, aliases, network):
            yield Unseen(domain.subject, (phrase("{file}: network_domain", file=Host.FILE),))
            continue
        added = domain.added_at
        yield Hit(
            domain.subject,
            (domain.row_citation, aliases.citation, *_asked(domain)),
            {
                "site": str(domain.row.blog_id),
                "count": str(len(aliases.names)),
                "age": duration(age(added, network.now)) if added else phrase("an unknown time"),
                "since": phrase("it was last asked for")
                if _asked(domain)
                else phrase("the row was made"),
                "closte": closte_domains(network),
            },
            confidence=_certainty(domain, aliases),
            facets=frozenset({NO_ALIAS}),
        )


def _certainty(domain: MappedDomain, aliases: AliasList) -> Confidence:
    """A list that somebody fetched before the alias was asked for cannot hold it; a good certificate
    speaks for an alias that covers the name in some other way."""
    added = domain.added_at
    if added is not None and aliases.at is not None and aliases.at < added:
        return "possible"
    return "likely" if added is None or domain.certificate_good else "certain"


def _is_owed(domain: MappedDomain) -> bool:
    """Should Closte have an alias for it? Names of the network come with the app; a wildcard row is
    never served, and one that is switched off needs none."""
    return not domain.comes_with_app and domain.checkable


def _may_be_the_networks(domain: MappedDomain, aliases: AliasList, network: Network) -> bool:
    """Where nothing names the network's domain: is it under a name that Closte has, perhaps that one?"""
    return network.domain == UNKNOWN and any(is_under(domain.domain, n) for n in aliases.names)


def _asked(domain: MappedDomain) -> tuple[Citation, ...]:
    """Where the alias was last asked for."""
    adding = domain.said("closte.adding")
    if adding:
        return (cited_event(adding[-1]),)
    actions = domain.of_hook(ADD)
    return (cited_action(actions[-1]),) if actions else ()


@rule("alias.orphan", "warning", "domain", waiting_on="operator", remedy=DELETE_ALIAS)
def orphan(
    aliases: AliasList,
    accounted: Accounted,
    mappings: Mappings,
    sites: Sites,
    network: Network,
    scheduler: Scheduler | None,
    options: Options | None,
) -> Iterator[Outcome]:
    """Closte still serves {subject}, which is mapped nowhere

    Means: Visitors of {subject} get the network's home page or its sign-up page, and Closte keeps
        renewing a certificate for it. If the domain now belongs to somebody else, their visitors
        can end here.
    Because: {subject} is in Closte's list, but no mapping and no site has that name. {history}
    Do: Ask whether {subject} is still wanted. If so, map it to its site. If not, delete it at
        {closte}; its certificate is lost with it.
    """
    if not mappings.rows and (options is None or options.stage_column is None):
        # No rows can also mean that there is no table, and then nobody knows what was mapped.
        yield Unseen(None, (f"{Options.FILE}: mapping_columns",))
        return
    if mappings.malformed or sites.malformed:
        return  # the name may stand in what could not be read; the engine says that it could not
    removed = _removals(scheduler)
    for name in sorted(aliases.names):
        if accounted.holds(name):
            continue
        if name in aliases.flagged and accounted.holds(Domain(f"*.{name}")):
            continue
        removal = removed.get(name)
        if removal is not None and _is_recent(removal, network.now):
            continue
        if accounted.others_unread:
            yield Unseen(
                Subject("domain", name),
                (phrase("{file}: what the other networks have mapped", file=Host.FILE),),
            )
            continue
        yield Hit(
            Subject("domain", name),
            (aliases.citation, *((cited_action(removal),) if removal else ())),
            {
                "closte": closte_domains(network),
                "history": _history(removal),
            },
        )


def _removals(scheduler: Scheduler | None) -> Mapping[Domain, Action]:
    """The newest removal job of each domain, whether or not a row of it is left."""
    found: dict[Domain, Action] = {}
    for action in sorted(scheduler.actions if scheduler else (), key=lambda a: a.action_id):
        named = action.args.get("domain", action.args.get("0"))
        if action.hook == REMOVE and isinstance(named, str):
            found[canonical(named)] = action
    return found


def _is_recent(removal: Action, now: datetime) -> bool:
    at = removal.last_attempt or removal.scheduled
    return removal.status != "failed" and at is not None and age(at, now) < LIST_LAG


def _history(removal: Action | None) -> str:
    if removal is None:
        return phrase(
            "Nothing shows that it was ever to be removed: renaming a domain in place leaves its old "
            "name behind, and so does deleting a site while the plugin is off."
        )
    if removal.status == "complete":
        return phrase("The plugin asked Closte to remove it, and never looks at the answer.")
    return phrase("The plugin's job to remove it is {status}.", status=removal.status)


@rule("alias.already-added", "info", "domain", waiting_on="nobody")
def already_added(
    mapped: MappedDomains,
    answers: ApiAnswers,
    aliases: AliasList,
    network: Network,
    logs: PluginLogs | None,
) -> Iterator[Outcome]:
    """Closte had {subject} already when the plugin added it

    Means: Nothing is wrong: the plugin asked for an alias that is there, and took the answer for a
        failure.
    Because: Closte answered "{says}", and {subject} is in its list.
    Do: Nothing.
    """
    yield from _nameless(answers, "already-exists")
    for domain in mapped:
        answer = _last_word(domain)
        if answer is None and domain.listed:
            yield from _unlogged(domain, logs, network)
        if answer is not None and answer.kind == "already-exists" and domain.listed:
            yield Hit(domain.subject, (answer.citation, aliases.citation), {"says": answer.says})


def _nameless(answers: ApiAnswers, kind: Kind) -> Iterator[Unseen]:
    """Up to 2.4.3 a body in the log names no domain; without the jobs nobody can say whose it is."""
    if any(a.domain is None and a.kind == kind for a in answers.logged):
        yield Unseen(None, (Scheduler.FILE,))


def _unlogged(domain: MappedDomain, logs: PluginLogs | None, network: Network) -> Iterator[Unseen]:
    """What Closte answered stands in the log, up to 2.4.10: without it nobody knows."""
    if logs is None and network.at_least(2, 4, 11) is not True:
        yield Unseen(domain.subject, (PluginLogs.FILE,))


def _unanswered(
    domain: MappedDomain, logs: PluginLogs | None, calls: ClosteCalls | None, network: Network
) -> Iterator[Unseen]:
    """What Closte answered may also stand in a recorded call."""
    yield from _unlogged(domain, logs, network)
    if calls is None:
        yield Unseen(domain.subject, (ClosteCalls.FILE,))


def _last_word(domain: MappedDomain) -> Answer | None:
    """Closte's newest usable answer to adding this domain."""
    told = [
        a
        for a in domain.answers
        if a.usable and a.endpoint in ("/adddomainalias", None) and a.kind != "key-rejected"
    ]
    if not told:
        return None
    added = domain.said("closte.added")
    later = bool(added) and told[-1].at is not None and added[-1].at > told[-1].at
    return None if later else told[-1]


@rule("alias.elsewhere", "error", "domain", waiting_on="operator")
def elsewhere(
    mapped: MappedDomains,
    answers: ApiAnswers,
    network: Network,
    logs: PluginLogs | None,
    calls: ClosteCalls | None,
) -> Iterator[Outcome]:
    """{subject} already belongs to another app at Closte

    Means: Closte refuses {subject} here because another app, perhaps of another account, has it.
        Visitors who reach Closte get that app, or the default certificate; this site cannot have
        the domain.
    Because: Closte answered "{says}" when the plugin added {subject}, and {subject} is not in this
        app's list.
    Do: Look for {subject} in your other apps at Closte and delete it there; if you have none with
        it, ask Closte's support to set it free. Then add it at {closte}.
    """
    yield from _nameless(answers, "already-exists")
    for domain in mapped:
        answer = _last_word(domain)
        if answer is None and not domain.listed and not domain.comes_with_app:
            yield from _unanswered(domain, logs, calls, network)
        if answer is None or answer.kind != "already-exists" or domain.listed:
            continue
        if domain.young(network.now) and domain.said("closte.added"):
            continue  # added twice within minutes, and the list may lag behind the first (DOMAIN 4.H)
        if domain.listed is None:
            yield Unseen(
                domain.subject,
                (phrase("{file}: no readable list of domains", file=ClosteCalls.FILE),),
            )
            continue
        yield Hit(
            domain.subject,
            (answer.citation,),
            {"says": answer.says, "closte": closte_domains(network)},
            facets=frozenset({NO_ALIAS}),
        )


@rule("alias.no-www", "info", "domain", waiting_on="operator")
def no_www(mapped: MappedDomains, aliases: AliasList, network: Network) -> Iterator[Outcome]:
    """www.{subject} is not known to Closte

    Means: Visitors who type www.{subject} get a certificate warning, if its DNS leads here at all.
        {subject} itself is not touched.
    Because: The plugin sends Closte the domain as it was typed and never adds www: the list holds
        {subject} and not www.{subject}.
    Do: If www is wanted, add www.{subject} at {closte} and let its DNS lead where {subject} leads.
        Else nothing.
    """
    for domain in mapped:
        name = domain.domain
        if name.startswith("www.") or not has_www_pair(name) or domain.comes_with_app:
            continue
        twin = www_twin(name)
        if domain.listed and not aliases.has(twin) and mapped.of(twin) is None:
            yield Hit(domain.subject, (aliases.citation,), {"closte": closte_domains(network)})


@rule("alias.refused", "error", "domain", waiting_on="operator")
def refused(
    mapped: MappedDomains,
    answers: ApiAnswers,
    network: Network,
    logs: PluginLogs | None,
    calls: ClosteCalls | None,
    aliases: AliasList | None,
) -> Iterator[Outcome]:
    """Closte does not take {subject} for a valid domain

    Means: Closte made no alias, so it serves {subject} with its default certificate and never asks
        for one of its own. The plugin does not try again.
    Because: Closte answered "{says}" when the plugin added {subject}.
    Do: Check the spelling of {subject} in row {row} at {page}; correct it there and save. If it is
        right, add it by hand at {closte}, and show Closte's support the answer if that is refused
        too.
    """
    for domain in mapped:
        answer = _last_word(domain)
        if answer is None and not domain.listed and not domain.comes_with_app:
            yield from _unanswered(domain, logs, calls, network)
        if answer is None or answer.kind != "invalid-domain" or domain.listed:
            continue
        if domain.comes_with_app:
            continue  # as names under the network's own domain and Closte's do (DOMAIN 2.5, 3.4)
        if aliases is not None and _may_be_the_networks(domain, aliases, network):
            yield Unseen(domain.subject, (phrase("{file}: network_domain", file=Host.FILE),))
            continue
        yield Hit(
            domain.subject,
            (answer.citation, domain.row_citation),
            {
                "says": answer.says,
                "row": str(domain.row.id),
                "page": mapping_page(network, domain.row),
                "closte": closte_domains(network),
            },
            facets=frozenset({NO_ALIAS}),
        )


@rule("alias.silent-failure", "error", "domain", waiting_on="operator", remedy=ADD_ALIAS)
def silent_failure(
    mapped: MappedDomains,
    logs: PluginLogs,
    aliases: AliasList,
    network: Network,
    scheduler: Scheduler | None,
) -> Iterator[Outcome]:
    """Adding {subject} at Closte failed without a word

    Means: Closte has no alias for {subject}, so it never gets a certificate. This version of the
        plugin logs success only, and does not try again.
    Because: The log says "Adding domain" at {at} and no "added" after it, {over}; and {subject} is
        not in Closte's list. Why it failed is written nowhere.
    Do: Add {subject} at {closte}: Closte's page says there what is in the way. If it is refused as
        taken, another app has the domain.
    """
    modern = network.at_least(2, 4, 11)
    if modern is None:
        yield Unseen(None, (phrase("{file}: no plugin_version", file=Host.FILE),))
    for domain in mapped if modern else ():
        if domain.listed or not _is_owed(domain):
            continue
        adding = domain.said("closte.adding", "closte.added")
        if not adding or adding[-1].name == "closte.added":
            continue
        over = _over(domain, adding[-1].at, network.now)
        if not over and scheduler is None:
            yield Unseen(domain.subject, (Scheduler.FILE,))
        if over:
            yield Hit(
                domain.subject,
                (cited_event(adding[-1]), aliases.citation),
                {
                    "at": adding[-1].at.strftime("%Y-%m-%d %H:%M:%S"),
                    "over": over,
                    "closte": closte_domains(network),
                },
                facets=frozenset({NO_ALIAS}),
            )


def _over(domain: MappedDomain, at: datetime, now: datetime) -> str:
    """Why nothing more is to be expected of this add: its action is over, or 4 minutes are."""
    for action in domain.of_hook(ADD):
        ran = action.last_attempt
        if action.status in ("complete", "failed") and ran and ran >= at - timedelta(seconds=60):
            return phrase("and the job is {status}", status=action.status)
    waited = age(at, now)
    return phrase("which is {waited} ago", waited=duration(waited)) if waited >= _SILENCE else ""
