"""The family `key` as CONTRACT section 5 words it, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import json

import pytest
from contract.stranger import (
    ENTRANCE,
    HARMLESS,
    KEY,
    NETWORK,
    SHOP,
    action,
    ago,
    call,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


case("missing", lambda f: f.undefine("CLOSTE_CLIENT_API_KEY"), [f"error key.missing {N}"])
case(
    "missing with calls []",
    lambda f: (f.undefine("CLOSTE_CLIENT_API_KEY"), setattr(f, "closte", {"calls": []})),
    [f"error key.missing {N}"],
    ["key.missing"],
)


def m(f):
    f.undefine("CLOSTE_CLIENT_API_KEY")
    f.closte = {"calls": []}
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
        "stored": "encrypted-openssl",
        "decrypts": True,
    }
    f.host["plugin_version"] = "2.4.13"


case("stored, decrypts, 2.4.13", m, absent=["key.missing", "key.undecryptable"])


def m(f):
    f.undefine("CLOSTE_CLIENT_API_KEY")
    f.closte = {"calls": []}
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
        "stored": "encrypted-openssl",
        "decrypts": False,
    }
    f.host["plugin_version"] = "2.4.13"


case("stored, not decrypts", m, [f"error key.undecryptable {N} certain"], ["key.undecryptable"])


def m2(f):
    m(f)
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]["decrypts"] = None
    f.logs["credential-store"] = (
        f"[{ago(hours=1)}] [ERROR] Cannot decrypt credential: OpenSSL is not available.\n"
    )


case(
    "decrypts null, credential-store error",
    m2,
    [f"error key.undecryptable {N} likely"],
    ["key.undecryptable"],
)


def m3(f):
    m(f)
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]["decrypts"] = None
    f.scheduler.append(
        action(
            50,
            "wu_add_domain",
            "failed",
            ago(hours=1),
            {"domain": SHOP, "site_id": 2},
            "Scheduled action for wu_add_domain will not be executed as no callbacks are registered.",
        )
    )


case("decrypts null, no callbacks while enabled", m3, [f"error key.undecryptable {N} likely"])


def m4(f):
    m(f)
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"]["decrypts"] = None


case("decrypts null, nothing", m4, absent=["key.undecryptable"])


def m5(f):
    m(f)
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {"stored": "plain", "decrypts": None}


case("plain stored", m5, absent=["key.undecryptable", "key.missing"])


def m6(f):
    m(f)
    f.host.pop("plugin_version")


case("not decrypts, version unknown", m6, [f"error key.undecryptable {N}"])
for v in ["", False, None]:
    case(
        f"empty {v!r}",
        lambda f: (f.define("CLOSTE_CLIENT_API_KEY", v), setattr(f, "closte", {"calls": []})),
        [f"error key.empty {N}"],
        ["key.empty"],
    )
case(
    "empty 0",
    lambda f: (f.define("CLOSTE_CLIENT_API_KEY", 0), setattr(f, "closte", {"calls": []})),
    ["error key.empty"],
)
for name, v in {
    "placeholder": "your_api_key",
    "xxx": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "space": KEY + " ",
    "nl": KEY + "\n",
    "inner": KEY[:10] + " " + KEY[10:],
    "quote": "'" + KEY + "'",
    "smart": "“" + KEY + "”",
    "15": KEY[:15],
    "placeholder2": "YOUR-CLOSTE-API-KEY-HERE",
    "placeholder3": "your_closte_client_api_key",
    "ph4": "<your api key>",
    "ph5": "changeme",
}.items():
    case(
        "malformed " + name,
        lambda f: f.define("CLOSTE_CLIENT_API_KEY", v),
        [f"error key.malformed {N}"],
    )
case(
    "16 ok",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", "a8Gk2PxqL0vbN3zT"),
    absent=["key.malformed"],
    standing=[],
)
case(
    "other charset ok",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", "a8Gk2-Px_qL0vb!N3zT$"),
    absent=["key.malformed"],
    standing=[],
)


def mm(f):
    f.define("CLOSTE_CLIENT_API_KEY", KEY + " ")
    for c in f.closte["calls"]:
        c.update(http_status=401, body='{"success":false,"error":"Invalid API key"}')


case(
    "malformed+rejected",
    mm,
    [f"error key.malformed {N}", f"error key.rejected {N} <-key.malformed"],
    ["key.malformed"],
)
shape = {
    "secret": True,
    "defined": True,
    "length": 40,
    "trimmed_length": 40,
    "charset": "hex",
    "quoted": False,
    "inner_space": False,
    "placeholder": False,
    "sha256_8": "9f86d081",
}
case("shape ok", lambda f: f.define("CLOSTE_CLIENT_API_KEY", shape), standing=[])
case(
    "shape quoted",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "quoted": True}),
    [f"error key.malformed {N}"],
)
case(
    "shape trimmed",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "trimmed_length": 39}),
    [f"error key.malformed {N}"],
)
case(
    "shape inner",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "inner_space": True}),
    [f"error key.malformed {N}"],
)
case(
    "shape placeholder",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "placeholder": True}),
    [f"error key.malformed {N}"],
)
case(
    "shape empty",
    lambda f: (
        f.define(
            "CLOSTE_CLIENT_API_KEY",
            {**shape, "length": 0, "trimmed_length": 0, "charset": "empty", "sha256_8": None},
        ),
        setattr(f, "closte", {"calls": []}),
    ),
    [f"error key.empty {N}"],
    ["key.empty"],
)
case(
    "shape not defined",
    lambda f: (
        f.define(
            "CLOSTE_CLIENT_API_KEY",
            {
                **shape,
                "defined": False,
                "length": 0,
                "trimmed_length": 0,
                "charset": "empty",
                "sha256_8": None,
            },
        ),
        setattr(f, "closte", {"calls": []}),
    ),
    [f"error key.missing {N}"],
    ["key.missing"],
)
case(
    "shape 15",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "length": 15, "trimmed_length": 15}),
    [f"error key.malformed {N}"],
)
case(
    "shape 16",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "length": 16, "trimmed_length": 16}),
    standing=[],
)


def rej(f, **kw):
    for c in f.closte["calls"]:
        c.update(**kw)


J = "application/json"
for name, kw in {
    "401": dict(http_status=401, body='{"success":false,"error":"Unauthorized"}'),
    "403": dict(http_status=403, body='{"success":false,"error":"x"}'),
    "200 text": dict(body='{"success":false,"error":"Invalid API key"}'),
    "200 text2": dict(body='{"success":false,"error":"Access denied"}'),
    "200 authentication": dict(body='{"success":false,"error":"Authentication failed"}'),
    "401 empty obj": dict(http_status=401, body="{}"),
    "str status": dict(http_status="401", body='{"success":false,"error":"Nope"}'),
}.items():
    case("rejected " + name, lambda f: rej(f, **kw), [f"error key.rejected {N}"], ["key.rejected"])


def html403(f):
    rej(f, http_status=403, body="<html><h1>403 Forbidden</h1></html>")
    f.closte["calls"].append(
        call("/getdomains", "<html>403</html>", http_status=403, vantage="here", keyed=False)
    )


case("html403 everywhere", html403, [f"error key.rejected {N} possible"])


def html403b(f):
    rej(f, http_status=403, body="<html><h1>403 Forbidden</h1></html>")
    f.closte["calls"].append(
        call(
            "/getdomains",
            '{"success":false,"error":"Invalid API key"}',
            http_status=401,
            vantage="here",
            keyed=False,
        )
    )


case(
    "html403 host only, here json",
    html403b,
    [f"error api.unreachable {N}"],
    ["api.unreachable"],
    absent=["key.rejected"],
)
case(
    "html403 host only",
    lambda f: rej(f, http_status=403, body="<html><h1>403 Forbidden</h1></html>"),
    ["error key.rejected possible"],
)


def hc(f):
    f.closte["calls"].append(
        call(
            "/getdomains",
            '{"success":false,"error":"Invalid API key"}',
            http_status=401,
            vantage="here",
            keyed=False,
        )
    )


case("refusal without key says nothing", hc, standing=[])


def only_unkeyed(f):
    f.closte["calls"] = [
        call(
            "/getdomains",
            '{"success":false,"error":"Invalid API key"}',
            http_status=401,
            vantage="here",
            keyed=False,
        )
    ]


case("only unkeyed refusal", only_unkeyed, absent=["key.rejected"])


def np(f):
    f.closte["calls"][1].update(
        body='{"success":false,"error":"You do not have permission to add domains"}'
    )


case("no-permission", np, [f"error key.no-permission {N}"], ["key.no-permission"])


def np(f):
    f.closte["calls"][1].update(http_status=403, body='{"success":false,"error":"Forbidden"}')


case(
    "no-permission 403",
    np,
    [f"error key.no-permission {N}"],
    ["key.no-permission"],
    absent=["key.rejected"],
)


def np(f):
    f.closte["calls"][1].update(http_status=401, body='{"success":false,"error":"Unauthorized"}')


case("no-permission 401", np, [f"error key.no-permission {N}"], ["key.no-permission"])


def npl(f):
    f.closte["calls"] = [f.closte["calls"][0]]
    f.logs["integration-closte"] += (
        f'[{ago(hours=1)}] [INFO] Adding domain: {SHOP} for site ID: 2\n[{ago(hours=1)}] [INFO] Making API request to: https://app.closte.com/api/client/adddomainalias with data: {{"domain":"{SHOP}","wildcard":false}}\n[{ago(hours=1)}] [INFO] API response code: 403, body: {{"success":false,"error":"No permission for domains"}}\n'
    )


case("no-permission logged", npl, [f"error key.no-permission {N}"])


def npr(f):
    f.closte["calls"][1]["body"] = json.dumps({"success": False, "error": HARMLESS})
    f.closte["calls"].append(
        call(
            "/adddomainalias",
            {"success": False, "error": "Your plan has no permission to add domains"},
            asked_domain=SHOP,
        )
    )


case("no-permission recorded call", npr, [f"error key.no-permission {N}"])
case(
    "other-app",
    lambda f: f.listed("other.example", "more.example"),
    [f"error key.other-app {N}"],
    ["key.other-app"],
)
case("other-app empty", lambda f: f.listed(), [f"error key.other-app {N} possible"])
case("other-app wildcard net", lambda f: f.listed("*." + NETWORK), absent=["key.other-app"])
case(
    "other-app one domain only",
    lambda f: (f.listed("other.example"), f.rows.pop()),
    absent=["key.other-app"],
)


def oy(f):
    f.listed("other.example")
    f.set(SHOP, date_created=ago(minutes=5))


case("other-app one young", oy, absent=["key.other-app"])


def oy(f):
    f.listed("other.example")
    f.set(SHOP, date_created=ago(minutes=11))


case("other-app 11min", oy, ["error key.other-app"])


def leak(f):
    f.logs["integration-closte"] += (
        f"[{ago(days=1)}] [INFO] Using API key (first 10 chars): {KEY[:10]}...\n"
    )


case("leak", leak, [f"info key.leaked-in-log {N}"])


def leak(f):
    f.logs["integration-closte"] += f"[{ago(days=1)}] [INFO] whatever {KEY} x\n"


case("leak W", leak, [f"warning key.leaked-in-log {N}"])


def leak(f):
    f.logs["api-calls"] = f"[{ago(days=1)}] [INFO] whatever {KEY[:22]} x\n"


case("leak other file 22", leak, [f"warning key.leaked-in-log {N}"])


def leak(f):
    f.logs["integration-closte"] += (
        f"[{ago(days=1)}] [INFO] Using API key (first 10 chars): [redacted:CLOSTE_CLIENT_API_KEY:first-10]...\n"
    )


case("leak redacted", leak, [f"info key.leaked-in-log {N}"])


def leak(f):
    f.logs["integration-closte"] += f"[{ago(days=1)}] [INFO] x [redacted:CLOSTE_CLIENT_API_KEY] x\n"


case("leak redacted W", leak, [f"warning key.leaked-in-log {N}"])


def leak(f):
    f.logs["integration-closte"] += (
        f"[{ago(days=1)}] [INFO] Using API key (first 10 chars): {KEY[:10]}...\n"
    )
    f.http.append(
        {
            "url": f"https://{NETWORK}/wp-content/uploads/wu-logs/integration-closte.log",
            "address": ENTRANCE,
            "status": 200,
            "headers": {"content-type": "text/plain"},
            "body_start": "[2026-04-25 10:00:00] [INFO] Adding domain",
            "error": None,
        }
    )


case("leak readable over http", leak, [f"warning key.leaked-in-log {N}"])


case(
    "shape with numbers and truth as text",
    lambda f: f.define(
        "CLOSTE_CLIENT_API_KEY",
        {**shape, "secret": "true", "length": "40", "trimmed_length": "40", "quoted": "false"},
    ),
    standing=[],
)
case(
    "shape quoted as text",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {**shape, "quoted": "1"}),
    [f"error key.malformed {N}"],
)
case(
    "shape without the word secret",
    lambda f: f.define(
        "CLOSTE_CLIENT_API_KEY", {"defined": True, "length": 40, "trimmed_length": 40}
    ),
    standing=[],
)
case(
    "shape without a length",
    lambda f: f.define("CLOSTE_CLIENT_API_KEY", {"secret": True, "defined": True}),
    absent=["key.empty", "key.malformed"],
    lacking={"key.malformed": "constants.json"},
)
case(
    "shape defined false as text",
    lambda f: (
        f.define("CLOSTE_CLIENT_API_KEY", {"secret": True, "defined": "false"}),
        setattr(f, "closte", {"calls": []}),
    ),
    [f"error key.missing {N}"],
    ["key.missing"],
)
for words in ("Domain management is not available on your plan", "Operation failed"):

    def np(f):
        f.closte["calls"][1]["body"] = json.dumps({"success": False, "error": words})

    case(
        f"harmless test refused in words nobody knows: {words}",
        np,
        [f"error key.no-permission {N} possible"],
        ["key.no-permission"],
    )


case(
    "other-app, but for this app's own host",
    lambda f: f.listed("acct123.closte.com", "other.example"),
    absent=["key.other-app"],
)
case(
    "other-app with another app's own host",
    lambda f: f.listed("acct999.closte.com", "other.example"),
    [f"error key.other-app {N} certain"],
)
for status, body in (
    (404, '{"success":false,"error":"Not found"}'),
    (429, '{"success":false,"error":"Too many requests"}'),
):
    case(
        f"harmless test answered {status}",
        lambda f: f.closte["calls"][1].update(http_status=status, body=body),
        standing=[],
        lacking={"key.no-permission": "closte.json"},
    )


def undated(f):
    f.listed("other.example")
    for found in f.rows:
        found.update(date_created=None, date_modified=None)


case("other-app, rows without a date", undated, [f"error key.other-app {N} likely"])


def m7(f):
    m(f)
    f.options["wu_hosting_credential_CLOSTE_CLIENT_API_KEY"] = {
        "stored": "encrypted-sodium",
        "decrypts": False,
    }
    f.host["plugin_version"] = "2.4.13"
    f.constants = ...


case("not decrypts, constants not seen", m7, [f"error key.undecryptable {N} likely"])


def leak(f):
    f.logs["api-calls"] = f"[{ago(days=1)}] [INFO] something {KEY[:10]} else\n"


case("ten characters elsewhere", leak, [f"info key.leaked-in-log {N}"])


def leak(f):
    f.logs["api-calls"] = f"[{ago(days=1)}] [INFO] {'x' * 5000}\n{'y' * 5000} {KEY} z\n"


case("far behind in a long record", leak, [f"warning key.leaked-in-log {N}"])


def second_network_alone(f, other):
    f.host["networks"] = [
        {"id": "1", "domain": NETWORK, "path": "/"},
        {"id": "2", "domain": other, "path": "/", "domains": []},
    ]
    f.listed("second.example", "www.second.example")


case(
    "the list of another network of this database is this app's",
    lambda f: second_network_alone(f, "www.second.example"),
    absent=["key.other-app"],
)
case(
    "the list of neither network is another app's",
    lambda f: second_network_alone(f, "third.example"),
    [f"error key.other-app {N}"],
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
