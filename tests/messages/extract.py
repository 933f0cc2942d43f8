"""Find every text of ours that a catalogue must have: in the rules, in the source, in the templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("analyzers", "bridge")
ONE = ("phrase", "language.say", "spoken().say", "gettext", "_")
"""Calls whose first argument is a text."""
MANY = ("plural", "language.count")
"""Calls whose first two arguments are the forms of a text for one and for many."""


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A text of ours, with its form for many where it counts something."""

    one: str
    many: str | None
    place: str
    """The file, or the finding code, where it stands."""


def messages() -> tuple[Message, ...]:
    """Every message once, in the order of their places."""
    found: dict[str, Message] = {}
    for message in (
        *_of_rules(),
        *_of_log_messages(),
        *_of_help(),
        *_of_sources(),
        *_of_templates(),
    ):
        known = found.get(message.one)
        if known is None or known.many is None:
            found[message.one] = message if known is None else replace(known, many=message.many)
    return tuple(m for m in found.values() if _has_words(m.one))


def _has_words(text: str) -> bool:
    """Is there anything to translate beside placeholders, marks and figures?"""
    return re.search(r"[A-Za-z0-9]", re.sub(r"\{\w*\}|%\(\w+\)s", "", text)) is not None


def _of_rules() -> Iterator[Message]:
    from analyzers.catalogue_page import placeholder
    from analyzers.rules import CATALOGUE

    for rule in CATALOGUE:
        text = rule.text
        for part in (text.title, text.means, text.because, text.do):
            yield Message(part, None, rule.code)
            for _, name, _, _ in Formatter().parse(part):
                if name is not None:
                    yield Message(placeholder(name), None, rule.code)


def _of_log_messages() -> Iterator[Message]:
    from analyzers.other_messages import MESSAGES

    for row in MESSAGES:
        for part in (row.versions, row.means, row.trap):
            yield Message(part, None, row.event)


def _of_help() -> Iterator[Message]:
    """`--help` of every command: docstrings, options, and the line that stands in the list of commands."""
    from click import Context

    from bridge.cli.help_texts import texts_of
    from bridge.cli.main import COMMANDS, cli

    place = "bridge/cli/main.py"
    yield from (Message(text, None, place) for text in texts_of(cli))
    for name, (module, line) in COMMANDS.items():
        yield Message(line, None, place)
        command = cli.get_command(Context(cli), name)
        assert command is not None
        file = module.partition(":")[0].replace(".", "/") + ".py"
        yield from (Message(text, None, file) for text in texts_of(command))


def _of_sources() -> Iterator[Message]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from of_source(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())


def of_source(source: str, place: str) -> Iterator[Message]:
    """The messages of one module. Raises ValueError for a text that is put together at run time."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = called(node.func)
        if name in ONE and node.args:
            yield from (Message(text, None, place) for text in _texts(node.args[0], place))
        elif name in MANY and len(node.args) > 2:
            one, many = _texts(node.args[0], place), _texts(node.args[1], place)
            yield from (Message(a, b, place) for a, b in zip(one, many, strict=True))


def called(function: ast.expr) -> str | None:
    """The name of a function, with what it belongs to where it is a method."""
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return f"{owner}.{name}"
        case ast.Attribute(value=ast.Call(func=ast.Name(id=owner)), attr=name):
            return f"{owner}().{name}"
        case _:
            return None


def _texts(node: ast.expr, place: str) -> tuple[str, ...]:
    """The texts an argument can be; none for a name, which stands for texts marked elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.IfExp(body=body, orelse=orelse):
            return (*_texts(body, place), *_texts(orelse, place))
        case ast.JoinedStr() | ast.BinOp():
            raise ValueError(f"{place}:{node.lineno}: a message must be a literal with {{names}}")
        case _:
            return ()


def _of_templates() -> Iterator[Message]:
    from jinja2 import Environment

    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.policies["ext.i18n.trimmed"] = True
    folder = ROOT / "analyzers" / "reports" / "html" / "templates"
    for path in sorted(folder.glob("*.j2")):
        for _, _, text in environment.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]
            place = path.relative_to(ROOT).as_posix()
            if isinstance(text, str):
                yield Message(text, None, place)
            else:
                yield Message(text[0], text[1], place)
