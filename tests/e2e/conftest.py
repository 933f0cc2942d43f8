"""The command line, against the lab."""

from __future__ import annotations

import pytest
from e2e.doctor import Doctor
from lab.world import World


@pytest.fixture
def doctor(lab: World) -> Doctor:
    """`closte-doctor`, ready to be run against the lab."""
    return Doctor(lab)
