"""A large file counted in parts, each by a process of its own, and put together.

A part begins with a record. Which request was open before it is not known there: its domain is
`EARLIER` until the parts are put together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzers.columns.reader import Columns
from analyzers.events import LogReader
from analyzers.log_tally import FileCounts, Sample, Tally, Unknown
from analyzers.names import Domain
from analyzers.recogniser import Recogniser

EARLIER = Domain("\0")
"""No name is one: `canonical` takes control characters out."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was counted in a part."""

    counts: FileCounts
    bytes: int
    lines: int
    opened: Domain | None
    """The domain of the request that is open at its end."""
    samples: tuple[Sample, ...]
    """Of what was not recognised; lines from the part's beginning."""


def read_part(source: str, pieces: Iterable[bytes], recogniser: Recogniser, *, first: bool) -> Part:
    """Count one part, UTF-8, of a file. `first`: is it the file's beginning?"""
    unknown, weight = Unknown(), Tally()
    unknown.begin(source)
    reader = LogReader(source, recogniser)
    if not first:
        reader.begun, reader.opened = True, EARLIER
    columns = Columns(reader, recogniser, (unknown,))
    counts = columns.read(weight.weighed(pieces))
    return Part(counts, weight.bytes, columns.lines, reader.opened, tuple(unknown.samples))


def add_parts(
    tally: Tally, source: str, parts: Sequence[Part], recogniser: Recogniser, unknown: Unknown
) -> None:
    """Add a file by its parts, in their order."""
    whole, lines, opened = FileCounts(), 0, None
    unknown.begin(source)
    for part in parts:
        days: Counter[tuple[bytes, str | None]] = Counter()
        domains: dict[Domain, Counter[str | None]] = defaultdict(Counter)
        for day_and_event, number in part.counts.by_day():
            days[day_and_event] += number
        for (named, event), number in part.counts.by_domain():
            domain = opened if named == EARLIER else named
            if domain is not None:
                domains[domain][event] += number
        whole.add(days, domains)
        for stamp in (part.counts.first, part.counts.last):
            if stamp is not None:
                whole.seen(stamp)
        unknown.take((name, line + lines, *said) for name, line, *said in part.samples)  # type: ignore[misc]  # three texts
        lines += part.lines
        opened = opened if part.opened == EARLIER else part.opened
        tally.bytes += part.bytes
    reader = LogReader(source, recogniser)
    rest = reader.rest(whole.events())
    unknown.end(rest)
    tally.add(whole, rest, of_contract=bool(reader.handle.kind))
