"""The diagnosis for a terminal: the problem first, then why, who must act, the next command, the evidence.

Everything that came from a host, a log, DNS or an API passes `printable` before it is laid out, so no
escape sequence or direction mark of a stranger reaches the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tabulate import tabulate

from analyzers.findings import Citation, Diagnosis, DomainState, Finding
from analyzers.instants import iso
from analyzers.language import Language, joined, phrase, plural
from analyzers.names import displayed
from analyzers.network_domain import UNKNOWN
from analyzers.printable import in_ascii, printable
from analyzers.summary import (
    CONFIDENCE_WORD,
    KIND_WORD,
    SEVERITY_WORD,
    STATE_WORD,
    WAITING_WORD,
    WHO,
    Cause,
    causes,
    checked,
    headline,
    next_command,
    none_looked,
    shortened,
    suppression,
    unseen,
)
from analyzers.wrapping import wrapped

_COLOURS = {"error": "31;1", "warning": "33;1", "info": "36;1", "good": "32;1", "dim": "2"}
_MARKS = {"error": ("✗", "x"), "warning": ("!", "!"), "info": ("i", "i"), "good": ("✓", "+")}
_EVIDENCE_SHOWN = 5
_DOMAINS_SHOWN = 40
LEAST_WIDTH = 20
HANGING_FROM = 60
"""A terminal that is narrower has no room for a column of labels."""
_COLUMNS = (
    ("domain", "site", "stage", "state", "waiting on", "checks", "next check"),
    ("domain", "stage", "state", "waiting on", "checks"),
    ("domain", "state", "waiting on"),
    ("domain", "state"),
)
"""Columns of the table of domains, from the widest terminal to the narrowest."""
_ABOUT, _MEANS, _WHY, _WHO = phrase("About"), phrase("Means"), phrase("Why"), phrase("Who")
_DO, _NEXT, _EXPLAINS = phrase("Do"), phrase("Next"), phrase("Explains")
_AFFECTS, _EVIDENCE = phrase("Affects"), phrase("Evidence")
_TITLES = {
    "domain": phrase("domain"),
    "site": phrase("site"),
    "stage": phrase("stage"),
    "state": phrase("state"),
    "waiting on": phrase("waiting on"),
    "checks": phrase("checks"),
    "next check": phrase("next check"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How the terminal is: its width, and whether it has colour and Unicode."""

    width: int = 100
    colour: bool = False
    unicode: bool = True


def render(diagnosis: Diagnosis, style: Style = Style()) -> str:
    """The report as text with a final newline."""
    return "".join(pieces(diagnosis, style))


def pieces(diagnosis: Diagnosis, style: Style = Style()) -> Iterator[str]:
    """The same, one finding after the other: thousands of them need not be in memory at once."""
    page = _Page(style, diagnosis.language)
    page.head(diagnosis)
    for cause in causes(diagnosis):
        page.cause(cause, diagnosis.target)
        yield page.torn_off()
    page.suppressed(diagnosis)
    page.domains(diagnosis.domains)
    page.unseen(diagnosis)
    page.notes(diagnosis)
    last = page.torn_off().rstrip()
    if last:
        yield last + "\n"


class _Page:
    """Lines of a report, laid out for one style."""

    def __init__(self, style: Style, language: Language) -> None:
        self.style = style
        self.language = language
        self.width = max(LEAST_WIDTH, min(style.width, 120))
        self.lines: list[str] = []

    def torn_off(self) -> str:
        """What was written so far, for good. Empty lines at its end wait for what comes after them."""
        end = len(self.lines)
        while end and not self.lines[end - 1].strip():
            end -= 1
        text = "".join(f"{line}\n" for line in self.lines[:end])
        del self.lines[:end]
        return text if self.style.unicode else in_ascii(text)

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.style.colour else text

    def mark(self, kind: str) -> str:
        return _MARKS[kind][0 if self.style.unicode else 1]

    def dash(self) -> str:
        return "·" if self.style.unicode else "-"

    def labelled(self, label: str, text: str, *, indent: int = 2) -> None:
        """A paragraph with its label hanging in front."""
        head = " " * indent + f"{self.plain(label)}: "
        if self.width < HANGING_FROM:
            self.lines.extend(self.wrapped(text, head, " " * (indent + 2)))
            return
        head = head.ljust(indent + 11)
        first, *more = wrapped(self.plain(text), max(20, self.width - len(head))) or [""]
        self.lines.append(head + first)
        self.lines.extend(" " * len(head) + line for line in more)

    def plain(self, text: str) -> str:
        """In the reader's language, printable, and in ASCII where the terminal has no Unicode."""
        safe = printable(self.language.of(text))
        return safe if self.style.unicode else in_ascii(safe)

    def wrapped(self, text: str, first: str = "", more: str = "") -> list[str]:
        """The text in lines of the page's width; a word that is longer stands alone."""
        return wrapped(self.plain(text), self.width, first, more) or [first]

    def head(self, diagnosis: Diagnosis) -> None:
        """What was looked at, and the verdict."""
        network = diagnosis.network
        said: list[str] = [diagnosis.target]
        if network.domain not in (UNKNOWN, diagnosis.target):
            said.append(phrase("network {network}", network=network.domain))
        if network.plugin_version:
            said.append(phrase("plugin {version}", version=network.plugin_version))
        if network.app_id:
            said.append(phrase("Closte app {app}", app=network.app_id))
        said.append(iso(diagnosis.taken_at))
        self.lines.extend(self.wrapped(joined(said, f" {self.dash()} ")))
        for assumed in diagnosis.assumed:
            marked = phrase("HYPOTHETICAL. {assumed}", assumed=assumed)
            for line in self.wrapped(marked, f"{self.mark('warning')} ", "  "):
                self.lines.append(self.paint(line, "warning"))
        kind = {"findings": "error", "unobservable": "error", "clean": "good"}.get(
            diagnosis.verdict, "warning"
        )
        for line in self.wrapped(headline(diagnosis), f"{self.mark(kind)} ", "  "):
            self.lines.append(self.paint(line, kind))
        if network.expected_addresses:
            self.lines.extend(
                self.wrapped(
                    phrase(
                        "Domains should point to {addresses} (by {source}).",
                        addresses=", ".join(network.expected_addresses),
                        source=network.expected_from,
                    )
                )
            )
        self.lines.append("")

    def cause(self, cause: Cause, target: str) -> None:
        finding = cause.finding
        word = f"{self.mark(finding.severity)} {self.plain(SEVERITY_WORD[finding.severity])}"
        first, *more = self.wrapped(f"{word}  {finding.title}  [{finding.code}]", more="  ")
        self.lines.append(self.paint(word, finding.severity) + first.removeprefix(word))
        self.lines.extend(more)
        about = joined((KIND_WORD[finding.subject.kind], displayed(finding.subject.id)), " ")
        self.labelled(_ABOUT, about)
        self.labelled(_MEANS, finding.means)
        because = finding.because
        if finding.confidence != "certain":
            sure = phrase(" (Confidence: {how}.)", how=CONFIDENCE_WORD[finding.confidence])
            because = joined((because, sure), "")
        self.labelled(_WHY, because)
        if finding.waiting_on:
            self.labelled(_WHO, WHO[finding.waiting_on])
        self.labelled(_DO, finding.do)
        self.labelled(_NEXT, next_command(finding, target))
        if cause.consequences:
            counted = [f"{code} ({n})" for code, n in cause.consequence_counts()]
            self.labelled(_EXPLAINS, shortened(counted))
        others = [displayed(name) for name in finding.affects if name != finding.subject.id]
        if others:
            self.labelled(_AFFECTS, shortened(others))
        self.evidence(finding)
        self.lines.append("")

    def evidence(self, finding: Finding) -> None:
        if not finding.evidence:
            return
        self.lines.append(f"  {self.plain(_EVIDENCE)}:")
        for citation in finding.evidence[:_EVIDENCE_SHOWN]:
            self.lines.extend(self.citation(citation))
        more = len(finding.evidence) - _EVIDENCE_SHOWN
        if more > 0:
            counted = plural("and {n} more", "and {n} more", more)
            self.lines.append(f"    {self.plain(counted)}")

    def citation(self, citation: Citation) -> list[str]:
        """Where it stands and what it says, in three lines at the most."""
        source = self.plain(citation.source)
        said = citation.excerpt.replace("\n", " ")
        if citation.at is not None and iso(citation.at) not in said:
            said = f"{said} ({iso(citation.at)})"
        lines = self.wrapped(f"{source}: {said}", "    ", "      ")
        if len(lines) > 3:
            lines = [*lines[:2], lines[2][: self.width - 3] + "..."]
        painted = self.paint(source, "dim")
        return [lines[0].replace(source, painted, 1), *lines[1:]]

    def suppressed(self, diagnosis: Diagnosis) -> None:
        """What the operator has accepted for a time, and why."""
        if not diagnosis.suppressed:
            return
        self.lines.append(self.plain(phrase("Suppressed (not counted):")))
        for one in diagnosis.suppressed:
            finding = one.finding
            word = self.plain(SEVERITY_WORD[finding.severity])
            self.lines.extend(
                self.wrapped(f"{word}  {finding.title}  [{finding.code}]", "  ", "    ")
            )
            self.lines.extend(self.wrapped(suppression(one), "    ", "    "))
        self.lines.append("")

    def domains(self, states: tuple[DomainState, ...]) -> None:
        if not states:
            return
        rank = {"broken": 0, "waiting": 1, "unknown": 2, "up": 3}
        ordered = sorted(states, key=lambda s: (rank.get(s.state, 2), s.domain))
        cells = [self.cells(state) for state in ordered[:_DOMAINS_SHOWN]]
        for heads in _COLUMNS:
            rows = [[cell[head] for head in heads] for cell in cells]
            titles = [self.plain(_TITLES[head]) for head in heads]
            table = tabulate(rows, headers=titles, disable_numparse=True).split("\n")
            if max(map(len, table)) <= self.width:
                break
        else:
            table = [
                line
                for cell in cells
                for line in self.wrapped(f"{cell['domain']}: {cell['state']}", "", "  ")
            ]
        self.lines.extend(table)
        if len(ordered) > _DOMAINS_SHOWN:
            more = len(ordered) - _DOMAINS_SHOWN
            counted = plural("and {n} more domain", "and {n} more domains", more)
            self.lines.append(self.plain(counted))
        self.lines.append("")

    def cells(self, state: DomainState) -> dict[str, str]:
        """What the table may say of a domain, by column."""
        checks = state.checks
        return {
            "domain": self.plain(displayed(state.domain)),
            "site": "" if state.blog_id is None else str(state.blog_id),
            "stage": self.plain(state.stage or ""),
            "state": self.plain(STATE_WORD.get(state.state, state.state)),
            "waiting on": self.plain(WAITING_WORD[state.waiting_on]) if state.waiting_on else "",
            "checks": self.plain(checked(checks)) if checks else "",
            "next check": iso(checks.next_at) if checks and checks.next_at else "",
        }

    def unseen(self, diagnosis: Diagnosis) -> None:
        lacks = unseen(diagnosis)
        if not lacks:
            return
        total = len(diagnosis.skipped)
        if diagnosis.verdict == "unobservable":
            self.lines.append(self.plain(none_looked(total)))
            return
        counted = plural(
            "Not looked at ({n} check; this is not a pass):",
            "Not looked at ({n} checks; this is not a pass):",
            total,
        )
        self.lines.extend(self.wrapped(counted, "", "  "))
        for lack, codes in lacks:
            text = phrase("for want of {lack}: {codes}", lack=lack, codes=shortened(codes, 8))
            self.lines.extend(self.wrapped(text, "  ", "    "))
        self.lines.append("")

    def notes(self, diagnosis: Diagnosis) -> None:
        for note in diagnosis.notes:
            head = f"{self.plain(phrase('Note'))}: "
            self.lines.extend(self.wrapped(note, head, " " * len(head)))
