"""Foreign text never reaches a terminal, a spreadsheet or a page with a meaning of its own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.escaping import csv_cell, markdown_code, markdown_text
from analyzers.printable import printable, printable_lines, shortened


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain text", "plain text"),
        ("Prüfung für zażółć.pl", "Prüfung für zażółć.pl"),
        ("در حال شروع", "در حال شروع"),
        ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        ("a\u202eb", "a\\u202eb"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("\x00", "\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        (b"\xff".decode("utf-8", "surrogateescape"), "\\xff"),
        ("\u3164", "\\u3164"),
        ("line\u2028separator", "line\\u2028separator"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_printable_returns_controls_anything(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert printable(shown) == shown


def test_line_ends_of_our_own_text_stay() -> None:
    assert printable_lines("one\n\x1btwo") == "one\n\\x1btwo"


def test_shortened_text_says_so() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"


@given(st.text(st.characters(exclude_categories=())))
def test_csv_cells_are_no_formulas(text: str) -> None:
    cell = csv_cell(text)
    if cell.lstrip()[:1] in tuple("=+-@"):
        float(cell)


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("-5", "-5"),
        ("-5+cmd", "'-5+cmd"),
        ("- Valid SSL cert found.", "'- Valid SSL cert found."),
        ("\t=1", "'\\t=1"),
        ("shop.example", "shop.example"),
    ],
)
def test_csv_cell(raw: str, cell: str) -> None:
    assert csv_cell(raw) == cell


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("CLOSTE_PUBLIC_IP_ADDRESS is wp-config.php (x), #1 + !", None),
        ("203.0.113.10 at 1.2.3", None),
        ("_a_ b_", r"\_a\_ b\_"),
        ("1. one", r"1\. one"),
        ("23)", r"23\)"),
        (" - item", r" \- item"),
        ("# heading #", r"\# heading \#"),
        ("> said", r"\> said"),
        ("---", r"\---"),
        ("&lt; a&b=1", "&amp;lt; a&b=1"),
    ],
)
def test_markdown_text_is_escaped_where_it_would_mean_something(raw: str, text: str | None) -> None:
    assert markdown_text(raw) == (raw if text is None else text)


def test_markdown_text_has_no_markup() -> None:
    assert markdown_text("<b>*x*</b> | [a](b) `c` _d_ #e") == (
        r"&lt;b>\*x\*&lt;/b> \| \[a\](b) \`c\` \_d\_ #e"
    )


@pytest.mark.parametrize(
    ("raw", "span"),
    [
        ("plain", "`plain`"),
        ("a `tick`", "`` a `tick` ``"),
        ("``", "``` `` ```"),
        ("a|b", "`a|b`"),
        ("", "` `"),
        ("two\nlines", "`two\\nlines`"),
    ],
)
def test_markdown_code_spans_hold(raw: str, span: str) -> None:
    assert markdown_code(raw) == span
