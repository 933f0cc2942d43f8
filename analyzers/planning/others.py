"""What no action heals: a person does it, by the finding's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzers.findings import Finding
from analyzers.language import phrase
from analyzers.planning.case import Case
from analyzers.planning.draft import Audience, Draft, manual

_AUDIENCE: dict[str, Audience] = {"customer": "customer", "closte": "closte"}


def other_steps(case: Case, healed: Iterable[tuple[str, str]]) -> Iterator[Draft]:
    """A manual step for each cause that no draft is about. `healed`: code and subject id of the others."""
    covered = set(healed)
    for finding in case.all_wanted():
        if finding.caused_by is None and (finding.code, finding.subject.id) not in covered:
            yield _by_its_words(finding, case)


def _by_its_words(finding: Finding, case: Case) -> Draft:
    wide = finding.subject.kind in ("network", "host")
    name = finding.code if wide else f"{finding.code} {finding.subject.id}"
    return manual(
        f"manual {name}",
        _AUDIENCE.get(finding.waiting_on or "", "operator"),
        finding.subject,
        finding.do,
        heals=(finding.code,),
        why=finding.because,
        expect=phrase("The next diagnosis finds {code} silent.", code=finding.code),
    )
