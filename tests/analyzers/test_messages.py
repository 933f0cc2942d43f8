"""Every known message is read as what it is: the samples of the table are the tests."""

from __future__ import annotations

import pytest

from analyzers.events import LogReader
from analyzers.explain_line import explain
from analyzers.grammar import records
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
    for line in (sample, sample[sample.index("] [") :].partition("] ")[2].partition("] ")[2]):
        found = explain(line)
        assert found is not None
        assert found.event == row.event
        assert found.means
        assert found.does_not_mean
        assert dict(found.parts())["Means"] == row.means


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
