"""`--resolver` and `--resolve`: what is understood, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from bridge.errors import UsageError
from bridge.outside.options import (
    PUBLIC_RESOLVERS,
    LookOptions,
    Resolver,
    StandIn,
    parse_resolve,
    parse_resolver,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9.9.9.9", Resolver("9.9.9.9")),
        ("127.0.0.1:5353", Resolver("127.0.0.1", 5353)),
        ("2001:db8::1", Resolver("2001:db8::1")),
        ("[2001:db8::1]:5353", Resolver("2001:db8::1", 5353)),
    ],
)
def test_resolvers(text: str, expected: Resolver) -> None:
    assert parse_resolver(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop.example:443:203.0.113.10", StandIn("shop.example", 443, "203.0.113.10", 443)),
        ("Shop.Example.:443:127.0.0.1:8443", StandIn("shop.example", 443, "127.0.0.1", 8443)),
        ("*:80:127.0.0.1:8080", StandIn("*", 80, "127.0.0.1", 8080)),
        ("shop.example:443:[::1]:8443", StandIn("shop.example", 443, "::1", 8443)),
        ("shop.example:443:2001:db8::1", StandIn("shop.example", 443, "2001:db8::1", 443)),
    ],
)
def test_stand_ins(text: str, expected: StandIn) -> None:
    assert parse_resolve(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dns.example",
        "1.1.1.1:0",
        "1.1.1.1:70000",
        "1.1.1.1:53x",
        "1.1.1.1:",
        "::1%lo",
        "٣.1.1.1",
    ],
)
def test_what_is_no_resolver(text: str) -> None:
    with pytest.raises(UsageError, match="--resolver"):
        parse_resolver(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example",
        "shop.example:443",
        "shop.example:443:",
        "shop.example:x:127.0.0.1",
        "shop.example:443:localhost",
        ":443:127.0.0.1",
        "a b:443:127.0.0.1",
        "shop.example:443:127.0.0.1:0",
    ],
)
def test_what_is_no_stand_in(text: str) -> None:
    with pytest.raises(UsageError, match="--resolve "):
        parse_resolve(text)


def test_given_resolvers_replace_the_public_ones() -> None:
    assert LookOptions.parsed().resolvers == PUBLIC_RESOLVERS
    assert LookOptions.parsed(resolvers=["9.9.9.9"]).resolvers == (Resolver("9.9.9.9"),)
