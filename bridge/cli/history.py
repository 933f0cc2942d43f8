"""`history TARGET`: what has changed from run to run, and how long things take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzers.language import phrase
from bridge.cli.completing import complete_target
from bridge.cli.help_sections import SectionedCommand
from bridge.cli.messages import message
from bridge.cli.options import report_from, report_options
from bridge.errors import BridgeError, ExitStatus, UsageError, system_words
from bridge.whereabouts import is_folder

if TYPE_CHECKING:
    from analyzers.history import History
    from analyzers.past_runs import Run
    from bridge.cli.options import ReportOptions
    from bridge.settings import Settings


class NothingKept(BridgeError):
    """No run of the target is known."""

    status = ExitStatus.UNOBSERVABLE


@click.command(cls=SectionedCommand)
@click.argument("target", shell_complete=complete_target)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Use this closte-doctor.toml.",
)
@click.option(
    "-v", "--verbose", count=True, help="Name the record, or each evidence, that is read."
)
@report_options
def history(target: str, verbose: int, **values: Any) -> int:
    """Earlier runs: what is new, fixed, worse, flapping; how long certificates took. Contacts nobody.

    \b
    diagnose, fleet and check keep on this machine what they found of a host (codes and
    names, no evidence). A folder that holds evidence folders or bundles is a history, too.
    Exit status: 1 where the newest run has findings at or over --fail-on.

    \b
    Examples:
      closte-doctor history @prod
      closte-doctor history prod -o history.html -o spells.csv
      closte-doctor history ./bundles --format json
    """
    from analyzers.history import History
    from bridge.cli.main import TOOL
    from bridge.language import language_of
    from bridge.settings import load_settings

    settings = load_settings(values["config"])
    report = report_from(values, settings)
    name, runs, lost = runs_of(target, report, settings, say=_say if verbose else lambda read: None)
    if not runs:
        raise NothingKept(
            phrase(
                "no earlier run of {name} is known on this machine: “closte-doctor diagnose "
                "{target}” makes the first.",
                name=name,
                target=target,
            )
        )
    language = language_of(report.lang)
    found = History.of(runs, tool=TOOL, target=name, lost=lost, language=language)
    return emit_history(found, report)


def _say(read: Path) -> None:
    message(phrase("reading {name}", name=read))


def runs_of(
    word: str, report: ReportOptions, settings: Settings, *, say: Callable[[Path], None]
) -> tuple[str, tuple[Run, ...], int]:
    """Name of the target, its runs, and how many lines of the record are none; `say` is told what is
    read. Raises UsageError."""
    from bridge.past_runs import earlier_runs, record_of
    from bridge.targets import DemoTarget, FolderTarget, ZipTarget, resolve

    target = resolve(word, settings)
    if isinstance(target, DemoTarget):
        raise UsageError(phrase("an example network has no history: its clock stands still."))
    if isinstance(target, FolderTarget | ZipTarget):
        return target.name, evidence_runs(target.path, report, settings, say), 0
    say(record_of(target.name))
    return target.name, *earlier_runs(target.name)


def evidence_runs(
    path: Path, report: ReportOptions, settings: Settings, say: Callable[[Path], None]
) -> tuple[Run, ...]:
    """A run per evidence folder or bundle: this one, or those that stand in this folder."""
    from analyzers.past_runs import in_order, run_of
    from bridge.cli.looking import diagnosis_of
    from bridge.folder import holds_evidence

    inside = is_folder(path) and not holds_evidence(path)
    try:
        found = [p for p in sorted(path.iterdir()) if _is_evidence(p)] if inside else [path]
    except OSError as error:
        raise UsageError(
            phrase("cannot read {path}: {why}", path=path, why=system_words(error))
        ) from error
    if not found:
        raise UsageError(phrase("{path} holds no evidence folder and no bundle.", path=path))
    read = (_read(p, say) for p in found)
    return in_order(run_of(diagnosis_of(files, name, report, settings)) for files, name in read)


def _read(path: Path, say: Callable[[Path], None]) -> tuple[dict[str, bytes], str]:
    from bridge.folder import read_evidence

    say(path)
    return read_evidence(str(path))


def _is_evidence(path: Path) -> bool:
    from bridge.folder import holds_evidence

    return holds_evidence(path) if is_folder(path) else path.suffix.lower() == ".zip"


def emit_history(history: History, report: ReportOptions) -> int:
    """Write the report; the status that the newest run deserves."""
    from analyzers.history_machines import counts
    from bridge.cli.written import write

    write(report, lambda format, terminal: rendered(history, format, report, terminal=terminal))
    if history.newest.verdict == "unobservable":
        return int(ExitStatus.UNOBSERVABLE)
    if any(counts(spell, report.fail_on) for spell in history.standing()):
        return int(ExitStatus.FINDINGS)
    return int(ExitStatus.INCOMPLETE if report.strict and history.newest.unseen else 0)


def rendered(history: History, format: str, report: ReportOptions, *, terminal: bool) -> str:
    """The report in a format."""
    from analyzers import history_machines, history_report
    from bridge.cli.outputs import text_style

    match format:
        case "text":
            return history_report.text(history, text_style(report.color, terminal=terminal))
        case "markdown":
            return history_report.markdown(history)
        case "html":
            from analyzers.reports.html import history_page

            return history_page.render(history)
        case "json":
            return history_machines.render_json(history)
        case "jsonl":
            return history_machines.render_jsonl(history)
        case "csv":
            return history_machines.render_csv(history)
        case "junit":
            return history_machines.render_junit(history, report.fail_on)
        case _:
            return history_machines.render_prometheus(history)
