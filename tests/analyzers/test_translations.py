"""Lines in the site's language: exactly with the translations, and by invariants without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzers.logbook import read_logs
from analyzers.recogniser import Recogniser
from analyzers.translations import inferred_event

LOGS = Path(__file__).parents[1] / "fixtures" / "logs"

POLISH = {
    "certificate.invalid": 1,
    "check.auto-promoted": 1,
    "check.deleted": 1,
    "check.dns-given-up": 1,
    "check.dns-ok": 1,
    "check.dns-retry": 1,
    "check.loopback-failed": 1,
    "check.loopback-http": 1,
    "check.loopback-testing": 1,
    "check.ssl-given-up": 1,
    "check.ssl-ok": 1,
    "check.ssl-retry": 1,
    "check.started": 3,
    "sunrise.upgraded": 1,
}
HEBREW = {
    "certificate.invalid": 1,
    "check.dns-retry": 1,
    "check.loopback-unreachable": 1,
    "check.ssl-ok": 1,
    "check.started": 1,
}


def folder(name: str) -> tuple[dict[str, bytes], dict[str, str]]:
    files = {f"wu-logs/{p.name}": p.read_bytes() for p in (LOGS / name / "wu-logs").glob("*.log")}
    return files, json.loads((LOGS / name / "host.json").read_text(encoding="utf-8"))["messages"]


@pytest.mark.parametrize(("name", "events"), [("polish", POLISH), ("hebrew", HEBREW)])
def test_with_translations_every_line_is_known_exactly(name: str, events: dict[str, int]) -> None:
    files, messages = folder(name)
    found = read_logs(files, messages)
    assert found.counts == events
    assert found.unrecognised == 0
    assert not any("inferred" in e.fields for e in found.events)


@pytest.mark.parametrize(("name", "events"), [("polish", POLISH), ("hebrew", HEBREW)])
def test_without_translations_nothing_is_claimed_wrongly(name: str, events: dict[str, int]) -> None:
    files, messages = folder(name)
    exact = {(e.source, e.line): e.name for e in read_logs(files, messages).events}
    found = read_logs(files)
    for event in found.events:
        assert event.name in (exact[event.source, event.line], "unrecognised")
        english = event.name in ("check.loopback-testing", "check.loopback-failed", "unrecognised")
        assert ("inferred" in event.fields) is not english
    assert found.unrecognised <= 1


def test_placeholders_may_change_places() -> None:
    recogniser = Recogniser(
        {"Loopback request via %1$s returned HTTP %2$d": "HTTP %2$d (100%% sicher) von %1$s"}
    )
    message = b"HTTP 403 (100% sicher) von HTTPS with SSL verification"
    (event, _), _, found, _ = recogniser.look("domain-", message)
    assert event == "check.loopback-http"
    assert found is not None
    assert found.fields(message) == {"status": b"403", "label": b"HTTPS with SSL verification"}


def test_a_msgid_is_known_however_its_placeholders_are_numbered() -> None:
    for msgid in ("Failed to connect via %s: %s", "Failed to connect via %1$s: %2$s"):
        recogniser = Recogniser({msgid: "Keine Verbindung: %s, %s"})
        assert recogniser.look("domain-", b"Keine Verbindung: HTTP, cURL error 7").name[0] == (
            "check.loopback-unreachable"
        )


@pytest.mark.parametrize(
    "translation",
    ["%s", "", " %s ", "Starting Check for %s", "%1$s%2$s", "%9$s geprüft wird"],
)
def test_a_translation_that_says_nothing_matches_nothing(translation: str) -> None:
    recogniser = Recogniser({"Starting Check for %s": translation})
    assert recogniser.look("domain-", b"anything.example at all geprft wird").name[0] is None


def test_a_translated_line_without_a_domain_in_the_domains_place_is_another_line() -> None:
    recogniser = Recogniser({"Starting Check for %s": "Prüfung %s"})
    assert recogniser.look("domain-", "Prüfung abgebrochen".encode()).name[0] is None
    assert recogniser.look("domain-", "Prüfung shop.example".encode()).name[0] == "check.started"


def test_unknown_msgids_are_no_harm() -> None:
    files, messages = folder("polish")
    assert read_logs(files, {**messages, "Save": "Zapisz", "%s": "%s!"}).counts == POLISH


def infer(level: str, text: str, *, first: bool = False, locale: str = "") -> str | None:
    return inferred_event("domain-", level, text, domain="shop.example", first=first, locale=locale)


@pytest.mark.parametrize(
    ("level", "text", "event"),
    [
        ("INFO", "Prüfung für shop.example wird gestartet", "check.started"),
        ("INFO", "Controle van shop.example gestart", "check.started"),
        ("INFO", "shop.example の確認を開始", "check.started"),
        ("INFO", "- DNS の浸透はまだです、5 分後に再試行…", "check.dns-retry"),
        ("INFO", "- DNS (۵ ۱۰)…", None),
        ("INFO", "- DNS-Prüfung aufgegeben (5 Mal, alle 5 Minuten). Fertig.", "check.dns-given-up"),
        ("INFO", "- SSL (۵ بار، هر ۵ دقیقه). تمام.", "check.ssl-given-up"),
        ("INFO", "- Gültiges SSL gefunden. Domain fertig.", "check.ssl-ok"),
        ("INFO", "- DNS fertig, weiter ...", "check.dns-ok"),
        ("INFO", "- DNS und SSL fertig ...", None),
        ("INFO", "- Fertig ...", None),
        ("INFO", "Prüfe mittels HTTP: http://shop.example/", "check.loopback-testing"),
        ("INFO", "Erfolg mittels HTTP. Nummer 12.", "check.loopback-ok"),
        ("WARNING", "Fehler bei HTTP: cURL error 7: refused", "check.loopback-unreachable"),
        ("WARNING", "Antwort mittels HTTP war HTTP 503", "check.loopback-http"),
        (
            "WARNING",
            "Antwort über HTTP ist kein JSON: Syntax error : <html>",
            "check.loopback-not-json",
        ),
        ("WARNING", "Antwort über HTTP: andere. Soll: 12, Ist: null", "check.loopback-other-id"),
        ("WARNING", "Irgend etwas", None),
        ("ERROR", "Gescheitert (HTTPS mit SSL, HTTPS ohne SSL, HTTP).", "check.loopback-failed"),
        ("INFO", "shop.example ist Hauptdomain von 7.", "check.auto-promoted"),
        ("ERROR", "shop.example nicht Hauptdomain von 7: Fehler", "check.auto-promote-failed"),
        ("INFO", "Noch etwas zu shop.example: 4 von 5", None),
        ("INFO", "Irgend etwas", None),
        ("DEBUG", "Prüfung für shop.example", None),
    ],
)
def test_invariants(level: str, text: str, event: str | None) -> None:
    assert infer(level, text) == event


def test_a_tombstone_is_the_first_record_of_its_file() -> None:
    assert infer("INFO", "Domain gelöscht und Protokolle geleert …", first=True) == "check.deleted"
    assert infer("INFO", "Domain gelöscht und Protokolle geleert …") is None


@pytest.mark.parametrize(
    ("level", "text"),
    [
        ("INFO", "- DNS lookup finished, retrying in 5 minutes..."),
        ("INFO", "- SSL is ready. The domain is done."),
        ("INFO", "Skipping shop.example"),
        ("INFO", "Checking shop.example"),
        ("WARNING", "Request failed via HTTP: cURL error 7"),
        ("ERROR", "Verification failed (HTTPS with SSL, HTTP)."),
        ("INFO", "Everything was cleared..."),
        ("INFO", "Some new wording of shop.example"),
        ("INFO", "Verification of shop.example postponed"),
        ("INFO", "Commencing check of shop.example"),
        ("INFO", "- DNS lookup of shop.example postponed 5 minutes..."),
        ("INFO", "- DNS is not there, next try in 5 minutes..."),
        ("INFO", "- SSL renewed. See panel."),
        ("INFO", "Domain wiped..."),
        ("ERROR", "Something unexpected concerning shop.example: code 5"),
        ("WARNING", "HTTP verification was refused: cURL error 7"),
    ],
)
def test_new_english_wording_is_never_guessed_at(level: str, text: str) -> None:
    for locale in ("", "en_US", "en_GB"):
        assert infer(level, text, first=True, locale=locale) is None


@pytest.mark.parametrize(
    ("locale", "event"), [("nl_NL", "check.started"), ("", "check.started"), ("en_US", None)]
)
def test_on_an_english_site_a_sentence_must_look_foreign(locale: str, event: str | None) -> None:
    assert infer("INFO", "Controle van shop.example gestart", locale=locale) == event
    assert infer("INFO", "Prüfung für shop.example wird gestartet", locale=locale) == (
        "check.started"
    )


@pytest.mark.parametrize(
    ("handle", "level", "text", "event"),
    [
        ("domain-ssl-checks", "ERROR", "Zertifikat ungültig: ", "certificate.invalid"),
        ("domain-ssl-checks", "ERROR", "Something else failed: x", None),
        ("domain-ssl-checks", "INFO", "Zertifikat: x", None),
        ("dns-", "INFO", "DNS-Eintrag angelegt: A www -> 203.0.113.10", "dnsrecord.created"),
        ("dns-", "INFO", "DNS-Eintrag geändert: ID abc (A www)", "dnsrecord.updated"),
        ("dns-", "INFO", "DNS-Eintrag gelöscht: ID abc", "dnsrecord.deleted"),
        ("dns-", "INFO", 'DNS-Vorgang "delete": 3 gut, 1 schlecht', "dnsrecord.bulk"),
        ("integration-closte", "INFO", "Domain hinzufügen ...", None),
        ("sunrise", "INFO", "Gelungen.", None),
    ],
)
def test_invariants_of_other_logs(handle: str, level: str, text: str, event: str | None) -> None:
    assert inferred_event(handle, level, text, domain=None, first=False) == event


def test_a_domain_in_a_translated_certificate_line_is_found() -> None:
    content = "[2026-05-04 10:00:00] [ERROR] Zertifikat ungültig für shop.example: abgelaufen\n"
    found = read_logs({"wu-logs/domain-ssl-checks.log": content.encode()})
    assert [(e.name, e.domain) for e in found.events] == [("certificate.invalid", "shop.example")]
