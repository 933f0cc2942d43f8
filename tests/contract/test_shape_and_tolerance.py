"""CONTRACT sections 3 and 4: what is tolerated, what is skipped, and never taken for a pass."""

from __future__ import annotations

import json

import pytest
from contract.stranger import BLOG, ENTRANCE, NETWORK, NOW, SHOP, Folder, analyzed, iso, row

FILES = {
    name: f"{'domain_mappings' if name == 'rows' else name}.json"
    for name in (*Folder.DOCUMENTS, "rows")
}
NOT_ALONE = {"cron": "whether jobs run is also seen in scheduler.json"}
"""Files that no check needs alone."""


def test_the_network_is_healthy() -> None:
    report = Folder().report()
    assert (report.status, report.json["verdict"], report.summary()) == (0, "clean", [])
    assert not report.json["skipped"]


@pytest.mark.parametrize("name", FILES)
def test_what_was_withheld_is_named_and_never_passed(name: str) -> None:
    folder = Folder()
    setattr(folder, name, ...)
    report = folder.report()
    assert not report.standing()
    if name not in NOT_ALONE:
        assert report.json["verdict"] == "clean-incomplete"
        assert any(FILES[name] in t for s in report.json["skipped"] for t in s["lacking"])


LISTS = ("constants", "rows", "sites", "scheduler", "cron", "dns", "tls", "http")


@pytest.mark.parametrize("name", [*LISTS, "closte", "options", "host", "meta"])
@pytest.mark.parametrize("content", [b"", b"{", b"hello", b"\xff\xfe\x00"])
def test_a_damaged_file_is_named_with_why(name: str, content: bytes) -> None:
    folder = Folder()
    folder.raw[FILES[name]] = content
    report = folder.report()
    assert report.json["verdict"] == "clean-incomplete"
    lacking = [t for s in report.json["skipped"] for t in s["lacking"]]
    assert any(t.startswith(f"{FILES[name]}: ") for t in lacking)
    assert FILES[name] not in lacking


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_nothing_readable_says_nothing(name: str) -> None:
    folder = Folder()
    folder.raw[FILES[name]] = b'[1, "x", null]'
    report = folder.report()
    assert report.json["verdict"] == "clean-incomplete"
    lacking = [t for s in report.json["skipped"] for t in s["lacking"]]
    assert f"{FILES[name]}: none of its entries could be read" in lacking


@pytest.mark.parametrize("name", LISTS[1:])
def test_a_wrongly_typed_element_is_skipped_alone_and_counted(name: str) -> None:
    folder = Folder()
    getattr(folder, name).append(7)
    report = folder.report()
    assert not report.standing()
    lacking = [t for s in report.json["skipped"] for t in s["lacking"]]
    assert f"{FILES[name]}: 1 entry could not be read" in lacking
    assert report.json["verdict"] == "clean-incomplete"


def test_a_constant_is_not_surely_absent_where_an_entry_could_not_be_read() -> None:
    folder = Folder()
    folder.undefine("CLOSTE_CLIENT_API_KEY")
    assert folder.report().one("key.missing")["confidence"] == "certain"
    folder.constants.append("CLOSTE_CLIENT_API_KEY")
    assert folder.report().one("key.missing")["confidence"] == "likely"


def test_a_damaged_file_is_named_with_why_by_every_check_that_lacks_something_of_it() -> None:
    folder = Folder()
    for name in ("closte", "host"):
        folder.raw[FILES[name]] = b'{"calls": ['
    lacking = {t for s in folder.report().json["skipped"] for t in s["lacking"]}
    for name in ("closte", "host"):
        assert {t for t in lacking if t.startswith(FILES[name])} == {f"{FILES[name]}: not JSON"}


def test_what_rests_on_constants_has_not_passed_where_one_of_them_could_not_be_read() -> None:
    folder = Folder()
    folder.constants.append({"name": "X"})
    report = folder.report()
    for code in ("key.empty", "key.malformed", "sunrise.undefined", "settings.cookie-domain"):
        assert report.lacking(code) == ["constants.json: 1 entry could not be read"]


def test_a_file_that_lacks_what_an_unreadable_element_may_hold_is_named_with_the_count() -> None:
    folder = Folder()
    folder.dns = [a for a in folder.dns if a["name"] != SHOP] + [7, "x"]
    assert folder.report().lacking("dns.no-address") == ["dns.json: 2 entries could not be read"]


def test_what_stands_beside_a_wrongly_typed_element_is_still_found() -> None:
    folder = Folder()
    folder.rows += [None, row(9, 3, SHOP, primary_domain="0")]
    assert folder.report().one("mapping.two-sites", SHOP)


def test_no_alias_is_an_orphan_while_a_row_could_not_be_read() -> None:
    folder = Folder()
    folder.rows[1] = "blog"
    report = folder.report()
    assert not report.all("alias.orphan")
    assert report.lacking("alias.orphan") == ["domain_mappings.json: 1 entry could not be read"]


def test_text_around_a_document_is_noise() -> None:
    folder = Folder()
    for name in ("sites", "dns", "constants"):
        text = json.dumps(getattr(folder, name)).encode()
        folder.raw[FILES[name]] = b"\xef\xbb\xbf[notice] {hi}\nWelcome\n" + text + b"\n[done] bye\n"
    report = folder.report()
    assert report.codes() == {"host.noisy-output"}


def test_numbers_and_truth_come_in_any_form() -> None:
    folder = Folder()
    for found in folder.rows:
        found.update(id=int(found["id"]), blog_id=int(found["blog_id"]), active=1, secure=True)
    for found in folder.sites:
        found.update(blog_id=int(found["blog_id"]), archived=False, spam=0, deleted="")
    for found in folder.scheduler:
        found.update(action_id=int(found["action_id"]), args=json.loads(found["args"]))
    folder.meta["taken_at"] = "2026-05-04 10:00:00"
    assert folder.report().json["verdict"] == "clean"


def test_unknown_files_and_keys_are_ignored() -> None:
    folder = Folder()
    folder.host["new"] = folder.meta["new"] = folder.rows[0]["new"] = {"a": [None]}
    folder.closte["new"] = folder.options["new"] = 1
    folder.raw["extra.txt"] = b"\x00"
    folder.raw["sub/dns.json"] = b"["
    assert folder.report().json["verdict"] == "clean"


def test_without_evidence_nothing_was_observed() -> None:
    report = analyzed({})
    assert (report.status, report.json["verdict"], report.json["passed"]) == (3, "unobservable", [])
    assert report.json["network"]["domain"] == "unknown"


def test_the_clock_without_meta_is_the_newest_time_of_the_evidence() -> None:
    folder = Folder()
    folder.meta = ...
    report = folder.report()
    assert report.json["taken_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    for name in ("host", "closte", "scheduler", "cron"):
        setattr(folder, name, ...)
    folder.logs = {
        "domain-x.example": "[2026-04-30 08:00:00] [INFO] Starting Check for x.example\n"
    }
    assert folder.report().json["taken_at"] == "2026-04-30T08:00:00Z"


def test_expected_addresses_override_every_other_source() -> None:
    folder = Folder()
    folder.meta["expected_addresses"] = ["203.0.113.77"]
    network = folder.report().json["network"]
    assert network["expected_addresses"] == ["203.0.113.77"]
    folder.meta.pop("expected_addresses")
    assert folder.report().json["network"]["expected_from"] == "CLOSTE_PUBLIC_IP_ADDRESS"
    folder.undefine("CLOSTE_PUBLIC_IP_ADDRESS")
    assert folder.report().json["network"]["expected_addresses"] == [ENTRANCE]
    assert folder.report().json["network"]["expected_from"] == "network domain"


def test_a_future_certificate_date_changes_nothing_about_other_domains() -> None:
    folder = Folder()
    folder.handshake(BLOG, not_after=iso(days=-13))
    assert [f["subject"]["id"] for f in folder.report().all("ssl.expiring")] == [BLOG]


def test_a_network_of_unknown_domain_is_unknown() -> None:
    folder = Folder()
    folder.host.pop("network_domain")
    folder.host.pop("site_url")
    folder.undefine("DOMAIN_CURRENT_SITE")
    folder.undefine("SUNRISE")
    folder.sites = ...
    subject = folder.report().one("sunrise.undefined")["subject"]
    assert subject["kind"] == "network"
    assert subject["id"] in ("unknown", NETWORK)
