"""How a key comes to us, and that it does not show."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bridge.closte.key import ApiKey, key_from
from bridge.errors import UsageError

KEY = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def descriptor(content: bytes) -> Iterator[int]:
    """A pipe's reading end with this in it."""
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    try:
        yield reader
    finally:
        os.close(reader)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_key_from_a_descriptor_without_the_line_end(end: bytes) -> None:
    with descriptor(KEY.encode() + end) as fd:
        key = key_from(fd, None)
    assert key is not None
    assert key.text == KEY


def test_inner_white_space_stays_since_it_is_a_fault_worth_seeing() -> None:
    with descriptor(b" ab cd ") as fd:
        found = key_from(fd, None)
    assert found is not None
    assert found.text == " ab cd "


def test_nothing_given_is_no_key() -> None:
    assert key_from(None, None) is None


def test_a_key_shows_in_no_text_of_its_own() -> None:
    key = ApiKey(KEY)
    assert KEY not in f"{key} {key!r} {[key]} {(key,)}"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 5000])
def test_what_is_no_key_is_a_usage_error_without_it(content: bytes) -> None:
    with descriptor(content) as fd, pytest.raises(UsageError, match="--api-key-fd") as error:
        key_from(fd, None)
    assert "xxx" not in str(error.value)


@pytest.mark.parametrize("fd", [-1, 9999])
def test_a_descriptor_that_is_not_open(fd: int) -> None:
    with pytest.raises(UsageError, match="--api-key-fd"):
        key_from(fd, None)


def test_one_way_at_a_time() -> None:
    with pytest.raises(UsageError, match="one of them"):
        key_from(0, "prod")


def _keyring(monkeypatch: pytest.MonkeyPatch, entries: dict[tuple[str, str], str]) -> None:
    """A keyring module in the place of the system's, which a test must not open."""

    class KeyringError(Exception):
        pass

    ring, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    ring.get_password = lambda service, name: entries.get((service, name))  # type: ignore[attr-defined]
    errors.KeyringError = KeyringError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_a_key_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    _keyring(monkeypatch, {("closte-doctor", "prod"): KEY})
    found = key_from(None, "prod")
    assert found is not None
    assert found.text == KEY
    with pytest.raises(UsageError, match="no such entry"):
        key_from(None, "staging")


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match=r"closte-doctor\[keyring\]"):
        key_from(None, "prod")
