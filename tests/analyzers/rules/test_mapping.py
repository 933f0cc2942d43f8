"""`mapping.*`: each fires, is silent, and says what it lacks."""

from __future__ import annotations

import pytest
from mapped_case import (
    ELSEWHERE,
    NETWORK,
    SHOP,
    STAGES,
    WWW,
    action,
    ask,
    default_certificate,
    dns,
    event,
    host,
    logs,
    minutes,
    options,
    row,
    rows,
    shake,
    site,
    tls,
    whole,
    zone,
)

from analyzers.evidence import (
    Dns,
    HostError,
    Mappings,
    Options,
    PluginLogs,
    Scheduler,
    Sites,
    Tls,
)

OLD_ENUM = "enum('checking-dns','checking-ssl-cert','done','failed','done-without-ssl')"


def sites(*listed: object, has_flags: bool = True, malformed: int = 0) -> Sites:
    return Sites(tuple(listed), has_flags, malformed)  # type: ignore[arg-type]


def jobs(*actions: object) -> Scheduler:
    return Scheduler(tuple(actions), tables_exist=True)  # type: ignore[arg-type]


FIRES = {
    "mapping.duplicate-row": ((rows(row(id=7), row(id=8)),), SHOP, "error"),
    "mapping.two-sites": ((rows(row(id=7), row(id=8, blog_id=3)),), SHOP, "error"),
    "mapping.www-split": ((rows(row(), row(WWW, id=8, blog_id=3)),), SHOP, "warning"),
    "mapping.unclean-name": ((rows(row("shop.example\n")),), SHOP, "error"),
    "mapping.shadows-site": ((rows(row(NETWORK)),), NETWORK, "error"),
    "mapping.no-site": ((sites(site(1, NETWORK)),), SHOP, "error"),
    "mapping.site-off": ((sites(site(1, NETWORK), site(archived=True)),), "2", "warning"),
    "mapping.none-for-site": ((rows(),), "2", "info"),
    "mapping.no-table": ((options(mapping_columns=None),), NETWORK, "error"),
    "mapping.two-primaries": ((rows(row(), row("shop2.example", id=8)),), "2", "error"),
    "mapping.inactive": ((rows(row(active=False)),), SHOP, "warning"),
    "mapping.stale-failure": ((rows(row(stage="failed")),), SHOP, "error"),
    "mapping.schema-old": ((options(mapping_columns=OLD_ENUM),), NETWORK, "error"),
    "mapping.secure-flag": ((rows(row(secure=False)),), SHOP, "warning"),
    "mapping.wildcard": ((rows(row("*.shop.example")),), "*.shop.example", "warning"),
    "mapping.legacy-table": (
        (options(legacy_mapping_rows=3, legacy_not_migrated=["old.example"]),),
        NETWORK,
        "info",
    ),
}
LACKING = {
    "mapping.duplicate-row": Mappings,
    "mapping.two-sites": Mappings,
    "mapping.www-split": Mappings,
    "mapping.unclean-name": Mappings,
    "mapping.shadows-site": Sites,
    "mapping.no-site": Sites,
    "mapping.site-off": Sites,
    "mapping.none-for-site": Sites,
    "mapping.no-table": Options,
    "mapping.two-primaries": Mappings,
    "mapping.inactive": Mappings,
    "mapping.stale-failure": Tls,
    "mapping.schema-old": Options,
    "mapping.secure-flag": Tls,
    "mapping.wildcard": Mappings,
    "mapping.legacy-table": Options,
}


@pytest.mark.parametrize("code", FIRES)
def test_fires(code: str) -> None:
    records, subject, severity = FIRES[code]
    found = ask(code, *records).hit
    assert (found.subject.id, found.severity) == (subject, severity)
    assert found.evidence, "a finding cites what a reader can look up"
    assert "{" not in found.title + found.means + found.because + found.do


@pytest.mark.parametrize("code", FIRES)
def test_is_silent_on_a_healthy_network(code: str) -> None:
    assert ask(code).silent


@pytest.mark.parametrize("code", LACKING)
def test_says_what_it_lacks(code: str) -> None:
    asked = ask(code, without=(LACKING[code],))
    assert not asked.hits
    assert str(LACKING[code].FILE) in asked.lacking


def test_an_unclean_duplicate_is_a_consequence_of_its_name() -> None:
    found = whole(rows(row(id=7), row("shop.example ", id=8)))
    by_code = {f.code: f for f in found.findings}
    assert by_code["mapping.unclean-name"].caused_by is None
    duplicate = by_code["mapping.duplicate-row"].caused_by
    assert duplicate is not None
    assert duplicate.code == "mapping.unclean-name"


def test_an_unclean_third_row_does_not_excuse_two_clean_ones() -> None:
    found = whole(rows(row(id=7), row(id=8), row("Shop.example", id=9)))
    assert {f.code: f.caused_by for f in found.findings}["mapping.duplicate-row"] is None


def test_an_unclean_row_of_another_site_is_a_consequence_too() -> None:
    found = whole(rows(row(id=7), row("SHOP.example", id=8, blog_id=3)), without=(Sites,))
    cause = {f.code: f.caused_by for f in found.findings}["mapping.two-sites"]
    assert cause is not None
    assert cause.code == "mapping.unclean-name"


@pytest.mark.parametrize(
    ("stored", "subject"),
    [
        ("shop.example\n", SHOP),
        (" shop.example", SHOP),
        ("shop.example.", SHOP),
        ("SHOP.example", SHOP),
        ("shop.exa\u200bmple", SHOP),
        ("zażółć.example", "xn--zac-3oa5hsc7m.example"),
        ("https://shop.example", "https%3A%2F%2Fshop.example"),
        ("shop.example:8080", "shop.example%3A8080"),
    ],
)
def test_every_kind_of_unclean_name(stored: str, subject: str) -> None:
    (found,) = ask("mapping.unclean-name", rows(row(stored))).hits
    assert found == subject or "zaż" in stored  # the A-label is idna's business


def test_www_on_the_same_site_is_no_split() -> None:
    assert ask("mapping.www-split", rows(row(), row(WWW, id=8, primary=False))).silent


def test_a_site_may_be_mapped_to_its_own_address() -> None:
    assert ask("mapping.shadows-site", rows(row(f"shop.{NETWORK}"))).silent
    assert ask("mapping.shadows-site", rows(row(NETWORK, blog_id=1))).silent


def test_another_sites_address_and_its_www_are_shadowed() -> None:
    others = sites(site(1, NETWORK), site(), site(3, f"cafe.{NETWORK}"))
    assert ask("mapping.shadows-site", rows(row(f"cafe.{NETWORK}")), others).hits
    assert ask("mapping.shadows-site", rows(row(f"www.{NETWORK}")), others).hits


def test_the_networks_own_address_is_known_without_the_list_of_sites() -> None:
    asked = ask("mapping.shadows-site", rows(row(NETWORK)), without=[Sites])
    assert (asked.hit.subject.id, asked.lacking) == (NETWORK, ("sites.json",))


def test_a_damaged_site_list_accuses_nobody() -> None:
    asked = ask("mapping.no-site", sites(site(1, NETWORK), malformed=1))
    assert not asked.hits
    assert asked.lacking == ("sites.json: 1 unreadable rows",)


def test_a_site_that_is_off_is_said_once_with_its_domains() -> None:
    two = rows(row(), row(WWW, id=8, primary=False))
    found = ask("mapping.site-off", two, sites(site(1, NETWORK), site(spam=True))).hit
    assert found.affects == (SHOP, WWW)


def test_a_site_hidden_from_search_engines_is_not_off() -> None:
    assert ask("mapping.site-off", sites(site(1, NETWORK), site(public=False))).silent


def test_flags_that_were_not_asked_for_are_skipped() -> None:
    asked = ask("mapping.site-off", sites(site(1, NETWORK), site(), has_flags=False))
    assert asked.lacking == ("sites.json: without the columns archived, spam, deleted",)


def test_a_failed_record_makes_a_bare_site_a_warning() -> None:
    told = logs(event("record.failed", domain=None, site_id="2", error="has been used"))
    found = ask("mapping.none-for-site", rows(), told).hit
    assert found.severity == "warning"
    assert "has been used" in found.because


def test_a_bare_site_without_logs_is_told_and_skipped() -> None:
    asked = ask("mapping.none-for-site", rows(), without=(PluginLogs,))
    assert asked.hit.severity == "info"
    assert asked.lacking == ("wu-logs",)


def test_main_and_sub_directory_sites_need_no_record() -> None:
    paths = sites(site(1, NETWORK), site(2, NETWORK, "/shop/"), site(3, "x.example", "/a/"))
    assert ask("mapping.none-for-site", rows(), paths).silent


def test_a_missing_table_shows_in_the_hosts_own_error_too() -> None:
    error = HostError("SELECT", 1146, "", "Table 'x.wp_wu_domain_mappings' doesn't exist")
    assert ask("mapping.no-table", host(errors=(error,))).hits


@pytest.mark.parametrize(("age", "fires"), [(9, False), (11, True)])
def test_two_primaries_are_given_ten_minutes_to_clear(age: int, fires: bool) -> None:
    two = rows(row(), row("shop2.example", id=8))
    hook = "wu_async_remove_old_primary_domains"
    pending = jobs(action(hook, "pending", minutes(age), domains=[7]))
    assert bool(ask("mapping.two-primaries", two, pending).hits) is fires


def test_a_pending_clearing_of_other_rows_excuses_nothing() -> None:
    two = rows(row(), row("shop2.example", id=8))
    hook = "wu_async_remove_old_primary_domains"
    pending = jobs(action(hook, "pending", minutes(1), domains=[99]))
    assert ask("mapping.two-primaries", two, pending).hits


def test_a_failed_row_keeps_its_mark_and_is_no_second_primary() -> None:
    """Recordings 9: `primary_domain=1` stays on failed rows."""
    two = rows(row(), row("shop2.example", id=8, stage="failed"))
    assert ask("mapping.two-primaries", two).silent


def test_done_without_ssl_with_a_certificate_is_a_warning() -> None:
    found = ask("mapping.stale-failure", rows(row(stage="done-without-ssl", secure=False))).hit
    assert found.severity == "warning"
    assert found.remedy.action == "domain.mark-done"


@pytest.mark.parametrize(
    "records",
    [(dns(zone(v4=[ELSEWHERE])),), (tls(default_certificate()),), (tls(shake(days=-1)),)],
)
def test_a_failure_that_stands_is_not_stale(records: tuple[object, ...]) -> None:
    assert ask("mapping.stale-failure", rows(row(stage="failed")), *records).silent


def test_stale_failure_needs_both_looks_from_outside() -> None:
    failed = rows(row(stage="ssl-failed"))
    assert ask("mapping.stale-failure", failed, without=(Dns,)).lacking == ("dns.json",)
    assert ask("mapping.stale-failure", failed, tls(shake("x.example"))).lacking == ("tls.json",)


@pytest.mark.parametrize("version", ["2.4.3", None])
def test_an_old_enum_belongs_to_an_old_plugin(version: str | None) -> None:
    asked = ask("mapping.schema-old", options(mapping_columns=OLD_ENUM), host(version))
    assert not asked.hits
    assert asked.lacking == (() if version else ("host.json: no plugin_version",))


def test_the_new_enum_is_silent() -> None:
    assert ask("mapping.schema-old", options(mapping_columns=STAGES)).silent


def test_secure_without_certificate_is_a_consequence() -> None:
    found = whole(tls(shake(days=-3, verified=False, error="certificate has expired")))
    flag = next(f for f in found.findings if f.code == "mapping.secure-flag")
    assert flag.caused_by is not None
    assert flag.caused_by.code == "ssl.expired"


def test_a_row_on_its_way_need_not_be_secure_yet() -> None:
    assert ask("mapping.secure-flag", rows(row(stage="checking-ssl-cert", secure=False))).silent


def test_the_name_that_was_meant_is_the_one_to_write() -> None:
    found = ask("mapping.unclean-name", rows(row("https://Shop.example:8443/x"))).hit
    assert "SET domain = 'shop.example' WHERE id = 7" in found.do


def test_a_bare_site_that_nobody_misses_is_left_alone() -> None:
    assert ask("mapping.none-for-site", rows()).hit.remedy.action == "manual"
