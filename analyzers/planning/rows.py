"""Steps on mapping rows: duplicates, primaries, records that were never made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzers.domains import ACTIVE_STAGES, MappedDomain
from analyzers.evidence import MappingRow, Site, Sites
from analyzers.findings import Finding, Subject
from analyzers.language import joined, phrase
from analyzers.mappable import accepts
from analyzers.names import displayed
from analyzers.planning.case import Case
from analyzers.planning.draft import Draft
from analyzers.planning.grounds import row_value
from analyzers.planning.guards import refuses_add
from analyzers.planning.refusals import Refusal
from analyzers.steps import Json

_IDENTITY = ("blog_id", "domain", "active", "primary_domain")
"""What tells whether a row is still the one that was decided on; its stage may move by itself."""


def row_steps(case: Case) -> Iterator[Draft | Refusal]:
    """Rows to drop, primaries to settle, records to make."""
    seen: set[str] = set()
    for finding in case.wanted("mapping.duplicate-row", "mapping.two-sites"):
        if finding.subject.id not in seen:
            seen.add(finding.subject.id)
            yield from _duplicates(finding, case)
    for finding in case.wanted("mapping.two-primaries"):
        yield from _primary(finding, case)
    for finding in case.wanted("mapping.none-for-site"):
        yield from _record(finding, case)


def keeps_undecided(name: str, case: Case) -> Refusal | None:
    """A domain mapped to two sites gets nothing before somebody has said whose it is."""
    sites = {row.blog_id for row in case.grounds.rows_by_domain.get(name, ())}
    if len(sites) < 2 or case.choices.keep.get(name) in sites:
        return None
    listed = " and ".join(str(site) for site in sorted(sites))
    return Refusal(
        "needs-choice",
        Subject("domain", name),
        phrase(
            "{name} is mapped to sites {listed}, and only you can say whose it is: choose "
            "with --keep {name_2}={sites} (or another of these sites).",
            name=displayed(name),
            listed=listed,
            name_2=name,
            sites=min(sites),
        ),
    )


def _duplicates(finding: Finding, case: Case) -> Iterator[Draft | Refusal]:
    domain = case.mapped.get(finding.subject.id)
    if domain is None or any(row.id <= 0 for row in domain.rows):
        return
    undecided = keeps_undecided(domain.domain, case)
    if undecided is not None:
        yield undecided
        return
    kept = _kept(domain, case)
    codes = [f.code for f in case.about(domain.domain, "mapping.") if f.code in _DUPLICATE]
    if all(row.stored == row.domain or row.id != kept.id for row in domain.rows) and case.about(
        domain.domain, "mapping.unclean-name"
    ):
        codes.append("mapping.unclean-name")
    for row in sorted(domain.rows, key=lambda row: row.id):
        if row.id != kept.id:
            yield _dropped(row, kept, domain, finding, tuple(sorted(codes)))


_DUPLICATE = ("mapping.duplicate-row", "mapping.two-sites")


def kept_row(domain: MappedDomain, case: Case) -> MappingRow | None:
    """The one row of a domain that stays when its duplicates go; None while that is undecided."""
    return None if keeps_undecided(domain.domain, case) else _kept(domain, case)


def _kept(domain: MappedDomain, case: Case) -> MappingRow:
    """The row that stays: of the chosen site; there the clean one that sunrise would take first."""
    site = case.choices.keep.get(domain.domain)
    candidates = [r for r in domain.rows if site is None or r.blog_id == site] or list(domain.rows)
    return next((row for row in candidates if row.stored == row.domain), candidates[0])


def _dropped(
    row: MappingRow,
    kept: MappingRow,
    domain: MappedDomain,
    finding: Finding,
    heals: tuple[str, ...],
) -> Draft:
    parameters: dict[str, Json] = {
        "domain_id": row.id,
        "blog_id": row.blog_id,
        "domain": row.stored,
        "keep_id": kept.id,
    }
    is_same = row.blog_id == kept.blog_id
    other = "" if is_same else joined(["", phrase("of site {site}", site=row.blog_id)], " ")
    return Draft(
        key=f"domain.drop-duplicate {row.id}",
        action="domain.drop-duplicate",
        via="wp-cli",
        subject=finding.subject,
        parameters=parameters,
        heals=heals,
        risk="severe",
        why=phrase(
            "{because} Row {id}{other} goes, row {id_2} of site {blog_id} stays. It is "
            "deleted around the plugin's model: the model would also remove the alias at "
            "Closte that the other row needs.",
            because=finding.because,
            id=row.id,
            other=other,
            id_2=kept.id,
            blog_id=kept.blog_id,
        ),
        expect=phrase(
            "The table holds {domain} once, in row {id}; the alias at Closte is as it was.",
            domain=domain.domain,
            id=kept.id,
        ),
        undo={"action": "restore", "parameters": {"places": [f"row {row.id}"]}},
        rests_on={f"row {r.id}": row_value(r, *_IDENTITY) for r in (kept, row)},
    )


def _primary(finding: Finding, case: Case) -> Iterator[Draft | Refusal]:
    blog_id = int(finding.subject.id) if finding.subject.id.isdigit() else -1
    primaries = _primaries(blog_id, case)
    if len(primaries) < 2:
        return
    chosen = _chosen_primary(primaries, blog_id, case)
    if chosen is None:
        yield Refusal(
            "needs-choice",
            finding.subject,
            phrase(
                "Site {blog_id} has {primary} as no primary domain, so it cannot be the one that "
                "stays: choose one of {sorted}.",
                blog_id=blog_id,
                primary=case.choices.primary[blog_id],
                sorted=", ".join(sorted(r.domain for r in primaries)),
            ),
        )
        return
    others = sorted((r for r in primaries if r.id != chosen.id), key=lambda r: r.id)
    named = ", ".join(f"row {row.id} ({row.domain})" for row in others)
    yield Draft(
        key=f"domain.set-primary {blog_id}",
        action="domain.set-primary",
        via="wp-cli",
        subject=finding.subject,
        parameters={"domain_id": chosen.id, "blog_id": blog_id, "domain": chosen.stored},
        heals=("mapping.two-primaries",),
        risk="severe",
        why=phrase(
            "{because} {domain} (row {id}) stays primary; the mark is taken from {named}, "
            "around the plugin's model: its own job for this ran already, or would do it "
            "once more.",
            because=finding.because,
            domain=chosen.domain,
            id=chosen.id,
            named=named,
        ),
        expect=phrase(
            "Site {blog_id} has one primary domain, {domain}, and does not redirect in a circle.",
            blog_id=blog_id,
            domain=chosen.domain,
        ),
        undo={"action": "restore", "parameters": {"places": [f"row {row.id}" for row in others]}},
        rests_on={
            f"row {r.id}": row_value(r, *_IDENTITY) for r in sorted(primaries, key=lambda r: r.id)
        },
    )


def _primaries(blog_id: int, case: Case) -> list[MappingRow]:
    """The rows of a site that redirect to themselves, without duplicates that go anyway."""
    return [
        row
        for id in case.grounds.ids_by_site.get(str(blog_id), ())
        if (row := case.grounds.rows[id]).primary
        and row.active is not False
        and row.stage in ACTIVE_STAGES
        and row.id > 0
        and (domain := case.mapped.get(row.domain)) is not None
        and kept_row(domain, case) == row
    ]


def _chosen_primary(primaries: Sequence[MappingRow], blog_id: int, case: Case) -> MappingRow | None:
    """The operator's choice; else the newest of those that visitors reach with a good certificate: it is
    the one whose mark was set last."""
    named = case.choices.primary.get(blog_id)
    if named is not None:
        return next((row for row in primaries if row.domain == named), None)

    def worth(row: MappingRow) -> tuple[bool, bool, float, int]:
        made = row.created or row.modified
        return (
            case.grounds.value(f"dns {row.domain}") == "here",
            case.grounds.value(f"certificate {row.domain}") == "good",
            made.timestamp() if made else float("-inf"),
            row.id,
        )

    return max(primaries, key=worth)


def _record(finding: Finding, case: Case) -> Iterator[Draft | Refusal]:
    """A record where the plugin tried to make one and failed; not where the name is taken or unfit."""
    sites = case.grounds.maybe(Sites)
    site = next(
        (s for s in (sites.rows if sites else ()) if str(s.blog_id) == finding.subject.id), None
    )
    if site is None or not accepts(site.domain) or _is_taken(site, case):
        return
    if not case.network.owns(site.domain):
        refusal = refuses_add(site.domain, case)
        if refusal is not None:
            yield Refusal(refusal.code, finding.subject, refusal.sentence)
            return
    yield Draft(
        key=f"domain.create-record {site.blog_id}",
        action="domain.create-record",
        via="wp-cli",
        subject=finding.subject,
        parameters={"blog_id": site.blog_id, "domain": site.domain},
        heals=("mapping.none-for-site",),
        risk="confirm",
        why=phrase(
            "{because} It is made through the plugin's model, so that the plugin tells "
            "Closte and checks the domain as it does for any new one.",
            because=finding.because,
        ),
        expect=phrase(
            "The table holds {domain} for site {blog_id}, at stage checking-dns at first.",
            domain=site.domain,
            blog_id=site.blog_id,
        ),
        undo={"action": "restore", "parameters": {"places": [f"rows of {site.domain}"]}},
        rests_on={
            f"rows of {site.domain}": [],
            f"rows of site {site.blog_id}": [],
        },
    )


def _is_taken(site: Site, case: Case) -> bool:
    sites = case.grounds.maybe(Sites)
    shared = [s for s in (sites.rows if sites else ()) if s.domain == site.domain]
    return bool(case.grounds.rows_by_domain.get(site.domain)) or len(shared) > 1
