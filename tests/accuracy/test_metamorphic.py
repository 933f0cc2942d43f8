"""What must not matter does not matter, and what is not seen is not called fine."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers.findings import Diagnosis
from bridge.accuracy import told_of
from bridge.rehearsal.evidence import evidence
from bridge.rehearsal.faults import FAULTS
from bridge.rehearsal.scenario import Scenario
from bridge.rehearsal.scenarios import scenario

Said = frozenset[tuple[str, str, str, str | None]]
Files = Mapping[str, bytes]
NAMES = tuple(FAULTS)
OBSERVABLE = tuple(
    n for n in NAMES if not n.startswith("host.") or scenario(n).world().host.reached == "database"
)
ALWAYS_THERE = ("host.json", "meta.json")
NO_DEADLINE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def files_of(name: str) -> Files:
    return evidence(scenario(name).world(), target="demo")


@cache
def diagnosed(name: str) -> Diagnosis:
    return told_of(files_of(name))


def said_of(told: Diagnosis) -> Said:
    return frozenset(
        (f.code, f.subject.id, f.severity, f.caused_by.code if f.caused_by else None)
        for f in told.findings
    )


def verdict_of(told: Diagnosis) -> object:
    states = frozenset((d.domain, d.stage, d.state, d.waiting_on) for d in told.domains)
    return told.verdict, said_of(told), frozenset(told.passed), states


# what must not matter


def shuffled(files: Files, seed: int) -> dict[str, bytes]:
    """The files in another order, and the elements of their lists too."""
    dice = random.Random(seed)
    names = list(files)
    dice.shuffle(names)
    found = {}
    for name in names:
        content = files[name]
        if name.endswith(".json") and isinstance(listed := json.loads(content), list):
            dice.shuffle(listed)
            content = json.dumps(listed).encode()
        found[name] = content
    return found


@given(st.sampled_from(NAMES), st.integers(0, 2**16))
@NO_DEADLINE
def test_the_order_of_files_and_rows_does_not_matter(name: str, seed: int) -> None:
    assert verdict_of(told_of(shuffled(files_of(name), seed))) == verdict_of(diagnosed(name))


@given(st.sampled_from(NAMES), st.datetimes(datetime(2024, 1, 1), datetime(2037, 1, 1)))
@NO_DEADLINE
def test_the_date_does_not_matter(name: str, look: datetime) -> None:
    at = look.replace(microsecond=0, tzinfo=UTC)
    moved = evidence(scenario(name).world(), look=at, target="demo")
    assert verdict_of(told_of(moved)) == verdict_of(diagnosed(name))


@given(st.sampled_from(NAMES), st.sampled_from(["de_DE", "pl_PL"]))
@NO_DEADLINE
def test_the_language_of_the_site_does_not_matter(name: str, locale: str) -> None:
    translated = evidence(replace(scenario(name), locale=locale).world(), target="demo")
    assert verdict_of(told_of(translated)) == verdict_of(diagnosed(name))


def in_zone(files: Files) -> dict[str, bytes]:
    """The same instants, written with another offset from UTC where they are ISO 8601."""
    found = dict(files)
    for name in ("meta.json", "host.json", "closte.json", "tls.json"):
        if name in files:
            text = files[name].decode()
            found[name] = _offset(text).encode()
    return found


def _offset(text: str) -> str:
    def moved(match: re.Match[str]) -> str:
        at = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        east = at.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:30").tzinfo)
        return f'"{east.isoformat()}"'

    return re.sub(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z"', moved, text)


@pytest.mark.parametrize("name", NAMES)
def test_the_time_zone_does_not_matter(name: str) -> None:
    assert verdict_of(told_of(in_zone(files_of(name)))) == verdict_of(diagnosed(name))


OTHER_NAMES = {
    "garden": "blumen-laden",
    "Garden": "Blumen-laden",
    "bakery": "xn--bckerei-5wa",
    "fresh": "zz9",
    "network": "sites",
    "old-shop": "alter-laden",
    "left-over": "rest",
}


def renamed(text: str) -> str:
    for old, new in OTHER_NAMES.items():
        text = text.replace(old, new)
    return text


def renamed_back(said: Said) -> frozenset[object]:
    return frozenset((code, renamed(subject), *rest) for code, subject, *rest in said)


@pytest.mark.parametrize("name", OBSERVABLE)
def test_the_names_of_domains_do_not_matter(name: str) -> None:
    files = files_of(name)
    own = ("host.json", "options.json")  # keys of these hold the words too
    changed = {
        renamed(file): content if file in own else renamed(content.decode()).encode()
        for file, content in files.items()
    }
    host = json.loads(files["host.json"])
    for key in ("site_url", "network_domain"):
        if key in host:
            host[key] = renamed(host[key])
    constants = host.get("runtime_constants", {})
    for key in ("DOMAIN_CURRENT_SITE", "COOKIE_DOMAIN"):
        if isinstance(constants.get(key), str):
            constants[key] = renamed(constants[key])
    changed["host.json"] = json.dumps(host).encode()
    assert said_of(told_of(changed)) == renamed_back(said_of(diagnosed(name)))


@pytest.mark.parametrize("name", OBSERVABLE)
def test_healthy_domains_beside_do_not_matter(name: str) -> None:
    more = replace(scenario(name), crowd=3)
    told = told_of(evidence(more.world(), target="demo"))
    before = {said[:3] for said in said_of(diagnosed(name)) if said[3] is None}
    after = {said[:3] for said in said_of(told) if said[3] is None}
    assert after == before


# what is not seen is not called fine


def is_hidden(name: str, less: Diagnosis, withheld: str) -> None:
    """No cause of the label may be called passed, nor the network clean, nor a broken domain up."""
    case, whole = scenario(name), diagnosed(name)
    said, skipped = {f.code for f in less.findings}, {s.code for s in less.skipped}
    for cause in case.causes:
        assert cause.code in said | skipped, (cause, withheld)
        if cause.code not in said:
            assert cause.code not in less.passed, (cause, withheld)
    if whole.verdict == "findings":
        assert less.verdict != "clean", withheld
    up = {
        d.domain for d in whole.domains if d.state == "up"
    }  # hurt at the next renewal or clean-up only
    broken = {c.subject for c in case.causes if _is_error(case, c.code)} - up
    for domain in less.domains:
        if domain.domain in broken:
            assert domain.state != "up", (domain.domain, withheld)


def _is_error(case: Scenario, code: str) -> bool:
    return any(f.code == code and f.severity == "error" for f in case.faults)


def nobody_well_is_accused(name: str, less: Diagnosis, withheld: str) -> None:
    """A domain of which nothing was said stays one of which no error is said."""
    whole = diagnosed(name)
    spoken_of = {f.subject.id for f in whole.findings} | {
        a for f in whole.findings for a in f.affects
    }
    if {f.subject.kind for f in whole.causes() if f.severity != "info"} - {"domain", "site"}:
        return  # the network itself is at fault, and may now be so in other words
    new = {f.subject.id for f in less.causes() if f.severity == "error"} - spoken_of
    assert not new, (new, withheld)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_hides_and_never_heals(name: str) -> None:
    files = files_of(name)
    for withheld in sorted({file.split("/")[0] for file in files} - set(ALWAYS_THERE)):
        less = told_of({f: c for f, c in files.items() if f.split("/")[0] != withheld})
        is_hidden(name, less, withheld)
        nobody_well_is_accused(name, less, withheld)


@pytest.mark.parametrize("file", ["dns.json", "tls.json"])
@pytest.mark.parametrize(
    "name", [n for n in OBSERVABLE if n.startswith(("dns.", "ssl.", "alias."))]
)
def test_what_is_known_of_one_name_missing_hides_and_never_heals(name: str, file: str) -> None:
    files = files_of(name)
    rows = json.loads(files[file])
    field = "name" if file == "dns.json" else "host"
    for withheld in sorted({row[field] for row in rows}):
        kept = [row for row in rows if row[field] != withheld]
        less = told_of({**files, file: json.dumps(kept).encode()})
        is_hidden(name, less, f"{file}: {withheld}")
        nobody_well_is_accused(name, less, f"{file}: {withheld}")


FIELDS = {
    "domain_mappings.json": ("id", "stage", "active", "primary_domain", "secure", "date_modified"),
    "dns.json": ("status", "records"),
    "tls.json": ("verified", "names", "not_after", "status"),
    "http.json": ("status", "headers", "body_start"),
    "closte.json": ("calls.body", "calls.vantage", "calls.keyed"),
    "scheduler.json": (
        "action_id",
        "args",
        "log",
        "scheduled_date_gmt",
        "last_attempt_gmt",
        "status",
    ),
    "constants.json": ("value.placeholder", "value.trimmed_length", "value.quoted"),
    "host.json": ("abspath", "reached", "plugin_slug", "sunrise.plugin_slug", "sunrise.version"),
}
"""Fields that a hand-made file may lack, and on which a check rests."""


def without_field(content: bytes, path: str) -> bytes:
    """A JSON file without a field, in every element of its lists."""
    value = json.loads(content)
    *way, last = path.split(".")
    found = value if isinstance(value, list) else [value]
    for key in way:
        inner = [element.get(key) for element in found if isinstance(element, dict)]
        found = [e for one in inner for e in (one if isinstance(one, list) else [one])]
    for element in found:
        if isinstance(element, dict):
            element.pop(last, None)
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_no_element_has_hides_and_never_heals(name: str) -> None:
    files = files_of(name)
    for file, path in ((f, path) for f, paths in FIELDS.items() if f in files for path in paths):
        withheld = f"{file}: {path}"
        less = told_of({**files, file: without_field(files[file], path)})
        is_hidden(name, less, withheld)
        nobody_well_is_accused(name, less, withheld)
