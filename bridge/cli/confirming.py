"""Yes, from a person: once for the ordinary steps, and for each severe one by typing its domain."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analyzers.steps import Step


def confirmed(steps: tuple[Step, ...], *, yes: bool) -> bool:
    """May these be carried out? `yes` stands for the ordinary question, never for a severe one.

    Without a terminal nobody can be asked: then only `yes` counts, and severe steps are not confirmed.
    """
    severe = tuple(s for s in steps if s.risk == "severe")
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if not terminal and (severe or not yes):
        click.echo(_why(severe), err=True)
        return False
    if not yes and not _asked(f"Carry out {_count(len(steps))}? [y/N] ", ("y", "yes")):
        return False
    for step in severe:
        word = typed_word(step)
        if not _asked(f"{step.id} {step.action}: to confirm it, type {word}: ", (word,)):
            return False
    return True


def agreed(question: str, *, yes: bool) -> bool:
    """One question; without a terminal only `yes` counts."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        click.echo(_why(()), err=True)
        return False
    return _asked(question, ("y", "yes"))


def typed_word(step: Step) -> str:
    """What is typed for a severe step: its domain, or the site or network it is about."""
    return step.subject.id


def _why(severe: tuple[Step, ...]) -> str:
    if severe:
        return (
            "severe steps are confirmed by typing their domain, and there is no terminal: "
            + ", ".join(f"{s.id} {s.action}" for s in severe)
            + ". Leave them out with --risk safe --risk confirm, or run this in a terminal."
        )
    return "there is no terminal to ask, and no --yes"


def _asked(question: str, answers: tuple[str, ...]) -> bool:
    from analyzers.printable import printable

    click.echo(printable(question), nl=False, err=True)
    return sys.stdin.readline().strip().lower() in answers


def _count(steps: int) -> str:
    return f"{steps} step" if steps == 1 else f"these {steps} steps"
