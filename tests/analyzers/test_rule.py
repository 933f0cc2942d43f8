"""A rule's signature is its need, and its docstring its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from analyzers.catalogue_page import either_files, markdown_page, needed_files, page
from analyzers.evidence import Cron, Dns, Host, Meta, Missing, Tls
from analyzers.facts import Facts
from analyzers.rule import Hit, needs_of, rule
from analyzers.rules import BY_CODE, CATALOGUE, FAMILIES

META = Meta(datetime(2026, 5, 4, tzinfo=UTC), "meta.json", "prod")


@dataclass(frozen=True)
class Doubled:
    """Derived from DNS alone."""

    answers: int

    @classmethod
    def derive(cls, dns: Dns) -> Doubled:
        """Twice as many."""
        return cls(2 * len(dns.answers))


@dataclass(frozen=True)
class Unreadable:
    """Derived, but never there."""

    @classmethod
    def derive(cls, cron: Cron) -> Unreadable | Missing:
        """Never."""
        return Missing("cron.json", "unreadable")


def looks(tls: Tls, doubled: Doubled, host: Host | None) -> Iterator[Hit]:
    """Something.

    Means: it means
    two lines.
    Because: of {reason}.

    Do: nothing.
    """
    yield from ()


def test_needs_are_read_from_the_signature() -> None:
    assert [(n.name, n.type, n.optional) for n in needs_of(looks)] == [
        ("tls", Tls, False),
        ("doubled", Doubled, False),
        ("host", Host, True),
    ]


def test_text_is_read_from_the_docstring() -> None:
    made = rule("dns.example", "error", "domain")(looks)
    assert made.text.title == "Something"
    assert made.text.means == "It means two lines."
    assert made.text.because == "Of {reason}."
    assert "‹reason›" in page(made)


def test_a_parameter_that_is_no_evidence_is_refused_at_import() -> None:
    def wrong(text: str) -> Iterator[Hit]:
        """T.

        Means: a
        Because: b
        Do: c
        """
        yield from ()

    with pytest.raises(TypeError, match="no evidence"):
        rule("dns.wrong", "error", "domain")(wrong)


def test_a_docstring_without_its_parts_is_refused_at_import() -> None:
    def bare(dns: Dns) -> Iterator[Hit]:
        """Only a title."""
        yield from ()

    with pytest.raises(ValueError, match="lacks"):
        rule("dns.bare", "error", "domain")(bare)
    with pytest.raises(ValueError, match="not a finding code"):
        rule("Dns.Bare", "error", "domain")


def test_facts_say_all_that_is_missing_and_leave_the_optional_out() -> None:
    facts = Facts({Meta: META, Tls: Missing("tls.json", "not JSON"), Dns: Missing("dns.json")})
    assert facts.arguments(needs_of(looks)) == (
        Missing("tls.json", "not JSON"),
        Missing("dns.json"),
    )
    facts = Facts({Meta: META, Tls: Tls(()), Dns: Dns(())})
    assert facts.arguments(needs_of(looks)) == {"tls": Tls(()), "doubled": Doubled(0), "host": None}


def test_a_derivation_may_find_that_there_is_nothing() -> None:
    facts = Facts({Cron: Cron(())})
    assert facts.of(Unreadable) == Missing("cron.json", "unreadable")
    assert Facts({}).of(Unreadable) == (Missing("cron.json"),)


def test_the_page_says_which_files_are_needed_through_derivations() -> None:
    made = rule("dns.example", "error", "domain")(looks)
    assert needed_files(made) == (("tls.json", "dns.json"), ("host.json",))


def test_the_page_says_of_which_files_one_is_enough() -> None:
    assert either_files(BY_CODE["key.empty"]) == (("constants.json", "host.json"),)
    assert either_files(BY_CODE["api.outage"]) == (("closte.json", "wu-logs"),)
    assert either_files(BY_CODE["settings.network-domain"]) == ()
    assert "one of constants.json, host.json" in page(BY_CODE["key.empty"], width=200)
    row = next(r for r in markdown_page(CATALOGUE).splitlines() if r.startswith("| [`key.empty`]"))
    assert row.split(" | ")[3:5] == ["–", "constants.json, host.json"]


def test_every_code_is_in_its_family_and_documented() -> None:
    assert len(BY_CODE) == len(CATALOGUE)
    for found in CATALOGUE:
        assert found.family in FAMILIES
        assert all((found.text.means, found.text.because, found.text.do))
    text = markdown_page(CATALOGUE)
    for code in BY_CODE:
        assert f"\n## {code}\n" in text
