"""A file counted by two processes has the counts that one has."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from strange_logs import GERMAN, T, log, plainly, told

from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser
from bridge import log_halves
from bridge.log_halves import count_in_two


@pytest.mark.parametrize("seed", range(40))
def test_two_halves_are_the_whole(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    names = ("integration-closte.log", "domain-a.example.log", "sunrise.log", "other.log")
    path, content = tmp_path / dice.choice(names), log(dice)
    path.write_bytes(content)
    messages = dice.choice((None, GERMAN))
    tally, unknown = Tally(), Unknown()
    if count_in_two(tally, str(path), Recogniser(messages), unknown):
        assert told(tally, unknown) == plainly(str(path), content, messages)
    else:
        assert told(tally, unknown) == told(Tally(), Unknown())


def test_the_open_request_goes_on_into_the_second_half(tmp_path: Path) -> None:
    path = tmp_path / "integration-closte.log"
    content = T + b"Adding domain: a.example for site ID: 1\n" + (T + b"Empty response body\n") * 40
    path.write_bytes(content)
    tally, unknown = Tally(), Unknown()
    assert count_in_two(tally, str(path), Recogniser(), unknown)
    assert tally.domains == {"a.example": {"closte.adding": 1, "closte.empty-body": 40}}


def test_a_fork_that_fails_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "integration-closte.log"
    content = (T + b"Adding domain: a.example for site ID: 1\n") * 40
    path.write_bytes(content)
    here = os.getpid()
    read_part = log_halves.read_part

    def failing(*arguments: object, first: bool) -> object:
        if os.getpid() != here:
            raise MemoryError
        return read_part(*arguments, first=first)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(log_halves, "read_part", failing)
    tally, unknown = Tally(), Unknown()
    assert count_in_two(tally, str(path), Recogniser(), unknown)
    assert told(tally, unknown) == plainly(str(path), content, None)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x1f\x8b" + b"x" * 500, (T + b"a\n").decode().encode("utf-16")]
)
def test_what_cannot_be_halved_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "integration-closte.log"
    path.write_bytes(content)
    assert not count_in_two(Tally(), str(path), Recogniser(), Unknown())
