"""Diagnoses for the HTML report: recorded ones, one of a stranger's words, and a large one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analyzers.diagnose import diagnose
from analyzers.findings import (
    CheckWindow,
    Citation,
    Diagnosis,
    DomainState,
    Finding,
    LayerState,
    LogSummary,
    NetworkSummary,
    SkippedCheck,
    Subject,
    TimelineEntry,
)
from analyzers.layers import LAYERS
from analyzers.snapshot import read

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDERS = {
    "four-troubles": FIXTURES / "networks" / "four-troubles",
    "healthy": FIXTURES / "networks" / "healthy",
    "cron-not-running": FIXTURES / "recordings" / "2.4.13-beta.1" / "cron_not_running",
    "nothing": None,
}
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)

HOSTILE = (
    "<script>window.hurt = 1</script>",
    "<img src=x onerror='window.hurt = 1'>",
    "\"><svg onload=window.hurt=1>",
    "'><iframe srcdoc='<script>parent.hurt=1</script>'>",
    "</title></style></details><h1>hello</h1>",
    "<!-- ", "]]>", "&lt;b&gt;", "{{ 7*7 }}", "{% endtrans %}", "%(count)s %s",
    "javascript:window.hurt=1", "\u202eevil", "\x1b[31m", "a\nb", "\x00", "\ud800", "\ufffe",
    "https://elsewhere.example/x.png", "@import url(https://elsewhere.example)",
    "x" * 5_000, "شركة", "١٢٣", "`define`",
)  # fmt: skip


def diagnosed(case: str) -> Diagnosis:
    """The diagnosis of a recorded evidence folder; `nothing` is an empty one."""
    folder = FOLDERS[case]
    files = (
        {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        if folder
        else {}
    )
    return diagnose(
        read(files, origin=folder.name if folder else "empty", fallback_now=NOW),
        tool="closte-doctor test",
    )


def hostile(words: str) -> Diagnosis:
    """A diagnosis in which a stranger chose every text that can come from outside.

    Names of events are marked, so that no choice of words makes another known event of them.
    """
    finding = Finding(
        "dns.wrong-address", "error", "likely", Subject("domain", words), words, words, words,
        words, (Citation(words, words, NOW),), "customer", None, (words, f"{words}2"),
    )  # fmt: skip
    consequence = replace(finding, code="ssl.expired", caused_by=finding.reference)
    many = [replace(finding, code="alias.missing", subject=Subject("domain", f"{words}{n}"))
            for n in range(20)]  # fmt: skip
    timeline = (
        TimelineEntry(NOW - timedelta(hours=1), "closte.added", words, words),
        TimelineEntry(NOW - timedelta(minutes=50), "check.ssl-ok", words),
        TimelineEntry(NOW - timedelta(minutes=40), f"wu_add_domain.{words}~", words, words),
        TimelineEntry(NOW, f"~{words}", words),
    )
    layers = tuple(LayerState(layer, "problem", finding.reference) for layer in LAYERS)
    domain = DomainState(
        words, 1, words, "broken", "customer", CheckWindow(1, 6, NOW, NOW), timeline, layers
    )
    return Diagnosis(
        words, NOW, "meta.json", words, "findings", "error",
        NetworkSummary(words, words, words, (words,), words), (finding, consequence, *many),
        (words,), (SkippedCheck("ssl.slow", (words,)),), (domain,),
        LogSummary(1, 0, {words: 1}, {"2026-05-04": {f"~{words}": 1}}), (words,),
    )  # fmt: skip


def large(number: int) -> Diagnosis:
    """A network of so many domains: most are up, some wait, and some have their own trouble."""
    key = Finding(
        "key.rejected", "error", "certain", Subject("network", "network.example"),
        "Closte refuses the API key", "No new domain reaches Closte.", "The API said so.",
        "Ask Closte's support for the current key.", (), "operator", None,
        tuple(f"domain-{n}.example" for n in range(number)),
    )  # fmt: skip
    findings, domains = [key], []
    for n in range(number):
        name, begun = f"domain-{n}.example", NOW - timedelta(hours=n % 5_000 + 1)
        finding = Finding(
            "dns.wrong-address", "error", "certain", Subject("domain", name),
            f"{name} leads to another server", "Visitors get something else.",
            f"{name} has 198.51.100.7.", "The customer changes the record.",
            (Citation("dns.json", "A 198.51.100.7 (authoritative)"),), "customer", None, (name,),
        )  # fmt: skip
        if n % 4 == 0:
            findings.append(finding)
        timeline = [TimelineEntry(begun, "row.created", "domain_mappings.json"),
                    TimelineEntry(begun, "closte.added", "wu-logs/integration-closte.log")]  # fmt: skip
        timeline += [
            TimelineEntry(
                begun + timedelta(minutes=m), "check.ssl-retry", f"wu-logs/domain-{name}.log"
            )
            for m in range(1, 20)
        ]
        if n % 4:
            timeline.append(TimelineEntry(begun + timedelta(minutes=20), "check.ssl-ok", "wu-logs"))
        layers = tuple(
            LayerState(layer, "problem", finding.reference)
            if layer == "dns" and n % 4 == 0
            else LayerState(layer, "ok")
            for layer in LAYERS
        )
        domains.append(DomainState(name, n, "done", "up" if n % 4 else "broken",
                                   None if n % 4 else "customer", None, tuple(timeline), layers))  # fmt: skip
    days = {f"{NOW - timedelta(days=d):%Y-%m-%d}": {"check.started": d + 1} for d in range(400)}
    return Diagnosis(
        "closte-doctor test", NOW, "meta.json", "large", "findings", "error",
        NetworkSummary("network.example", "2.4.10", "acct123", ("203.0.113.10",), "meta.json"),
        tuple(findings), ("key.missing",), (), tuple(domains), LogSummary(80_000, 3, {}, days), (),
    )  # fmt: skip
