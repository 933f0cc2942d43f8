"""`check TARGET`: a plugin for Nagios, Icinga and whatever speaks their protocol.

Everything that goes wrong is UNKNOWN (3): an alert must mean the network, not the look at it. That
includes wrong options, for which every other command exits with 2, which would be CRITICAL here.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from analyzers.language import decimal, phrase, sentence_of
from analyzers.thresholds import NONE_ALLOWED, Threshold
from bridge.cli.completing import complete_code, complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import usage_told, warn
from bridge.cli.options import SPOKEN, Seconds, contact_from, contact_options
from bridge.errors import BridgeError, UsageError
from bridge.language import spoken

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from bridge.cli.options import ContactOptions, ReportOptions
    from bridge.settings import Settings

UNKNOWN = 3
_NOT_ASKED = frozenset({"key.no-permission"})
"""What only the harmless test of the API could show, and `check` asks for the list alone."""
_GRACE = 2.0
"""Seconds after the time-out until a look that does not end by itself is cut off."""


class Plugin(SectionedCommand):
    """A command whose every failure is a line on stdout and the status UNKNOWN."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.ClickException as error:
            say_unknown(usage_told(error))
            raise click.exceptions.Exit(UNKNOWN) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the plugin."""
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            say_unknown(error.sentence)
        except click.ClickException as error:
            say_unknown(usage_told(error))
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            say_unknown(phrase("a bug in closte-doctor: {name}", name=type(error).__name__))
        return UNKNOWN


class RangeType(click.ParamType[Threshold]):
    """A threshold of the monitoring plugins."""

    name = "range"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Threshold:
        """The threshold, or a usage error."""
        if isinstance(value, Threshold):
            return value
        try:
            return Threshold.parsed(str(value))
        except ValueError as error:
            self.fail(
                phrase("{error}, like 0, 5:, ~:10 or @1:3", error=sentence_of(error)), param, ctx
            )


@click.command(cls=Plugin)
@click.argument("target", shell_complete=complete_target)
@click.option(
    "-w",
    "--warning",
    type=RangeType(),
    default=NONE_ALLOWED,
    metavar="RANGE",
    help="WARNING where the number of errors and warnings is outside of this.  [default: 0]",
)
@click.option(
    "-c",
    "--critical",
    type=RangeType(),
    default=NONE_ALLOWED,
    metavar="RANGE",
    help="CRITICAL where the number of errors is outside of this.  [default: 0]",
)
@click.option(
    "-t",
    "--timeout",
    type=Seconds(1.0),
    default=50.0,
    show_default=True,
    metavar="SECONDS",
    help="For the whole plugin; then it is UNKNOWN. In place of --deadline.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="CODE|FAMILY",
    shell_complete=complete_code,
    help="Look for these only. Repeatable.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="CODE|FAMILY",
    shell_complete=complete_code,
    help="Do not look for these. Repeatable.",
)
@click.option("--strict", is_flag=True, help="UNKNOWN where any check could not look.")
@SPOKEN
@contact_options
def check(
    target: str,
    warning: Threshold,
    critical: Threshold,
    timeout: float,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    strict: bool,
    **values: Any,
) -> int:
    """Monitoring plugin: a status line with performance data, and 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.

    \b
    Changes nothing on the host; of the Closte API it only asks for the list of domains.
    What could not be looked at is UNKNOWN, never OK.

    \b
    Examples:
      closte-doctor check prod
      closte-doctor check prod -c 2 -t 30
      closte-doctor check prod --only ssl,jobs
    """
    from analyzers.reports.nagios import Watch, render
    from analyzers.rules import CATALOGUE
    from bridge.settings import load_settings

    started = monotonic()
    essential = {r.code for r in CATALOGUE if r.severity == "error"} - _NOT_ASKED
    watch = Watch(warning, critical, strict, frozenset(essential))
    with time_limit(timeout + _GRACE) as over:
        try:
            settings = load_settings(values["config"])
            contact = replace(contact_from(values, settings), deadline=timeout)
            report = report_of(only, skip)
            if contact.print_commands:
                return _print_commands(target, contact, settings)
            diagnosis = seen(target, contact, report, settings)
        except KeyboardInterrupt:
            if not over():
                raise
            raise UsageError(
                phrase("timed out after {seconds} s", seconds=decimal(timeout))
            ) from None
    status, text = render(diagnosis, watch, monotonic() - started)
    say(text)
    return int(status)


def _print_commands(word: str, contact: ContactOptions, settings: Settings) -> int:
    """What the host would be sent, in place of the plugin's line."""
    from bridge.cli.looking import print_commands
    from bridge.targets import resolve

    return print_commands(resolve(word, settings), contact, list_only=True)


def report_of(only: tuple[str, ...], skip: tuple[str, ...]) -> ReportOptions:
    """What is looked for."""
    from bridge.cli.options import ReportOptions

    return ReportOptions("text", (), only, skip, "error", False, spoken().code, "never")


def seen(
    word: str, contact: ContactOptions, report: ReportOptions, settings: Settings
) -> Diagnosis:
    """The diagnosis of one target."""
    from bridge.cli.looking import chosen, diagnosis_of, evidence_of, kept_for
    from bridge.folder import read_evidence
    from bridge.past_runs import remember
    from bridge.progress import Progress
    from bridge.targets import FolderTarget, ZipTarget, resolve_all

    chosen(report.only, report.skip)
    targets = resolve_all(word, settings)
    if len(targets) > 1:
        raise UsageError(phrase("{word} is a group of targets; check one at a time", word=word))
    target = targets[0]
    if isinstance(target, FolderTarget | ZipTarget):
        files, origin = read_evidence(str(target.path))
        return diagnosis_of(files, origin, report, settings)
    progress = Progress(contact.verbose, quiet=not contact.verbose)
    files = evidence_of(target, contact, list_only=True, progress=progress)
    diagnosis = diagnosis_of(files, word, report, settings)
    if (keep := kept_for(target, contact)) is not None:
        remember(diagnosis, keep)  # a plugin's stderr is for nobody: a failure is not told
    return diagnosis


@contextmanager
def time_limit(seconds: float) -> Iterator[Any]:
    """Interrupts the main thread after so long; gives a question: was it that?"""
    fired = False

    def fire(number: int, frame: FrameType | None) -> None:
        nonlocal fired
        fired = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, fire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield lambda: fired
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def say_unknown(sentence: str) -> None:
    """UNKNOWN and why."""
    from analyzers.reports.nagios import unknown

    say(unknown(spoken().of(sentence)))


def say(text: str) -> None:
    """To stdout, which is all that Nagios reads. Raises click's Exit (UNKNOWN) where it takes nothing."""
    from bridge.cli.report_places import to_stdout

    try:
        to_stdout(text)
    except UsageError as error:
        warn(error.sentence)
        raise click.exceptions.Exit(UNKNOWN) from None
