"""Names out of whatever a host, a log or a hand-made file holds."""

from __future__ import annotations

import pytest

from analyzers.names import canonical, displayed


def test_half_a_surrogate_pair_is_a_name_too() -> None:
    """JSON can write one (`"\\ud800"`), and a hand-made folder can hold it."""
    assert canonical("\ud800.example") == "%ED%A0%80.example"
    assert canonical("\udcff.example") == "%FF.example"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shop.example", "shop.example"),
        ("xn--za-6ja4f8n1l.example", "xn--za-6ja4f8n1l.example (zażółć.example)"),
        ("*.xn--za-6ja4f8n1l.example", "*.xn--za-6ja4f8n1l.example (*.zażółć.example)"),
        ("xn--.example", "xn--.example"),
    ],
)
def test_a_name_is_shown_in_both_its_forms(name: str, shown: str) -> None:
    assert displayed(name) == shown
