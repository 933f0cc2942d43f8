"""CONTRACT section 6: every message by its name, whose it is, and what is no message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from contract.stranger import run

T = "[2026-05-04 10:00:00] [INFO] "
E = "[2026-05-04 10:00:00] [ERROR] "

MESSAGES = {
    "integration-closte.log": [
        ("Adding domain: s.example for site ID: 2", "closte.adding"),
        ("Using API key (first 10 chars): abcdefghij...", "closte.key-prefix"),
        (
            'Making API request to: https://app.closte.com/api/client/adddomainalias with data: {"domain":"s.example","wildcard":false}',
            "closte.request",
        ),
        (
            "Making API request to: https://app.closte.com/api/client/adddomainalias with data: []",
            "closte.request",
        ),
        ("API request failed: cURL error 28: x", "closte.transport-failed"),
        ('API response code: 200, body: {"success":true}', "closte.response"),
        ("API response code: 502, body: <html>\n<b>\n</html>", "closte.response"),
        ("HTTP error 404 for endpoint /ssl/install", "closte.http-error"),
        ("JSON decode error: Syntax error", "closte.bad-json"),
        ("Empty response body", "closte.empty-body"),
        ("CLOSTE_CLIENT_API_KEY constant not defined", "closte.key-undefined"),
        ("CLOSTE_CLIENT_API_KEY is empty", "closte.key-empty"),
        ("Domain s.example added successfully, requesting SSL certificate", "closte.added"),
        ("Domain s.example added, requesting SSL", "closte.added"),
        (
            "Domain s.example rejected by Closte API as invalid. This may be expected for Closte subdomains or internal domains.",
            "closte.rejected-invalid",
        ),
        ('Failed to add domain s.example. Response: {"success":false}', "closte.add-failed"),
        (
            "Attempting SSL certificate request for s.example despite domain addition failure",
            "closte.ssl-despite-failure",
        ),
        ("Requesting SSL certificate for domain: s.example", "closte.ssl-requested"),
        ("Trying SSL endpoint: /ssl/install", "closte.ssl-trying"),
        ("SSL endpoint /ssl responded, stopping search", "closte.ssl-responded"),
        ("SSL certificate request successful for domain: s.example", "closte.ssl-accepted"),
        (
            'SSL certificate request failed for domain: s.example. Response: {"x":1}',
            "closte.ssl-refused",
        ),
        (
            "Note: Closte may handle SSL automatically when domains are added via /adddomainalias",
            "closte.ssl-note",
        ),
        ("Checking SSL status for domain: s.example", "closte.ssl-status-asked"),
        ('SSL status for domain s.example: {"a":1}', "closte.ssl-status"),
        ('{"success":true}', "closte.raw-body"),
        ("[1]", "closte.raw-body"),
        ("<html>", "closte.raw-body"),
        ("", "closte.raw-body"),
    ],
    "integration-closte-ssl.log": [
        ('SSL request for /ssl/install: {"success":false}', "closte.ssl-answer")
    ],
    "domain-s.example.log": [
        ("Starting Check for s.example", "check.started"),
        ("- DNS propagation finished, advancing domain to next step...", "check.dns-ok"),
        ("- DNS propagation not finished, retrying in 5 minutes...", "check.dns-retry"),
        (
            "- DNS propagation checks tried for the max amount of times (5 times, one every 5 minutes). Marking as failed.",
            "check.dns-given-up",
        ),
        ("- SSL Cert not found, retrying in 5 minute(s)...", "check.ssl-retry"),
        (
            "- SSL checks tried for the max amount of times (5 times, one every 5 minutes). Marking as ready without SSL.",
            "check.ssl-given-up",
        ),
        ("- Valid SSL cert found. Marking domain as done.", "check.ssl-ok"),
        (
            "Testing domain verification via Loopback using HTTPS with SSL verification: https://s.example/?async_check_dns_nonce=abc",
            "check.loopback-testing",
        ),
        ("Failed to connect via HTTP: cURL error 7", "check.loopback-unreachable"),
        ("Loopback request via HTTP returned HTTP 401", "check.loopback-http"),
        (
            "Loopback response via HTTP is not valid JSON: Syntax error : <html>\nx",
            "check.loopback-not-json",
        ),
        (
            "Domain verification successful via Loopback using HTTP. Domain ID 3 confirmed.",
            "check.loopback-ok",
        ),
        (
            "Loopback response via HTTP did not contain expected domain ID. Expected: 3, Got: null",
            "check.loopback-other-id",
        ),
        (
            "Domain verification failed via loopback on all protocols (HTTPS with SSL, HTTPS without SSL, HTTP).",
            "check.loopback-failed",
        ),
        ("Domain deleted and logs cleared...", "check.deleted"),
        ("Auto-promoted s.example as primary domain for site 3.", "check.auto-promoted"),
        (
            "Failed to auto-promote s.example as primary domain for site 3: nope",
            "check.auto-promote-failed",
        ),
    ],
    "domain-creation.log": [
        ("Created domain record for site 3: s.example", "record.created"),
        ("Failed to create domain record for site 3: x", "record.failed"),
    ],
    "domain-ssl-checks.log": [
        ("Certificate Invalid: ", "certificate.invalid"),
        ("Certificate Invalid: Connection refused", "certificate.invalid"),
        ("Certificate Invalid for s.example: The certificate has expired.", "certificate.invalid"),
    ],
    "dns-s.example.log": [
        ("DNS record created: A x -> 1.2.3.4", "dnsrecord.created"),
        ("DNS record updated: ID 3 (A x)", "dnsrecord.updated"),
        ("DNS record deleted: ID 3", "dnsrecord.deleted"),
        ('Bulk DNS operation "delete": 3 succeeded, 0 failed', "dnsrecord.bulk"),
    ],
    "credential-store.log": [
        (
            "Cannot encrypt credential: neither OpenSSL nor libsodium is available.",
            "credential.cannot-encrypt",
        ),
        ("Cannot decrypt credential: OpenSSL is not available.", "credential.cannot-decrypt"),
        ("Cannot decrypt credential: libsodium is not available.", "credential.cannot-decrypt"),
        ("Sodium decryption failed: x", "credential.sodium-failed"),
    ],
    "sunrise.log": [
        ("Sunrise upgrade attempt succeeded.", "sunrise.upgraded"),
        (
            "copy(/x/sunrise.php): Failed to open stream: Permission denied",
            "sunrise.upgrade-failed",
        ),
        ("Sunrise copy failed: x", "sunrise.upgrade-failed"),
    ],
}


def logs(tmp_path, files, *arguments, host=None):
    folder = tmp_path / "case" / "wu-logs"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode())
    if host is not None:
        (folder.parent / "host.json").write_text(json.dumps(host))
    status, out, _ = run("logs", str(folder), "--format", "json", *arguments)
    assert status == 0
    return json.loads(out)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize(
    ("file", "message", "event"), [(f, m, e) for f, known in MESSAGES.items() for m, e in known]
)
def test_each_message_has_its_name(tmp_path: Path, file, message, event, end) -> None:
    level = E if event in ("sunrise.upgrade-failed", "record.failed") else T
    found = logs(tmp_path, {file: f"{level}{message}{end}"})
    assert (found["events"], found["records"], found["unrecognised"]) == ({event: 1}, 1, 0)
    assert found["bytes"] == len(f"{level}{message}{end}".encode())


ADDING = f"{T}Adding domain: a.example for site ID: 2\n"
ANSWER = f"{T}API response code: 200, body: {{}}\n"
ASKING = f'{T}Making API request to: https://app.closte.com/api/client/adddomainalias with data: {{"domain":"b.example","wildcard":false}}\n'
GERMAN = {
    "Starting Check for %s": "Nun wird %s angesehen",
    "- DNS propagation finished, advancing domain to next step...": "- DNS fertig",
}


@pytest.mark.parametrize(
    ("files", "events", "domains", "records", "unrecognised"),
    [
        ({"integration-closte.log": f"{T}Whatever\n"}, {"closte.raw-body": 1}, {}, 1, 0),
        (
            {"integration-closte.log": f"{T}Whatever\n{ADDING}"},
            {"closte.adding": 1},
            {"a.example": {"closte.adding": 1}},
            2,
            1,
        ),
        (
            {"integration-closte.log": f"{ADDING}{ANSWER}{ASKING}{ANSWER}"},
            {"closte.adding": 1, "closte.response": 2, "closte.request": 1},
            {
                "a.example": {"closte.adding": 1, "closte.response": 1},
                "b.example": {"closte.request": 1, "closte.response": 1},
            },
            4,
            0,
        ),
        (
            {"integration-closte.log": f"{ANSWER}{ADDING}"},
            {"closte.adding": 1, "closte.response": 1},
            {"a.example": {"closte.adding": 1}},
            2,
            0,
        ),
        (
            {
                "domain-a.example.log": f"{T}- DNS propagation finished, advancing domain to next step...\n"
            },
            {"check.dns-ok": 1},
            {"a.example": {"check.dns-ok": 1}},
            1,
            0,
        ),
        (
            {"domain-a.example.log": f"{T}Starting Check for b.example\n"},
            {"check.started": 1},
            {"b.example": {"check.started": 1}},
            1,
            0,
        ),
        (
            {
                "integration-closte.log": f"{T}Adding domain: a.example\n for site ID: 2\n",
                "domain-a.example\n.log": f"{T}Starting Check for a.example\n\n",
            },
            {"closte.adding": 1, "check.started": 1},
            {"a.example": {"closte.adding": 1, "check.started": 1}},
            2,
            0,
        ),
        (
            {"integration-closte.log": f"{T}API response code: 200, body: <p>\n{ADDING}</p>\n"},
            {"closte.response": 1, "closte.adding": 1},
            {"a.example": {"closte.adding": 1}},
            2,
            0,
        ),
        (
            {"integration-closte.log": f"junk\n{T}Empty response body\n[2026-05-04] [INFO] no\n"},
            {"closte.empty-body": 1},
            {},
            1,
            0,
        ),
        (
            {"integration-closte.log": f"{T}Starting Check for b.example\n{T}{{}}\n"},
            {"check.started": 1, "closte.raw-body": 1},
            {"b.example": {"check.started": 1}},
            2,
            0,
        ),
        (
            {"domain-a.example.log": f"{T}Verification of a.example postponed\n"},
            {},
            {},
            1,
            1,
        ),
        (
            {"integration-closte.log": f"{T}API response code: 200, body:\n"},
            {"closte.response": 1},
            {},
            1,
            0,
        ),
        (
            {"api-calls.log": f"{T}foo\n"},
            {},
            {},
            1,
            1,
        ),
    ],
)
def test_whose_a_message_is(tmp_path: Path, files, events, domains, records, unrecognised) -> None:
    found = logs(tmp_path, files)
    assert found["events"] == events
    assert found["domains"] == domains
    assert (found["records"], found["unrecognised"]) == (records, unrecognised)
    assert (found["first_at"], found["last_at"]) == ("2026-05-04T10:00:00Z",) * 2


@pytest.mark.parametrize("way", ["host.json", "--messages"])
def test_translated_messages_count_under_the_same_names(tmp_path: Path, way: str) -> None:
    files = {"domain-a.example.log": f"{T}Nun wird a.example angesehen\n{T}- DNS fertig\n"}
    given = tmp_path / "messages.json"
    given.write_text(json.dumps(GERMAN))
    found = (
        logs(tmp_path, files, host={"messages": GERMAN})
        if way == "host.json"
        else logs(tmp_path, files, "--messages", str(given))
    )
    assert found["events"] == {"check.started": 1, "check.dns-ok": 1}
    assert found["domains"] == {"a.example": {"check.started": 1, "check.dns-ok": 1}}


@pytest.mark.parametrize(
    "form", ["text", "markdown", "html", "json", "jsonl", "csv", "junit", "prometheus"]
)
def test_every_format_says_the_count_and_ends_with_0(tmp_path: Path, form: str) -> None:
    log = tmp_path / "integration-closte.log"
    log.write_text(ADDING * 4321)
    status, out, _ = run("logs", str(log), "--format", form)
    assert status == 0
    assert b"4321" in out or b"4,321" in out
    assert b"closte.adding" in out
