"""Numbers for events and domains, and how often they were seen together."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from analyzers.closte_messages import RAW_BODY
from analyzers.columns.block import Block, Flags, Places
from analyzers.columns.wordings import runs
from analyzers.events import CLOSTE_EVENTS
from analyzers.names import Domain
from analyzers.recogniser import OPENERS, canonical_bytes

Numbers = NDArray[np.int64]

UNDECIDED = -1
NONE = 0
"""The number of no event, and of no domain."""
EVENTS = 64
"""More than there are."""
_LONGEST_SAME = 256
"""Bytes up to which a canonical name without an escape is its own canonical form in a message."""
_MOST_NAMES = 150_000
"""Domains, and how they are written: those of 75,000 domains are held at once."""


class Table:
    """Events and domains, and their counts."""

    def __init__(self) -> None:
        self._events: dict[str | None, int] = {None: NONE}
        self.event_names: list[str | None] = [None]
        """By number."""
        self._domains: dict[Domain | None, int] = {None: NONE}
        self._names: list[Domain | None] = [None]
        self._texts: dict[bytes, int] = {}
        self._opens = np.zeros(EVENTS, np.bool_)
        self._leans = np.zeros(EVENTS, np.bool_)
        self._counts = np.zeros((1_024, EVENTS), np.int32)

    def event(self, event: str | None) -> int:
        """The number of an event."""
        number = self._events.get(event)
        if number is None:
            number = self._events[event] = len(self.event_names)
            self.event_names.append(event)
            self._opens[number] = event in OPENERS
            self._leans[number] = event == RAW_BODY or event in CLOSTE_EVENTS
        return number

    def domain(self, domain: Domain | None) -> int:
        """The number of a domain."""
        number = self._domains.get(domain)
        if number is None:
            number = self._domains[domain] = len(self._names)
            self._names.append(domain)
        return number

    def of_file(self, domain: Domain | None) -> int:
        """The number of a domain that a file is called by; mostly its messages spell it the same."""
        number = self.domain(domain)
        if domain is not None and len(domain) < _LONGEST_SAME and "%" not in domain:
            self._texts[domain.encode()] = number
        return number

    def name(self, number: int) -> Domain | None:
        """The domain of a number."""
        return self._names[number]

    def opens(self, events: Numbers) -> Flags:
        """Which of these events open a request?"""
        return cast(Flags, self._opens[np.maximum(events, NONE)])

    def domains_of(self, block: Block, begin: Places, end: Places) -> Numbers:
        """The domain that stands between these places; `UNDECIDED` where none does."""
        found = np.full(len(begin), UNDECIDED, np.int64)
        named = np.flatnonzero(end > begin)
        if not len(named):
            return found
        begin, end = begin[named], end[named]
        first = runs(block, begin, end)
        texts = zip(begin[first].tolist(), end[first].tolist(), strict=True)
        numbers = [self._number_of(block.text(at, to)) for at, to in texts]
        spans = np.diff(first, append=len(named))
        found[named] = np.repeat(np.array(numbers, np.int64), spans)
        return found

    def _number_of(self, text: bytes) -> int:
        number = self._texts.get(text)
        if number is None:
            domain = canonical_bytes(text)
            number = self._texts[text] = self.domain(domain) if domain else UNDECIDED
        return number

    def with_leaning(
        self, events: Numbers, domains: Numbers, of_file: Numbers | int, opened: Numbers
    ) -> Numbers:
        """The domains, with those of the file or of the open request where the message names none."""
        leaning = np.where(self._leans[np.maximum(events, NONE)], opened, NONE)
        other = np.where(of_file != NONE, of_file, leaning)
        return np.where(domains == UNDECIDED, other, domains)

    def add(self, events: Numbers, domains: Numbers) -> None:
        """Count events with their domains."""
        if len(self._names) > len(self._counts):
            grown = np.zeros((2 * len(self._names), EVENTS), np.int32)
            grown[: len(self._counts)] = self._counts
            self._counts = grown
        seen = np.zeros(len(self._names), np.bool_)
        seen[domains] = True
        there = np.flatnonzero(seen)
        width = len(self.event_names)
        codes = (np.cumsum(seen) - 1)[domains] * width + events
        numbers = np.bincount(codes, minlength=len(there) * width)
        self._counts[there, :width] += numbers.reshape(-1, width).astype(np.int32)

    def is_full(self) -> bool:
        """Are there so many names that they should be let go?"""
        return len(self._names) + len(self._texts) > _MOST_NAMES

    def counted(self) -> dict[Domain, dict[str | None, int]]:
        """How often each event was seen with each domain."""
        found: dict[Domain, dict[str | None, int]] = {}
        numbers, events = self._counts.nonzero()
        counts = self._counts[numbers, events].tolist()
        for number, event, count in zip(numbers.tolist(), events.tolist(), counts, strict=True):
            domain = self._names[number]
            if domain is not None:
                found.setdefault(domain, {})[self.event_names[event]] = count
        return found
