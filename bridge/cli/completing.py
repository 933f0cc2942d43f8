"""What the shell completes: targets, finding codes, files. Never raises: a completion is only an offer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from analyzers.language import phrase
from analyzers.printable import printable
from bridge.language import spoken
from bridge.whereabouts import current_folder, home_folder, is_file

_TABLE = "domain_mappings.json"
_HOST_LINE = re.compile(r"^\s*Host(?:\s*=\s*|\s+)(?P<names>.+)$", re.IGNORECASE | re.MULTILINE)


def complete_target(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Targets of closte-doctor.toml, aliases of wp-cli.yml, hosts of ~/.ssh/config, examples; then files."""
    language = spoken()
    found = [
        CompletionItem(name, help=language.of(where))
        for name, where in _targets()
        if name.startswith(incomplete)
    ]
    return found or [CompletionItem(incomplete, type="file")]


def complete_scenario(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Names of example networks."""
    from bridge.demo.networks import scenarios

    return [CompletionItem(name) for name in scenarios() if name.startswith(incomplete)]


def complete_code(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Finding codes and families; of a list `dns,ssl.s` the last one."""
    from analyzers.catalogue_page import shown
    from analyzers.rules import CATALOGUE

    before, comma, last = incomplete.rpartition(",")
    language = spoken()
    known = {family: "" for family in dict.fromkeys(rule.family for rule in CATALOGUE)}
    known |= {rule.code: shown(language.say(rule.text.title), language) for rule in CATALOGUE}
    return [
        CompletionItem(f"{before}{comma}{name}", help=text or None)
        for name, text in known.items()
        if name.startswith(last)
    ]


def complete_file(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Whatever files there are: the shell knows them."""
    return [CompletionItem(incomplete, type="file")]


def complete_domain(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Domains of the target before it: its evidence maps them, or earlier runs found something of them."""
    target = ctx.params.get("target")
    try:
        names = sorted(set(_domains(target))) if isinstance(target, str) else []
    except Exception:  # what cannot be read is told when it is used
        names = []
    return [CompletionItem(name) for name in names if name.startswith(incomplete.lower())]


def _domains(target: str) -> Iterator[str]:
    from analyzers.decoding.document import Document, document
    from bridge.past_runs import earlier_runs

    content = _mappings(target)
    if content is None:
        for run in earlier_runs(target)[0]:
            yield from (one.subject.id for one in run.found if one.subject.kind == "domain")
            yield from (issued.domain for issued in run.issued)
        return
    found = document(content, list)
    rows = found.value if isinstance(found, Document) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("domain"), str):
            yield printable(row["domain"])


def _mappings(target: str) -> bytes | None:
    """The mapping table of an example network, an evidence folder or a bundle; None for any other target."""
    if target == "demo" or target.startswith("demo:"):
        from bridge.demo.networks import example

        return example(target.removeprefix("demo").removeprefix(":")).files.get(_TABLE)
    folder = current_folder() / target
    if folder.is_dir():
        return (folder / _TABLE).read_bytes()
    if target.endswith(".zip"):
        from bridge.folder import read_evidence

        return read_evidence(target)[0].get(_TABLE, b"[]")
    return None


def _targets() -> Iterator[tuple[str, str]]:
    """Every name that a target can have, with where it stands, each once."""
    seen: set[str] = set()
    for source in (_of_settings, _of_wp_cli, _of_ssh, _of_examples):
        try:
            named = list(source())
        except Exception:  # noqa: S112 - a broken file of the user's is told when it is used
            continue
        for name, where in named:
            if name not in seen:
                seen.add(name)
                yield name, where


def _of_settings() -> Iterator[tuple[str, str]]:
    from bridge.settings import load_settings

    for name, target in load_settings().targets.items():
        yield name, target.file


def _of_wp_cli() -> Iterator[tuple[str, str]]:
    from bridge.wp_aliases import Aliases

    for name in Aliases.read(current_folder(), os.environ).named:
        yield name, "wp-cli.yml"


def _of_ssh() -> Iterator[tuple[str, str]]:
    config = home_folder(os.environ) / ".ssh" / "config"
    if not is_file(config):
        return
    for line in _HOST_LINE.finditer(config.read_text(encoding="utf-8", errors="replace")):
        for name in line["names"].replace('"', " ").split():
            if not set(name) & set("*?!#"):
                yield name, "~/.ssh/config"


def _of_examples() -> Iterator[tuple[str, str]]:
    from bridge.demo.networks import scenarios

    yield "demo", phrase("an example network")
    for name in scenarios():
        yield f"demo:{name}", phrase("an example network")
