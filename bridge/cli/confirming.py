"""Yes, from a person: once for the ordinary steps, and for each severe one by typing its domain."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

from analyzers.language import ENGLISH, Language, Phrase, joined, phrase, plural

if TYPE_CHECKING:
    from analyzers.steps import Step


def confirmed(steps: tuple[Step, ...], *, yes: bool, language: Language = ENGLISH) -> bool:
    """May these be carried out? `yes` stands for the ordinary question, never for a severe one.

    Without a terminal nobody can be asked: then only `yes` counts, and severe steps are not confirmed.
    """
    severe = tuple(s for s in steps if s.risk == "severe")
    if not sys.stdin.isatty() and (severe or not yes):
        click.echo(language.of(_why(severe)), err=True)
        return False
    question = plural("Carry out {n} step?", "Carry out these {n} steps?", len(steps))
    if not yes and not _agrees(question, language):
        return False
    return all(_typed(step, language) for step in severe)


def _typed(step: Step, language: Language) -> bool:
    """Its domain, in either spelling of an international one."""
    from analyzers.names import canonical

    word = typed_word(step)
    typed = _answer(
        phrase(
            "{step} {action}: to confirm it, type {word}:",
            step=step.id,
            action=step.action,
            word=word,
        ),
        language,
    )
    return word.lower() in (typed, canonical(typed) if typed.split() == [typed] else typed)


def agreed(question: str, *, yes: bool, language: Language = ENGLISH) -> bool:
    """One question; without a terminal only `yes` counts."""
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo(language.of(_why(())), err=True)
        return False
    return _agrees(question, language)


def typed_word(step: Step) -> str:
    """What is typed for a severe step: its domain; of a site the one that it is about, else the network's."""
    from analyzers.names import canonical

    domain = step.parameters.get("domain")
    if step.subject.kind == "site" and isinstance(domain, str):
        return canonical(domain)
    return step.subject.id


def _why(severe: tuple[Step, ...]) -> Phrase:
    if severe:
        return phrase(
            "severe steps are confirmed by typing their domain, and there is no terminal: {steps}. Leave "
            "them out with --risk safe --risk confirm, or run this in a terminal.",
            steps=", ".join(f"{s.id} {s.action}" for s in severe),
        )
    return phrase("there is no terminal to ask, and no --yes")


def _agrees(question: str, language: Language) -> bool:
    asked = joined([question, phrase("[y/N]")], " ")
    return _answer(asked, language) in {"y", "yes", *language.say("y yes").split()}


def _on_the_terminal(text: str) -> None:
    """Where the messages go to a file, the one who is asked still sees the question: where the answer is
    typed."""
    with contextlib.suppress(OSError, ValueError):
        place = os.open(os.ttyname(sys.stdin.fileno()), os.O_WRONLY | os.O_NOCTTY)
        try:
            os.write(place, text.encode("utf-8", "backslashreplace"))
        finally:
            os.close(place)


def _answer(question: str, language: Language) -> str:
    from analyzers.printable import printable

    asked = printable(language.of(question)) + " "
    click.echo(asked, nl=False, err=True)
    if not sys.stderr.isatty():
        _on_the_terminal(asked)
    return sys.stdin.readline().strip().lower()
