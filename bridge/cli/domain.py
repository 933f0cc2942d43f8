"""`domain TARGET NAME`: everything known of one domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase
from bridge.cli.assuming import what_if_option
from bridge.cli.completing import complete_domain, complete_target
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
    from analyzers.domain_case import DomainCase
    from analyzers.what_if import Assumption
    from bridge.cli.report_places import Text
    from bridge.settings import Settings


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@click.argument("name", shell_complete=complete_domain)
@what_if_option
@report_options
@contact_options
def domain(target: str, name: str, what_if: tuple[str, ...], **values: Any) -> int:
    """Everything known of one domain: its lifeline, who must act, what to tell the customer.

    \b
    Examples:
      closte-doctor domain @prod shop.example
      closte-doctor domain case.zip zażółć.example --format markdown
      closte-doctor domain demo:slow-ssl fresh.client-d.example
      closte-doctor domain prod shop.example --what-if dns=fixed:shop.example
    """
    from bridge.cli.assuming import parsed
    from bridge.cli.looking import chosen, print_commands
    from bridge.interruption import PARTIAL, Interrupted
    from bridge.observing import observing
    from bridge.progress import Progress
    from bridge.settings import load_settings
    from bridge.targets import origin_of, resolve

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    if report.only or report.skip:
        chosen(report.only, report.skip)
    assumptions = parsed(what_if)
    found = resolve(target, settings)
    if contact.print_commands:
        return print_commands(found, contact, names=asked_names(name))
    with observing(found, contact, Progress(contact.verbose), asked_names(name)) as observer:
        try:
            files = observer.look()
        except Interrupted as stop:
            warn(phrase("interrupted; this is what is known so far."))
            case = case_of(stop.files, origin_of(found), name, report, settings, assumptions)
            emit_case(case.noted(case.diagnosis.language.of(PARTIAL)), report)
            return int(ExitStatus.INTERRUPTED)
    case = case_of(files, origin_of(found), name, report, settings, assumptions)
    return emit_case(case, report)


def asked_names(name: str) -> tuple[str, ...]:
    """The name as it is looked up; nothing for what is no name. Its `www.` twin comes with it."""
    from analyzers.attention import is_askable
    from analyzers.mappable import typed_name

    meant = typed_name(name).domain
    return (meant,) if is_askable(meant) else ()


def case_of(
    files: dict[str, bytes],
    origin: str,
    name: str,
    report: ReportOptions,
    settings: Settings,
    assumptions: tuple[Assumption, ...] = (),
) -> DomainCase:
    """The case of one domain in an evidence folder."""
    from analyzers.domain_case import domain_case
    from analyzers.snapshot import read
    from bridge.cli.assuming import assumed
    from bridge.cli.looking import diagnosis_of
    from bridge.clock import now
    from bridge.wordings import given_by

    diagnosis = diagnosis_of(files, origin, report, settings, assumptions)
    snapshot = assumed(read(files, origin=origin, fallback_now=now()), assumptions)
    return domain_case(snapshot, diagnosis, name, given=given_by(settings))


def emit_case(case: DomainCase, report: ReportOptions) -> int:
    """Write the report of a domain; the exit status of what touches it, 2 for a name nobody knows."""
    from bridge.cli.outputs import exit_status
    from bridge.cli.written import write

    write(report, lambda format, terminal: rendered(case, format, report, terminal=terminal))
    if case.diagnosis.verdict != "unobservable" and not case.asked.known:
        return int(ExitStatus.USAGE)
    return int(exit_status(case.diagnosis, report))


def rendered(case: DomainCase, format: str, report: ReportOptions, *, terminal: bool) -> Text:
    """The report of a domain in a format; the machines' formats show its narrowed diagnosis."""
    from analyzers import domain_report
    from bridge.cli import outputs

    if format == "text":
        return domain_report.text(case, outputs.text_style(report.color, terminal=terminal))
    if format == "markdown":
        return domain_report.markdown(case)
    if format == "html":
        from analyzers.reports.html import domain_page

        return domain_page.render(case)
    if format == "json":
        return domain_report.render_json(case)
    return outputs.rendered(case.diagnosis, format, report, terminal=terminal)
