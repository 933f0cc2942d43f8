"""What follows from what, and where each domain then stands, from folders written by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from contract.stranger import (
    BLOG,
    ENTRANCE,
    NETWORK,
    SHOP,
    Folder,
    Report,
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
