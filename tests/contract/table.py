"""A table of cases: one change of a healthy folder, and what the contract's words make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from contract.stranger import Folder, Report


@dataclass(frozen=True, slots=True)
class Case:
    """A changed folder and what must follow."""

    name: str
    folder: Folder
    want: tuple[str, ...]
    """Findings by words that all stand in them: `error key.missing network:network.example certain`;
    a last word `<-CODE` is what explains it."""
    standing: frozenset[str] | None
    """All codes at warning or above that nothing explains; None: not asked."""
    absent: tuple[str, ...]
    lacking: Mapping[str, str]
    verdict: str | None
    status: int | None

    def holds(self) -> None:
        """Diagnose the folder and compare."""
        report = self.folder.report()
        said = report.summary()
        for words in self.want:
            assert any(_says(line, words) for line in said), (words, said, report.json["skipped"])
        if self.standing is not None:
            assert report.standing() == self.standing, said
        for code in self.absent:
            assert code not in report.codes(), said
        for code, file in self.lacking.items():
            assert any(file in text for text in report.lacking(code)), (code, report.lacking(code))
            assert not report.passed(code)
        assert self.verdict in (None, report.json["verdict"]), report.json["verdict"]
        assert self.status in (None, report.status)
        _sound(report)


def _says(line: str, words: str) -> bool:
    told, _, cause = line.partition(" <- ")
    return all(
        cause == word[2:] if word.startswith("<-") else word in told.split()
        for word in words.split()
    )


def _sound(report: Report) -> None:
    """What CONTRACT section 4 says of every diagnosis."""
    found = report.json
    assert not report.codes() & set(found["passed"])
    assert not {s["code"] for s in found["skipped"]} & set(found["passed"])
    known = {(f["code"], f["subject"]["id"]) for f in found["findings"]}
    for finding in found["findings"]:
        cause = finding["caused_by"]
        assert cause is None or (cause["code"], cause["subject"]["id"]) in known


class Table:
    """Cases in order; each change is made at once, so that loops may be used to write them."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def case(
        self,
        name: str,
        change: Callable[[Folder], object],
        want: Iterable[str] = (),
        standing: Iterable[str] | None = None,
        absent: Iterable[str] = (),
        lacking: Mapping[str, str] | None = None,
        verdict: str | None = None,
        status: int | None = None,
    ) -> None:
        """One more."""
        folder = Folder()
        change(folder)
        self.cases.append(
            Case(
                name,
                folder,
                tuple(want),
                None if standing is None else frozenset(standing),
                tuple(absent),
                lacking or {},
                verdict,
                status,
            )
        )
