"""Findings of the family `cache`: what the web's object cache may still hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from analyzers.evidence import Host, MappingRow, Mappings, PluginLogs, Scheduler
from analyzers.findings import Citation
from analyzers.instants import iso
from analyzers.jobs import KEPT, domain_id_of, domain_of, ran_at
from analyzers.language import phrase
from analyzers.network import Network
from analyzers.row_columns import without_column
from analyzers.rule import Hit, Outcome, Unseen, rule

_SAME_MOMENT = timedelta(minutes=1)
"""A row is written while its action runs; both are rounded to seconds, and jobs take some."""


@rule("cache.stale-risk", "info", "network", waiting_on="operator")
def stale_risk(
    host: Host, mappings: Mappings, scheduler: Scheduler, network: Network, logs: PluginLogs | None
) -> Iterator[Outcome]:
    """A domain was changed past WordPress's object cache

    Means: the web servers may go on serving what they remember of {domains} although the database says
    otherwise. If a site looks right, there is nothing to do.

    Because: the object cache is on, and {count} rows were changed after anything the plugin did or
    logged about them: by SQL or WP-CLI, whose cache is another one than the web's.

    Do: log in to WordPress as network admin and use Closte's menu in the admin bar, "Clear OPcache &
    Object-Cache". `wp cache flush` does not help on Closte: the command line has no part in that cache.
    """
    if host.object_cache is None:
        yield Unseen(network.subject, ("host.json: object_cache",))
        return
    if not host.object_cache:
        return
    if not scheduler.tables_exist:
        yield Unseen(
            network.subject, (phrase("scheduler.json: Action Scheduler's tables do not exist"),)
        )
        return
    known = _last_known(scheduler, mappings, logs)
    changed = [row for row in mappings.rows if _changed_since(row, known.get(row.id), network)]
    if not changed:
        if not all(row.modified_told for row in mappings.rows):
            yield without_column(None, "date_modified")
        return
    yield Hit(
        network.subject,
        tuple(
            Citation(
                Mappings.FILE,
                f"id {row.id}: {row.domain}, date_modified {iso(row.modified)}",
                row.modified,
            )
            for row in changed[:3]
            if row.modified is not None
        ),
        {"count": str(len(changed)), "domains": ", ".join(r.domain for r in changed[:5])},
        confidence="possible",
        affects=tuple(row.domain for row in changed),
    )


def _last_known(
    scheduler: Scheduler, mappings: Mappings, logs: PluginLogs | None
) -> dict[int, float]:
    """When the plugin last did or logged something about each row, as a timestamp."""
    by_domain: dict[str, float] = {}
    by_row: dict[int, float] = {}
    domains = {row.id: row.domain for row in mappings.rows}
    for action in scheduler.actions:
        at = ran_at(action) or action.scheduled
        if at is None:
            continue
        row = domain_id_of(action)
        domain = domain_of(action, domains)
        if domain is not None:
            by_domain[domain] = max(by_domain.get(domain, 0), at.timestamp())
        elif row is not None:
            by_row[row] = max(by_row.get(row, 0), at.timestamp())
    for event in logs.events if logs else ():
        if event.domain is not None:
            by_domain[event.domain] = max(by_domain.get(event.domain, 0), event.at.timestamp())
    for row_id, domain in domains.items():
        by_row[row_id] = max(by_row.get(row_id, 0), by_domain.get(domain, 0))
    return by_row


def _changed_since(row: MappingRow, last: float | None, network: Network) -> bool:
    if row.modified is None or network.now - row.modified > KEPT:
        return False
    return row.modified.timestamp() > (last or 0) + _SAME_MOMENT.total_seconds()
