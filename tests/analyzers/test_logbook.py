"""Logs as evidence: the recorded counts, whose an event is, and what is kept of it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers.events import handle_of
from analyzers.evidence import LogEvent, PluginLogs
from analyzers.instants import iso_or_none
from analyzers.kept_events import Kept
from analyzers.logbook import read_logs
from analyzers.other_messages import MESSAGES

RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"
RECORDED = sorted(path.parent for path in RECORDINGS.glob("*/*/expected.json"))
T = "[2026-05-04 10:00:00] [INFO] "


def logs_of(folder: Path) -> dict[str, bytes]:
    return {f"wu-logs/{p.name}": p.read_bytes() for p in sorted(folder.glob("wu-logs/*.log"))}


def read(**files: str) -> PluginLogs:
    """Logs by handle (with _ for - and . as they are) to text."""
    return read_logs({f"wu-logs/{name}.log": text.encode() for name, text in files.items()})


def closte(*messages: str) -> PluginLogs:
    text = "".join(f"{T}{message}\n" for message in messages)
    return read_logs({"wu-logs/integration-closte.log": text.encode()})


def numbers(found: PluginLogs) -> dict[str, object]:
    return {
        "records": found.records,
        "unrecognised": found.unrecognised,
        "files": len(found.files),
        "bytes": found.bytes,
        "first_at": iso_or_none(found.first_at),
        "last_at": iso_or_none(found.last_at),
    }


@pytest.mark.parametrize("folder", RECORDED, ids=[f"{p.parent.name}/{p.name}" for p in RECORDED])
def test_recorded_logs_count_as_expected(folder: Path) -> None:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    found = read_logs(logs_of(folder))
    assert found.counts == expected["events"]
    assert numbers(found) == expected["logs"]
    assert len(found.events) == found.records
    assert list(found.events) == sorted(found.events, key=lambda e: (e.at, e.source, e.line))


def test_there_are_recordings() -> None:
    assert len(RECORDED) >= 50


def test_no_logs_are_no_events() -> None:
    assert numbers(read_logs({})) == {
        "records": 0,
        "unrecognised": 0,
        "files": 0,
        "bytes": 0,
        "first_at": None,
        "last_at": None,
    }


@pytest.mark.parametrize(
    ("name", "kind", "domain"),
    [
        ("integration-closte.log", "integration-closte", None),
        ("wu-logs/integration-closte-ssl.log", "integration-closte-ssl", None),
        ("domain-creation.log", "domain-creation", None),
        ("domain-ssl-checks.log", "domain-ssl-checks", None),
        ("domain-Shop.Example.log", "domain-", "shop.example"),
        ("domain-shop.example\n.log", "domain-", "shop.example"),
        ("domain-x.logistics.com.log", "domain-", "x.logistics.com"),
        ("domain-shop.example.log.1", "domain-", "shop.example"),
        ("domain-shop.example (1).log", "domain-", "shop.example"),
        ("domain-shop.example.log.txt", "domain-", "shop.example"),
        ("integration-closte(2).log", "integration-closte", None),
        ("dns-shop.example.log", "dns-", None),
        ("mailer-errors.log", "", None),
        ("domain-something.log", "", None),
        ("-", "", None),
    ],
)
def test_handle(name: str, kind: str, domain: str | None) -> None:
    found = handle_of(name)
    assert (found.kind, found.domain) == (kind, domain)


def test_the_domain_is_the_one_in_the_message() -> None:
    found = read(**{"domain-a.example": f"{T}Starting Check for B.example.\n"})
    assert found.events[0].domain == "b.example"


def test_else_the_one_in_the_file_name() -> None:
    found = read(**{"domain-a.example": f"{T}- Valid SSL cert found. Marking domain as done.\n"})
    assert found.domains == {"a.example": {"check.ssl-ok": 1}}


def test_else_that_of_the_open_request() -> None:
    url = "Making API request to: https://app.closte.com/api/client"
    found = closte(
        "API response code: 200, body: {}",
        "Adding domain: a.example for site ID: 2",
        "API response code: 404, body: {}",
        f'{url}/deletedomainalias with data: {{"domain":"b.example","wildcard":false}}',
        "API response code: 200, body: {}",
        f"{url}/adddomainalias with data: []",
        "API response code: 200, body: {}",
        "Adding domain: c.example for site ID: 2",
        "Empty response body",
    )
    assert [e.domain for e in found.events] == [
        None,
        "a.example",
        "a.example",
        *["b.example"] * 4,
        "c.example",
        "c.example",
    ]


def test_an_open_request_ends_with_its_file() -> None:
    found = read_logs(
        {
            "wu-logs/integration-closte.log": f"{T}Adding domain: a.example for site ID: 2\n".encode(),
            "wu-logs/integration-closte-ssl.log": f"{T}SSL request for /ssl: {{}}\n".encode(),
        }
    )
    assert {e.name: e.domain for e in found.events} == {
        "closte.adding": "a.example",
        "closte.ssl-answer": None,
    }


def test_requests_and_answers_say_their_endpoint() -> None:
    url = "Making API request to: https://app.closte.com/api/client"
    found = closte(
        f'{url}/adddomainalias with data: {{"domain":"a.example"}}',
        'API response code: 200, body: {"success": true}',
        f"{url}/adddomainalias with data: []",
        "API request failed: cURL error 28: time-out",
        f'{url}/ssl/install with data: {{"domain":"a.example"}}',
        "HTTP error 404 for endpoint /ssl/install",
    )
    assert [(e.fields["endpoint"], e.fields["asked"]) for e in found.events] == [
        ("/adddomainalias", "a.example"),
        ("/adddomainalias", "a.example"),
        ("/adddomainalias", ""),
        ("/adddomainalias", ""),
        ("/ssl/install", "a.example"),
        ("/ssl/install", "a.example"),
    ]
    assert found.events[1].fields["status"] == "200"
    assert found.events[1].fields["body"] == '{"success": true}'


def test_a_domain_stored_with_a_line_end_splits_its_lines_and_its_name() -> None:
    found = read_logs(
        {
            "wu-logs/domain-shop.example\n.log": (
                f"{T}Starting Check for shop.example\n\n"
                f"{T}Testing domain verification via Loopback using HTTP: http://shop.example\n/\n"
            ).encode(),
            "wu-logs/integration-closte.log": (
                f"{T}Adding domain: shop.example\n for site ID: 7\n"
                f"{T}Making API request to: https://app.closte.com/api/client/adddomainalias"
                ' with data: {"domain":"shop.example\\n","wildcard":false}\n'
                f"{T}Domain shop.example\n added successfully, requesting SSL certificate\n"
            ).encode(),
        }
    )
    assert found.unrecognised == 0
    assert found.domains == {
        "shop.example": {
            "check.started": 1,
            "check.loopback-testing": 1,
            "closte.adding": 1,
            "closte.request": 1,
            "closte.added": 1,
        }
    }


def test_in_a_file_without_a_named_message_everything_is_a_body() -> None:
    found = closte('{"success": true}', "", "Bad Gateway", "Invalid or empty domain: ")
    assert found.counts == {"closte.raw-body": 4}
    assert found.unrecognised == 0
    assert found.events[3].fields["body"] == "Invalid or empty domain: "


def test_beside_named_messages_a_body_looks_like_one() -> None:
    found = closte(
        '{"success": true}', "", "Bad Gateway", "[1]", "<html>", "Note: something",
        "Adding domain: a.example for site ID: 2",
    )  # fmt: skip
    assert found.counts == {"closte.raw-body": 4, "closte.adding": 1}
    assert found.unrecognised == 2
    assert found.handle_records == 7
    assert found.handle_unrecognised == 2
    assert [e.message for e in found.events if e.name == "unrecognised"] == [
        "Bad Gateway",
        "Note: something",
    ]


def test_other_logs_are_counted_but_are_no_part_of_the_unrecognised_share() -> None:
    found = read(
        **{
            "mailer-errors": f"{T}SMTP failed\n",
            "sunrise": f"{T}Sunrise upgrade attempt succeeded.\n",
        }
    )
    assert (found.records, found.unrecognised) == (2, 1)
    assert (found.handle_records, found.handle_unrecognised) == (1, 0)


def test_the_start_of_the_key_is_in_no_value() -> None:
    found = closte("Using API key (first 10 chars): FAKEKEY-01...")
    assert "FAKEKEY" not in repr(found)
    assert found.events[0].fields == {"shown": "10"}
    assert found.events[0].message == (
        "Using API key (first 10 chars): [redacted:CLOSTE_CLIENT_API_KEY:first-10]..."
    )


def test_certificates_are_read_in_both_wordings() -> None:
    found = read(
        **{
            "domain-ssl-checks": "[2026-05-04 10:00:00] [ERROR] Certificate Invalid: \n"
            "[2026-05-04 10:00:01] [ERROR] Certificate Invalid for Shop.example: expired\n"
        }
    )
    assert [(e.domain, e.fields["reason"]) for e in found.events] == [
        (None, ""),
        ("shop.example", "expired"),
    ]


def test_an_impossible_date_is_a_record_without_a_time() -> None:
    found = read(
        sunrise="[2026-13-45 10:00:00] [INFO] Sunrise upgrade attempt succeeded.\n"
        "[2026-05-04 10:00:00] [INFO] Sunrise upgrade attempt succeeded.\n"
    )
    assert found.records == 2
    assert found.counts == {"sunrise.upgraded": 2}
    assert numbers(found)["first_at"] == numbers(found)["last_at"] == "2026-05-04T10:00:00Z"
    assert len(found.events) == 1


def test_bytes_that_are_no_utf8_are_kept_visible() -> None:
    content = b"[2026-05-04 10:00:00] [INFO] Adding domain: sh\xffop.example for site ID: 2\n"
    found = read_logs(
        {"wu-logs/integration-closte.log": content + b"[2026-05-04 10:00:00] [INFO] \xfe\0"}
    )
    assert found.events[0].domain == "sh%FFop.example"
    assert found.events[1].message == "\\xfe\0"


def test_a_long_message_is_cut_for_citation() -> None:
    found = closte("API response code: 200, body: " + "é" * 100_000)
    assert len(found.events[0].message) <= 300
    assert len(found.events[0].fields["body"]) <= 1_000


def test_of_a_large_log_the_first_and_the_newest_of_each_kind_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Kept, "MOST", 100)
    monkeypatch.setattr(Kept, "EACH", 16)
    lines = "".join(
        f"[2026-05-04 10:{n // 60:02d}:{n % 60:02d}] [INFO] Adding domain: d{n % 4}.example"
        f" for site ID: {n}\n"
        for n in range(3600)
    )
    found = read(**{"integration-closte": lines})
    assert found.counts == {"closte.adding": 3600}
    assert found.domains["d0.example"] == {"closte.adding": 900}
    assert len(found.events) <= 100
    kept = {e.fields["site_id"] for e in found.events}
    assert {"0", "1", "2", "3", "3596", "3597", "3598", "3599"} <= kept


_FILES = st.dictionaries(
    st.sampled_from(
        ["integration-closte", "domain-a.example", "domain-b.example", "domain-ssl-checks", "other"]
    ),
    st.lists(
        st.one_of(
            st.sampled_from([s for row in MESSAGES for s in row.samples]),
            st.sampled_from(
                ['[2026-05-04 10:00:01] [INFO] {"success":true}', "<p>", "", f"{T}new"]
            ),
        ),
        max_size=25,
    ),
    max_size=5,
)


def without_events(found: PluginLogs) -> tuple[object, ...]:
    return (
        found.records,
        found.unrecognised,
        found.counts,
        found.domains,
        found.first_at,
        found.last_at,
    )


@settings(max_examples=60)
@given(_FILES, st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_the_order_of_files(
    files: Mapping[str, list[str]], shuffler: random.Random
) -> None:
    named = {f"wu-logs/{n}.log": ("\n".join(v) + "\n").encode() for n, v in files.items()}
    names = list(named)
    shuffler.shuffle(names)
    first, other = read_logs(named), read_logs({name: named[name] for name in names})
    assert first == other
    assert sum(first.counts.values()) + first.unrecognised == first.records
    parts = [read_logs({name: named[name]}) for name in names]
    assert sum(p.records for p in parts) == first.records
    assert sum(p.unrecognised for p in parts) == first.unrecognised


@given(st.binary(max_size=300))
def test_no_content_breaks_the_reader(content: bytes) -> None:
    header = b"[2026-05-04 10:00:00] [INFO] "
    for name in (
        "integration-closte",
        "domain-a.example",
        "domain-ssl-checks",
        "dns-a.example",
        "x",
    ):
        found = read_logs({f"wu-logs/{name}.log": header + content})
        assert found.records >= 1
        assert all(isinstance(e, LogEvent) for e in found.events)


def test_an_answer_without_its_request_has_no_endpoint() -> None:
    found = closte("API response code: 200, body: {}")
    assert "endpoint" not in found.events[0].fields
    assert found.events[0].fields["status"] == "200"


def test_the_first_and_the_last_time_are_of_this_world() -> None:
    stamps = [
        "2026-05-04 25:00:00",
        "2026-05-04 10:00:00",
        "2026-05-04 10:61:00",
        "2026-05-04 10:00:99",
    ]
    stamps += [
        "9999-99-99 00:00:00",
        "0000-00-00 00:00:00",
        "2026-05-04 09:00:00",
        "2026-05-04 11:00:00",
    ]
    found = read(sunrise="".join(f"[{at}] [INFO] x\n" for at in stamps))
    assert found.records == 8
    assert numbers(found)["first_at"] == "2026-05-04T09:00:00Z"
    assert numbers(found)["last_at"] == "2026-05-04T11:00:00Z"
