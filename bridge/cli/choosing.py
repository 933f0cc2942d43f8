"""What the operator decides beforehand of a plan: which steps, how many, whose a domain is.

`--only` and `--skip` name codes, families, patterns of codes, actions and domains of the network. A name that
is none of these is an error: what somebody meant to leave out must not be done for a slip of a letter.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from analyzers.language import phrase
from bridge.errors import UsageError

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis
    from analyzers.planning import Choices
    from bridge.cli.options import ReportOptions


def choices_from(values: Mapping[str, Any], report: ReportOptions) -> Choices:
    """What the operator decided. Raises UsageError for what cannot be read."""
    from analyzers.names import canonical
    from analyzers.planning import Choices
    from analyzers.planning.choices import ALL_RISKS, MOST_CHANGES

    keep: dict[str, int] = {
        canonical(d): _site(s, "--keep") for d, s in _pairs(values["keep"], "--keep")
    }
    primary = {
        _site(s, "--primary"): canonical(d) for s, d in _pairs(values["primary"], "--primary")
    }
    return Choices(
        keep=keep,
        primary=primary,
        wildcards=values["allow_wildcard"],
        risks=frozenset(values["risk"]) or ALL_RISKS,
        only=only_names(report.only),
        skip=skipped_names(report.skip),
        max_changes=values["max_changes"] or MOST_CHANGES,
    )


def _pairs(said: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    pairs = [tuple(part.strip() for part in one.partition("=")[::2]) for one in said]
    if any(not a or not b for a, b in pairs):
        raise UsageError(phrase("{option} wants two things with = between them", option=option))
    return [(a, b) for a, b in pairs]


def _site(text: str, option: str) -> int:
    if not text.isdecimal():
        raise UsageError(
            phrase("{option}: {text} is no site's number", option=option, text=repr(text))
        )
    return int(text)


def only_names(options: tuple[str, ...]) -> tuple[str, ...]:
    """What `--only` names: codes and families, by patterns too, as in `diagnose`; actions where no code has
    that name; else domains."""
    return _names(options, lambda word: _codes(word) or _actions(word))


def skipped_names(options: tuple[str, ...]) -> tuple[str, ...]:
    """What `--skip` names: whatever code, family, action or domain it can mean, all of them."""
    return _names(options, lambda word: [*_codes(word), *_actions(word)])


def _names(options: tuple[str, ...], meant: Callable[[str], list[str]]) -> tuple[str, ...]:
    from analyzers.names import canonical

    words = " ".join(options).replace(",", " ").split()
    named = (name for word in words for name in meant(word) or [canonical(word)])
    return tuple(dict.fromkeys(named))


def _codes(word: str) -> list[str]:
    return [name for name in _vocabulary()[0] if fnmatch.fnmatchcase(name, word)]


def _actions(word: str) -> list[str]:
    """An action, or all of a kind: `domain`, `domain.*`."""
    return [
        name
        for name in _vocabulary()[1]
        if fnmatch.fnmatchcase(name, word) or name.split(".", 1)[0] == word
    ]


def check_names(choices: Choices, diagnosis: Diagnosis) -> None:
    """Raises UsageError for a name that is no code, family or action, and names nothing on this network.

    Nothing is held against a host that could not be observed.
    """
    from bridge.near_names import did_you_mean

    if diagnosis.verdict == "unobservable":
        return
    words = [name for names in _vocabulary() for name in names]
    here = {f.subject.id for f in diagnosis.findings} | {d.domain for d in diagnosis.domains}
    here |= {name for finding in diagnosis.findings for name in finding.affects}
    for name in (*choices.only, *choices.skip):
        if not diagnosis.domains and "." in name and name.split(".", 1)[0] not in words:
            continue  # nobody saw which domains there are
        if name not in here and name not in words:
            raise UsageError(
                phrase(
                    "{name} is no finding code, family or action, and no domain that is known "
                    "here.{meant}",
                    name=repr(name),
                    meant=did_you_mean(name, (*words, *sorted(here))),
                )
            )


def _vocabulary() -> tuple[list[str], list[str]]:
    """Codes with their families, and actions."""
    from analyzers.action_rules import ACTIONS
    from analyzers.rules import CATALOGUE

    families = dict.fromkeys(rule.family for rule in CATALOGUE)
    return [*families, *(rule.code for rule in CATALOGUE)], list(ACTIONS)
