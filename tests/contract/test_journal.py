"""CONTRACT section 7, of journals alone: what no run of ours, or a later one, left is touched by nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contract.stranger import NETWORK, SHOP, WWW, Folder, iso, run, written


@pytest.fixture
def lines(tmp_path: Path) -> list[dict[str, Any]]:
    """A whole journal of one step, as the contract prints it; its target leads nowhere."""
    folder = Folder()
    folder.listed(NETWORK, WWW, "blog.client.example")
    place = written(folder.files(), tmp_path / "case")
    status, out, _ = run("remediate", str(place), "--format", "json")
    assert status == 1
    plan = json.loads(out)
    step = {"schema": 1, "at": iso(), "digest": plan["digest"], "step": "s1"}
    before = {f"alias {SHOP}": False}
    return [
        {**step, "phase": "intent", "outcome": None, "answer": "", "before": before, "plan": plan},
        {**step, "phase": "result", "outcome": "done", "answer": "ok", "before": before},
    ]


def _undo(tmp_path: Path, content: str, *options: str) -> tuple[int, bytes, str]:
    journal = tmp_path / "journal.jsonl"
    journal.write_text(content)
    nowhere = ("--target", f"local:{tmp_path / 'nowhere'}")
    found = run("undo", str(journal), "--yes", "--no-probe", *nowhere, *options)
    assert journal.read_text() == content
    return found


def _written(lines: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def test_a_journal_that_broke_off_in_its_first_line_has_nothing_to_take_back(
    tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    first = _written(lines[:1])
    for length in (0, 1, 100, len(first) - 2):
        status, out, err = _undo(tmp_path, first[:length])
        assert (status, out) == (0, b""), length
        assert "nothing to take back" in err


def test_a_journal_that_cannot_be_made_is_said_before_anybody_is_asked(tmp_path: Path) -> None:
    case = str(written(Folder().files(), tmp_path / "case"))
    there = tmp_path / "there.jsonl"
    there.write_text("mine")
    for place in (there, Path("/proc/journal.jsonl")):
        status, out, err = run("remediate", case, "--apply", "--journal", str(place))
        assert (status, out) == (2, b""), place
        assert f"cannot make the journal {place}" in err
    assert there.read_text() == "mine"
    free = tmp_path / "free.jsonl"
    status, _, err = run("remediate", case, "--apply", "--journal", str(free))
    assert status == 2
    assert "is no host" in err
    assert not free.exists()
    assert run("remediate", case, "--resume", str(there), "--journal", str(free))[0] == 2


@pytest.mark.parametrize("content", ["\n", "{}\n", "[]\n", "hello\n", "# notes\n\nof mine\n"])
def test_what_is_no_journal_is_an_error_of_the_caller(tmp_path: Path, content: str) -> None:
    status, out, err = _undo(tmp_path, content)
    assert (status, out) == (2, b"")
    assert "is no journal" in err


def test_a_journal_of_a_later_version_is_refused(
    tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    for places in ((0,), (1,), (0, 1)):
        changed = [{**line, "schema": 2} if n in places else line for n, line in enumerate(lines)]
        status, out, err = _undo(tmp_path, _written(changed))
        assert (status, out) == (6, b""), places
        assert "later version" in err


def test_a_journal_whose_plan_was_changed_by_hand_is_refused(
    tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    lines[0]["plan"]["steps"][0]["parameters"]["domain"] = "other.example"
    status, out, err = _undo(tmp_path, _written(lines))
    assert (status, out) == (6, b"")
    assert "digest" in err
    del lines[0]["plan"]["steps"], lines[0]["plan"]["schema"]
    status, out, err = _undo(tmp_path, _written(lines))
    assert (status, out) == (2, b"")
    assert "no plan of schema 1" in err


def test_two_journals_in_one_file_are_refused(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    other = [{**line, "digest": "sha256:" + "0" * 64} for line in lines[1:]]
    status, out, err = _undo(tmp_path, _written([*lines, *other]))
    assert (status, out) == (6, b"")
    assert "more than one plan" in err


def test_unknown_keys_and_lines_that_were_cut_off_stop_nobody(
    tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    content = _written([{**line, "note": "mine"} for line in lines])
    status, _, err = _undo(tmp_path, content)
    assert status == 3  # the host is looked at, and is not there
    assert "cannot be read" not in err
    assert "[host.no-wordpress]" in err
    status, _, err = _undo(tmp_path, content + '{"schema":1,"at"')
    assert status == 3
    assert "lines that cannot be read: 1" in err
