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
