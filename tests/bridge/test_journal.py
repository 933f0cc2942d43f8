"""The journal on disk: private, appended to, and readable however it broke off."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzers.steps import JournalEntry
from bridge.errors import UsageError
from bridge.journal import JournalFile, JournalUnwritable


def entry(step: str, phase: str = "intent") -> JournalEntry:
    return JournalEntry(
        at=datetime(2026, 5, 4, 10, tzinfo=UTC),
        digest="sha256:" + "0" * 64,
        step=step,
        phase=phase,  # type: ignore[arg-type]
        outcome=None if phase == "intent" else "done",
        answer="“ü”",
        before={"row 1": {"domain": "a'b\n-c"}},
    )


def test_it_is_for_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "state" / "j.jsonl"
    with JournalFile.created(path) as journal:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o077 == 0
        journal.write(entry("s1"))
    with pytest.raises(UsageError):
        JournalFile.created(path)
    assert path.stat().st_size


def test_one_without_a_word_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with JournalFile.created(path) as journal:
        assert journal.is_empty
    assert not path.exists()
    path.write_bytes(b"")
    with JournalFile.opened(path):
        pass
    assert path.exists(), "one that was there before is somebody else's to remove"


def test_no_folder_made_for_one_without_a_word_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with JournalFile.created(tmp_path / "there" / "new" / "newer" / "j.jsonl"):
        pass
    assert list(tmp_path.iterdir()) == [tmp_path / "there"]
    assert not list((tmp_path / "there").iterdir())


def test_it_does_not_follow_a_link_that_somebody_put_there(tmp_path: Path) -> None:
    (tmp_path / "j.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        JournalFile.created(tmp_path / "j.jsonl")
    assert not (tmp_path / "elsewhere").exists()


def test_each_line_is_on_disk_when_write_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    usual = os.fsync

    def fsync(handle: int) -> None:
        synced.append(path.stat().st_size)
        usual(handle)

    path = tmp_path / "j.jsonl"
    with JournalFile.created(path) as journal:
        monkeypatch.setattr(os, "fsync", fsync)
        journal.write(entry("s1"))
        journal.write(entry("s1", "result"))
        assert synced == [path.read_bytes().index(b"\n") + 1, path.stat().st_size]


@pytest.mark.parametrize("kept", range(0, 200, 7))
def test_after_a_torn_line_the_next_one_stands_on_its_own(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "j.jsonl"
    with JournalFile.created(path) as journal:
        journal.write(entry("s1"))
        whole = path.stat().st_size
        journal.write(entry("s2"))
    content = path.read_bytes()
    path.write_bytes(content[: whole + kept])
    with JournalFile.opened(path) as journal:
        journal.write(entry("s3"))
        assert [e.step for e in journal.journal.entries] == ["s1", "s3"]
        assert journal.journal.torn == (1 if kept else 0)
    assert path.read_bytes().startswith(content[: whole + kept])


@pytest.mark.parametrize("room", [0, 1, 50])
def test_no_room_is_said_and_what_stood_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    path = tmp_path / "j.jsonl"
    with JournalFile.created(path) as journal:
        journal.write(entry("s1"))
        usual = os.write
        left = room

        def write(handle: int, data: bytes) -> int:
            nonlocal left
            if left == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written = usual(handle, data[:left])
            left -= written
            return written

        monkeypatch.setattr(os, "write", write)
        with pytest.raises(JournalUnwritable, match="No space left"):
            journal.write(entry("s2"))
        monkeypatch.undo()
        journal.write(entry("s3"))
    with JournalFile.opened(path) as journal:
        assert [e.step for e in journal.journal.entries] == ["s1", "s3"]
