"""What an error text of the API means, by our guesses and by the user's own patterns."""

from __future__ import annotations

import pytest

from analyzers.api_wording import DEFAULT_PATTERNS, MEANINGS, ApiWording


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Invalid api key", "key_rejected"),
        ("Unauthorized", "key_rejected"),
        ("Not authorised", "key_rejected"),
        ("Authentication failed", "key_rejected"),
        ("Your key has been revoked: invalid key", "key_rejected"),
        ("Access denied", "key_rejected"),
        ("Forbidden", "key_rejected"),
        ("You do not have permission to manage domains", "no_permission"),
        ("Insufficient rights", "no_permission"),
        ("Your API key is not allowed to add domains", "no_permission"),
        ("Domain shop.example already exists", "already_exists"),
        ("This domain is in use", "already_exists"),
        ("DUPLICATE entry", "already_exists"),
        ("Domain is taken by another account", "already_exists"),
        ("Invalid or empty domain: shop.example", "invalid_domain"),
        ("The domain shop.example is not valid", "invalid_domain"),
        ("Too many requests", "rate_limit"),
        ("Rate-limit reached", "rate_limit"),
        ("We are in maintenance", "maintenance"),
        ("Service Unavailable", "maintenance"),
        ("The site does not exist", None),
        ("Computer says no", None),
        ("", None),
    ],
)
def test_the_guesses(text: str, meaning: str | None) -> None:
    assert ApiWording.derive().meaning(text) == meaning


def test_every_meaning_is_guessed_somewhere() -> None:
    assert {meaning for meaning, _ in DEFAULT_PATTERNS} == set(MEANINGS)


def test_the_domain_that_was_asked_about_is_no_word_of_the_answer() -> None:
    wording = ApiWording.derive()
    text = "already-taken.example could not be added"
    assert wording.meaning(text) == "already_exists"
    assert wording.meaning(text, domain="already-taken.example") is None


class TestUsersPatterns:
    def test_they_go_first_whatever_their_case(self) -> None:
        wording = ApiWording.extended({"maintenance": ["invalid api key", "przerwa TECHNICZNA"]})
        assert wording.meaning("INVALID API KEY") == "maintenance"
        assert wording.meaning("Przerwa techniczna do środy") == "maintenance"

    def test_unicode_is_folded(self) -> None:
        wording = ApiWording.extended({"key_rejected": ["ZAŻÓŁĆ"]})
        assert wording.meaning("zażółć") == "key_rejected"

    def test_a_pattern_that_takes_too_long_does_not_match(self) -> None:
        wording = ApiWording.extended({"maintenance": ["(a|aa)+$"]})
        assert wording.meaning("a" * 1500 + "! unauthorized") == "key_rejected"

    @pytest.mark.parametrize(
        ("patterns", "words"),
        [
            ({"key_rejected": ["(unclosed"]}, "is no regular expression"),
            ({"key_rejected": "not a list"}, "must be a list"),
            ({"key_rejected": [7]}, "is no regular expression"),
            ({"key_rejected": [" "]}, "is no regular expression"),
            ({"key_refused": ["x"]}, "it knows key_rejected"),
        ],
    )
    def test_a_bad_one_is_one_clear_sentence(
        self, patterns: dict[str, list[str]], words: str
    ) -> None:
        with pytest.raises(ValueError, match=words) as raised:
            ApiWording.extended(patterns)
        assert str(raised.value).startswith("[patterns.api]")
        assert "\n" not in str(raised.value)
