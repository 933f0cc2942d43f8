"""An example network out of its evidence folder, made real: rows, options, logs, and the world around it.

The reverse of collecting: what the folder says was seen is put where it can be seen again, moved to
the present. So what the example host answers can be compared with what real WP-CLI answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lab import seeds
from lab.networks import KEY, Network, healthy, moved_log
from lab.world import World, defined

_MASKED = b"[redacted:CLOSTE_CLIENT_API_KEY:first-10]"
_SETTINGS: dict[str, str | int] = {
    "enable_domain_mapping": "1",
    "custom_domains": "1",
    "force_admin_redirect": "both",
    "dns_check_interval": 300,
    "auto_create_www_subdomain": "always",
    "security_mode": "0",
    "error_logging_level": "default",
}
"""What the recorded network has, of the settings that are collected."""


def network_of(name: str, files: Mapping[str, bytes], now: datetime) -> Network:
    """The network of this evidence folder, on the tables of the recorded one of its plugin version."""
    evidence = {
        f.removesuffix(".json"): json.loads(c) for f, c in files.items() if f.endswith(".json")
    }
    taken = datetime.fromisoformat(evidence["meta"]["taken_at"])
    shift = now.replace(microsecond=0) - taken
    host = evidence["host"]
    base = healthy(host["plugin_version"], now)
    domain = host["network_domain"]
    logs = {
        file.removeprefix("wu-logs/"): moved_log(content.replace(_MASKED, KEY[:10].encode()), shift)
        for file, content in files.items()
        if file.startswith("wu-logs/")
    }
    config = defined(base.config, "DOMAIN_CURRENT_SITE", f"'{domain}'")
    network = replace(base, name=name, domain=domain, config=config, logs=logs, aliases=())
    return network.with_sql(
        *_network(domain, host["site_url"]),
        *_sites(evidence["sites"], now),
        *_mappings(evidence["domain_mappings"], shift),
        *_actions(evidence["scheduler"], shift),
        *_options(evidence["options"]),
        seeds.cron(min(_at(e["next_run_gmt"], shift) for e in evidence["cron"])),
    )


def surround(world: World, files: Mapping[str, bytes]) -> None:
    """Let the API, DNS and the certificates be as the evidence says they were."""
    (listed,) = (c for c in _json(files, "closte")["calls"] if c["endpoint"] == "/getdomains")
    answer = json.loads(listed["body"])
    if answer["success"]:
        world.api.app.domains[:] = [d["domain"] for d in answer["domains"]]
    else:
        world.api.wrong_key = answer["error"]
        world.api.app.key = f"not {KEY}"
    # What is NXDOMAIN there was never set here.
    for row in _json(files, "dns"):
        if row["via"] != "host" and row["status"] == "NOERROR":
            view = "authority" if row["via"] == "authoritative" else "resolver"
            world.dns.fault(row["name"], None)
            world.dns.set(row["name"], row["type"], *row["records"], view=view)
    for row in _json(files, "tls"):
        world.serve(row["host"], certificate=world.ca.good(*row["names"]))


def _json(files: Mapping[str, bytes], name: str) -> Any:
    return json.loads(files[f"{name}.json"])


def _at(text: str, shift: timedelta) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + shift


def _network(domain: str, site_url: str) -> Iterator[str]:
    yield f"UPDATE wplab_site SET domain = {seeds.quoted(domain)}"
    yield (
        f"UPDATE wplab_options SET option_value = {seeds.quoted(site_url)}"
        " WHERE option_name IN ('siteurl', 'home')"
    )
    yield (
        f"UPDATE wplab_sitemeta SET meta_value = {seeds.quoted(site_url + '/')}"
        " WHERE meta_key = 'siteurl'"
    )


def _sites(rows: list[dict[str, str]], now: datetime) -> Iterator[str]:
    yield "DELETE FROM wplab_blogs"
    for row in rows:
        flags = {name: int(row[name]) for name in ("public", "archived", "spam", "deleted")}
        at = now - timedelta(days=30)
        yield seeds.site(int(row["blog_id"]), row["domain"], at, path=row["path"], **flags)


def _mappings(rows: list[dict[str, str]], shift: timedelta) -> Iterator[str]:
    yield "DELETE FROM wplab_wu_domain_mappings"
    for row in rows:
        yield seeds.mapping(
            int(row["id"]),
            int(row["blog_id"]),
            row["domain"],
            _at(row["date_created"], shift),
            stage=row["stage"],
            active=int(row["active"]),
            primary=int(row["primary_domain"]),
            secure=int(row["secure"]),
            modified=_at(row["date_modified"], shift),
        )


def _actions(rows: list[dict[str, Any]], shift: timedelta) -> Iterator[str]:
    yield "DELETE FROM wplab_actionscheduler_actions"
    yield "DELETE FROM wplab_actionscheduler_logs"
    for row in rows:
        args = row["args"] if isinstance(row["args"], dict) else json.loads(row["args"])
        yield from seeds.action(
            int(row["action_id"]),
            row["hook"],
            args,
            _at(row["scheduled_date_gmt"], shift),
            status=row["status"],
            log=[entry["message"] for entry in row["log"]],
        )


def _options(options: dict[str, Any]) -> Iterator[str]:
    settings = options["wp-ultimo_v2_settings"]
    for name, before in _SETTINGS.items():
        if settings[name] != before:
            yield seeds.setting(name, before, settings[name])
    enabled = options["wu_host_integrations_enabled"]
    parts = "".join(f's:{len(k)}:"{k}";b:{int(v)};' for k, v in enabled.items())
    yield seeds.network_option("wu_host_integrations_enabled", f"a:{len(enabled)}:{{{parts}}}")
