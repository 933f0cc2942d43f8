"""Names as people type them: which mapped domain is meant, and which spelling the plugin takes."""

from __future__ import annotations

import pytest
from mapped_case import NETWORK, SHOP, evidence, row, rows, site

from analyzers.asked_name import AskedName, asked_name
from analyzers.evidence import Mappings, Sites
from analyzers.facts import Facts
from analyzers.mappable import accepts, spelling_note, typed_name, why_refused
from analyzers.names import canonical


def asked(typed: str, *names: str) -> AskedName:
    listed = (row(name, id=10 + n) for n, name in enumerate(names))
    made = evidence(rows(*listed)) if names else evidence()
    return asked_name(typed, Facts(made.observed))


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("example.com", True),
        ("EXAMPLE.com", True),
        ("xn--zazolc-t0b.pl", True),
        ("example.com\n", True),
        ("*.example.com", False),
        ("example.com.", False),
        (" example.com", False),
        ("https://example.com", False),
        ("example.com:8080", False),
        ("example.com/shop", False),
        ("zażółć.pl", False),
        ("a_b.example.com", False),
        ("localhost", False),
        ("1.2.3.4", False),
        ("example.1com", False),
        ("xn--d1acufc.xn--p1ai", False),
        ("-a.example.com", False),
        ("a..example.com", False),
        (f"{'a' * 63}.com", True),
        (f"{'a' * 64}.com", False),
    ],
)
def test_the_plugins_check_of_names(typed: str, taken: bool) -> None:
    assert accepts(typed) is taken


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://Shop.example/path?x=1", "shop.example"),
        ("shop.example:8443", "shop.example"),
        ("user@shop.example", "shop.example"),
        ("shop.example.", "shop.example"),
        ("  shop.example ", "shop.example"),
        ("zażółć.pl", canonical("zażółć.pl")),
    ],
)
def test_what_a_typed_name_means(typed: str, meant: str) -> None:
    assert typed_name(typed).domain == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("*.example.com", "wildcards"),
        ("пример.рф", "top-level domain in another script"),
        ("a_b.example.com", "underscore"),
        ("localhost", "dot"),
        ("192.0.2.1", "address"),
        ("a..example.com", "empty"),
        ("-a.example.com", "hyphen"),
        (f"{'a' * 64}.example.com", "63"),
    ],
)
def test_why_a_name_cannot_be_mapped(typed: str, says: str) -> None:
    assert says in (why_refused(typed_name(typed)) or "")


def test_a_spelling_that_the_plugin_refuses_is_given_in_the_one_it_takes() -> None:
    assert spelling_note(typed_name("shop.example")) is None
    assert "Type it as shop.example" in (spelling_note(typed_name("shop.example.")) or "")
    assert "xn--" in (spelling_note(typed_name("zażółć.pl")) or "")


def test_a_mapped_name_needs_no_word() -> None:
    found = asked(f"https://{SHOP.upper()}/")
    assert (found.relation, found.domain, found.says) == ("mapped", SHOP, "")


def test_an_idn_is_found_by_its_unicode_form() -> None:
    assert asked("zażółć.pl", str(canonical("zażółć.pl"))).relation == "mapped"


def test_the_www_twin_answers_for_its_pair() -> None:
    found = asked("www.shop.example", SHOP)
    assert (found.relation, found.domain) == ("www-twin", SHOP)
    assert "is not mapped itself" in found.says


def test_a_wildcard_row_serves_nobody() -> None:
    found = asked("a.shop.example", "*.shop.example")
    assert (found.relation, found.domain) == ("under-wildcard", "*.shop.example")


def test_names_that_need_no_mapping() -> None:
    assert asked(NETWORK).relation == "network"
    sites = Sites((site(1, NETWORK), site(9, f"blog.{NETWORK}")), has_flags=True)
    facts = Facts(evidence(sites).observed)
    assert asked_name(f"blog.{NETWORK}", facts).relation == "native-site"


def test_a_mistyped_name_gets_the_ones_like_it() -> None:
    found = asked("shpo.example", SHOP, "bakery.example")
    assert found.relation == "unmapped"
    assert found.closest == (SHOP,)
    assert "Did you mean shop.example?" in found.says
    assert not found.known


def test_without_the_table_nothing_is_said_of_the_mapping() -> None:
    found = asked_name(SHOP, Facts(evidence(without=(Mappings,)).observed))
    assert found.relation == "unobserved"
    assert "domain_mappings.json" in found.says
