"""Rows and log lines to add to a recorded network, by the schemas of DOMAIN 2.1, 2.4 and 3.

Statements for the database and lines for `wu-logs/`, each as the plugin version in question would
have left them. All times are UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

SETTINGS = "wp-ultimo_v2_settings"


def stamp(at: datetime) -> str:
    """As the tables and the logs print a time."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def quoted(value: str | int | None) -> str:
    """A value as SQL has it."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = (
        value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\0", "\\0")
    )
    return f"'{escaped}'"


def _insert(table: str, row: Mapping[str, str | int | None]) -> str:
    columns = ", ".join(f"`{name}`" for name in row)
    return (
        f"INSERT INTO `wplab_{table}` ({columns}) VALUES ({', '.join(map(quoted, row.values()))})"
    )


def site(blog_id: int, domain: str, at: datetime, *, path: str = "/", **flags: int) -> str:
    """A site of the network (its own tables are not made: nothing here reads them)."""
    row = {"blog_id": blog_id, "site_id": 1, "domain": domain, "path": path}
    return _insert("blogs", {**row, "registered": stamp(at), "last_updated": stamp(at), **flags})


def mapping(
    row_id: int,
    blog_id: int,
    domain: str,
    at: datetime,
    *,
    stage: str = "done",
    active: int = 1,
    primary: int = 1,
    secure: int = 1,
    modified: datetime | None = None,
) -> str:
    """A mapped domain (DOMAIN 2.1)."""
    return _insert(
        "wu_domain_mappings",
        {
            "id": row_id,
            "blog_id": blog_id,
            "domain": domain,
            "active": active,
            "primary_domain": primary,
            "secure": secure,
            "stage": stage,
            "date_created": stamp(at),
            "date_modified": stamp(modified or at),
        },
    )


def action(
    action_id: int,
    hook: str,
    args: Mapping[str, object],
    at: datetime,
    *,
    status: str = "complete",
    log: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """An action of Action Scheduler's group `domain`, scheduled and tried at `at`, with its own log."""
    tried = status != "pending"
    lines = log
    if lines is None:
        lines = ["action created"]
        if status == "complete":
            lines = [*lines, "action started via WP Cron", "action complete via WP Cron"]
    row = {
        "action_id": action_id,
        "hook": hook,
        "status": status,
        "scheduled_date_gmt": stamp(at),
        "scheduled_date_local": stamp(at),
        "args": json.dumps(args, separators=(",", ":")).replace("/", "\\/"),
        "schedule": 'O:28:"ActionScheduler_NullSchedule":0:{}',
        "group_id": 3,
        "attempts": int(tried),
        "last_attempt_gmt": stamp(at) if tried else "0000-00-00 00:00:00",
        "last_attempt_local": stamp(at) if tried else "0000-00-00 00:00:00",
    }
    said = [
        _insert(
            "actionscheduler_logs",
            {
                "action_id": action_id,
                "message": m,
                "log_date_gmt": stamp(at),
                "log_date_local": stamp(at),
            },
        )
        for m in lines
    ]
    return (_insert("actionscheduler_actions", row), *said)


def setting(name: str, before: str | int, after: str | int) -> str:
    """Change one of the plugin's settings, inside its serialized option."""
    old, new = (f"{_serialized(name)}{_serialized(value)}" for value in (before, after))
    return _replaced(SETTINGS, old, new)


def _replaced(option: str, old: str, new: str) -> str:
    return (
        f"UPDATE wplab_sitemeta SET meta_value = REPLACE(meta_value, {quoted(old)}, {quoted(new)})"
        f" WHERE meta_key = {quoted(option)}"
    )


def _serialized(value: str | int) -> str:
    return f"i:{value};" if isinstance(value, int) else f's:{len(value.encode())}:"{value}";'


def network_option(name: str, value: str | None) -> str:
    """Set a network option to this text as stored, or (None) remove it."""
    remove = f"DELETE FROM wplab_sitemeta WHERE meta_key = {quoted(name)} AND site_id = 1"
    if value is None:
        return remove
    insert = _insert("sitemeta", {"site_id": 1, "meta_key": name, "meta_value": value})
    return f"{remove};\n{insert}"


def cron(at: datetime, *, hook: str = "action_scheduler_run_queue") -> str:
    """Let the main site's only cron event be this one, due at `at` and every minute from then on."""
    event = (
        f'a:1:{{s:{len(hook)}:"{hook}";a:1:{{s:32:"0d04ed39571b55704c122d726248bbac";'
        'a:3:{s:8:"schedule";s:12:"every_minute";s:4:"args";a:1:{i:0;s:7:"WP Cron";}'
        's:8:"interval";i:60;}}}'
    )
    array = f'a:2:{{i:{int(at.timestamp())};{event}s:7:"version";i:2;}}'
    return f"UPDATE wplab_options SET option_value = {quoted(array)} WHERE option_name = 'cron'"


def lines(*said: tuple[datetime, str, str]) -> bytes:
    """Records of a log: time, level, message."""
    return "".join(f"[{stamp(at)}] [{level}] {message}\n" for at, level, message in said).encode()


def adding(
    version: str, domain: str, site_id: int, at: datetime, *, error: str | None = None
) -> bytes:
    """What adding a domain leaves in integration-closte.log; `error`: Closte's own refusal."""
    answer = '{"success": true, "taskid": 1}'
    if error is not None:
        answer = json.dumps({"success": False, "error": error})
    if version == "2.4.3":
        return lines((at, "INFO", answer))
    first = (at, "INFO", f"Adding domain: {domain} for site ID: {site_id}")
    if version != "2.4.10":
        added = (at, "INFO", f"Domain {domain} added, requesting SSL")
        return lines(first, added) if error is None else lines(first)
    return lines(
        first, *((at, "INFO", message) for message in _told_by_2_4_10(domain, answer, error))
    )


def _told_by_2_4_10(domain: str, answer: str, error: str | None) -> tuple[str, ...]:
    """Lines 2 to 20 of DOMAIN 3.4, the guessed certificate endpoints cut down to the last."""
    base = "https://app.closte.com/api/client"
    data = json.dumps({"domain": domain, "wildcard": False}, separators=(",", ":"))
    page = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"
    refused = '{"success":false,"error":"HTTP 404 error"}'
    outcome = (f"Domain {domain} added successfully, requesting SSL certificate",)
    if error is not None:
        compact = json.dumps({"success": False, "error": error}, separators=(",", ":"))
        outcome = (
            f"Failed to add domain {domain}. Response: {compact}",
            f"Attempting SSL certificate request for {domain} despite domain addition failure",
        )
    return (
        "Using API key (first 10 chars): FAKEKEY-01...",
        f"Making API request to: {base}/adddomainalias with data: {data}",
        f"API response code: 200, body: {answer}",
        *outcome,
        f"Requesting SSL certificate for domain: {domain}",
        "Trying SSL endpoint: /certificate/install",
        "Using API key (first 10 chars): FAKEKEY-01...",
        f'Making API request to: {base}/certificate/install with data: {{"domain":"{domain}","type":"letsencrypt"}}',
        f"API response code: 404, body: {page}",
        "HTTP error 404 for endpoint /certificate/install",
        f"SSL certificate request failed for domain: {domain}. Response: {refused}",
        "Note: Closte may handle SSL automatically when domains are added via /adddomainalias",
    )


def checking(domain: str, at: datetime, *, row_id: int = 1) -> bytes:
    """What two good checks leave in domain-‹domain›.log: DNS at `at`, the certificate 5 minutes on."""
    label, url = "HTTPS with SSL verification", f"https://{domain}/"
    later = at + timedelta(minutes=5)
    return lines(
        (at, "INFO", f"Starting Check for {domain}"),
        (at, "INFO", f"Testing domain verification via Loopback using {label}: {url}"),
        (
            at,
            "INFO",
            f"Domain verification successful via Loopback using {label}. Domain ID {row_id} confirmed.",
        ),
        (at, "INFO", "- DNS propagation finished, advancing domain to next step..."),
        (later, "INFO", f"Starting Check for {domain}"),
        (later, "INFO", "- Valid SSL cert found. Marking domain as done."),
    )
