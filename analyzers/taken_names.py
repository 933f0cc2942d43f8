"""Who has a name already that is to be mapped: a row, a site, the network, Closte. And is its site there?"""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.aliases import AliasList
from analyzers.api_answers import ApiAnswers
from analyzers.domains import MappedDomains
from analyzers.evidence import Site, Sites
from analyzers.facts import Facts
from analyzers.language import phrase
from analyzers.names import Domain, displayed, www_twin
from analyzers.network import Network
from analyzers.preflight_reasons import Reason, against, noted


def taken_by(domain: Domain, blog_id: int | None, facts: Facts) -> Iterator[Reason]:
    """Who has the name already: a row, a site, the network, another app at Closte."""
    network, mapped, sites = facts.of(Network), facts.of(MappedDomains), facts.of(Sites)
    if isinstance(network, Network) and domain == network.domain:
        yield against(
            phrase("{domain} is the network's own domain.", domain=displayed(domain)),
            phrase("Choose another name."),
        )
    if isinstance(mapped, MappedDomains):
        yield from _taken_by_row(domain, blog_id, mapped)
    site = _native(domain, sites)
    if site is not None and not (isinstance(network, Network) and domain == network.domain):
        says = phrase(
            "{domain} is the own address of site {blog_id}: a row would shadow it.",
            domain=displayed(domain),
            blog_id=site.blog_id,
        )
        yield against(
            says, phrase("Choose another name, or use the site as it is."), "mapping.shadows-site"
        )
    yield from _taken_at_closte(domain, facts)


def _taken_by_row(domain: Domain, blog_id: int | None, mapped: MappedDomains) -> Iterator[Reason]:
    own, twin = mapped.of(domain), mapped.of(www_twin(domain))
    if own is not None:
        stored = own.row.stored
        odd = "" if stored == domain else phrase(" (stored as {stored})", stored=repr(stored))
        yield against(
            phrase(
                "{domain} is mapped already, to site {blog_id}{odd}: the plugin refuses a second "
                "row for the same name.",
                domain=displayed(domain),
                blog_id=own.row.blog_id,
                odd=odd,
            ),
            phrase("closte-doctor domain TARGET {domain}", domain=domain),
        )
    elif twin is not None and (blog_id is None or twin.row.blog_id != blog_id):
        yield noted(
            phrase(
                "{domain} is mapped to site {blog_id}. The plugin answers a name and its www "
                "with one row: map both to the same site.",
                domain=displayed(twin.domain),
                blog_id=twin.row.blog_id,
            ),
            who="operator",
            code="mapping.www-split",
        )


def _native(domain: Domain, sites: object) -> Site | None:
    """The site whose own host this is, at its root."""
    if not isinstance(sites, Sites):
        return None
    return next((s for s in sites.rows if s.domain == domain and s.path in ("", "/")), None)


def _taken_at_closte(domain: Domain, facts: Facts) -> Iterator[Reason]:
    aliases, answers = facts.of(AliasList), facts.of(ApiAnswers)
    listed = aliases.has(domain) if isinstance(aliases, AliasList) else None
    told = (
        [a for a in (*answers.logged, *answers.called) if a.domain == domain]
        if isinstance(answers, ApiAnswers)
        else []
    )
    if listed:
        yield noted(
            phrase(
                "Closte has {domain} as an alias of this app already: adding it again answers "
                "that it exists, which does no harm.",
                domain=displayed(domain),
            ),
            code="alias.already-added",
        )
    elif told and told[-1].kind == "already-exists" and listed is False:
        yield against(
            phrase(
                "When {domain} was added before, Closte said that it exists, and it is not in "
                "this app's list: another app has it.",
                domain=displayed(domain),
            ),
            phrase("Take it out of the other app at Closte, or ask Closte's support."),
            "alias.elsewhere",
        )
    elif told and told[-1].kind == "invalid-domain":
        yield against(
            phrase(
                "When {domain} was added before, Closte called it invalid.",
                domain=displayed(domain),
            ),
            phrase("Look at its spelling; add it in Closte's dashboard to see why."),
            "alias.refused",
        )
    elif listed is False and _is_ours(domain, facts):
        yield noted(
            phrase(
                "Closte may call {domain} invalid, as it does names under the network's own domain; that is "
                "normal. What serves them is the network's own entry at Closte: see that there is a "
                "certificate for {domain}.",
                domain=displayed(domain),
            ),
        )
    elif listed is False:
        yield noted(
            phrase(
                "Closte's list of this app does not have it. Whether another app has it shows only when "
                "it is added."
            ),
        )


def _is_ours(domain: Domain, facts: Facts) -> bool:
    network = facts.of(Network)
    return isinstance(network, Network) and network.owns(domain)


def no_such_site(blog_id: int | None, facts: Facts) -> Iterator[Reason]:
    """Is the site that somebody names there, and open to visitors?"""
    sites = facts.of(Sites)
    if blog_id is None or not isinstance(sites, Sites):
        return
    site = next((s for s in sites.rows if s.blog_id == blog_id), None)
    if site is None:
        yield against(
            phrase("there is no site {blog_id} in this network.", blog_id=blog_id),
            phrase("Name another site, or create it first."),
            "mapping.no-site",
        )
    elif site.archived or site.spam or site.deleted:
        yield against(
            phrase("site {blog_id} is archived, deleted or marked as spam.", blog_id=blog_id),
            phrase("Restore the site first, or name another one."),
            "mapping.site-off",
        )
