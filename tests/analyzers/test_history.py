"""Many runs of one target: spells, what has changed, statistics, and the same in every format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Xml

import pytest
from browser.cases import FIXTURES, HOSTILE, diagnosed, hostile
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from analyzers import history_machines, history_report
from analyzers.document_fields import DocumentError
from analyzers.findings import Severity, Subject
from analyzers.history import History
from analyzers.history_summary import history_headline
from analyzers.issuance import Issuance
from analyzers.past_runs import Noted, Run, line_of, run_in, run_of, runs_in
from analyzers.reports.html import history_page
from analyzers.spells import flapping, spells
from analyzers.trends import repairs, waits, waits_by_month

FIRST = datetime(2026, 5, 1, 10, tzinfo=UTC)
DNS, SSL = "dns.wrong-address", "ssl.expired"


def noted(code: str, severity: Severity = "error", name: str = "shop.example", cause: bool = True) -> Noted:  # fmt: skip
    return Noted(code, Subject("domain", name), severity, cause)


def run(hours: float, *found: Noted, unseen: tuple[str, ...] = (), **changes: object) -> Run:
    verdict = "findings" if found else "clean"
    made = Run(
        FIRST + timedelta(hours=hours), "closte-doctor test", verdict, "network.example", "2.4.10",
        found, frozenset(unseen), {"up": 3}, (),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def history(*runs: Run) -> History:
    return History.of(runs, tool="closte-doctor test", target="prod")


def codes(found: object) -> list[str]:
    return [spell.code for spell in found]  # type: ignore[attr-defined]


def test_a_spell_lasts_from_the_first_run_that_has_it_to_the_first_that_has_not() -> None:
    (one,) = spells([run(0), run(1, noted(DNS)), run(2, noted(DNS)), run(5)])
    assert (one.first_at, one.last_at, one.fixed_at) == tuple(
        FIRST + timedelta(hours=h) for h in (1, 2, 5)
    )
    assert one.took == timedelta(hours=4)


def test_what_the_first_run_has_may_be_older_and_no_time_is_told() -> None:
    (one,) = spells([run(0, noted(DNS)), run(1)])
    assert not one.began
    assert one.took is None


def test_a_run_that_could_not_look_ends_no_spell_and_begins_none() -> None:
    (one,) = spells([run(0), run(1, noted(DNS)), run(2, unseen=(DNS,)), run(3, noted(DNS))])
    assert (one.first_at, one.fixed_at) == (FIRST + timedelta(hours=1), None)
    (other,) = spells([run(0, unseen=(DNS,)), run(1, noted(DNS))])
    assert not other.began


def test_new_gone_worse_milder_standing_and_unseen_are_told_apart() -> None:
    found = history(
        run(0),
        run(1, noted(DNS), noted(SSL), noted("ssl.expiring", "warning"), noted("alias.missing"),
            noted("dns.proxied", "warning")),
        run(2, noted(DNS), noted("key.rejected"), noted("ssl.expiring", "error"),
            noted("dns.proxied", "info"), unseen=("alias.missing",)),
    )  # fmt: skip
    assert codes(found.new()) == ["key.rejected"]
    assert codes(found.fixed()) == [SSL]
    assert codes(found.worse()) == ["ssl.expiring"]
    assert codes(found.milder()) == ["dns.proxied"]
    assert codes(found.unseen()) == ["alias.missing"]
    assert set(codes(found.standing())) == {DNS, "key.rejected", "ssl.expiring", "dns.proxied"}
    assert str(history_headline(found)).endswith("1 new, 1 fixed, 1 worse, 1 milder, 0 flapping.")


def test_what_had_gone_earlier_is_not_gone_again() -> None:
    assert history(run(0, noted(DNS)), run(1), run(2)).fixed() == ()


def test_the_first_run_has_nothing_new() -> None:
    found = history(run(0, noted(DNS)))
    assert found.new() == ()
    assert "nothing to compare" in history_headline(found)


def test_a_consequence_is_not_counted() -> None:
    found = history(run(0), run(1, noted(DNS), noted(SSL, cause=False)))
    assert "1 new" in history_headline(found)


def test_flapping_is_there_gone_and_back() -> None:
    came = [run(n, *([noted(DNS)] if n % 2 else [])) for n in range(4)]
    assert flapping(spells(came)) == {(DNS, Subject("domain", "shop.example")): 3}
    assert flapping(spells(came[:3])) == {}


def test_what_came_back_after_months_is_not_flapping() -> None:
    runs = [run(0), run(1, noted(DNS)), run(2)] + [run(n) for n in range(3, 40)]
    assert history(*runs, run(40, noted(DNS))).flapping == {}


def test_a_host_that_could_not_be_observed_makes_nothing_new_or_gone() -> None:
    from analyzers.rules import CATALOGUE

    blind = frozenset(r.code for r in CATALOGUE) - {"host.unreachable"}
    down = run(2, noted("host.unreachable"), verdict="unobservable", unseen=tuple(blind))
    found = history(run(0), run(1, noted(DNS)), down)
    assert codes(found.unseen()) == [DNS]
    assert found.fixed() == ()
    assert "could not observe" in history_headline(found)


def test_what_is_kept_of_a_diagnosis_has_every_finding_and_all_that_was_not_looked_at() -> None:
    diagnosis = diagnosed("four-troubles")
    kept = run_of(diagnosis)
    assert {(n.code, n.subject) for n in kept.found} == {
        (f.code, f.subject) for f in diagnosis.findings
    }
    assert {s.code for s in diagnosis.skipped} <= kept.unseen
    assert not kept.unseen & set(diagnosis.passed)


def test_a_code_that_was_not_asked_for_was_not_looked_at() -> None:
    diagnosis = diagnosed("healthy")
    narrowed = replace(diagnosis, passed=("key.missing",), skipped=())
    assert "dns.nxdomain" in run_of(narrowed).unseen
    assert "key.missing" not in run_of(narrowed).unseen


@given(
    st.lists(
        st.builds(
            Noted,
            st.text(max_size=20),
            st.builds(Subject, st.sampled_from(["network", "domain", "site", "host"]), st.text()),
            st.sampled_from(["error", "warning", "info"]),
            st.booleans(),
        ),
        max_size=4,
    ),
    st.frozensets(st.text(max_size=10), max_size=4),
)
def test_a_line_holds_a_run_whole(found: list[Noted], unseen: frozenset[str]) -> None:
    made = run(3, *found, unseen=tuple(unseen), issued=(Issuance("a\nb", FIRST, FIRST),))
    line = line_of(made)
    assert line.count("\n") == 1
    assert run_in(line) == made


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema":2}',
        b'{"schema":1}',
        b'\xff{"schema":1}',
        b"[" * 50_000,
    ],
)
def test_what_is_no_line_of_ours_is_said_so(line: bytes) -> None:
    with pytest.raises(DocumentError):
        run_in(line)


def test_a_torn_or_foreign_line_loses_only_itself() -> None:
    whole = [line_of(run(n)).encode() for n in range(3)]
    content = whole[0] + whole[1][:40] + b"\n" + b"{}\n\n" + whole[2] + whole[2]
    kept, lost = runs_in(content)
    assert [r.at for r in kept] == [run(0).at, run(2).at]
    assert lost == 2


def test_waits_by_month_against_arithmetic_by_hand() -> None:
    minutes = {5: (4, 6, 8), 6: (10,)}
    issued = [
        Issuance(f"d{m}.example", at - timedelta(minutes=m), at)
        for month, found in minutes.items()
        for m, at in ((m, datetime(2026, month, 2, tzinfo=UTC)) for m in found)
    ]
    whole = waits(issued)
    assert whole is not None
    assert (whole.number, whole.median, whole.longest) == (4, timedelta(minutes=7), timedelta(minutes=10))  # fmt: skip
    assert [(m.month, m.waits.number, m.waits.median) for m in waits_by_month(issued)] == [
        ("2026-05", 3, timedelta(minutes=6)),
        ("2026-06", 1, timedelta(minutes=10)),
    ]
    assert waits([]) is None
    assert waits_by_month([]) == ()


def test_repairs_count_causes_whose_both_ends_were_seen() -> None:
    found = spells(
        [run(0, noted(SSL)), run(1, noted(DNS), noted("alias.missing", cause=False)), run(3),
         run(4, noted(DNS)), run(8)]
    )  # fmt: skip
    ((only),) = repairs(found)
    assert (only.code, only.number) == (DNS, 2)
    assert (only.median, only.longest) == (timedelta(hours=3), timedelta(hours=4))


def test_a_certificate_that_many_runs_saw_counts_once() -> None:
    one = Issuance("shop.example", FIRST, FIRST + timedelta(minutes=7))
    assert history(run(0, issued=(one,)), run(1, issued=(one,))).issued() == (one,)


SHOWN = History.of(
    [
        run(0, noted("alias.missing"), noted("ssl.slow", "warning", "new.example")),
        run(24, noted(DNS), noted("alias.missing")),
        run(48, noted("alias.missing"), noted("key.rejected"),
            unseen=("mapping.two-sites",),
            issued=(Issuance("new.example", FIRST, FIRST + timedelta(minutes=8)),)),
        run(72, noted(DNS), noted("alias.missing", "warning", cause=False), unseen=("key.rejected",)),
    ],
    tool="closte-doctor test",
    target="prod",
    lost=1,
)  # fmt: skip
FORMS = {
    "txt": history_report.text,
    "md": history_report.markdown,
    "html": history_page.render,
    "json": history_machines.render_json,
    "jsonl": history_machines.render_jsonl,
    "csv": history_machines.render_csv,
    "xml": lambda shown: history_machines.render_junit(shown, "error"),
    "prom": history_machines.render_prometheus,
}


@pytest.mark.parametrize("form", FORMS)
def test_golden(form: str, request: pytest.FixtureRequest) -> None:
    found = FORMS[form](SHOWN)
    golden = FIXTURES / "reports" / f"history.{form}"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_machines_read_them_back() -> None:
    model = json.loads(history_machines.render_json(SHOWN))
    rows = list(csv.DictReader(io.StringIO(history_machines.render_csv(SHOWN))))
    assert len(rows) == len(SHOWN.spells)
    assert {row["status"] for row in rows} == {"fixed", "standing", "unseen"}
    suite = Xml.fromstring(history_machines.render_junit(SHOWN, "error"))[0]
    assert int(suite.get("failures", "")) == len(suite.findall(".//failure")) == 1
    metrics = {
        (s.name, s.labels.get("change")): s.value
        for family in text_string_to_metric_families(history_machines.render_prometheus(SHOWN))
        for s in family.samples
    }
    causes = [s for s in model["new"] if s["cause"]]
    assert metrics["closte_doctor_history_causes", "new"] == len(causes)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_strangers_wrote_stays_text(words: str) -> None:
    strange = [replace(run_of(hostile(words)), at=FIRST + timedelta(hours=n)) for n in range(2)]
    shown = History.of(strange, tool="closte-doctor test", target=words)
    for form, render in FORMS.items():
        text = render(shown)
        assert "\x1b" not in text, form
        assert "\u202e" not in text, form
    page = history_page.render(shown)
    for tag in ("<script", "<img src", "<iframe", "<h1>hello"):
        assert tag not in page
    Xml.fromstring(history_machines.render_junit(shown, "error"))
    for row in csv.reader(io.StringIO(history_machines.render_csv(shown))):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
