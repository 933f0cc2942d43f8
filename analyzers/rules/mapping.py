"""Findings of the family `mapping`: rows of the plugin's table, alone and beside WordPress's sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from analyzers.causes import NO_CERTIFICATE, OTHERWISE_CLEAN
from analyzers.dns_view import DnsView
from analyzers.domains import ACTIVE_STAGES, MappedDomain, MappedDomains, cited_event, cited_row
from analyzers.evidence import (
    Action,
    Host,
    MappingRow,
    Mappings,
    Options,
    PluginLogs,
    Scheduler,
    Site,
    Sites,
)
from analyzers.findings import Citation, Remedy, Subject
from analyzers.instants import age
from analyzers.language import both, phrase, some
from analyzers.names import Domain, is_wildcard, meant, www_twin
from analyzers.network import Network
from analyzers.pages import closte_domains, mapping_list, mapping_page, site_list
from analyzers.row_columns import without_column
from analyzers.rule import Hit, Outcome, Unseen, rule
from analyzers.tls_view import TlsView

DROP = Remedy("domain.drop-duplicate", "severe")
MARK_DONE = Remedy("domain.mark-done", "safe")
SET_PRIMARY = Remedy("domain.set-primary", "severe")
CREATE = Remedy("domain.create-record", "confirm")
_OLD_PRIMARIES = "wu_async_remove_old_primary_domains"
_PRIMARIES_PATIENCE = timedelta(minutes=10)
_MOST_SHOWN = 5


def _ids(rows: Sequence[MappingRow]) -> str:
    return ", ".join(str(row.id) for row in rows)


def _one_clean(rows: Sequence[MappingRow]) -> frozenset[str]:
    """CONTRACT: a consequence of unclean names where all but one of the rows are unclean."""
    clean = [row for row in rows if row.stored == row.domain]
    return frozenset({OTHERWISE_CLEAN}) if len(clean) == 1 and len(rows) > 1 else frozenset()


@rule("mapping.duplicate-row", "error", "domain", waiting_on="operator", remedy=DROP)
def duplicate_row(mapped: MappedDomains, network: Network) -> Iterator[Outcome]:
    """{subject} is mapped more than once to the same site

    Means: The plugin keeps one answer per domain and has two to choose from: visitors get whichever
        row wins, and the plugin's own check fails when the other one answers. Deleting one of the
        rows in the dashboard also removes the alias at Closte that the other row needs.
    Because: Rows {ids} of site {site} all hold {subject}. The table has no unique index, so an
        import, a race or SQL can do this.
    Do: Keep row {keep}. Delete the others at {page}, and right afterwards make sure that {subject}
        still stands in the list at {closte}: the plugin's delete takes it away there. Add it again
        if it is gone.
    """
    for domain in mapped:
        sites = Counter(row.blog_id for row in domain.rows)
        doubled = [site for site, count in sites.items() if count > 1]
        if doubled:
            rows = [row for row in domain.rows if row.blog_id == doubled[0]]
            yield Hit(
                domain.subject,
                tuple(cited_row(row) for row in rows[:_MOST_SHOWN]),
                {
                    "ids": _ids(rows),
                    "site": str(doubled[0]),
                    "keep": str(_keeper(rows).id),
                    "page": mapping_list(network),
                    "closte": closte_domains(network),
                },
                facets=_one_clean(rows),
            )


def _keeper(rows: Sequence[MappingRow]) -> MappingRow:
    """The clean row that sunrise would choose, else the first."""
    return next((row for row in rows if row.stored == row.domain), rows[0])


@rule("mapping.two-sites", "error", "domain", waiting_on="operator")
def two_sites(mapped: MappedDomains, network: Network) -> Iterator[Outcome]:
    """{subject} is mapped to two sites at once

    Means: All visitors of {subject} get one of the two sites, and the owner of the other one sees a
        stranger's site under the own name. Nobody can say from the table which one was meant.
    Because: Rows {ids} map {subject} to sites {sites}. Site {winner} wins now: the plugin takes the
        row that is primary, then active, then secure.
    Do: Find out who owns {subject}. Delete the row of the other site at {page}, then see that
        {subject} is still in the list at {closte}, because deleting a row removes the alias there.
    """
    for domain in mapped:
        sites = dict.fromkeys(row.blog_id for row in domain.rows)
        if len(sites) > 1:
            yield Hit(
                domain.subject,
                tuple(cited_row(row) for row in domain.rows[:_MOST_SHOWN]),
                {
                    "ids": _ids(domain.rows),
                    "sites": both(str(site) for site in sorted(sites)),
                    "winner": str(domain.row.blog_id),
                    "page": mapping_list(network),
                    "closte": closte_domains(network),
                },
                facets=_one_clean(domain.rows),
            )


@rule("mapping.www-split", "warning", "domain", waiting_on="operator")
def www_split(mapped: MappedDomains, network: Network) -> Iterator[Outcome]:
    """{subject} and www.{subject} are mapped to different sites

    Means: The plugin looks for both names on every visit and takes one row for both: {subject} and
        www.{subject} show the same site, so one of the two sites is never seen. The plugin's own
        check of the losing name fails with "did not contain expected domain ID".
    Because: {subject} belongs to site {site} (row {row}) and www.{subject} to site {www_site} (row
        {www_row}).
    Do: Decide which site {subject} is for, with and without www. Delete the other row at {page}.
    """
    for domain in mapped:
        if domain.domain.startswith("www."):
            continue
        twin = mapped.of(www_twin(domain.domain))
        if twin is None or {r.blog_id for r in twin.rows} == {r.blog_id for r in domain.rows}:
            continue
        yield Hit(
            domain.subject,
            (domain.row_citation, twin.row_citation),
            {
                "site": str(domain.row.blog_id),
                "row": str(domain.row.id),
                "www_site": str(twin.row.blog_id),
                "www_row": str(twin.row.id),
                "page": mapping_list(network),
            },
            affects=(domain.domain, twin.domain),
        )


@rule("mapping.unclean-name", "error", "domain", waiting_on="operator")
def unclean_name(mappings: Mappings, network: Network) -> Iterator[Outcome]:
    """{subject} is stored with characters that do not belong to a domain name

    Means: Visitors ask for {subject}, the table holds something that only looks like it. The plugin
        never finds the row, so the site does not come up under this name, and the plugin's log of
        it has a broken name.
    Because: Row {row} holds {stored}: {what}.
    Do: Write {clean} into row {row} by SQL, after a backup: UPDATE … SET domain = '{clean}' WHERE
        id = {row}. SQL tells nobody, so add {clean} at {closte} if it is not listed there, then
        open and save the domain at {page}: the plugin checks it again.
    """
    unclean: dict[Domain, list[MappingRow]] = {}
    for row in mappings.rows:
        if row.stored != row.domain:
            unclean.setdefault(row.domain, []).append(row)
    for domain, rows in unclean.items():
        row = rows[0]
        yield Hit(
            Subject("domain", domain),
            tuple(map(cited_row, rows[:_MOST_SHOWN])),
            {
                "row": str(row.id),
                "clean": meant(row.stored),
                "stored": ascii(row.stored),
                "what": _what_is_unclean(row.stored),
                "page": mapping_page(network, row),
                "closte": closte_domains(network),
            },
        )


def _what_is_unclean(stored: str) -> str:
    """In the words of F33, the most visible trouble first."""
    if "://" in stored:
        return phrase("it begins with a scheme such as https://")
    if stored != stored.strip() or any(c.isspace() for c in stored):
        return phrase("white space or a line end stands in it, which no screen shows")
    if "/" in stored or ":" in stored:
        return phrase("a port or a path stands behind the name")
    if any(not c.isprintable() for c in stored):
        return phrase("an invisible character stands in it")
    if not stored.isascii():
        return phrase("it is written in Unicode; browsers ask for the xn-- form")
    if stored.endswith("."):
        return phrase("it ends with a dot")
    if stored != stored.lower():
        return phrase("it has capital letters, which only SQL can have written")
    return phrase("it holds characters that are not allowed in a domain name")


@rule("mapping.shadows-site", "error", "domain", waiting_on="operator")
def shadows_site(mapped: MappedDomains, network: Network, sites: Sites | None) -> Iterator[Outcome]:
    """The mapping of {subject} hides {whose}

    Means: {subject} is the own address of {whose}. While this row stands, everybody who goes there
        gets site {site} instead.
    Because: Row {row} maps {subject} to site {site}, and WordPress itself has {address} as the
        address of {whose}.
    Do: Delete row {row} at {page}. If {address} is an address that new sites are made under, take
        it out of the checkout form's domains for customers as well.
    """
    if sites is None:  # the network's own address is known without them
        yield Unseen(None, (Sites.FILE,))
    native: dict[str, list[Site]] = {}
    for site in sites.rows if sites is not None else ():
        native.setdefault(site.domain, []).append(site)
    for domain in mapped:
        if domain.row.active is False:
            continue
        for address in (domain.domain, www_twin(domain.domain)):
            hit = _shadow(domain, address, native.get(address, ()), network)
            if hit is not None:
                yield hit
                break


def _shadow(
    domain: MappedDomain,
    address: str,
    sites: Sequence[Site],
    network: Network,
) -> Hit | None:
    """The row's domain is somebody else's address; sunrise takes `www.` and bare names for one.

    `sites` have this address, each under its own path: a row of one of them takes the whole host, and
    the others are not found any more (F38).
    """
    row = domain.row
    other = next((site for site in sites if site.blog_id != row.blog_id), None)
    main = row.blog_id == network.main_site_id or (
        network.main_site_id is None and row.blog_id == 1
    )
    if address == network.domain:
        if main:
            return None
        whose, cited = (
            phrase("the network"),
            Citation(Host.FILE, f"network_domain {network.domain}"),
        )
    elif other is not None:
        whose, cited = (
            phrase("site {site}", site=other.blog_id),
            Citation(Sites.FILE, f"site {other.blog_id}: {other.url}"),
        )
    else:
        return None
    return Hit(
        domain.subject,
        (domain.row_citation, cited),
        {
            "whose": whose,
            "site": str(row.blog_id),
            "row": str(row.id),
            "address": address,
            "page": mapping_page(network, row),
        },
        confidence="certain" if address == domain.domain else "likely",
    )


@rule("mapping.no-site", "error", "domain", waiting_on="operator")
def no_site(mapped: MappedDomains, sites: Sites, network: Network) -> Iterator[Outcome]:
    """{subject} is mapped to a site that does not exist

    Means: Visitors of {subject} get WordPress's error page or the sign-up page, because the site
        was deleted and its mapping was left behind.
    Because: Row {row} maps {subject} to site {site}; no site has that number.
    Do: If the customer has moved to another site of the network, map {subject} to that one at
        {page}. Else delete row {row} there, after a backup; that also removes the alias at Closte.
    """
    known = {site.blog_id for site in sites.rows}
    if not known:  # no network is without a main site: whoever made this list saw none of them
        yield Unseen(None, (phrase("{file}: no sites", file=Sites.FILE),))
        return
    for domain in mapped:
        lost = [row for row in domain.rows if row.blog_id not in known]
        if not lost:
            continue
        if sites.malformed:
            yield Unseen(
                domain.subject,
                (
                    phrase(
                        "{file}: {number} unreadable rows", file=Sites.FILE, number=sites.malformed
                    ),
                ),
            )
            continue
        yield Hit(
            domain.subject,
            tuple(cited_row(row) for row in lost[:_MOST_SHOWN]),
            {
                "row": str(lost[0].id),
                "site": str(lost[0].blog_id),
                "page": mapping_page(network, lost[0]),
            },
        )


@rule("mapping.site-off", "warning", "site", waiting_on="operator")
def site_off(mapped: MappedDomains, sites: Sites, network: Network) -> Iterator[Outcome]:
    """Site {subject} is switched off, its domains with it

    Means: WordPress shows visitors of {domains} a notice that the site is no longer available.
        Their DNS, aliases and certificates make no difference.
    Because: Site {subject} ({url}) is marked as {flags}.
    Do: If that is not meant, take the mark away at {page}. If it is, nothing is to be done; delete
        its mappings when the customer has left for good.
    """
    if not sites.has_flags:
        yield Unseen(
            None, (phrase("{file}: without the columns archived, spam, deleted", file=Sites.FILE),)
        )
    of_site: dict[int, list[str]] = {}
    for domain in mapped:
        for blog_id in dict.fromkeys(row.blog_id for row in domain.rows):
            of_site.setdefault(blog_id, []).append(domain.domain)
    for site in sites.rows:
        domains = of_site.get(site.blog_id)
        flags = _off(site)
        if not domains or not flags:
            continue
        yield Hit(
            Subject("site", str(site.blog_id)),
            (Citation(Sites.FILE, f"site {site.blog_id} {site.url}: {flags}"),),
            {
                "domains": _some(domains),
                "url": site.url,
                "flags": flags,
                "page": site_list(network),
            },
            affects=tuple(domains),
        )


def _off(site: Site) -> str:
    """Which marks switch the site off; `public` only keeps search engines away."""
    marks = (("archived", site.archived), ("spam", site.spam), ("deleted", site.deleted))
    return both(name for name, on in marks if on)


def _some(names: Sequence[str]) -> str:
    return some(names, _MOST_SHOWN)


@rule("mapping.none-for-site", "info", "site", waiting_on="operator")
def none_for_site(
    mappings: Mappings, sites: Sites, network: Network, logs: PluginLogs | None
) -> Iterator[Outcome]:
    """Site {subject} has no mapped domain

    Means: Site {subject} is reached under its own address {url} only. That is normal for a site
        made before the plugin kept such records, or while it was switched off.
    Because: No row of the mapping table belongs to site {subject}.
    Do: Nothing, unless somebody misses a domain there. Then add it at {page}.
    """
    mapped = {row.blog_id for row in mappings.rows}
    tried = {
        e.fields.get("site_id", ""): e
        for e in (logs.events if logs else ())
        if e.name in ("record.created", "record.failed")
    }
    failed = {site: e for site, e in tried.items() if e.name == "record.failed"}
    bare = [s for s in sites.rows if s.blog_id not in mapped and _expects_record(s, network)]
    if bare and logs is None:
        yield Unseen(None, (PluginLogs.FILE,))
    for site in bare:
        event = failed.get(str(site.blog_id))
        evidence = (Citation(Sites.FILE, f"site {site.blog_id}: {site.url}"),)
        yield Hit(
            Subject("site", str(site.blog_id)),
            (*evidence, cited_event(event)) if event else evidence,
            {
                "url": site.url,
                "page": mapping_list(network),
                "reason": event.fields.get("error", event.message) if event else "",
            },
            severity="warning" if event else "info",
            remedy=CREATE if event else None,
            because=phrase(
                "The plugin tried to make a record for site {subject} and failed: {reason}."
            )
            if event
            else None,
            do=phrase(
                "See to the reason first: a name that has been used stands in another row, one that is not "
                "valid cannot be mapped. Then add the domain at {page}."
            )
            if event
            else None,
        )


def _expects_record(site: Site, network: Network) -> bool:
    """Sub-directory sites have none by design, nor has the main site (DOMAIN 2.5)."""
    main = network.main_site_id or 1
    if site.blog_id == main or site.domain == network.domain or site.path not in ("", "/"):
        return False
    return not (site.archived or site.spam or site.deleted)


@rule("mapping.no-table", "error", "network", waiting_on="operator")
def no_table(network: Network, options: Options, host: Host | None) -> Iterator[Outcome]:
    """The plugin's table of mapped domains does not exist

    Means: No domain can be mapped and none that was mapped is served; every visitor of one ends at
        the network's own address.
    Because: The database has no table that ends in wu_domain_mappings ({how}).
    Do: Restore the table from a backup if domains were mapped before. Else deactivate Ultimate
        Multisite for the network and activate it again in the plugins page of the network admin: it
        then makes its tables.
    """
    errors = [e for e in host.errors if "wu_domain_mappings" in e.stderr + e.stdout] if host else []
    if options.table_missing:
        cited = Citation(Options.FILE, "mapping_columns is null: no such table")
        yield Hit(
            network.subject, (cited,), {"how": phrase("the server was asked for its columns")}
        )
    elif errors and any("doesn't exist" in e.stderr + e.stdout for e in errors):
        cited = Citation(Host.FILE, errors[0].stderr or errors[0].stdout)
        yield Hit(network.subject, (cited,), {"how": phrase("a query of it was refused")})
    elif "mapping_columns" not in options.values:
        yield Unseen(network.subject, (phrase("{file}: no mapping_columns", file=Options.FILE),))


@rule("mapping.two-primaries", "error", "site", waiting_on="operator", remedy=SET_PRIMARY)
def two_primaries(
    mapped: MappedDomains, network: Network, scheduler: Scheduler | None
) -> Iterator[Outcome]:
    """Site {subject} has two primary domains

    Means: Each of {domains} sends visitors on to the other one, and browsers give up with "too many
        redirects". The site cannot be reached under any of them.
    Because: {count} domains of site {subject} are marked primary; the plugin clears the older mark
        when a new one is set, and here it did not.
    Do: Open the domain that shall not be the main address at {page}, switch "Primary domain" off
        and save.
    """
    primaries: dict[int, dict[str, MappingRow]] = {}
    rows = [row for domain in mapped for row in domain.rows]
    if any(row.primary is None for row in rows):
        yield without_column(None, "primary_domain")
    if any(row.primary and row.stage is None for row in rows):
        yield without_column(None, "stage")
    for domain in mapped:  # a row at a failed stage keeps its mark, and redirects nobody
        for row in domain.rows:
            if row.primary and row.active is not False and row.stage in ACTIVE_STAGES:
                primaries.setdefault(row.blog_id, {}).setdefault(domain.domain, row)
    for blog_id, marked in sorted(primaries.items()):
        if len(marked) < 2 or _being_cleared(marked.values(), scheduler, network):
            continue
        yield Hit(
            Subject("site", str(blog_id)),
            tuple(cited_row(row) for row in list(marked.values())[:_MOST_SHOWN]),
            {
                "domains": _some(list(marked)),
                "count": str(len(marked)),
                "page": mapping_list(network),
            },
            confidence="certain" if scheduler is not None else "likely",
            affects=tuple(marked),
        )


def _being_cleared(
    rows: Iterable[MappingRow], scheduler: Scheduler | None, network: Network
) -> bool:
    """Up to 2.4.3 a job takes the old mark away (DOMAIN 2.4): is one on its way for these rows?"""
    ids = {str(row.id) for row in rows}
    for action in scheduler.actions if scheduler else ():
        if action.hook != _OLD_PRIMARIES or action.status not in ("pending", "in-progress"):
            continue
        born = _made_at(action)
        if born is not None and age(born, network.now) >= _PRIMARIES_PATIENCE:
            continue
        named = set(_numbers(action.args))
        if not named or named & ids:
            return True
    return False


def _made_at(action: Action) -> datetime | None:
    return (action.log[0].at if action.log else None) or action.scheduled


def _numbers(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, int | str) and str(value).isdigit():
        yield str(value)


@rule("mapping.inactive", "warning", "domain", waiting_on="operator")
def inactive(mapped: MappedDomains, network: Network) -> Iterator[Outcome]:
    """The mapping of {subject} is switched off

    Means: Visitors of {subject} get the network's sign-up page or its home page, whatever the DNS
        and the certificate say: the plugin skips rows that are not active.
    Because: Row {row} of site {site} has active = 0.
    Do: If {subject} shall be served, open {page}, switch "Active" on and save.
    """
    for domain in mapped:
        if all(row.active is None for row in domain.rows):
            yield without_column(domain.subject, "active")
        elif domain.row.active is False:  # the row that sunrise takes, whatever others there are
            yield Hit(
                domain.subject,
                (domain.row_citation,),
                {
                    "row": str(domain.row.id),
                    "site": str(domain.row.blog_id),
                    "page": mapping_page(network, domain.row),
                },
            )


@rule("mapping.stale-failure", "error", "domain", waiting_on="operator", remedy=MARK_DONE)
def stale_failure(
    mapped: MappedDomains, dns: DnsView, tls: TlsView, network: Network
) -> Iterator[Outcome]:
    """{subject} is ready, but the plugin still holds it for failed

    Means: Visitors do not reach the site: the plugin gave up, never looks again, and does not serve
        a domain at stage {stage}.
    Because: The row stands at {stage}, while {subject} leads to {addresses} as it should and a good
        certificate is served there now.
    Do: Open {page}, set the stage to Ready and save; or set it back to "Checking DNS" and save, and
        the plugin checks again. Nothing is to be changed in the DNS or at Closte.
    """
    for domain in mapped.checkable:
        if domain.row.stage is None:
            yield without_column(domain.subject, "stage")
        if domain.stage not in ("failed", "ssl-failed", "done-without-ssl"):
            continue
        right = _leads_here(domain)
        good = domain.certificate_good
        if right is False or good is False:
            continue
        lacking = [f for f, seen in (("dns.json", right), ("tls.json", good)) if seen is None]
        if lacking or domain.dns is None or domain.tls is None:
            yield Unseen(domain.subject, tuple(lacking))
            continue
        served = domain.stage == "done-without-ssl"
        yield Hit(
            domain.subject,
            (domain.row_citation, *domain.dns.citations("A"), domain.tls.own[0].citation),
            {
                "stage": domain.stage,
                "addresses": ", ".join(domain.dns.addresses)
                + (f" ({domain.dns.proxied_by})" if domain.dns.proxied_by else ""),
                "page": mapping_page(network, domain.row),
            },
            confidence="certain" if domain.dns.right else "likely",
            severity="warning" if served else None,
            because=phrase(
                "The row stands at done-without-ssl: the site is served, but its links are plain http, "
                "although {subject} leads to {addresses} and a good certificate is served there now."
            )
            if served
            else None,
        )


def _leads_here(domain: MappedDomain) -> bool | None:
    """Is its DNS fine? A known proxy in front of the entrance is, where the certificate was what did
    not come; a DNS that the plugin gave up on is judged by `check.gave-up-dns`."""
    if domain.dns is None:
        return None
    return domain.dns.right if domain.stage == "failed" else domain.dns.reaches_us


@rule("mapping.schema-old", "error", "network", waiting_on="operator")
def schema_old(
    network: Network, options: Options, host: Host, mappings: Mappings | None
) -> Iterator[Outcome]:
    """The mapping table is older than the plugin

    Means: When a certificate does not come, the plugin wants to write the stage ssl-failed and the
        table has no such word: the domain then stays at checking-ssl-cert for ever, or loses its
        stage.
    Because: The column stage is {column}, and plugin {version} needs the value ssl-failed (since
        2.4.10).
    Do: Log in as super admin and open the network admin of the main site once: the plugin upgrades
        its tables there. If nothing changes, deactivate and activate it for the network, after a
        backup.
    """
    newer = network.at_least(2, 4, 10)
    if options.stage_column is None:
        if not options.table_missing:
            yield Unseen(
                network.subject, (phrase("{file}: no mapping_columns", file=Options.FILE),)
            )
        return
    if "ssl-failed" in options.stage_column:
        return
    if newer is None:
        yield Unseen(network.subject, (phrase("{file}: no plugin_version", file=Host.FILE),))
    elif newer:
        empty = [row for row in (mappings.rows if mappings else ()) if not row.stage]
        yield Hit(
            network.subject,
            (
                Citation(Options.FILE, f"mapping_columns: {options.stage_column}"),
                *(cited_row(row) for row in empty[:_MOST_SHOWN]),
            ),
            {
                "column": options.stage_column,
                "version": host.plugin_version or phrase("2.4.10 or newer"),
            },
            affects=tuple(row.domain for row in empty),
        )


@rule("mapping.secure-flag", "warning", "domain", waiting_on="operator")
def secure_flag(mapped: MappedDomains, tls: TlsView, network: Network) -> Iterator[Outcome]:
    """The plugin's mark for https on {subject} is wrong

    Means: The plugin writes the site's links with http although https works, so browsers call the
        pages not secure or block parts of them.
    Because: Row {row} has secure = {secure}, while the certificate of {subject} is {certificate}.
    Do: Open {page}, switch "Is Secure?" {turn} and save.
    """
    for domain in mapped.checkable:
        row, good = domain.row, domain.certificate_good
        if row.stage is None:
            yield without_column(domain.subject, "stage")
        if not domain.live:
            continue
        if row.secure is None:
            yield without_column(domain.subject, "secure")
            continue
        if good is None:
            if not domain.leads_nowhere and (domain.tls is None or domain.tls.own):
                yield Unseen(domain.subject, ("tls.json",))
            continue
        wrong_off = not row.secure and good and domain.stage == "done"
        wrong_on = row.secure and not good
        if wrong_on and domain.stage == "done" and domain.young(network.now):
            continue  # ssl.pending
        if not (wrong_off or wrong_on) or domain.tls is None:
            continue
        yield Hit(
            domain.subject,
            (domain.row_citation, domain.tls.own[0].citation),
            {
                "row": str(row.id),
                "secure": "1" if row.secure else "0",
                "certificate": phrase("good" if good else "not good"),
                "page": mapping_page(network, row),
                "turn": phrase("off until the certificate is good" if wrong_on else "on"),
            },
            facets=frozenset({NO_CERTIFICATE}) if wrong_on else frozenset(),
            remedy=MARK_DONE if wrong_off else None,
        )


@rule("mapping.wildcard", "warning", "domain", waiting_on="operator")
def wildcard(mapped: MappedDomains, network: Network) -> Iterator[Outcome]:
    """The mapping of {subject} is a wildcard, which the plugin cannot serve

    Means: The plugin compares whole names: it will never serve a site for {subject}, and its check
        of this row can never succeed.
    Because: Row {row} begins with *. The plugin refuses such names, so SQL or an old import wrote
        it.
    Do: Delete row {row} at {page} and map each name on its own. If all names below shall lead to
        Closte, add {subject} at {closte} as a wildcard domain.
    """
    for domain in mapped:
        if is_wildcard(domain.domain):
            yield Hit(
                domain.subject,
                (domain.row_citation,),
                {
                    "row": str(domain.row.id),
                    "page": mapping_page(network, domain.row),
                    "closte": closte_domains(network),
                },
            )


@rule("mapping.legacy-table", "info", "network", waiting_on="operator")
def legacy_table(network: Network, options: Options) -> Iterator[Outcome]:
    """Domains of the old mapping table were not taken over

    Means: {count} domains stand only in the table of the plugin's first generation. Today's plugin
        does not read it, so they are not served.
    Because: The table domain_mapping holds {rows} rows; missing in the new one: {domains}.
    Do: Ask whether these domains are still wanted. Add those that are at {page}; the old table can
        stay.
    """
    left = options.values.get("legacy_not_migrated")
    domains = [d for d in left if isinstance(d, str)] if isinstance(left, list) else []
    asked = "legacy_mapping_rows" in options.values
    if not isinstance(left, list) and (not asked or options.values["legacy_mapping_rows"]):
        name = "legacy_not_migrated" if asked else "legacy_mapping_rows"
        yield Unseen(
            network.subject, (phrase("{file}: no {column}", file=Options.FILE, column=name),)
        )
    if domains:
        rows = options.values.get("legacy_mapping_rows", len(domains))
        yield Hit(
            network.subject,
            (Citation(Options.FILE, f"legacy_not_migrated: {_some(domains)}"),),
            {
                "count": str(len(domains)),
                "rows": str(rows),
                "domains": _some(domains),
                "page": mapping_list(network),
            },
            affects=tuple(domains),
        )
