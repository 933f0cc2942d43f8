"""What a pasted line of the plugin's logs is: who writes it, what it means, what it does not mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzers import closte_messages as closte
from analyzers.events import handle_of
from analyzers.job_messages import job_message
from analyzers.language import phrase
from analyzers.messages import Message, template
from analyzers.names import Domain, displayed
from analyzers.other_messages import MESSAGES
from analyzers.pasted_line import PastedLine, readings, taken_apart
from analyzers.recogniser import Name, Recogniser
from analyzers.translations import inferred_event

_TEST_ANSWER = "Invalid or empty domain:"
"""Closte's own words (DOMAIN 1.5): no other log has them."""
_LOG_OF_HANDLE = {"domain-": "domain-‹domain›.log", "dns-": "dns-‹domain›.log"}
_FEWEST_CHARACTERS = 12
"""Of a line cut off: shorter ones could be of several messages."""
_ROWS = {row.event: row for row in MESSAGES}
_BY_FORM = phrase(
    "Only by its form: it is in another language, or its wording is not one we know. "
    "The translations in host.json tell for certain."
)
_CUT_OFF = phrase("Only by its beginning: the rest of the line is missing.")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A known message, for people."""

    event: str
    """Empty for a line that is none of the events of CONTRACT section 6."""
    written: str
    """Where it stands."""
    versions: str
    means: str
    does_not_mean: str
    domain: Domain | None = None
    at: str | None = None
    """As the line says it; UTC."""
    how_sure: str = ""
    """Why it may be another message; empty where it is certain."""

    def parts(self) -> Iterator[tuple[str, str]]:
        """Label and text, in reading order. The text can quote the line: not fit for a terminal."""
        if self.event:
            yield phrase("Event"), self.event
        yield phrase("Written to"), self.written
        yield phrase("Plugin"), self.versions
        if self.domain:
            yield phrase("Domain"), displayed(self.domain)
        if self.at:
            yield phrase("When"), f"{self.at} UTC"
        if self.how_sure:
            yield phrase("How sure"), self.how_sure
        yield phrase("Means"), self.means
        if self.does_not_mean:
            yield phrase("Does not mean"), self.does_not_mean


def explain(line: str) -> Explanation | None:
    """The message of a line, with or without its date and level; None where none is known.

    The log's name is known only where grep put it in front, so a bare body of an answer is taken
    for one only with a header.
    """
    pasted = taken_apart(line)
    return (
        _by_wording(pasted)
        or _body(pasted)
        or _of_a_job(pasted)
        or _by_form(pasted)
        or _by_beginning(pasted)
    )


def explain_event(event: str) -> Explanation | None:
    """The same for the name of an event (CONTRACT section 6)."""
    if event == closte.RAW_BODY:
        return _raw_body(None)
    return _of_row(_ROWS[event], None, None) if event in _ROWS else None


def events() -> tuple[str, ...]:
    """The names of all events."""
    return (closte.RAW_BODY, *_ROWS)


def _by_wording(pasted: PastedLine) -> Explanation | None:
    recogniser = Recogniser()
    for text in readings(pasted.text):
        name: Name = recogniser.look("", text.encode("utf-8", "surrogatepass")).name
        event, domain = name
        if event is not None:
            return _of_row(_ROWS[event], domain, pasted.at)
    return None


def _body(pasted: PastedLine) -> Explanation | None:
    """A bare body: what the log of that name has, or what begins as one behind a header."""
    text = pasted.text.strip()
    if handle_of(f"{pasted.handle}.log").kind not in ("", closte.HANDLE):
        return None
    if _TEST_ANSWER in text or (pasted.at and (not text or text[0] in "{[<")):
        return _raw_body(pasted.at)
    return None


def _raw_body(at: str | None) -> Explanation:
    return Explanation(
        closte.RAW_BODY,
        phrase("{file}, level {level}", file=f"wu-logs/{closte.HANDLE}.log", level="INFO"),
        closte.RAW_BODY_VERSIONS,
        closte.RAW_BODY_MEANS,
        closte.RAW_BODY_TRAP,
        at=at,
    )


def _of_a_job(pasted: PastedLine) -> Explanation | None:
    found = job_message(pasted.text)
    if found is None:
        return None
    return Explanation(
        "", found.written, found.versions, found.means, found.does_not_mean, at=pasted.at
    )


def _by_form(pasted: PastedLine) -> Explanation | None:
    """A line in another language, by what no translation changes.

    Without its level, or the dash of the plugin's verdicts, it must look foreign: it may be any text.
    """
    kind, domain = handle_of(f"{pasted.handle}.log")
    levels = (pasted.level,) if pasted.level else ("INFO", "WARNING")
    for text in readings(pasted.text):
        locale = "" if pasted.level or text.startswith("- ") else "en"
        for handle in (kind,) if kind else ("domain-", "dns-", "domain-ssl-checks"):
            for level in levels:
                event = inferred_event(
                    handle, level, text, domain=domain, first=pasted.at is not None, locale=locale
                )
                if event is not None:
                    return _of_row(_ROWS[event], domain, pasted.at, _BY_FORM)
    return None


def _by_beginning(pasted: PastedLine) -> Explanation | None:
    """A line cut off, if it can be but one message."""
    for text in readings(pasted.text):
        if len(text) < _FEWEST_CHARACTERS:
            continue
        rows = {row.event for row in MESSAGES for w in row.wordings if _begins(text, w)}
        if len(rows) == 1:
            return _of_row(_ROWS[rows.pop()], None, pasted.at, _CUT_OFF)
    return None


def _begins(text: str, wording: str) -> bool:
    head = template(wording).literals[0]
    if len(head) < _FEWEST_CHARACTERS:
        return False
    return head.startswith(text) or text.startswith(head)


def _of_row(row: Message, domain: Domain | None, at: str | None, how_sure: str = "") -> Explanation:
    log = _LOG_OF_HANDLE.get(row.handle, f"{row.handle}.log")
    return Explanation(
        row.event,
        phrase("{file}, level {level}", file=f"wu-logs/{log}", level=row.level),
        phrase(row.versions),
        phrase(row.means),
        phrase(row.trap),
        domain,
        at,
        how_sure,
    )
