"""`remediate`: the plan that would heal a network; with `--apply`, carried out and proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from analyzers.language import phrase
from bridge.cli.completing import complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.options import contact_from, contact_options, report_from, report_options
from bridge.errors import UsageError

_OPTIONS = (
    click.option("--apply", "carry_out", is_flag=True, help="Carry the plan out, after asking."),
    click.option(
        "--plan",
        "plan_file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Carry out (or show) this reviewed plan instead of a new one.",
    ),
    click.option(
        "--resume",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="JOURNAL",
        help="Go on where the run of this journal broke off.",
    ),
    click.option(
        "--journal",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Where the journal is written.  [default: a new file in the XDG state folder]",
    ),
    click.option(
        "--yes", is_flag=True, help="Do not ask. Severe steps are asked for all the same."
    ),
    click.option(
        "--max-changes",
        type=click.IntRange(1),
        metavar="N",
        help="Allow a plan of up to so many changes.  [default: 10]",
    ),
    click.option(
        "--keep",
        multiple=True,
        metavar="DOMAIN=SITE",
        help="Which site (blog id) keeps a domain that is mapped to two. Repeatable.",
    ),
    click.option(
        "--primary",
        multiple=True,
        metavar="SITE=DOMAIN",
        help="Which domain stays the primary one of a site that has two. Repeatable.",
    ),
    click.option("--allow-wildcard", is_flag=True, help="Consent to wildcard aliases."),
    click.option(
        "--risk",
        multiple=True,
        type=click.Choice(("safe", "confirm", "severe")),
        help="Only steps of this risk. Repeatable.  [default: all]",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long after each group of steps its findings may take to fall silent.",
    ),
    click.option(
        "--api-timeout",
        type=click.FloatRange(1),
        default=45.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a call that changes something at Closte may take; the plugin waits as long.",
    ),
    click.option(
        "--task-wait",
        type=click.FloatRange(1),
        default=600.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a backup or a flush at Closte may take.",
    ),
)


def _added(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@_added
@report_options
@contact_options
def remediate(target: str, **values: Any) -> int:
    """Show the plan that would heal a network; --apply carries it out.

    Without --apply nothing is changed. With it: the plan is shown and confirmed (severe steps by typing
    the domain), every step is written to a journal before and after it, and the network is diagnosed again
    at the end. `closte-doctor undo JOURNAL` takes back what can be taken back.

    --only and --skip name codes, families, actions and domains; a name that is none of these is an error.

    \b
    Examples:
      closte-doctor remediate @prod                          the plan, and nothing else
      closte-doctor remediate @prod -o plan.json             … as a file to review
      closte-doctor remediate @prod --plan plan.json --apply
      closte-doctor remediate @prod --apply --skip domain.set-primary -o change.md
      closte-doctor remediate @prod --resume JOURNAL
    """
    from bridge.cli.choosing import choices_from
    from bridge.cli.plan_files import read_plan
    from bridge.cli.remediation import Remediation, RunOptions
    from bridge.cli.written import only_as
    from bridge.journal import JournalFile
    from bridge.settings import load_settings
    from bridge.targets import resolve_all

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    report = only_as(report, ("text", "markdown", "json"), phrase("a plan"))
    options = RunOptions(**{name: values[name] for name in RunOptions.__dataclass_fields__})
    if options.resume and options.plan_file:
        raise UsageError(phrase("--resume goes on with the plan of its journal: leave --plan out"))
    if options.resume or options.plan_file:
        _decides_nothing("--resume" if options.resume else "--plan")
    if options.resume and options.journal:
        raise UsageError(phrase("--resume goes on with its own journal: leave --journal out"))
    if options.journal and options.carry_out and not contact.print_commands:
        # Found out before anybody is asked anything: made, and, still without a word, gone again.
        JournalFile.created(options.journal).close()
    reviewed = read_plan(options.plan_file) if options.plan_file else None
    targets = resolve_all(target, settings)
    if len(targets) > 1:
        raise UsageError(
            phrase("{target} is a group of targets; remediate one at a time", target=target)
        )
    choices = choices_from(values, report)
    if contact.print_commands:
        from bridge.cli.looking import print_commands

        acts = options.carry_out or options.resume is not None
        return print_commands(targets[0], contact, acts=acts)
    run = Remediation(targets[0], target, settings, report, contact, options, choices, reviewed)
    return run.run()


_DECIDING = ("only", "skip", "keep", "primary", "risk", "allow_wildcard")


def _decides_nothing(option: str) -> None:
    """Raises UsageError for what was decided when the plan was made: it is carried out as it was reviewed."""
    context = click.get_current_context()
    typed = [n for n in _DECIDING if context.get_parameter_source(n) != ParameterSource.DEFAULT]
    if typed:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in typed)
        raise UsageError(
            phrase(
                "{option} carries a plan out as it was made: leave {named} out, or make a new plan",
                option=option,
                named=named,
            )
        )
