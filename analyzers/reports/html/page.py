"""What the HTML report shows, as values: chosen, bounded, and printable.

A network may have thousands of domains. Every list here has an end, and says how much it left out; the
JSON report has everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import groupby
from typing import TypeVar, cast

from analyzers.findings import Diagnosis, DomainState, Finding, Reference
from analyzers.names import displayed
from analyzers.printable import printable
from analyzers.reports.html.pictures import Activity, Life, Waits, lives
from analyzers.summary import WHO, Cause, causes, headline, next_command, unseen

T = TypeVar("T")

CAUSES_PER_CODE = 4
NAMES_SHOWN = 12
MOST_NAMES = 500
MOST_CONSEQUENCES = 60
MOST_EVIDENCE = 25
ROWS_SHOWN = 50
MOST_ROWS = 5_000
STATES = ("broken", "waiting", "unknown", "up")


@dataclass(frozen=True, slots=True)
class Listed:
    """Names: some at once, more on demand, the rest counted."""

    shown: tuple[str, ...]
    folded: tuple[str, ...]
    left_out: int

    @classmethod
    def of(cls, names: Sequence[str], shown: int = NAMES_SHOWN) -> Listed:
        """A few more than the limit are all shown: no list is folded for the sake of one name."""
        shown = len(names) if len(names) <= shown + 3 else shown
        most = names[:MOST_NAMES]
        return cls(tuple(most[:shown]), tuple(most[shown:]), len(names) - len(most))

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class CauseView:
    """One cause, whole."""

    ident: str
    """Its anchor in the page."""
    finding: Finding
    about: str
    """Its domain as people write it, where that is another name than the DNS has."""
    who: str | None
    next: str
    consequences: tuple[Finding, ...]
    consequence_counts: tuple[tuple[str, int], ...]
    affects: Listed
    evidence_left_out: int


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Causes of one code: the first ones whole, the others by subject and reason."""

    code: str
    severity: str
    number: int
    domains: int
    """How many domains they affect."""
    whole: tuple[CauseView, ...]
    brief: tuple[Finding, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One layer of one domain."""

    layer: str
    state: str
    code: str | None
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One domain in the matrix."""

    domain: str
    blog_id: int | None
    stage: str
    state: str
    waiting_on: str | None
    checks: tuple[int, int] | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Domains: the first ones at once, the others folded by their state, the rest counted."""

    shown: tuple[Row, ...]
    folded: tuple[tuple[str, tuple[Row, ...]], ...]
    left_out: int
    counts: tuple[tuple[str, int], ...]
    """State → how many, of all."""


@dataclass(frozen=True, slots=True)
class Page:
    """The report, in the order of reading."""

    diagnosis: Diagnosis
    """Printable, and without its domains: those are in `rows` and `lives`."""
    headline: str
    severities: tuple[tuple[str, int], ...]
    """Severity → how many causes."""
    groups: tuple[CauseGroup, ...]
    rows: Rows
    lives: tuple[Life, ...]
    lives_left_out: int
    waits: Waits
    activity: Activity
    unseen: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> Page:
        """The page of a diagnosis, in its language."""
        language = diagnosis.language
        domains = sorted(diagnosis.domains, key=_attention)
        shown = printable_value(replace(diagnosis, domains=()))
        groups = _groups(shown)
        anchors = _anchors(shown, groups)
        pictured = lives(domains, diagnosis.taken_at, language)
        counted = Counter(f.severity for f in shown.causes())
        return cls(
            diagnosis=shown,
            headline=language.of(headline(shown)),
            severities=tuple((s, counted[s]) for s in ("error", "warning", "info")),
            groups=groups,
            rows=_rows(domains, anchors),
            lives=pictured,
            lives_left_out=len(domains) - len(pictured),
            waits=Waits.of(domains, shown.network.domain, language),
            activity=Activity.of(diagnosis.logs, language),
            unseen=tuple((language.of(lack), codes) for lack, codes in unseen(shown)),
        )


def printable_value(value: T) -> T:
    """The same value with every text in it printable, however deep it stands."""
    found: object = value
    if isinstance(value, str):
        found = printable(value)
    elif isinstance(value, tuple):
        found = tuple(printable_value(v) for v in value)
    elif isinstance(value, dict):
        found = {printable_value(k): printable_value(v) for k, v in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(
            value, **{f.name: printable_value(getattr(value, f.name)) for f in fields(value)}
        )
    return cast(T, found)


def _attention(state: DomainState) -> tuple[int, float, str]:
    """What needs a look first, then what is newest."""
    place = STATES.index(state.state) if state.state in STATES else len(STATES)
    begun = state.timeline[-1].at.timestamp() if state.timeline else 0.0
    return (place, -begun if place else 0.0, state.domain)


def _groups(diagnosis: Diagnosis) -> tuple[CauseGroup, ...]:
    """Causes by severity and code, in the diagnosis' order; each gets its anchor."""
    found: list[CauseGroup] = []
    number = 0
    key: Callable[[Cause], tuple[str, str]] = lambda c: (c.finding.severity, c.finding.code)  # noqa: E731
    for (severity, code), group in groupby(causes(diagnosis), key):
        members = tuple(group)
        # A few more than the limit are all shown whole.
        most = len(members) if len(members) <= CAUSES_PER_CODE + 2 else CAUSES_PER_CODE
        whole = []
        for cause in members[:most]:
            number += 1
            whole.append(_cause(cause, f"cause-{number}", diagnosis))
        brief = tuple(c.finding for c in members[most:][:MOST_NAMES])
        left_out = len(members) - len(whole) - len(brief)
        affected = {name for cause in members for name in cause.finding.affects}
        found.append(
            CauseGroup(code, severity, len(members), len(affected), tuple(whole), brief, left_out)
        )
    return tuple(found)


def _cause(cause: Cause, ident: str, diagnosis: Diagnosis) -> CauseView:
    finding = cause.finding
    evidence = finding.evidence[:MOST_EVIDENCE]
    return CauseView(
        ident=ident,
        finding=replace(finding, evidence=evidence),
        about=_as_written(finding),
        who=diagnosis.language.of(WHO[finding.waiting_on]) if finding.waiting_on else None,
        next=next_command(finding, diagnosis.target),
        consequences=cause.consequences[:MOST_CONSEQUENCES],
        consequence_counts=cause.consequence_counts(),
        affects=Listed.of([displayed(n) for n in finding.affects if n != finding.subject.id]),
        evidence_left_out=len(finding.evidence) - len(evidence),
    )


def _as_written(finding: Finding) -> str:
    shown = displayed(finding.subject.id) if finding.subject.kind == "domain" else ""
    return printable(shown) if shown != finding.subject.id else ""


def _anchors(diagnosis: Diagnosis, groups: Iterable[CauseGroup]) -> dict[Reference, str]:
    """Where in the page each finding is explained: at its last cause, if that is shown whole."""
    shown = {view.finding.reference: view.ident for group in groups for view in group.whole}
    above = {f.reference: f.caused_by for f in diagnosis.findings}
    found = {}
    for reference in above:
        here, seen = reference, {reference}
        while (cause := above.get(here)) is not None and cause not in seen:
            here = cause
            seen.add(here)
        if here in shown:
            found[reference] = shown[here]
    return found


def _rows(domains: Sequence[DomainState], anchors: dict[Reference, str]) -> Rows:
    rows = [_row(state, anchors) for state in domains[:MOST_ROWS]]
    shown = len(rows) if len(rows) <= ROWS_SHOWN + 10 else ROWS_SHOWN
    folded = groupby(rows[shown:], lambda row: row.state)
    counted = Counter(state.state for state in domains)
    return Rows(
        shown=tuple(rows[:shown]),
        folded=tuple((state, tuple(group)) for state, group in folded),
        left_out=len(domains) - len(rows),
        counts=tuple((state, counted[state]) for state in STATES if counted[state]),
    )


def _row(state: DomainState, anchors: dict[Reference, str]) -> Row:
    cells = []
    for layer in state.layers:
        reference = printable_value(layer.finding)
        anchor = anchors.get(reference) if reference is not None else None
        code = reference.code if reference is not None else None
        cells.append(Cell(layer.layer, layer.state, code, anchor))
    checks = state.checks
    return Row(
        domain=printable(displayed(state.domain)),
        blog_id=state.blog_id,
        stage=printable(state.stage or ""),
        state=state.state,
        waiting_on=state.waiting_on,
        checks=(checks.used, checks.limit) if checks else None,
        cells=tuple(cells),
    )
