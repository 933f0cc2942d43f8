"""Work that waits: `scheduler.json` (Action Scheduler) and `cron.json` (WP-Cron)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzers.decoding.document import Document
from analyzers.decoding.fields import instant, nonempty, rows, table, text, whole
from analyzers.evidence import Action, ActionLogEntry, Cron, CronEvent, Scheduler


def scheduler(document: Document) -> Scheduler:
    """Actions with their log. The document `null`: Action Scheduler's tables do not exist."""
    if not isinstance(document.value, list):
        return Scheduler((), tables_exist=False)
    found, malformed = rows(document.value, _action)
    return Scheduler(found, True, malformed)


def _action(row: dict[str, object]) -> Action | None:
    action_id = whole(row.get("action_id", 0))  # a list made by hand may leave the number out
    hook = nonempty(row.get("hook"))
    status = nonempty(row.get("status"))
    if action_id is None or hook is None or status is None:
        return None
    entries = row.get("log")
    return Action(
        action_id=action_id,
        hook=hook,
        status=status,
        scheduled=instant(row.get("scheduled_date_gmt")),
        last_attempt=instant(row.get("last_attempt_gmt")),
        attempts=whole(row.get("attempts")) or 0,
        args=_arguments(row.get("args")),
        group=text(row.get("group")) or "",
        log=rows(entries if isinstance(entries, list) else (), _log_entry)[0],
    )


def _arguments(value: object) -> Mapping[str, object]:
    """Arguments, as stored (JSON text) or decoded; positional ones under "0", "1", …"""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return table(value)


def _log_entry(row: dict[str, object]) -> ActionLogEntry | None:
    message = text(row.get("message"))
    if message is None:
        return None
    return ActionLogEntry(instant(row.get("log_date_gmt")), message)


def cron(document: Document) -> Cron:
    """Events of `wp cron event list --format=json`."""
    return Cron(*rows(document.value if isinstance(document.value, list) else (), _event))


def _event(row: dict[str, object]) -> CronEvent | None:
    hook = nonempty(row.get("hook"))
    if hook is None:
        return None
    return CronEvent(hook, instant(row.get("next_run_gmt")), nonempty(row.get("recurrence")))
