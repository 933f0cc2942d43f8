"""A run of `remediate`: what it does between the question and the first step."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bridge.cli.remediation import FRESH, Remediation


@pytest.mark.parametrize(("thought", "looks"), [(0.0, 0), (FRESH / 2, 0), (3 * FRESH, 1)])
def test_who_thought_it_over_for_long_acts_on_a_new_look(thought: float, looks: int) -> None:
    asked: list[str] = []
    first, new = SimpleNamespace(), SimpleNamespace()

    def look() -> object:
        asked.append("look")
        return new

    site = SimpleNamespace(progress=lambda _: None, look=look)
    run = cast(Any, Remediation)(*[None] * len(Remediation.__dataclass_fields__))
    current = run._of_this_moment(site, first, time.monotonic() - thought)
    assert len(asked) == looks
    assert current is (new if looks else first)
