"""A report of any kind to stdout and to files, as `--format` and `--output` say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from click.core import ParameterSource

from analyzers.language import either, phrase
from bridge.cli.messages import message
from bridge.cli.options import ReportOptions
from bridge.cli.report_places import Text, format_of, mode_of, replace_file, to_stdout
from bridge.errors import UsageError

Render = Callable[[str, bool], Text]
"""Format, and whether it goes to stdout → the text."""


def only_as(report: ReportOptions, known: tuple[str, ...], what: str) -> ReportOptions:
    """The options where this is written in a few formats only: a default of the settings gives way to text.

    Raises UsageError for a format that was typed, or a file name's suffix, in which this is not written.
    """
    context = click.get_current_context()
    if context.get_parameter_source("format") == ParameterSource.DEFAULT:
        report = replace(report, format=report.format if report.format in known else "text")
    formats = {format_of(target, report.format) for target in report.output or ("-",)}
    if not formats <= set(known):
        raise UsageError(
            phrase(
                "{what} is written as {formats}",
                what=what,
                formats=either(known),
            )
        )
    return report


def write(report: ReportOptions, render: Render, what: str | None = None) -> None:
    """Write a report wherever it was asked for. Raises UsageError where a file cannot be written."""
    from bridge.cli.outputs import readable

    for target in report.output or ("-",):
        if target == "-":
            text = render(report.format, True)
            to_stdout(readable(text) if report.format == "text" else text)
        else:
            format = format_of(target, report.format)
            replace_file(Path(target), render(format, False), mode=mode_of(format))
            message(
                phrase("{what} written to {target}.", what=what or phrase("Report"), target=target)
            )
