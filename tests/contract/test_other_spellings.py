"""CONTRACT section 3: the same evidence as other hands and tools write it says the same.

A healthy network and one with several faults are written in another way, one way at a time: times as the
tables print them, numbers as text and text as numbers, names in capitals, keys that may be absent. The
findings, what passed, what was skipped and the domains' time lines must not move.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    NETWORK,
    SHOP,
    WWW,
    Folder,
    Report,
    action,
    ago,
    iso,
)

NAMES = (NETWORK, SHOP, WWW, BLOG)
Change = Callable[[Folder], object]


def _sick() -> Folder:
    folder = Folder()
    folder.undefine("CLOSTE_CLIENT_API_KEY")
    folder.define("DISABLE_WP_CRON", True)
    folder.lead(SHOP, ELSEWHERE)
    folder.handshake(BLOG, not_after=iso(days=-10))
    folder.set(BLOG, stage="checking-ssl-cert")
    late = action(9, "wu_async_process_domain_stage", "pending", ago(minutes=50), {"domain_id": 2})
    folder.scheduler.append(late)
    folder.host["time_gmt"] = iso(minutes=-8)
    return folder


def _said(report: Report) -> tuple[object, ...]:
    found = report.json
    return (
        report.status, found["verdict"], report.summary(), found["passed"], found["skipped"], found["domains"],
    )  # fmt: skip


def _same(change: Change) -> None:
    for network in (Folder, _sick):
        changed = network()
        change(changed)
        assert _said(changed.report()) == _said(network().report())


_ISO = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z")
_TABLE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")
TIMES: dict[str, Callable[[str], str]] = {
    "as the tables print them": lambda text: re.sub(rf"^{_ISO.pattern}$", r"\1 \2", text),
    "as ISO-8601": lambda text: re.sub(rf"^{_TABLE.pattern}$", r"\1T\2Z", text),
    "with an offset": lambda text: re.sub(rf"^{_ISO.pattern}$", r"\1T\2+00:00", text),
    "with fractions": lambda text: re.sub(rf"^{_ISO.pattern}$", r"\1T\2.000Z", text),
}


def _everywhere(value: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _everywhere(inner, spell) for key, inner in value.items()}
    if isinstance(value, list):
        return [_everywhere(inner, spell) for inner in value]
    return spell(value) if isinstance(value, str) else value


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("document", ["meta", "host", "rows", "scheduler", "cron", "closte", "tls"])
def test_times(document: str, times: str) -> None:
    def change(folder: Folder) -> None:
        setattr(folder, document, _everywhere(getattr(folder, document), TIMES[times]))

    _same(change)


def _each(rows: Any, **spell: Callable[[Any], Any]) -> None:
    for row in rows:
        row.update({name: how(row[name]) for name, how in spell.items() if name in row})


def _without(rows: Any, *names: str) -> None:
    for row in rows:
        for name in names:
            row.pop(name, None)


def _body(folder: Folder, body: object) -> None:
    folder.closte["calls"][0]["body"] = body if isinstance(body, str) else json.dumps(body)


def _truth(text: str) -> bool:
    return text == "1"


SPELLINGS: dict[str, Change] = {
    "dns: names in capitals": lambda f: _each(f.dns, name=str.upper),
    "dns: names with a final dot": lambda f: _each(f.dns, name=lambda n: f"{n}."),
    "dns: types in small letters": lambda f: _each(f.dns, type=str.lower),
    "dns: status in small letters": lambda f: _each(f.dns, status=str.lower),
    "dns: no ttl": lambda f: _without(f.dns, "ttl"),
    "dns: ttl as text": lambda f: _each(f.dns, ttl=lambda t: t and str(t)),
    "dns: no records as null": lambda f: _each(f.dns, records=lambda r: r or None),
    "tls: names in capitals": lambda f: _each(
        f.tls, host=str.upper, names=lambda names: [n.upper() for n in names]
    ),
    "tls: a final dot": lambda f: _each(f.tls, host=lambda h: f"{h}."),
    "tls: port as text": lambda f: _each(f.tls, port=str),
    "tls: the usual port left out": lambda f: _without(f.tls, "port"),
    "tls: no word of an error": lambda f: _without(f.tls, "verify_error"),
    "rows: numbers": lambda f: _each(
        f.rows, id=int, blog_id=int, active=int, primary_domain=int, secure=int
    ),
    "rows: truth": lambda f: _each(f.rows, active=_truth, primary_domain=_truth, secure=_truth),
    "sites: numbers": lambda f: _each(
        f.sites, blog_id=int, public=int, archived=int, spam=int, deleted=int
    ),
    "sites: truth": lambda f: _each(f.sites, archived=_truth, spam=_truth, deleted=_truth),
    "sites: no final slash": lambda f: _each(f.sites, url=lambda u: u.rstrip("/")),
    "sites: http": lambda f: _each(f.sites, url=lambda u: u.replace("https:", "http:")),
    "sites: domain and path from the url": lambda f: _without(f.sites, "domain", "path"),
    "sites: domains in capitals": lambda f: _each(f.sites, domain=str.upper),
    "options: the module as 1": lambda f: f.options.update(
        wu_host_integrations_enabled={"closte": 1}
    ),
    "options: the module as text": lambda f: f.options.update(
        wu_host_integrations_enabled={"closte": "1"}
    ),
    "options: the interval as a number": lambda f: f.setting("dns_check_interval", 300),
    "options: mapping as truth": lambda f: f.setting("enable_domain_mapping", True),
    "options: sunrise as text": lambda f: f.options.update(
        wu_sunrise_meta={"active": "1", "last_activated": 1745000000}
    ),
    "scheduler: args decoded": lambda f: _each(f.scheduler, args=json.loads),
    "scheduler: numbers": lambda f: _each(f.scheduler, action_id=int, attempts=int),
    "scheduler: never as a zero date": lambda f: _each(
        f.scheduler, last_attempt_gmt=lambda at: at or "0000-00-00 00:00:00"
    ),
    "cron: the command's other columns": lambda f: [
        event.update(next_run_relative="now", args="[]") for event in f.cron
    ],
    "constants: truth as 1": lambda f: _each(f.constants, value=lambda v: 1 if v is True else v),
    "constants: truth as text": lambda f: _each(
        f.constants, value=lambda v: "1" if v is True else v
    ),
    "closte: objects with a domain": lambda f: _body(
        f, {"success": True, "domains": [{"domain": name} for name in NAMES]}
    ),
    "closte: objects with a name": lambda f: _body(
        f, {"success": True, "domains": [{"name": f"{name.upper()}."} for name in NAMES]}
    ),
    "closte: success as a number": lambda f: _body(f, {"success": 1, "domains": list(NAMES)}),
    "closte: numbered": lambda f: _body(
        f,
        {"success": True, "domains": dict(map(reversed, enumerate(NAMES)))},  # type: ignore[arg-type]
    ),
    "closte: a mark in front of the body": lambda f: _each(
        f.closte["calls"], body=lambda b: f"\ufeff{b}"
    ),
    "closte: status as text": lambda f: _each(f.closte["calls"], http_status=str),
    "closte: only what must be": lambda f: _without(
        f.closte["calls"], "asked_domain", "seconds", "error", "vantage", "keyed"
    ),
    "http: status as text": lambda f: _each(f.http, status=str),
    "http: no query": lambda f: _each(f.http, url=lambda u: u.partition("?")[0]),
    "host: truth as text": lambda f: f.host.update(
        plugin_network_active="1", closte_mu_plugin="1", maintenance_file="", object_cache="0"
    ),
    "host: numbers as text": lambda f: f.host.update(network_id="1", main_site_id="1"),
    "host: no final slash": lambda f: f.host.update(abspath="/home/acct123/public_html"),
    "meta: no schema": lambda f: f.meta.pop("schema"),
    "logs: lines of Windows": lambda f: f.logs.update(
        {name: text.replace("\n", "\r\n") for name, text in f.logs.items()}
    ),
    "logs: a mark in front": lambda f: f.logs.update(
        {name: f"\ufeff{text}" for name, text in f.logs.items()}
    ),
    "logs: no last line end": lambda f: f.logs.update(
        {name: text.rstrip("\n") for name, text in f.logs.items()}
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(spelling: str) -> None:
    _same(SPELLINGS[spelling])


@pytest.mark.parametrize(
    "document", ["rows", "sites", "scheduler", "constants", "dns", "tls", "http", "cron"]
)
def test_order(document: str) -> None:
    _same(lambda folder: getattr(folder, document).reverse())
