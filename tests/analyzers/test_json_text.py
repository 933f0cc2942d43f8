"""Indented JSON, beside Python's own."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from analyzers.json_text import document, indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_a_value_is_written_as_python_writes_it(value: object) -> None:
    assert indented(value) == json.dumps(value, indent=1)


@given(st.dictionaries(st.text(), VALUES))
def test_a_document_is_written_as_python_writes_it(members: dict[str, object]) -> None:
    lazy = [(n, iter(v) if isinstance(v, list) else v) for n, v in members.items()]
    assert "".join(document(lazy)) == json.dumps(members, indent=1) + "\n"
