"""What all tests share: how properties are tried out, and the lab, one per worker, started for the first
test that asks for it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from lab.world import World


# A run is to fail for what was changed, not for its luck nor for a slow machine: the same examples each time,
# and no clock. `pytest --hypothesis-profile=search` looks for new ones.
_NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _NO_CLOCK, derandomize=True)
settings.register_profile("search", _NO_CLOCK, max_examples=2000)
settings.load_profile("same")


_OF_WHOEVER_RUNS_THEM = re.compile(
    r"CLOSTE_DOCTOR_(?!LAB)|WP_CLI_|XDG_|LC_|(CLICOLOR(_FORCE)?|COLUMNS|FORCE_COLOR|LANG|LANGUAGE|LINES|NO_COLOR"
    r"|SSH_AUTH_SOCK)$"
)
_OURS = {"LANG": "C.UTF-8", "TERM": "xterm"}
_NEVER_BY_A_PROXY = "127.0.0.1,localhost"


@pytest.fixture(scope="session", autouse=True)
def _nobodys_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No language, colour, width, setting, alias or key of whoever runs the tests, and nothing left at home.
    Other accounts of the lab come to what a test makes, as they would anywhere."""
    before = os.umask(0o022)
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_OF_WHOEVER_RUNS_THEM.match, tuple(os.environ)):
            patch.delenv(name)
        for name, value in _OURS.items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("no_proxy", "NO_PROXY"):
            patch.setenv(name, ",".join(filter(None, (os.environ.get(name), _NEVER_BY_A_PROXY))))
        yield
    os.umask(before)


@pytest.fixture(scope="session")
def lab() -> Iterator[World]:
    """The lab, with whatever network the last test left on it: for tests that settle their own."""
    from lab.world import World, lacking

    missing = lacking()
    if missing:
        sentence = f"the lab needs {', '.join(missing)}: `make test` as root installs them"
        if os.environ.get("CLOSTE_DOCTOR_LAB") == "required":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with World() as world:
        yield world


@pytest.fixture
def now() -> datetime:
    """The moment at which recorded networks are put to have been recorded."""
    return datetime.now(UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden`: write the reports that are compared whole, to be reviewed as a diff."""
    parser.addoption("--update-golden", action="store_true", help="renew tests/fixtures/reports")
