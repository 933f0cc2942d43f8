"""The options that every command shares (CONTRACT section 2), as one decorator and one record."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from analyzers.language import phrase
from bridge.cli.completing import complete_code, complete_file
from bridge.cli.report_places import is_folder, refuse_unwritable
from bridge.errors import UsageError

if TYPE_CHECKING:
    from bridge.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_API_URL = "https://app.closte.com/api/client"
FORMATS = ("text", "markdown", "html", "json", "jsonl", "csv", "junit", "prometheus")
SEVERITIES = ("error", "warning", "info", "never")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How the answer is said, and what makes it fail."""

    format: str
    output: tuple[str, ...]
    only: tuple[str, ...]
    skip: tuple[str, ...]
    fail_on: str
    strict: bool
    lang: str
    color: str
    domain_labels: bool = False


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """How the host and the world are looked at."""

    url: str | None
    wp: str | None
    connect_timeout: float | None
    command_timeout: float
    deadline: float
    accept_host_key: str | None
    no_probe: bool
    visit: bool
    runtime: bool
    resolver: tuple[str, ...]
    resolve: tuple[str, ...]
    api_url: str
    api_from: str
    no_api: bool
    api_key_fd: int | None
    api_key_keyring: str | None
    log_bytes: int
    print_commands: bool
    no_history: bool
    verbose: int
    config: Path | None


class ByteCount(click.ParamType[int]):
    """A number of bytes: `67108864`, `64M`, `1G`."""

    name = "bytes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a usage error."""
        if isinstance(value, int):
            return value
        text = str(value).strip().upper().removesuffix("IB").removesuffix("B")
        scale = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(text[-1:], 1)
        digits = text[:-1] if scale > 1 else text
        if not digits.isdigit():
            self.fail(
                phrase("{value} is no number of bytes, like 64M", value=repr(value)), param, ctx
            )
        return int(digits) * scale


class Seconds(click.FloatRange):
    """A time that ends: `nan` and `inf` are floats, and no number of seconds to wait."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a usage error."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number) or number >= _LONGEST:
            self.fail(
                phrase("{value} is no number of seconds to wait", value=repr(value)), param, ctx
            )
        return number


_LONGEST = 1e6
"""Seconds, eleven days: as in closte-doctor.toml."""


class LanguageCode(click.ParamType[str]):
    """A language that has a catalogue, or `auto` for that of the locale."""

    name = "language"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The codes there are: `en|pl|auto`."""
        from bridge.language import AUTO, languages

        return "|".join((*languages(), AUTO))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code, or a usage error with those there are."""
        from bridge.language import AUTO, SOURCE, languages

        if value in (AUTO, SOURCE):
            return str(value)  # without looking for catalogues
        known = (AUTO, *languages())
        if value not in known:
            self.fail(
                phrase("{value} is none of: {known}.", value=repr(value), known=", ".join(known)),
                param,
                ctx,
            )
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The codes there are."""
        from bridge.language import AUTO, languages

        return [CompletionItem(c) for c in (AUTO, *languages()) if c.startswith(incomplete)]


def format_option(formats: tuple[str, ...], written: str) -> Callable[[F], F]:
    """`--format` of a command that has these; `written` is what `--help` says of it."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help=written,
    )


OUTPUT = click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FILE",
    shell_complete=complete_file,
    help="Write to FILE instead; the format from its suffix. Repeatable; - is stdout.",
)
"""Of the commands whose answer is no diagnosis."""


def _lang(*, is_used: bool) -> Callable[[F], F]:
    return click.option(
        "--lang",
        type=LanguageCode(),
        default="auto",
        show_default=True,
        expose_value=is_used,
        help="Language of the report and of messages; auto is that of the locale.",
    )


LANG = _lang(is_used=True)
SPOKEN = _lang(is_used=False)
"""Of commands without a report: `bridge/cli/speaking.py` has read it already."""
COLOR = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colour on the terminal. NO_COLOR is honoured.",
)

_REPORT = (
    format_option(FORMATS, "How the report is written on stdout."),
    click.option(
        "-o",
        "--output",
        multiple=True,
        metavar="FILE",
        shell_complete=complete_file,
        help="Write the report to FILE instead; the format from its suffix. Repeatable; "
        "- is stdout.",
    ),
    click.option(
        "--only",
        multiple=True,
        metavar="CODE|FAMILY",
        shell_complete=complete_code,
        help="Look for these findings only. Repeatable.",
    ),
    click.option(
        "--skip",
        multiple=True,
        metavar="CODE|FAMILY",
        shell_complete=complete_code,
        help="Do not look for these findings. Repeatable.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        default="error",
        show_default=True,
        help="From which severity on the exit status is 1.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        help="Exit with 4 where nothing was found but something was not looked at.",
    ),
    LANG,
    COLOR,
    click.option(
        "--domain-labels",
        is_flag=True,
        help="Prometheus: one series per domain as well. Without it labels stay few.",
    ),
)

_CONTACT = (
    click.option("--url", metavar="URL", help="Which network, where the host has several."),
    click.option("--wp", metavar="COMMAND", help="Where wp is on the host, if it is not found."),
    click.option(
        "--connect-timeout",
        type=Seconds(0.1),
        metavar="SECONDS",
        help="For reaching the host and logging in.  [default: ConnectTimeout of the SSH "
        "configuration, else 15]",
    ),
    click.option(
        "--command-timeout",
        type=Seconds(0.1),
        default=120.0,
        show_default=True,
        metavar="SECONDS",
        help="For one command on the host.",
    ),
    click.option(
        "--deadline",
        type=Seconds(0.1),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help="For the whole run.",
    ),
    click.option(
        "--accept-host-key",
        metavar="SHA256:…",
        help="Accept exactly this unknown host key, and remember it.",
    ),
    click.option("--no-probe", is_flag=True, help="No DNS, TLS or HTTP from here."),
    click.option(
        "--visit",
        is_flag=True,
        help="Also fetch pages of the network as a visitor would. WordPress may then "
        "start its due cron jobs.",
    ),
    click.option(
        "--runtime",
        is_flag=True,
        help="Also load WordPress on the host, without its cron. The site's own code "
        "runs and may write.",
    ),
    click.option(
        "--resolver",
        multiple=True,
        metavar="IP[:PORT]",
        help="Ask this DNS resolver instead of the public ones. Repeatable.",
    ),
    click.option(
        "--resolve",
        multiple=True,
        metavar="HOST:PORT:ADDR[:PORT]",
        help="For TLS and HTTP, go there instead (as curl's). Repeatable.",
    ),
    click.option(
        "--api-url",
        metavar="URL",
        default=DEFAULT_API_URL,
        show_default=True,
        help="Base of the Closte API.",
    ),
    click.option(
        "--api-from",
        type=click.Choice(("host", "here")),
        default="host",
        show_default=True,
        help="Where the API is asked from. From the host, the key never leaves it.",
    ),
    click.option("--no-api", is_flag=True, help="No call of the Closte API."),
    click.option(
        "--api-key-fd",
        type=int,
        metavar="N",
        help="File descriptor to read a key from, for --api-from here.",
    ),
    click.option(
        "--api-key-keyring",
        metavar="NAME",
        help="Entry of the system keyring with a key, for --api-from here.",
    ),
    click.option(
        "--log-bytes",
        type=ByteCount(),
        default=64 << 20,
        metavar="BYTES",
        help="At most so much of the plugin's logs, newest first.  [default: 64M]",
    ),
    click.option(
        "--print-commands",
        is_flag=True,
        help="Print every byte that would be sent to the host, and stop.",
    ),
    click.option(
        "--no-history",
        is_flag=True,
        help="Keep nothing of this run for the command history.",
    ),
    click.option("-v", "--verbose", count=True, help="Say what is done; -vv also what came back."),
    click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help="Use this closte-doctor.toml.",
    ),
)


def report_options(function: F) -> F:
    """Add the report's options to a command."""
    return _added(_REPORT, function)


def contact_options(function: F) -> F:
    """Add the options of looking at a host to a command."""
    return _added(_CONTACT, function)


def _added(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def report_from(values: Mapping[str, Any], settings: Settings) -> ReportOptions:
    """The report options: what was typed, else the settings' defaults, else ours.

    Raises UsageError where a file cannot be written: before it is known what should be in it.
    """
    report = ReportOptions(**_chosen(ReportOptions, values, settings))
    # Texts for other readers may have files of their own in a folder.
    of_letters = values.get("reader", "operator") != "operator"
    for target in report.output:
        if target != "-" and not (of_letters and is_folder(target)):
            refuse_unwritable(Path(target))
    return report


def contact_from(values: Mapping[str, Any], settings: Settings) -> ContactOptions:
    """The contact options: what was typed, else the settings' defaults, else ours.

    Raises UsageError for a value that nobody can use: before anything is contacted, since a host that
    was looked at for nothing would be asked to bear it again.
    """
    contact = ContactOptions(**_chosen(ContactOptions, values, settings))
    _refuse_unusable(contact)
    return contact


def _refuse_unusable(contact: ContactOptions) -> None:
    if contact.resolver or contact.resolve:
        from bridge.outside.options import LookOptions

        LookOptions.parsed(resolvers=contact.resolver, resolve=contact.resolve)
    if contact.api_url != DEFAULT_API_URL:
        from bridge.closte.wire import base_from

        base_from(contact.api_url)
    if contact.api_key_fd is not None or contact.api_key_keyring is not None:
        from bridge.closte.key import refuse_unreadable

        if contact.api_from != "here":
            raise UsageError(phrase("--api-key-fd and --api-key-keyring are for --api-from here"))
        refuse_unreadable(contact.api_key_fd, contact.api_key_keyring)


def _chosen(kind: type, values: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Values for the fields of a record. Raises UsageError for a format nobody writes."""
    context = click.get_current_context(silent=True)
    found: dict[str, Any] = {}
    for field in fields(kind):
        name = field.name
        typed = context is None or context.get_parameter_source(name) != ParameterSource.DEFAULT
        found[name] = values[name] if typed else settings.options.get(name, values[name])
    if found.get("format", "text") not in FORMATS:
        raise UsageError(
            phrase(
                "there is no format {found}; there are: {formats}",
                found=repr(found["format"]),
                formats=", ".join(FORMATS),
            )
        )
    return found
