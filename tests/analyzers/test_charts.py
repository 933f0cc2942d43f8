"""Pictures: one element of shapes and classes, the same for the same values, whatever the values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers.charts import moments as moments_module
from analyzers.charts.canvas import Caption
from analyzers.charts.columns import MOST_DAYS, per_day, shown_days
from analyzers.charts.lifeline import lifeline
from analyzers.charts.moments import Moment, moments
from analyzers.charts.waits import waits
from analyzers.closte_messages import RAW_BODY
from analyzers.findings import DomainState, TimelineEntry
from analyzers.issuance import Issuance, issuances
from analyzers.layers import LAYERS
from analyzers.other_messages import MESSAGES

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
LANES = {layer: layer for layer in LAYERS}
CAPTION = Caption("a <b> & 'c'", 'd "e"')
ALLOWED = {
    "class", "viewBox", "role", "aria-labelledby", "font-size", "id", "transform", "d", "x", "y", "cx",
    "cy", "r", "rx", "ry", "width", "height", "text-anchor",
}  # fmt: skip


def drawn(moment: list[Moment]) -> str:
    return lifeline(moment, NOW, CAPTION, "p", LANES, "diagnosis")


def checked(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    for element in root.iter():
        assert element.tag in {"svg", "g", "path", "circle", "rect", "text", "title", "desc"}
        assert set(element.attrib) <= ALLOWED
        assert "nan" not in " ".join(element.attrib.values())
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert ids == root.attrib["aria-labelledby"].split()
    assert root[0].text == CAPTION.title
    assert root[1].text == CAPTION.description
    return root


def entry(minutes: float, event: str, endpoint: str | None = None) -> TimelineEntry:
    return TimelineEntry(NOW - timedelta(minutes=minutes), event, "x", endpoint)


def test_a_lifeline_has_a_mark_for_each_moment_and_a_shape_for_each_outcome() -> None:
    found = moments(
        [
            entry(60, "row.created"),
            entry(50, "closte.added"),
            entry(40, "check.dns-given-up"),
            entry(-5, "wu_async_process_domain_stage.due"),
        ],
        NOW,
    )
    assert [(m.lane, m.outcome) for m in found] == [
        ("mapping", "step"), ("alias", "good"), ("dns", "trouble"), ("jobs", "due"),
    ]  # fmt: skip
    root = checked(drawn(list(found)))
    series = {g.get("class"): g for g in root.iter("g") if "series" in (g.get("class") or "")}
    assert set(series) == {"series step", "series good", "series trouble", "series due"}
    assert [
        len(list(series[f"series {name}"].iter("circle"))) for name in ("step", "good", "due")
    ] == [1, 1, 1]
    assert len(list(series["series trouble"].iter("path"))) == 1
    names = [e.text for e in root.iter("title")][1:]
    assert "2026-05-04 09:10:00 closte.added" in names
    labels = [e.text for e in root.iter("text")]
    assert labels[:5] == list(LAYERS)
    assert "diagnosis" in labels


def test_noise_is_left_out() -> None:
    noise = [
        entry(1, "closte.ssl-refused"),
        entry(1, "closte.key-prefix"),
        entry(1, "closte.http-error", "/ssl/install"),
        entry(1, "sunrise.upgraded"),
    ]
    assert moments(noise, NOW) == ()
    (kept,) = moments([entry(1, "closte.http-error", "/adddomainalias")], NOW)
    assert kept.outcome == "trouble"


def test_only_known_events_are_judged() -> None:
    known = {row.event for row in MESSAGES} | {RAW_BODY}
    seen = {"dns.seen-right", "dns.seen-wrong", "dns.seen-nxdomain", "certificate.seen-good",
            "certificate.seen-not-good", "certificate.valid-from", "api.ok"}  # fmt: skip
    assert known | seen >= moments_module._GOOD | moments_module._TROUBLE


INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(INSTANTS, st.sampled_from(LAYERS), st.text(max_size=20)), min_size=1, max_size=30
    )
)
def test_any_lifeline_can_be_drawn(lives: list[tuple[datetime, str, str]]) -> None:
    found = [Moment(at, lane, "step", name) for at, lane, name in sorted(lives)]  # type: ignore[arg-type]
    svg = drawn(found)
    checked(svg)
    assert svg == drawn(found)
    for place in re.findall(r'cx="([-\d.]+)"', svg):
        assert 0 <= float(place) <= 880


@settings(deadline=None)
@given(
    st.dictionaries(
        st.dates().map(lambda d: d.isoformat()), st.integers(1, 10**7), min_size=1, max_size=20
    )
)
def test_any_days_can_be_drawn(counts: dict[str, int]) -> None:
    days = shown_days(counts)
    assert days[-1] == max(counts)
    assert len(days) <= MOST_DAYS
    root = checked(per_day(counts, CAPTION, "p"))
    assert len(list(root.iter("rect"))) == len(set(days) & set(counts))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(INSTANTS, st.timedeltas(timedelta(), timedelta(days=900))),
        min_size=1,
        max_size=20,
    )
)
def test_any_waits_can_be_drawn(times: list[tuple[datetime, timedelta]]) -> None:
    root = checked(
        waits([Issuance("a.example", at, at + took) for at, took in times], CAPTION, "p")
    )
    assert len(list(root.iter("circle"))) == len(times)


@pytest.mark.parametrize("asked", ["closte.added", "wu_add_domain.complete"])
def test_issuance_is_from_the_alias_to_the_certificate(asked: str) -> None:
    timeline = (
        entry(90, "check.ssl-ok"),
        entry(60, asked),
        entry(50, "check.ssl-retry"),
        entry(48, "check.ssl-ok"),
        entry(47, "check.ssl-ok"),
        entry(20, asked),
    )
    (found,) = issuances(
        [DomainState("a.example", 1, "done", "up", None, None, timeline)], "network.example"
    )
    assert found.took == timedelta(minutes=12)


def test_a_name_under_the_network_tells_nothing_of_issuance() -> None:
    """It has the network's wildcard certificate, and the plugin sees that one within seconds."""
    timeline = (entry(60, "wu_add_domain.complete"), entry(59.9, "check.ssl-ok"))
    states = [
        DomainState(name, 1, "done", "up", None, None, timeline)
        for name in ("shop.network.example", "shop.example")
    ]
    assert [i.domain for i in issuances(states, "network.example")] == ["shop.example"]
