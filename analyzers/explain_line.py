"""What a pasted line of the plugin's logs is: who writes it, what it means, what it does not mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzers import closte_messages as closte
from analyzers.language import phrase
from analyzers.messages import Message
from analyzers.names import Domain, displayed
from analyzers.other_messages import MESSAGES
from analyzers.recogniser import HANDLES, Recogniser

_HEADER = re.compile(r"\s*\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] \[([A-Z]{1,9})\](?: |$)")
_TEST_ANSWER = "Invalid or empty domain:"
"""Closte's own words (DOMAIN 1.5): no other log has them."""
_LOG_OF_HANDLE = {"domain-": "domain-‹domain›.log", "dns-": "dns-‹domain›.log"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A known message, for people."""

    event: str
    log: str
    """The file that it stands in."""
    level: str
    versions: str
    means: str
    does_not_mean: str
    domain: Domain | None
    at: str | None
    """As the line says it; UTC."""

    def parts(self) -> Iterator[tuple[str, str]]:
        """Label and text, in reading order. The text can quote the line: not fit for a terminal."""
        written = phrase("{file}, level {level}", file=f"wu-logs/{self.log}", level=self.level)
        yield phrase("Event"), self.event
        yield phrase("Written to"), written
        yield phrase("Plugin"), phrase(self.versions)
        if self.domain:
            yield phrase("Domain"), displayed(self.domain)
        if self.at:
            yield phrase("When"), f"{self.at} UTC"
        yield phrase("Means"), phrase(self.means)
        if self.does_not_mean:
            yield phrase("Does not mean"), phrase(self.does_not_mean)


def explain(line: str) -> Explanation | None:
    """The message of a line, with or without its date and level; None where none is known.

    The log's name is not known, so a bare body of an answer is taken for one only with a header.
    """
    header = _HEADER.match(line)
    text = line[header.end() :] if header else line.lstrip()
    at = header[1] if header else None
    recogniser = Recogniser()
    message = text.encode("utf-8", "surrogatepass")
    for handle in HANDLES:
        seen = recogniser.look(handle, message)
        event, domain = seen.name
        if event is not None:
            return _of_row(_row(event, handle), domain, at)
    bare = header is not None and (not text.strip() or text.lstrip()[0] in "{[<")
    if bare or _TEST_ANSWER in text:
        return Explanation(
            closte.RAW_BODY,
            f"{closte.HANDLE}.log",
            "INFO",
            closte.RAW_BODY_VERSIONS,
            closte.RAW_BODY_MEANS,
            closte.RAW_BODY_TRAP,
            None,
            at,
        )
    return None


def _row(event: str, handle: str) -> Message:
    return next(row for row in MESSAGES if row.event == event and row.handle == handle)


def _of_row(row: Message, domain: Domain | None, at: str | None) -> Explanation:
    return Explanation(
        row.event,
        _LOG_OF_HANDLE.get(row.handle, f"{row.handle}.log"),
        row.level,
        row.versions,
        row.means,
        row.trap,
        domain,
        at,
    )
