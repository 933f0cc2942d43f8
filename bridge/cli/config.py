"""`config show`: what holds without an option, and where it was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzers.language import phrase
from analyzers.printable import printable
from bridge.cli.options import SPOKEN, contact_options, report_options
from bridge.cli.outputs import terminal_width
from bridge.errors import ExitStatus
from bridge.language import spoken

if TYPE_CHECKING:
    from analyzers.suppressions import Suppression
    from bridge.settings import Settings, TargetSettings

_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is set, with where."""

    name: str
    value: str
    origin: str
    """`default`, a file, or a variable of the environment."""


@click.group()
def config() -> None:
    """Show what closte-doctor.toml and the environment set.

    \b
    Examples:
      closte-doctor config show
      closte-doctor config show --origin
    """


@config.command()
@click.option("--origin", is_flag=True, help="Also say where each value comes from.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Use this closte-doctor.toml.",
)
@SPOKEN
def show(origin: bool, form: str, file: Path | None) -> int:
    """List every option's value as it holds when it is not typed, the targets, and what is suppressed.

    \b
    Examples:
      closte-doctor config show --origin
      closte-doctor config show --format json
    """
    from bridge.settings import load_settings

    settings = load_settings(file)
    if form == "json":
        click.echo(json.dumps(_document(settings), indent=1))
        return int(ExitStatus.CLEAN)
    sections = (
        (phrase("Options"), list(options_in(settings))),
        (phrase("Targets"), [_target(target) for target in settings.targets.values()]),
        (phrase("Suppressed"), [_suppressed(one) for one in settings.suppressions]),
    )
    for heading, lines in sections:
        if lines:
            click.echo(f"{spoken().of(heading)}:")
            _table(lines, origin)
    files = ", ".join(map(printable, settings.files)) or phrase("none")
    click.echo(spoken().say("Files: {files}", files=files))
    return int(ExitStatus.CLEAN)


def options_in(settings: Settings) -> Iterator[Line]:
    """Every option that can be set in a file, by name."""
    from bridge.setting_values import OPTIONS

    builtin = _defaults()
    for name in sorted(OPTIONS):
        value = settings.options.get(name, builtin.get(name))
        yield Line(name.replace("_", "-"), _shown(value), settings.origins.get(name, _DEFAULT))


def _defaults() -> dict[str, object]:
    """What the commands' own options are when nobody says anything."""

    @click.command()
    @report_options
    @contact_options
    def every(**values: object) -> None:
        """Has all of them."""

    return every.make_context("every", []).params


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case tuple() | list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _target(target: TargetSettings) -> Line:
    where = f"ssh {target.ssh}" if target.ssh else f"local {target.local}"
    return Line(target.name, where, target.file)


def _suppressed(one: Suppression) -> Line:
    subject = one.subject or spoken().say("any subject")
    return Line(
        one.code,
        spoken().say(
            "{subject}, until {until}: {reason}",
            subject=subject,
            until=one.until,
            reason=one.reason,
        ),
        one.origin,
    )


def _table(lines: list[Line], origin: bool) -> None:
    """Names, values and origins in columns; the values take what room there is."""
    names = max(len(line.name) for line in lines)
    values = max(len(printable(line.value)) for line in lines)
    values = min(values, max(20, terminal_width() - names - 30))
    for line in lines:
        cells = [line.name.ljust(names), printable(line.value)]
        if origin:
            cells = [cells[0], cells[1].ljust(values), printable(line.origin)]
        click.echo(f"  {'  '.join(cells)}".rstrip())


def _document(settings: Settings) -> dict[str, object]:
    return {
        "options": [asdict(line) for line in options_in(settings)],
        "targets": [asdict(_target(target)) for target in settings.targets.values()],
        "suppressed": [
            {
                "code": s.code,
                "subject": s.subject,
                "reason": s.reason,
                "until": s.until.isoformat(),
                "origin": s.origin,
            }
            for s in settings.suppressions
        ],
        "files": list(settings.files),
    }
