"""The page of a finding, for `explain` and for docs/findings.md: one text, two uses."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from string import Formatter

from analyzers.findings import Remedy
from analyzers.language import ENGLISH, Language, Phrase, joined, phrase
from analyzers.rule import Need, Rule, needs_of
from analyzers.summary import RISK_WORD, WAITING_WORD

_LEAST = 24
"""Columns of a paragraph beside its label where there is hardly room."""
_SEVERITY = {
    "error": phrase("error"),
    "warning": phrase("warning"),
    "info": phrase("for information"),
}
_ABOUT = {
    "network": phrase("a network"),
    "domain": phrase("a domain"),
    "site": phrase("a site"),
    "host": phrase("a host"),
}


def page(rule: Rule, width: int = 100, language: Language = ENGLISH) -> str:
    """The page as plain text; `{placeholders}` shown as ‹names›."""
    told = language.catalogue.gettext
    lines = [f"{rule.code}: {shown(told(rule.text.title), language)}", ""]
    for label, text in (
        (phrase("Severity"), _SEVERITY[rule.severity]),
        (phrase("About"), _ABOUT[rule.kind]),
        (phrase("Means"), shown(told(rule.text.means), language)),
        (phrase("Because"), shown(told(rule.text.because), language)),
        (phrase("Do"), shown(told(rule.text.do), language)),
        (phrase("Who must act"), who(rule)),
        (phrase("Remedy"), remedy_words(rule.remedy)),
        (phrase("Needs"), evidence_words(rule)),
    ):
        head = f"{language.of(label)}: ".ljust(14)
        room = max(width - len(head), _LEAST)
        body = textwrap.wrap(language.of(text), room, break_on_hyphens=False) or [""]
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
        "| code | severity | about | needs all of | needs any of | uses, where there |",
        "|---|---|---|---|---|---|",
    ]
    for rule in listed:
        needed, used = needed_files(rule)
        choices = either_files(rule)
        more = [file for file in used if not any(file in choice for choice in choices)]
        lines.append(
            f"| [`{rule.code}`](#{rule.code.replace('.', '')}) | {rule.severity} | {rule.kind} "
            f"| {', '.join(needed) or '–'} | {'; '.join(map(', '.join, choices)) or '–'} "
            f"| {', '.join(more) or '–'} |"
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
            f"- **Who must act:** {who(rule)}",
            f"- **Remedy:** {remedy_words(rule.remedy)}",
        ]
    return "\n".join(lines) + "\n"


def shown(template: str, language: Language = ENGLISH) -> str:
    """A rule's text with its placeholders as ‹names› in this language."""
    return "".join(
        literal + (f"‹{language.say(placeholder(name))}›" if name is not None else "")
        for literal, name, _, _ in Formatter().parse(template)
    )


def placeholder(name: str) -> str:
    """What a placeholder stands for, in words."""
    return name.replace("_", " ")


def who(rule: Rule) -> Phrase:
    """Whose move it is, in a word."""
    return WAITING_WORD[rule.waiting_on] if rule.waiting_on else phrase("depends on the case")


def remedy_words(remedy: Remedy) -> Phrase:
    """The remedy in words."""
    if remedy.action == "manual":
        return phrase("by hand")
    return phrase("{action} (risk: {risk})", action=remedy.action, risk=RISK_WORD[remedy.risk])


def needed_files(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Evidence files without which the rule cannot look, and those it uses where they are there."""
    needed: dict[str, None] = {}
    used: dict[str, None] = {}
    _walk(rule.needs, required=True, needed=needed, used=used, seen=set())
    for always in ("meta.json",):
        needed.pop(always, None)
        used.pop(always, None)
    return tuple(needed), tuple(f for f in used if f not in needed)


def either_files(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """Groups of evidence files of which the rule needs one each."""
    needed, _ = needed_files(rule)
    return tuple(group for group in any_of(rule) if not set(group) & set(needed))


def any_of(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """The groups that a required derivation reads, of which one file is enough for it."""
    groups: dict[tuple[str, ...], None] = {}
    waiting = [need.type for need in rule.needs if not need.optional]
    seen: set[type] = set()
    while waiting:
        kind = waiting.pop(0)
        if kind in seen:
            continue
        seen.add(kind)
        if group := getattr(kind, "ANY_OF", None):
            groups[group] = None
        derive = getattr(kind, "derive", None)
        if derive is not None:
            waiting += [need.type for need in needs_of(derive) if not need.optional]
    return tuple(groups)


def evidence_words(rule: Rule) -> Phrase:
    """The same as a sentence."""
    needed, used = needed_files(rule)
    choices = either_files(rule)
    used = tuple(file for file in used if not any(file in choice for choice in choices))
    either = (phrase("one of {files}", files=", ".join(choice)) for choice in choices)
    wanted = (*needed, *either)
    said = joined(wanted) if wanted else phrase("nothing in particular")
    if not used:
        return said
    return phrase("{needed}; uses {used} where there", needed=said, used=", ".join(used))


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
