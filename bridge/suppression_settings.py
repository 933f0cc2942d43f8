"""`[[suppress]]` of closte-doctor.toml: which finding is accepted, why, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from analyzers.language import phrase
from analyzers.suppressions import Suppression
from bridge.errors import UsageError
from bridge.near_names import did_you_mean
from bridge.setting_values import text

_KEYS = ("code", "subject", "reason", "until")


def suppressions_in(tables: object, file: Path) -> Iterator[Suppression]:
    """The decisions in a file. Raises UsageError, naming file and place, for one that is not whole."""
    if not isinstance(tables, list):
        raise UsageError(
            phrase("{file}: suppress is not a list of tables: write [[suppress]].", file=file)
        )
    for number, table in enumerate(tables, 1):
        where = phrase("{file}: suppress number {number}", file=file, number=number)
        if not isinstance(table, dict):
            raise UsageError(phrase("{where} is not a table.", where=where))
        for key in table:
            if key not in _KEYS:
                raise UsageError(
                    phrase(
                        "{where}: {key} is not a known key.{hint}",
                        where=where,
                        key=key,
                        hint=did_you_mean(key, _KEYS),
                    )
                )
        yield Suppression(
            _code(table, where),
            _subject(table, where),
            _reason(table, where),
            _until(table, where),
            str(file),
        )


def _code(table: Mapping[str, object], where: str) -> str:
    from analyzers.rules import BY_CODE

    code = text(table.get("code"))
    if code is None:
        raise UsageError(phrase('{where} wants code = "…", the code of a finding.', where=where))
    if code not in BY_CODE:
        raise UsageError(
            phrase(
                "{where}: there is no finding {code}.{hint}",
                where=where,
                code=repr(code),
                hint=did_you_mean(code, BY_CODE),
            )
        )
    return code


def _subject(table: Mapping[str, object], where: str) -> str | None:
    if "subject" not in table:
        return None
    subject = table["subject"]
    shown = str(subject) if isinstance(subject, int) and not isinstance(subject, bool) else subject
    found = text(shown)
    if found is None:
        raise UsageError(phrase("{where}: subject is not a text.", where=where))
    return found


def _reason(table: Mapping[str, object], where: str) -> str:
    reason = text(table.get("reason"))
    if reason is None or not reason.strip():
        raise UsageError(
            phrase(
                '{where} wants reason = "…": whoever reads the report later has to know why.',
                where=where,
            )
        )
    return reason


def _until(table: Mapping[str, object], where: str) -> date:
    until = table.get("until")
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError:
            until = None
    if not isinstance(until, date) or isinstance(until, datetime):
        raise UsageError(
            phrase(
                "{where} wants until = 2026-12-01, the last day on which it holds: nothing is "
                "suppressed for ever.",
                where=where,
            )
        )
    return until
