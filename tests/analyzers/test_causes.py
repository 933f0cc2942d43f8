"""Consequences stand under their cause, and never in a circle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzers.causes import FOREIGN_ADDRESS, GRAPH, NO_ALIAS, affected, fold
from analyzers.findings import Finding, Reference, Severity, Subject, SubjectKind

NETWORK = Subject("network", "network.example")


def finding(
    code: str, kind: SubjectKind = "domain", id: str = "a.example", severity: Severity = "error"
) -> Finding:
    return Finding(code, severity, "certain", Subject(kind, id), "t", "m", "b", "d")


def folded(findings: list[Finding], **facets: set[str]) -> dict[str, str | None]:
    given_facets = {
        f.reference: frozenset(facets.get(f.code.replace(".", "_").replace("-", "_"), ()))
        for f in findings
    }
    return {f.code: f.caused_by.code if f.caused_by else None for f in fold(findings, given_facets)}


def test_a_rejected_key_explains_a_missing_alias_only_where_there_is_none() -> None:
    pair = [finding("key.rejected", "network", "n"), finding("ssl.slow", severity="warning")]
    assert folded(pair, ssl_slow={NO_ALIAS})["ssl.slow"] == "key.rejected"
    assert folded(pair)["ssl.slow"] is None


def test_a_malformed_key_explains_its_rejection() -> None:
    pair = [finding("key.rejected", "network", "n"), finding("key.malformed", "network", "n")]
    assert folded(pair) == {"key.rejected": "key.malformed", "key.malformed": None}


def test_a_domain_explains_only_itself() -> None:
    one = finding("dns.wrong-address", id="a.example")
    other = finding("check.gave-up-dns", id="b.example")
    assert folded([one, other])["check.gave-up-dns"] is None
    same = finding("check.gave-up-dns", id="a.example")
    assert folded([one, same])["check.gave-up-dns"] == "dns.wrong-address"


def test_certificates_at_a_foreign_address_are_consequences() -> None:
    pair = [finding("dns.wrong-address"), finding("ssl.expired")]
    assert folded(pair, ssl_expired={FOREIGN_ADDRESS})["ssl.expired"] == "dns.wrong-address"
    assert folded(pair)["ssl.expired"] is None


def test_a_staging_clone_explains_domains_but_not_the_network() -> None:
    found = [
        finding("host.staging-clone", "network", "n", "warning"),
        finding("dns.wrong-address"),
        finding("jobs.cron-off", "network", "n"),
    ]
    assert folded(found)["dns.wrong-address"] == "host.staging-clone"
    assert folded(found)["jobs.cron-off"] is None


def test_two_independent_faults_stay_two() -> None:
    found = [finding("dns.stray-ipv6"), finding("mapping.two-sites")]
    assert set(folded(found).values()) == {None}


def test_a_cause_is_told_whom_it_hurts() -> None:
    found = [
        finding("key.rejected", "network", "n"),
        finding("alias.missing", id="a.example"),
        finding("alias.missing", id="b.example"),
    ]
    facets = {f.reference: frozenset({NO_ALIAS}) for f in found}
    cause = affected(fold(found, facets))[0]
    assert cause.affects == ("a.example", "b.example")


CODES = sorted({row.cause for row in GRAPH} | {"ssl.expired", "alias.orphan", "jobs.failed"})


@given(
    st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from(["a.example", "b.example"])),
        unique=True,
        max_size=12,
    )
)
def test_no_finding_is_its_own_cause_however_long_the_way(pairs: list[tuple[str, str]]) -> None:
    found = [finding(code, id=id) for code, id in pairs]
    every = frozenset(row.facet for row in GRAPH if row.facet)
    causes = {f.reference: f.caused_by for f in fold(found, {f.reference: every for f in found})}
    for start in causes:
        here: Reference | None = start
        for _ in range(len(causes) + 1):
            here = causes[here] if here is not None else None
        assert here is None
