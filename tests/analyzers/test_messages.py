"""Every known message is read as what it is: the samples of the table are the tests."""

from __future__ import annotations

import pytest

from analyzers.events import LogReader
from analyzers.explain_line import explain, explain_event
from analyzers.grammar import records
from analyzers.job_messages import JOB_MESSAGES, JobMessage
from analyzers.messages import Message, template
from analyzers.other_messages import MESSAGES, msgids
from analyzers.recogniser import HANDLES, Recogniser

EVENTS = [
    "closte.adding",
    "closte.key-prefix",
    "closte.request",
    "closte.transport-failed",
    "closte.response",
    "closte.http-error",
    "closte.bad-json",
    "closte.empty-body",
    "closte.key-undefined",
    "closte.key-empty",
    "closte.added",
    "closte.rejected-invalid",
    "closte.add-failed",
    "closte.ssl-despite-failure",
    "closte.ssl-requested",
    "closte.ssl-trying",
    "closte.ssl-responded",
    "closte.ssl-accepted",
    "closte.ssl-refused",
    "closte.ssl-note",
    "closte.ssl-status-asked",
    "closte.ssl-status",
    "closte.ssl-answer",
    "check.started",
    "check.dns-ok",
    "check.dns-retry",
    "check.dns-given-up",
    "check.ssl-retry",
    "check.ssl-given-up",
    "check.ssl-ok",
    "check.loopback-testing",
    "check.loopback-unreachable",
    "check.loopback-http",
    "check.loopback-not-json",
    "check.loopback-ok",
    "check.loopback-other-id",
    "check.loopback-failed",
    "check.deleted",
    "check.auto-promoted",
    "check.auto-promote-failed",
    "record.created",
    "record.failed",
    "certificate.invalid",
    "dnsrecord.created",
    "dnsrecord.updated",
    "dnsrecord.deleted",
    "dnsrecord.bulk",
    "credential.cannot-encrypt",
    "credential.cannot-decrypt",
    "credential.sodium-failed",
    "sunrise.upgraded",
    "sunrise.upgrade-failed",
]

SAMPLES = [(row, sample) for row in MESSAGES for sample in row.samples]
FILES = {"domain-": "domain-shop.example.log", "dns-": "dns-shop.example.log"}


def test_the_table_has_every_event_of_the_contract_once() -> None:
    assert [row.event for row in MESSAGES] == list(dict.fromkeys(row.event for row in MESSAGES))
    assert sorted(row.event for row in MESSAGES) == sorted(EVENTS)


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=[s[29:70] for _, s in SAMPLES])
def test_sample(row: Message, sample: str) -> None:
    content = f"{sample}\n".encode()
    for name in (FILES.get(row.handle, f"{row.handle}.log"), "excerpt.txt"):
        found = list(records([content]))
        assert len(found) == 1
        recogniser = Recogniser()
        reader = LogReader(name, recogniser)
        ((event, _),) = reader.read(found)
        assert event == row.event
        assert found[0][2].decode() == row.level
        assert not reader.inferred
        seen = recogniser.look(reader.handle.kind, found[0][3])
        assert seen.found is not None
        for wording in row.wordings:
            fields = set(seen.found.entry.fields)
            if fields == set(template(wording).fields):
                break
        else:
            pytest.fail(f"fields {fields} are those of no wording")


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=[s[29:70] for _, s in SAMPLES])
def test_each_sample_is_explained(row: Message, sample: str) -> None:
    message = sample[sample.index("] [") :].partition("] ")[2].partition("] ")[2]
    log = FILES.get(row.handle, f"{row.handle}.log")
    for line in (
        sample,
        message,
        f"  {sample}\r\n",
        f"> {sample}",
        f"wu-logs/{log}:12:{sample}",
        f"`{sample}`",
        f"\x1b[32m{sample}\x1b[0m",
        sample.replace("] [", "] ").replace("] ", " ", 1) if "[redacted" not in sample else sample,
        sample.replace(" ", "\u00a0").replace("...", "…"),
    ):
        found = explain(line)
        assert found is not None, line
        assert found.event == row.event, line
        assert found.means
        assert found.does_not_mean
        assert not found.how_sure
        assert dict(found.parts())["Means"] == row.means


@pytest.mark.parametrize("message", JOB_MESSAGES, ids=[m.words[0] for m in JOB_MESSAGES])
def test_each_line_of_a_job_is_explained(message: JobMessage) -> None:
    for line in (message.sample, f"2026-05-04 10:00:00 {message.sample}"):
        found = explain(line)
        assert found is not None
        assert (found.event, found.means) == ("", message.means)


@pytest.mark.parametrize(
    ("line", "event", "domain"),
    [
        (
            "[2026-05-04 10:00:00] [INFO] - DNS nicht fertig, erneuter Versuch in 5 Minuten ...",
            "check.dns-retry",
            None,
        ),
        (
            "domain-a.example.log:3:[2026-05-04 10:00:00] [INFO] Sprawdzanie a.example: początek",
            None,
            None,
        ),
        (
            "domain-a.example.log:3:[2026-05-04 10:00:00] [INFO] Początek kontroli a.example",
            "check.started",
            "a.example",
        ),
        ("[2026-05-04 10:00:00] [ERROR] Zertifikat ungültig: ", "certificate.invalid", None),
        ("- SSL checks tried for the max amount of tim", "check.ssl-given-up", None),
        ("Failed to add domain shop.exam", "closte.add-failed", None),
        ("SSL certificate request", None, None),
        ("hello a.example", None, None),
    ],
)
def test_a_line_that_is_foreign_or_cut_off_is_explained_with_less_confidence(
    line: str, event: str | None, domain: str | None
) -> None:
    found = explain(line)
    assert (found and found.event) == event
    if found is not None:
        assert found.how_sure
        assert found.domain == domain


def test_an_event_is_explained_by_its_name() -> None:
    for event in EVENTS:
        found = explain_event(event)
        assert found is not None
        assert found.event == event
    assert explain_event("closte.nothing") is None


def test_the_message_decides_and_not_the_log() -> None:
    seen = Recogniser().look("integration-closte", b"Starting Check for a.example")
    assert seen.name == ("check.started", "a.example")


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (b"Adding domain: a for site ID: 5 for site ID: 7", "closte.adding"),
        (b"API response code: 200, body:", "closte.response"),
        (b"API response code: 200, body:\nmore", "closte.response"),
        (b"API response code: , body: x", None),
        (b"Adding domain: a.example for site ID:", None),
    ],
)
def test_the_last_field_decides(message: bytes, name: str | None) -> None:
    assert Recogniser().look("integration-closte", message).name[0] == name


def test_a_port_is_no_part_of_a_domain() -> None:
    message = b"Testing domain verification via Loopback using HTTP: http://b.example:8080/x"
    assert Recogniser().look("domain-", message).name[1] == "b.example"


def test_every_wording_has_a_sample() -> None:
    recogniser = Recogniser()
    for row in MESSAGES:
        literals = {template(w).literals for w in row.wordings}
        messages = [s.partition("] [")[2].partition("] ")[2] for s in row.samples]
        for wording in literals:
            assert any(all(p in message for p in wording) for message in messages), wording
        for message in messages:
            assert recogniser.look(row.handle, message.encode()).name[0] == row.event


@pytest.mark.parametrize(
    ("handle", "message"),
    [
        ("integration-closte", "Adding domain: shop.example for site ID: seven"),
        ("integration-closte", "Domain shop.example"),
        ("integration-closte", "Adding domains"),
        ("domain-", "- DNS propagation not finished, retrying in a few minutes..."),
        ("domain-", "Starting check for shop.example"),
        ("domain-", "- Valid SSL cert found. Marking domain as done. And more."),
        ("domain-creation", "Created domain record for site 3"),
        ("credential-store", "Cannot decrypt credential: no key."),
    ],
)
def test_other_wordings_are_not_taken_for_known_ones(handle: str, message: str) -> None:
    assert Recogniser().look(handle, message.encode()).name[0] is None


def test_text_after_a_known_line_does_not_hide_it() -> None:
    message = b"- Valid SSL cert found. Marking domain as done.\nPHP Warning: something"
    assert Recogniser().look("domain-", message).name[0] == "check.ssl-ok"


def test_the_space_that_an_editor_trims_is_not_missed() -> None:
    assert (
        Recogniser().look("domain-ssl-checks", b"Certificate Invalid:").name[0]
        == "certificate.invalid"
    )


def test_msgids_are_written_as_gettext_has_them() -> None:
    found = msgids()
    assert "Starting Check for %s" in found
    assert "Loopback request via %1$s returned HTTP %2$d" in found
    assert "- SSL Cert not found, retrying in %d minute(s)..." in found
    assert not any(msgid.startswith("Adding domain") for msgid in found)


def test_the_handles_are_those_of_the_contract() -> None:
    assert set(HANDLES) == {
        "integration-closte",
        "integration-closte-ssl",
        "domain-",
        "domain-creation",
        "domain-ssl-checks",
        "dns-",
        "credential-store",
        "sunrise",
    }


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ('[2026-05-04 10:00:00] [INFO] {"success": true}', "closte.raw-body"),
        ("[2026-05-04 10:00:00] [INFO] ", "closte.raw-body"),
        ("Invalid or empty domain: ", "closte.raw-body"),
        ("Certificate Invalid:", "certificate.invalid"),
    ],
)
def test_lines_without_a_wording_are_explained(line: str, event: str) -> None:
    found = explain(line)
    assert found is not None
    assert found.event == event


@pytest.mark.parametrize("line", ["", "nonsense", "[2026-05-04 10:00:00] [INFO] nonsense", "{}"])
def test_an_unknown_line_has_no_explanation(line: str) -> None:
    assert explain(line) is None
