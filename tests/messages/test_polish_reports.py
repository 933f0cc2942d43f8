"""Polish reports compared whole, and how the language is chosen.

`pytest tests/messages --update-golden` renews tests/fixtures/reports/*.pl.*.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis
from analyzers.instants import duration
from analyzers.language import (
    ENGLISH,
    Language,
    both,
    either,
    grouped,
    joined,
    phrase,
    plural,
    some,
)
from analyzers.reports import csv, html, junit, markdown, nagios, prometheus, text
from analyzers.reports import json as json_report
from analyzers.snapshot import read
from bridge.cli.main import cli
from bridge.language import by_locale, language_of, languages

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = {
    "four-troubles": FIXTURES / "networks" / "four-troubles",
    "cron-not-running": FIXTURES / "recordings" / "2.4.13-beta.1" / "cron_not_running",
}
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
POLISH = language_of("pl")
FORMS = {
    "txt": lambda d: text.render(d, text.Style(width=100)),
    "narrow-ascii.txt": lambda d: text.render(d, text.Style(width=60, unicode=False)),
    "md": markdown.render,
    "json": json_report.render,
    "html": html.render,
    "xml": junit.render,
}


def diagnosed(case: str, language: Language) -> Diagnosis:
    folder = CASES[case]
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    snapshot = read(files, origin=folder.name, fallback_now=NOW)
    return diagnose(snapshot, tool="closte-doctor test", language=language)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", FORMS)
def test_golden(case: str, form: str, request: pytest.FixtureRequest) -> None:
    found = FORMS[form](diagnosed(case, POLISH))
    golden = FIXTURES / "reports" / f"{case}.pl.{form}"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def _keys(value: object) -> object:
    """The shape of a JSON document: its keys, and the values of those that are words of ours."""
    if isinstance(value, dict):
        told = ("title", "means", "because", "do", "notes", "lacking", "expected_from")
        return {k: None if k in told else _keys(v) for k, v in value.items()}
    return [_keys(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES)
def test_only_sentences_of_the_json_are_translated(case: str) -> None:
    english, polish = (
        json.loads(json_report.render(diagnosed(case, language))) for language in (ENGLISH, POLISH)
    )
    assert _keys(english) == _keys(polish)
    assert english["skipped"] == polish["skipped"]
    assert english["network"] == polish["network"]
    for one, other in zip(english["findings"], polish["findings"], strict=True):
        for sentence in ("title", "means", "because", "do"):
            assert one[sentence] != other[sentence]


def test_metrics_are_the_same_in_every_language() -> None:
    english, polish = (diagnosed("four-troubles", language) for language in (ENGLISH, POLISH))
    assert prometheus.render(english, domains=True) == prometheus.render(polish, domains=True)
    assert csv.render(english).split("\n")[0] == csv.render(polish).split("\n")[0]
    status = [nagios.render(d, nagios.Watch(), 1.0) for d in (english, polish)]
    assert status[0][0] == status[1][0]
    assert status[0][1].split("|")[1].split("\n")[0] == status[1][1].split("|")[1].split("\n")[0]


def test_ascii_terminals_get_polish_without_marks() -> None:
    shown = text.render(diagnosed("four-troubles", POLISH), text.Style(unicode=False))
    assert shown.isascii()
    assert "\\u" not in shown
    assert "BLAD  Closte odrzuca klucz API" in shown


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 problemów"), (1, "1 problem"), (2, "2 problemy"), (4, "4 problemy"),
        (5, "5 problemów"), (12, "12 problemów"), (22, "22 problemy"), (112, "112 problemów"),
    ],
)  # fmt: skip
def test_plurals(number: int, said: str) -> None:
    assert POLISH.count("{n} problem", "{n} problems", number) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=3, minutes=20), "3 godz. 20 min"),
        (timedelta(days=4, hours=2), "4 dni 2 godz."),
        (timedelta(days=22), "22 dni"),
    ],
)
def test_durations(span: timedelta, said: str) -> None:
    assert POLISH.of(duration(span)) == said


def test_lists_and_numbers() -> None:
    assert POLISH.of(both(["a", "b", "c"])) == "a, b i c"
    assert POLISH.of(either(["a", "b"])) == "a lub b"
    assert POLISH.of(some(["a", "b", "c"], 2)) == "a, b i jeszcze 1"
    assert POLISH.of(joined([phrase("domain"), "x.example"], " ")) == "domena x.example"
    assert POLISH.of(grouped(1234567)) == "1\u00a0234\u00a0567"
    assert str(grouped(1234567)) == "1,234,567"
    assert POLISH.of(grouped(7)) == "7"


def test_what_strangers_wrote_is_never_read_as_a_template_nor_looked_up() -> None:
    assert (
        POLISH.of(phrase("network {network}", network="{reason} domain")) == "sieć {reason} domain"
    )
    assert POLISH.of("domain") == "domain"
    assert plural("{n} problem", "{n} problems", 2) == "2 problems"


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "pl"}, "pl"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "pl_PL"}, "pl"),
        ({"LANG": "pl_PL", "LC_ALL": ""}, "pl"),
        ({"LANG": "de_DE", "LANGUAGE": "fr:pl:en"}, "pl"),
        ({"LANG": "pl_PL", "LANGUAGE": "en"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "pl"}, "en"),
        ({"LANG": "../../etc/passwd"}, "en"),
    ],
)
def test_the_locale_chooses(environment: dict[str, str], code: str) -> None:
    assert by_locale(environment) == code
    assert language_of("auto", environment).code == code


def test_languages_are_the_catalogues() -> None:
    assert languages() == ("en", "pl")


def _run(*arguments: str, **environment: str) -> str:
    result = CliRunner().invoke(
        cli, arguments, env={"LC_ALL": None, "LC_MESSAGES": None, "LANGUAGE": None, **environment}
    )
    return result.output


def test_the_command_speaks_the_language_asked_for() -> None:
    folder = str(CASES["four-troubles"])
    assert "Closte odrzuca klucz API" in _run("analyze", folder, "--lang", "pl", LANG="C")
    assert "Closte odrzuca klucz API" in _run("analyze", folder, LANG="pl_PL.UTF-8")
    assert "Closte refuses the API key" in _run("analyze", folder, LANG="C.UTF-8")
    assert "Closte refuses the API key" in _run("analyze", folder, "--lang", "en", LANG="pl_PL")
    assert "'xx' is none of: auto, en, pl." in _run("analyze", folder, "--lang", "xx", LANG="C")


def test_explain_in_polish() -> None:
    page = _run("explain", "key.missing", "--lang", "pl", LANG="C.UTF-8")
    assert page.startswith("key.missing: Brakuje klucza API Closte\n")
    assert re.search(r"^Waga: +błąd$", page, re.MULTILINE)
    line = _run(
        "explain",
        "[2026-05-04 10:00:00] [INFO] Adding domain: shop.example for site ID: 7",
        LANG="pl_PL",
    )
    assert "Zapis w:" in line
    assert "Wtyczka zaczyna pytać Closte o tę domenę" in line
