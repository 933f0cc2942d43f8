"""The framed stream: whatever stands around the sections and however it is cut, each arrives once."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.host.sections import (
    KEPT_NOISE,
    LONGEST_CONTENT,
    Broken,
    Section,
    SectionStream,
    framed,
)

NONCE = "0123456789abcdef"
names = st.from_regex(r"[a-z][a-z0-9:_.-]{0,20}", fullmatch=True)
sections = st.builds(Section, names, st.binary(max_size=300))
noise = st.binary(max_size=80).filter(lambda b: b"@@" + NONCE.encode() not in b)
streams = st.lists(st.tuples(noise, sections, st.booleans()), max_size=6)


def fed(data: bytes, cuts: list[int]) -> tuple[list[Section], SectionStream]:
    """What comes out, the stream cut at these places."""
    stream = SectionStream(NONCE)
    places = sorted({0, *(c % (len(data) + 1) for c in cuts), len(data)})
    found: list[Section] = []
    for a, b in itertools.pairwise(places):
        found += stream.feed(data[a:b])
    return [*found, *stream.close()], stream


@given(streams, noise, st.lists(st.integers(0, 5000), max_size=12))
def test_all_sections_in_order_and_the_noise_around_them(pieces, after, cuts):
    data = b"".join(
        before + framed(NONCE, section, packed=packed) for before, section, packed in pieces
    )
    found, stream = fed(data + after, cuts)
    assert found == [section for _, section, _ in pieces]
    assert stream.broken == ()
    around = b"".join(before for before, _, _ in pieces) + after
    assert stream.noise_bytes == len(around)
    assert stream.noise == around.strip()


@given(sections, st.booleans(), st.data())
def test_a_stream_that_ends_within_a_section(section, packed, data):
    whole = framed(NONCE, section, packed=packed)
    begun = framed(NONCE, Section("first", b"1")) + whole
    head = whole.index(b"\n", 1) + 1
    cut = data.draw(st.integers(0, len(whole) - 1))
    found, stream = fed(begun[: len(begun) - len(whole) + cut], [])
    assert found == [Section("first", b"1")]
    if cut < head:
        assert stream.broken == ()
    else:
        (broken,) = stream.broken
        assert broken.name == section.name
        assert broken.why == f"cut off after {cut - head} of {len(whole) - head} bytes"


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_damaged_section_is_reported_and_the_next_one_found(content, data):
    damaged = bytearray(framed(NONCE, Section("rows:sites", content)))
    at = len(damaged) - 1 - data.draw(st.integers(0, len(content) - 1))
    damaged[at] ^= 0xFF
    found, stream = fed(bytes(damaged) + framed(NONCE, Section("end", b"{}")), [])
    assert found == [Section("end", b"{}")]
    assert stream.broken == (Broken("rows:sites", "checksum does not match"),)


def test_noise_that_was_put_into_a_section_loses_that_section_alone():
    one = framed(NONCE, Section("one", b"x" * 50))
    two = framed(NONCE, Section("two", b"y" * 50))
    found, stream = fed(one[:60] + b"NOTICE" + one[60:] + two, [])
    assert found == [Section("two", b"y" * 50)]
    assert [b.name for b in stream.broken] == ["one"]


def test_the_sections_of_another_run_are_noise():
    foreign = framed("feedbeef", Section("end", b"{}"))
    found, stream = fed(foreign, [])
    assert found == []
    assert stream.noise == foreign.strip()


@pytest.mark.parametrize(
    "header",
    [
        b"\n@@0123456789abcdef end plain 999999999 00000000\n",
        b"\n@@0123456789abcdef END plain 1 00000000\nx",
        b"\n@@0123456789abcdef end gzip 1 00000000\nx",
        b"\n@@0123456789abcdef end plain -1 00000000\nx",
        b"\n@@0123456789abcdef ",
    ],
)
def test_what_only_looks_like_a_header_is_noise(header):
    found, stream = fed(header + framed(NONCE, Section("end", b"{}")), [])
    assert found == [Section("end", b"{}")]
    assert stream.noise_bytes == len(header)


def test_packed_bytes_that_cannot_be_unpacked():
    import zlib

    junk = b"no zlib at all"
    head = f"\n@@{NONCE} log:0 zlib {len(junk)} {zlib.crc32(junk):08x}\n".encode()
    found, stream = fed(head + junk, [])
    assert found == []
    assert stream.broken == (Broken("log:0", "cannot be unpacked"),)


def test_a_bomb_is_not_unpacked():
    import zlib

    packed = zlib.compress(b"\0" * (LONGEST_CONTENT + 1), 1)
    head = f"\n@@{NONCE} log:0 zlib {len(packed)} {zlib.crc32(packed):08x}\n".encode()
    found, stream = fed(head + packed, [])
    assert found == []
    assert stream.broken == (Broken("log:0", "cannot be unpacked whole"),)


def test_endless_noise_is_counted_and_not_kept():
    stream = SectionStream(NONCE)
    tracemalloc.start()
    for _ in range(2000):
        assert stream.feed(b"banner " * 4096) == ()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stream.noise_bytes >= 2000 * 4096 * 7 - 100
    assert len(stream.noise) <= KEPT_NOISE
    assert held < 1_000_000
