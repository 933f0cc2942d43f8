"""The families `ssl` and `check`, from folders written by hand."""
# ruff: noqa: B023, F811

from __future__ import annotations

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    STAGES,
    V6,
    WWW,
    Folder,
    action,
    ago,
    answers,
    call,
    default_shake,
    enum,
    iso,
    row,
    shake,
)
from contract.table import Case, Table

N = f"network:{NETWORK}"
_TABLE = Table()
case = _TABLE.case


def D(name: str) -> str:
    return f"domain:{name}"


def stage(f, st, m=60, queued=True, listed=True):
    f.set(BLOG, stage=st, date_created=ago(minutes=m), date_modified=ago(minutes=m), secure="0")
    f.scheduler = [a for a in f.scheduler if BLOG not in a["args"]]
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
    if not listed:
        f.listed(NETWORK, SHOP, WWW)


def deft(f):
    f.tls = [t for t in f.tls if t["host"] != BLOG] + [default_shake(BLOG)]


def c(m, st="checking-ssl-cert", **k):
    def x(f):
        stage(f, st, m, **k)
        deft(f)

    return x


case("pending 9", c(9), [f"info ssl.pending {D(BLOG)}"], [], absent=["ssl.wrong-name"])
case(
    "pending dns stage 9",
    c(9, "checking-dns"),
    [f"info ssl.pending {D(BLOG)}"],
    [],
    absent=["ssl.wrong-name"],
)
case(
    "slow 10",
    c(10),
    [f"warning ssl.slow {D(BLOG)}"],
    ["ssl.slow"],
    absent=["ssl.wrong-name", "ssl.pending"],
)
case("slow 60", c(60), [f"warning ssl.slow {D(BLOG)}"], ["ssl.slow"], absent=["ssl.wrong-name"])
case(
    "slow unlisted",
    c(60, listed=False),
    [f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
    absent=["ssl.wrong-name"],
)
case(
    "given-up",
    c(600, "ssl-failed", queued=False),
    [f"error ssl.given-up {D(BLOG)}"],
    ["ssl.given-up"],
    absent=["ssl.wrong-name"],
)


def g(f):
    c(600, "done-without-ssl", queued=False)(f)
    f.host["plugin_version"] = "2.4.3"
    f.host["plugin_slug"] = "multisite-ultimate"
    f.host["sunrise"].update(version="2.0.0.9", plugin_slug="multisite-ultimate")
    f.options["mapping_columns"] = enum(*STAGES[:-1])


case("given-up done-without-ssl", g, [f"error ssl.given-up {D(BLOG)}"], ["ssl.given-up"])
case(
    "given-up no alias",
    c(600, "ssl-failed", queued=False, listed=False),
    [f"error ssl.given-up {D(BLOG)} <-alias.missing", f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
)


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.handshake(BLOG, status="refused", verified=False, names=[], issuer=None, not_after=None)


case(
    "given-up refused", g, [f"error ssl.given-up {D(BLOG)} <-ssl.unreachable"], ["ssl.unreachable"]
)


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.handshake(BLOG, names=["other.example"], issuer="x")


case(
    "given-up third party",
    g,
    [f"error ssl.given-up {D(BLOG)} <-ssl.wrong-name"],
    ["ssl.wrong-name"],
)


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.handshake(BLOG, names=[BLOG], verify_error="certificate has expired", not_after=iso(days=2))


case("given-up expired", g, [f"error ssl.given-up {D(BLOG)} <-ssl.expired"], ["ssl.expired"])


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.lead(BLOG, ELSEWHERE)
    f.handshake(BLOG, address=ELSEWHERE, names=["other.example"])


case(
    "given-up dns wrong",
    g,
    [
        f"error ssl.given-up {D(BLOG)} <-dns.wrong-address",
        f"error ssl.wrong-name {D(BLOG)} <-dns.wrong-address",
    ],
    ["dns.wrong-address"],
)


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.dns_of(BLOG, "CAA", records=['0 issue "digicert.com"'])


case("given-up caa", g, [f"error ssl.given-up {D(BLOG)} <-dns.caa-forbids"], ["dns.caa-forbids"])


def g(f):
    c(600, "ssl-failed", queued=False)(f)
    f.lead(BLOG, ENTRANCE, v6=[V6])


case("given-up v6", g, [f"error ssl.given-up {D(BLOG)} <-dns.stray-ipv6"], ["dns.stray-ipv6"])


def k(f):
    c(600, "ssl-failed", queued=False, listed=False)(f)
    f.closte["calls"][1]["body"] = '{"success":false,"error":"no permission"}'


case(
    "given-up key",
    k,
    [
        f"error ssl.given-up {D(BLOG)} <-key.no-permission",
        f"error alias.missing {D(BLOG)} <-key.no-permission",
    ],
    ["key.no-permission"],
)


def k(f):
    c(60, listed=False)(f)
    f.closte = {
        "calls": [
            call("/getdomains", '{"success":false,"error":"Invalid API key"}', http_status=401)
        ]
    }


case("slow key rejected", k, [f"warning ssl.slow {D(BLOG)} <-key.rejected"], ["key.rejected"])


def k(f):
    c(9, listed=False)(f)
    f.closte = {
        "calls": [
            call("/getdomains", '{"success":false,"error":"Invalid API key"}', http_status=401)
        ]
    }


case("pending key rejected", k, [f"info ssl.pending {D(BLOG)} <-key.rejected"], ["key.rejected"])
case("wrong-name default at done", deft, [f"error ssl.wrong-name {D(BLOG)}"], ["ssl.wrong-name"])


def d(f):
    deft(f)
    f.listed(NETWORK, SHOP, WWW)


case(
    "wrong-name default done alias missing",
    d,
    [f"error alias.missing {D(BLOG)}"],
    ["alias.missing"],
    absent=["ssl.wrong-name"],
)


def d(f):
    c(60)(f)
    f.handshake(BLOG, names=["stranger.example"])


case("third party while checking", d, [f"error ssl.wrong-name {D(BLOG)}"])
case(
    "expired",
    lambda f: f.handshake(
        BLOG, not_after=iso(hours=1), verified=False, verify_error="certificate has expired"
    ),
    [f"error ssl.expired {D(BLOG)}"],
)
case(
    "expired 1s",
    lambda f: f.handshake(
        BLOG, not_after=iso(seconds=1), verified=False, verify_error="certificate has expired"
    ),
    [f"error ssl.expired {D(BLOG)}"],
)
case(
    "expiring 13",
    lambda f: f.handshake(BLOG, not_after=iso(days=-13)),
    [f"warning ssl.expiring {D(BLOG)}"],
    ["ssl.expiring"],
)
case(
    "expiring 13d23h",
    lambda f: f.handshake(BLOG, not_after=iso(days=-13, hours=-23)),
    [f"warning ssl.expiring {D(BLOG)}"],
    ["ssl.expiring"],
)
case("expiring 14", lambda f: f.handshake(BLOG, not_after=iso(days=-14)), standing=[])
case(
    "expiring no not_before",
    lambda f: f.handshake(BLOG, not_after=iso(days=-13), not_before=None),
    [f"warning ssl.expiring {D(BLOG)}"],
    ["ssl.expiring"],
)
case(
    "expiring short-lived",
    lambda f: f.handshake(BLOG, not_after=iso(days=-13), not_before=iso(days=1)),
    [f"warning ssl.expiring {D(BLOG)}"],
    ["ssl.expiring"],
)
case(
    "untrusted selfsigned",
    lambda f: f.handshake(
        BLOG, verified=False, verify_error="self-signed certificate", self_signed=True
    ),
    [f"error ssl.untrusted {D(BLOG)}"],
)
case(
    "untrusted chain",
    lambda f: f.handshake(
        BLOG, verified=False, verify_error="unable to get local issuer certificate"
    ),
    [f"error ssl.untrusted {D(BLOG)}"],
)
case(
    "not yet valid",
    lambda f: f.handshake(
        BLOG, verified=False, verify_error="certificate is not yet valid", not_before=iso(days=-1)
    ),
    [f"error ssl.untrusted {D(BLOG)}"],
)
for st in ("refused", "timeout", "reset", "handshake-failed"):
    case(
        "unreachable " + st,
        lambda f: f.handshake(
            BLOG,
            status=st,
            verified=False,
            names=[],
            issuer=None,
            not_before=None,
            not_after=None,
            self_signed=None,
        ),
        [f"error ssl.unreachable {D(BLOG)}"],
    )
case(
    "unreachable minimal",
    lambda f: f.tls.__setitem__(
        2, {"host": BLOG, "address": ENTRANCE, "port": 443, "status": "timeout"}
    ),
    [f"error ssl.unreachable {D(BLOG)}"],
)
case(
    "handshake minimal",
    lambda f: f.tls.__setitem__(
        2, {"host": BLOG, "address": ENTRANCE, "status": "ok", "verified": True, "names": [BLOG]}
    ),
    standing=[],
)


def loop(f):
    f.http += [
        {
            "url": f"https://{BLOG}/",
            "address": ENTRANCE,
            "status": 301,
            "headers": {"Location": f"http://{BLOG}/"},
            "body_start": "",
            "error": None,
        },
        {
            "url": f"http://{BLOG}/",
            "address": ENTRANCE,
            "status": 301,
            "headers": {"Location": f"https://{BLOG}/"},
            "body_start": "",
            "error": None,
        },
    ]


case("loop", loop, [f"warning ssl.redirect-loop {D(BLOG)}"], ["ssl.redirect-loop"])
case(
    "loop str status",
    lambda f: f.http.append(
        {
            "url": f"https://{BLOG}/",
            "address": ENTRANCE,
            "status": "301",
            "headers": {"Location": f"https://{BLOG}/"},
        }
    ),
    [f"warning ssl.redirect-loop {D(BLOG)}"],
)
case(
    "no loop",
    lambda f: f.http.append(
        {
            "url": f"http://{BLOG}/",
            "address": ENTRANCE,
            "status": 301,
            "headers": {"Location": f"https://{BLOG}/"},
        }
    ),
    standing=[],
)


def rl(f, n=5, d=6):
    c(60 * 24 * 8)(f)
    f.logs["integration-closte"] = "".join(
        f"[{ago(days=d, minutes=-i)}] [INFO] Adding domain: {BLOG} for site ID: 3\n"
        for i in range(n)
    )


case("rate 5 adds", rl, [f"warning ssl.rate-limit {D(BLOG)}"])
case("rate 4 adds", lambda f: rl(f, 4), absent=["ssl.rate-limit"])
case("rate 5 adds 8 days", lambda f: rl(f, 5, 8), absent=["ssl.rate-limit"])


def ra(f):
    c(60 * 24 * 8)(f)
    f.scheduler += [
        action(
            80 + i,
            "wu_add_domain",
            "complete",
            ago(days=i, minutes=30),
            {"domain": BLOG, "site_id": 3},
        )
        for i in range(5)
    ]


case("rate 5 actions", ra, [f"warning ssl.rate-limit {D(BLOG)}"])


def rt(f, t):
    c(60)(f)
    f.closte["calls"].append(
        call("/adddomainalias", {"success": True, "ssl": t}, asked_domain=BLOG)
    )


case(
    "rate text",
    lambda f: rt(f, "urn:ietf:params:acme:error:rateLimited"),
    [f"warning ssl.rate-limit {D(BLOG)}"],
)
case(
    "rate text2",
    lambda f: rt(f, "too many certificates already issued"),
    [f"warning ssl.rate-limit {D(BLOG)}"],
)


def rt(f, t):
    c(60)(f)
    f.closte["calls"].append(
        call("/adddomainalias", {"success": False, "error": t}, asked_domain=BLOG)
    )


case("rate text3", lambda f: rt(f, "acme: rateLimited"), [f"warning ssl.rate-limit {D(BLOG)}"])


def rt(f):
    c(60)(f)
    f.logs["integration-closte"] += (
        f'[{ago(hours=1)}] [INFO] Adding domain: {BLOG} for site ID: 3\n[{ago(hours=1)}] [INFO] API response code: 200, body: {{"success":false,"error":"too many certificates already issued for: client.example"}}\n'
    )


case("rate text log", rt, [f"warning ssl.rate-limit {D(BLOG)}"])


# check
def chk(f, st, *lines, m=5):
    stage(f, st)
    f.logs[f"domain-{BLOG}"] = "".join(
        f"[{ago(minutes=m)}] [{line.split('|')[0]}] {line.split('|')[1]}\n" for line in lines
    )


FAIL = "ERROR|Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP)."
for code_, hit in ((401, 1), (403, 1), (404, 0), (301, 0), (503, 1), (400, 1), (399, 0)):

    def x(f):
        chk(
            f,
            "checking-dns",
            f"INFO|Starting Check for {BLOG}",
            f"INFO|Testing domain verification via Loopback using HTTPS with SSL verification: https://{BLOG}/?async_check_dns_nonce=abc",
            f"WARNING|Loopback request via HTTPS with SSL verification returned HTTP {code_}",
            f"WARNING|Loopback request via HTTP returned HTTP {code_}",
            FAIL,
            "INFO|- DNS propagation not finished, retrying in 5 minutes...",
        )

    case(
        f"loopback {code_}",
        x,
        [f"warning check.loopback-blocked {D(BLOG)}"] if hit else [],
        absent=[] if hit else ["check.loopback-blocked"],
    )


def x(f):
    chk(
        f,
        "checking-dns",
        f"INFO|Starting Check for {BLOG}",
        "WARNING|Loopback request via HTTP returned HTTP 401",
        FAIL,
        "INFO|- DNS propagation not finished, retrying in 5 minutes...",
    )
    f.lead(BLOG, ELSEWHERE)
    f.handshake(BLOG, address=ELSEWHERE)


case(
    "loopback 401 but dns wrong",
    x,
    [f"error dns.wrong-address {D(BLOG)}"],
    absent=["check.loopback-blocked"],
)


def x(f):
    chk(
        f,
        "checking-dns",
        f"INFO|Starting Check for {BLOG}",
        "WARNING|Loopback request via HTTP returned HTTP 401",
        FAIL,
        "INFO|- DNS propagation finished, advancing domain to next step...",
    )


case("loopback 401 then ok", x, absent=["check.loopback-blocked"])


def x(f):
    chk(
        f,
        "checking-dns",
        f"INFO|Starting Check for {BLOG}",
        "WARNING|Loopback request via HTTP returned HTTP 401",
        FAIL,
        "INFO|- DNS propagation not finished, retrying in 5 minutes...",
        m=20,
    )
    f.logs[f"domain-{BLOG}"] += (
        f"[{ago(minutes=5)}] [INFO] Starting Check for {BLOG}\n[{ago(minutes=5)}] [WARNING] Loopback response via HTTP did not contain expected domain ID. Expected: 2, Got: 1\n[{ago(minutes=5)}] [ERROR] Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP).\n[{ago(minutes=5)}] [INFO] - DNS propagation not finished, retrying in 5 minutes...\n"
    )


case("loopback newest other", x, absent=["check.loopback-blocked"])


def gd(f):
    stage(f, "failed", 600, queued=False)
    deft(f)


case("gave-up-dns alone", gd, [f"error check.gave-up-dns {D(BLOG)}"], ["check.gave-up-dns"])


def gd2(f):
    gd(f)
    f.lead(BLOG, ELSEWHERE)
    f.tls = [t for t in f.tls if t["host"] != BLOG] + [shake(BLOG, address=ELSEWHERE)]


case(
    "gave-up-dns conseq",
    gd2,
    [f"error check.gave-up-dns {D(BLOG)} <-dns.wrong-address"],
    ["dns.wrong-address"],
)
case(
    "gave-up both fine",
    lambda f: stage(f, "failed", 600, queued=False),
    [f"error mapping.stale-failure {D(BLOG)}"],
    ["mapping.stale-failure"],
    absent=["check.gave-up-dns"],
)


def gd3(f):
    gd(f)
    f.lead(BLOG, status="NXDOMAIN")
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case(
    "gave-up nxdomain", gd3, [f"error check.gave-up-dns {D(BLOG)} <-dns.nxdomain"], ["dns.nxdomain"]
)


def rt(f, t):
    c(60)(f)
    f.closte["calls"].append(
        call("/adddomainalias", {"success": True, "ssl": t}, asked_domain=BLOG)
    )


case(
    "rate text",
    lambda f: rt(f, "urn:ietf:params:acme:error:rateLimited"),
    [f"warning ssl.rate-limit {D(BLOG)}"],
)


def rg(f):
    c(60)(f)
    f.listed(
        NETWORK,
        SHOP,
        WWW,
        {
            "domain": BLOG,
            "ssl": {"status": "failed", "error": "too many certificates already issued"},
        },
    )


case("rate in list", rg, [f"warning ssl.rate-limit {D(BLOG)}"])


def rg(f):
    c(60)(f)
    f.listed(NETWORK, {"domain": SHOP, "ssl": "too many certificates"}, WWW, {"domain": BLOG})


case("rate of other", rg, absent=["ssl.rate-limit"])


CF = "104.16.1.1"


def unsaid(f, **more):
    f.handshake(BLOG, verified=None, **more)


case(
    "nobody verified",
    unsaid,
    standing=[],
    absent=["ssl.untrusted"],
    lacking={"ssl.untrusted": "tls.json"},
)
case(
    "nobody verified, the dates speak",
    lambda f: unsaid(f, not_after=iso(days=1)),
    [f"error ssl.expired {D(BLOG)}"],
)
case(
    "nobody verified, not valid yet",
    lambda f: unsaid(f, not_before=iso(days=-1)),
    [f"error ssl.untrusted {D(BLOG)}"],
)
case(
    "nobody verified, ending",
    lambda f: unsaid(f, not_after=iso(days=-3)),
    [f"warning ssl.expiring {D(BLOG)}"],
)


def unsaid_while_checking(f):
    c(60)(f)
    f.handshake(BLOG, names=[BLOG], verified=None)


case(
    "nobody verified while the plugin waits",
    unsaid_while_checking,
    absent=["ssl.slow"],
    lacking={"ssl.slow": "tls.json"},
)


def refused_without(key):
    def change(f):
        f.handshake(BLOG, verified=False)
        for found in f.tls:
            found.pop(key)

    return change


case(
    "refused, and neither names nor a reason",
    refused_without("names"),
    lacking={"ssl.wrong-name": "tls.json"},
)
case(
    "refused, and neither an end nor a reason",
    refused_without("not_after"),
    lacking={"ssl.expired": "tls.json"},
)
case("nobody verified: the flag", unsaid, lacking={"mapping.secure-flag": "tls.json"})
case(
    "no end recorded",
    lambda f: f.handshake(BLOG, not_after=None),
    standing=[],
    lacking={"ssl.expiring": "tls.json"},
)
case("status in capitals", lambda f: f.handshake(BLOG, status="OK"), standing=[])


def in_unicode(f):
    name = "zażółć.pl"
    f.rows.append(row(9, 3, "xn--za-6ja4f8n1l.pl", primary_domain="0"))
    f.listed(NETWORK, SHOP, WWW, BLOG, name, f"www.{name}")
    f.dns += [a for n in (name, f"www.{name}") for a in answers(n, ENTRANCE)]
    f.tls.append(shake(name))


case("names of a certificate in Unicode", in_unicode, absent=["ssl.wrong-name"])


def edge(f, **more):
    f.lead(BLOG, CF)
    f.handshake(BLOG, address=CF, **more)


case(
    "a proxy's certificate has expired",
    lambda f: edge(f, not_after=iso(days=1), verified=False, verify_error="expired"),
    [f"error ssl.expired {D(BLOG)}", f"warning dns.proxied {D(BLOG)}"],
)


def loop_elsewhere(f):
    f.lead(BLOG, ELSEWHERE)
    f.tls = [t for t in f.tls if t["host"] != BLOG]
    f.http.append(
        {
            "url": f"https://{BLOG}/",
            "address": ELSEWHERE,
            "status": 301,
            "headers": {"Location": f"https://{BLOG}/"},
        }
    )


case(
    "loop at a foreign address",
    loop_elsewhere,
    [f"warning ssl.redirect-loop {D(BLOG)} <-dns.wrong-address"],
    ["dns.wrong-address"],
)


def half_loops(f):
    for scheme, to, address in (("https", "http", ENTRANCE), ("http", "https", ELSEWHERE)):
        f.http.append(
            {
                "url": f"{scheme}://{BLOG}/",
                "address": address,
                "status": 301,
                "headers": {"Location": f"{to}://{BLOG}/"},
            }
        )


case("two addresses make no loop", half_loops, absent=["ssl.redirect-loop"])


def never_called(f):
    c(60 * 24 * 8)(f)
    f.scheduler += [
        action(
            80 + i,
            "wu_add_domain",
            "failed",
            ago(days=i, minutes=30),
            {"domain": BLOG, "site_id": 3},
            "action failed via WP Cron: Scheduled action for wu_add_domain will not be executed as "
            "no callbacks are registered.",
        )
        for i in range(5)
    ]


case("rate 5 jobs that called nobody", never_called, absent=["ssl.rate-limit"])


def old_log(f):
    c(60)(f)
    f.host["plugin_version"] = "2.4.3"
    f.scheduler.append(
        action(88, "wu_add_domain", "complete", ago(hours=3), {"domain": BLOG, "site_id": 3})
    )
    f.logs["integration-closte"] = (
        f'[{ago(hours=3, seconds=-1)}] [INFO] {{"success":false,"error":"acme: rateLimited"}}\n'
    )


case("rate text in a bare body", old_log, [f"warning ssl.rate-limit {D(BLOG)}"])


case("pending at done", c(9, "done", queued=False), [f"info ssl.pending {D(BLOG)}"], [])
case(
    "at done ten minutes are over",
    c(10, "done", queued=False),
    [f"error ssl.wrong-name {D(BLOG)}"],
    ["ssl.wrong-name"],
    absent=["ssl.pending"],
)


def added_anew(f):
    deft(f)
    f.scheduler.append(
        action(90, "wu_add_domain", "complete", ago(minutes=5), {"domain": BLOG, "site_id": 3})
    )


case("added anew at done", added_anew, [f"info ssl.pending {D(BLOG)}"], [])


def refused_anew(f):
    added_anew(f)
    f.handshake(BLOG, status="handshake-failed", names=[], verify_error="unrecognized name")


case("no certificate for the name yet, at done", refused_anew, [f"info ssl.pending {D(BLOG)}"], [])


def expired_anew(f):
    added_anew(f)
    f.handshake(BLOG, names=[BLOG], not_after=iso(days=2), verify_error="expired")


case("expired at done, added anew", expired_anew, standing=["ssl.expired"], absent=["ssl.pending"])
case(
    "slow while DNS is checked and right",
    c(60, "checking-dns"),
    [f"warning ssl.slow {D(BLOG)}"],
    ["ssl.slow"],
)


def unseen_dns(f):
    c(60, "checking-dns")(f)
    f.dns = [a for a in f.dns if a["name"] != BLOG]


case(
    "whether it is slow while nobody saw the DNS",
    unseen_dns,
    absent=["ssl.slow"],
    lacking={"ssl.slow": "dns.json"},
)


def slow_behind_proxy(f):
    c(60)(f)
    f.lead(BLOG, CF)
    f.handshake(BLOG, address=CF)


case(
    "a proxy may be why it is slow",
    slow_behind_proxy,
    [f"warning dns.proxied {D(BLOG)}"],
    ["dns.proxied"],
    absent=["ssl.slow"],
)


def test_who_mends_a_proxys_certificate() -> None:
    folder = Folder()
    edge(folder, not_after=iso(days=1), verified=False, verify_error="certificate has expired")
    found = folder.report().one("ssl.expired", BLOG)
    assert found["waiting_on"] == "customer"
    assert "Cloudflare" in found["do"]


# a certificate that nobody verified is neither good nor bad
def unverified(f, st="done"):
    f.set(BLOG, stage=st)
    for found in f.tls:
        if found["host"] == BLOG:
            found.pop("verified")


for st, codes in {
    "done": ("mapping.secure-flag", "ssl.untrusted"),
    "ssl-failed": ("ssl.given-up", "mapping.stale-failure"),
    "checking-ssl-cert": ("ssl.slow", "ssl.pending"),
}.items():
    case(
        f"unverified at {st}",
        lambda f: unverified(f, st),
        absent=codes,
        lacking=dict.fromkeys(codes, "tls.json"),
    )


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
