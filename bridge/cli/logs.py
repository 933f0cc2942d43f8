"""`logs PATH…`: the log analyzer alone, on files of any size. Contacts nothing."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

import click

from analyzers.any_log import count_log
from analyzers.language import Language
from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser
from bridge.cli.options import FORMATS, LANG, OUTPUT
from bridge.cli.outputs import coloured
from bridge.cli.report_places import format_of, mode_of, replace_file, to_stdout
from bridge.errors import ExitStatus, UsageError
from bridge.language import language_of
from bridge.log_files import HOST, STDIN, Folder, LogFile, log_files

_WORTH_TWO = 64 << 20
"""Bytes of a file that may be worth a second process."""
SECRETS_IN = ("constants.json", "options.json", HOST)
"""Files beside the logs in which a hand-made folder can have secrets as they are."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the counts are written on stdout.",
)
@OUTPUT
@click.option(
    "--messages",
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
    given = _translations(messages) if messages is not None else None
    recognisers = _Recognisers(given)
    folders: dict[str, Folder] = {}
    failed = 0
    with without_collector():
        for file in log_files(paths, _say):
            if verbose:
                _say(f"reading {file.name}")
            folders[file.folder.name] = file.folder
            failed += not _counted(file, tally, unknown, recognisers)
    if unknown.samples:
        _mask(unknown, folders.values())
    for target in output or (STDIN,):
        _emit(target, format, color, tally, unknown, language)
    return ExitStatus.UNOBSERVABLE if failed and not tally.files else ExitStatus.CLEAN


@contextmanager
def without_collector() -> Iterator[None]:
    """Counting makes millions of tuples and no cycle: looking for cycles is a fifth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Recognisers:
    """One recogniser for each `host.json`: a network's translations are those of its own logs."""

    def __init__(self, given: Mapping[str, str] | None) -> None:
        self._given = Recogniser(given) if given is not None else None
        self._plain = Recogniser()
        self._of_folder: dict[str, Recogniser] = {}

    def for_file(self, file: LogFile) -> Recogniser:
        if self._given is not None:
            return self._given
        found = self._of_folder.get(file.folder.name)
        if found is None:
            translations, locale = _from_folder(file.folder)
            found = Recogniser(translations, locale) if translations or locale else self._plain
            self._of_folder[file.folder.name] = found
        return found


def _counted(file: LogFile, tally: Tally, unknown: Unknown, recognisers: _Recognisers) -> bool:
    """Count a file; False where not a byte of it could be read."""
    try:
        pieces = file.pieces()
        first = next(pieces, b"")
    except OSError as error:
        _say(f"cannot read {file.name}: {error.strerror or error}")
        return False
    recogniser = recognisers.for_file(file)
    if file.path is not None and _in_two(file.path, tally, recogniser, unknown):
        return True
    whole = chain((first,), _as_far_as_it_goes(file.name, pieces))
    count_log(tally, file.name, whole, recogniser, (unknown,))
    return True


def _in_two(path: str, tally: Tally, recogniser: Recogniser, unknown: Unknown) -> bool:
    """Count a very large file by two processes, if it is one."""
    with suppress(OSError):
        if os.stat(path).st_size >= _WORTH_TWO:
            from bridge.log_halves import count_in_two

            return count_in_two(tally, path, recogniser, unknown)
    return False


def _as_far_as_it_goes(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except OSError as error:
        _say(f"{name} could be read in part only: {error.strerror or error}")


def _mask(unknown: Unknown, folders: Iterable[Folder]) -> None:
    """Samples are shown as they stand in the log, so what must not be shown is masked in them."""
    from analyzers.decoding.document import document
    from analyzers.masks import Redaction
    from analyzers.redact import TOP_LEVEL, raw_secrets
    from analyzers.secrets import Secret

    secrets: list[Secret] = []
    for folder in folders:
        found = {}
        for name in SECRETS_IN:
            with suppress(OSError):
                content = folder.document(name)
                if content is not None:
                    found[name] = document(content, TOP_LEVEL[name])
        secrets.extend(raw_secrets(found))
    redaction = Redaction.of(secrets)
    unknown.samples = [
        (source, line, at, level, redaction.free(message))
        for source, line, at, level, message in unknown.samples
    ]


def _translations(path: str) -> Mapping[str, str]:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    found = _object(content)
    if found is None:
        raise UsageError(f"{path} is no JSON object of translations")
    messages = found.get("messages")
    return _texts(messages if isinstance(messages, dict) else found)


def _from_folder(folder: Folder) -> tuple[Mapping[str, str], str]:
    """The translations and the site's locale of a `host.json`."""
    try:
        content = folder.document(HOST)
    except OSError as error:
        _say(f"cannot read {folder.name}/{HOST}: {error.strerror or error}")
        return {}, ""
    if content is None:
        return {}, ""
    found = _object(content)
    if found is None:
        _say(f"{folder.name}/{HOST} is no JSON object; translations are not known")
        return {}, ""
    locale = found.get("locale")
    return _texts(found.get("messages")), locale if isinstance(locale, str) else ""


def _object(content: bytes) -> Mapping[str, object] | None:
    from analyzers.decoding.document import Document, document

    found = document(content, dict)
    return found.value if isinstance(found, Document) and isinstance(found.value, dict) else None


def _texts(messages: object) -> Mapping[str, str]:
    if not isinstance(messages, dict):
        return {}
    return {k: v for k, v in messages.items() if isinstance(k, str) and isinstance(v, str)}


def _emit(
    target: str, format: str, color: str, tally: Tally, unknown: Unknown, language: Language
) -> None:
    if target == STDIN:
        bold = coloured(color, sys.stdout is not None and sys.stdout.isatty())
        text = _rendered(format, tally, unknown, language, bold=bold)
        to_stdout(text)
        return
    name = format_of(target, format)
    text = _rendered(name, tally, unknown, language, bold=False)
    replace_file(Path(target), text, mode=mode_of(name))
    _say(f"counts written to {target}")


def _rendered(
    format: str, tally: Tally, unknown: Unknown, language: Language, *, bold: bool
) -> str:
    from analyzers import log_formats, log_report

    if format == "html":
        return log_formats.as_html(tally, unknown, language)
    if format == "junit":
        return log_formats.as_junit(tally, unknown)
    if format == "prometheus":
        return log_formats.as_prometheus(tally)
    if format == "json":
        return log_report.as_json(tally)
    if format == "csv":
        return log_report.as_csv(tally)
    if format == "jsonl":
        return "".join(log_report.as_jsonl(tally, unknown))
    if format == "markdown":
        return log_report.as_markdown(tally, unknown, language)
    return log_report.as_text(tally, unknown, bold=bold, language=language)


def _say(sentence: str) -> None:
    from analyzers.printable import printable

    click.echo(f"closte-doctor: {printable(sentence)}", err=True)
