"""The page of a finding, for `explain` and for docs/findings.md: one text, two uses."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from string import Formatter

from analyzers.findings import Remedy
from analyzers.rule import Need, Rule, needs_of

_SEVERITY = {"error": "error", "warning": "warning", "info": "for information"}


def page(rule: Rule, width: int = 84) -> str:
    """The page as plain text; `{placeholders}` shown as ‹names›."""
    lines = [f"{rule.code}: {shown(rule.text.title)}", ""]
    for label, text in (
        ("Severity", _SEVERITY[rule.severity]),
        ("About", f"a {rule.kind}"),
        ("Means", shown(rule.text.means)),
        ("Because", shown(rule.text.because)),
        ("Do", shown(rule.text.do)),
        ("Who must act", rule.waiting_on or "depends on the case"),
        ("Remedy", remedy_words(rule.remedy)),
        ("Needs", evidence_words(rule)),
    ):
        head = f"{label}: ".ljust(14)
        body = textwrap.wrap(text, width - len(head), break_on_hyphens=False) or [""]
        lines.append(head + body[0])
        lines.extend(" " * len(head) + more for more in body[1:])
    return "\n".join(lines)


def markdown_page(rules: Iterable[Rule]) -> str:
    """docs/findings.md: every code with its text, and which evidence files it needs."""
    listed = tuple(rules)
    lines = [
        "# Findings",
        "",
        "Generated from the rules themselves by `make docs`; do not edit.",
        "",
        "| code | severity | about | needs all of | uses, where there |",
        "|---|---|---|---|---|",
    ]
    for rule in listed:
        needed, used = needed_files(rule)
        lines.append(
            f"| [`{rule.code}`](#{rule.code.replace('.', '')}) | {rule.severity} | {rule.kind} "
            f"| {', '.join(needed) or '–'} | {', '.join(used) or '–'} |"
        )
    for rule in listed:
        lines += [
            "",
            f"## {rule.code}",
            "",
            f"**{shown(rule.text.title)}** ({rule.severity}, {rule.kind})",
            "",
            f"- **Means:** {shown(rule.text.means)}",
            f"- **Because:** {shown(rule.text.because)}",
            f"- **Do:** {shown(rule.text.do)}",
            f"- **Who must act:** {rule.waiting_on or 'depends on the case'}",
            f"- **Remedy:** {remedy_words(rule.remedy)}",
        ]
    return "\n".join(lines) + "\n"


def shown(template: str) -> str:
    """A rule's text with its placeholders as ‹names›."""
    return "".join(
        literal + (f"‹{name.replace('_', ' ')}›" if name is not None else "")
        for literal, name, _, _ in Formatter().parse(template)
    )


def remedy_words(remedy: Remedy) -> str:
    """The remedy in words."""
    if remedy.action == "manual":
        return "by hand"
    return f"{remedy.action} (risk: {remedy.risk})"


def needed_files(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Evidence files without which the rule cannot look, and those it uses where they are there."""
    needed: dict[str, None] = {}
    used: dict[str, None] = {}
    _walk(rule.needs, required=True, needed=needed, used=used, seen=set())
    for always in ("meta.json",):
        needed.pop(always, None)
        used.pop(always, None)
    return tuple(needed), tuple(f for f in used if f not in needed)


def evidence_words(rule: Rule) -> str:
    """The same as a sentence."""
    needed, used = needed_files(rule)
    said = ", ".join(needed) or "nothing in particular"
    return f"{said}; uses {', '.join(used)} where there" if used else said


def _walk(
    needs: tuple[Need, ...],
    *,
    required: bool,
    needed: dict[str, None],
    used: dict[str, None],
    seen: set[tuple[type, bool]],
) -> None:
    for need in needs:
        must = required and not need.optional
        if (need.type, must) in seen:
            continue
        seen.add((need.type, must))
        file = getattr(need.type, "FILE", None)
        derive = getattr(need.type, "derive", None)
        if file is not None and derive is None:
            (needed if must else used)[str(file)] = None
        elif derive is not None:
            _walk(needs_of(derive), required=must, needed=needed, used=used, seen=seen)
