"""What a monitoring system reads: thresholds, status, performance data, and text that cannot break them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from browser.cases import HOSTILE, diagnosed, hostile
from hypothesis import given
from hypothesis import strategies as st

from analyzers.findings import Diagnosis, SkippedCheck, Subject
from analyzers.reports.nagios import Status, Watch, render, status_of, unknown
from analyzers.thresholds import Threshold

PLAIN = Watch()
PERFDATA = re.compile(
    r"(?P<label>[a-z]+)=(?P<value>\d+(?:\.\d+)?)(?P<unit>s?)"
    r";(?P<warn>[^;\s]*);(?P<crit>[^;\s]*);(?P<min>\d*)(?:;(?P<max>\d*))?"
)
"""'label'=value[UOM];[warn];[crit];[min];[max] (Monitoring Plugins Development Guidelines)."""


@pytest.mark.parametrize(
    ("text", "alerts", "silent"),
    [
        ("10", (-1, 11), (0, 10)),
        ("10:", (9, -5), (10, 99)),
        ("~:10", (11,), (-99, 10)),
        ("10:20", (9, 21), (10, 20)),
        ("@10:20", (10, 15, 20), (9, 21)),
        ("0", (1, -1), (0,)),
        (":3", (4, -1), (0, 3)),
        ("1.5:2.5", (1, 3), (2,)),
    ],
)
def test_ranges_of_the_guidelines(
    text: str, alerts: tuple[int, ...], silent: tuple[int, ...]
) -> None:
    threshold = Threshold.parsed(text)
    assert all(threshold.alerts(value) for value in alerts)
    assert not any(threshold.alerts(value) for value in silent)


@pytest.mark.parametrize("text", ["", "x", "3:2", "@", "1,5", "1:2:3", "--1", "¹"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|begins"):
        Threshold.parsed(text)


def perfdata(diagnosis: Diagnosis, watch: Watch = PLAIN) -> dict[str, re.Match[str]]:
    first = render(diagnosis, watch, 1.25)[1].split("\n", 1)[0]
    text, pipe, numbers = first.partition(" | ")
    assert pipe
    assert "|" not in text
    found = {}
    for part in numbers.split(" "):
        match = PERFDATA.fullmatch(part)
        assert match is not None, part
        assert match["label"] not in found
        found[match["label"]] = match
    return found


def test_performance_data_by_the_grammar() -> None:
    watch = Watch(Threshold.parsed("5"), Threshold.parsed("@2:3"))
    found = perfdata(diagnosed("four-troubles"), watch)
    assert {name: m["value"] for name, m in found.items()} == {
        "errors": "3", "problems": "4", "domains": "5", "up": "1", "waiting": "3", "broken": "1",
        "unknown": "0", "skipped": "9", "suppressed": "0", "time": "1.250",
    }  # fmt: skip
    assert (found["errors"]["crit"], found["problems"]["warn"]) == ("@2:3", "5")
    assert found["time"]["unit"] == "s"


@pytest.mark.parametrize(
    ("case", "watch", "expected"),
    [
        ("healthy", Watch(), Status.OK),
        ("healthy", Watch(strict=True), Status.UNKNOWN),
        ("healthy", Watch(essential=frozenset({"dns.split-horizon"})), Status.UNKNOWN),
        ("four-troubles", Watch(), Status.CRITICAL),
        ("four-troubles", Watch(critical=Threshold.parsed("3")), Status.WARNING),
        ("four-troubles", Watch(Threshold.parsed("4"), Threshold.parsed("3")), Status.OK),
        ("nothing", Watch(), Status.UNKNOWN),
        ("nothing", Watch(Threshold.parsed("~:"), Threshold.parsed("~:")), Status.UNKNOWN),
    ],
)
def test_status(case: str, watch: Watch, expected: Status) -> None:
    status, text = render(diagnosed(case), watch, 0.1)
    assert status is expected
    assert text.startswith(f"CLOSTE {expected.name} - ")


def test_a_host_that_went_away_is_unknown_also_beside_other_evidence() -> None:
    diagnosis = diagnosed("healthy")
    lost = replace(
        diagnosed("four-troubles").findings[0],
        code="host.unreachable",
        subject=Subject("host", "prod"),
        title="The connection was lost",
    )
    found = replace(diagnosis, verdict="findings", findings=(lost,))
    status, text = render(found, Watch(), 0.1)
    assert status is Status.UNKNOWN
    assert "not observed: The connection was lost" in text


def test_what_had_to_be_seen_and_was_not_is_unknown() -> None:
    diagnosis = replace(diagnosed("healthy"), skipped=(SkippedCheck("ssl.expired", ("tls.json",)),))
    assert status_of(diagnosis, Watch(essential=frozenset({"ssl.expired"}))) is Status.UNKNOWN
    assert status_of(diagnosis, Watch(essential=frozenset({"ssl.untrusted"}))) is Status.OK


@given(st.text(max_size=80) | st.sampled_from([*HOSTILE, "a|b=1;2", "\n|", "x\n| y=1"]))
def test_strangers_change_neither_lines_nor_numbers(words: str) -> None:
    status, text = render(hostile(words), Watch(), 0.1)
    plain_status, plain = render(hostile("x"), Watch(), 0.1)
    assert status is plain_status
    assert text.count("|") == 1
    assert len(text.encode()) < 4 * 4096
    assert text.split(" | ")[1].split("\n")[0] == plain.split(" | ")[1].split("\n")[0]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert perfdata(hostile(words))
    assert unknown(words).count("|") == 0
    assert unknown(words).count("\n") == 1


def test_the_output_keeps_within_what_monitoring_keeps() -> None:
    diagnosis = diagnosed("four-troubles")
    many = tuple(
        replace(f, subject=Subject("domain", f"d{n}.example"))
        for n in range(500)
        for f in diagnosis.findings
    )
    text = render(replace(diagnosis, findings=many), Watch(), 0.1)[1]
    assert len(text) < 4000
    assert text.endswith("There is more; the other reports have all of it.\n")
