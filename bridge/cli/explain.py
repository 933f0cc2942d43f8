"""`explain CODE|'LOG LINE'`: what a finding, or a line of the plugin's logs, means and does not mean."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from analyzers.language import Language, phrase
from bridge.cli.completing import complete_code
from bridge.cli.options import COLOR, LANG, OUTPUT, ReportOptions, format_option
from bridge.cli.outputs import terminal_width
from bridge.cli.written import only_as, write
from bridge.errors import ExitStatus, UsageError
from bridge.language import language_of

if TYPE_CHECKING:
    from analyzers.explain_line import Explanation

_CODE = re.compile(r"[a-z]+(\.[a-z0-9_-]*)?\Z", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_.-]+")
_LONGEST_NAME = 40
FORMATS = ("text", "json")
_WIDEST, _LEAST = 100, 24
"""Columns of the page, and of a paragraph beside its label where there is hardly room."""
_Render = Callable[[int], str]
"""How wide it may be → the text."""


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
@format_option(FORMATS, "How the explanation is written on stdout.")
@OUTPUT
@LANG
@COLOR
def explain(
    what: tuple[str, ...], format: str, output: tuple[str, ...], lang: str, color: str
) -> int:
    """What a finding code, the name of a log event, or a pasted line of the plugin's logs, means.

    \b
    Examples:
      closte-doctor explain dns.wrong-address
      closte-doctor explain closte.ssl-refused
      closte-doctor explain '[2026-05-04 10:00:00] [ERROR] Certificate Invalid: '
    """
    report = only_as(
        ReportOptions(format, output, (), (), "never", strict=False, lang=lang, color=color),
        FORMATS,
        phrase("an explanation"),
    )
    text = " ".join(what)
    language = language_of(lang)
    code = text.strip().lower().replace("_", "-") if _CODE.match(text.strip()) else None
    told = _of_code(code, language) if code is not None else _of_line(text, language)

    def rendered(format: str, terminal: bool) -> str:
        width = min(terminal_width(), _WIDEST) if terminal else _WIDEST
        return told[format](width)

    write(report, rendered)
    return ExitStatus.CLEAN


def _of_code(code: str, language: Language) -> Mapping[str, _Render]:
    from analyzers.catalogue_page import page, shown
    from analyzers.explain_line import explain_event
    from analyzers.explanation_document import of_code, of_family
    from analyzers.rules import BY_CODE

    rule = BY_CODE.get(code)
    if rule is not None:
        return {
            "text": lambda width: page(rule, width, language) + "\n",
            "json": lambda _width: of_code(rule, language),
        }
    family = [r for c, r in BY_CODE.items() if c.startswith(f"{code.removesuffix('.')}.")]
    if family:
        titles = [language.catalogue.gettext(r.text.title) for r in family]
        lines = [f"{r.code:28} {shown(t, language)}\n" for r, t in zip(family, titles, strict=True)]
        listed = "".join(lines)
        return {"text": lambda _width: listed, "json": lambda _width: of_family(family, language)}
    event = explain_event(code)
    if event is None:
        raise UsageError(
            phrase("there is no finding {code}.{hint}", code=repr(code), hint=_hint(code))
        )
    return _told(event, language)


def _hint(text: str) -> str:
    """The name that was meant, if one is near."""
    from analyzers.explain_line import events
    from analyzers.rules import BY_CODE
    from bridge.near_names import nearest

    if len(text) > _LONGEST_NAME:
        return ""
    names = {_BETWEEN_WORDS.sub("-", name): name for name in (*events(), *BY_CODE)}
    close = nearest(_BETWEEN_WORDS.sub("-", text.strip().lower()), names)
    return phrase(" Did you mean {name}?", name=names[close]) if close else ""


def _of_line(line: str, language: Language) -> Mapping[str, _Render]:
    from analyzers.explain_line import explain as explained

    found = explained(line)
    if found is None:
        raise UsageError(
            phrase(
                "no message of the plugin's logs looks like that, in any version we know. "
                "Paste the whole line, in quotes.{hint}",
                hint=_hint(line),
            )
        )
    return _told(found, language)


def _told(found: Explanation, language: Language) -> Mapping[str, _Render]:
    from analyzers.explanation_document import of_line

    return {
        "text": lambda width: "".join(f"{line}\n" for line in _lines(found, language, width)),
        "json": lambda _width: of_line(found, language),
    }


def _lines(found: Explanation, language: Language, width: int) -> Iterator[str]:
    from analyzers.printable import printable

    for label, text in found.parts():
        head = f"{language.of(label)}: ".ljust(16)
        room = max(width - len(head), _LEAST)
        body = textwrap.wrap(printable(language.of(text)), room, break_on_hyphens=False) or [""]
        yield head + body[0]
        yield from (" " * len(head) + more for more in body[1:])
