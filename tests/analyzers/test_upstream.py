"""What the installed version of the plugin never writes, and which of its known defects show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzers.diagnose import diagnose
from analyzers.domain_case import DomainCase, domain_case
from analyzers.domain_report import markdown, render_json, text
from analyzers.snapshot import read
from analyzers.upstream import events_never_written

RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"
OK, PENDING = "ok.customer.example.org", "sslpending.customer.example.org"
SECOND = "second.network.example.com"


def case(version: str, scenario: str, name: str) -> DomainCase:
    folder = RECORDINGS / version / scenario
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "expected.json"
    }
    snapshot = read(files, origin="folder")
    return domain_case(snapshot, diagnose(snapshot, tool="test"), name)


@pytest.mark.parametrize(
    ("version", "never", "writes"),
    [
        ((2, 4, 3), {"closte.adding", "closte.response", "closte.added"}, {"closte.raw-body"}),
        ((2, 4, 4), {"closte.raw-body"}, {"closte.adding", "closte.response", "closte.ssl-answer"}),
        ((2, 4, 10), {"closte.raw-body", "dnsrecord.created"}, {"closte.add-failed"}),
        ((2, 4, 10, 1), {"closte.raw-body"}, {"closte.add-failed"}),
        ((2, 4, 13), {"closte.response", "closte.add-failed"}, {"closte.adding", "closte.added"}),
        ((2, 13, 0), {"closte.transport-failed"}, {"check.auto-promoted", "dnsrecord.created"}),
    ],
)
def test_what_a_version_never_writes(
    version: tuple[int, ...], never: set[str], writes: set[str]
) -> None:
    found = set(events_never_written(version))
    assert never <= found
    assert not writes & found
    assert "check.started" not in found


@pytest.mark.parametrize(
    ("version", "scenario", "name", "defects"),
    [
        (
            "2.4.3",
            "ssl_pending_max_tries",
            PENDING,
            {
                "few-certificate-checks": "2.4.10",
                "live-without-certificate": "2.4.10",
                "last-line-of-ssl-checks": None,
                "certificate-line-without-domain": "the version after 2.13",
            },
        ),
        (
            "2.4.10",
            "ssl_pending_max_tries",
            PENDING,
            {
                "last-line-of-ssl-checks": None,
                "certificate-line-without-domain": "the version after 2.13",
                "guessed-ssl-endpoints": "2.4.11",
            },
        ),
        (
            "2.4.10",
            "api_timeout",
            OK,
            {"error-taken-for-answer": "2.4.11", "loopback-error-before-success": None},
        ),
        (
            "2.4.10",
            "missing_constant",
            OK,
            {"job-without-listener": "2.13.0", "loopback-error-before-success": None},
        ),
        (
            "2.4.13-beta.1",
            "subsite_created",
            SECOND,
            {"two-chains-of-checks": None},
        ),
        ("2.4.13-beta.1", "ok_ssl_endpoint_404", OK, {}),
    ],
)
def test_the_defects_that_show_in_a_recording(
    version: str, scenario: str, name: str, defects: dict[str, str | None]
) -> None:
    own = case(version, scenario, name).own_version
    assert own is not None
    assert {d.id: d.gone_since for d in own.defects} == defects


def test_the_real_count_stands_beside_the_fixed_text() -> None:
    own = case("2.4.10", "ssl_pending_max_tries", PENDING).own_version
    assert own is not None
    says = next(d.says for d in own.defects if d.id == "last-line-of-ssl-checks")
    assert "21 checks" in says
    assert "ssl-failed" in says


def test_every_form_of_the_report_tells_it() -> None:
    found = case("2.4.10", "api_timeout", OK)
    assert "What plugin 2.4.10 explains" in text(found)
    assert "Gone since 2.4.11." in text(found)
    assert "## What plugin 2.4.10 explains" in markdown(found)
    plugin = json.loads(render_json(found))["domain"]["plugin"]
    assert plugin["version"] == "2.4.10"
    assert plugin["cannot_write"]
    assert plugin["defects"][0]["gone_since"] == "2.4.11"


def test_of_an_unknown_version_nothing_is_said() -> None:
    folder = RECORDINGS / "2.4.10" / "api_timeout"
    files = {"domain_mappings.json": (folder / "domain_mappings.json").read_bytes()}
    snapshot = read(files, origin="folder")
    found = domain_case(snapshot, diagnose(snapshot, tool="test"), OK)
    assert found.own_version is None
    assert json.loads(render_json(found))["domain"]["plugin"] is None
