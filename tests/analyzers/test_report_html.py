"""The HTML report compared whole, bounded, the same as the JSON, and never a stranger's element.

`pytest tests/analyzers/test_report_html.py --update-golden` renews tests/fixtures/reports/*.html.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from gettext import NullTranslations
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from browser.cases import FIXTURES, FOLDERS, HOSTILE, diagnosed, hostile, large
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers.language import Language
from analyzers.printable import printable
from analyzers.reports import html
from analyzers.reports import json as json_report
from analyzers.reports.html import template
from analyzers.reports.html.page import CAUSES_PER_CODE, MOST_NAMES
from analyzers.reports.html.pictures import MOST_LIVES
from analyzers.summary import headline

VOID = {"meta", "link", "img", "br", "input", "hr"}


class Outline(HTMLParser):
    """What a page is made of: elements in order, attributes, text; and that each end has its start."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


@pytest.mark.parametrize("case", ["four-troubles", "healthy"])
def test_golden(case: str, request: pytest.FixtureRequest) -> None:
    found = html.render(diagnosed(case))
    golden = FIXTURES / "reports" / f"{case}.html"
    if request.config.getoption("--update-golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", FOLDERS)
def test_it_says_what_the_json_says(case: str) -> None:
    diagnosis = diagnosed(case)
    model = json.loads(json_report.render(diagnosis))
    text = Outline(html.render(diagnosis)).text
    assert headline(diagnosis) in text
    for finding in model["findings"]:
        assert finding["code"] in text
        assert finding["title"] in text
        if finding["caused_by"] is None:
            for part in ("means", "because", "do"):
                assert " ".join(finding[part].split()) in text
            for citation in finding["evidence"]:
                assert " ".join(printable(citation["excerpt"]).split()) in text
    for domain in model["domains"]:
        assert domain["domain"] in text
    for skipped in model["skipped"]:
        assert skipped["code"] in text
        assert all(lack in text for lack in skipped["lacking"])
    for note in model["notes"]:
        assert " ".join(note.split()) in text
    for code in model["passed"]:
        assert code in text


def test_policy_allows_the_one_style_sheet_and_nothing_else() -> None:
    page = html.render(diagnosed("four-troubles"))
    outline = Outline(page)
    (sheet,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    policy = next(v for _, n, v in outline.attributes if n == "content" and "default-src" in v)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert not {"script", "iframe", "object", "embed", "form", "img", "base"} & set(
        outline.elements
    )
    assert "url(" not in sheet
    assert "@import" not in sheet


@pytest.mark.parametrize("case", FOLDERS)
def test_nothing_leads_out_of_the_page(case: str) -> None:
    outline = Outline(html.render(diagnosed(case)))
    anchors = {value for _, name, value in outline.attributes if name == "id"}
    names = [value for _, name, value in outline.attributes if name == "id"]
    assert len(anchors) == len(names)
    for tag, name, value in outline.attributes:
        assert name not in ("style", "src", "action", "formaction", "xlink:href", "srcset")
        assert not name.startswith("on")
        if name == "href":
            assert value == "data:," if tag == "link" else value.removeprefix("#") in anchors
        if name in ("aria-labelledby", "aria-describedby"):
            assert set(value.split()) <= anchors
    assert outline.comments == []


PLAIN = Outline(html.render(hostile("x")))


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60))
@example("<script>alert(1)</script>")
def test_what_a_stranger_wrote_is_text(words: str) -> None:
    stays_text(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_known_to_hurt_is_text(words: str) -> None:
    stays_text(words)


def stays_text(words: str) -> None:
    page = html.render(hostile(words))
    outline = Outline(page)
    assert outline.elements == PLAIN.elements
    assert [(t, n) for t, n, _ in outline.attributes] == [(t, n) for t, n, _ in PLAIN.attributes]
    assert outline.comments == []
    shown = " ".join(printable(words).split())
    assert outline.text.count(shown) >= 20
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]",
        page,
    )


def test_a_catalogue_changes_the_words_and_nothing_else() -> None:
    class Shouting(NullTranslations):
        def gettext(self, message: str) -> str:
            return re.sub(
                r"%\(\w+\)[sd]|\{\w+\}|[^%]",
                lambda m: m[0] if len(m[0]) > 1 else m[0].upper(),
                message,
            )

        def ngettext(self, one: str, many: str, number: int) -> str:
            return self.gettext(one if number == 1 else many)

    shouted = replace(diagnosed("four-troubles"), language=Language("xx", Shouting()))
    page = html.render(shouted)
    assert '<html lang="xx">' in page
    outline = Outline(page)
    for sentence in (
        "NOT LOOKED AT",
        "LIFELINES",
        "WHO MUST ACT",
        "WENT WELL",
        "CERTIFICATE",
        "DIAGNOSIS OF demo",
    ):
        assert sentence in outline.text
    assert outline.elements == Outline(html.render(diagnosed("four-troubles"))).elements


class TestLarge:
    """Two thousand domains: every list ends, and says how much it left out."""

    NUMBER = 2_000
    page = ""

    @classmethod
    def setup_class(cls) -> None:
        cls.page = html.render(large(cls.NUMBER))
        cls.outline = Outline(cls.page)

    def test_size(self) -> None:
        assert len(self.page) < 3_000_000

    def test_every_domain_is_named_once_in_the_matrix(self) -> None:
        rows = re.findall(r'role="rowheader">(domain-\d+\.example)', self.page)
        assert len(rows) == len(set(rows)) == self.NUMBER

    def test_the_first_rows_need_a_look(self) -> None:
        states = re.findall(
            r'<td role="cell" data-label="State"><span class="tag (\w+)"', self.page
        )
        assert states == ["error"] * 500 + ["good"] * 1500

    def test_pictures(self) -> None:
        counted = Counter(self.outline.elements)
        assert counted["svg"] == MOST_LIVES + 2
        assert f"{self.NUMBER - MOST_LIVES} other domains are not drawn" in self.outline.text

    def test_causes(self) -> None:
        assert Counter(self.outline.elements)["article"] == 1 + CAUSES_PER_CODE
        assert f"{500 - CAUSES_PER_CODE} more of this kind" in self.outline.text

    def test_names(self) -> None:
        assert f"and {self.NUMBER - MOST_NAMES} more, in the JSON report" in self.outline.text

    def test_days(self) -> None:
        assert "310 earlier days with records are not shown." in self.outline.text


def test_rows_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.reports.html.page.MOST_ROWS", 97)
    text = Outline(html.render(large(100))).text
    assert "3 more domains are in the JSON report." in text


def test_each_state_has_a_sign_and_a_word() -> None:
    """Meaning is never by colour alone."""
    for case in FOLDERS:
        page = html.render(diagnosed(case))
        tags = re.findall(
            r'<span class="tag \w+"><span aria-hidden="true">(.*?)</span> (.*?)</span>', page
        )
        assert len(tags) == page.count('class="tag ')
        assert all(sign in "✗!i✓…?" and word for sign, word in tags)
        cells = re.findall(
            r'<td role="cell" class="(\w+)" data-label="\w+"><span>(.*?)</span></td>', page
        )
        assert len(cells) == 5 * page.count('role="rowheader"')
        for state, said in cells:
            word = {
                "ok": "✓ ok",
                "waiting": "… waiting",
                "unseen": "? not looked at",
                "problem": "✗ problem",
            }[state]
            assert re.sub("<[^>]*>", "", said).replace("&nbsp;", " ").startswith(word)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_contrast_is_aa_or_better(scheme: str) -> None:
    """Also for what a checker does not see: the labels and marks of pictures."""
    light, dark, paper = re.findall(r":root \{(.*?)\}", template.style()[0], re.DOTALL)
    block = {"light": light, "dark": dark, "print": paper}[scheme]
    colours = {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
        for name, value in re.findall(r"--([\w-]+): (#\w+)", block)
    }
    for text in ("text", "muted", "link", "error", "warning", "info", "good"):
        for ground in ("page", "card", "code"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for kind in ("error", "warning", "info", "good"):
        assert contrast(colours[kind], colours[f"{kind}-bg"]) >= 4.5, kind


@pytest.mark.parametrize("case", ["four-troubles", "healthy"])
def test_days_hold_every_record(case: str) -> None:
    logs = diagnosed(case).logs
    assert sum(sum(day.values()) for day in logs.days.values()) == logs.records > 0
    counted: Counter[str] = Counter()
    for day in logs.days.values():
        counted.update(day)
    assert counted == Counter(logs.events)
