"""`diagnose`, `analyze` and `demo`: evidence from wherever the target says, then the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase
from bridge.cli.assuming import what_if_option
from bridge.cli.completing import complete_file, complete_scenario, complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.letters import reader_options
from bridge.cli.looking import (
    chosen,
    diagnosis_of,
    evidence_of,
    keep_run,
    kept_for,
    print_commands,
    worst,
)
from bridge.cli.messages import warn
from bridge.cli.options import (
    ReportOptions,
    contact_from,
    contact_options,
    report_from,
    report_options,
)
from bridge.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.what_if import Assumption
    from bridge.settings import Settings


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@report_options
@reader_options
@what_if_option
@contact_options
def diagnose(target: str, **values: Any) -> int:
    """Say, with evidence, why domains of a network do not come up. Changes nothing on the host.

    \b
    TARGET is one of:
      [user@]host[:port][/path]   SSH, as WP-CLI's --ssh
      name                        of closte-doctor.toml, or a Host of ~/.ssh/config
      @alias                      of wp-cli.yml
      local:/path                 this machine is the host
      FOLDER or FILE.zip          evidence; nothing is contacted
      demo, demo:SCENARIO         an example network

    \b
    Examples:
      closte-doctor diagnose acct123@203.0.113.10
      closte-doctor diagnose @prod --format json
      closte-doctor diagnose prod -o report.md -o report.json
      closte-doctor diagnose prod --for customer --domain shop.example
      closte-doctor diagnose prod --what-if check-interval=60 --what-if dns=fixed
    """
    return run_diagnosis(target, values)


@click.command(cls=SectionedCommand)
@click.argument("evidence", metavar="FOLDER|FILE.zip", shell_complete=complete_file)
@report_options
@reader_options
@what_if_option
@click.option("-v", "--verbose", count=True, help="Say what is done.")
def analyze(evidence: str, verbose: int, **values: Any) -> int:
    """The same diagnosis from an evidence folder or bundle. Nothing is contacted.

    \b
    Examples:
      closte-doctor analyze case.zip
      closte-doctor analyze ./evidence --format markdown
    """
    from bridge.folder import read_evidence
    from bridge.settings import load_settings

    settings = load_settings()
    asked = asked_of(values, report_from(values, settings), settings)
    files, origin = read_evidence(evidence)
    status = answer(files, origin, asked)
    hint_at_evidence(evidence, files)
    return status


@click.command(cls=SectionedCommand)
@click.argument("scenario", required=False, default="", shell_complete=complete_scenario)
@report_options
@reader_options
@what_if_option
@contact_options
def demo(scenario: str, **values: Any) -> int:
    """Diagnose an embedded example network, reached over real SSH on loopback.

    \b
    Examples:
      closte-doctor demo
      closte-doctor demo slow-ssl
    """
    word = f"demo:{scenario}" if scenario else "demo"
    return run_diagnosis(word, values)


def run_diagnosis(word: str, values: dict[str, Any]) -> int:
    """Collect from a target, or read its evidence, and report; the exit status."""
    from bridge.interruption import Interrupted
    from bridge.settings import load_settings
    from bridge.targets import FolderTarget, ZipTarget, resolve_all

    settings = load_settings(values["config"])
    report, contact = report_from(values, settings), contact_from(values, settings)
    asked = asked_of(values, report, settings)
    if report.only or report.skip:
        chosen(report.only, report.skip)  # a wrong name is told before anything is contacted
    statuses = []
    targets = resolve_all(word, settings)
    if len(targets) > 1:
        refuse_one_after_another(word, report)
    for target in targets:
        if contact.print_commands:
            statuses.append(print_commands(target, contact))
        elif isinstance(target, FolderTarget | ZipTarget):
            from bridge.folder import read_evidence

            files, origin = read_evidence(str(target.path))
            statuses.append(answer(files, origin, asked))
            hint_at_evidence(str(target.path), files)
        else:
            try:
                files = evidence_of(target, contact)
            except Interrupted as stop:
                return partial_answer(stop.files, word, asked)
            statuses.append(answer(files, word, asked, kept_for(target, contact)))
            if statuses[-1] == ExitStatus.UNOBSERVABLE:
                hint_at_target(word, settings)
    return worst(statuses)


def hint_at_target(word: str, settings: Settings) -> None:
    """Say which target was perhaps meant by a word that was taken for a host."""
    from bridge.near_names import nearest

    close = nearest(word, settings.targets)
    if close and word not in settings.targets:
        warn(
            phrase(
                "closte-doctor.toml has no target {word}. Did you mean {close}?",
                word=word,
                close=close,
            )
        )


def hint_at_evidence(word: str, files: dict[str, bytes]) -> None:
    """Say of a folder with other things than evidence in it what is looked for, and where it perhaps is."""
    path = Path(word)
    if files or not path.is_dir() or not (inside := sorted(path.iterdir())):
        return
    from bridge.folder import holds_evidence

    there = next((one for one in inside if one.is_dir() and holds_evidence(one)), None)
    if there is not None:
        more: str = phrase(" {folder} does.", folder=there)
    elif any(one.suffix == ".log" for one in inside):
        more = phrase(" “closte-doctor logs {word}” counts log files alone.", word=word)
    else:
        more = ""
    warn(
        phrase(
            "{word} holds no file of evidence, like constants.json, sites.json or wu-logs/*.log.{more}",
            word=word,
            more=more,
        )
    )


_ONE_AFTER_ANOTHER = ("text", "markdown", "jsonl")
"""Formats in which several reports in a row are still that format."""


def refuse_one_after_another(word: str, report: ReportOptions) -> None:
    """A group's reports follow each other on stdout. Raises UsageError where that would give a document
    that nobody can read, or where each would replace the one before it in a file."""
    if report.output not in ((), ("-",)):
        raise UsageError(
            phrase(
                "{word} is a group of targets: a file holds the report of one; “closte-doctor "
                "fleet {word}” makes one report of all.",
                word=word,
            )
        )
    if report.format not in _ONE_AFTER_ANOTHER:
        raise UsageError(
            phrase(
                "{word} is a group of targets: {format} holds the report of one; name one of "
                "them, or make one report of all with “closte-doctor fleet {word}”.",
                word=word,
                format=report.format,
            )
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer is to be: how it is written, by whose settings, for whom."""

    report: ReportOptions
    settings: Settings
    reader: str = "operator"
    domain: str | None = None
    assumptions: tuple[Assumption, ...] = ()
    """What is assumed instead of what was seen."""


def asked_of(values: dict[str, Any], report: ReportOptions, settings: Settings) -> Asked:
    """The same out of a command's options. Raises UsageError where they do not go together."""
    from bridge.cli.assuming import parsed
    from bridge.cli.letters import refuse_misuse

    refuse_misuse(values["reader"], values["domain"], report)
    if values["what_if"] and values["reader"] != "operator":
        raise UsageError(phrase("--what-if is for you: nobody else is sent what is only assumed."))
    if values["reader"] in _READ_ENGLISH and report.lang == "auto":
        report = replace(report, lang="en")
    return Asked(report, settings, values["reader"], values["domain"], parsed(values["what_if"]))


_READ_ENGLISH = ("closte", "plugin")
"""Readers whose language is not that of the operator's terminal."""


def answer(files: dict[str, bytes], origin: str, asked: Asked, keep: str | None = None) -> int:
    """Analyse the files of an evidence folder and report. `keep`: the target whose history this is of."""
    diagnosis = diagnosis_of(files, origin, asked.report, asked.settings, asked.assumptions)
    status = told(diagnosis, asked)
    if keep is not None and not asked.assumptions:
        keep_run(diagnosis, keep)
    return status


def partial_answer(files: dict[str, bytes], origin: str, asked: Asked) -> int:
    """Report what was known when Ctrl-C was pressed, marked as partial."""
    from bridge.interruption import PARTIAL

    warn(phrase("interrupted; this is what is known so far."))
    diagnosis = diagnosis_of(files, origin, asked.report, asked.settings, asked.assumptions)
    partial = diagnosis.language.of(PARTIAL)
    told(replace(diagnosis, notes=(partial, *diagnosis.notes)), asked)
    return int(ExitStatus.INTERRUPTED)


def told(diagnosis: Diagnosis, asked: Asked) -> int:
    """Write the report for its reader; the exit status is that of the diagnosis for every reader."""
    from bridge.cli.outputs import emit, exit_status

    if asked.reader == "operator":
        return emit(diagnosis, asked.report)
    from bridge.cli.letters import write_letters

    write_letters(diagnosis, asked.reader, asked.domain, asked.report)
    return int(exit_status(diagnosis, asked.report))
