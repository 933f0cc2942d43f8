"""`preflight TARGET NAME`: would this domain work if it were mapped now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase
from bridge.cli.completing import complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import warn
from bridge.cli.options import (
    ReportOptions,
    contact_from,
    contact_options,
    report_from,
    report_options,
)
from bridge.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzers.preflight import Preflight
    from bridge.cli.report_places import Text


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@click.argument("name")
@click.option(
    "--site", type=click.IntRange(1), metavar="BLOG_ID", help="The site that it is meant for."
)
@report_options
@contact_options
def preflight(target: str, name: str, site: int | None, **values: Any) -> int:
    """Would this domain work if it were mapped now? Nothing is mapped, and nothing changed.

    Exit status: 0 yes (or --fail-on never), 1 no or not yet, 3 it could not be seen; with --strict 4 for a
    yes that could not look at everything.

    \b
    Examples:
      closte-doctor preflight @prod shop.example
      closte-doctor preflight prod zażółć.pl --site 7
      closte-doctor preflight prod shop.example -o records.md
    """
    from analyzers.preflight import preflight as answered
    from analyzers.snapshot import read
    from bridge.cli.domain import asked_names
    from bridge.cli.looking import chosen, print_commands
    from bridge.cli.main import TOOL
    from bridge.cli.written import write
    from bridge.clock import now
    from bridge.interruption import PARTIAL, Interrupted
    from bridge.language import language_of
    from bridge.observing import observing
    from bridge.progress import Progress
    from bridge.settings import load_settings
    from bridge.targets import origin_of, resolve
    from bridge.wordings import given_by

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    catalogue = chosen(report.only, report.skip)
    found = resolve(target, settings)
    if contact.print_commands:
        return print_commands(found, contact, names=asked_names(name))

    def answer_of(files: Mapping[str, bytes]) -> Preflight:
        return answered(
            read(files, origin=origin_of(found), fallback_now=now()),
            name,
            tool=TOOL,
            blog_id=site,
            fail_on=report.fail_on,
            catalogue=catalogue,
            given=given_by(settings),
            language=language_of(report.lang),
        )

    with observing(found, contact, Progress(contact.verbose), asked_names(name)) as observer:
        try:
            answer = answer_of(observer.look())
        except Interrupted as stop:
            warn(phrase("interrupted; this is what is known so far."))
            known = answer_of(stop.files).noted(language_of(report.lang).of(PARTIAL))
            write(report, lambda form, terminal: rendered(known, form, report, terminal=terminal))
            return int(ExitStatus.INTERRUPTED)
    write(report, lambda format, terminal: rendered(answer, format, report, terminal=terminal))
    return int(status_of(answer, report))


def status_of(answer: Preflight, report: ReportOptions) -> ExitStatus:
    """CONTRACT section 2: a yes is judged as any diagnosis is; what stands in its way is a finding."""
    from bridge.cli.outputs import exit_status

    if answer.answer == "unknown":
        return ExitStatus.UNOBSERVABLE
    if answer.answer != "yes":
        return ExitStatus.CLEAN if report.fail_on == "never" else ExitStatus.FINDINGS
    return exit_status(answer.diagnosis, report)


def rendered(answer: Preflight, format: str, report: ReportOptions, *, terminal: bool) -> Text:
    """The answer in a format; the machines' formats show the diagnosis that it rests on."""
    from analyzers import preflight_report
    from bridge.cli import outputs

    if format == "text":
        return preflight_report.text(answer, outputs.text_style(report.color, terminal=terminal))
    if format == "markdown":
        return preflight_report.markdown(answer)
    if format == "html":
        from analyzers.reports.html import preflight_page

        return preflight_page.render(answer)
    if format == "json":
        return preflight_report.render_json(answer)
    return outputs.rendered(answer.diagnosis, format, report, terminal=terminal)
