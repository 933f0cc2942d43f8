"""The pages of one domain, of a preflight and of the logs in a real browser, as that of a network is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from browser.cases import FOLDERS, HOSTILE, NOW, hostile
from browser.chromium import Chromium
from browser.test_report import CUT_OFF, ELEMENTS, NARROW, WIDE, quiet, violations
from evidence_folders import files_in

from analyzers.asked_name import AskedName
from analyzers.diagnose import diagnose
from analyzers.domain_case import DomainCase, domain_case
from analyzers.lifeline import LifelineEntry
from analyzers.log_tally import Tally, Unknown
from analyzers.preflight import Preflight, preflight
from analyzers.preflight_reasons import Reason
from analyzers.recogniser import Recogniser
from analyzers.reports.html import domain_page, logs_page, preflight_page
from analyzers.silences import Silence
from analyzers.snapshot import Snapshot, read

TOOL = "closte-doctor test"
STAMP = b"[2026-05-04 10:00:00] [ERROR] "


def network() -> Snapshot:
    folder = FOLDERS["four-troubles"]
    assert folder is not None
    return read(files_in(folder), origin="four-troubles", fallback_now=NOW)


def of_domain(name: str) -> str:
    seen = network()
    return domain_page.render(domain_case(seen, diagnose(seen, tool=TOOL), name))


def of_name(name: str) -> str:
    return preflight_page.render(preflight(network(), name, tool=TOOL))


def of_logs(content: bytes) -> str:
    tally, unknown = Tally(), Unknown()
    tally.read("wu-logs/domain-a.example.log", (content,), Recogniser(), (unknown,))
    return logs_page.render(tally, unknown, tool=TOOL)


PAGES: dict[str, Callable[[], str]] = {
    "a domain that waits": lambda: of_domain("fresh.client-d.example"),
    "a domain of two sites": lambda: of_domain("brand.client-c.example"),
    "a domain that is up": lambda: of_domain("www.bakery-lane.example"),
    "a domain that nobody mapped": lambda: of_domain("nowhere.example"),
    "a preflight": lambda: of_name("zażółć.client.example"),
    "a preflight of the longest name": lambda: of_name(f"{'a' * 63}.{'b' * 63}.{'c' * 63}.example"),
    "logs": lambda: of_logs(STAMP + b"Starting Check for a.example\n" + STAMP + b"x" * 900 + b"\n"),
    "no logs": lambda: of_logs(b""),
}


@pytest.fixture
def shown(chromium: Chromium, tmp_path: Path) -> Callable[..., Path]:
    """Show a page in the browser; what it asked for is looked at."""

    def show(page: str, *, width: int = WIDE) -> Path:
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        quiet(chromium.open(path, width=width), path)
        return path

    return show


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
@pytest.mark.parametrize("case", PAGES)
def test_it_is_quiet_and_the_accessibility_checker_finds_nothing(
    case: str, scheme: str, width: int, chromium: Chromium, shown: Callable[..., Path],
    axe_script: str,
) -> None:  # fmt: skip
    chromium.media(scheme=scheme)
    shown(PAGES[case](), width=width)
    violations(chromium, axe_script)


@pytest.mark.parametrize("width", [NARROW, 768, WIDE])
@pytest.mark.parametrize("case", PAGES)
def test_nothing_is_wider_than_the_screen(
    case: str, width: int, chromium: Chromium, shown: Callable[..., Path]
) -> None:
    chromium.media()
    shown(PAGES[case](), width=width)
    assert chromium.value("document.documentElement.scrollWidth") <= width
    assert chromium.value(CUT_OFF) == []


def strange_domain(words: str) -> str:
    """A page in which a stranger chose every text that can come from outside."""
    seen = network()
    case = domain_case(seen, diagnose(seen, tool=TOOL), "fresh.client-d.example")
    diagnosis = hostile(words)
    asked = AskedName(case.asked.name, "mapped", words, words)
    strange: DomainCase = replace(
        case,
        asked=asked,
        diagnosis=diagnosis,
        state=diagnosis.domains[0],
        lifeline=(LifelineEntry(NOW, f"~{words}", words, words, words, words, "likely"),),
        silences=(Silence(NOW, words, words, "likely", words),),
    )
    return domain_page.render(strange)


def strange_name(words: str) -> str:
    answer: Preflight = preflight(network(), "new.example", tool=TOOL)
    reasons = (Reason("no", words, words, "customer", words), Reason("note", words, "", None, None))
    return preflight_page.render(replace(answer, reasons=reasons, diagnosis=hostile(words)))


def strange_logs(words: str) -> str:
    said = " ".join(words.encode(errors="replace").decode().split()).encode()
    return of_logs(STAMP + b"~" + said + b"\n" + STAMP + b"Starting Check for " + said + b"\n")


@pytest.mark.parametrize("page", [strange_domain, strange_name, strange_logs])
def test_what_strangers_wrote_makes_no_element_and_runs_nothing(
    page: Callable[[str], str], chromium: Chromium, shown: Callable[..., Path]
) -> None:
    shown(page("x"))
    plain = chromium.value(ELEMENTS)
    for words in HOSTILE:
        shown(page(words))
        assert chromium.value(ELEMENTS) == plain
        assert chromium.value("window.hurt") is None
