"""The family `alias`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import json

import pytest
from contract.stranger import (
    BLOG,
    ENTRANCE,
    NETWORK,
    SHOP,
    WWW,
    action,
    ago,
    call,
    default_shake,
    row,
    shake,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


NET3 = [NETWORK, SHOP, WWW]


def miss(f):
    f.listed(*NET3)


case("missing", miss, [f"error alias.missing {D(BLOG)}"], ["alias.missing"])
forms = {
    "objs domain": [{"domain": d} for d in NET3],
    "hostname": [{"hostname": d} for d in NET3],
    "name": [{"name": d} for d in NET3],
    "upper dot": [d.upper() + "." for d in NET3],
    "mixed": [NETWORK, {"domain": SHOP, "ssl": True}, {"name": WWW}],
}
for n, entries in forms.items():
    case(
        "list form " + n,
        lambda f: f.listed(*entries),
        [f"error alias.missing {D(BLOG)}"],
        ["alias.missing"],
    )
case(
    "list dict",
    lambda f: f.closte["calls"][0].update(
        body=json.dumps(
            {
                "success": True,
                "domains": {"1": {"domain": NETWORK}, "2": {"domain": SHOP}, "3": {"domain": WWW}},
            }
        )
    ),
    [f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
)
case(
    "list dict by name",
    lambda f: f.closte["calls"][0].update(
        body=json.dumps({"success": True, "domains": {NETWORK: {}, SHOP: {}, WWW: {}}})
    ),
    [f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
)
case(
    "body as object",
    lambda f: f.closte["calls"][0].update(body={"success": True, "domains": NET3}),
    [],
)


def young(f, m, what="row", st="checking-ssl-cert"):
    miss(f)
    f.scheduler = [a for a in f.scheduler if BLOG not in a["args"]]
    f.set(BLOG, stage=st, date_created=ago(minutes=m))
    f.scheduler.append(
        action(
            70,
            "wu_async_process_domain_stage",
            "pending",
            ago(minutes=-1),
            {"domain_id": 2, "tries": 1},
        )
    )
    f.tls = [t for t in f.tls if t["host"] != BLOG] + [default_shake(BLOG)]


case(
    "young 9", lambda f: young(f, 9), [f"info ssl.pending {D(BLOG)}"], [], absent=["alias.missing"]
)
case("young 10", lambda f: young(f, 10), [f"error alias.missing {D(BLOG)}"], ["alias.missing"])
case("young 11", lambda f: young(f, 11), [f"error alias.missing {D(BLOG)}"], ["alias.missing"])


def re(f, m):
    young(f, 600)
    f.scheduler.append(
        action(71, "wu_add_domain", "complete", ago(minutes=m), {"domain": BLOG, "site_id": 3})
    )


case("re-asked 9", lambda f: re(f, 9), absent=["alias.missing"])
case("re-asked 10", lambda f: re(f, 10), [f"error alias.missing {D(BLOG)}"])


def rl(f, m):
    young(f, 600)
    f.logs["integration-closte"] += (
        f"[{ago(minutes=m)}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
    )


case("re-asked log 9", lambda f: rl(f, 9), absent=["alias.missing"])
case("re-asked log 11", lambda f: rl(f, 11), [f"error alias.missing {D(BLOG)}"])


def nod(f):
    miss(f)
    f.set(BLOG, date_created=None, date_modified=None)
    f.scheduler = [a for a in f.scheduler if BLOG not in a["args"]]


case("null date", nod, [f"error alias.missing {D(BLOG)}"])


def nod(f):
    miss(f)
    f.set(BLOG, date_created="0000-00-00 00:00:00")
    f.scheduler = [a for a in f.scheduler if BLOG not in a["args"]]


case("zero date", nod, [f"error alias.missing {D(BLOG)}"])


def undernet(f):
    f.set(BLOG, domain=f"blog.{NETWORK}")
    f.listed(*NET3)


case("under network", undernet, absent=["alias.missing", "alias.no-www"])
case(
    "star alias covers",
    lambda f: f.listed(*NET3, "*.client.example"),
    absent=["alias.missing", "alias.orphan"],
)
for nm, ch, c in [
    (
        "key.no-permission",
        lambda f: f.closte["calls"][1].update(
            body='{"success":false,"error":"You do not have permission"}'
        ),
        "key.no-permission",
    ),
    (
        "module off",
        lambda f: f.options.update(wu_host_integrations_enabled={"closte": False}),
        "module.disabled",
    ),
]:
    case(
        "missing conseq " + nm,
        lambda f: (miss(f), ch(f)),
        [f"error alias.missing {D(BLOG)} <-{c}", f"error {c}"],
        [c],
    )


def cronoff(f):
    miss(f)
    f.define("DISABLE_WP_CRON", True)
    f.cron = [{"hook": "x", "next_run_gmt": ago(hours=3), "recurrence": "1 minute"}]
    f.scheduler = [a for a in f.scheduler if a["action_id"] != "4"]
    f.scheduler.append(
        action(72, "wu_add_domain", "pending", ago(hours=2), {"domain": BLOG, "site_id": 3})
    )
    f.set(BLOG, date_created=ago(hours=2), date_modified=ago(hours=2))
    f.scheduler = [a for a in f.scheduler if a["action_id"] != "3"]


case(
    "missing conseq cron-off",
    cronoff,
    [f"error alias.missing {D(BLOG)} <-jobs.cron-off", "error jobs.cron-off"],
)


def out(f):
    miss(f)
    f.closte["calls"][1].update(http_status=503, body="<html>")


case("missing with list ok, test 503", out, [f"error alias.missing {D(BLOG)}"])
# orphan
case(
    "orphan",
    lambda f: f.listed(*NET3, BLOG, "gone.example"),
    ["warning alias.orphan domain:gone.example"],
    ["alias.orphan"],
)
for n in [
    f"*.{NETWORK}",
    f"www.{NETWORK}",
    f"x.{NETWORK}",
    f"www.{BLOG}",
    "acct123.closte.com",
    "acct123.cloudwp.dev",
    "cdn.closte.com",
    f"shop.{NETWORK}",
]:
    case("orphan not " + n, lambda f: f.listed(*NET3, BLOG, n), absent=["alias.orphan"])


def wr(f):
    f.set(SHOP, domain=WWW)


case("bare twin of www row", wr, absent=["alias.orphan"])
case(
    "orphan twins",
    lambda f: f.listed(*NET3, BLOG, "gone.example", "www.gone.example"),
    ["warning alias.orphan domain:gone.example", "warning alias.orphan domain:www.gone.example"],
)
case(
    "orphan native site domain",
    lambda f: (
        f.sites.append(f.site(4, "native.example")),
        f.listed(*NET3, BLOG, "native.example"),
    ),
    absent=["alias.orphan"],
)
case(
    "orphan no sites file",
    lambda f: (f.listed(*NET3, BLOG, "gone.example"), setattr(f, "sites", ...)),
)
case(
    "network is www",
    lambda f: (
        f.host.update(network_domain="www." + NETWORK),
        f.define("DOMAIN_CURRENT_SITE", "www." + NETWORK),
        f.sites.__setitem__(0, f.site(1, "www." + NETWORK)),
    ),
    absent=["alias.orphan"],
)


# answers
def ans(f, dom, err, st=200, v="2.4.10", mins=60 * 24 * 3, listed=True):
    f.host["plugin_version"] = v
    f.logs["integration-closte"] = (
        f'[{ago(minutes=mins)}] [INFO] Adding domain: {dom} for site ID: 3\n[{ago(minutes=mins)}] [INFO] Making API request to: https://app.closte.com/api/client/adddomainalias with data: {{"domain":"{dom}","wildcard":false}}\n[{ago(minutes=mins)}] [INFO] API response code: {st}, body: {{"success":false,"error":"{err}"}}\n[{ago(minutes=mins)}] [INFO] Failed to add domain {dom}. Response: {{"success":false,"error":"{err}"}}\n'
    )
    if not listed:
        miss(f)


case(
    "already-added",
    lambda f: ans(f, BLOG, "Domain already exists"),
    [f"info alias.already-added {D(BLOG)}"],
    [],
)
case(
    "elsewhere",
    lambda f: ans(f, BLOG, "Domain already exists", listed=False),
    [f"error alias.elsewhere {D(BLOG)}", f"error alias.missing {D(BLOG)} <-alias.elsewhere"],
    ["alias.elsewhere"],
)
case(
    "elsewhere taken",
    lambda f: ans(f, BLOG, "This domain is taken by another account", listed=False),
    [f"error alias.elsewhere {D(BLOG)}"],
    ["alias.elsewhere"],
)
case(
    "elsewhere in use",
    lambda f: ans(f, BLOG, "Domain is in use", st=409, listed=False),
    [f"error alias.elsewhere {D(BLOG)}"],
    ["alias.elsewhere"],
)


def ew(f):
    miss(f)
    f.closte["calls"].append(
        call(
            "/adddomainalias",
            {"success": False, "error": "domain already in use"},
            asked_domain=BLOG,
        )
    )


case("elsewhere recorded call", ew, [f"error alias.elsewhere {D(BLOG)}"], ["alias.elsewhere"])


def ew(f):
    ans(f, BLOG, "Domain already exists", listed=False)
    f.closte = ...


case(
    "elsewhere no list", ew, absent=["alias.elsewhere"], lacking={"alias.elsewhere": "closte.json"}
)
case(
    "refused",
    lambda f: ans(f, BLOG, f"Invalid or empty domain: {BLOG}", listed=False),
    [f"error alias.refused {D(BLOG)}", f"error alias.missing {D(BLOG)} <-alias.refused"],
    ["alias.refused"],
)


def rr(f):
    miss(f)
    f.closte["calls"].append(
        call(
            "/adddomainalias",
            {"success": False, "error": f"Invalid or empty domain: {BLOG}"},
            asked_domain=BLOG,
        )
    )


case("refused call", rr, [f"error alias.refused {D(BLOG)}"], ["alias.refused"])


def rr(f):
    f.logs["integration-closte"] = (
        f"[{ago(days=3)}] [INFO] Adding domain: {BLOG} for site ID: 3\n[{ago(days=3)}] [INFO] Domain {BLOG} rejected by Closte API as invalid. This may be expected for Closte subdomains or internal domains.\n"
    )
    miss(f)


case("refused by line 12 only", rr, [f"error alias.refused {D(BLOG)}"], ["alias.refused"])


def rn(f):
    undernet(f)
    ans(f, f"blog.{NETWORK}", f"Invalid or empty domain: blog.{NETWORK}")


case("refused under network", rn, absent=["alias.refused", "alias.missing"])


def raw(f):  # 2.4.3
    miss(f)
    f.host["plugin_version"] = "2.4.3"
    f.host["plugin_slug"] = "multisite-ultimate"
    f.host["sunrise"].update(version="2.0.0.9", plugin_slug="multisite-ultimate")
    f.logs["integration-closte"] = (
        f'[2026-04-25 10:00:01] [INFO] {{"success":false,"error":"Invalid or empty domain: {BLOG}"}}\n'
    )


case("refused 2.4.3", raw, [f"error alias.refused {D(BLOG)}"], absent=[])


def raw2(f):
    raw(f)
    f.logs["integration-closte"] = (
        '[2026-04-25 10:00:01] [INFO] {"success":false,"error":"Domain already exists"}\n'
    )
    f.scheduler = [a for a in f.scheduler if SHOP not in a["args"]]


case("elsewhere 2.4.3 by action time", raw2, [f"error alias.elsewhere {D(BLOG)}"])
case("no-www", lambda f: f.listed(NETWORK, SHOP, BLOG), [f"info alias.no-www {D(SHOP)}"], [])


# silent failure
def sil(f, m=60, st="complete", v="2.4.11"):
    miss(f)
    f.host["plugin_version"] = v
    f.logs["integration-closte"] = (
        f"[{ago(minutes=m)}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
    )
    f.scheduler = [a for a in f.scheduler if BLOG not in a["args"]]
    if st:
        f.scheduler.append(
            action(75, "wu_add_domain", st, ago(minutes=m), {"domain": BLOG, "site_id": 3})
        )
    f.set(BLOG, date_created=ago(minutes=m))


case(
    "silent",
    sil,
    [
        f"error alias.silent-failure {D(BLOG)}",
        f"error alias.missing {D(BLOG)} <-alias.silent-failure",
    ],
    ["alias.silent-failure"],
)
case(
    "silent 3min over",
    lambda f: sil(f, 3),
    [f"error alias.silent-failure {D(BLOG)}"],
    absent=["alias.missing"],
)
case(
    "silent 3min in-progress",
    lambda f: sil(f, 3, "in-progress"),
    absent=["alias.silent-failure", "alias.missing"],
)
case(
    "silent 4min in-progress",
    lambda f: sil(f, 4, "in-progress"),
    [f"error alias.silent-failure {D(BLOG)}"],
)
case("silent 3.9min none", lambda f: sil(f, 3.9, None), absent=["alias.silent-failure"])
case("silent 4min none", lambda f: sil(f, 4, None), [f"error alias.silent-failure {D(BLOG)}"])
case("silent 2.4.10", lambda f: sil(f, v="2.4.10"), absent=["alias.silent-failure"])
case("silent beta", lambda f: sil(f, v="2.4.13-beta.1"), [f"error alias.silent-failure {D(BLOG)}"])


def sl(f):
    sil(f)
    f.closte = {"calls": []}


case(
    "silent no list",
    sl,
    absent=["alias.silent-failure"],
    lacking={"alias.silent-failure": "closte.json"},
)


def sl(f):
    sil(f)
    f.listed(*NET3, BLOG)


case("silent listed", sl, absent=["alias.silent-failure"])


def sl(f):
    sil(f)
    f.logs["integration-closte"] += (
        f"[{ago(minutes=59)}] [INFO] Domain {BLOG} added, requesting SSL\n"
    )


case("silent added", sl, [f"error alias.missing {D(BLOG)}"], absent=["alias.silent-failure"])


def sl(f):
    sil(f)
    f.closte["calls"][1].update(body='{"success":false,"error":"no permission"}')


case(
    "silent under key",
    sl,
    [f"error alias.silent-failure {D(BLOG)} <-key.no-permission"],
    ["key.no-permission"],
)


def addf(f, err):
    f.listed(*NET3)
    f.logs["integration-closte"] = (
        f'[{ago(days=3)}] [INFO] Adding domain: {BLOG} for site ID: 3\n[{ago(days=3)}] [INFO] Failed to add domain {BLOG}. Response: {{"success":false,"error":"{err}"}}\n'
    )


case(
    "elsewhere by add-failed only",
    lambda f: addf(f, "Domain already exists"),
    [f"error alias.elsewhere {D(BLOG)}"],
)
case(
    "refused by add-failed only",
    lambda f: addf(f, "Invalid or empty domain: " + BLOG),
    [f"error alias.refused {D(BLOG)}"],
)
case(
    "key by add-failed only",
    lambda f: (addf(f, "Invalid API key"), setattr(f, "closte", ...)),
    [f"error key.rejected {N}"],
)


# names that are accounted for although no row has exactly them
for stored in (f"https://{BLOG}", f"{BLOG}:8080", f"{BLOG}/shop"):
    case(
        f"the name that {stored} means",
        lambda f: f.set(BLOG, domain=stored),
        ["error mapping.unclean-name"],
        ["mapping.unclean-name"],
        absent=["alias.orphan"],
    )
case(
    "names under a wildcard row",
    lambda f: f.set(BLOG, domain="*.client.example"),
    [f"warning mapping.wildcard {D('*.client.example')}"],
    ["mapping.wildcard"],
)
case(
    "a wildcard flag beside a bare name",
    lambda f: f.listed(*NET3, {"domain": "client.example", "wildcard": True}),
    standing=[],
)
case(
    "a wildcard flag over nothing that is mapped",
    lambda f: f.listed(*NET3, BLOG, {"domain": "gone.example", "wildcard": True}),
    [f"warning alias.orphan {D('gone.example')}", f"warning alias.orphan {D('*.gone.example')}"],
)
case("addresses are no names", lambda f: f.listed(*NET3, BLOG, "203.0.113.10"), standing=[])
case(
    "the domain that wp-config names for the network",
    lambda f: (
        f.define("DOMAIN_CURRENT_SITE", "old.example"),
        f.listed(*NET3, BLOG, "old.example"),
    ),
    ["error settings.network-domain"],
    ["settings.network-domain"],
)


def www_network(f):
    f.host.update(network_domain=f"www.{NETWORK}", site_url=f"https://www.{NETWORK}")
    f.define("DOMAIN_CURRENT_SITE", f"www.{NETWORK}")
    f.sites[0] = f.site(1, f"www.{NETWORK}")
    f.lead(f"www.{NETWORK}", ENTRANCE)


def row_under_www_network(f):
    www_network(f)
    f.set(BLOG, domain=f"blog.{NETWORK}")
    f.listed(*NET3)


case(
    "a site under a network whose own domain begins with www",
    row_under_www_network,
    absent=["alias.missing", "alias.orphan", "alias.no-www"],
)
case(
    "names under a network whose own domain begins with www",
    lambda f: (www_network(f), f.listed(*NET3, BLOG, f"x.{NETWORK}", f"*.{NETWORK}")),
    absent=["alias.orphan"],
)


def second_network(f, **more):
    f.host["networks"] = [
        {"id": "1", "domain": NETWORK, "path": "/"},
        {"id": "2", "domain": "www.second.example", "path": "/", **more},
    ]
    f.listed(*NET3, BLOG, "second.example", "a.second.example", "theirs.example", "gone.example")


case(
    "what another network of the database has mapped",
    lambda f: second_network(f, domains=["theirs.example"]),
    [f"warning alias.orphan {D('gone.example')}"],
    ["alias.orphan"],
    absent=["alias.missing"],
)
case(
    "another network of which nobody knows what it has mapped",
    second_network,
    absent=["alias.orphan"],
    lacking={"alias.orphan": "host.json"},
)


def unnamed_network(f):
    f.rows = [row(1, 2, f"shop.{NETWORK}"), row(2, 3, BLOG)]
    f.listed(NETWORK)
    for name in (
        "host",
        "constants",
        "sites",
        "options",
        "scheduler",
        "cron",
        "dns",
        "tls",
        "http",
    ):
        setattr(f, name, ...)


case(
    "whose network nobody names",
    unnamed_network,
    [f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
    lacking={"alias.missing": "host.json"},
)


def refused_under_an_unnamed_network(f):
    unnamed_network(f)
    name = f"shop.{NETWORK}"
    f.logs["integration-closte"] = (
        f"[{ago(days=2)}] [INFO] Adding domain: {name} for site ID: 2\n"
        f"[{ago(days=2)}] [INFO] Failed to add domain {name}. Response: "
        f'{{"success":false,"error":"Invalid or empty domain: {name}"}}\n'
    )


case(
    "refused under what may be the network's own domain",
    refused_under_an_unnamed_network,
    absent=["alias.refused"],
    lacking={"alias.refused": "host.json"},
)


def added_twice(f, minutes):
    young(f, minutes)
    at = ago(minutes=minutes)
    f.logs["integration-closte"] = (
        f"[{at}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
        f"[{at}] [INFO] Domain {BLOG} added successfully, requesting SSL certificate\n"
        f"[{at}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
        f'[{at}] [INFO] Failed to add domain {BLOG}. Response: {{"success":false,'
        '"error":"Domain already exists"}\n'
    )


case(
    "added twice, and the list lags",
    lambda f: added_twice(f, 5),
    absent=["alias.elsewhere", "alias.missing"],
)
case(
    "added twice, and still not in the list",
    lambda f: added_twice(f, 10),
    [f"error alias.elsewhere {D(BLOG)}"],
    ["alias.elsewhere"],
)
for nothing in (None, False, ""):
    case(
        f"a list that is {nothing!r}",
        lambda f: f.closte["calls"][0].update(
            body=json.dumps({"success": True, "domains": nothing})
        ),
        standing=[],
        lacking={"alias.missing": "closte.json", "key.other-app": "closte.json"},
    )


def fetched_before(f):
    miss(f)
    f.closte["calls"][0]["at"] = ago(days=60)


case(
    "a list older than the alias's request",
    fetched_before,
    [f"error alias.missing {D(BLOG)} possible"],
    ["alias.missing"],
)


def dated_by_another_zone(f, ahead):
    young(f, 30)
    miss(f)
    line = f"[{ago(hours=-ahead)}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
    f.logs["integration-closte"] += line


for ahead in (1, 2, 9):
    case(
        f"a log that is {ahead} hours ahead does not make the domain new",
        lambda f, ahead=ahead: dated_by_another_zone(f, ahead),
        [f"error alias.missing {D(BLOG)}"],
        ["alias.missing"],
    )
case(
    "a clock that is some minutes ahead leaves it new",
    lambda f: dated_by_another_zone(f, 0.2),
    absent=["alias.missing"],
)


def on_clostes_own_host(f, host):
    f.set(BLOG, domain=host)
    f.lead(host, ENTRANCE)
    f.tls.append(shake(host, names=[f"*.{host.split('.', 1)[1]}", host.split(".", 1)[1]]))
    f.listed(NETWORK, SHOP, WWW)


for host in ("acct123.closte.com", "old.cloudwp.dev"):
    case(
        f"mapped to the host that Closte gave the app: {host}",
        lambda f, host=host: (
            on_clostes_own_host(f, host),
            f.logs.update(
                {
                    "integration-closte": f"[{ago(days=9)}] [INFO] Adding domain: {host} for site ID: 3\n"
                    f"[{ago(days=9)}] [INFO] Domain {host} rejected by Closte API as invalid. This may be "
                    "expected for Closte subdomains or internal domains.\n"
                }
            ),
        ),
        standing=[],
        absent=["alias.missing", "alias.refused", "alias.no-www", "ssl.wrong-name"],
    )
case(
    "a name that only ends like Closte's",
    lambda f: on_clostes_own_host(f, "notcloste.com"),
    ["error alias.missing domain:notcloste.com"],
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
