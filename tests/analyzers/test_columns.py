"""The column reader counts as the plain one does, whatever a log holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from strange_logs import GERMAN, SOURCES, T, log, pieces, plainly, told

from analyzers.closte_messages import RAW_BODY
from analyzers.columns.reader import read_columns
from analyzers.columns.table import EVENTS
from analyzers.log_tally import Tally, Unknown
from analyzers.other_messages import MESSAGES
from analyzers.recogniser import Recogniser

RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"


@pytest.mark.parametrize("seed", range(250))
def test_any_log_is_counted_as_record_by_record(seed: int) -> None:
    dice = random.Random(seed)
    source, content = dice.choice(SOURCES), log(dice)
    messages = dice.choice((None, GERMAN))
    tally, unknown = Tally(), Unknown()
    read_columns(
        tally,
        source,
        pieces(content, dice),
        Recogniser(messages),
        (unknown,),
        block=dice.choice((100, 1_000, 5_000, 1 << 20)),
        longest=dice.choice((50, 3_000, 30_000, 8 << 20)),
    )
    assert told(tally, unknown) == plainly(source, content, messages)


def test_the_logs_of_the_recordings_are_counted_the_same() -> None:
    for path in sorted(RECORDINGS.glob("*/*/wu-logs/*.log")):
        content = path.read_bytes()
        tally, unknown = Tally(), Unknown()
        read_columns(tally, path.name, [content], Recogniser(), (unknown,), block=2_000)
        assert told(tally, unknown) == plainly(path.name, content, None), path


@pytest.mark.parametrize(
    "content", [b"", b"no record\nat all\n", b"x" * 100_000, T, b"\xef\xbb\xbf"]
)
def test_a_log_of_nothing(content: bytes) -> None:
    tally, unknown = Tally(), Unknown()
    read_columns(tally, "integration-closte.log", [content], Recogniser(), (unknown,), longest=500)
    assert told(tally, unknown) == plainly("integration-closte.log", content, None)


def test_more_names_and_days_than_are_held_at_once() -> None:
    lines = [
        f"[20{10 + n % 90:02d}-{1 + n % 12:02d}-04 10:00:00] [INFO] "
        f"Adding domain: shop{n}.example for site ID: {n}\n".encode()
        for n in range(80_000)
    ]
    content = b"".join(lines)
    tally, unknown = Tally(), Unknown()
    read_columns(
        tally, "integration-closte.log", [content[:9], content[9:]], Recogniser(), (unknown,)
    )
    assert told(tally, unknown) == plainly("integration-closte.log", content, None)


def test_utf16_is_read_as_well() -> None:
    content = (T + b"Adding domain: a.example for site ID: 1\n").decode().encode("utf-16")
    tally = Tally()
    read_columns(tally, "integration-closte.log", [content], Recogniser())
    assert (tally.bytes, tally.events) == (len(content), {"closte.adding": 1})


def test_there_are_fewer_events_than_a_table_has_room_for() -> None:
    assert len({row.event for row in MESSAGES} | {None, RAW_BODY}) <= EVENTS
