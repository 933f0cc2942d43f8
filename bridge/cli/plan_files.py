"""Plans from files, journals' places, and refusals, as the command line says them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analyzers.language import joined, phrase, sentence_of
from bridge.cli.messages import message
from bridge.errors import UsageError, system_words

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
        raise UsageError(
            phrase("cannot read {path}: {why}", path=path, why=system_words(error))
        ) from error
    except PlanChanged as error:
        raise Refused(phrase("{path}: {error}", path=path, error=sentence_of(error))) from error
    except PlanUnreadable as error:
        raise UsageError(phrase("{path}: {error}", path=path, error=sentence_of(error))) from error


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
            phrase(
                "{path} is a journal of a later version of closte-doctor, which this one does "
                "not understand: nothing was changed",
                path=file.path,
            )
        )
    if said.is_mixed:
        raise Refused(
            phrase(
                "{path} holds entries of more than one plan: nothing was changed", path=file.path
            )
        )
    fault = file.plan_fault
    if fault is not None:
        why = phrase("{path}: {error}", path=file.path, error=sentence_of(fault))
        raise Refused(why) if isinstance(fault, PlanChanged) else UsageError(why)
    if said.plan is None and not said.is_cut_short:
        raise UsageError(phrase("{path} is no journal: it names no plan", path=file.path))
    if said.torn and said.entries:
        message(
            phrase(
                "{path}: lines that cannot be read: {torn}. What they said is not known.",
                path=file.path,
                torn=said.torn,
            )
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
        said = dict.fromkeys(r.sentence for r in refusals)
        raise Refused(phrase("refused: {reasons}", reasons=joined(said, " ")))


def say_refused(refusals: tuple[Refusal, ...], language: Language) -> None:
    """The refusals on stderr, where stdout has no place for them."""
    for refusal in refusals:
        said = f"{language.say('Refused')}: {language.of(refusal.sentence)} [{refusal.code}]"
        message(said)
