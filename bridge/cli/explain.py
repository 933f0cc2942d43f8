"""`explain CODE|'LOG LINE'`: what a finding, or a line of the plugin's logs, means and does not mean."""

from __future__ import annotations

import re
import textwrap
from difflib import get_close_matches

import click

from analyzers.language import Language
from bridge.cli.completing import complete_code
from bridge.cli.options import LANG
from bridge.errors import ExitStatus, UsageError
from bridge.language import language_of

_CODE = re.compile(r"[a-z]+(\.[a-z0-9-]*)?\Z")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument(
    "what", nargs=-1, required=True, metavar="CODE|'LOG LINE'", shell_complete=complete_code
)
@LANG
def explain(what: tuple[str, ...], lang: str) -> int:
    """What a finding code, or a pasted line of the plugin's logs, means.

    \b
    Examples:
      closte-doctor explain dns.wrong-address
      closte-doctor explain '[2026-05-04 10:00:00] [ERROR] Certificate Invalid: '
    """
    text = " ".join(what)
    language = language_of(lang)
    if _CODE.match(text.strip()):
        return _explain_code(text.strip(), language)
    return _explain_line(text, language)


def _explain_code(code: str, language: Language) -> int:
    from analyzers.catalogue_page import page, shown
    from analyzers.rules import BY_CODE

    if code not in BY_CODE:
        family = [c for c in BY_CODE if c.startswith(f"{code}.")]
        if family:
            for name in family:
                title = language.catalogue.gettext(BY_CODE[name].text.title)
                click.echo(f"{name:28} {shown(title, language)}")
            return ExitStatus.CLEAN
        close = get_close_matches(code, BY_CODE, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UsageError(f"there is no finding {code!r}.{hint}")
    click.echo(page(BY_CODE[code], language=language))
    return ExitStatus.CLEAN


def _explain_line(line: str, language: Language) -> int:
    from analyzers.explain_line import explain as explained
    from analyzers.printable import printable

    found = explained(line)
    if found is None:
        raise UsageError(
            "no message of the plugin's logs looks like that, in any version we know. "
            "Paste the whole line, in quotes."
        )
    for label, text in found.parts():
        head = f"{language.of(label)}: ".ljust(16)
        body = textwrap.wrap(printable(language.of(text)), 84, break_on_hyphens=False) or [""]
        click.echo(head + body[0])
        for more in body[1:]:
            click.echo(" " * 16 + more)
    return ExitStatus.CLEAN
