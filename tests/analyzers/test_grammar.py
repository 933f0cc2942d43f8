"""Bytes of a log into records, whatever the bytes and however they come in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.grammar import LONGEST_MESSAGE, Record, Records, instant, records

_ORACLE = re.compile(rb"^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]{1,9})\] ")


def whole(content: bytes) -> list[Record]:
    return list(records([content]))


def by_line(content: bytes) -> list[Record]:
    """The same grammar, one regular expression a line: slow and plain."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    found: list[tuple[int, bytes, bytes, list[bytes]]] = []
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, 1):
        header = _ORACLE.match(line)
        if header:
            found.append((number, header[1], header[2], [line[header.end() :]]))
        elif found:
            found[-1][3].append(line)
    return [(n, stamp, level, b"\n".join(text)) for n, stamp, level, text in found]


def test_a_record_is_its_line_and_all_lines_up_to_the_next() -> None:
    content = (
        b"[2026-05-04 10:00:00] [INFO] API response code: 502, body: <html>\n"
        b"  <b>\n\n</html>\n"
        b"[2026-05-04 10:00:01] [ERROR] \n"
    )
    assert whole(content) == [
        (
            1,
            b"2026-05-04 10:00:00",
            b"INFO",
            b"API response code: 502, body: <html>\n  <b>\n\n</html>",
        ),
        (5, b"2026-05-04 10:00:01", b"ERROR", b""),
    ]


def test_a_body_line_that_looks_like_a_record_is_one() -> None:
    content = (
        b"[2026-05-04 10:00:00] [INFO] body: <a>\n[2026-01-01 00:00:00] [ERROR] forged\n</a>\n"
    )
    assert [r[3] for r in whole(content)] == [b"body: <a>", b"forged\n</a>"]


@pytest.mark.parametrize(
    "line",
    [
        b"[2026-05-04 10:00:00] [INFO]",
        b"[2026-05-04 10:00:00] [info] x",
        b"[2026-05-04T10:00:00] [INFO] x",
        b"[2026-05-04 10:00:00]  [INFO] x",
        b" [2026-05-04 10:00:00] [INFO] x",
        b"[2026-05-04 10:00:00] [] x",
        b"[2026-05-04 10:00:0x] [INFO] x",
        b"[",
        b"\x00[2026-05-04 10:00:00] [INFO] x",
    ],
)
def test_what_only_resembles_a_record_continues_the_one_before(line: bytes) -> None:
    begin = b"[2026-05-04 09:00:00] [INFO] first\n"
    assert whole(line + b"\n") == []
    assert [r[3] for r in whole(begin + line + b"\n")] == [b"first\n" + line]


def test_lines_end_with_a_line_feed_and_nothing_else() -> None:
    message = "a\rb\x0bc\x0cd\x1ee\u2028f\u0085g\x00h".encode()
    assert [r[3] for r in whole(b"[2026-05-04 10:00:00] [INFO] " + message + b"\n")] == [message]


def test_lines_before_the_first_record_are_counted_and_left_out() -> None:
    reader = Records()
    content = b"rest of\na body\n[2026-05-04 10:00:00] [INFO] x\n"
    found = [*reader.feed(content), *reader.close()]
    assert [(r[0], r[3]) for r in found] == [(3, b"x")]
    assert reader.lines_before == 2


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert len(whole(b"\xef\xbb\xbf[2026-05-04 10:00:00] [INFO] x\n")) == 1


def test_an_endless_line_costs_no_memory_and_hides_nothing_after_it() -> None:
    reader = Records()
    found = list(reader.feed(b"[2026-05-04 10:00:00] [INFO] API response code: 200, body: "))
    for _ in range(40):
        found += reader.feed(b"x" * 1_000_000)
        assert len(reader._carry) <= 1_300_000
    found += reader.feed(b"y\n[2026-05-04 10:00:01] [INFO] next\n")
    found += reader.close()
    assert [r[0] for r in found] == [1, 2]
    assert len(found[0][3]) == LONGEST_MESSAGE
    assert found[1][3] == b"next"


def test_a_record_of_many_lines_is_cut_and_the_lines_are_counted() -> None:
    body = b"[not a record\n" * 50_000
    found = whole(b"[2026-05-04 10:00:00] [INFO] a\n" + body + b"[2026-05-04 10:00:01] [INFO] b\n")
    assert len(found[0][3]) == LONGEST_MESSAGE
    assert (found[1][0], found[1][3]) == (50_002, b"b")


_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                b"[2026-05-04 10:00:00] [INFO] Starting Check for shop.example",
                b"[2026-05-04 10:00:01] [ERROR] Certificate Invalid: ",
                b"[2026-05-04 10:00:02] [WARNING] ",
                b"[2026-05-04 10:00:03] [INFO]",
                b"[2026-05-04 10:00:0",
                b"[",
                b"",
                b"] [INFO] x",
                b"<html>",
            ]
        ),
        st.binary(max_size=40),
    ),
    max_size=30,
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    content = b"\n".join(draw(_LINES))
    return content + b"\n" if draw(st.booleans()) else content


@given(contents())
def test_records_are_those_of_a_line_by_line_reader(content: bytes) -> None:
    assert whole(content) == by_line(content)


@given(contents(), st.lists(st.integers(0, 400), max_size=12))
def test_where_the_pieces_are_cut_does_not_matter(content: bytes, cuts: list[int]) -> None:
    bounds = sorted({0, len(content), *(c for c in cuts if c < len(content))})
    pieces: Iterable[bytes] = [content[a:b] for a, b in pairwise(bounds)]
    assert list(records(pieces)) == whole(content)
    single = [content[i : i + 1] for i in range(len(content))]
    assert list(records(single)) == whole(content)


_MESSAGE = st.text(st.characters(codec="utf-8"), max_size=60).filter(lambda text: "\n[" not in text)


@given(
    st.lists(
        st.tuples(st.datetimes(), st.sampled_from(["INFO", "ERROR", "EMERGENCY"]), _MESSAGE),
        max_size=10,
    )
)
def test_what_the_plugin_writes_is_what_is_read(written: list[tuple[object, str, str]]) -> None:
    stamped = [(f"{at:%Y-%m-%d %H:%M:%S}".rjust(19, "0"), lev, text) for at, lev, text in written]
    content = "".join(f"[{at}] [{level}] {text}\n" for at, level, text in stamped)
    assert [
        (r[1].decode(), r[2].decode(), r[3].decode()) for r in whole(content.encode())
    ] == stamped


def test_times_are_utc_and_impossible_ones_are_none() -> None:
    found = instant(b"2026-05-04 10:00:00")
    assert found is not None
    assert found.isoformat() == "2026-05-04T10:00:00+00:00"
    assert instant(b"2026-13-45 99:00:00") is None
    assert instant(b"0000-00-00 00:00:00") is None
