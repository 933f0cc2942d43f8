"""What is said of a run that did not end well, in one sentence on stderr."""

from __future__ import annotations

import errno
import os
import traceback

import click

from analyzers.language import phrase
from analyzers.printable import printable_lines
from bridge.cli.help_texts import clicks_words
from bridge.cli.messages import warn
from bridge.errors import ExitStatus, system_words
from bridge.language import SOURCE, spoken
from bridge.whereabouts import current_folder

INTERRUPTED = phrase("Interrupted.")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Nothing more can be written: no bug of ours, whoever wrote (click writes the help texts)."""


def show(error: click.ClickException) -> None:
    """As click does, in the language of the run; what was typed or pasted does no harm to the terminal."""
    error.message = printable_lines(error.message)  # type: ignore[misc]  # final in its stubs alone
    if spoken().code == SOURCE:
        error.show()
        return
    with clicks_words(spoken()):
        error.show()


def status_of(error: OSError) -> ExitStatus:
    """A trouble of the system, wherever it was met (a full disk, a folder that is gone), or a bug."""
    if error.errno in _FULL:
        warn(phrase("cannot write: {why}", why=system_words(error)))
        return ExitStatus.USAGE
    if isinstance(error, PermissionError) and error.filename is not None:
        warn(phrase("{path}: {why}", path=os.fsdecode(error.filename), why=system_words(error)))
        return ExitStatus.USAGE
    if not current_folder().is_absolute():  # it was removed: what is relative to it is nowhere
        warn(phrase("the current folder was removed: change to another one."))
        return ExitStatus.USAGE
    say_bug(error)
    return ExitStatus.BUG


def say_bug(error: Exception) -> None:
    """Where it happened, without a value: values can be secrets."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/bridge/" in f.filename or "/analyzers/" in f.filename]
    place = ours[-1] if ours else frames[-1]
    warn(
        phrase(
            "this is a bug in closte-doctor: {error} in {function} ({file}, line {line}). "
            "Please report it with the command you ran.",
            error=type(error).__name__,
            function=place.name,
            file="/".join(place.filename.split("/")[-2:]),
            line=place.lineno,
        )
    )
    if os.environ.get("CLOSTE_DOCTOR_TRACE"):
        for frame in frames:
            click.echo(f"  {frame.filename}:{frame.lineno} {frame.name}", err=True)
