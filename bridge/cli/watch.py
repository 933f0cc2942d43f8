"""`watch TARGET NAME`: follow one domain until it is ready or has failed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from analyzers.language import phrase
from bridge.cli.completing import complete_domain, complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import message
from bridge.cli.options import (
    Seconds,
    contact_from,
    contact_options,
    report_from,
    report_options,
)
from bridge.errors import ExitStatus

LONGEST = 3 * 3600.0
"""Seconds: longer than the plugin's two windows together (25 and 100 minutes, DOMAIN 2.3)."""
_ONE_LOOK = 300.0
"""Seconds for one look at most."""


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@click.argument("name", shell_complete=complete_domain)
@click.option(
    "--every",
    type=Seconds(1),
    metavar="SECONDS",
    help="Look so often.  [default: after each check of the plugin, every 30 to 300 seconds]",
)
@report_options
@contact_options
def watch(target: str, name: str, every: float | None, **values: Any) -> int:
    """Follow one domain until it is ready or has failed. Changes nothing.

    On stderr: one line per change, and what is expected next. On stdout, at the end: the report of the
    domain. --deadline is for the whole watch (default: 3 hours).

    Exit status: 0 ready; 1 failed, or it will not move by itself; 3 not observed, or the time was over;
    130 interrupted.

    \b
    Examples:
      closte-doctor watch @prod shop.example
      closte-doctor watch prod shop.example --every 60 --deadline 1800
    """
    from bridge.cli.domain import asked_names, case_of, rendered
    from bridge.cli.looking import print_commands
    from bridge.cli.written import write
    from bridge.deadline import Deadline
    from bridge.observing import observing
    from bridge.progress import Progress
    from bridge.settings import load_settings
    from bridge.targets import origin_of, resolve
    from bridge.watching import Watch

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    found = resolve(target, settings)
    if contact.print_commands:
        return print_commands(found, contact, list_only=True, names=asked_names(name))
    whole = contact.deadline if _typed("deadline") else LONGEST
    contact = replace(contact, deadline=min(whole, _ONE_LOOK))
    progress = Progress(contact.verbose, quiet=contact.verbose == 0)
    names = asked_names(name)
    with observing(found, contact, progress, names, list_only=True, others=0) as observer:
        watched = Watch(
            observer,
            lambda files: case_of(files, origin_of(found), name, report, settings),
            message,
            Deadline(whole),
            every,
        ).follow()
    case = watched.case
    if case is None:
        message(phrase("{name} could not be observed", name=name))
        return watched.status
    write(report, lambda format, terminal: rendered(case, format, report, terminal=terminal))
    if watched.end == "gone" and not case.asked.known:
        return int(ExitStatus.USAGE)
    return watched.status


def _typed(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is not None and source != ParameterSource.DEFAULT
