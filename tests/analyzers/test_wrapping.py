"""Words in lines, beside Python's own `textwrap`."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from analyzers.wrapping import wrapped

WORDS = st.lists(st.text("ab-é…", min_size=1, max_size=15), max_size=25)
GAPS = st.sampled_from([" ", " ", " ", "  ", "\t", "\n"])
INDENTS = st.integers(0, 12).map(lambda n: " " * n)


@given(WORDS, GAPS, st.integers(1, 60), INDENTS, INDENTS, st.booleans())
def test_lines_are_those_of_textwrap(
    words: list[str], gap: str, width: int, first: str, more: str, led: bool
) -> None:
    text = (gap if led else "") + gap.join(words)
    assert wrapped(text, width, first, more) == textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=more,
        break_on_hyphens=False,
        break_long_words=False,
    )
