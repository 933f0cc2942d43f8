"""`fleet TARGET…`: many networks side by side, one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase, plural
from bridge.cli.completing import complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import warn
from bridge.cli.options import contact_from, contact_options, report_from, report_options
from bridge.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.fleet import Fleet
    from bridge.cli.options import ContactOptions, ReportOptions
    from bridge.progress import Progress
    from bridge.settings import Settings
    from bridge.targets import Target

AT_ONCE = 8
"""Hosts that are looked at together. Each is one SSH connection, so no host sees more than one."""


@click.command(cls=SectionedCommand)
@click.argument("targets", nargs=-1, metavar="TARGET…", shell_complete=complete_target)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=AT_ONCE,
    show_default=True,
    metavar="N",
    help="How many targets are looked at together.",
)
@report_options
@contact_options
def fleet(targets: tuple[str, ...], jobs: int, **values: Any) -> int:
    """Diagnose many targets side by side: one report of what is wrong where.

    \b
    TARGET is any that diagnose takes; a group of wp-cli.yml stands for its members.
    Without any: all targets of closte-doctor.toml. --deadline is for each of them.

    \b
    Examples:
      closte-doctor fleet prod staging @client-b
      closte-doctor fleet @all-closte -o fleet.html
      closte-doctor fleet monday.zip tuesday.zip --format json
    """
    from bridge.cli.looking import chosen, print_commands
    from bridge.settings import load_settings

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    chosen(report.only, report.skip)
    if contact.api_from == "here":
        raise UsageError(
            phrase("--api-from here takes one key, and a key is for one app: see to one target.")
        )
    named = resolved(targets, settings)
    if contact.print_commands:
        return max(print_commands(target, contact) for target in named)
    return emit_fleet(seen(named, jobs, contact, report, settings), report)


def resolved(words: Sequence[str], settings: Settings) -> tuple[Target, ...]:
    """Every target that the words mean, each once, in their order. Raises UsageError."""
    from bridge.targets import resolve_all

    if not words and not settings.targets:
        raise UsageError(phrase("which targets? Name some, or list them in closte-doctor.toml."))
    found = [t for word in (words or tuple(settings.targets)) for t in resolve_all(word, settings)]
    return tuple(dict.fromkeys(found))


def seen(
    targets: Sequence[Target],
    jobs: int,
    contact: ContactOptions,
    report: ReportOptions,
    settings: Settings,
) -> Fleet:
    """All of them looked at and diagnosed. Ctrl-C ends it with those that are known by then."""
    from analyzers.fleet import Fleet, named_apart
    from bridge.cli.looking import diagnosis_of, keep_run, kept_for
    from bridge.cli.main import TOOL
    from bridge.fleet import looks
    from bridge.language import language_of
    from bridge.progress import Progress
    from bridge.targets import origin_of

    progress = Progress(contact.verbose)
    progress(
        plural(
            "Looking at {n} target, {jobs} at a time …",
            "Looking at {n} targets, {jobs} at a time …",
            len(targets),
            jobs=min(jobs, len(targets)),
        )
    )
    found: dict[int, Diagnosis] = {}
    with looks(targets, lambda target: evidence(target, contact, progress), jobs) as results:
        try:
            for place, files in results:
                name = targets[place].name
                diagnosis = diagnosis_of(files, origin_of(targets[place]), report, settings)
                found[place] = replace(diagnosis, target=name)
                if (keep := kept_for(targets[place], contact)) is not None:
                    keep_run(found[place], keep)
                progress(
                    phrase(
                        "{name}: {verdict} ({found} of {targets})",
                        name=name,
                        verdict=found[place].verdict,
                        found=len(found),
                        targets=len(targets),
                    )
                )
        except KeyboardInterrupt:
            warn(phrase("interrupted; this is what is known so far."))
    return Fleet(
        tool=TOOL,
        fail_on=report.fail_on,
        diagnoses=named_apart(found[place] for place in sorted(found)),
        not_reached=tuple(t.name for place, t in enumerate(targets) if place not in found),
        language=language_of(report.lang),
    )


def evidence(target: Target, contact: ContactOptions, progress: Progress) -> dict[str, bytes]:
    """The evidence folder of one target, whatever it is. What is done is said with -v only."""
    from bridge.cli.looking import evidence_of
    from bridge.folder import read_evidence
    from bridge.targets import FolderTarget, ZipTarget

    if isinstance(target, FolderTarget | ZipTarget):
        return read_evidence(str(target.path))[0]
    return evidence_of(target, contact, progress=progress.about(target.name))


def emit_fleet(fleet: Fleet, report: ReportOptions) -> int:
    """Write the report; the worst status that a target deserves, 130 where Ctrl-C ended it."""
    from bridge.cli.looking import worst
    from bridge.cli.outputs import exit_status
    from bridge.cli.written import write

    write(report, lambda format, terminal: rendered(fleet, format, report, terminal=terminal))
    if fleet.not_reached:
        return int(ExitStatus.INTERRUPTED)
    return worst([int(exit_status(diagnosis, report)) for diagnosis in fleet.diagnoses])


def rendered(fleet: Fleet, format: str, report: ReportOptions, *, terminal: bool) -> str:
    """The report in a format."""
    import json
    from importlib import import_module

    from analyzers import fleet_report
    from analyzers.fleet import fleet_model
    from bridge.cli.outputs import text_style

    match format:
        case "text":
            return fleet_report.text(fleet, text_style(report.color, terminal=terminal))
        case "markdown":
            return fleet_report.markdown(fleet)
        case "json":
            return json.dumps(fleet_model(fleet), indent=1) + "\n"
        case "html":
            from analyzers.reports.html import fleet_page

            return fleet_page.render(fleet)
        case "jsonl":
            from analyzers.reports.jsonl import render_all

            return render_all(*fleet.diagnoses)
        case "prometheus":
            from analyzers.reports import prometheus

            return prometheus.render(*fleet.diagnoses, domains=report.domain_labels)
    module = import_module(f"analyzers.reports.{format}")
    return str(module.render(*fleet.diagnoses))
