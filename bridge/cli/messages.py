"""What a command says beside its report: on stderr, in the language of the run."""

from __future__ import annotations

import click

from analyzers.printable import printable
from bridge.language import spoken


def message(text: str) -> None:
    """One line for whoever started this; what strangers wrote in it does no harm to the terminal."""
    click.echo(printable(spoken().of(text)), err=True)


def usage_told(error: click.ClickException) -> str:
    """What click, or we, say of a command line."""
    error.message = spoken().of(error.message)  # type: ignore[misc]  # final in its stubs alone
    return error.format_message()


def warn(text: str) -> None:
    """The same with our name before it, as for what did not go as it was asked."""
    message(f"closte-doctor: {spoken().of(text)}")
