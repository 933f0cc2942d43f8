"""Networks to put on the lab's host: recorded ones, made fresh by moving them to the present.

A recorded network is a whole database, a wp-config.php and a log folder as the real plugin left them
on a shifted clock (`tests/fixtures/databases/`). Its times are moved so that the moment of recording
becomes now; everything else stays to the byte, except what the lab's host must have its own way.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
ENTRANCE = "203.0.113.10"
"""The address of the recorded networks' host."""
NETWORK_DOMAIN = "network.example.com"
KEY = "FAKEKEY-0123456789abcdef0123456789abcdef"
DB_USER = "wplab"
DB_PASSWORD = "fake-db-Passw0rd!"
SALTS = {
    name: f"lab-{name.lower()}-{number:x}{'q7Zp' * 10}"
    for number, name in enumerate(
        (
            *("AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY"),
            *("AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"),
        ),
        start=10,
    )
}
"""What stands for the salts in the lab's wp-config.php: long enough to be searched for."""
GENERATIONS = ("2.4.3", "2.4.10", "2.4.13-beta.1")
"""The plugin versions that were recorded."""
DUE_IN = 3600
"""Seconds until the first cron event: nobody visits the lab's network, so none must be due."""

_DATETIME = re.compile(rb"'(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d)'")
_EPOCH = re.compile(rb"(?<!\d)(1[789]\d{8})(?!\d)")
_LOG_TIME = re.compile(rb"^\[(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d)\]", re.MULTILINE)
_CRON_ROW = re.compile(rb"^\(\d+,'cron','a:.*$", re.MULTILINE)
_CRON_TIME = re.compile(rb"(?<=i:)(1[789]\d{8})(?=;a:)")


@dataclass(frozen=True, slots=True)
class Network:
    """A network as it is put on the host."""

    name: str
    plugin_version: str
    sql: bytes
    """The whole database."""
    config: str
    """wp-config.php, still with the recorder's DB_NAME and DB_HOST."""
    logs: Mapping[str, bytes]
    """File name in wu-logs → content."""
    truth: str = ""
    aliases: tuple[str, ...] = ()
    """What Closte's list holds, beside the network's own domain."""
    domain: str = NETWORK_DOMAIN
    """The network's own domain."""

    @property
    def plugin_slug(self) -> str:
        """The plugin's folder: it was renamed after 2.4.3 (DOMAIN 0)."""
        return "multisite-ultimate" if self.plugin_version == "2.4.3" else "ultimate-multisite"

    @property
    def sunrise_version(self) -> str:
        """The version of sunrise.php that the plugin version ships (DOMAIN 2.11)."""
        return "2.0.0.9" if self.plugin_version == "2.4.3" else "2.0.0.10"

    def with_sql(self, *statements: str) -> Network:
        """The same network with more done to its database."""
        return replace(self, sql=b"\n".join([self.sql, *(f"{s};".encode() for s in statements)]))

    def with_logs(self, logs: Mapping[str, bytes], *, older: bool = False) -> Network:
        """The same network with more in its logs, after what is there, or (older) before it."""
        merged = dict(self.logs)
        for name, content in logs.items():
            known = merged.get(name, b"")
            merged[name] = content + known if older else known + content
        return replace(self, logs=merged)


def recorded_names() -> tuple[str, ...]:
    """The names of all recorded networks: `<version>__<scenario>`."""
    return tuple(sorted(p.name for p in (FIXTURES / "databases").iterdir() if p.is_dir()))


def recorded(name: str, now: datetime) -> Network:
    """A recorded network, moved so that it was recorded now."""
    folder = FIXTURES / "databases" / name
    scenario = json.loads((folder / "scenario.json").read_text())
    shift = timedelta(seconds=int(now.timestamp()) - int(scenario["recorded_at"]))
    sql = gzip.decompress((folder / "db.sql.gz").read_bytes())
    logs = {p.name: moved_log(p.read_bytes(), shift) for p in (folder / "wu-logs").iterdir()}
    domain = re.search(rb"\(1,2,'([^']+)',1,", sql)
    assert domain is not None, name
    return Network(
        name,
        scenario["plugin_version"],
        _calm(_moved_sql(sql, shift), now),
        (folder / "wp-config.php.txt").read_text(),
        logs,
        scenario["truth"],
        (domain[1].decode(),),
    )


def moved_log(content: bytes, shift: timedelta) -> bytes:
    """A log of the plugin's with the times of its records moved."""
    return _moved(_LOG_TIME, content, shift, b"[%s]")


def healthy(version: str, now: datetime) -> Network:
    """The recorded network of this plugin version with which nothing is wrong."""
    return recorded(f"{version}__ok_ssl_endpoint_404", now)


def _moved_sql(sql: bytes, shift: timedelta) -> bytes:
    seconds = int(shift.total_seconds())
    moved = _moved(_DATETIME, sql, shift, b"'%s'")
    return _EPOCH.sub(lambda found: b"%d" % (int(found[1]) + seconds), moved)


def _moved(pattern: re.Pattern[bytes], text: bytes, shift: timedelta, form: bytes) -> bytes:
    def move(found: re.Match[bytes]) -> bytes:
        at = datetime.fromisoformat(found[1].decode()) + shift
        return form % at.strftime("%Y-%m-%d %H:%M:%S").encode()

    return pattern.sub(move, text)


def _calm(sql: bytes, now: datetime) -> bytes:
    """Cron events and pending actions that were due are due later.

    The recorder ran the plugin's jobs itself, one by one, and let the others wait: on a host in
    order nothing waits.
    """
    first = int(now.timestamp()) + DUE_IN

    def later(row: re.Match[bytes]) -> bytes:
        times = [int(t) for t in _CRON_TIME.findall(row[0])]
        wait = max(0, first - min(times))
        move: Callable[[re.Match[bytes]], bytes] = lambda found: b"%d" % (int(found[1]) + wait)  # noqa: E731
        return _CRON_TIME.sub(move, row[0])

    at = datetime.fromtimestamp(first, UTC).strftime("%Y-%m-%d %H:%M:%S")
    actions = (
        "UPDATE wplab_actionscheduler_actions"
        f" SET scheduled_date_gmt = '{at}', scheduled_date_local = '{at}'"
        f" WHERE status = 'pending' AND scheduled_date_gmt < '{at}';"
    )
    return _CRON_ROW.sub(later, sql) + b"\n" + actions.encode() + b"\n"
