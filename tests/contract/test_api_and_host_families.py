"""The families `api` and `host`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import json

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    WWW,
    Folder,
    ago,
    call,
    iso,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


def rej(f, **kw):
    for c in f.closte["calls"]:
        c.update(**kw)


def here(f, body, **kw):
    f.closte["calls"].append(call("/getdomains", body, vantage="here", keyed=False, **kw))


GOODHERE = '{"success":false,"error":"Invalid API key"}'


def a(f):
    rej(f, http_status=None, body="", error="cURL error 28: Connection timed out")
    here(f, GOODHERE, http_status=401)


case("unreachable timeout", a, [f"error api.unreachable {N}"], ["api.unreachable"])


def a(f):
    rej(f, http_status=None, body="", error="cURL error 7")


case("unreachable host only", a, [f"error api.unreachable {N} possible"], ["api.unreachable"])


def a(f):
    rej(f, http_status=None, body=None, error="cURL error 7")


case("unreachable body null", a, [f"error api.unreachable {N} possible"], ["api.unreachable"])


def a(f):
    f.define("WP_HTTP_BLOCK_EXTERNAL", True)
    rej(f, http_status=None, body="", error="User has blocked requests through HTTP.")


case("blocked WP", a, [f"error api.unreachable {N}"], ["api.unreachable"])
case(
    "blocked WP constant alone",
    lambda f: f.define("WP_HTTP_BLOCK_EXTERNAL", True),
    ["error api.unreachable"],
)
case(
    "blocked WP accessible",
    lambda f: (
        f.define("WP_HTTP_BLOCK_EXTERNAL", True),
        f.define("WP_ACCESSIBLE_HOSTS", "*.closte.com,api.wordpress.org"),
    ),
    standing=[],
)
case(
    "blocked WP accessible exact",
    lambda f: (
        f.define("WP_HTTP_BLOCK_EXTERNAL", True),
        f.define("WP_ACCESSIBLE_HOSTS", "app.closte.com"),
    ),
    standing=[],
)
case(
    "blocked WP other accessible",
    lambda f: (
        f.define("WP_HTTP_BLOCK_EXTERNAL", True),
        f.define("WP_ACCESSIBLE_HOSTS", "api.wordpress.org"),
    ),
    ["error api.unreachable"],
)


def a(f):
    f.define("WP_HTTP_BLOCK_EXTERNAL", True)
    f.closte = ...


case("blocked WP no closte", a, ["error api.unreachable"])


def a(f):
    f.define("WP_HTTP_BLOCK_EXTERNAL", "false")


for nm, b, st in [
    ("503 html", "<html>Maintenance</html>", 503),
    ("200 html", "<html>hi</html>", 200),
    ("empty", "", 200),
    ("notjson", "ok", 200),
    ("500 json", '{"success":false,"error":"internal"}', 500),
]:

    def a(f):
        rej(f, http_status=st, body=b)

    case("outage host only " + nm, a, [f"warning api.outage {N} likely"], ["api.outage"])

    def a(f):
        rej(f, http_status=st, body=b)
        here(f, b, http_status=st)

    case(
        "outage everywhere " + nm,
        a,
        [f"warning api.outage {N} certain"],
        ["api.outage"],
        absent=["api.unreachable"],
    )

    def a(f):
        rej(f, http_status=st, body=b)
        here(f, GOODHERE, http_status=401)

    case("host only bad, here json " + nm, a)


def a(f):
    rej(f, http_status=None, body="", error="timeout")
    here(f, "", http_status=None, error="timeout")


case("outage timeouts everywhere", a, [f"warning api.outage {N}"], ["api.outage"])


def a(f):
    rej(f, http_status=502, body="<html>Bad gateway</html>")
    here(f, "", http_status=None, error="timeout")


case("outage mixed", a, [f"warning api.outage {N}"], ["api.outage"])


def a(f):
    f.closte["calls"][0].update(http_status=None, error="timed out", body="")


case("one call usable one not", a, absent=["api.outage", "api.unreachable"])


# from logs
def lg(f, lines, closte=...):
    f.closte = closte
    f.logs["integration-closte"] += "".join(
        f"[{ago(minutes=30)}] [INFO] {line}\n" for line in lines
    )


REQ = f'Making API request to: https://app.closte.com/api/client/adddomainalias with data: {{"domain":"{SHOP}","wildcard":false}}'
for nm, lines, want in [
    (
        "transport",
        [
            f"Adding domain: {SHOP} for site ID: 2",
            REQ,
            "API request failed: cURL error 28: timed out",
        ],
        "error api.unreachable",
    ),
    (
        "500",
        [
            f"Adding domain: {SHOP} for site ID: 2",
            REQ,
            "API response code: 500, body: <html>x</html>",
            "HTTP error 500 for endpoint /adddomainalias",
        ],
        "warning api.outage",
    ),
    (
        "401",
        [
            f"Adding domain: {SHOP} for site ID: 2",
            REQ,
            'API response code: 401, body: {"success":false,"error":"bad key"}',
            "HTTP error 401 for endpoint /adddomainalias",
        ],
        "error key.rejected",
    ),
]:
    for c in ({"calls": []}, ...):
        case(f"log {nm} {c}", lambda f: lg(f, lines, c), [want])

        def probe(f):
            lg(f, lines, Folder().closte)

    case(f"log {nm} but probe ok", probe, absent=["api.unreachable", "api.outage", "key.rejected"])
# host
case(
    "not closte",
    lambda f: (
        f.undefine("CLOSTE_APP_ID"),
        f.host.update(abspath="/var/www/html/", closte_mu_plugin=False),
    ),
    [f"warning host.not-closte {N}"],
    ["host.not-closte"],
)
case(
    "not closte, key missing",
    lambda f: (
        f.undefine("CLOSTE_APP_ID"),
        f.undefine("CLOSTE_CLIENT_API_KEY"),
        f.host.update(abspath="/var/www/html/", closte_mu_plugin=False),
        setattr(f, "closte", {"calls": []}),
    ),
    [f"warning host.not-closte {N}"],
    ["host.not-closte"],
    absent=["key.missing"],
)
case("closte by abspath", lambda f: f.undefine("CLOSTE_APP_ID"), standing=[])
case(
    "closte path, no mu",
    lambda f: (f.undefine("CLOSTE_APP_ID"), f.host.update(closte_mu_plugin=False)),
    ["warning host.not-closte"],
)
case(
    "closte app_id only, path else",
    lambda f: f.host.update(abspath="/var/www/", closte_mu_plugin=False),
    standing=[],
)
case(
    "not closte, bad key",
    lambda f: (
        f.undefine("CLOSTE_APP_ID"),
        f.define("CLOSTE_CLIENT_API_KEY", "xxx"),
        f.host.update(abspath="/var/www/html/", closte_mu_plugin=False),
        rej(f, http_status=401, body='{"success":false,"error":"bad key"}'),
    ),
    ["warning host.not-closte"],
    absent=["key.malformed", "key.rejected"],
)


# staging
def clone(f, site="https://staging.network.example", move=True):
    f.host.update(site_url=site, development_mode=True)
    if move:
        f.lead(SHOP, ELSEWHERE)
        f.lead(WWW, ELSEWHERE)
        f.lead(BLOG, ELSEWHERE)
        for h in (SHOP, BLOG):
            f.handshake(h, address=ELSEWHERE)


case(
    "clone staging",
    clone,
    [f"warning host.staging-clone {N}", f"error dns.wrong-address {D(SHOP)} <-host.staging-clone"],
)
case("regex alone", lambda f: clone(f, move=False), absent=["host.staging-clone"])
case(
    "regex alone prodhost",
    lambda f: f.host.update(site_url="https://www.testimonials.pl", development_mode=True),
    absent=["host.staging-clone"],
)


def cl2(f):
    clone(f)
    f.host.update(site_url="https://" + NETWORK, development_mode=False)
    f.host["abspath"] = "/home/acct999/public_html/"


case("clone app id", cl2, [f"warning host.staging-clone {N}"])


def cl3(f):
    clone(f)
    f.host.update(site_url="https://" + NETWORK, development_mode=False)


case("moved, no sign", cl3, [f"error dns.wrong-address {D(SHOP)}"], absent=["host.staging-clone"])


def cl4(f):
    clone(f)
    f.lead(SHOP, ENTRANCE)
    f.handshake(SHOP, address=ENTRANCE)


case("half only", cl4, absent=["host.staging-clone"])
# clock skew
case(
    "skew 6",
    lambda f: f.host.update(time_gmt=iso(minutes=6)),
    ["warning host.clock-skew host:prod"],
)
case("skew 5", lambda f: f.host.update(time_gmt=iso(minutes=5)), absent=["host.clock-skew"])
case(
    "skew -6 table",
    lambda f: f.host.update(time_gmt=ago(minutes=-6)),
    ["warning host.clock-skew host:prod"],
)
case(
    "maint",
    lambda f: f.host.update(maintenance_file=True),
    ["warning host.maintenance host:prod"],
    ["host.maintenance"],
)
case(
    "noise",
    lambda f: f.host.update(stdout_noise="PHP Notice: x in y"),
    ["info host.noisy-output host:prod"],
)
case(
    "noise in file",
    lambda f: f.raw.update(
        {"sites.json": b"Welcome to host\n" + json.dumps(f.sites).encode() + b"\nbye"}
    ),
    ["info host.noisy-output host:prod"],
    [],
)
case(
    "BOM",
    lambda f: f.raw.update({"sites.json": b"\xef\xbb\xbf" + json.dumps(f.sites).encode()}),
    ["info host.noisy-output host:prod"],
    [],
)
case(
    "banner with brackets",
    lambda f: f.raw.update(
        {"sites.json": b"[notice] {hello} [1]\n" + json.dumps(f.sites).encode() + b"\n[done]"}
    ),
    ["info host.noisy-output host:prod"],
    [],
)


# errors
def err(f, **kw):
    f.host.update(
        reached=None,
        errors=[{"command": "wp eval-file -", "status": None, "stdout": "", "stderr": "", **kw}],
    )


for want, kw in [
    ("host.no-wp-cli", dict(status=127, stderr="bash: line 1: wp: command not found")),
    ("host.no-wp-cli", dict(status=127, stderr="sh: 1: wp: not found")),
    (
        "host.no-wp-cli",
        dict(
            status=1,
            stderr="Error: WP-CLI requires PHP 7.2.24 or newer. You are running version 5.6.",
        ),
    ),
    ("host.no-wp-cli", dict(status=127, stderr="/usr/bin/env: 'php': No such file or directory")),
    ("host.no-wp-cli", dict(status="127", stderr="zsh:1: command not found: wp")),
    (
        "host.unreachable",
        dict(status=255, stderr="ssh: Could not resolve hostname foo: Name or service not known"),
    ),
    (
        "host.unreachable",
        dict(status=255, stderr="ssh: connect to host foo port 22: Connection refused"),
    ),
    (
        "host.unreachable",
        dict(status=255, stderr="ssh: connect to host foo port 22: Connection timed out"),
    ),
    (
        "host.unreachable",
        dict(status=255, stderr="ssh: connect to host foo port 22: Operation timed out"),
    ),
    (
        "host.unreachable",
        dict(status=255, stderr="ssh: connect to host foo port 22: No route to host"),
    ),
    ("host.unreachable", dict(status=255, stderr="Connection closed by 1.2.3.4 port 22")),
    ("host.unreachable", dict(status=255, stderr="Connection to foo closed by remote host.")),
    ("host.unreachable", dict(status=-1, stderr="")),
    ("host.unreachable", dict(status=255, stderr="")),
    ("host.unreachable", dict(status=137, stderr="")),
    ("host.unreachable", dict(status=None, stderr="[Errno -2] Name or service not known")),
    (
        "host.login-refused",
        dict(status=255, stderr="user@foo: Permission denied (publickey,password)."),
    ),
    ("host.login-refused", dict(status=None, stderr="Authentication failed.")),
    ("host.key-unknown", dict(status=255, stderr="Host key verification failed.")),
    (
        "host.key-unknown",
        dict(status=None, stderr="Server '[127.0.0.1]:2222' not found in known_hosts"),
    ),
    (
        "host.key-unknown",
        dict(
            status=255,
            stderr="No ED25519 host key is known for foo and you have requested strict checking.\nHost key verification failed.",
        ),
    ),
    (
        "host.key-changed",
        dict(
            status=255,
            stderr="@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.",
        ),
    ),
    (
        "host.key-changed",
        dict(
            status=None,
            stderr="Host key for server 'x' does not match: got 'AAAA', expected 'BBBB'",
        ),
    ),
    ("host.no-shell", dict(status=1, stdout="This account is currently not available.")),
    ("host.no-shell", dict(status=1, stdout="This service allows sftp connections only.")),
    (
        "host.root-refused",
        dict(
            status=1,
            stderr="Error: YIKES! It looks like you're running this as root. You probably meant to run this as the user that your WordPress installation exists under.",
        ),
    ),
    (
        "host.no-wordpress",
        dict(
            status=1,
            stderr="Error: This does not seem to be a WordPress installation.\nThe used path is: /x/\nPass --path=`path/to/wordpress` or run `wp core download`.",
        ),
    ),
    (
        "host.no-wordpress",
        dict(status=1, stderr="bash: line 1: cd: /nope: No such file or directory"),
    ),
    (
        "host.config-unreadable",
        dict(
            status=1,
            stderr="PHP Warning:  file_get_contents(/x/wp-config.php): Failed to open stream: Permission denied\nError: Strange wp-config.php file: wp-settings.php is not loaded directly.",
        ),
    ),
    (
        "host.config-unreadable",
        dict(
            status=1,
            stderr="Error: Strange wp-config.php file: wp-settings.php is not loaded directly.",
        ),
    ),
    (
        "host.config-unreadable",
        dict(
            status=255,
            stderr='PHP Parse error:  syntax error, unexpected single-quoted string "s3cr3tpassword" in /x/wp-config.php on line 30',
        ),
    ),
    (
        "host.config-unreadable",
        dict(
            status=255,
            stdout='PHP Parse error:  syntax error, unexpected identifier "x", expecting ")" in phar:///usr/local/bin/wp/vendor/wp-cli/wp-cli/php/WP_CLI/Runner.php(1280) : eval()\'d code on line 3',
        ),
    ),
    (
        "host.wrong-prefix",
        dict(
            status=1,
            stderr="WordPress database error Table 'db.wp_blogs' doesn't exist for query SELECT",
        ),
    ),
    (
        "host.php-fatal",
        dict(
            command="wp eval-file - --runtime",
            status=255,
            stderr="PHP Fatal error:  Uncaught Error: Call to undefined function foo() in /x/wp-content/plugins/bad/bad.php:3",
        ),
    ),
    (
        "host.php-fatal",
        dict(
            status=1,
            stderr="Error: There has been a critical error on this website.Learn more about troubleshooting WordPress.",
        ),
    ),
    (
        "host.php-fatal",
        dict(
            status=255,
            stderr="PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /x/y.php on line 3",
        ),
    ),
    (
        "host.database-down",
        dict(status=1, stderr="Error: Error establishing a database connection."),
    ),
    (
        "host.database-down",
        dict(
            status=1,
            stderr="ERROR 2002 (HY000): Can't connect to local MySQL server through socket",
        ),
    ),
    (
        "host.database-down",
        dict(
            status=1,
            stderr="ERROR 1045 (28000): Access denied for user 'x'@'localhost' (using password: YES)",
        ),
    ),
    ("host.database-down", dict(status=1, stderr="ERROR 1049 (42000): Unknown database 'x'")),
    (
        "host.database-down",
        dict(
            status=1,
            stderr="ERROR 1044 (42000): Access denied for user 'x'@'localhost' to database 'y'",
        ),
    ),
    (
        "host.site-not-found",
        dict(
            status=1,
            stderr="Error: Site 'network.example/' not found. Verify `DOMAIN_CURRENT_SITE` matches an existing site or use `--url=<url>` to override.",
        ),
    ),
    (
        "host.site-not-found",
        dict(
            status=1,
            stderr="Error: Site 'x' not found. Verify `--url=<url>` matches an existing site.",
        ),
    ),
]:

    def only(f):
        for n in f.DOCUMENTS:
            setattr(f, n, ...)
        f.rows = ...
        f.logs = {}
        f.host = {
            "reached": None,
            "errors": [
                {"command": "wp config list --format=json", "stdout": "", "stderr": "", **kw}
            ],
        }
        f.meta = {"schema": 1, "taken_at": iso(), "target": "prod"}

    case(f"only {want} {kw}", only, [f"error {want} host:prod"], verdict="unobservable", status=3)


def elsewhere(f):
    f.constants = ...
    f.host.update(abspath="/var/www/html/", closte_mu_plugin=False)


case(
    "another place, nobody asked for CLOSTE_APP_ID",
    elsewhere,
    absent=["host.not-closte"],
    lacking={"host.not-closte": "constants.json"},
)
case(
    "Closte's place, nobody looked for its plugin",
    lambda f: (f.undefine("CLOSTE_APP_ID"), f.host.pop("closte_mu_plugin")),
    absent=["host.not-closte"],
    lacking={"host.not-closte": "host.json: closte_mu_plugin"},
)
case(
    "asked from here only",
    lambda f: rej(f, vantage="here"),
    standing=[],
    lacking={"api.unreachable": "closte.json"},
)


for spelt in (
    "getdomains",
    "/getdomains/",
    "https://app.closte.com/api/client/getdomains?apikey=[redacted:apikey]",
):
    case(
        f"endpoint as {spelt[:20]}",
        lambda f: f.closte["calls"][0].update(endpoint=spelt),
        standing=[],
        verdict="clean",
    )


def dead_page(f, address):
    f.http.append(
        {
            "url": f"https://{SHOP}/",
            "address": address,
            "status": 500,
            "headers": {},
            "body_start": "",
            "error": None,
        }
    )


case("500 of a mapped page", lambda f: dead_page(f, ENTRANCE), ["error host.php-fatal possible"])
case("500 from elsewhere", lambda f: dead_page(f, ELSEWHERE), absent=["host.php-fatal"])


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
