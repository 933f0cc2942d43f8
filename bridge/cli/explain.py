"""`explain CODE|'LOG LINE'`: what a finding, or a line of the plugin's logs, means and does not mean."""

from __future__ import annotations

import re
import textwrap
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from analyzers.language import Language
from bridge.cli.completing import complete_code
from bridge.cli.options import LANG
from bridge.errors import ExitStatus, UsageError
from bridge.language import language_of

if TYPE_CHECKING:
    from analyzers.explain_line import Explanation

_CODE = re.compile(r"[a-z]+(\.[a-z0-9_-]*)?\Z", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_.-]+")
_LONGEST_NAME = 40


class _PastedLine(click.Command):
    """Half of the plugin's lines begin with a dash: they are no options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        lines = [word for word in args if word.startswith("-") and re.search(r"\s", word)]
        if lines and "--" not in args:
            args = [*(word for word in args if word not in lines), "--", *lines]
        return super().parse_args(ctx, args)


@click.command(cls=_PastedLine, context_settings={"ignore_unknown_options": True})
@click.argument(
    "what", nargs=-1, required=True, metavar="CODE|'LOG LINE'", shell_complete=complete_code
)
@LANG
def explain(what: tuple[str, ...], lang: str) -> int:
    """What a finding code, the name of a log event, or a pasted line of the plugin's logs, means.

    \b
    Examples:
      closte-doctor explain dns.wrong-address
      closte-doctor explain closte.ssl-refused
      closte-doctor explain '[2026-05-04 10:00:00] [ERROR] Certificate Invalid: '
    """
    text = " ".join(what)
    language = language_of(lang)
    if _CODE.match(text.strip()):
        return _explain_code(text.strip().lower().replace("_", "-"), language)
    return _explain_line(text, language)


def _explain_code(code: str, language: Language) -> int:
    from analyzers.catalogue_page import page, shown
    from analyzers.explain_line import explain_event
    from analyzers.rules import BY_CODE

    if code in BY_CODE:
        click.echo(page(BY_CODE[code], language=language))
        return ExitStatus.CLEAN
    family = [c for c in BY_CODE if c.startswith(f"{code.removesuffix('.')}.")]
    for name in family:
        title = language.catalogue.gettext(BY_CODE[name].text.title)
        click.echo(f"{name:28} {shown(title, language)}")
    if family:
        return ExitStatus.CLEAN
    event = explain_event(code)
    if event is None:
        raise UsageError(f"there is no finding {code!r}.{_hint(code)}")
    return _told(event, language)


def _hint(text: str) -> str:
    """The name that was meant, if one is near."""
    from analyzers.explain_line import events
    from analyzers.rules import BY_CODE

    if len(text) > _LONGEST_NAME:
        return ""
    names = {_BETWEEN_WORDS.sub("-", name): name for name in (*events(), *BY_CODE)}
    close = get_close_matches(_BETWEEN_WORDS.sub("-", text.strip().lower()), names, n=1)
    return f" Did you mean {names[close[0]]}?" if close else ""


def _explain_line(line: str, language: Language) -> int:
    from analyzers.explain_line import explain as explained

    found = explained(line)
    if found is None:
        raise UsageError(
            "no message of the plugin's logs looks like that, in any version we know. "
            f"Paste the whole line, in quotes.{_hint(line)}"
        )
    return _told(found, language)


def _told(found: Explanation, language: Language) -> int:
    from analyzers.printable import printable

    for label, text in found.parts():
        head = f"{language.of(label)}: ".ljust(16)
        body = textwrap.wrap(printable(language.of(text)), 84, break_on_hyphens=False) or [""]
        click.echo(head + body[0])
        for more in body[1:]:
            click.echo(" " * 16 + more)
    return ExitStatus.CLEAN
