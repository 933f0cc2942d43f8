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
    files = {
        n: c for n, c in files_in(BY_NAME[name]).items() if n not in (withheld, "expected.json")
    }
    less = diagnose(read(files, origin=BY_NAME[name].name), tool="test")
    assert less.verdict in ("findings", "clean-incomplete")
    said = {f.code for f in less.findings}
    lost = {f.code for f in diagnosed(name).findings} - said
    if lost and less.verdict != "findings":
        assert lost & {s.code for s in less.skipped}
    for code in lost & set(less.passed):
        # A fault can go by another code of its family: an outage seen from one place only.
        assert any(c.split(".")[0] == code.split(".")[0] for c in said), code


def said_of(files: dict[str, bytes], name: str) -> set[tuple[str, str, str, str | None]]:
    found = diagnose(read(files, origin=BY_NAME[name].name), tool="test")
    return {
        (f.code, f.subject.id, f.severity, f.caused_by.code if f.caused_by else None)
        for f in found.findings
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_evidence_changes_nothing(name: str) -> None:
    files = files_in(BY_NAME[name])
    files.pop("expected.json")
    turned = dict(files)
    for file in ("dns.json", "tls.json", "http.json", "scheduler.json", "domain_mappings.json"):
        if file in files and isinstance(listed := json.loads(files[file]), list):
            turned[file] = json.dumps(listed[::-1]).encode()
    assert said_of(turned, name) == said_of(files, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_healthy_domain_beside_changes_nothing(name: str) -> None:
    files = files_in(BY_NAME[name])
    files.pop("expected.json")
    before = said_of(files, name)
    beside = "beside.customer.example.net"
    more = {
        "domain_mappings.json": [
            {
                "id": 900,
                "blog_id": 1,
                "domain": beside,
                "active": 1,
                "primary_domain": 0,
                "secure": 1,
                "stage": "done",
                "date_created": "2026-01-01 00:00:00",
                "date_modified": "2026-01-01 00:00:00",
            }
        ],
        "dns.json": [
            {"name": beside, "type": t, "via": v, "status": "NOERROR", "records": r, "ttl": 60}
            for v in ("authoritative", "resolver:1.1.1.1", "host")
            for t, r in (("A", ["203.0.113.10"]), ("AAAA", []), ("CNAME", []), ("CAA", []))
        ],
        "tls.json": [
            {
                "host": beside,
                "address": "203.0.113.10",
                "port": 443,
                "status": "ok",
                "verified": True,
                "names": [beside],
                "issuer": "CN=R11",
                "not_before": "2026-10-01T00:00:00Z",
                "not_after": "2027-02-01T00:00:00Z",
                "self_signed": False,
            }
        ],
    }
    for file, added in more.items():
        files[file] = json.dumps([*json.loads(files[file]), *added]).encode()
    if "closte.json" in files:
        text = files["closte.json"].decode()
        listed = '{\\"domain\\": \\"network.example.com\\"}'
        files["closte.json"] = text.replace(
            listed, f'{listed}, {{\\"domain\\": \\"{beside}\\"}}'
        ).encode()
    assert {s for s in said_of(files, name) if s[1] != beside} == before
    assert not {s for s in said_of(files, name) if s[1] == beside and s[2] != "info"}
