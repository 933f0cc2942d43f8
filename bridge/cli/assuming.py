"""`--what-if NAME=VALUE`: the same diagnosis on changed facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from analyzers.language import sentence_of
from bridge.errors import UsageError

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.snapshot import Snapshot
    from analyzers.what_if import Assumption

F = TypeVar("F", bound=Callable[..., Any])


def what_if_option(function: F) -> F:
    """Add `--what-if` to a command."""
    return click.option(
        "--what-if",
        multiple=True,
        metavar="NAME=VALUE",
        help="Assume a fact instead of what was seen, e.g. check-interval=60, dns=fixed, alias=added, "
        "key=fixed, module=enabled, cron=running, certificate=issued, recheck=now; with a domain: "
        "dns=fixed:NAME. Repeatable.",
    )(function)


def parsed(words: tuple[str, ...]) -> tuple[Assumption, ...]:
    """The assumptions, as they are typed. Raises UsageError for one that nobody knows."""
    if not words:
        return ()
    from analyzers.what_if import CannotAssume, parse

    try:
        return tuple(parse(word) for word in words)
    except CannotAssume as error:
        raise UsageError(sentence_of(error)) from None


def assumed(snapshot: Snapshot, assumptions: tuple[Assumption, ...]) -> Snapshot:
    """The snapshot with them made. Raises UsageError where the evidence leaves no room for one."""
    if not assumptions:
        return snapshot
    from analyzers.what_if import CannotAssume, assume

    try:
        return assume(snapshot, assumptions)
    except CannotAssume as error:
        raise UsageError(sentence_of(error)) from None


def marked(
    diagnosis: Diagnosis,
    snapshot: Snapshot,
    assumptions: tuple[Assumption, ...],
    given: Mapping[type, object],
) -> Diagnosis:
    """The diagnosis, said to be hypothetical where it is."""
    if not assumptions:
        return diagnosis
    from analyzers.what_if import hypothetical

    return hypothetical(diagnosis, snapshot, assumptions, given)
