"""Reports that machines read: compared whole, read back by parsers of others, never broken by a stranger.

`pytest tests/analyzers/test_machine_reports.py --update-golden` renews tests/fixtures/reports.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from types import ModuleType
from xml.etree import ElementTree as Xml

import pytest
from browser.cases import FIXTURES, FOLDERS, HOSTILE, diagnosed, hostile
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from analyzers.findings import Diagnosis, SuppressedFinding
from analyzers.model import model
from analyzers.printable import printable
from analyzers.reports import csv as csv_report
from analyzers.reports import jsonl, junit, prometheus
from analyzers.summary import counts

FORMS: dict[str, ModuleType] = {
    "csv": csv_report,
    "jsonl": jsonl,
    "xml": junit,
    "prom": prometheus,
}
STRANGERS = st.text(max_size=80) | st.sampled_from(
    [*HOSTILE, "=1+1", "@SUM(A1)", "-2+3", "\t=1", "a|b", 'quo"te', "back\\slash", "\r\n", "\ufdd0"]
)
DANGEROUS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def with_suppressed(diagnosis: Diagnosis) -> Diagnosis:
    """The same, its last finding suppressed."""
    *others, last = diagnosis.findings
    one = SuppressedFinding(last, f"known: {last.title}", date(2026, 12, 1))
    return replace(diagnosis, findings=tuple(others), suppressed=(one,))


@pytest.mark.parametrize("case", FOLDERS)
@pytest.mark.parametrize("form", FORMS)
def test_golden(case: str, form: str, request: pytest.FixtureRequest) -> None:
    found = FORMS[form].render(diagnosed(case))
    golden = FIXTURES / "reports" / f"{case}.{form}"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def rows(diagnosis: Diagnosis) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_report.render(diagnosis), newline=""), strict=True))


def cases(diagnosis: Diagnosis) -> dict[str, Xml.Element]:
    suite = Xml.fromstring(junit.render(diagnosis)).find("testsuite")
    assert suite is not None
    listed = suite.findall("testcase")
    assert suite.get("tests") == str(len(listed))
    for outcome, total in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert suite.get(total) == str(len(suite.findall(f"testcase/{outcome}"))), outcome
    assert len({c.get("name") for c in listed}) == len(listed)
    return {str(c.get("name")): c for c in listed}


def metrics(diagnosis: Diagnosis, *, domains: bool = False) -> dict[str, Metric]:
    text = prometheus.render(diagnosis, domains=domains)
    assert text.endswith("\n")
    return {m.name: m for m in text_string_to_metric_families(text)}


def samples(metric: Metric, label: str) -> dict[str, float]:
    return {sample.labels[label]: sample.value for sample in metric.samples}


@pytest.mark.parametrize("case", FOLDERS)
def test_every_format_says_what_the_json_says(case: str) -> None:
    diagnosis = with_suppressed(diagnosed(case)) if case == "four-troubles" else diagnosed(case)
    said = json.loads(json.dumps(model(diagnosis)))
    told = [(r["status"], r["code"], r["subject"]) for r in rows(diagnosis)]
    assert told == [
        ("cause" if f["caused_by"] is None else "consequence", f["code"], f["subject"]["id"])
        for f in said["findings"]
    ] + [("suppressed", s["code"], s["subject"]["id"]) for s in said["suppressed"]]

    *findings, last = [json.loads(line) for line in jsonl.render(diagnosis).splitlines()]
    assert last.pop("kind") == "summary"
    kinds = [(line.pop("kind"), line) for line in findings]
    assert [line for kind, line in kinds if kind == "finding"] == said["findings"]
    assert [line for kind, line in kinds if kind == "suppressed"] == said["suppressed"]
    assert last == {k: v for k, v in said.items() if k not in ("findings", "suppressed")}


@pytest.mark.parametrize("case", FOLDERS)
@pytest.mark.parametrize("fail_on", ["error", "warning", "info", "never"])
def test_a_test_case_fails_exactly_where_the_exit_status_does(case: str, fail_on: str) -> None:
    diagnosis = replace(diagnosed(case), fail_on=fail_on)
    found = cases(diagnosis)
    failing = {code for code, element in found.items() if element.find("failure") is not None}
    assert failing == {f.code for f in diagnosis.findings if counts(f, fail_on)}
    skipped = {code for code, element in found.items() if element.find("skipped") is not None}
    assert skipped == {s.code for s in diagnosis.skipped} - failing
    assert set(diagnosis.passed) <= found.keys() - failing - skipped
    for finding in diagnosis.findings:
        text = "".join(found[finding.code].itertext())
        assert printable(finding.because) in text, "told, whether it counts or not"


def test_thirty_thousand_findings_of_one_code_are_one_pass() -> None:
    """No timed test: to compare each with each would not come back within the suite's time limit."""
    diagnosis = diagnosed("four-troubles")
    one = next(f for f in diagnosis.findings if counts(f, "error"))
    many = tuple(replace(one, subject=replace(one.subject, id=f"d{n}")) for n in range(30_000))
    told = cases(replace(diagnosis, findings=many))[one.code]
    assert (told.findtext("failure") or "").count("d29999") == 1
    assert told.find("system-out") is None


def test_a_target_that_nobody_saw_is_the_one_error() -> None:
    found = cases(diagnosed("nothing"))
    assert [c for c, e in found.items() if e.find("error") is not None] == ["observed"]
    assert metrics(diagnosed("nothing"))["closte_doctor_observed"].samples[0].value == 0


def test_metrics_count_causes_and_leave_out_what_nobody_looked_at() -> None:
    diagnosis = diagnosed("four-troubles")
    found = metrics(diagnosis)
    by_code = samples(found["closte_doctor_findings"], "code")
    roots = Counter(f.code for f in diagnosis.causes())
    assert {code: n for code, n in by_code.items() if n} == dict(roots)
    assert set(diagnosis.passed) <= by_code.keys()
    assert "alias.missing" not in by_code, "skipped, and so neither 0 nor 1"
    assert samples(found["closte_doctor_problems"], "severity") == {
        "error": 3, "warning": 1, "info": 1,
    }  # fmt: skip
    assert sum(samples(found["closte_doctor_domains"], "state").values()) == 5
    assert found["closte_doctor_skipped_checks"].samples[0].value == len(diagnosis.skipped)


def test_domains_are_labels_only_where_asked_for() -> None:
    diagnosis = diagnosed("four-troubles")
    assert "shop.client-b.example" not in prometheus.render(diagnosis)
    asked = metrics(diagnosis, domains=True)["closte_doctor_domain_state"]
    up = {s.labels["domain"] for s in asked.samples if s.labels["state"] == "up" and s.value}
    assert up == {"www.bakery-lane.example"}
    assert len(asked.samples) == 4 * len(diagnosis.domains)


def test_series_do_not_grow_with_the_number_of_domains() -> None:
    diagnosis = diagnosed("four-troubles")
    many = tuple(
        replace(f, subject=replace(f.subject, id=f"d{n}.example"))
        for f in diagnosis.findings
        for n in range(50)
    )
    assert len(prometheus.render(replace(diagnosis, findings=many)).splitlines()) == len(
        prometheus.render(diagnosis).splitlines()
    )


@given(STRANGERS)
def test_no_sample_has_a_time_stamp_and_no_series_is_told_twice(words: str) -> None:
    seen = set()
    for metric in metrics(hostile(words), domains=True).values():
        assert metric.documentation
        assert metric.type == "gauge"
        for sample in metric.samples:
            assert sample.timestamp is None
            assert sample.labels["target"] == printable(words)
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in seen
            seen.add(key)


@given(STRANGERS)
def test_csv_of_strangers_is_a_table_without_formulas(words: str) -> None:
    diagnosis = with_suppressed(hostile(words))
    found = rows(diagnosis)
    assert len(found) == len(diagnosis.findings) + 1
    for row in found:
        assert None not in row
        assert row["subject"].lstrip("'").startswith(printable(words).lstrip("'"))
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "@", "|")), cell
            assert not re.match(r"\s*-(?!\d+(\.\d+)?$)", cell), cell


@given(STRANGERS)
def test_junit_of_strangers_is_the_same_tree(words: str) -> None:
    def shape(diagnosis: Diagnosis) -> Counter[str]:
        return Counter(element.tag for element in Xml.fromstring(junit.render(diagnosis)).iter())

    assert shape(with_suppressed(hostile(words))) == shape(with_suppressed(hostile("x")))
    target = Xml.fromstring(junit.render(hostile(words)).encode()).find("testsuite")
    assert target is not None
    assert target.get("name") == printable(words)


@given(STRANGERS)
def test_jsonl_of_strangers_is_one_object_a_line(words: str) -> None:
    diagnosis = with_suppressed(hostile(words))
    lines = jsonl.render(diagnosis).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(diagnosis.findings) + 2
    assert json.loads(lines[0])["title"] == words


@given(STRANGERS, st.sampled_from(sorted(FORMS)))
def test_no_control_or_direction_character_reaches_a_reader(words: str, form: str) -> None:
    assert not DANGEROUS.search(FORMS[form].render(with_suppressed(hostile(words))))
