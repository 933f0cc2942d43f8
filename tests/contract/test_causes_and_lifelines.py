"""What follows from what, and where each domain then stands, from folders written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from contract.stranger import (
    BLOG,
    ELSEWHERE,
    ENTRANCE,
    NETWORK,
    SHOP,
    V6,
    WWW,
    Folder,
    Report,
    action,
    ago,
    iso,
    row,
)

Change = Callable[[Folder], object]


def state_of(report: Report, domain: str) -> tuple[str, str | None]:
    """State and whose move it is."""
    found = next(d for d in report.json["domains"] if d["domain"] == domain)
    return found["state"], found["waiting_on"]


def cause_of(report: Report, code: str, subject: str | None = None) -> str | None:
    """The code that explains this finding."""
    cause = report.one(code, subject)["caused_by"]
    return cause and cause["code"]


UNNAMED = {"verified": False, "verify_error": "hostname mismatch", "names": ["*.closte.com"]}
"""Closte's own certificate, for a name without one."""
OFF: dict[str, Change] = {
    "plugin.inactive": lambda f: f.host.update(plugin_network_active=False),
    "sunrise.undefined": lambda f: f.undefine("SUNRISE"),
    "sunrise.file-missing": lambda f: f.host.update(sunrise={"exists": False}),
    "sunrise.inactive": lambda f: f.options.update(wu_sunrise_meta={"active": False}),
    "sunrise.too-late": lambda f: f.host.update(sunrise_defined_late=True),
    "settings.mapping-off": lambda f: f.setting("enable_domain_mapping", "0"),
}


@pytest.mark.parametrize("code", OFF)
def test_no_mapped_domain_is_up_while_mapping_is_off(code: str) -> None:
    folder = Folder()
    OFF[code](folder)
    report = folder.report()
    assert report.standing() == {code}
    assert sorted(report.one(code)["affects"]) == sorted((SHOP, BLOG))
    for domain in (SHOP, BLOG):
        assert state_of(report, domain) == ("broken", "operator")


def test_a_name_by_which_wordpress_finds_the_site_itself_needs_no_mapping() -> None:
    folder = Folder()
    native = f"shop.{NETWORK}"
    folder.rows = [row(1, 2, native), row(2, 3, BLOG), row(3, 3, "old.example", active="0")]
    folder.lead(native, ENTRANCE)
    folder.undefine("SUNRISE")
    assert folder.report().one("sunrise.undefined")["affects"] == [BLOG]
    folder.sites = ...
    assert folder.report().one("sunrise.undefined")["affects"] == [BLOG]


@pytest.mark.parametrize("code", ["key.missing", "module.disabled", "settings.cookie-domain"])
def test_what_keeps_only_new_domains_away_takes_none_down(code: str) -> None:
    folder = Folder()
    {
        "key.missing": lambda: (
            folder.undefine("CLOSTE_CLIENT_API_KEY"),
            setattr(folder, "closte", {"calls": []}),
        ),
        "module.disabled": lambda: folder.options.update(wu_host_integrations_enabled={}),
        "settings.cookie-domain": lambda: folder.define("COOKIE_DOMAIN", "x.example"),
    }[code]()
    report = folder.report()
    assert report.standing() == {code}
    assert state_of(report, SHOP) == ("up", None)


FAULTS: dict[str, Change] = {
    "ssl.expired": lambda f: f.handshake(BLOG, not_after=iso(days=2), verified=False),
    "ssl.expiring": lambda f: f.handshake(BLOG, not_after=iso(days=-5)),
    "ssl.wrong-name": lambda f: f.handshake(BLOG, **UNNAMED),
    "ssl.unreachable": lambda f: f.handshake(
        BLOG, status="handshake-failed", verified=False, names=[]
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("status", ["NXDOMAIN", "NOERROR", "SERVFAIL"])
def test_the_certificate_of_a_name_that_leads_nowhere_follows_from_its_dns(
    status: str, fault: str
) -> None:
    folder = Folder()
    folder.lead(BLOG, status=status)
    FAULTS[fault](folder)
    report = folder.report()
    dns = {"NXDOMAIN": "dns.nxdomain", "NOERROR": "dns.no-address", "SERVFAIL": "dns.lame"}[status]
    assert report.standing() == {dns}
    assert cause_of(report, fault) == dns
    assert state_of(report, BLOG)[1] == "customer"


@pytest.mark.parametrize("status", ["refused", "timeout", "reset"])
def test_a_closed_port_has_nothing_to_do_with_a_name_that_leads_nowhere(status: str) -> None:
    folder = Folder()
    folder.lead(BLOG, status="NXDOMAIN")
    folder.handshake(BLOG, status=status, verified=False, names=[])
    assert folder.report().standing() == {"dns.nxdomain", "ssl.unreachable"}


def test_a_certificate_that_visitors_meet_stands_beside_the_dns() -> None:
    folder = Folder()
    folder.dns_of(BLOG, "CAA", records=['0 issue "digicert.example"'])
    FAULTS["ssl.expired"](folder)
    assert folder.report().standing() == {"dns.caa-forbids", "ssl.expired"}


def test_a_server_without_the_alias_refuses_the_name() -> None:
    folder = Folder()
    folder.listed(NETWORK, SHOP, WWW)
    folder.handshake(BLOG, status="handshake-failed", verified=False, names=[])
    report = folder.report()
    assert report.standing() == {"alias.missing"}
    assert cause_of(report, "ssl.unreachable") == "alias.missing"


@pytest.mark.parametrize("status", ["refused", "timeout", "reset"])
def test_a_closed_port_has_nothing_to_do_with_the_alias(status: str) -> None:
    folder = Folder()
    folder.listed(NETWORK, SHOP, WWW)
    folder.handshake(BLOG, status=status, verified=False, names=[])
    assert folder.report().standing() == {"alias.missing", "ssl.unreachable"}


def test_a_proxy_that_refuses_the_name_knows_no_alias() -> None:
    folder = Folder()
    folder.listed(NETWORK, SHOP, WWW)
    folder.lead(BLOG, "104.16.132.229")
    folder.handshake(
        BLOG, address="104.16.132.229", status="handshake-failed", verified=False, names=[]
    )
    report = folder.report()
    assert report.one("ssl.unreachable")["caused_by"] is None


@pytest.mark.parametrize(
    ("addresses", "v6", "code"),
    [
        ((ELSEWHERE,), (), "dns.wrong-address"),
        ((ENTRANCE, ELSEWHERE), (), "dns.mixed-addresses"),
        ((ENTRANCE,), (V6,), "dns.stray-ipv6"),
    ],
)
def test_the_address_too_many_is_why_the_www_differs(
    addresses: tuple[str, ...], v6: tuple[str, ...], code: str
) -> None:
    folder = Folder()
    folder.lead(SHOP, *addresses, v6=v6)
    report = folder.report()
    assert report.standing() == {code}
    assert cause_of(report, "dns.www-differs") == code


def without_its_site(folder: Folder) -> None:
    """The row of the blog outlived its site."""
    folder.sites = [s for s in folder.sites if s["blog_id"] != "3"]


ROWS_FAULTS: dict[str, Change] = {
    "alias.missing": lambda f: f.listed(NETWORK, SHOP, WWW),
    "dns.nxdomain": lambda f: f.lead(BLOG, status="NXDOMAIN"),
    "dns.wrong-address": lambda f: f.lead(BLOG, ELSEWHERE),
    "ssl.expired": FAULTS["ssl.expired"],
    "jobs.none-queued": lambda f: f.set(BLOG, stage="checking-dns", secure="0"),
    "check.gave-up-dns": lambda f: (
        f.set(BLOG, stage="failed", secure="0"),
        f.handshake(BLOG, **UNNAMED),
    ),
    "mapping.stale-failure": lambda f: f.set(BLOG, stage="failed"),
}


@pytest.mark.parametrize("code", ROWS_FAULTS)
def test_what_else_is_wrong_with_a_domain_without_a_site_stands_beside_it(code: str) -> None:
    folder = Folder()
    ROWS_FAULTS[code](folder)
    assert folder.report().standing() == {code}
    without_its_site(folder)
    report = folder.report()
    assert report.standing() == {code, "mapping.no-site"}
    assert state_of(report, BLOG) == ("broken", "operator")


def test_a_second_row_with_a_site_keeps_the_domain_of_account() -> None:
    folder = Folder()
    without_its_site(folder)
    folder.rows.append(row(9, 2, BLOG, primary_domain="0"))
    ROWS_FAULTS["alias.missing"](folder)
    assert "alias.missing" in folder.report().standing()


def test_without_tables_nothing_will_ever_check() -> None:
    folder = Folder()
    folder.scheduler = None
    folder.set(BLOG, stage="checking-dns", secure="0")
    folder.handshake(BLOG, **UNNAMED)
    report = folder.report()
    assert report.standing() == {"jobs.no-tables"}
    assert cause_of(report, "jobs.none-queued") == "jobs.no-tables"
    assert state_of(report, BLOG) == ("broken", "operator")
    assert state_of(report, SHOP) == ("up", None)
    folder.scheduler = ...
    blind = folder.report()
    assert "jobs.none-queued" not in blind.codes() | set(blind.json["passed"])
    assert state_of(blind, BLOG)[0] == "waiting"


@pytest.mark.parametrize(("status", "cause"), [(503, None), (500, "host.php-fatal"), (401, None)])
def test_why_wp_cron_php_is_blocked(status: int, cause: str | None) -> None:
    folder = Folder()
    folder.host["maintenance_file"] = True
    folder.http[0]["status"] = status
    assert cause_of(folder.report(), "jobs.cron-blocked") == cause


def test_the_row_that_sunrise_takes_decides_whether_a_domain_is_switched_off() -> None:
    folder = Folder()
    folder.set(BLOG, active="0")
    folder.rows.append(row(9, 3, BLOG, primary_domain="0"))
    assert "mapping.inactive" in folder.report().codes()
    folder.set(BLOG, active="1")
    folder.rows[-1]["active"] = "0"
    assert "mapping.inactive" not in folder.report().codes()


def test_a_job_that_waits_in_the_future_is_a_wait_for_cron() -> None:
    folder = Folder()
    folder.set(BLOG, stage="checking-dns", secure="0", date_created=ago(minutes=2))
    folder.scheduler.append(
        action(90, "wu_async_process_domain_stage", "pending", ago(minutes=-3), {"domain_id": 2})
    )
    report = folder.report()
    assert report.standing() == set()
    assert state_of(report, BLOG) == ("waiting", "cron")


LATER: dict[str, Change] = {
    "dns.caa-forbids": lambda f: f.dns_of(BLOG, "CAA", records=['0 issue "digicert.example"']),
    "mapping.duplicate-row": lambda f: f.rows.append(row(9, 3, BLOG, primary_domain="0")),
}


@pytest.mark.parametrize("code", LATER)
def test_what_bears_on_the_next_renewal_or_clean_up_takes_no_domain_down(code: str) -> None:
    folder = Folder()
    LATER[code](folder)
    report = folder.report()
    assert report.standing() == {code}
    assert state_of(report, BLOG) == ("up", None)
    folder.handshake(BLOG, **UNNAMED)
    assert state_of(folder.report(), BLOG)[0] == "broken"


def test_a_domain_that_redirects_to_itself_is_not_up() -> None:
    folder = Folder()
    folder.http.append(
        {
            "url": f"https://{BLOG}/",
            "address": ENTRANCE,
            "status": 301,
            "headers": {"location": f"https://{BLOG}/"},
            "body_start": "",
            "error": None,
        }
    )
    report = folder.report()
    assert report.standing() == {"ssl.redirect-loop"}
    assert state_of(report, BLOG) == ("broken", "operator")


def test_where_the_network_itself_leads_elsewhere_the_constant_may_be_out_of_date() -> None:
    folder = Folder()
    folder.define("CLOSTE_PUBLIC_IP_ADDRESS", ELSEWHERE)
    report = folder.report()
    finding = report.one("dns.wrong-address", BLOG)
    assert (finding["confidence"], finding["waiting_on"]) == ("possible", "operator")
    assert "CLOSTE_PUBLIC_IP_ADDRESS" in finding["do"]
    folder.lead(NETWORK, ELSEWHERE)
    finding = folder.report().one("dns.wrong-address", BLOG)
    assert (finding["confidence"], finding["waiting_on"]) == ("certain", "customer")
