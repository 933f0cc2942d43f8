"""A report of any kind to stdout and to files, as `--format` and `--output` say."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from click.core import ParameterSource

from bridge.cli.options import ReportOptions
from bridge.errors import UsageError

Render = Callable[[str, bool], str]
"""Format, and whether it goes to stdout → the text."""


def only_as(report: ReportOptions, known: tuple[str, ...], what: str) -> ReportOptions:
    """The options where this is written in a few formats only: a default of the settings gives way to text.

    Raises UsageError for a format that was typed, or a file name's suffix, in which this is not written.
    """
    from bridge.cli.outputs import SUFFIXES

    context = click.get_current_context()
    if context.get_parameter_source("format") == ParameterSource.DEFAULT:
        report = replace(report, format=report.format if report.format in known else "text")
    suffixes = {Path(file).suffix.lower() for file in report.output or ("-",)}
    if not {SUFFIXES.get(suffix, report.format) for suffix in suffixes} <= set(known):
        *first, last = known
        raise UsageError(f"{what} is written as {', '.join(first)} or {last}")
    return report


def check_places(report: ReportOptions) -> None:
    """Raises UsageError for a file that could not be written, before anything is changed that it is about."""
    for file in report.output:
        folder = Path(file).parent
        if file != "-" and not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise UsageError(f"cannot write {file}: there is no folder {folder} to write to")


def write(report: ReportOptions, render: Render) -> None:
    """Write a report wherever it was asked for. Raises UsageError where a file cannot be written."""
    from bridge.cli.outputs import SUFFIXES, replace_file, to_stdout

    for target in report.output or ("-",):
        if target == "-":
            to_stdout(render(report.format, True))
        else:
            path = Path(target)
            replace_file(path, render(SUFFIXES.get(path.suffix.lower(), report.format), False))
            click.echo(f"Report written to {target}.", err=True)
