"""Steps that other steps bring with them: a backup before, the caches after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzers.constants import DefinedConstants
from analyzers.evidence import Host
from analyzers.language import phrase
from analyzers.planning.aliases import AFTER_KEY
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft, manual
from analyzers.steps import Json

BACKUP = "backup.take"
_ROW_ACTIONS = frozenset(
    {
        "domain.recheck",
        "domain.mark-done",
        "domain.set-primary",
        "domain.drop-duplicate",
        "domain.create-record",
    }
)
_REDIRECTS = frozenset({"domain.set-primary", "domain.drop-duplicate"})


def with_closing(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """The drafts with a backup in front of severe ones and the caches behind changed rows."""
    found = _with_backup(list(drafts), case)
    flush = _cdn_flush(found, case)
    if flush is not None:
        found.append(flush)
    cleared = _object_cache(found, case)
    if cleared is not None:
        found.append(cleared)
    return found


def _with_backup(drafts: list[Draft], case: Case) -> list[Draft]:
    if not any(draft.risk == "severe" for draft in drafts):
        return drafts
    backup = Draft(
        key=BACKUP,
        action="backup.take",
        via="closte-api",
        subject=case.network.subject,
        parameters={},
        heals=(),
        risk="safe",
        why=phrase("Something severe follows; the backup is waited for before it."),
        expect=phrase(
            "Closte lists a new backup with an id (getbackups), and its task has ended well."
        ),
        after=AFTER_KEY if case.api_at_fault else (),
        rests_on=_key_ground(case),
    )
    severe = [
        replace(d, after=tuple(sorted({*d.after, BACKUP}))) if d.risk == "severe" else d
        for d in drafts
    ]
    return [backup, *severe]


def _key_ground(case: Case) -> Mapping[str, Json]:
    """Where nobody asked with the key, the call itself will show whether it works; else the plan would be
    stale on the very evidence that it was made of."""
    return {} if case.grounds.value("key") is None else {"key": "works"}


def _cdn_flush(drafts: list[Draft], case: Case) -> Draft | None:
    """Where Closte's CDN is on: it may hold redirects of the rows that were put right."""
    changed = [d for d in drafts if d.action in _REDIRECTS]
    asked = case.wanted("cache.stale-risk")
    if not (changed or asked) or not _has_cdn(case) or case.has_foreign_key:
        return None
    heals = sorted({code for d in changed for code in d.heals} | {f.code for f in asked})
    waits = (*(d.key for d in changed), *(AFTER_KEY if case.api_at_fault else ()))
    return Draft(
        key="cdn.flush",
        action="cdn.flush",
        via="closte-api",
        subject=case.network.subject,
        parameters={},
        heals=tuple(heals),
        risk="confirm",
        why=phrase(
            "The CDN may go on giving out redirects and pages from before. Closte bills each invalidation."
        ),
        expect=phrase("The invalidation is listed as Finished (getcdncacheinvalidation)."),
        after=waits,
        rests_on=_key_ground(case),
    )


def _has_cdn(case: Case) -> bool:
    constants = case.grounds.maybe(DefinedConstants)
    if constants is None or not constants.text("CLOSTE_CDN_HOSTNAME"):
        return False
    return not constants.truthy("CLOSTE_CDN_DISABLED")


def _object_cache(drafts: list[Draft], case: Case) -> Draft | None:
    """The web's object cache does not see what WP-CLI writes (DOMAIN F58): one click clears it."""
    host = case.grounds.maybe(Host)
    changed = [
        d.key for d in drafts if d.action in _ROW_ACTIONS or d.action.startswith("settings.")
    ]
    changed += [
        d.key for d in drafts if d.action in ("module.enable", "transient.delete-network-ip")
    ]
    asked = case.wanted("cache.stale-risk")
    if not asked and (host is None or not host.object_cache or not changed):
        return None
    return manual(
        "manual object-cache",
        "operator",
        case.network.subject,
        phrase(
            "Log in at https://{domain}/wp-admin/network/ as network admin and choose Closte's menu in the "
            "admin bar → “Clear OPcache & Object-Cache”.\n`wp cache flush` does not help on Closte: the "
            "command line has no part in that cache.",
            domain=case.network.domain,
        ),
        heals=("cache.stale-risk",),
        why=phrase(
            "The object cache is on, and the web servers may go on using what they remember of changed rows "
            "and settings."
        ),
        expect=phrase("Visitors see the changed state at once."),
        after=tuple(sorted(changed)),
    )
