"""The shape of a secret says what is needed to judge it, and nothing more."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.evidence import Shape
from analyzers.shape import is_placeholder, shape_from, shape_of, written_shape

KEY = "CLOSTE_CLIENT_API_KEY"


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("0123456789abcdefABCDEF", "hex"),
        ("0123456789abcdefg", "alnum"),
        ("ab/c+d==", "base64"),
        ("FAKEKEY-0123", "other"),
        ("klucz“ż", "other"),
        ("", "empty"),
        (" \n", "empty"),
        (False, "empty"),
        (None, "empty"),
        (True, "hex"),
        (12345678, "hex"),
    ],
)
def test_charset(value, charset):
    assert shape_of(value).charset == charset


@pytest.mark.parametrize(
    ("value", "length", "trimmed", "quoted", "inner_space"),
    [
        ("abc", 3, 3, False, False),
        (" abc\r\n", 6, 3, False, False),
        ("\ufeffabc\u200b", 9, 3, False, False),
        ("'abc'", 5, 5, True, False),
        ("“abc”", 9, 9, True, False),
        ("a b", 3, 3, False, True),
        ("é", 2, 2, False, False),
        (None, 0, 0, False, False),
    ],
)
def test_lengths_in_bytes_and_what_surrounds(value, length, trimmed, quoted, inner_space):
    shape = shape_of(value)
    assert (shape.length, shape.trimmed_length) == (length, trimmed)
    assert (shape.quoted, shape.inner_space) == (quoted, inner_space)


@pytest.mark.parametrize(
    "value", ["", False, None, "0", 0], ids=lambda value: f"{type(value).__name__}-{value}"
)
def test_what_php_takes_for_false(value):
    shape = shape_of(value, name=KEY)
    assert shape.defined
    assert not shape.truthy
    assert shape_from(written_shape(shape)) == shape


@pytest.mark.parametrize(
    "text",
    ["your_api_key", "YOUR-API-KEY-HERE", "xxx", "XXXXXXXXXXXXXXXX", "changeme", "change-me", "...",
     "<your key>", "insert key here", "put your unique phrase here", "TODO", "***", "null",
     "000000000000000000000", "CLOSTE_CLIENT_API_KEY", "your-closte-client-api-key"],
)  # fmt: skip
def test_placeholders(text):
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    ["", "deadbeefdeadbeef", "FAKEKEY-0123456789abcdef0123456789abcdef", "testkey1234567890abc",
     "WRONGKEY-ffffffffffffffffffffffffffffffff", "my1secret2value3", "yourself1234567890",
     "your" * 10_000 + "!x"],
)  # fmt: skip
def test_keys_that_are_no_placeholders(text):
    assert not is_placeholder(text)


def test_the_digest_is_for_the_api_key_only():
    text = "0123456789abcdef"
    assert shape_of(text, name=KEY).sha256_8 == hashlib.sha256(text.encode()).hexdigest()[:8]
    assert shape_of(text, name="DB_PASSWORD").sha256_8 is None
    assert "sha256_8" not in written_shape(shape_of(text))
    assert shape_of("", name=KEY).sha256_8 is None


def test_the_written_shape_is_that_of_the_contract():
    assert written_shape(shape_of("ab12" * 10, name=KEY)) == {
        "secret": True,
        "defined": True,
        "length": 40,
        "trimmed_length": 40,
        "charset": "hex",
        "quoted": False,
        "inner_space": False,
        "placeholder": False,
        "sha256_8": hashlib.sha256(b"ab12" * 10).hexdigest()[:8],
    }


def test_a_shape_may_be_hand_made():
    assert shape_from({"secret": True, "length": 4}) == Shape(True, 4, 4, "other")
    odd = {"length": "x", "charset": ["hex"], "sha256_8": "<script>", "defined": 1, "quoted": "y"}
    assert shape_from(odd) == Shape(True, None, None, "other")
    text = {
        "length": "40",
        "trimmed_length": "39",
        "charset": "hex",
        "quoted": "1",
        "placeholder": 0,
    }
    assert shape_from(text) == Shape(True, 40, 39, "hex", quoted=True)
    assert shape_from({"secret": True, "defined": "false"}).defined is False
    assert shape_from({"secret": True, "charset": "empty"}) == Shape(True, truthy=False)


@given(st.text() | st.none() | st.booleans() | st.integers(), st.sampled_from([KEY, "AUTH_SALT"]))
def test_a_shape_survives_being_written_and_holds_no_text(value, name):
    shape = shape_of(value, name=name)
    assert shape_from(json.loads(json.dumps(written_shape(shape)))) == shape
    if isinstance(value, str) and len(value) > 8 and value.isprintable():
        assert value not in repr(shape)
