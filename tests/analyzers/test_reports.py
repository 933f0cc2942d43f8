"""Reports compared whole, and what strangers wrote never acting in one.

`pytest tests/analyzers/test_reports.py --update-golden` renews tests/fixtures/reports.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.diagnose import diagnose
from analyzers.findings import (
    Citation,
    Diagnosis,
    DomainState,
    Finding,
    LogSummary,
    NetworkSummary,
    SkippedCheck,
    Subject,
)
from analyzers.reports import json as json_report
from analyzers.reports import markdown, text
from analyzers.snapshot import read

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = {
    "four-troubles": FIXTURES / "networks" / "four-troubles",
    "healthy": FIXTURES / "networks" / "healthy",
    "cron-not-running": FIXTURES / "recordings" / "2.4.13-beta.1" / "cron_not_running",
}
STYLES = {
    "wide.txt": text.Style(width=120),
    "narrow-ascii.txt": text.Style(width=60, unicode=False),
    "colour.txt": text.Style(width=100, colour=True),
}
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


def diagnosed(folder: Path) -> Diagnosis:
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return diagnose(read(files, origin=folder.name, fallback_now=NOW), tool="closte-doctor test")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", [*STYLES, "md", "json"])
def test_golden(case: str, form: str, request: pytest.FixtureRequest) -> None:
    diagnosis = diagnosed(CASES[case])
    if form in STYLES:
        found, path = text.render(diagnosis, STYLES[form]), f"{case}.{form}"
    elif form == "md":
        found, path = markdown.render(diagnosis), f"{case}.md"
    else:
        found, path = json_report.render(diagnosis), f"{case}.json"
    golden = FIXTURES / "reports" / path
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_every_format_says_the_same(case: str) -> None:
    """Each cause, its code, and the verdict's numbers are in every format."""
    diagnosis = diagnosed(CASES[case])
    model = json.loads(json_report.render(diagnosis))
    for said in (text.render(diagnosis), markdown.render(diagnosis)):
        unescaped = said.replace("\\", "")
        for finding in model["findings"]:
            if finding["caused_by"] is None:
                assert finding["code"] in unescaped
                assert finding["severity"].upper() in unescaped
        for skipped in model["skipped"]:
            assert skipped["lacking"]


def hostile(words: str) -> Diagnosis:
    """A diagnosis in which a stranger chose every text that can come from outside."""
    finding = Finding(
        "dns.wrong-address", "error", "likely", Subject("domain", words), words, words, words,
        words, (Citation(words, words, NOW),), "customer", None, (words,),
    )  # fmt: skip
    consequence = replace(finding, code="ssl.expired", caused_by=finding.reference)
    return Diagnosis(
        "t", NOW, "meta.json", words, "findings", "error",
        NetworkSummary(words, words, words, (words,), words), (finding, consequence), (),
        (SkippedCheck("ssl.slow", (words,)),),
        (DomainState(words, 1, words, "broken", None, None),), LogSummary(1, 0, {words: 1}),
        (words,),
    )  # fmt: skip


STRANGERS = st.text(max_size=80) | st.sampled_from(
    ["\x1b[31mred\x1b[0m", "\u202eevil", "a\nb", "\x9b31m", "<script>x</script>", "| a | b |",
     "[x](http://e)", "```\nx", "{subject}", "%s", "\x00", "\u2028line", "=1+1", "https://e.example"]
)  # fmt: skip
DANGEROUS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@given(STRANGERS, st.booleans())
def test_no_control_or_direction_character_reaches_a_reader(words: str, unicode: bool) -> None:
    diagnosis = hostile(words)
    assert not DANGEROUS.search(text.render(diagnosis, text.Style(unicode=unicode)))
    assert not DANGEROUS.search(markdown.render(diagnosis))
    assert not DANGEROUS.search(json_report.render(diagnosis))
    assert json.loads(json_report.render(diagnosis))["target"] == words.encode(
        "utf-8", "surrogatepass"
    ).decode("utf-8", "surrogatepass")


@given(STRANGERS)
def test_markdown_of_strangers_makes_no_element(words: str) -> None:
    report = markdown.render(hostile(words))
    outside_code = re.sub(r"(`+).*?\1", "", report)
    assert "<script" not in outside_code
    headings = [line for line in report.split("\n") if line.startswith("#")]
    assert len(headings) == len([line for line in markdown.render(hostile("x")).split("\n")
                                 if line.startswith("#")])  # fmt: skip


@given(st.integers(20, 200))
def test_text_keeps_to_the_width(width: int) -> None:
    report = text.render(diagnosed_once(), text.Style(width=width))
    table = re.compile(r"^[-\w.]+ +|^-+ ")
    for line in report.split("\n"):
        if len(line) > max(width, 40) and not table.match(line):
            assert len(max(line.split(), key=len)) > max(width, 40) - 16, line  # one long word


def diagnosed_once(cache: list[Diagnosis] = []) -> Diagnosis:  # noqa: B006 - one for all examples
    if not cache:
        cache.append(diagnosed(CASES["four-troubles"]))
    return cache[0]
