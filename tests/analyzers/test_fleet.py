"""Many networks side by side: what each comes to, what they share, and the same in every format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from browser.cases import FIXTURES, FOLDERS, HOSTILE, diagnosed, hostile
from prometheus_client.parser import text_string_to_metric_families

from analyzers import fleet_report
from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis, DomainState, LayerState, Subject
from analyzers.fleet import Fleet, fleet_model, layer_counts, named_apart
from analyzers.fleet_summary import fleet_headline
from analyzers.model import model
from analyzers.reports import csv as csv_report
from analyzers.reports import jsonl, junit, prometheus
from analyzers.reports.html import fleet_page
from analyzers.reports.text import Style
from analyzers.snapshot import read


def named(case: str, target: str | None = None, **changes: object) -> Diagnosis:
    return replace(diagnosed(case), target=target or case, **changes)  # type: ignore[arg-type]


def elsewhere(diagnosis: Diagnosis, app: str) -> Diagnosis:
    """The same network, as another app's."""
    network = replace(diagnosis.network, app_id=app, domain=f"{app}.example")
    return replace(diagnosis, network=network)


def fleet(*diagnoses: Diagnosis, not_reached: tuple[str, ...] = ()) -> Fleet:
    return Fleet("closte-doctor test", "error", diagnoses, not_reached)


MIXED = fleet(named("four-troubles"), named("healthy"), named("nothing"))


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        (("healthy",), "clean-incomplete"),
        (("healthy", "nothing"), "unobservable"),
        (("healthy", "nothing", "four-troubles"), "findings"),
    ],
)
def test_the_verdict_is_the_worst(cases: tuple[str, ...], verdict: str) -> None:
    assert fleet(*map(named, cases)).verdict == verdict


def test_what_was_not_reached_is_no_pass() -> None:
    assert fleet(named("healthy"), not_reached=("prod",)).verdict == "unobservable"
    assert fleet(not_reached=("prod",)).verdict == "unobservable"


def test_the_headline_counts_problems_and_not_consequences() -> None:
    roots = [f for f in diagnosed("four-troubles").causes() if f.severity != "info"]
    assert str(fleet_headline(MIXED)).startswith(f"{len(roots)} problems on 1 of 3 networks; ")


def test_why_a_host_was_not_reached_is_no_problem_of_the_networks_that_were() -> None:
    error = {"command": "ssh", "status": None, "stdout": "", "stderr": "Nobody listens there."}
    folder = {"host.json": json.dumps({"errors": [error]}).encode()}
    lost = diagnose(read(folder, origin="lost"), tool="test")
    assert [f.code for f in lost.findings] == ["host.unreachable"]
    with_it = fleet(named("four-troubles"), lost)
    alone = fleet(named("four-troubles"))
    assert str(fleet_headline(with_it)) == str(fleet_headline(alone)).replace(
        "of 1 network;", "of 2 networks;"
    )


def test_a_fault_on_two_networks_is_shared_and_one_on_one_is_not() -> None:
    both = fleet(named("four-troubles", "a"), named("four-troubles", "b"), named("healthy"))
    shared = {s.code: s.targets for s in both.shared_causes()}
    assert shared["key.rejected"] == ("a", "b")
    assert "ssl.wrong-name" not in shared, "a consequence is no cause"
    assert "key.leaked-in-log" not in shared, "a thing to know is no fault"
    assert MIXED.shared_causes() == ()


def test_a_shared_fault_has_the_worst_severity_of_any() -> None:
    one = named("four-troubles", "a")
    milder = tuple(replace(f, severity="warning") for f in one.findings)
    shared = fleet(replace(one, findings=milder, target="b"), one).shared_causes()
    assert {s.severity for s in shared if s.code == "key.rejected"} == {"error"}


def test_a_domain_mapped_on_two_networks_is_told() -> None:
    one = named("healthy", "a")
    other = elsewhere(named("healthy", "b"), "acct2")
    assert [s.targets for s in fleet(one, other).shared_domains()] == [("a", "b")] * len(
        one.domains
    )


def test_two_names_of_one_network_share_no_domain() -> None:
    assert fleet(named("healthy", "a"), named("healthy", "b")).shared_domains() == ()


def test_a_staging_clone_has_the_rows_of_another_network_and_claims_none() -> None:
    clone = elsewhere(named("healthy", "staging"), "acct2")
    finding = replace(
        diagnosed("four-troubles").findings[0],
        code="host.staging-clone",
        subject=Subject("network", "acct2.example"),
    )
    found = fleet(named("healthy", "a"), replace(clone, findings=(finding,)))
    assert found.shared_domains() == ()


def test_a_layer_counts_problems_and_what_was_not_seen() -> None:
    states = [
        DomainState("a.example", 2, "done", "up", None, None, layers=(LayerState("dns", "ok"),)),
        DomainState("b.example", 3, "done", "broken", None, None, layers=(LayerState("dns", "problem"),)),
        DomainState("c.example", 4, "done", "unknown", None, None),
    ]  # fmt: skip
    dns = next(count for count in layer_counts(states) if count.layer == "dns")
    assert (dns.problems, dns.unseen, dns.of) == (1, 1, 3)


def test_targets_of_one_name_are_told_apart() -> None:
    twice = named_apart([named("healthy", "prod"), named("healthy", "prod")])
    assert [d.target for d in twice] == ["prod", "prod (2)"]


def test_the_json_holds_each_diagnosis_as_it_is() -> None:
    found = fleet_model(MIXED)
    assert found["targets"] == [model(d) for d in MIXED.diagnoses]
    assert json.loads(json.dumps(found)) == found
    assert found["summary"] == {
        "targets": 3,
        "verdicts": {"findings": 1, "unobservable": 1, "clean-incomplete": 1, "clean": 0},
        "problems": MIXED.problems(),
        "affected_domains": MIXED.affected(),
    }


def test_every_machine_format_has_all_targets() -> None:
    targets = ["four-troubles", "healthy", "nothing"]
    rows = list(csv.DictReader(io.StringIO(csv_report.render(*MIXED.diagnoses))))
    assert {row["target"] for row in rows} <= set(targets)
    assert len(rows) == sum(len(d.findings) for d in MIXED.diagnoses)
    lines = [json.loads(line) for line in jsonl.render_all(*MIXED.diagnoses).splitlines()]
    assert [line["target"] for line in lines if line["kind"] == "summary"] == targets
    assert all("target" in line for line in lines)
    root = Xml.fromstring(junit.render(*MIXED.diagnoses))
    assert [suite.get("name") for suite in root] == targets
    for number in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(number, "")) == sum(int(suite.get(number, "")) for suite in root)


def test_metrics_of_one_name_stand_together_and_each_series_once() -> None:
    text = prometheus.render(*MIXED.diagnoses, domains=True)
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# HELP")]
    assert len(names) == len(set(names))
    series = [
        (sample.name, tuple(sorted(sample.labels.items())))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    assert len(series) == len(set(series))
    assert {dict(labels)["target"] for _, labels in series} == set(FOLDERS) - {"cron-not-running"}


@pytest.mark.parametrize("form", ["txt", "md", "html", "json"])
def test_golden(form: str, request: pytest.FixtureRequest) -> None:
    other = elsewhere(named("four-troubles", "other"), "acct2")
    shown = fleet(*MIXED.diagnoses, other, not_reached=("late",))
    found = {
        "txt": lambda: fleet_report.text(shown),
        "md": lambda: fleet_report.markdown(shown),
        "html": lambda: fleet_page.render(shown),
        "json": lambda: json.dumps(fleet_model(shown), indent=1) + "\n",
    }[form]()
    golden = FIXTURES / "reports" / f"fleet.{form}"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_of_the_table_is_wider_than_the_terminal(width: int) -> None:
    text = fleet_report.text(MIXED, Style(width=width))
    table = text.split("\n\n")[1].splitlines()
    assert max(map(len, table)) <= max(40, width)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_strangers_wrote_stays_text(words: str) -> None:
    shown = fleet(hostile(words), replace(hostile(words), target="other"))
    text, page = fleet_report.text(shown), fleet_page.render(shown)
    assert "\x1b" not in text
    assert "\u202e" not in text + page
    for tag in ("<script", "<img src", "<iframe", "onload=window.hurt=1>", "<h1>hello"):
        assert tag not in page
