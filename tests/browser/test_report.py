"""The HTML report in a real browser: quiet, readable by everybody, and deaf to what strangers wrote.

`CLOSTE_DOCTOR_SCREENSHOTS=folder` keeps the pictures that `test_it_can_be_looked_at` takes.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from browser.axe import TAGS
from browser.cases import FOLDERS, HOSTILE, diagnosed, hostile, large
from browser.chromium import Chromium, Seen

from analyzers.findings import Diagnosis

Save = Callable[[Diagnosis], Path]
WIDE, NARROW = 1280, 360
LINE = 30
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
CUT_OFF = """
[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.scroll, .skip, .matrix thead, svg'))
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.tagName + ': ' + e.textContent.slice(0, 60))
"""


def quiet(seen: Seen, path: Path) -> None:
    assert seen.messages == []
    assert seen.requests == [path.as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("case", FOLDERS)
def test_it_asks_for_nothing_and_complains_of_nothing(
    case: str, scheme: str, chromium: Chromium, saved: Save
) -> None:
    path = saved(diagnosed(case))
    chromium.media(scheme=scheme)
    quiet(chromium.open(path), path)


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
@pytest.mark.parametrize("case", FOLDERS)
def test_the_accessibility_checker_finds_nothing(
    case: str, scheme: str, width: int, chromium: Chromium, saved: Save, axe_script: str
) -> None:
    chromium.media(scheme=scheme)
    chromium.open(saved(diagnosed(case)), width=width)
    violations(chromium, axe_script)


def test_the_accessibility_checker_finds_nothing_in_many(
    chromium: Chromium, saved: Save, axe_script: str
) -> None:
    chromium.media()
    chromium.open(saved(large(70)))
    violations(chromium, axe_script)


def violations(chromium: Chromium, script: str) -> None:
    """Closed as it comes, then with everything unfolded."""
    chromium.value(f"{script}; undefined")
    run = f"""axe.run(document, {{runOnly: {list(TAGS)!r}}}).then(found => found.violations.map(
        v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join('\\n')))"""
    assert chromium.value(run) == []
    chromium.value(OPEN_ALL)
    assert chromium.value(run) == []
    checked = run.replace("violations", "passes")
    assert {"color-contrast", "document-title"} <= {
        passed.split(":")[0] for passed in chromium.value(checked)
    }


@pytest.mark.parametrize("case", FOLDERS)
@pytest.mark.parametrize("width", [NARROW, 768, 1100, WIDE])
def test_nothing_is_wider_than_the_screen(
    case: str, width: int, chromium: Chromium, saved: Save
) -> None:
    chromium.media()
    chromium.open(saved(diagnosed(case)), width=width)
    for _ in range(2):
        assert chromium.value("document.documentElement.scrollWidth") <= width
        assert chromium.value(CUT_OFF) == []
        chromium.value(OPEN_ALL)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_long_words_of_strangers_break(width: int, chromium: Chromium, saved: Save) -> None:
    chromium.media()
    chromium.open(saved(hostile("x" * 3_000)), width=width)
    chromium.value(OPEN_ALL)
    assert chromium.value("document.documentElement.scrollWidth") <= width
    assert chromium.value(CUT_OFF) == []


ELEMENTS = "[...document.querySelectorAll('*')].map(e => e.tagName).join()"


def test_what_strangers_wrote_makes_no_element_and_runs_nothing(
    chromium: Chromium, saved: Save
) -> None:
    chromium.open(saved(hostile("x")))
    plain = chromium.value(ELEMENTS)
    for words in HOSTILE:
        path = saved(hostile(words))
        quiet(chromium.open(path), path)
        chromium.value(OPEN_ALL)
        assert chromium.value(ELEMENTS) == plain
        assert chromium.value("window.hurt") is None
        assert chromium.value("document.title").startswith("Diagnosis of ")


def test_the_policy_holds_even_if_an_element_got_in(chromium: Chromium, saved: Save) -> None:
    """A script, a handler, a style, a frame and a request, put into the page by force: none works."""
    path = saved(diagnosed("healthy"))
    chromium.open(path)
    chromium.value("""
        document.body.insertAdjacentHTML('beforeend', `<img id=out src="https://elsewhere.example/x.png">
          <p id=styled style="position: fixed">x</p><button id=b onclick="window.hurt = 1">x</button>
          <iframe src="https://elsewhere.example/"></iframe>`);
        const script = document.createElement('script');
        script.textContent = 'window.hurt = 1';
        document.body.append(script);
        document.getElementById('b').click();
    """)
    assert chromium.value("window.hurt") is None
    assert (
        chromium.value("getComputedStyle(document.getElementById('styled')).position") == "static"
    )
    seen = chromium.seen
    for directive in ("img-src", "style-src", "script-src", "default-src"):
        chromium.until(lambda d=directive: d in " ".join(seen.messages))  # type: ignore[misc]
    chromium.until(lambda: len(seen.refused) == len(seen.requests) - 1)
    assert seen.requests == [path.as_uri(), *seen.refused]


def test_the_keyboard_goes_through_the_page_in_reading_order(
    chromium: Chromium, saved: Save
) -> None:
    chromium.media()
    chromium.open(saved(diagnosed("four-troubles")))
    chromium.call("Page.bringToFront")
    expected = chromium.value("""
        window.stops = [...document.querySelectorAll('a, summary, [tabindex="0"]')]
          .filter(e => e.checkVisibility({contentVisibilityAuto: true}));
        stops.length
    """)
    seen, tops = [], []
    for _ in range(expected):
        chromium.press("Tab", 9)
        seen.append(chromium.value("stops.indexOf(document.activeElement)"))
        tops.append(
            chromium.value("document.activeElement.getBoundingClientRect().top + scrollY | 0")
        )
    assert seen == list(range(expected))
    # Downwards; a step back is only to the beginning of the same line.
    assert max(before - after for before, after in pairwise(tops[1:])) <= LINE
    outline = chromium.value("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_first_stop_leads_to_the_findings(chromium: Chromium, saved: Save) -> None:
    chromium.open(saved(diagnosed("four-troubles")))
    chromium.press("Tab", 9)
    assert chromium.value("document.activeElement.className") == "skip"
    assert chromium.value("document.activeElement.getBoundingClientRect().left") == 0
    chromium.value("document.activeElement.click()")
    assert chromium.value("document.activeElement.id") == "main"


def test_on_paper_evidence_is_open_and_navigation_gone(chromium: Chromium, saved: Save) -> None:
    path = saved(diagnosed("four-troubles"))
    chromium.media(kind="print", scheme="dark")
    chromium.open(path, width=700)
    folded = chromium.value("""
        [...document.querySelectorAll('.evidence li, .life svg')]
          .filter(e => e.getBoundingClientRect().height < 5 || !e.checkVisibility()).length
    """)
    assert folded == 0
    assert chromium.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert chromium.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert chromium.value("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert chromium.value("document.documentElement.scrollWidth") <= 700
    assert chromium.paper().startswith(b"%PDF-")
    chromium.media()


def test_a_large_network_is_shown(chromium: Chromium, saved: Save) -> None:
    """What is folded is not laid out, so two thousand domains are as quick to look at as fifty."""
    path = saved(large(2_000))
    chromium.media()
    for width in (WIDE, NARROW):
        quiet(chromium.open(path, width=width), path)
        assert chromium.value("document.documentElement.scrollWidth") <= width
        rows = "[...document.querySelectorAll('.matrix tbody tr')]"
        assert chromium.value(f"{rows}.length") == 2_000
        assert chromium.value(f"{rows}.filter(r => r.checkVisibility()).length") == 50
        shown = "[...document.querySelectorAll('svg')].filter(e => e.checkVisibility()).length"
        assert chromium.value(shown) == 4 + 2


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("narrow", NARROW, "light")],
)
def test_it_can_be_looked_at(
    name: str, width: int, scheme: str, chromium: Chromium, saved: Save
) -> None:
    chromium.media(scheme=scheme)
    chromium.open(saved(diagnosed("four-troubles")), width=width)
    picture = chromium.screenshot()
    if folder := os.environ.get("CLOSTE_DOCTOR_SCREENSHOTS"):
        Path(folder, f"report-{name}.png").write_bytes(picture)
    shown_width, height, first = measured(picture)
    assert shown_width == width
    assert height > 2_000
    assert (sum(first) > 600) == (scheme == "light")


def measured(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and the first pixel's colour (which no filter of PNG changes)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return width, height, zlib.decompress(data)[1:4]
