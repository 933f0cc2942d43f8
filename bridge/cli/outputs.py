"""Reports to stdout and to files: format by option or by suffix, files atomically and 0600."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzers.findings import Diagnosis
from bridge.cli.options import ReportOptions
from bridge.errors import ExitStatus, UsageError
from bridge.private_file import write_private

if TYPE_CHECKING:
    from analyzers.reports.text import Style

SUFFIXES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".xml": "junit",
    ".prom": "prometheus",
}
"""File name suffix → format."""
_READABLE = 0o644
"""Metrics are read by another account (node_exporter's), and hold nothing of the evidence."""


def emit(diagnosis: Diagnosis, options: ReportOptions) -> int:
    """Write the report wherever it was asked for; the exit status that the diagnosis deserves."""
    for target in options.output or ("-",):
        if target == "-":
            to_stdout(rendered(diagnosis, options.format, options, terminal=True))
        else:
            path = Path(target)
            name = SUFFIXES.get(path.suffix.lower(), options.format)
            text = rendered(diagnosis, name, options, terminal=False)
            replace_file(path, text, mode=mode_of(name))
            click.echo(f"Report written to {target}.", err=True)
    return int(exit_status(diagnosis, options))


def mode_of(format: str) -> int:
    """The permissions of a file that holds a report in this format."""
    return _READABLE if format == "prometheus" else 0o600


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


def rendered(diagnosis: Diagnosis, format: str, options: ReportOptions, *, terminal: bool) -> str:
    """The report in a format; `terminal` only matters to text."""
    if format == "text":
        from analyzers.reports import text

        return text.render(diagnosis, terminal_style(options.color) if terminal else text.Style())
    if format == "prometheus":
        from analyzers.reports import prometheus

        return prometheus.render(diagnosis, domains=options.domain_labels)
    module = import_module(f"analyzers.reports.{format}")
    return str(module.render(diagnosis))


def terminal_style(color: str) -> Style:
    """Width, colour and Unicode of the terminal that stdout is."""
    from analyzers.reports.text import Style

    out = sys.stdout
    if out is None:  # closed by whoever started us
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


_LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")


def to_stdout(text: str) -> None:
    """A report to stdout, in UTF-8. Raises UsageError where stdout takes nothing; a reader that went away
    (`head`) is a BrokenPipeError, as everywhere."""
    if sys.stdout is None:
        raise UsageError("cannot write to stdout: it is closed")
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_stdout()
        raise UsageError(f"cannot write to stdout: {error.strerror or error}") from error


def _drop_stdout() -> None:
    """What Python still holds back would fail again when it flushes at the end."""
    null = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(null, sys.stdout.fileno())
    os.close(null)


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


def refuse_unwritable(path: Path) -> None:
    """Raises UsageError for what can be no file, or lies in a folder that is none."""
    if not path.name:
        raise UsageError(f"--output {str(path)!r}: not the name of a file")
    if path.is_dir():
        raise UsageError(f"cannot write {path}: {os.strerror(errno.EISDIR)}")
    if not path.parent.is_dir():
        missing = errno.ENOTDIR if path.parent.exists() else errno.ENOENT
        raise UsageError(f"cannot write {path}: {os.strerror(missing)}")


def replace_file(path: Path, text: str, *, mode: int = 0o600) -> None:
    """The file whole or not at all, readable by its owner only unless `mode` says otherwise.

    Raises UsageError in a sentence.
    """
    refuse_unwritable(path)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        try:
            write_private(temporary, text.encode("utf-8", "backslashreplace"))
            temporary.chmod(mode)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
