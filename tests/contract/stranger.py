"""An evidence folder as somebody would write it by hand from the contract alone, and its diagnosis.

Nothing here uses the project's own records: files go in, the report that `closte-doctor analyze`
prints comes out. Two domains are mapped, both are up: `shop.example` (registrable, site 2) and
`blog.client.example` (site 3); the network is `network.example`, its entrance 203.0.113.10.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridge.cli.main import status_of

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
NETWORK, SHOP, WWW, BLOG = (
    "network.example",
    "shop.example",
    "www.shop.example",
    "blog.client.example",
)
ENTRANCE, ELSEWHERE, V6 = "203.0.113.10", "198.51.100.7", "2001:db8::7"
KEY = "FAKE0KEY0123456789abcdef0123456789abcdef"
STAGES = ["checking-dns", "checking-ssl-cert", "done-without-ssl", "done", "failed", "ssl-failed"]
HARMLESS = "Invalid or empty domain: "


def ago(**span: float) -> str:
    """A moment before the look, as the tables print it."""
    return (NOW - timedelta(**span)).strftime("%Y-%m-%d %H:%M:%S")


def iso(**span: float) -> str:
    """A moment before the look, as ISO-8601; negative spans lie ahead."""
    return (NOW - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def enum(*stages: str) -> str:
    """The type of the `stage` column as SHOW COLUMNS prints it."""
    return f"enum({','.join(repr(stage) for stage in stages)})"


def answers(
    name: str, *addresses: str, v6: Iterable[str] = (), status: str = "NOERROR", **more: Any
) -> list[dict[str, Any]]:
    """What every vantage point says of A and AAAA of one name."""
    found = []
    for via in ("authoritative", "resolver:1.1.1.1", "resolver:8.8.8.8", "host"):
        for kind, records in (("A", list(addresses)), ("AAAA", list(v6))):
            found.append(
                {
                    "name": name,
                    "type": kind,
                    "via": via,
                    "status": status,
                    "records": records,
                    "ttl": 300 if records else None,
                    **more,
                }
            )
    found += [
        {"name": name, "type": kind, "via": "authoritative", "status": status, "records": []}
        for kind in ("CNAME", "CAA")
    ]
    return found


def shake(host: str, **more: Any) -> dict[str, Any]:
    """A handshake that a browser is content with."""
    return {
        "host": host,
        "address": ENTRANCE,
        "port": 443,
        "status": "ok",
        "verified": True,
        "verify_error": None,
        "names": [host],
        "issuer": "Let's Encrypt",
        "not_before": iso(days=30),
        "not_after": iso(days=-60),
        "self_signed": False,
        **more,
    }


def default_shake(host: str, **more: Any) -> dict[str, Any]:
    """Closte's own certificate for a name without one."""
    return shake(
        host,
        verified=False,
        verify_error="hostname mismatch",
        names=["*.closte.com", "closte.com"],
        **more,
    )


def row(id: int, blog_id: int, domain: str, **more: Any) -> dict[str, Any]:
    """A mapping row, numbers as MySQL's text."""
    return {
        "id": str(id),
        "blog_id": str(blog_id),
        "domain": domain,
        "active": "1",
        "primary_domain": "1",
        "secure": "1",
        "stage": "done",
        "date_created": "2026-04-01 10:00:00",
        "date_modified": "2026-04-01 10:20:00",
        **more,
    }


def action(id: int, hook: str, status: str, at: str, args: Any, *said: str, **more: Any) -> Any:
    """An action of group `domain`."""
    return {
        "action_id": str(id),
        "hook": hook,
        "status": status,
        "scheduled_date_gmt": at,
        "last_attempt_gmt": None if status == "pending" else at,
        "attempts": "0" if status == "pending" else "1",
        "args": json.dumps(args),
        "group": "domain",
        "log": [{"log_date_gmt": at, "message": text} for text in ("action created", *said)],
        **more,
    }


def call(endpoint: str, body: Any, **more: Any) -> dict[str, Any]:
    """One call of the API and its answer."""
    return {
        "endpoint": endpoint,
        "method": "GET" if endpoint == "/getdomains" else "POST",
        "vantage": "host",
        "keyed": True,
        "asked_domain": None,
        "http_status": 200,
        "body": body if isinstance(body, str) else json.dumps(body),
        "error": None,
        "seconds": 0.4,
        "at": iso(),
        **more,
    }


class Folder:
    """The folder; change what you like, then ask for the report."""

    def __init__(self) -> None:
        self.meta: Any = {"schema": 1, "taken_at": iso(), "target": "prod", "tool": "by hand"}
        self.host: Any = {
            "wp_version": "6.8",
            "plugin_version": "2.4.10",
            "plugin_slug": "ultimate-multisite",
            "plugin_network_active": True,
            "abspath": "/home/acct123/public_html/",
            "content_dir": "/home/acct123/public_html/wp-content",
            "locale": "en_US",
            "site_url": f"https://{NETWORK}",
            "network_id": 1,
            "main_site_id": 1,
            "network_domain": NETWORK,
            "base_prefix": "wp_",
            "time_gmt": iso(),
            "runtime_constants": {},
            "sunrise": {
                "exists": True,
                "version": "2.0.0.10",
                "plugin_slug": "ultimate-multisite",
                "ours": True,
            },
            "closte_mu_plugin": True,
            "development_mode": False,
            "maintenance_file": False,
            "sunrise_defined_late": False,
            "object_cache": False,
            "logs_dir": "/home/acct123/public_html/wp-content/uploads/wu-logs",
            "logs_dir_writable": True,
            "logs_collected": True,
            "logs_bytes": 1,
            "messages": {},
            "stdout_noise": "",
            "reached": "database",
            "errors": [],
        }
        self.constants: Any = [
            {"name": name, "value": value, "type": "constant"}
            for name, value in {
                "MULTISITE": True,
                "SUBDOMAIN_INSTALL": True,
                "DOMAIN_CURRENT_SITE": NETWORK,
                "SUNRISE": True,
                "CLOSTE_APP_ID": "acct123",
                "CLOSTE_CLIENT_API_KEY": KEY,
                "CLOSTE_PUBLIC_IP_ADDRESS": ENTRANCE,
                "DB_NAME": "wordpress",
                "DB_HOST": "localhost",
            }.items()
        ]
        self.rows: Any = [row(1, 2, SHOP), row(2, 3, BLOG)]
        self.sites: Any = [
            self.site(1, NETWORK),
            self.site(2, f"shop.{NETWORK}"),
            self.site(3, f"blog.{NETWORK}"),
        ]
        self.options: Any = {
            "wp-ultimo_v2_settings": {
                "enable_domain_mapping": "1",
                "custom_domains": "1",
                "dns_check_interval": "300",
                "auto_create_www_subdomain": "never",
                "security_mode": "0",
                "error_logging_level": "all",
            },
            "wu_host_integrations_enabled": {"closte": True},
            "wu_sunrise_meta": {"active": True, "last_activated": "1745000000"},
            "wu_setup_finished": "1745000000",
            "wpdb_wu_domain_mappings_version": "2.0.1-revision.20260109",
            "_site_transient_wu_public_network_ip": ENTRANCE,
            "mapping_columns": enum(*STAGES),
            "legacy_mapping_rows": None,
            "legacy_not_migrated": [],
        }
        self.scheduler: Any = [
            action(
                1,
                "wu_add_domain",
                "complete",
                "2026-04-25 10:00:00",
                {"domain": SHOP, "site_id": 2},
            ),
            action(
                2,
                "wu_async_process_domain_stage",
                "complete",
                "2026-04-25 10:10:00",
                {"domain_id": 1},
            ),
            action(
                3,
                "wu_add_domain",
                "complete",
                "2026-04-25 10:00:00",
                {"domain": BLOG, "site_id": 3},
            ),
            action(4, "action_scheduler_run_recurring", "complete", ago(minutes=1), [], group="x"),
        ]
        self.cron: Any = [
            {
                "hook": "action_scheduler_run_queue",
                "next_run_gmt": iso(seconds=-40).replace("T", " ").replace("Z", ""),
                "recurrence": "1 minute",
            }
        ]
        self.closte: Any = {
            "calls": [
                call(
                    "/getdomains",
                    {"success": True, "domains": [NETWORK, SHOP, WWW, BLOG]},
                ),
                call("/adddomainalias", {"success": False, "error": HARMLESS}),
            ]
        }
        self.dns: Any = [a for name in (NETWORK, SHOP, WWW, BLOG) for a in answers(name, ENTRANCE)]
        self.tls: Any = [shake(NETWORK), shake(SHOP), shake(BLOG)]
        self.http: Any = [
            {
                "url": f"https://{NETWORK}/wp-cron.php?doing_wp_cron=closte-doctor",
                "address": ENTRANCE,
                "status": 200,
                "headers": {},
                "body_start": "",
                "error": None,
            }
        ]
        self.logs: dict[str, str] = {
            "integration-closte": f"[2026-04-25 10:00:00] [INFO] Adding domain: {SHOP} for site ID: 2\n"
            f"[2026-04-25 10:00:01] [INFO] Domain {SHOP} added successfully, requesting SSL certificate\n"
        }
        self.raw: dict[str, bytes] = {}

    @staticmethod
    def site(blog_id: int, domain: str, path: str = "/", **more: Any) -> dict[str, Any]:
        """A line of `wp site list`, numbers as text."""
        return {
            "blog_id": str(blog_id),
            "url": f"https://{domain}{path}",
            "domain": domain,
            "path": path,
            "public": "1",
            "archived": "0",
            "spam": "0",
            "deleted": "0",
            **more,
        }

    # --- changes -------------------------------------------------------------------------------

    def define(self, name: str, value: object) -> None:
        """A constant of wp-config.php."""
        self.undefine(name)
        self.constants.append({"name": name, "value": value, "type": "constant"})

    def undefine(self, name: str) -> None:
        """A constant that is not there."""
        self.constants = [c for c in self.constants if c["name"] != name]

    def lead(self, name: str, *addresses: str, **more: Any) -> None:
        """Where a name leads."""
        self.dns = [a for a in self.dns if a["name"] != name] + answers(name, *addresses, **more)

    def dns_of(self, name: str, kind: str, via: str = "authoritative", **change: Any) -> None:
        """Change one answer; all vantage points of that kind where `via` ends in `*`."""
        for answer in self.dns:
            if (answer["name"], answer["type"]) != (name, kind):
                continue
            if answer["via"] == via or (via.endswith("*") and answer["via"].startswith(via[:-1])):
                answer.update(change)

    def handshake(self, host: str, **change: Any) -> None:
        """Change the handshake of one host."""
        for found in self.tls:
            if found["host"] == host:
                found.update(change)

    def set(self, domain: str, /, **change: Any) -> None:
        """Change the row of a domain."""
        for found in self.rows:
            if found["domain"] == domain:
                found.update(change)

    def listed(self, *names: Any) -> None:
        """Closte's list."""
        self.closte["calls"][0]["body"] = json.dumps({"success": True, "domains": list(names)})

    def setting(self, name: str, value: object) -> None:
        """A setting of the plugin."""
        self.options["wp-ultimo_v2_settings"][name] = value

    # --- what it comes to ----------------------------------------------------------------------

    DOCUMENTS = (
        "meta",
        "host",
        "constants",
        "sites",
        "options",
        "scheduler",
        "cron",
        "closte",
        "dns",
        "tls",
        "http",
    )

    def files(self) -> dict[str, bytes]:
        """Relative name → content; what is `...` is not there."""
        found: dict[str, bytes] = {}
        for name in self.DOCUMENTS:
            value = getattr(self, name)
            if value is not ...:
                found[f"{name}.json"] = json.dumps(value).encode()
        if self.rows is not ...:
            found["domain_mappings.json"] = json.dumps(self.rows).encode()
        for name, text in self.logs.items():
            found[f"wu-logs/{name}.log"] = text.encode()
        return {**found, **self.raw}

    def report(self, *arguments: str) -> Report:
        """What `analyze --format json` prints."""
        return analyzed(self.files(), *arguments)


class Report:
    """The JSON report and the exit status."""

    def __init__(self, status: int, out: bytes, err: str) -> None:
        self.status, self.out, self.err = status, out, err
        self.json: Any = json.loads(out) if out.strip() else {}

    def all(self, code: str) -> list[Any]:
        """Every finding of a code."""
        return [f for f in self.json["findings"] if f["code"] == code]

    def one(self, code: str, subject: str | None = None) -> Any:
        """The one finding of a code."""
        found = [f for f in self.all(code) if subject in (None, f["subject"]["id"])]
        assert len(found) == 1, (code, subject, self.summary())
        return found[0]

    def summary(self) -> list[str]:
        """For people who read a failure."""
        return [
            f"{f['severity']} {f['code']} {f['subject']['kind']}:{f['subject']['id']} {f['confidence']}"
            + (f" <- {f['caused_by']['code']}" if f["caused_by"] else "")
            for f in self.json["findings"]
        ]

    def standing(self) -> set[str]:
        """Codes at warning and above that nothing else explains."""
        return {
            f["code"]
            for f in self.json["findings"]
            if f["severity"] != "info" and f["caused_by"] is None
        }

    def codes(self) -> set[str]:
        """Every code found."""
        return {f["code"] for f in self.json["findings"]}

    def passed(self, code: str) -> bool:
        """Looked for everywhere and found nowhere?"""
        return code in self.json["passed"]

    def lacking(self, code: str) -> list[str]:
        """What a check lacked."""
        return [n for s in self.json["skipped"] if s["code"] == code for n in s["lacking"]]


def run(*arguments: str) -> tuple[int, bytes, str]:
    """The command in this process: status, stdout, stderr."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = status_of(list(arguments))
        sys.stdout.flush()
    return status, out.buffer.getvalue(), err.getvalue()  # type: ignore[attr-defined]


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files as a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def analyzed(files: Mapping[str, bytes], *arguments: str) -> Report:
    """The diagnosis of these files."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "case"
        place.mkdir()
        written(files, place)
        return Report(*run("analyze", str(place), "--format", "json", *arguments))
