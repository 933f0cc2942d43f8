"""A report of any kind to stdout and to files, as `--format` and `--output` say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from bridge.cli.options import ReportOptions

Render = Callable[[str, bool], str]
"""Format, and whether it goes to stdout → the text."""


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
