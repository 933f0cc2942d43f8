"""`--for customer|closte|plugin`: the same diagnosis as a text for a reader outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzers.language import phrase, plural, sentence_of
from bridge.cli.messages import message
from bridge.cli.report_places import format_of, is_folder, replace_file, to_stdout
from bridge.errors import UsageError, system_words

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.letter import Letter
    from bridge.cli.options import ReportOptions

F = TypeVar("F", bound=Callable[..., Any])

READERS = ("operator", "customer", "closte", "plugin")
FORMATS = ("text", "markdown", "html", "json")
_SUFFIX = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
_MOST_NAMED = 10


def reader_options(function: F) -> F:
    """Add `--for` and `--domain` to a command."""
    chosen = click.option(
        "--for",
        "reader",
        type=click.Choice(READERS),
        default="operator",
        show_default=True,
        help="For whom: a domain's owner (what to enter in the DNS), Closte's support, the plugin's "
        "maintainers. Other people's names are left out or masked.",
    )
    domain = click.option(
        "--domain",
        metavar="NAME",
        help="With --for: speak of this domain only.",
    )
    return chosen(domain(function))


def refuse_misuse(reader: str, domain: str | None, options: ReportOptions) -> None:
    """Raises UsageError where these options do not go together, before anything is looked at."""
    if reader == "operator":
        if domain is not None:
            raise UsageError(phrase("--domain goes with --for customer, closte or plugin"))
        return
    if "-" in (options.output or "-") and options.format not in FORMATS:
        raise UsageError(
            phrase(
                "--for {reader} is written as text, markdown, html or json, not as {format}",
                reader=reader,
                format=options.format,
            )
        )
    for target in options.output:
        if target != "-" and not is_folder(target):
            _format(target, options.format)


def write_letters(
    diagnosis: Diagnosis, reader: str, domain: str | None, options: ReportOptions
) -> None:
    """Write the text for this reader wherever it was asked for. Raises UsageError in a sentence."""
    name = None if domain is None else _known(diagnosis, domain)
    for target in options.output or ("-",):
        if target != "-" and is_folder(target):
            _to_folder(diagnosis, reader, name, Path(target), options.format)
            continue
        form = _format(target, options.format)
        _put(
            target,
            _rendered(diagnosis, reader, name, form, target == "-"),
        )


def _format(target: str, otherwise: str) -> str:
    form = format_of(target, otherwise)
    if form not in FORMATS:
        raise UsageError(
            phrase(
                "{target}: a text for a reader is written as text, markdown, html or json",
                target=target,
            )
        )
    return form


def _letter(diagnosis: Diagnosis, reader: str, domain: str | None) -> Letter:
    if reader == "customer":
        return _customer(diagnosis, domain if domain is not None else _only_one(diagnosis))
    if reader == "closte":
        from analyzers.reports import for_closte

        return for_closte.letter(diagnosis, domain)
    from analyzers.reports import for_plugin

    return for_plugin.letter(diagnosis, domain)


def _customer(diagnosis: Diagnosis, domain: str) -> Letter:
    from analyzers.reports import for_customer

    try:
        return for_customer.letter(diagnosis, domain)
    except ValueError as error:
        raise UsageError(
            phrase(
                "{error}: say it as expected_addresses of the target in closte-doctor.toml",
                error=sentence_of(error),
            )
        ) from error


def _only_one(diagnosis: Diagnosis) -> str:
    """The one domain whose owner has something to do."""
    from analyzers.reports import for_customer

    affected = for_customer.affected(diagnosis)
    if len(affected) == 1:
        return affected[0]
    if not affected:
        raise UsageError(phrase("no domain waits for its owner; name one with --domain"))
    shown = ", ".join(affected[:_MOST_NAMED]) + (", …" if len(affected) > _MOST_NAMED else "")
    raise UsageError(
        plural(
            "{n} domain waits for its owner: {shown}. Name it with --domain, or give a folder with "
            "-o FOLDER/",
            "{n} domains wait for their owners: {shown}. Name one with --domain, or give a folder with "
            "-o FOLDER/ for a file each",
            len(affected),
            shown=shown,
        )
    )


def _to_folder(
    diagnosis: Diagnosis, reader: str, domain: str | None, folder: Path, form: str
) -> None:
    """A file per affected domain, or the one file of another reader."""
    from analyzers.reports import for_customer

    form = form if form in FORMATS else "text"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            phrase(
                "cannot write to {folder}: {why}",
                folder=folder,
                why=system_words(error),
            )
        ) from error
    names = (domain,) if domain is not None else for_customer.affected(diagnosis)
    if reader != "customer":
        _put(
            str(folder / f"{reader}{_SUFFIX[form]}"),
            _rendered(diagnosis, reader, domain, form, False),
        )
        return
    for name in names:
        file = f"{name.replace('*', '_').replace('/', '_')}{_SUFFIX[form]}"
        _put(
            str(folder / file),
            _rendered(diagnosis, reader, name, form, False),
        )
    if not names:
        message(phrase("No domain waits for its owner: nothing was written."))


def _put(target: str, text: str) -> None:
    if target == "-":
        to_stdout(text)
    else:
        replace_file(Path(target), text)
        message(phrase("Report written to {target}.", target=target))


def _rendered(
    diagnosis: Diagnosis, reader: str, domain: str | None, form: str, terminal: bool
) -> str:
    from analyzers.letter import as_json, as_markdown, as_text
    from bridge.cli.outputs import terminal_width

    letter, language = _letter(diagnosis, reader, domain), diagnosis.language
    if form == "markdown":
        return as_markdown(letter, language)
    if form == "json":
        return as_json(letter, reader, language)
    if form == "html":
        from analyzers.reports.html import letter_page

        return letter_page.render(letter, language)
    return as_text(letter, terminal_width() if terminal else 80, language)


def _known(diagnosis: Diagnosis, domain: str) -> str:
    """The mapped domain that was meant. Raises UsageError with the nearest name."""
    from analyzers.names import canonical
    from bridge.near_names import did_you_mean

    names = [d.domain for d in diagnosis.domains]
    name = canonical(domain)
    if name not in names:
        hint = did_you_mean(name, names)
        raise UsageError(
            phrase("{name} is not mapped in this network.{hint}", name=name, hint=hint)
        )
    return name
