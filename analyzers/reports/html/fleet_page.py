"""The HTML report of many networks: what it shows, as values chosen, bounded, and printable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analyzers.findings import Diagnosis, Finding
from analyzers.fleet import Fleet, LayerCount, layer_counts, severities
from analyzers.fleet_summary import ONE_ALIAS, fleet_headline, left_out, whole
from analyzers.network_domain import UNKNOWN
from analyzers.printable import printable
from analyzers.reports.html.page import printable_value
from analyzers.reports.html.template import filled
from analyzers.summary import headline

MOST_CAUSES = 100
MOST_SHARED = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One layer of all domains of a network."""

    layer: str
    state: str
    """problem · ok · unseen · none (there are no domains)"""
    problems: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Row:
    """One network in the matrix."""

    target: str
    anchor: str | None
    network: str
    plugin: str
    observed: bool
    errors: int
    warnings: int
    domains: int
    up: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The causes of one network."""

    anchor: str
    target: str
    kind: str
    headline: str
    findings: tuple[Finding, ...]
    left_out: int
    next: str


def render(fleet: Fleet) -> str:
    """An HTML document with a final newline."""
    return filled("fleet", fleet.language, **_shown(fleet))


def _shown(fleet: Fleet) -> dict[str, object]:
    """The values of the template, in the language of the fleet."""
    language = fleet.language
    anchors = {d.target: f"network-{n}" for n, d in enumerate(fleet.troubled(), 1)}
    return {
        "fleet": fleet,
        "headline": printable(language.of(fleet_headline(fleet))),
        "left": tuple(printable(language.of(said)) for said in left_out(fleet)),
        "rows": tuple(_row(d, anchors.get(d.target)) for d in fleet.diagnoses),
        "shared_causes": printable_value(fleet.shared_causes()),
        "shared_domains": printable_value(fleet.shared_domains()[:MOST_SHARED]),
        "one_alias": language.of(ONE_ALIAS),
        "sections": tuple(_section(d, anchors[d.target]) for d in fleet.troubled()),
    }


def _row(diagnosis: Diagnosis, anchor: str | None) -> Row:
    network, counted = diagnosis.network, severities(diagnosis)
    return Row(
        target=printable(diagnosis.target),
        anchor=anchor,
        network="" if network.domain == UNKNOWN else printable(network.domain),
        plugin=printable(network.plugin_version or ""),
        observed=diagnosis.verdict != "unobservable",
        errors=counted["error"],
        warnings=counted["warning"],
        domains=len(diagnosis.domains),
        up=Counter(d.state for d in diagnosis.domains)["up"],
        cells=tuple(map(_cell, layer_counts(diagnosis.domains))),
    )


def _cell(count: LayerCount) -> Cell:
    if not count.of:
        state = "none"
    elif count.problems:
        state = "problem"
    else:
        state = "unseen" if count.unseen == count.of else "ok"
    return Cell(count.layer, state, count.problems, count.unseen)


def _section(diagnosis: Diagnosis, anchor: str) -> Section:
    causes = diagnosis.causes()
    kept = tuple(printable_value(finding) for finding in causes[:MOST_CAUSES])
    return Section(
        anchor=anchor,
        target=printable(diagnosis.target),
        kind="error" if any(f.severity == "error" for f in causes) else "warning",
        headline=printable(diagnosis.language.of(headline(diagnosis))),
        findings=kept,
        left_out=len(causes) - len(kept),
        next=printable(whole(diagnosis)),
    )
