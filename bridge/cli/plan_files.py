"""Plans from files, journals' places, and refusals, as the command line says them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bridge.errors import UsageError

if TYPE_CHECKING:
    from analyzers.language import Language
    from analyzers.planning.refusals import Refusal
    from analyzers.steps import Plan
    from bridge.journal import JournalFile


def read_plan(path: Path) -> Plan:
    """A plan from a file. Raises UsageError where it cannot be read, Refused where it was changed."""
    from analyzers.plan_document import PlanChanged, PlanUnreadable, parse
    from bridge.apply import Refused

    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except PlanChanged as error:
        raise Refused(f"{path}: {error}") from error
    except PlanUnreadable as error:
        raise UsageError(f"{path}: {error}") from error


def plan_of(file: JournalFile) -> Plan | None:
    """The plan that a journal is of; None where it broke off before anything was begun.

    Raises UsageError where it is no journal, Refused where not all of it can be understood, or where its plan
    is not the one that was carried out.
    """
    from analyzers.plan_document import PlanChanged
    from bridge.apply import Refused

    said = file.journal
    if said.later:
        raise Refused(
            f"{file.path} is a journal of a later version of closte-doctor, which this one does not "
            "understand: nothing was changed"
        )
    if said.is_mixed:
        raise Refused(f"{file.path} holds entries of more than one plan: nothing was changed")
    fault = file.plan_fault
    if isinstance(fault, PlanChanged):
        raise Refused(f"{file.path}: {fault}")
    if fault is not None:
        raise UsageError(f"{file.path}: {fault}")
    if said.plan is None and not said.is_cut_short:
        raise UsageError(f"{file.path} is no journal: it names no plan")
    if said.torn and said.entries:
        click.echo(
            f"{file.path}: lines that cannot be read: {said.torn}. What they said is not known.",
            err=True,
        )
    return said.plan


def journal_path(name: str) -> Path:
    """A journal's place of its own: by target and time."""
    import re
    import secrets

    from bridge.clock import now
    from bridge.state_folder import state_folder

    safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-.")[:60] or "target"
    stamp = now().strftime("%Y%m%dT%H%M%SZ")
    return state_folder() / "journals" / f"{stamp}-{safe}-{secrets.token_hex(3)}.jsonl"


def refuse(refusals: tuple[Refusal, ...], language: Language) -> None:
    """Raise Refused with all the reasons; without any, do nothing."""
    from bridge.apply import Refused

    if refusals:
        said = dict.fromkeys(language.of(r.sentence) for r in refusals)
        raise Refused("refused: " + " ".join(said))


def say_refused(refusals: tuple[Refusal, ...], language: Language) -> None:
    """The refusals on stderr, where stdout has no place for them."""
    from analyzers.printable import printable

    for refusal in refusals:
        said = f"{language.say('Refused')}: {language.of(refusal.sentence)} [{refusal.code}]"
        click.echo(printable(said), err=True)
