"""Whether the API can be reached, from where, and what came instead of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analyzers.api_answers import BLOCKED_BY_WORDPRESS, Answer, ApiAnswers
from analyzers.evidence import ClosteCalls, Missing
from analyzers.findings import Confidence
from analyzers.language import phrase

Outcome = Literal["usable", "unreachable", "outage", "forbidden", "limited"]
"""`forbidden`: nothing but HTML 401 or 403, from everywhere asked. `limited`: only "too many requests"."""


@dataclass(frozen=True, slots=True)
class ApiReach:
    """What the answers together say of the way to the API (CONTRACT `api.unreachable`, `api.outage`)."""

    outcome: Outcome
    confidence: Confidence
    answers: tuple[Answer, ...]
    """The answers this rests on."""
    elsewhere: Answer | None
    """An answer from another place that shows the API alive while the host gets none."""
    from_log: bool

    @property
    def asked_from_host(self) -> bool:
        """Was the API called from the host at all? What the plugin logged was."""
        return any(answer.vantage == "host" for answer in self.answers)

    @classmethod
    def derive(cls, answers: ApiAnswers) -> ApiReach | Missing:
        """From the calls that were made; only where none was, from the last answer in the log."""
        if answers.called:
            return _of_calls(answers)
        last = answers.last_logged()
        if last is None:
            return Missing(
                ClosteCalls.FILE, phrase("no call was made, and no answer is in the log")
            )
        return _from_one_place((last,), from_log=True)


def _of_calls(answers: ApiAnswers) -> ApiReach:
    host = answers.from_vantage("host")
    others = tuple(a for a in answers.called if a.vantage != "host")
    if not host:
        return _from_here(others)
    if any(a.usable for a in host):
        return ApiReach("usable", "certain", host, None, False)
    alive = next((a for a in others if a.usable), None)
    if alive is not None:
        sure: Confidence = "certain" if all(_stopped_on_the_way(a) for a in host) else "likely"
        return ApiReach("unreachable", sure, host, alive, False)
    if not others:
        return _from_one_place(host, from_log=False)
    if all(a.kind == "forbidden-html" for a in (*host, *others)):
        return ApiReach("forbidden", "possible", (*host, *others), None, False)
    return ApiReach("outage", "certain", (*host, *others), None, False)


def _from_here(answers: tuple[Answer, ...]) -> ApiReach:
    """The host was not asked, so nothing can be said of its way. Our own way may be what is blocked."""
    found = _from_one_place(answers, from_log=False)
    if found.outcome != "unreachable":
        return found
    return ApiReach("outage", "possible", answers, None, False)


def _stopped_on_the_way(answer: Answer) -> bool:
    return answer.kind in ("transport-error", "forbidden-html")


def _from_one_place(answers: Sequence[Answer], *, from_log: bool) -> ApiReach:
    """Asked from one place only: without an answer the way may be at fault, with one the API is."""
    asked = tuple(answers)
    if any(a.usable for a in asked):
        return ApiReach("usable", "certain", asked, None, from_log)
    if all(a.kind == "forbidden-html" for a in asked):
        return ApiReach("forbidden", "possible", asked, None, from_log)
    if all(a.kind == "transport-error" for a in asked):
        blocked = any(BLOCKED_BY_WORDPRESS in a.says for a in asked)
        sure: Confidence = "certain" if blocked else "possible"
        return ApiReach("unreachable", sure, asked, None, from_log)
    return ApiReach("outage", "likely", asked, None, from_log)
