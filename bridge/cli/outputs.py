"""Reports to stdout and to files: format by option or by suffix, files atomically and 0600."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzers.findings import SEVERITY_ORDER, Diagnosis
from bridge.cli.options import ReportOptions
from bridge.errors import ExitStatus, UsageError
from bridge.private_file import write_private

if TYPE_CHECKING:
    from analyzers.reports.text import Style

SUFFIXES = {
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
}


def emit(diagnosis: Diagnosis, options: ReportOptions) -> int:
    """Write the report wherever it was asked for; the exit status that the diagnosis deserves."""
    for target in options.output or ("-",):
        if target == "-":
            text = rendered(diagnosis, options.format, options.color, terminal=True)
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.flush()
        else:
            path = Path(target)
            name = SUFFIXES.get(path.suffix.lower(), options.format)
            replace_file(path, rendered(diagnosis, name, "never", terminal=False))
            click.echo(f"Report written to {target}.", err=True)
    return int(exit_status(diagnosis, options))


def exit_status(diagnosis: Diagnosis, options: ReportOptions) -> ExitStatus:
    """CONTRACT section 2: by what the causes say, never by what they explain."""
    if diagnosis.verdict == "unobservable":
        return ExitStatus.UNOBSERVABLE
    if options.fail_on != "never":
        threshold = SEVERITY_ORDER[options.fail_on]
        if any(SEVERITY_ORDER[f.severity] <= threshold for f in diagnosis.causes()):
            return ExitStatus.FINDINGS
    if options.strict and diagnosis.skipped:
        return ExitStatus.INCOMPLETE
    return ExitStatus.CLEAN


def rendered(diagnosis: Diagnosis, format: str, color: str, *, terminal: bool) -> str:
    """The report in a format; `terminal` only matters to text."""
    if format == "json":
        from analyzers.reports import json as json_report

        return json_report.render(diagnosis)
    if format == "markdown":
        from analyzers.reports import markdown

        return markdown.render(diagnosis)
    if format == "html":
        from analyzers.reports import html

        return html.render(diagnosis)
    from analyzers.reports import text

    return text.render(diagnosis, terminal_style(color) if terminal else text.Style())


def terminal_style(color: str) -> Style:
    """Width, colour and Unicode of the terminal that stdout is."""
    import shutil

    from analyzers.reports.text import Style

    tty = sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return Style(
        width=shutil.get_terminal_size((100, 24)).columns,
        colour=coloured(color, tty),
        unicode=encoding in ("utf8", "cp65001"),
    )


def coloured(color: str, tty: bool) -> bool:
    """NO_COLOR, FORCE_COLOR and TERM=dumb as everybody reads them; an option outranks them."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return tty and os.environ.get("TERM") != "dumb"


def replace_file(path: Path, text: str) -> None:
    """The file whole or not at all, readable by its owner only. Raises UsageError in a sentence."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            write_private(temporary, text.encode("utf-8", "backslashreplace"))
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
