"""Names out of whatever a host, a log or a hand-made file holds."""

from __future__ import annotations

from analyzers.names import canonical


def test_half_a_surrogate_pair_is_a_name_too() -> None:
    """JSON can write one (`"\\ud800"`), and a hand-made folder can hold it."""
    assert canonical("\ud800.example") == "%ED%A0%80.example"
    assert canonical("\udcff.example") == "%FF.example"
