"""`logs PATH…`: the log analyzer alone, on files of any size. Contacts nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

import click

from analyzers.any_log import Count
from analyzers.language import Language, phrase
from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser
from analyzers.uncollected import without_collector
from bridge.cli.completing import complete_file
from bridge.cli.messages import warn
from bridge.cli.options import FORMATS, LANG, OUTPUT, format_option
from bridge.cli.outputs import coloured, readable, terminal_width
from bridge.cli.report_places import format_of, mode_of, replace_file, to_stdout
from bridge.errors import ExitStatus, system_words
from bridge.language import language_of
from bridge.log_content import small
from bridge.log_files import HOST, STDIN, Folder, LogFile, log_files
from bridge.log_translations import Recognisers, translations

_WORTH_TWO = 64 << 20
"""Bytes of a file that may be worth a second process."""
SECRETS_IN = ("constants.json", "options.json", HOST)
"""Files beside the logs in which a hand-made folder can have secrets as they are."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_file)
@format_option(FORMATS, "How the counts are written on stdout.")
@OUTPUT
@click.option(
    "--messages",
    shell_complete=complete_file,
    metavar="FILE",
    help="Translations of the plugin's messages: a host.json, or an object of msgid and text. "
    "Without it, ../host.json of each log is looked at.",
)
@LANG
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colour on the terminal. NO_COLOR is honoured.",
)
@click.option("-v", "--verbose", count=True, help="Name each file that is read.")
def logs(
    paths: tuple[str, ...],
    format: str,
    output: tuple[str, ...],
    messages: str | None,
    lang: str,
    color: str,
    verbose: int,
) -> int:
    """Count and classify the plugin's log files: events, per domain, per day, what is unknown.

    PATH is a log file (gzip too), a folder of them, an evidence folder, a bundle, or - for stdin.

    \b
    Examples:
      closte-doctor logs wp-content/uploads/wu-logs
      closte-doctor logs evidence/ --format json
      ssh host cat wu-logs/integration-closte.log | closte-doctor logs -
    """
    tally, unknown, language = Tally(), Unknown(), language_of(lang)
    given = translations(messages) if messages is not None else None
    recognisers = Recognisers(given, warn)
    folders: dict[str, Folder] = {}
    failed = 0
    count = Count(tally, (unknown,))
    with without_collector():
        for file in log_files(paths, warn):
            if verbose:
                warn(phrase("reading {name}", name=file.name))
            folders[file.folder.name] = file.folder
            failed += not _counted(file, count, unknown, recognisers)
        count.close()
    if unknown.samples:
        _mask(unknown, folders.values())
    for target in output or (STDIN,):
        _emit(target, format, color, tally, unknown, language)
    return ExitStatus.UNOBSERVABLE if failed and not tally.files else ExitStatus.CLEAN


def _counted(file: LogFile, count: Count, unknown: Unknown, recognisers: Recognisers) -> bool:
    """Count a file; False where not a byte of it could be read."""
    try:
        content = small(file.name, file.size)
        pieces = file.pieces() if content is None else iter((content,))
        first = next(pieces, b"")
    except OSError as error:
        warn(phrase("cannot read {name}: {why}", name=file.name, why=system_words(error)))
        return False
    recogniser = recognisers.for_file(file)
    if content is not None:
        count.small(file.name, first, recogniser)
    elif file.size < _WORTH_TWO or not _in_two(file, count, recogniser, unknown):
        whole = chain((first,), _as_far_as_it_goes(file.name, pieces))
        count.read(file.name, whole, recogniser)
    return True


def _in_two(file: LogFile, count: Count, recogniser: Recogniser, unknown: Unknown) -> bool:
    """Count a very large file by two processes, where that can be done."""
    from bridge.log_halves import count_in_two

    count.release()
    with suppress(OSError):
        return count_in_two(count.tally, file.name, recogniser, unknown)
    return False


def _as_far_as_it_goes(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except OSError as error:
        warn(
            phrase(
                "{name} could be read in part only: {why}",
                name=name,
                why=system_words(error),
            )
        )


def _mask(unknown: Unknown, folders: Iterable[Folder]) -> None:
    """Samples are shown as they stand in the log, so what must not be shown is masked in them."""
    from analyzers.decoding.document import document
    from analyzers.masks import Redaction
    from analyzers.redact import TOP_LEVEL, raw_secrets
    from analyzers.secrets import Secret

    secrets: list[Secret] = []
    for folder in folders:
        found, contents = {}, {}
        for name in SECRETS_IN:
            with suppress(OSError):
                content = folder.document(name)
                if content is not None:
                    contents[name] = content
                    found[name] = document(content, TOP_LEVEL[name])
        secrets.extend(raw_secrets(found, contents))
    redaction = Redaction.of(secrets)
    unknown.samples = [
        (source, line, at, level, redaction.free(message))
        for source, line, at, level, message in unknown.samples
    ]


def _emit(
    target: str, format: str, color: str, tally: Tally, unknown: Unknown, language: Language
) -> None:
    if target == STDIN:
        tty = sys.stdout is not None and sys.stdout.isatty()
        bold = coloured(color, tty)
        width = terminal_width() if tty or "COLUMNS" in os.environ else None
        text = _rendered(format, tally, unknown, language, bold=bold, width=width)
        to_stdout(readable(text) if format == "text" else text)
        return
    name = format_of(target, format)
    text = _rendered(name, tally, unknown, language, bold=False, width=None)
    replace_file(Path(target), text, mode=mode_of(name))
    warn(phrase("counts written to {target}", target=target))


def _rendered(
    format: str,
    tally: Tally,
    unknown: Unknown,
    language: Language,
    *,
    bold: bool,
    width: int | None,
) -> str:
    if format in ("json", "jsonl", "csv"):
        from analyzers import log_data

        if format == "json":
            return log_data.as_json(tally)
        if format == "jsonl":
            return "".join(log_data.as_jsonl(tally, unknown))
        return log_data.as_csv(tally)
    from analyzers import log_formats, log_report

    if format == "html":
        from analyzers.reports.html import logs_page
        from bridge.cli.main import TOOL

        return logs_page.render(tally, unknown, language, TOOL)
    if format == "junit":
        return log_formats.as_junit(tally, unknown)
    if format == "prometheus":
        return log_formats.as_prometheus(tally)
    if format == "markdown":
        return log_report.as_markdown(tally, unknown, language)
    return log_report.as_text(tally, unknown, bold=bold, language=language, width=width)
