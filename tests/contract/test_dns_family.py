"""The family `dns`, from folders written by hand."""
# ruff: noqa: B023

from __future__ import annotations

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    V6,
    WWW,
    action,
    ago,
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


def led(f, *a, **k):
    f.lead(BLOG, *a, **k)


def noname(f):
    led(f, status="NXDOMAIN")
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case("nxdomain", noname, [f"error dns.nxdomain {D(BLOG)}"], ["dns.nxdomain"])


def noaddr(f):
    led(f)
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case("no-address", noaddr, [f"error dns.no-address {D(BLOG)}"], ["dns.no-address"])


def wrong(f):
    led(f, ELSEWHERE)
    f.handshake(BLOG, address=ELSEWHERE)


case("wrong", wrong, [f"error dns.wrong-address {D(BLOG)}"], ["dns.wrong-address"])


def wrong2(f):
    wrong(f)
    f.handshake(BLOG, verified=False, verify_error="hostname mismatch", names=["other.example"])


case(
    "wrong + foreign cert",
    wrong2,
    [f"error dns.wrong-address {D(BLOG)}", f"error ssl.wrong-name {D(BLOG)} <-dns.wrong-address"],
    ["dns.wrong-address"],
)


def wrong3(f):
    wrong(f)
    f.handshake(
        BLOG,
        status="refused",
        verified=False,
        names=[],
        issuer=None,
        not_before=None,
        not_after=None,
    )


case(
    "wrong + refused",
    wrong3,
    [f"error ssl.unreachable {D(BLOG)} <-dns.wrong-address"],
    ["dns.wrong-address"],
)


def exp(f):
    wrong(f)
    f.handshake(BLOG, not_after=iso(days=3), verified=False, verify_error="certificate has expired")


case(
    "wrong + expired",
    exp,
    [f"error ssl.expired {D(BLOG)} <-dns.wrong-address"],
    ["dns.wrong-address"],
)


def mixed(f):
    led(f, ENTRANCE, ELSEWHERE)
    f.tls.append(
        shake(
            BLOG,
            address=ELSEWHERE,
            verified=False,
            verify_error="hostname mismatch",
            names=["other.example"],
        )
    )


case(
    "mixed",
    mixed,
    [
        f"error dns.mixed-addresses {D(BLOG)}",
        f"error ssl.wrong-name {D(BLOG)} <-dns.mixed-addresses",
    ],
    ["dns.mixed-addresses"],
)


def v6(f):
    led(f, ENTRANCE, v6=[V6])


case("stray v6", v6, [f"error dns.stray-ipv6 {D(BLOG)}"], ["dns.stray-ipv6"])


def v6ok(f):
    led(f, ENTRANCE, v6=[V6])
    f.meta["expected_addresses"] = [ENTRANCE, V6]


case("v6 expected", v6ok, standing=[], absent=["dns.stray-ipv6"])


def v6net(f):
    led(f, ENTRANCE, v6=[V6])
    f.lead(NETWORK, ENTRANCE, v6=[V6])


case("v6 same as network", v6net, absent=["dns.stray-ipv6"])
CF = "104.16.1.1"


def prox(f):
    led(f, CF)
    f.handshake(BLOG, address=CF, issuer="Google Trust Services")
    f.http.append(
        {
            "url": f"https://{BLOG}/",
            "address": CF,
            "status": 200,
            "headers": {"server": "cloudflare", "cf-ray": "x"},
            "body_start": "<html>",
            "error": None,
        }
    )


case("proxied done", prox, [f"info dns.proxied {D(BLOG)}"], [])


def prox2(f):
    prox(f)
    f.set(BLOG, stage="checking-ssl-cert")
    f.scheduler.append(
        action(
            70,
            "wu_async_process_domain_stage",
            "pending",
            ago(minutes=-1),
            {"domain_id": 2, "tries": 1},
        )
    )
    f.handshake(
        BLOG, verified=False, verify_error="hostname mismatch", names=["sni.cloudflaressl.com"]
    )


case("proxied not done", prox2, [f"warning dns.proxied {D(BLOG)}"])


def park(f):
    wrong(f)
    f.http.append(
        {
            "url": f"http://{BLOG}/",
            "address": ELSEWHERE,
            "status": 200,
            "headers": {},
            "body_start": "<html><title>blog.client.example is parked</title>This domain is parked free, courtesy of GoDaddy.com",
            "error": None,
        }
    )


case(
    "parked page",
    park,
    [f"error dns.parked {D(BLOG)}"],
    ["dns.parked"],
    absent=["dns.wrong-address"],
)


def fwd(f):
    wrong(f)
    f.http.append(
        {
            "url": f"http://{BLOG}/",
            "address": ELSEWHERE,
            "status": 302,
            "headers": {"Location": "https://www.godaddy.com/forsale/blog.client.example"},
            "body_start": "",
            "error": None,
        }
    )


case("registrar forwarding", fwd, [f"error dns.parked {D(BLOG)}"], ["dns.parked"])


def parkip(f):
    led(f, "34.102.136.180")
    f.handshake(BLOG, address="34.102.136.180")


case("parking ip", parkip, [f"error dns.parked {D(BLOG)}"], ["dns.parked"])


def ww(f):
    f.lead(WWW, ELSEWHERE)


case("www differs", ww, [f"warning dns.www-differs {D(SHOP)}"], ["dns.www-differs"])


def ww(f):
    f.lead(WWW, status="NXDOMAIN")


case("www none", ww, standing=[], absent=["dns.www-differs"])


def ww(f):
    f.lead("www." + BLOG, ELSEWHERE)


case("www of sub", ww, standing=[], absent=["dns.www-differs"])


def propa(f):
    f.dns_of(BLOG, "A", "resolver:8.8.8.8", records=[ELSEWHERE], ttl=120)


case(
    "propagating",
    propa,
    [f"info dns.propagating {D(BLOG)}"],
    [],
    absent=["dns.wrong-address", "dns.mixed-addresses"],
)


def propb(f):
    propa(f)
    f.dns_of(BLOG, "A", "resolver:1.1.1.1", records=[ELSEWHERE], ttl=120)


case("propagating both", propb, [f"info dns.propagating {D(BLOG)}"], [])


def propc(f):
    wrong(f)
    f.dns_of(BLOG, "A", "resolver:8.8.8.8", records=[ENTRANCE])


case("auth wrong, resolver old right", propc, [f"error dns.wrong-address {D(BLOG)}"])


def bogus(f):
    for a in f.dns:
        if a["name"] == BLOG and a["via"].startswith("resolver"):
            a.update(status="SERVFAIL", records=[], ttl=None)
    f.dns.append(
        {
            "name": BLOG,
            "type": "A",
            "via": "resolver:1.1.1.1",
            "status": "NOERROR",
            "records": [ENTRANCE],
            "ttl": 300,
            "checking_disabled": True,
        }
    )


case("bogus", bogus, [f"error dns.dnssec-bogus {D(BLOG)}"], ["dns.dnssec-bogus"])


def lame(f):
    for a in f.dns:
        if a["name"] == BLOG and a["via"].startswith(("resolver", "host")):
            a.update(status="SERVFAIL", records=[], ttl=None)
        if a["name"] == BLOG and a["via"] == "authoritative":
            a.update(status="REFUSED", records=[], ttl=None)
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case("lame", lame, [f"error dns.lame {D(BLOG)}"], ["dns.lame"])


def lame2(f):
    lame(f)
    f.dns.append(
        {
            "name": BLOG,
            "type": "A",
            "via": "resolver:1.1.1.1",
            "status": "SERVFAIL",
            "records": [],
            "ttl": None,
            "checking_disabled": True,
        }
    )


case("lame cd", lame2, [f"error dns.lame {D(BLOG)}"], ["dns.lame"])


def lame3(f):
    lame(f)
    for a in f.dns:
        if a["name"] == BLOG and a["via"] == "authoritative":
            a.update(status="TIMEOUT")


case("lame timeout", lame3, [f"error dns.lame {D(BLOG)}"])
for recs, hit in [
    (['0 issue "digicert.com"'], 1),
    (['0 issue "letsencrypt.org"'], 0),
    (['0 issue "pki.goog"'], 0),
    (['0 issue ";"'], 1),
    (['0 issuewild ";"'], 0),
    (['0 issue "digicert.com"', '0 issue "letsencrypt.org"'], 0),
    (['0 iodef "mailto:x@y"'], 0),
    (['0 issue "letsencrypt.org; validationmethods=dns-01"'], None),
    (['0 ISSUE "LetsEncrypt.org"'], 0),
    (['128 issue "sectigo.com"'], 1),
    (['0 issuewild "digicert.com"'], 0),
]:

    def caa(f):
        f.dns_of(BLOG, "CAA", records=recs)

    if hit is not None:
        case(
            f"caa {recs}",
            caa,
            [f"error dns.caa-forbids {D(BLOG)}"] if hit else [],
            absent=[] if hit else ["dns.caa-forbids"],
        )


def caap(f):
    f.dns.append(
        {
            "name": "client.example",
            "type": "CAA",
            "via": "authoritative",
            "status": "NOERROR",
            "records": ['0 issue "digicert.com"'],
            "ttl": 300,
        }
    )


case("caa parent", caap, [f"error dns.caa-forbids {D(BLOG)}"])


def caap2(f):
    caap(f)
    f.dns_of(BLOG, "CAA", records=['0 issue "letsencrypt.org"'])


case("caa own wins", caap2, absent=["dns.caa-forbids"])


def split(f, ip):
    f.dns_of(BLOG, "A", "host", records=[ip])


case(
    "split private all well",
    lambda f: split(f, "10.0.0.5"),
    [f"info dns.split-horizon {D(BLOG)}"],
    [],
)
case(
    "split private not well",
    lambda f: (split(f, "127.0.0.1"), f.set(BLOG, stage="ssl-failed")),
    [f"warning dns.split-horizon {D(BLOG)}"],
)
case("split public", lambda f: split(f, ELSEWHERE), [f"warning dns.split-horizon {D(BLOG)}"])


def we(f):
    f.options["_site_transient_wu_public_network_ip"] = "198.51.100.99"


case("wrong-exp", we, [f"info dns.wrong-expectation {N}"], [])


def we2(f):
    we(f)
    f.set(BLOG, stage="checking-dns")
    f.logs[f"domain-{BLOG}"] = (
        f"[{ago(minutes=2)}] [INFO] Starting Check for {BLOG}\n[{ago(minutes=2)}] [ERROR] Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP).\n[{ago(minutes=2)}] [INFO] - DNS propagation not finished, retrying in 5 minutes...\n"
    )
    f.scheduler.append(
        action(
            70,
            "wu_async_process_domain_stage",
            "pending",
            ago(minutes=-3),
            {"domain_id": 2, "tries": 1},
        )
    )


case("wrong-exp W", we2, [f"warning dns.wrong-expectation {N}"])


def we2(f):
    we(f)
    f.set(BLOG, stage="failed")
    f.logs[f"domain-{BLOG}"] = (
        f"[{ago(minutes=2)}] [INFO] Starting Check for {BLOG}\n[{ago(minutes=2)}] [ERROR] Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP).\n[{ago(minutes=2)}] [INFO] - DNS propagation checks tried for the max amount of times (5 times, one every 5 minutes). Marking as failed.\n"
    )


case("wrong-exp W failed", we2, [f"warning dns.wrong-expectation {N}"])
case(
    "transient html",
    lambda f: f.options.update(_site_transient_wu_public_network_ip="<html>err"),
    [f"info dns.wrong-expectation {N}"],
)
case(
    "transient empty",
    lambda f: f.options.update(_site_transient_wu_public_network_ip=""),
    standing=[],
    absent=["dns.wrong-expectation"],
)


# expected sources
def noip(f):
    f.undefine("CLOSTE_PUBLIC_IP_ADDRESS")


def taken_for_test_site(f):
    f.host.pop("development_mode")
    f.host["site_url"] = "https://www.testimonials.pl"


case("development mode by site_url", taken_for_test_site, [f"info dns.wrong-expectation {N}"])


def of(name, kind, via, records=(), status="NOERROR", unchecked=False):
    return {
        "name": name,
        "type": kind,
        "via": via,
        "status": status,
        "records": list(records),
        "ttl": 300 if records else None,
        "checking_disabled": unchecked,
    }


def answered(f, status, *vias, name=BLOG):
    for a in f.dns:
        if a["name"] == name and a["via"].startswith(vias):
            a.update(status=status, records=[], ttl=None)


def gone(f):
    answered(f, "NXDOMAIN", "authoritative")
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case(
    "deleted just now, host and resolvers remember",
    gone,
    [f"error dns.nxdomain {D(BLOG)}"],
    ["dns.nxdomain"],
    absent=["dns.split-horizon"],
)


def moved(f):
    wrong(f)
    for via in ("resolver:1.1.1.1", "resolver:8.8.8.8", "host"):
        f.dns_of(BLOG, "A", via, records=[ENTRANCE])


case(
    "moved away just now, host and resolvers remember",
    moved,
    [f"error dns.wrong-address {D(BLOG)}"],
    ["dns.wrong-address"],
    absent=["dns.split-horizon"],
)
case(
    "no signature checked where nobody answered",
    lambda f: answered(f, "TIMEOUT", "authoritative", "resolver", "host"),
    lacking={"dns.dnssec-bogus": "dns.json", "dns.lame": "dns.json"},
)


def only_authority(f):
    f.dns = [a for a in f.dns if a["via"] == "authoritative"]


case(
    "an authority checks no signature",
    only_authority,
    standing=[],
    lacking={"dns.dnssec-bogus": "dns.json", "dns.propagating": "dns.json"},
)


def only_from_the_server(f):
    f.dns = [a for a in f.dns if not a["via"].startswith("resolver")]


case(
    "whether the server checks signatures nobody knows",
    only_from_the_server,
    standing=[],
    lacking={"dns.dnssec-bogus": "dns.json", "dns.propagating": "dns.json"},
)


def bogus_at_one(f):
    answered(f, "SERVFAIL", "resolver:8.8.8.8")
    f.dns.append(of(BLOG, "A", "resolver:8.8.8.8", [ENTRANCE], unchecked=True))


case("bogus at one resolver only", bogus_at_one, [f"error dns.dnssec-bogus {D(BLOG)} likely"])


def bogus_denial(f):
    answered(f, "SERVFAIL", "resolver", "host", "authoritative")
    f.dns.append(of(BLOG, "A", "resolver:8.8.8.8", status="NXDOMAIN", unchecked=True))
    f.tls = [t for t in f.tls if t["host"] != BLOG]


case(
    "unchecked there is no such name",
    bogus_denial,
    [f"error dns.nxdomain {D(BLOG)}"],
    ["dns.nxdomain"],
    absent=["dns.lame"],
)


def cut_off(f):
    for a in f.dns:
        if a["via"] == "host":
            a.update(status="NXDOMAIN", records=[], ttl=None)


case(
    "a server that knows no name at all tells nothing of one domain",
    cut_off,
    standing=[],
    absent=["dns.split-horizon"],
    lacking={"dns.split-horizon": "dns.json"},
)
case(
    "nor does it where nobody else was asked",
    lambda f: (cut_off(f), setattr(f, "dns", [a for a in f.dns if a["via"] == "host"])),
    absent=["dns.nxdomain", "dns.split-horizon"],
    lacking={"dns.nxdomain": "dns.json"},
)
case(
    "a server that knows the network and not the domain",
    lambda f: answered(f, "NXDOMAIN", "host"),
    [f"warning dns.split-horizon {D(BLOG)}"],
)


def lame_and_unknown_to_the_server(f):
    lame(f)
    answered(f, "NXDOMAIN", "host")


case(
    "lame, and the server's own resolver knows of no such name",
    lame_and_unknown_to_the_server,
    [f"error dns.lame {D(BLOG)}"],
    ["dns.lame"],
    absent=["dns.nxdomain"],
)
case(
    "refused by its own servers, resolvers remember",
    lambda f: answered(f, "REFUSED", "authoritative"),
    [f"error dns.lame {D(BLOG)} possible"],
    ["dns.lame"],
)


def all_refused(f):
    for a in f.dns:
        if a["via"] == "authoritative":
            a.update(status="REFUSED", records=[], ttl=None)


case("refused for every name is our own way", all_refused, standing=[], absent=["dns.lame"])


def starred(*records):
    def change(f):
        f.rows.append(row(3, 3, "*.client.example", primary_domain="0"))
        f.dns.append(of("client.example", "CAA", "authoritative", records))

    return change


WILD = "*.client.example"
case(
    "issuewild forbids a wildcard",
    starred('0 issue "letsencrypt.org"', '0 issuewild "digicert.com"'),
    [f"error dns.caa-forbids {D(WILD)}"],
    ["dns.caa-forbids", "mapping.wildcard"],
)
case(
    "issuewild allows a wildcard that issue forbids",
    starred('0 issue "digicert.com"', '0 issuewild "pki.goog"'),
    [f"error dns.caa-forbids {D(BLOG)}"],
)
case(
    "issue binds a wildcard where there is no issuewild",
    starred('0 issue "digicert.com"'),
    [f"error dns.caa-forbids {D(WILD)}"],
)
case(
    "a wildcard of which nobody asked for CAA",
    lambda f: f.rows.append(row(3, 3, WILD, primary_domain="0")),
    lacking={"dns.caa-forbids": "dns.json"},
)


def old_v6(f):
    f.dns_of(BLOG, "AAAA", "resolver:8.8.8.8", records=[V6], ttl=600)


case(
    "propagating AAAA",
    old_v6,
    [f"info dns.propagating {D(BLOG)}"],
    [],
    absent=["dns.stray-ipv6"],
)


def no_v6(f):
    f.dns = [a for a in f.dns if (a["name"], a["type"]) != (BLOG, "AAAA")]


case("nobody asked for AAAA", no_v6, standing=[], lacking={"dns.stray-ipv6": "dns.json"})
case(
    "nobody answered for AAAA",
    lambda f: f.dns_of(BLOG, "AAAA", "*", status="TIMEOUT", ttl=None),
    standing=[],
    lacking={"dns.stray-ipv6": "dns.json"},
)


for ttl in (10**12, 2**31 - 1, -5, "3600", 60.5, None):
    case(
        f"propagating, ttl {ttl}",
        lambda f: f.dns_of(BLOG, "A", "resolver:8.8.8.8", records=[ELSEWHERE], ttl=ttl),
        [f"info dns.propagating {D(BLOG)}"],
        [],
    )


def as_dig_prints(f):
    for a in f.dns:
        if a["name"] == BLOG and a["type"] == "A":
            a["records"] = ["target.client.example.", ENTRANCE]


case("the chain's names before the address", as_dig_prints, verdict="clean")


def unanswered(f):
    for found in f.dns:
        if found["name"] == BLOG:
            found.pop("records")


case(
    "answers without what was answered",
    unanswered,
    absent=["dns.no-address"],
    lacking={"dns.no-address": "dns.json"},
)


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in _TABLE.cases])
def test_follows_from_the_contracts_words(case: Case) -> None:
    case.holds()
