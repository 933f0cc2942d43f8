"""The evidence folder of a world, as a look at it would have made it (CONTRACT 3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bridge.rehearsal.dns import AUTHORITY, HOST, RESOLVERS
from bridge.rehearsal.plugin import Action, Plugin
from bridge.rehearsal.servers import Page
from bridge.rehearsal.wording import PACKS
from bridge.rehearsal.world import World

LOOK = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
"""When the looks at the example networks take place."""
_KEPT = 31 * 86_400.0
"""Action Scheduler deletes complete actions after that (DOMAIN 4.H)."""
_NEVER = "0000-00-00 00:00:00"
_ASKED = (
    "DISABLE_WP_CRON",
    "COOKIE_DOMAIN",
    "WP_HTTP_BLOCK_EXTERNAL",
    "WP_ACCESSIBLE_HOSTS",
    "ALTERNATE_WP_CRON",
    "WP_ULTIMO_SUNRISE_VERSION",
)
_OF_THE_DATABASE = (
    "domain_mappings.json",
    "sites.json",
    "options.json",
    "scheduler.json",
    "cron.json",
)
_BLANK = "wp-includes/images/blank.gif"
_CRON = "wp-cron.php?doing_wp_cron=closte-doctor"
_LOGS = "wp-content/uploads/wu-logs/"


def evidence(world: World, *, look: datetime = LOOK, target: str = "demo") -> dict[str, bytes]:
    """File name → content. The world's clock must stand at the look (0)."""
    told = _Teller(world, look)
    documents: dict[str, object] = {"meta.json": told.meta(target), "host.json": told.host()}
    if world.host.reached not in (None, "shell"):
        documents |= {
            "constants.json": told.constants(),
            "closte.json": {"calls": list(told.calls())},
            "dns.json": list(told.dns()),
            "tls.json": list(told.tls()),
            "http.json": list(told.http()),
        }
    if world.host.reached in ("database", "runtime"):
        documents |= {
            "domain_mappings.json": told.rows(),
            "sites.json": told.sites(),
            "options.json": told.options(),
            "scheduler.json": told.actions(),
            "cron.json": told.cron(),
        }
    files = {name: _json(content) for name, content in documents.items()}
    if world.host.reached in ("database", "runtime") and "wu-logs" not in world.withheld:
        files |= told.logs()
    return {name: content for name, content in files.items() if name not in world.withheld}


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


class _Teller:
    """One look at one world."""

    def __init__(self, world: World, look: datetime) -> None:
        self._world = world
        self._plugin: Plugin = world.plugin
        self._look = look

    def _time(self, at: float) -> datetime:
        return self._look + timedelta(seconds=round(at))

    def _iso(self, at: float) -> str:
        return self._time(at).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _table(self, at: float | None) -> str:
        return _NEVER if at is None else self._time(at).strftime("%Y-%m-%d %H:%M:%S")

    def meta(self, target: str) -> dict[str, object]:
        return {"schema": 1, "taken_at": self._iso(0), "target": target, "tool": "closte-doctor"}

    def host(self) -> dict[str, object]:
        world, facts = self._world, self._world.host
        found: dict[str, object] = {"reached": facts.reached, "errors": facts.errors}
        if facts.noise:
            found["stdout_noise"] = facts.noise
        if facts.reached is None:
            return found
        found |= {
            "php_version": "8.2.29",
            "wp_cli_version": "2.12.0" if facts.wp_cli else None,
            "abspath": facts.abspath,
        }
        if facts.reached == "shell":
            return found
        asked = {name: world.constants.get(name) for name in (*world.constants, *_ASKED)}
        found |= {
            "time_gmt": self._iso(facts.clock_ahead),
            "runtime_constants": asked,
        }
        if facts.reached in ("database", "runtime"):
            found |= self._of_wordpress()
        return found

    def _of_wordpress(self) -> dict[str, object]:
        world, facts, generation = self._world, self._world.host, self._world.generation
        logs = self.logs()
        return {
            "wp_version": "6.8.3",
            "plugin_version": generation.version,
            "plugin_slug": generation.slug,
            "plugin_network_active": self._plugin.active,
            "content_dir": f"{facts.abspath}wp-content",
            "locale": world.locale,
            "site_url": facts.site_url or f"https://{world.network}",
            "network_id": 1,
            "main_site_id": 1,
            "network_domain": facts.network_domain or world.network,
            "base_prefix": "wp_",
            "sunrise": facts.sunrise,
            "closte_mu_plugin": facts.mu_plugin,
            "development_mode": facts.development_mode,
            "maintenance_file": facts.maintenance,
            "sunrise_defined_late": facts.sunrise_late,
            "object_cache": facts.object_cache,
            "logs_dir": f"{facts.abspath}wp-content/uploads/wu-logs",
            "logs_dir_writable": world.logs.writable,
            "logs_collected": "wu-logs" not in world.withheld,
            "logs_bytes": sum(map(len, logs.values())),
            "messages": PACKS.get(world.locale, {}),
        }

    def constants(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = [
            {"name": "table_prefix", "value": "wp_", "type": "variable"}
        ]
        for name, value in self._world.constants.items():
            if value is not None:
                rows.append({"name": name, "value": value, "type": "constant"})
        return rows

    def rows(self) -> list[dict[str, object]]:
        if not self._world.mapping_table:
            return []
        return [
            {
                "id": str(row.id),
                "blog_id": str(row.blog_id),
                "domain": row.domain,
                "active": str(int(row.active)),
                "primary_domain": str(int(row.primary)),
                "secure": str(int(row.secure)),
                "stage": row.stage,
                "date_created": self._table(row.created),
                "date_modified": self._table(row.modified),
            }
            for row in self._plugin.rows
        ]

    def sites(self) -> list[dict[str, object]]:
        return [
            {
                "blog_id": str(site.blog_id),
                "url": f"http://{site.domain}{site.path}",
                "domain": site.domain,
                "path": site.path,
                "public": "1",
                "archived": str(int(site.archived)),
                "spam": str(int(site.spam)),
                "deleted": str(int(site.deleted)),
            }
            for site in self._plugin.sites
        ]

    def options(self) -> dict[str, object]:
        world, plugin = self._world, self._plugin
        started = str(int(self._time(-400 * 86_400).timestamp()))
        off = world.host.sunrise_switched_off_at
        return {
            "wp-ultimo_v2_settings": {**plugin.settings, "error_logging_level": world.logs.level},
            "wu_host_integrations_enabled": plugin.integrations,
            "wu_sunrise_meta": {
                "active": plugin.sunrise_active,
                "created": started,
                "last_activated": started,
                "last_deactivated": "unknown"
                if off is None
                else str(int(self._time(off).timestamp())),
                "last_modified": started,
            },
            "wu_setup_finished": started if plugin.set_up else None,
            "wpdb_wu_domain_mappings_version": world.generation.schema,
            "_site_transient_wu_public_network_ip": plugin.compares_with,
            "wu_hosting_credential_CLOSTE_CLIENT_API_KEY": world.stored_key,
            "mapping_columns": plugin.stages if world.mapping_table else None,
            "legacy_mapping_rows": len(world.legacy_domains) or None,
            "legacy_not_migrated": list(world.legacy_domains),
        }

    def actions(self) -> list[dict[str, object]] | None:
        if not self._plugin.queue_tables:
            return None
        return [self._action(a) for a in self._plugin.actions if self._is_kept(a)]

    def _is_kept(self, action: Action) -> bool:
        return action.status != "complete" or (action.attempted or 0) > -_KEPT

    def _action(self, action: Action) -> dict[str, object]:
        return {
            "action_id": str(action.id),
            "hook": action.hook,
            "status": action.status,
            "scheduled_date_gmt": self._table(action.scheduled),
            "last_attempt_gmt": self._table(action.attempted),
            "attempts": str(int(action.attempted is not None)),
            "args": json.dumps(action.args, separators=(",", ":")),
            "group": "domain",
            "log": [{"log_date_gmt": self._table(at), "message": said} for at, said in action.log],
        }

    def cron(self) -> list[dict[str, object]]:
        """While cron works its events lie ahead; from when it stopped on they stay behind."""
        stopped = self._plugin.cron_stopped
        first = 13.0 if stopped is None else stopped + 60
        return [
            _event("action_scheduler_run_queue", self._table(first), "1 minute"),
            _event("closte_10_minutes_cron", self._table(first + 240), "10 minutes"),
            _event("wp_version_check", self._table(5 * 3600), "12 hours"),
        ]

    def calls(self) -> Iterator[dict[str, object]]:
        if not self._world.has_key:
            return
        replies: list[object] = []
        for endpoint, method in (("/getdomains", "GET"), ("/adddomainalias", "POST")):
            if self._world.blocks_calls:
                replies.append(None)
                error = "User has blocked requests through HTTP."
                yield self._call(endpoint, method, None, "", error)
                continue
            reply = self._world.closte.ask(endpoint, {}, self._world)
            replies.append(reply.document if reply.status is not None else None)
            yield self._call(endpoint, method, reply.status, reply.body, reply.error)
        if not any(replies):
            reply = self._world.closte.ask("/getdomains", {}, self._world, vantage="here")
            told = (reply.status, reply.body, reply.error)
            yield self._call("/getdomains", "GET", *told, vantage="here")

    def _call(
        self,
        endpoint: str,
        method: str,
        status: int | None,
        body: str,
        error: str | None,
        *,
        vantage: str = "host",
    ) -> dict[str, object]:
        return {
            "endpoint": endpoint,
            "method": method,
            "vantage": vantage,
            "keyed": vantage == "host",
            "asked_domain": None,
            "http_status": status,
            "body": body,
            "error": error,
            "seconds": 0.4,
            "at": self._iso(0),
        }

    # from outside

    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names that are looked at, and the `www.` twins of the mapped ones."""
        reached = self._world.host.reached in ("database", "runtime")
        mapped = (
            [r.domain.strip().rstrip(".").lower() for r in self._plugin.rows] if reached else []
        )
        mapped = [m for m in mapped if not m.startswith("*.")]
        native = [s.domain for s in self._plugin.sites] if reached else []
        names = tuple(dict.fromkeys((self._world.network, *mapped, *native)))
        pairs = dict.fromkeys(_www_pair(m) for m in mapped)
        twins = tuple(t for t in pairs if t is not None and t not in names)
        return names, twins

    def dns(self) -> Iterator[dict[str, object]]:
        names, twins = self._names()
        asked: dict[str, None] = {}
        for name in (*names, *twins):
            yield from self._world.zone.rows(name)
            asked[name] = None
        for name in (*names, *twins):
            parent = name.partition(".")[2]
            while "." in parent and parent not in asked:
                asked[parent] = None
                rows = self._world.zone.rows(parent)
                yield from (row for row in rows if row["type"] == "CAA")
                parent = parent.partition(".")[2]

    def _addresses(self, name: str) -> tuple[str, ...]:
        """Where the name leads as seen from here."""
        views = (AUTHORITY, *RESOLVERS)
        found = (a for view in views for a in self._world.zone.addresses(name, view))
        return tuple(dict.fromkeys(found))

    def _places(self) -> Iterator[tuple[str, str]]:
        names, twins = self._names()
        for name in names:
            addresses = self._addresses(name)
            yield from ((name, a) for a in addresses)
            if addresses and self._world.entrance not in addresses:
                yield name, self._world.entrance
        for name in twins:
            yield from ((name, a) for a in self._addresses(name))

    def tls(self) -> Iterator[dict[str, object]]:
        for host, address in self._places():
            contact = self._world.contact(host, address)
            shown = contact.certificate
            objection = shown.objection(host, 0.0) if shown else None
            yield {
                "host": host,
                "address": address,
                "port": 443,
                "status": contact.status,
                "verified": shown is not None and objection is None,
                "verify_error": objection,
                "names": list(shown.names) if shown else [],
                "issuer": shown.issuer if shown else None,
                "not_before": self._iso(shown.begins) if shown else None,
                "not_after": self._iso(shown.ends) if shown else None,
                "self_signed": shown.self_signed if shown else None,
            }

    def http(self) -> Iterator[dict[str, object]]:
        names, _ = self._names()
        for host in names:
            for address in self._addresses(host):
                for scheme in ("http", "https"):
                    if scheme == "https" and self._world.contact(host, address).status != "ok":
                        continue
                    yield from self._requests(scheme, host, address)
        network = self._world.network
        for path, what in ((_CRON, "cron"), (_LOGS, "logs")):
            page = self._world.page("https", network, what, self._world.entrance)
            yield _http("https", network, path, self._world.entrance, page)

    def _requests(self, scheme: str, host: str, address: str) -> Iterator[dict[str, object]]:
        page = self._world.page(scheme, host, "static", address)
        yield _http(scheme, host, _BLANK, address, page)
        stranger = address not in self._world.entrances and page.kind != "image/gif"
        if stranger and page.status is not None and not self._is_proxy(address):
            yield _http(scheme, host, "", address, self._world.page(scheme, host, "home", address))

    def _is_proxy(self, address: str) -> bool:
        return type(self._world.servers.get(address)).__name__ == "Proxy"

    def logs(self) -> dict[str, bytes]:
        locale = self._world.locale
        return {
            f"wu-logs/{handle}.log": "".join(
                f"[{self._table(line.at)}] [{line.level}] {line.message(locale)}\n"
                for line in lines
            ).encode()
            for handle, lines in sorted(self._world.logs.files.items())
        }


def _event(hook: str, at: str, every: str) -> dict[str, object]:
    return {"hook": hook, "next_run_gmt": at, "recurrence": every}


def _www_pair(domain: str) -> str | None:
    """The other one of a registrable domain and its `www.`; every domain here has a one-label suffix."""
    if domain.startswith("www.") and domain.count(".") == 2:
        return domain.removeprefix("www.")
    return f"www.{domain}" if domain.count(".") == 1 else None


def _http(scheme: str, host: str, path: str, address: str, page: Page) -> dict[str, object]:
    headers = {"server": page.server, "content-type": page.kind}
    if page.location is not None:
        headers["location"] = page.location
    return {
        "url": f"{scheme}://{host}/{path}",
        "address": address,
        "status": page.status,
        "headers": headers if page.status is not None else {},
        "body_start": page.body[:2000] if page.status is not None else "",
        "error": page.error,
    }


__all__ = ["HOST", "LOOK", "evidence"]
