"""The report of a diagnosis: its formats, its exit status, and what the terminal can show of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from bridge.cli.options import ReportOptions
from bridge.cli.report_places import Text
from bridge.cli.written import write
from bridge.errors import ExitStatus

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.reports.text import Style


def emit(diagnosis: Diagnosis, options: ReportOptions) -> int:
    """Write the report wherever it was asked for; the exit status that the diagnosis deserves."""
    write(
        options,
        lambda format, terminal: rendered(diagnosis, format, options, terminal=terminal),
    )
    return int(exit_status(diagnosis, options))


def exit_status(diagnosis: Diagnosis, options: ReportOptions) -> ExitStatus:
    """CONTRACT section 2: by what the causes say, never by what they explain."""
    from analyzers.summary import counts

    if diagnosis.verdict == "unobservable":
        return ExitStatus.UNOBSERVABLE
    if any(counts(finding, options.fail_on) for finding in diagnosis.findings):
        return ExitStatus.FINDINGS
    if options.strict and diagnosis.skipped:
        return ExitStatus.INCOMPLETE
    return ExitStatus.CLEAN


def rendered(diagnosis: Diagnosis, format: str, options: ReportOptions, *, terminal: bool) -> Text:
    """The report in a format; `terminal` only matters to text."""
    if format == "text":
        from analyzers.reports import text

        return text.pieces(diagnosis, text_style(options.color, terminal=terminal))
    if format == "json":
        from analyzers.reports import json

        return json.pieces(diagnosis)
    if format == "prometheus":
        from analyzers.reports import prometheus

        return prometheus.render(diagnosis, domains=options.domain_labels)
    module = import_module(f"analyzers.reports.{format}")
    return str(module.render(diagnosis))


def text_style(color: str, *, terminal: bool) -> Style:
    """Width, colour and Unicode of the terminal that stdout is; for a file the usual ones."""
    from analyzers.reports.text import Style

    out = sys.stdout if terminal else None
    if out is None:  # a file, or closed by whoever started us
        return Style()
    return Style(
        width=terminal_width(),
        colour=coloured(color, out.isatty()),
        unicode=knows_unicode(out.encoding or "ascii", os.environ),
    )


def knows_unicode(encoding: str, environment: Mapping[str, str]) -> bool:
    """Can what reads stdout show all letters and marks?

    Python writes UTF-8 in the locale C as well (PEP 540). Whoever asks for that locale by name asks for
    ASCII (POSIX, 6.2); where no locale is named at all, nothing is asked for.
    """
    named = next((environment[n] for n in _LOCALE if environment.get(n)), "")
    if named in ("C", "POSIX") and not environment.get("PYTHONIOENCODING"):
        return False
    return encoding.lower().replace("-", "") in ("utf8", "cp65001")


def readable(text: Text) -> Text:
    """A text report as what reads stdout can show it."""
    from analyzers.printable import in_ascii

    encoding = (sys.stdout.encoding if sys.stdout is not None else None) or "ascii"
    if knows_unicode(encoding, os.environ):
        return text
    return in_ascii(text) if isinstance(text, str) else map(in_ascii, text)


_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")


def terminal_width() -> int:
    """COLUMNS, else the terminal's width, else 100."""
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def coloured(color: str, tty: bool) -> bool:
    """Colour or not, by the conventions that people set once for all programs.

    The option outranks them; then NO_COLOR (no-color.org: any text), FORCE_COLOR and CLICOLOR_FORCE
    (force-color.org, bixense.com/clicolors: `0` does not force), CLICOLOR=0, TERM=dumb, and whether
    stdout is a terminal.
    """
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(
        os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    if os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return tty
