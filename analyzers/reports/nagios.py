"""The diagnosis as a monitoring plugin says it: one status line, performance data, more lines below.

Source: Monitoring Plugins Development Guidelines ("Plugin Output for Nagios") and Nagios' plugin API:
`|` ends the text of a line, so in text it is spelt out. What could not be seen is UNKNOWN, never OK.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from analyzers.findings import Diagnosis, Finding
from analyzers.printable import printable, shortened
from analyzers.summary import KIND_WORD, SEVERITY_WORD, suppression
from analyzers.thresholds import NONE_ALLOWED, Threshold

NAME = "CLOSTE"
_LONGEST_LINE = 300
_LONGEST = 3500
"""Characters in all: NRPE and Nagios cut at 4 and 8 KiB, and would cut through a line."""
_UNREACHED = frozenset(
    {"host.unreachable", "host.login-refused", "host.key-unknown", "host.key-changed"}
    | {"host.no-shell", "host.no-wp-cli", "host.root-refused"}
)
"""Findings that say that nobody could look, not that the network is ill."""


class Status(IntEnum):
    """What the plugin's exit status means to Nagios."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Watch:
    """What raises an alert."""

    warning: Threshold = NONE_ALLOWED
    """For the number of errors and warnings together."""
    critical: Threshold = NONE_ALLOWED
    """For the number of errors."""
    strict: bool = False
    """Is any check that could not look UNKNOWN, also one that only warns?"""
    essential: frozenset[str] = field(default_factory=frozenset)
    """Codes that must have been looked at for OK."""


def unknown(sentence: str) -> str:
    """The output where there is no diagnosis."""
    return f"{NAME} {Status.UNKNOWN.name} - {_safe(sentence)}\n"


def render(diagnosis: Diagnosis, watch: Watch, seconds: float) -> tuple[Status, str]:
    """The exit status and the output."""
    status = status_of(diagnosis, watch)
    first = f"{NAME} {status.name} - {_summary(diagnosis, watch)} | {_numbers(diagnosis, watch, seconds)}"
    lines = [first]
    length = len(first)
    for line in _more(diagnosis, watch):
        shown = shortened(_safe(line), _LONGEST_LINE)
        if length + len(shown) > _LONGEST:
            lines.append(diagnosis.language.say("There is more; the other reports have all of it."))
            break
        lines.append(shown)
        length += len(shown) + 1
    return status, "\n".join(lines) + "\n"


def status_of(diagnosis: Diagnosis, watch: Watch) -> Status:
    """The worst that is known; UNKNOWN where nothing is, or too little to call it well."""
    if diagnosis.verdict == "unobservable":
        return Status.UNKNOWN
    errors, warnings = _counted(diagnosis)
    if watch.critical.alerts(errors):
        return Status.CRITICAL
    if watch.warning.alerts(errors + warnings):
        return Status.WARNING
    return Status.UNKNOWN if _unseen(diagnosis, watch) or _unreached(diagnosis) else Status.OK


def _problems(diagnosis: Diagnosis) -> list[Finding]:
    """Causes that are the network's trouble."""
    return [f for f in diagnosis.causes() if f.severity != "info" and f.code not in _UNREACHED]


def _unreached(diagnosis: Diagnosis) -> list[Finding]:
    return [f for f in diagnosis.causes() if f.code in _UNREACHED]


def _counted(diagnosis: Diagnosis) -> tuple[int, int]:
    found = Counter(f.severity for f in _problems(diagnosis))
    return found["error"], found["warning"]


def _unseen(diagnosis: Diagnosis, watch: Watch) -> list[str]:
    """Checks that could not look and had to."""
    return [s.code for s in diagnosis.skipped if watch.strict or s.code in watch.essential]


def _summary(diagnosis: Diagnosis, watch: Watch) -> str:
    """What is said on the one line that everybody sees."""
    unreached = _unreached(diagnosis)
    problems = _problems(diagnosis)
    unseen, language = _unseen(diagnosis, watch), diagnosis.language
    if diagnosis.verdict == "unobservable" or (unreached and not problems):
        why = unreached[0].title if unreached else language.say("nothing could be looked at")
        return language.say("not observed: {why}", why=shortened(_safe(why), _LONGEST_LINE))
    if problems:
        errors, warnings = _counted(diagnosis)
        titles = "; ".join(_safe(f.title) for f in problems[:3])
        return language.say(
            "errors {errors}, warnings {warnings}: {titles}",
            errors=errors,
            warnings=warnings,
            titles=shortened(titles, _LONGEST_LINE),
        )
    if unseen:
        return language.count(
            "{n} check could not look: {codes}",
            "{n} checks could not look: {codes}",
            len(unseen),
            codes=", ".join(unseen[:5]),
        )
    up = sum(d.state == "up" for d in diagnosis.domains)
    return language.say(
        "{up} of {total} domains are up, no problem found", up=up, total=len(diagnosis.domains)
    )


def _numbers(diagnosis: Diagnosis, watch: Watch, seconds: float) -> str:
    """Performance data: `label=value[unit];[warn];[crit];[min];[max]`."""
    errors, warnings = _counted(diagnosis)
    states = Counter(d.state for d in diagnosis.domains)
    total = len(diagnosis.domains)
    return " ".join(
        (
            f"errors={errors};;{watch.critical.text};0",
            f"problems={errors + warnings};{watch.warning.text};;0",
            f"domains={total};;;0",
            *(f"{s}={states[s]};;;0;{total}" for s in ("up", "waiting", "broken", "unknown")),
            f"skipped={len(diagnosis.skipped)};;;0",
            f"suppressed={len(diagnosis.suppressed)};;;0",
            f"time={seconds:.3f}s;;;0",
        )
    )


def _more(diagnosis: Diagnosis, watch: Watch) -> Iterator[str]:
    language = diagnosis.language
    for finding in (*_unreached(diagnosis), *_problems(diagnosis)):
        about = f"{language.of(KIND_WORD[finding.subject.kind])} {finding.subject.id}"
        word = language.of(SEVERITY_WORD[finding.severity])
        do = language.say("Do")
        yield f"{word} {finding.code} ({about}): {finding.title}. {do}: {finding.do}"
    for one in diagnosis.suppressed:
        yield language.say(
            "Not counted: {code} ({subject}). {why}",
            code=one.finding.code,
            subject=one.finding.subject.id,
            why=suppression(one),
        )
    unseen = _unseen(diagnosis, watch)
    if unseen and diagnosis.verdict != "unobservable":
        yield language.say("Could not look: {codes}", codes=", ".join(unseen))


def _safe(text: str) -> str:
    r"""One line without `|`, which would begin the performance data."""
    return printable(text).replace("|", "\\x7c")
