"""What `domain` tells of each recording is the story that its `expected.json` tells."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from evidence_folders import RECORDINGS, files_in

from analyzers import domain_report
from analyzers.diagnose import diagnose
from analyzers.domain_case import DomainCase, domain_case
from analyzers.preflight import preflight
from analyzers.snapshot import read

OK, WRONG = "ok.customer.example.org", "wrong.customer.example.org"
PENDING, SECOND = "sslpending.customer.example.org", "second.network.example.com"
NAMES = {
    "dns_wrong_max_tries": WRONG,
    "locale_de_DE_language_pack": WRONG,
    "ssl_pending_max_tries": PENDING,
    "subsite_created": SECOND,
    "wildcard_domain": "*.customer.example.org",
}
NEW = "2.4.13-beta.1"


@cache
def case_of(folder: Path, name: str) -> DomainCase:
    snapshot = read(files_in(folder), origin=folder.name)
    return domain_case(snapshot, diagnose(snapshot, tool="test"), name)


def told(version: str, scenario: str, name: str | None = None) -> DomainCase:
    folder = next(f for f in RECORDINGS if f.name == scenario and f.parent.name == version)
    return case_of(folder, name or NAMES.get(scenario, OK))


VERSIONS = sorted({folder.parent.name for folder in RECORDINGS})
each_version = pytest.mark.parametrize("version", VERSIONS)


def expected_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text())  # type: ignore[no-any-return]


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_every_report_names_what_was_really_wrong_and_no_secret(folder: Path) -> None:
    expected = expected_of(folder)
    case = case_of(folder, NAMES.get(folder.name, OK))
    told_codes = {f.code for f in case.diagnosis.findings}
    for wanted in expected["must"]:
        if wanted["subject"]["kind"] == "site" and case.state is None:
            continue  # a site without a row is no matter of a domain that is not mapped
        alternatives = expected.get("must_alternatives", {}).get(wanted["code"], [])
        if wanted["subject"]["id"] not in (case.asked.domain, "network.example.com"):
            continue
        assert told_codes & {wanted["code"], *alternatives}, wanted
    assert not told_codes & set(expected["must_not"])
    for form in (domain_report.text, domain_report.markdown, domain_report.render_json):
        said = form(case)
        for secret in expected["raw_secrets"]:
            assert secret not in said
    assert json.loads(domain_report.render_json(case))["domain"]["id"] == case.asked.domain


@pytest.mark.parametrize("folder", RECORDINGS, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_the_healthy_are_called_so_and_the_others_are_not(folder: Path) -> None:
    expected = expected_of(folder)
    case = case_of(folder, NAMES.get(folder.name, OK))
    if case.state is not None:
        assert (case.state.state == "up") is expected["healthy"], case.headline
    if case.state is not None and expected["healthy"]:
        assert case.forecast is not None
        assert case.forecast.ending == "is-ready"
        assert not case.silences
        assert not case.rivals
        assert case.card is not None
        assert not case.card.to_do


@each_version
@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("bad_key_http401", "key.rejected"),
        ("bad_key_json", "key.rejected"),
        ("missing_constant", "key.missing"),
        ("integration_not_enabled", "module.disabled"),
    ],
)
def test_a_domain_that_never_reached_closte_stops_at_the_network(
    version: str, scenario: str, code: str
) -> None:
    case = told(version, scenario)
    assert case.state is not None
    assert case.forecast is not None
    assert case.state.waiting_on == "operator"
    assert case.forecast.ending == "gives-up"
    assert case.forecast.blocked_by is not None
    assert case.forecast.blocked_by.code == code
    assert case.diagnosis.causes()[0].code == code
    assert case.card is not None
    assert not case.card.to_do  # the customer's DNS is right
    assert case.since is not None
    assert case.since_by == "the log"


@each_version
@pytest.mark.parametrize("scenario", ["api_html", "api_html_multiline", "api_timeout"])
def test_without_an_answer_of_the_api_no_certificate_is_to_be_hoped_for(
    version: str, scenario: str
) -> None:
    case = told(version, scenario)
    assert case.forecast is not None
    assert case.forecast.ending == "gives-up"
    assert case.forecast.earliest is None
    assert case.diagnosis.causes()[0].code.startswith(("api.", "module."))


def test_the_silence_of_the_new_providers_is_named() -> None:
    for scenario in ("api_html", "api_timeout", "bad_key_json", "duplicate_api"):
        silences = told(NEW, scenario).silences
        assert [s.lacks for s in silences] == [
            f"the line `Domain {OK} added, requesting SSL` after `Adding domain`"
        ]
        assert not silences[0].hidden_by
    assert not told(NEW, "ok_ssl_endpoint_404").silences


def test_the_death_of_the_old_provider_is_named() -> None:
    silences = told("2.4.10", "api_timeout").silences
    assert [s.lacks for s in silences] == ["any line after `API request failed`"]
    assert not told("2.4.3", "api_timeout").silences


@each_version
def test_jobs_that_do_not_run(version: str) -> None:
    case = told(version, "cron_not_running")
    assert case.forecast is not None
    assert case.forecast.ending == "never"
    assert case.forecast.blocked_by is not None
    assert case.forecast.blocked_by.code == "jobs.cron-off"
    assert any("was due 2 h ago" in s.lacks for s in case.silences)


@each_version
@pytest.mark.parametrize("scenario", ["dns_wrong_max_tries", "locale_de_DE_language_pack"])
def test_a_wrong_address_until_the_plugin_gave_up(version: str, scenario: str) -> None:
    case = told(version, scenario)
    assert case.state is not None
    assert case.state.stage == "failed"
    assert case.state.waiting_on == "customer"
    assert case.state.checks is not None
    assert (case.state.checks.used, case.state.checks.limit) == (6, 6)
    assert case.forecast is not None
    assert case.forecast.ending == "never"
    assert "never looks again by itself" in case.forecast.says
    assert case.card is not None
    change = next(i for i in case.card.instructions if i.type == "A")
    assert (change.act, change.old, change.value) == ("change", "198.51.100.77", "203.0.113.10")
    assert change.field == "wrong.customer"
    given_up = next(e for e in case.lifeline if e.event == "check.dns-given-up")
    assert case.since == given_up.at
    assert "check.gave-up-dns" in {
        f.code for f in case.diagnosis.findings if f.caused_by is not None
    }


@each_version
def test_a_certificate_that_never_came(version: str) -> None:
    case = told(version, "ssl_pending_max_tries")
    assert case.state is not None
    assert case.state.checks is not None
    limit = 6 if version == "2.4.3" else 21
    assert (case.state.checks.used, case.state.checks.limit) == (limit, limit)
    assert case.state.stage == ("done-without-ssl" if version == "2.4.3" else "ssl-failed")
    assert case.state.waiting_on == "nobody"
    assert case.who == "nobody will: it never moves by itself"
    doubt = next(r for r in case.rivals if r.finding.code == "ssl.given-up")
    standing = {r.cause.split(",")[0]: r.standing for r in doubt.rivals}
    assert standing["Closte has no alias for the name"] == "refuted"
    assert doubt.next_look


@each_version
def test_a_slow_certificate_is_history_once_it_came(version: str) -> None:
    case = told(version, "ssl_slow_then_ok")
    events = [e.event for e in case.lifeline]
    assert events.count("check.ssl-retry") >= 3
    assert events.index("check.ssl-retry") < events.index("check.ssl-ok")
    assert case.headline == f"{OK} works."


@each_version
def test_taken_by_another_app(version: str) -> None:
    case = told(version, "duplicate_api")
    if version == NEW:  # which logs no reason at all
        assert case.diagnosis.causes()[0].code in ("alias.silent-failure", "alias.elsewhere")
    else:
        assert case.diagnosis.causes()[0].code == "alias.elsewhere"


@each_version
def test_a_refused_duplicate_leaves_the_first_alone(version: str) -> None:
    case = told(version, "duplicate_local")
    assert case.headline == f"{OK} works."


@each_version
def test_a_deleted_domain_tells_its_end(version: str) -> None:
    case = told(version, "domain_deleted")
    assert case.asked.relation == "removed"
    assert "mapped and then deleted in the plugin" in case.headline
    assert "nothing is left to do" in case.headline
    events = {e.event for e in case.lifeline}
    assert {"wu_remove_domain.complete", "check.deleted"} <= events


@each_version
def test_a_wildcard_was_refused_and_left_no_trace(version: str) -> None:
    case = told(version, "wildcard_domain")
    assert case.asked.relation == "unmapped"
    assert "The plugin refuses wildcards" in case.headline
    assert not case.lifeline


@each_version
def test_a_site_of_the_network_is_the_operators_matter(version: str) -> None:
    case = told(version, "subsite_created")
    assert case.diagnosis.causes()[0].code == "dns.nxdomain"
    assert case.state is not None
    assert case.state.waiting_on == "operator"
    assert case.card is not None
    assert not case.card.to_do


@each_version
def test_translated_lines_tell_the_same(version: str) -> None:
    german = told(version, "locale_de_DE_language_pack")
    english = told(version, "dns_wrong_max_tries")
    assert {e.event for e in german.lifeline if e.event.startswith("check.")} == {
        e.event for e in english.lifeline if e.event.startswith("check.")
    }
    works = told(version, "locale_de_DE_language_pack", OK)
    assert works.headline == f"{OK} works."


@pytest.mark.parametrize("folder", RECORDINGS[::5], ids=lambda f: f"{f.parent.name}-{f.name}")
def test_whatever_is_withheld_the_report_is_written_and_promises_no_more(folder: Path) -> None:
    files = files_in(folder)
    name = NAMES.get(folder.name, OK)
    whole = case_of(folder, name)
    for withheld in sorted(f for f in files if f != "expected.json"):
        rest = {f: content for f, content in files.items() if f != withheld}
        snapshot = read(rest, origin="x")
        case = domain_case(snapshot, diagnose(snapshot, tool="test"), name)
        for form in (domain_report.text, domain_report.markdown, domain_report.render_json):
            assert form(case)
        if case.state is not None and case.state.state == "up":
            assert whole.state is not None
            assert whole.state.state == "up", withheld
        answer = preflight(snapshot, "new.client.example", tool="test").answer
        assert answer in ("no", "unknown"), withheld
