"""`make lab` says how it is used, and one Ctrl-C ends all of it."""

from __future__ import annotations

import os
import pwd
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lab.world import lacking

pytestmark = pytest.mark.lab


@pytest.mark.skipif(bool(lacking()), reason="the lab's programs are not installed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_lab_is_usable_in_the_foreground_and_ends_without_a_trace(number: int) -> None:
    tests = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.foreground", "2.4.3__bad_key_json"],
        stdout=subprocess.PIPE,
        cwd=tests,
        env={**os.environ, "PYTHONPATH": str(tests)},
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    usage = ""
    for line in process.stdout:
        usage += line
        if "Ctrl-C ends" in line:
            break
    process.send_signal(number)
    rest = process.communicate(timeout=240)[0]
    assert process.returncode == 0
    assert "ended" in rest
    folder = re.search(r"ssh -F (\S+?)/client/", usage)
    account = re.search(r"closte-doctor diagnose (\w+)@", usage)
    assert folder is not None
    assert account is not None
    assert not Path(folder[1]).exists()
    if os.geteuid() == 0:
        assert account[1] not in {entry.pw_name for entry in pwd.getpwall()}
    assert folder[1] not in _command_lines()


def _command_lines() -> str:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return "\n".join(found)
