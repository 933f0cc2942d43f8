"""The families `jobs`, `logs` and `cache`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import pytest
from contract.stranger import (
    BLOG,
    NETWORK,
    SHOP,
    WWW,
    action,
    ago,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


def stage(f, st, m=60, queued=True):
    f.set(BLOG, stage=st, date_created=ago(minutes=m), date_modified=ago(minutes=m))
    if queued:
        f.scheduler.append(
            action(
                70,
                "wu_async_process_domain_stage",
                "pending",
                ago(minutes=-1),
                {"domain_id": 2, "tries": 1},
            )
        )


for st in ("checking-dns", "checking-ssl-cert"):
    case(
        "none-queued " + st,
        lambda f: stage(f, st, queued=False),
        [f"error jobs.none-queued {D(BLOG)}"],
        ["jobs.none-queued"],
    )


def s(f, args, status="pending"):
    stage(f, "checking-dns", queued=False)
    f.scheduler.append(action(70, "wu_async_process_domain_stage", status, ago(minutes=1), args))


for a in (
    {"domain_id": 2},
    {"domain_id": "2", "tries": 3},
    [2],
    ["2", 1],
    {"domain_id": 2, "tries": 0},
):
    case(f"queued args {a}", lambda f: s(f, a), absent=["jobs.none-queued"])
case(
    "queued in-progress",
    lambda f: s(f, {"domain_id": 2}, "in-progress"),
    absent=["jobs.none-queued"],
)
case(
    "queued complete",
    lambda f: s(f, {"domain_id": 2}, "complete"),
    [f"error jobs.none-queued {D(BLOG)}"],
)
case(
    "queued other domain", lambda f: s(f, {"domain_id": 22}), [f"error jobs.none-queued {D(BLOG)}"]
)


def dec(f):
    stage(f, "checking-dns", queued=False)
    f.scheduler.append(
        action(70, "wu_async_process_domain_stage", "pending", ago(minutes=1), [])
        | {"args": {"domain_id": 2}}
    )


case("args decoded", dec, absent=["jobs.none-queued"])


def fl(f):
    stage(f, "checking-dns", queued=False)
    f.scheduler.append(
        action(
            70,
            "wu_async_process_domain_stage",
            "failed",
            ago(minutes=50),
            {"domain_id": 2},
            "action failed via WP Cron: Could not resolve host",
        )
    )


case(
    "none-queued by failed",
    fl,
    [f"error jobs.none-queued {D(BLOG)} <-jobs.failed", f"warning jobs.failed {D(BLOG)}"],
)


def offbase(f, mins=20, cronlate=20):
    f.define("DISABLE_WP_CRON", True)
    f.cron = [{"hook": "x", "next_run_gmt": ago(minutes=cronlate), "recurrence": "1 minute"}]
    f.scheduler = [a for a in f.scheduler if a["action_id"] != "4"] + [
        action(4, "other", "complete", ago(hours=12), [], group="x"),
        action(72, "wu_async_process_domain_stage", "pending", ago(minutes=mins), {"domain_id": 2}),
    ]
    f.set(BLOG, stage="checking-dns", date_created=ago(minutes=700))


case(
    "cron-off",
    lambda f: offbase(f, 180, 180),
    [f"error jobs.cron-off {N}", f"warning jobs.backlog {N} <-jobs.cron-off"],
)
case("cron-off disabled but runs", lambda f: f.define("DISABLE_WP_CRON", True), standing=[])
case(
    'cron-off "1"',
    lambda f: (offbase(f, 180, 180), f.define("DISABLE_WP_CRON", "1")),
    [f"error jobs.cron-off {N}"],
)
case(
    "cron-off false",
    lambda f: (offbase(f, 180, 180), f.define("DISABLE_WP_CRON", False)),
    absent=["jobs.cron-off"],
)


def bl(f, st=401):
    f.http[0]["status"] = st


for st in (401, 403, 404, 503, 302, None):
    case(
        f"cron-blocked {st}",
        lambda f: bl(f, st),
        [f"error jobs.cron-blocked {N}"],
        ["jobs.cron-blocked"],
    )
case(
    "cron-blocked 500",
    lambda f: bl(f, 500),
    [f"error jobs.cron-blocked {N}", "error host.php-fatal possible"],
)


def bl2(f):
    offbase(f, 180, 180)
    f.undefine("DISABLE_WP_CRON")
    f.http = ...


case(
    "cron late nothing probed",
    bl2,
    [f"error jobs.cron-blocked {N} possible", f"warning jobs.backlog {N} <-jobs.cron-blocked"],
)


def bk(f, n, m, hook="wu_async_process_domain_stage"):
    f.scheduler += [
        action(100 + i, hook, "pending", ago(minutes=m), {"domain_id": 2}) for i in range(n)
    ]


case("backlog 10 at 6", lambda f: bk(f, 10, 6), [f"warning jobs.backlog {N}"])
case("backlog 9 at 6", lambda f: bk(f, 9, 6), absent=["jobs.backlog"])
case("backlog 10 at 5", lambda f: bk(f, 10, 5), absent=["jobs.backlog"])
case("backlog 1 at 31", lambda f: bk(f, 1, 31), [f"warning jobs.backlog {N}"])
case("backlog 1 at 30", lambda f: bk(f, 1, 30), absent=["jobs.backlog"])


def bo(f):
    f.scheduler += [
        action(100 + i, "mail", "pending", ago(minutes=60), {}, group="mails") for i in range(20)
    ]


case("backlog other group", bo, absent=["jobs.backlog"])


def jf(f, hook="wu_add_domain", args=None, msg="action failed via WP Cron: boom", mins=60):
    f.scheduler.append(
        action(
            90,
            hook,
            "failed",
            ago(minutes=mins),
            args or {"domain": BLOG, "site_id": 3},
            "action started via WP Cron",
            msg,
        )
    )


case("failed", jf, [f"warning jobs.failed {D(BLOG)}"], ["jobs.failed"])
case(
    "failed positional",
    lambda f: jf(f, args=[BLOG, 3]),
    [f"warning jobs.failed {D(BLOG)}"],
    ["jobs.failed"],
)


def jl(f):
    jf(f)
    f.scheduler.append(
        action(91, "wu_add_domain", "complete", ago(minutes=30), {"domain": BLOG, "site_id": 3})
    )


case("failed then ok", jl, standing=[])


def jn(f):
    jf(
        f,
        msg="action failed via WP Cron: Scheduled action for wu_add_domain will not be executed as no callbacks are registered.",
    )
    f.options["wu_host_integrations_enabled"] = {}


case(
    "no callbacks <- module",
    jn,
    [f"warning jobs.failed {D(BLOG)} <-module.disabled"],
    ["module.disabled"],
)


def jn(f):
    jf(
        f,
        msg="action failed via WP Cron: Scheduled action for wu_add_domain will not be executed as no callbacks are registered.",
    )
    f.undefine("CLOSTE_CLIENT_API_KEY")
    f.closte = {"calls": []}


case("no callbacks <- key", jn, [f"warning jobs.failed {D(BLOG)} <-key.missing"], ["key.missing"])


def jk(f):
    jf(f, msg="action failed via WP Cron: cURL")
    f.listed(NETWORK, SHOP, WWW)
    f.closte["calls"][1]["body"] = '{"success":false,"error":"no permission"}'


case(
    "failed <- key no alias",
    jk,
    [f"warning jobs.failed {D(BLOG)} <-key.no-permission"],
    ["key.no-permission"],
)
case(
    "failed remove",
    lambda f: (
        jf(f, "wu_remove_domain", {"domain": "gone.example", "site_id": 9}),
        f.listed(NETWORK, SHOP, WWW, BLOG, "gone.example"),
    ),
    ["warning jobs.failed domain:gone.example", "warning alias.orphan domain:gone.example"],
)
case(
    "failed subdomain no-op",
    lambda f: jf(
        f,
        "wu_add_subdomain",
        {"subdomain": BLOG, "site_id": 3},
        msg="x no callbacks are registered",
    ),
    standing=[],
)


def st(f, m):
    f.scheduler.append(
        action(92, "wu_add_domain", "in-progress", ago(minutes=m), {"domain": BLOG, "site_id": 3})
    )


case("stuck 6", lambda f: st(f, 6), [f"warning jobs.stuck {D(BLOG)}"], ["jobs.stuck"])
case("stuck 5", lambda f: st(f, 5), standing=[])
case(
    "no-tables",
    lambda f: setattr(f, "scheduler", None),
    [f"error jobs.no-tables {N}"],
    ["jobs.no-tables"],
)
case(
    "unwritable",
    lambda f: f.host.update(logs_dir_writable=False),
    [f"warning logs.unwritable {N}"],
    ["logs.unwritable"],
)
for v in ("disabled", "errors"):
    case(
        "muted " + v,
        lambda f: f.setting("error_logging_level", v),
        [f"warning logs.muted {N}"],
        ["logs.muted"],
    )
for v in ("default", "all", None, ""):
    case(f"muted not {v}", lambda f: f.setting("error_logging_level", v), standing=[])


def ur(f, k, n):
    f.logs["integration-closte"] = (
        f"[2026-04-25 10:00:00] [INFO] Adding domain: {SHOP} for site ID: 2\n"
        + "".join(
            f"[{ago(days=1)}] [INFO] Domain {SHOP} added, requesting SSL\n"
            for _ in range(n - k - 1)
        )
        + "".join(f"[{ago(days=1)}] [INFO] Hinzugefuegt wurde was {i}\n" for i in range(k))
    )


case("unrecognised 6/100", lambda f: ur(f, 6, 100), [f"info logs.unrecognised {N}"])
case("unrecognised 5/100", lambda f: ur(f, 5, 100), absent=["logs.unrecognised"])


def uo(f):
    f.logs["api-calls"] = "".join(f"[{ago(days=1)}] [INFO] x{i}\n" for i in range(50))


case("unrecognised other handle", uo, absent=["logs.unrecognised"])
case(
    "cache",
    lambda f: (f.host.update(object_cache=True), f.set(BLOG, date_modified=ago(minutes=30))),
    [f"info cache.stale-risk {N}"],
)
case("cache off", lambda f: f.set(BLOG, date_modified=ago(minutes=30)), absent=["cache.stale-risk"])
case("cache older", lambda f: f.host.update(object_cache=True), absent=["cache.stale-risk"])


def without_ids(f):
    stage(f, "checking-dns")
    for found in f.rows:
        found.pop("id")


case(
    "rows without ids",
    without_ids,
    absent=["jobs.none-queued"],
    lacking={"jobs.none-queued": "domain_mappings.json"},
)


def of_no_row(f, status, *said):
    f.rows = ...
    f.scheduler.append(
        action(93, "wu_async_process_domain_stage", status, ago(minutes=6), {"domain_id": 2}, *said)
    )


case(
    "a check hangs, and nobody knows of which domain",
    lambda f: of_no_row(f, "in-progress"),
    lacking={"jobs.stuck": "domain_mappings.json"},
)
case(
    "a check failed, and nobody knows of which domain",
    lambda f: of_no_row(f, "failed", "action failed via WP Cron: boom"),
    lacking={"jobs.failed": "domain_mappings.json"},
)


def plugin_off(f):
    f.host["plugin_network_active"] = False
    jf(f, msg="action failed via WP Cron: no callbacks are registered.")


case(
    "no callbacks <- plugin",
    plugin_off,
    [f"warning jobs.failed {D(BLOG)} <-plugin.inactive"],
)


def check_failed(f, st, modified):
    f.set(BLOG, stage=st, date_modified=ago(minutes=modified))
    f.scheduler.append(
        action(
            94,
            "wu_async_process_domain_stage",
            "failed",
            ago(minutes=60),
            {"domain_id": 2},
            "action failed via WP Cron: boom",
        )
    )


case("a check failed, ready since", lambda f: check_failed(f, "done", 30), standing=[])
case(
    "a check failed, ready before",
    lambda f: check_failed(f, "done", 90),
    [f"warning jobs.failed {D(BLOG)}"],
)
case(
    "a check failed, changed since and not ready",
    lambda f: check_failed(f, "checking-dns", 30),
    [f"warning jobs.failed {D(BLOG)}", f"error jobs.none-queued {D(BLOG)} <-jobs.failed"],
)


def unnamed_check(f):
    stage(f, "checking-dns", queued=False)
    f.scheduler.append(
        action(95, "wu_async_process_domain_stage", "pending", ago(minutes=-1), None)
    )


case(
    "a check is queued, and nobody knows of which row",
    unnamed_check,
    absent=["jobs.none-queued"],
    lacking={"jobs.none-queued": "scheduler.json"},
)
case(
    "a request of wp-cron.php of which nothing is told",
    lambda f: f.http[0].pop("status"),
    absent=["jobs.cron-blocked"],
    lacking={"jobs.cron-blocked": "http.json"},
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
