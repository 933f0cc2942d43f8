"""The diagnosis for a terminal: the problem first, then why, who must act, the next command, the evidence.

Everything that came from a host, a log, DNS or an API passes `printable` before it is laid out, so no
escape sequence or direction mark of a stranger reaches the terminal.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from tabulate import tabulate

from analyzers.findings import Citation, Diagnosis, DomainState, Finding
from analyzers.instants import iso
from analyzers.printable import printable
from analyzers.summary import (
    SEVERITY_WORD,
    WHO,
    Cause,
    causes,
    headline,
    next_command,
    shortened,
    unseen,
)

_COLOURS = {"error": "31;1", "warning": "33;1", "info": "36;1", "good": "32;1", "dim": "2"}
_MARKS = {"error": ("✗", "x"), "warning": ("!", "!"), "info": ("i", "i"), "good": ("✓", "+")}
_EVIDENCE_SHOWN = 5
_DOMAINS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Style:
    """How the terminal is: its width, and whether it has colour and Unicode."""

    width: int = 100
    colour: bool = False
    unicode: bool = True


def render(diagnosis: Diagnosis, style: Style = Style()) -> str:
    """The report as text with a final newline."""
    page = _Page(style)
    page.head(diagnosis)
    for cause in causes(diagnosis):
        page.cause(cause, diagnosis.target)
    page.domains(diagnosis.domains)
    page.unseen(diagnosis)
    page.notes(diagnosis)
    text = "\n".join(page.lines).rstrip() + "\n"
    return text if style.unicode else text.encode("ascii", "backslashreplace").decode("ascii")


class _Page:
    """Lines of a report, laid out for one style."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.width = max(40, min(style.width, 120))
        self.lines: list[str] = []

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.style.colour else text

    def mark(self, kind: str) -> str:
        return _MARKS[kind][0 if self.style.unicode else 1]

    def dash(self) -> str:
        return "·" if self.style.unicode else "-"

    def labelled(self, label: str, text: str, *, indent: int = 2) -> None:
        """A paragraph with its label hanging in front."""
        head = " " * indent + f"{label}: ".ljust(11)
        wrapped = textwrap.wrap(
            self.plain(text),
            max(20, self.width - len(head)),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        self.lines.append(head + wrapped[0])
        self.lines.extend(" " * len(head) + line for line in wrapped[1:])

    def plain(self, text: str) -> str:
        """Printable, and in ASCII words where the terminal has no Unicode."""
        safe = printable(text)
        if not self.style.unicode:
            for fancy, plain in (
                ("–", "-"),
                ("—", "-"),
                ("…", "..."),
                ("’", "'"),
                ("→", "->"),
                ("·", "-"),
                ("≥", ">="),
                ("≤", "<="),
                ("×", "x"),
                ("“", '"'),
                ("”", '"'),
            ):
                safe = safe.replace(fancy, plain)
        return safe

    def head(self, diagnosis: Diagnosis) -> None:
        network = diagnosis.network
        said = [diagnosis.target]
        if network.domain not in ("unknown", diagnosis.target):
            said.append(f"network {network.domain}")
        if network.plugin_version:
            said.append(f"plugin {network.plugin_version}")
        if network.app_id:
            said.append(f"Closte app {network.app_id}")
        said.append(iso(diagnosis.taken_at))
        self.lines.append(self.plain(f" {self.dash()} ".join(said)))
        kind = {"findings": "error", "unobservable": "error", "clean": "good"}.get(
            diagnosis.verdict, "warning"
        )
        self.lines.append(self.paint(f"{self.mark(kind)} {headline(diagnosis)}", kind))
        if network.expected_addresses:
            self.lines.append(
                self.plain(
                    f"Domains should point to {', '.join(network.expected_addresses)} "
                    f"(by {network.expected_from})."
                )
            )
        self.lines.append("")

    def cause(self, cause: Cause, target: str) -> None:
        finding = cause.finding
        word = f"{self.mark(finding.severity)} {SEVERITY_WORD[finding.severity]}"
        self.lines.append(
            f"{self.paint(word, finding.severity)}  {self.plain(finding.title)}  "
            + self.paint(f"[{finding.code}]", "dim")
        )
        self.labelled("About", f"{finding.subject.kind} {finding.subject.id}")
        self.labelled("Means", finding.means)
        sure = "" if finding.confidence == "certain" else f" (Confidence: {finding.confidence}.)"
        self.labelled("Why", finding.because + sure)
        if finding.waiting_on:
            self.labelled("Who", WHO[finding.waiting_on])
        self.labelled("Do", finding.do)
        self.labelled("Next", next_command(finding, target))
        if cause.consequences:
            counted = [f"{code} ({n})" for code, n in cause.consequence_counts()]
            self.labelled("Explains", shortened(counted))
        others = [name for name in finding.affects if name != finding.subject.id]
        if others:
            self.labelled("Affects", shortened(others))
        self.evidence(finding)
        self.lines.append("")

    def evidence(self, finding: Finding) -> None:
        if not finding.evidence:
            return
        self.lines.append("  Evidence:")
        shown = finding.evidence[:_EVIDENCE_SHOWN]
        width = max(len(self.plain(c.source)) for c in shown)
        for citation in shown:
            source = self.plain(citation.source).ljust(min(width, 44))
            self.lines.append(f"    {self.paint(source, 'dim')}  {self.excerpt(citation, width)}")
        more = len(finding.evidence) - len(shown)
        if more > 0:
            self.lines.append(f"    and {more} more")

    def excerpt(self, citation: Citation, taken: int) -> str:
        room = max(30, self.width - taken - 6)
        text = self.plain(citation.excerpt.replace("\n", " "))
        if citation.at is not None and iso(citation.at) not in text:
            text = f"{text} ({iso(citation.at)})" if len(text) + 23 <= room else text
        return text if len(text) <= room else text[: room - 3] + "..."

    def domains(self, states: tuple[DomainState, ...]) -> None:
        if not states:
            return
        rank = {"broken": 0, "waiting": 1, "unknown": 2, "up": 3}
        ordered = sorted(states, key=lambda s: (rank.get(s.state, 2), s.domain))
        rows = [
            (
                self.plain(s.domain),
                "" if s.blog_id is None else s.blog_id,
                self.plain(s.stage or ""),
                s.state,
                s.waiting_on or "",
                f"{s.checks.used} of {s.checks.limit}" if s.checks else "",
                iso(s.checks.next_at) if s.checks and s.checks.next_at else "",
            )
            for s in ordered[:_DOMAINS_SHOWN]
        ]
        heads = ("domain", "site", "stage", "state", "waiting on", "checks", "next check")
        self.lines.extend(tabulate(rows, headers=heads, disable_numparse=True).split("\n"))
        if len(ordered) > _DOMAINS_SHOWN:
            self.lines.append(f"and {len(ordered) - _DOMAINS_SHOWN} more domains")
        self.lines.append("")

    def unseen(self, diagnosis: Diagnosis) -> None:
        lacks = unseen(diagnosis)
        if not lacks:
            return
        total = len(diagnosis.skipped)
        self.lines.append(f"Not looked at ({total} checks; this is not a pass):")
        for lack, codes in lacks:
            text = f"for want of {lack}: {shortened(codes, 8)}"
            self.lines.extend(
                textwrap.wrap(
                    self.plain(text),
                    self.width,
                    initial_indent="  ",
                    subsequent_indent="    ",
                    break_on_hyphens=False,
                    break_long_words=False,
                )
            )
        self.lines.append("")

    def notes(self, diagnosis: Diagnosis) -> None:
        for note in diagnosis.notes:
            self.lines.extend(
                textwrap.wrap(
                    self.plain(note),
                    self.width,
                    initial_indent="Note: ",
                    subsequent_indent="      ",
                    break_on_hyphens=False,
                )
            )
