"""Every recorded network is diagnosed as its README says, and nothing else is said of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from evidence_folders import RECORDINGS, files_in

from analyzers.diagnose import diagnose
from analyzers.findings import Diagnosis, Finding
from analyzers.snapshot import read

NAMES = [f"{p.parent.name}/{p.name}" for p in RECORDINGS]
BY_NAME = dict(zip(NAMES, RECORDINGS, strict=True))
Expectation = dict[str, list[dict[str, object]]]


@cache
def diagnosed(name: str) -> Diagnosis:
    files = files_in(BY_NAME[name])
    files.pop("expected.json")
    return diagnose(read(files, origin=BY_NAME[name].name), tool="test")


@cache
def expected(name: str) -> dict[str, object]:
    found = json.loads((Path(BY_NAME[name]) / "expected.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def codes(name: str, key: str) -> list[str]:
    found = expected(name).get(key, [])
    assert isinstance(found, list)
    return [c if isinstance(c, str) else str(c["code"]) for c in found]


def alternatives(name: str) -> dict[str, list[str]]:
    found = expected(name).get("must_alternatives", {})
    assert isinstance(found, dict)
    return found


def about(name: str, code: str, subject: object) -> Finding | None:
    assert isinstance(subject, dict)
    for finding in diagnosed(name).findings:
        if finding.code == code and finding.subject.id == subject["id"]:
            assert finding.subject.kind == subject["kind"]
            return finding
    return None


def test_there_are_recordings_of_three_generations() -> None:
    assert {p.parent.name for p in RECORDINGS} == {"2.4.3", "2.4.10", "2.4.13-beta.1"}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_wrong_is_found(name: str) -> None:
    must = expected(name)["must"]
    assert isinstance(must, list)
    for wanted in must:
        allowed = [wanted["code"], *alternatives(name).get(wanted["code"], [])]
        assert any(about(name, code, wanted["subject"]) for code in allowed), wanted


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_is_said_at_warning_or_above(name: str) -> None:
    allowed = {*codes(name, "must"), *codes(name, "may")}
    allowed.update(a for listed in alternatives(name).values() for a in listed)
    said = {
        f.code for f in diagnosed(name).findings if f.severity != "info" and f.caused_by is None
    }
    assert said <= allowed


@pytest.mark.parametrize("name", NAMES)
def test_nothing_forbidden_is_said(name: str) -> None:
    said = {f.code for f in diagnosed(name).findings}
    assert not said & set(codes(name, "must_not"))


@pytest.mark.parametrize("name", NAMES)
def test_consequences_stand_under_their_cause(name: str) -> None:
    listed = expected(name).get("consequences", [])
    assert isinstance(listed, list)
    for wanted in listed:
        found = about(name, str(wanted["code"]), wanted["subject"])
        assert found is not None, wanted
        assert found.severity == wanted["severity"]
        cause = str(wanted["caused_by"])
        assert found.caused_by is not None, wanted
        assert found.caused_by.code in (cause, *alternatives(name).get(cause, []))


@pytest.mark.parametrize("name", [n for n in NAMES if not codes(n, "must")])
def test_a_network_without_fault_has_no_verdict_but_clean(name: str) -> None:
    found = diagnosed(name)
    assert found.verdict in ("clean", "clean-incomplete")
    assert all(d.state == "up" and d.waiting_on is None for d in found.domains)


@pytest.mark.parametrize("name", NAMES)
def test_each_domain_has_one_state_and_a_life_in_order(name: str) -> None:
    found = diagnosed(name)
    assert len({d.domain for d in found.domains}) == len(found.domains)
    for domain in found.domains:
        times = [e.at for e in domain.timeline]
        assert times == sorted(times)
        assert len(set(domain.timeline)) == len(domain.timeline) <= 200
        assert domain.timeline, domain.domain


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith(("max_tries", "subsite_created"))])
def test_checks_are_counted_by_their_arguments(name: str) -> None:
    """Recordings 6 and 7: DNS 6; SSL 21, or 6 before 2.4.10; two chains count once."""
    (domain,) = diagnosed(name).domains
    assert domain.checks is not None
    if name.endswith("dns_wrong_max_tries"):
        assert (domain.checks.used, domain.checks.limit) == (6, 6)
    elif name.endswith("ssl_pending_max_tries"):
        limit = 6 if name.startswith("2.4.3/") else 21
        assert (domain.checks.used, domain.checks.limit) == (limit, limit)
    else:
        assert (domain.checks.used, domain.checks.limit) == (3, 6)
        assert domain.checks.next_at is not None
        assert domain.checks.gives_up_at is not None
        assert domain.checks.next_at < domain.checks.gives_up_at


@pytest.mark.parametrize("name", NAMES)
def test_requests_and_answers_say_their_endpoint(name: str) -> None:
    for domain in diagnosed(name).domains:
        for entry in domain.timeline:
            if entry.event in ("closte.request", "closte.response", "closte.raw-body"):
                assert entry.endpoint, entry


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "withheld", ["dns.json", "tls.json", "closte.json", "scheduler.json", "domain_mappings.json"]
)
def test_less_evidence_never_makes_a_fault_clean(name: str, withheld: str) -> None:
    if not any(f.severity != "info" for f in diagnosed(name).findings):
        pytest.skip("nothing is wrong here")
    files = {
        n: c for n, c in files_in(BY_NAME[name]).items() if n not in (withheld, "expected.json")
    }
    less = diagnose(read(files, origin=BY_NAME[name].name), tool="test")
    assert less.verdict in ("findings", "clean-incomplete")
    said = {f.code for f in less.findings}
    lost = {f.code for f in diagnosed(name).findings} - said
    if less.verdict != "findings":
        assert lost & {s.code for s in less.skipped}
    for code in lost & set(less.passed):
        # A fault can go by another code of its family: an outage seen from one place only.
        assert any(c.split(".")[0] == code.split(".")[0] for c in said), code
