"""`--help` in another language: the commands' own texts, piece by piece, and click's words around them.

A docstring and the `help` of an option are their own keys in the catalogues, as the rules' texts are; nothing
is marked. Of a block that click leaves as it is (`\\b`) the prose is translated, and what stands beside a
command or a form; commands, forms and the words in capitals (FILE, TARGET) are the same in every language.
"""

from __future__ import annotations

import copy
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as source_gettext
from gettext import ngettext as source_ngettext
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from analyzers.language import Language

C = TypeVar("C", bound=click.Command)
Say = Callable[[str], str]

_WIDTH = 84
_BESIDE = re.compile(r"(?P<form>\s*\S.*?\s{2,})(?P<text>\S.*)")
"""A command or a form, and after two spaces or more what it is."""


def in_language(command: C, language: Language) -> C:
    """A copy of the command with its texts in this language; the command itself stays English."""
    say = language.catalogue.gettext
    told = copy.copy(command)
    told.help = command.help and help_told(command.help, say)
    told.epilog = command.epilog and say(command.epilog)
    told.__dict__["_help_option"] = None  # click keeps the one that it made, with its text
    told.params = [_parameter(parameter, say) for parameter in command.params]
    if isinstance(told, click.Group):
        told.commands = {name: in_language(sub, language) for name, sub in told.commands.items()}
    return told


def _parameter(parameter: click.Parameter, say: Say) -> click.Parameter:
    told = copy.copy(parameter)
    told.type = copy.copy(parameter.type)
    if told.type.name:
        told.type.name = say(told.type.name)
    if isinstance(told, click.Option) and told.help:
        told.help = say(told.help)
    return told


def help_told(text: str, say: Say) -> str:
    """A command's help with every piece of it said anew."""
    return "\n\n".join(_paragraph(paragraph, say) for paragraph in text.split("\n\n"))


def _paragraph(paragraph: str, say: Say) -> str:
    lines = paragraph.split("\n")
    if lines[0].strip() != "\b":
        whole = " ".join(paragraph.split())
        return say(whole) if whole else ""
    told, prose = [lines[0]], list[str]()
    margin = min((_indent(line) for line in lines[1:] if line.strip()), default=0)
    for line in [*lines[1:], ""]:
        if line.strip() and _indent(line) == margin:
            prose.append(line.strip())
            continue
        if prose:
            wrapped = textwrap.wrap(say(" ".join(prose)), _WIDTH)
            told += [" " * margin + part for part in wrapped]
            prose = []
        if line.strip():
            beside = _BESIDE.fullmatch(line)
            told.append(beside["form"] + say(beside["text"]) if beside else line)
    return "\n".join(told)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def texts_of(command: click.Command) -> Iterator[str]:
    """Every text of a command that a catalogue should have."""
    said: list[str] = []

    def hear(text: str) -> str:
        said.append(text)
        return text

    help_told(command.help or "", hear)
    yield from said
    if command.epilog:
        yield command.epilog
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    for sub in command.commands.values() if isinstance(command, click.Group) else ():
        yield from texts_of(sub)


@contextmanager
def clicks_words(language: Language) -> Iterator[None]:
    """Let click say its own words (Usage, Options, errors) in this language until this is over.

    click asks gettext for the catalogue of the process's locale; a run of ours can be in another language
    (`--lang`), so its modules get the functions of our catalogue in place of those.
    """
    replaced = []
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] != "click":
            continue
        for function, ours in (
            (source_gettext, language.catalogue.gettext),
            (source_ngettext, language.catalogue.ngettext),
        ):
            for attribute in ("_", "gettext", "ngettext"):
                if module.__dict__.get(attribute) is function:
                    replaced.append((module, attribute, function))
                    setattr(module, attribute, ours)
    try:
        yield
    finally:
        for module, attribute, function in replaced:
            setattr(module, attribute, function)
