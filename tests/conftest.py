"""The lab for the tests that need it: one per worker, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from lab.world import World, lacking


@pytest.fixture(scope="session")
def lab() -> Iterator[World]:
    """The lab, with whatever network the last test left on it: for tests that settle their own."""
    missing = lacking()
    if missing:
        pytest.skip(f"the lab needs {', '.join(missing)}: `make test` installs them")
    with World() as world:
        yield world


@pytest.fixture
def now() -> datetime:
    """The moment at which recorded networks are put to have been recorded."""
    return datetime.now(UTC)
