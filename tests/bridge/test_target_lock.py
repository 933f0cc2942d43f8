"""One run at a time per network, and no lock outlives its holder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.errors import ExitStatus, UsageError
from bridge.state_folder import state_folder
from bridge.target_lock import TargetLocked, target_lock

HOLD = """
import sys, time
from pathlib import Path
from bridge.target_lock import target_lock
with target_lock(("a", "b"), Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_living_process_keeps_it_and_a_dead_one_does_not(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        said = f"process {holder.pid}"
        with (
            pytest.raises(TargetLocked, match=said) as caught,
            target_lock(("a", "b"), tmp_path),
        ):
            pass
        assert caught.value.status is ExitStatus.REFUSED
        with target_lock(("a", "c"), tmp_path):
            pass  # another network
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with target_lock(("a", "b"), tmp_path):
        pass


def test_it_can_be_taken_again_after_it_was_given_back(tmp_path: Path) -> None:
    for _ in range(2):
        with target_lock(("a",), tmp_path):
            pass
    assert [p.stat().st_mode & 0o777 for p in tmp_path.iterdir()] == [0o600]


def test_no_place_for_it_is_said_and_no_bug(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UsageError, match="nothing was changed"),
        target_lock(("a",), tmp_path / "file" / "locks"),
    ):
        pass


def test_it_is_held_where_no_word_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with (
        target_lock(("a",), tmp_path),
        pytest.raises(TargetLocked),
        target_lock(("a",), tmp_path),
    ):
        pass


def test_the_state_folder_is_xdgs(tmp_path: Path) -> None:
    assert state_folder({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "closte-doctor"
    assert state_folder({"XDG_STATE_HOME": "relative"}).parts[-3:] == (
        ".local",
        "state",
        "closte-doctor",
    )
