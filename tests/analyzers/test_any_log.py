"""Many logs, small and large, are counted as one by one, whatever they hold and are called."""

from __future__ import annotations

import random

import pytest
from strange_logs import GERMAN, SOURCES, T, log, pieces, told

from analyzers import any_log
from analyzers.any_log import Count
from analyzers.log_tally import Tally, Unknown
from analyzers.recogniser import Recogniser

_NAMES = (
    *SOURCES,
    *[f"domain-shop{n}.example.log" for n in range(8)],
    "wu-logs/domain-za\u017c.example.log",
    "domain-a.example%0A.log",
    "domain-a b.example.log",
    "domain-..log",
    "domain-nodot.log",
    "domain-a.example.log.1.gz",
    "domain-a.example.log.log",
    "dns-a.example.log",
    "credential-store.log",
    ".log",
)
_STARTS = (b"", b"", b"", b"", b"", b"\xef\xbb\xbf", b"no record\n\n", b"\n", T[:-3] + b"\n", T[:9])


def _content(dice: random.Random) -> bytes:
    content = dice.choice(_STARTS) + b"".join(pieces(log(dice), dice))
    kind = dice.random()
    if kind < 0.05:
        return b""
    if kind < 0.1:
        return content.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-16-be")))
    return content + dice.choice((b"", b"\n", b"\n\n", b"\r\n", b"\x00", b"\n["))


def _files(dice: random.Random) -> list[tuple[str, bytes]]:
    return [
        (f"{dice.randrange(40)}/{dice.choice(_NAMES)}", _content(dice))
        for _ in range(dice.randrange(30))
    ]


@pytest.mark.parametrize("seed", range(100))
def test_many_logs_are_counted_as_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(any_log, "WORTH_COLUMNS", dice.choice((0, 20_000, 200_000)))
    monkeypatch.setattr(any_log, "LARGE", dice.choice((3_000, 20_000, 1 << 20)))
    monkeypatch.setattr(any_log, "TOGETHER", dice.choice((1_000, 50_000, 2 << 20)))
    monkeypatch.setattr(any_log, "FEW", dice.choice((0, 0, 5_000)))
    recognisers = Recogniser(), Recogniser(GERMAN, "de_DE")
    plain, one_by_one, tally, together = Tally(), Unknown(), Tally(), Unknown()
    count = Count(tally, (together,))
    for source, content in _files(dice):
        recogniser = recognisers[dice.random() < 0.2]
        plain.read(source, [content], recogniser, (one_by_one,))
        if dice.random() < 0.5 or len(content) >= any_log.LARGE:
            count.read(source, pieces(content, dice), recogniser)
        else:
            count.small(source, content, recogniser)
    count.close()
    assert told(tally, together) == told(plain, one_by_one)


def test_the_first_record_of_each_file_is_known_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a domain is gone is told in another language by where the record stands (DOMAIN 3.6)."""
    for name in ("WORTH_COLUMNS", "FEW"):
        monkeypatch.setattr(any_log, name, 0)
    plain, tally = Tally(), Tally()
    count, recogniser = Count(tally), Recogniser(None, "de_DE")
    content = (T + "Domain gelöscht oder nicht auffindbar, Prüfung endet...\n".encode()) * 2
    for source in ("domain-a.example.log", "domain-b.example.log"):
        plain.read(source, [content], recogniser)
        count.small(source, content, recogniser)
    count.close()
    assert tally.events == plain.events == {"check.deleted": 2}
    assert tally.unrecognised == plain.unrecognised == 2


def test_a_million_empty_files_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_log, "WORTH_COLUMNS", 100_000)
    monkeypatch.setattr(any_log, "TOGETHER", 10_000)
    tally = Tally()
    count, recogniser = Count(tally), Recogniser()
    for number in range(1_000):
        count.small(f"domain-{number}.example.log", b"", recogniser)
    assert count.held < 500
    count.close()
    assert (tally.files, tally.bytes, tally.records) == (1_000, 0, 0)
