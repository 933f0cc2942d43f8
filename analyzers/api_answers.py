"""What Closte's API answered, each answer by its kind: the calls that were made, and those in the logs.

A *usable* answer is JSON that says something. Everything else (no connection, 5xx, HTML, an empty
body) says nothing about key or domain, only about the way to the API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from analyzers.alias_shapes import names_of
from analyzers.api_wording import ApiWording, Meaning
from analyzers.evidence import (
    Action,
    ApiCall,
    ClosteCalls,
    LogEvent,
    Missing,
    PluginLogs,
    Scheduler,
)
from analyzers.findings import Citation
from analyzers.names import Domain, canonical

Kind = Literal[
    "ok",
    "harmless-test-ok",
    "key-rejected",
    "no-permission",
    "invalid-domain",
    "already-exists",
    "rate-limit",
    "refused",
    "maintenance",
    "server-error",
    "not-found",
    "forbidden-html",
    "html",
    "empty",
    "not-json",
    "transport-error",
]
"""`refused`: `success` is false and nobody knows the words. `forbidden-html`: 401 or 403 without JSON."""

USABLE: frozenset[str] = frozenset(
    {
        "ok",
        "harmless-test-ok",
        "key-rejected",
        "no-permission",
        "invalid-domain",
        "already-exists",
        "rate-limit",
        "refused",
        "not-found",
    }
)
REFUSES_KEY: frozenset[str] = frozenset({"key-rejected", "no-permission"})
ABOUT_DOMAINS: frozenset[str] = frozenset({"/getdomains", "/adddomainalias", "/deletedomainalias"})
"""The endpoints that Closte really has (DOMAIN 1.3); the plugin's guessed ones answer 404 as a rule."""

HARMLESS_ANSWER = "Invalid or empty domain: "
"""The exact error of `adddomainalias` without a domain: the key is good (DOMAIN 1.5)."""
BLOCKED_BY_WORDPRESS = "User has blocked requests through HTTP"
"""WordPress's own words where WP_HTTP_BLOCK_EXTERNAL forbids a call (wp-includes/class-wp-http.php)."""

_MEANS: dict[Meaning, Kind] = {
    "key_rejected": "key-rejected",
    "no_permission": "no-permission",
    "already_exists": "already-exists",
    "invalid_domain": "invalid-domain",
    "rate_limit": "rate-limit",
    "maintenance": "maintenance",
}
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API, or the lack of one."""

    kind: Kind
    endpoint: str | None
    """`/getdomains`; None where an old log does not say it."""
    vantage: str
    """host · here"""
    keyed: bool
    domain: Domain | None
    """The domain that was asked about; None for a list, a test, or where the log does not say."""
    status: int | None
    says: str
    """The API's error text, curl's, or the beginning of what came instead of JSON."""
    at: datetime | None
    logged: bool
    citation: Citation

    @property
    def usable(self) -> bool:
        """Is this JSON that says something?"""
        return self.kind in USABLE

    @property
    def is_list(self) -> bool:
        """Does this answer `getdomains`?"""
        return self.endpoint == "/getdomains"

    @property
    def is_test(self) -> bool:
        """Does this answer the plugin's own harmless test, `adddomainalias` without a domain?"""
        return self.endpoint == "/adddomainalias" and self.domain is None


@dataclass(frozen=True, slots=True)
class ApiAnswers:
    """All answers: of the calls that were made for this look, and those the plugin logged."""

    ANY_OF: ClassVar[tuple[str, ...]] = (ClosteCalls.FILE, PluginLogs.FILE)
    """The files of which one is enough."""
    called: tuple[Answer, ...]
    logged: tuple[Answer, ...]
    """In order of time; answers of the plugin's guessed SSL endpoints are left out as noise."""

    @classmethod
    def derive(
        cls,
        calls: ClosteCalls | None,
        logs: PluginLogs | None,
        scheduler: Scheduler | None,
        wording: ApiWording,
    ) -> ApiAnswers | Missing:
        """From `closte.json` and the plugin's log; Missing("closte.json") without either.

        Up to 2.4.3 the log does not say which domain a body is about: the `wu_add_domain` action that
        ran at that moment does.
        """
        if calls is None and logs is None:
            return Missing(ClosteCalls.FILE)
        return cls(
            tuple(answer_of_call(call, wording) for call in calls.calls) if calls else (),
            tuple(_logged(logs, scheduler, wording)) if logs else (),
        )

    @property
    def keyed(self) -> tuple[Answer, ...]:
        """Answers that can say something about the key: made with it."""
        return tuple(a for a in self.called if a.keyed)

    def from_vantage(self, vantage: str) -> tuple[Answer, ...]:
        """The calls made from `host` or from `here`, with key and without."""
        return tuple(a for a in self.called if a.vantage == vantage)

    def last_logged(self) -> Answer | None:
        """The newest answer in the log: what stands where no call was made."""
        return self.logged[-1] if self.logged else None

    def about(self, domain: str) -> tuple[Answer, ...]:
        """Every answer about this domain, the logged ones (oldest first) before the calls."""
        return tuple(a for a in (*self.logged, *self.called) if a.domain == domain)


def answer_of_call(call: ApiCall, wording: ApiWording) -> Answer:
    """A recorded call by its kind."""
    domain = canonical(call.asked_domain) if call.asked_domain else None
    kind, says = kind_of(
        call.http_status,
        call.body,
        call.error,
        endpoint=call.endpoint,
        domain=call.asked_domain,
        wording=wording,
    )
    outcome = f"HTTP {call.http_status}" if call.http_status is not None else "no answer"
    asked = f" {call.asked_domain}" if call.asked_domain else ""
    key = "" if call.keyed else " without key"
    excerpt = f"{call.method} {call.endpoint}{asked}{key} from {call.vantage}: {outcome}, {says}"
    return Answer(
        kind=kind,
        endpoint=call.endpoint,
        vantage=call.vantage,
        keyed=call.keyed,
        domain=domain,
        status=call.http_status,
        says=says,
        at=call.at,
        logged=False,
        citation=Citation(ClosteCalls.FILE, excerpt, call.at),
    )


def kind_of(
    status: int | None,
    body: str,
    error: str | None,
    *,
    endpoint: str | None,
    domain: str | None,
    wording: ApiWording,
) -> tuple[Kind, str]:
    """The kind of an answer, and its words. Nothing of `body` is trusted to be what it should be."""
    if status is None and (error or not body.strip()):
        return "transport-error", _short(error or "no answer")
    if not body.strip():
        return _without_json(status, "empty"), "an empty body"
    found = decoded(body)
    if found is None:
        looks = "html" if _looks_like_html(body) else "not-json"
        return _without_json(status, "html" if looks == "html" else "not-json"), _short(body)
    return _kind_of_json(status, found, endpoint=endpoint, domain=domain, wording=wording)


def _without_json(status: int | None, kind: Literal["empty", "html", "not-json"]) -> Kind:
    if status in (401, 403):
        return "forbidden-html"
    return "server-error" if status is not None and status >= 500 else kind


def _kind_of_json(
    status: int | None,
    found: object,
    *,
    endpoint: str | None,
    domain: str | None,
    wording: ApiWording,
) -> tuple[Kind, str]:
    text = error_text(found)
    if text == HARMLESS_ANSWER or text.strip() == HARMLESS_ANSWER.strip():
        return ("harmless-test-ok" if domain is None else "invalid-domain"), text
    if text.startswith(HARMLESS_ANSWER):
        return "invalid-domain", _short(text)
    if succeeded(found, endpoint) and (status is None or status < 400):
        return "ok", "success"
    meaning = wording.meaning(text, domain=domain) if text else None
    if meaning is not None and (status is None or status < 500 or meaning == "key_rejected"):
        return _of_meaning(_MEANS[meaning], status), _short(text)
    return _of_status(status), _short(text or json.dumps(found))


def _of_meaning(kind: Kind, status: int | None) -> Kind:
    """401 and 403 with JSON refuse the key, unless the words speak of a domain or of permission."""
    if status in (401, 403) and kind in ("rate-limit", "maintenance"):
        return "key-rejected"
    return kind


def _of_status(status: int | None) -> Kind:
    if status in (401, 403):
        return "key-rejected"
    if status == 404:
        return "not-found"
    if status == 409:
        return "already-exists"
    if status == 429:
        return "rate-limit"
    if status is not None and status >= 500:
        return "server-error"
    return "refused"


def decoded(body: str) -> dict[str, object] | list[object] | None:
    """The JSON object or array in a body, or None. A byte order mark is forgiven."""
    try:
        found = json.loads(body.lstrip("\ufeff").strip())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def succeeded(found: object, endpoint: str | None) -> bool:
    """Does the answer report success? A bare list answers `getdomains` as well."""
    if isinstance(found, list):
        return endpoint == "/getdomains"
    if not isinstance(found, dict):
        return False
    if "success" in found:
        said = found["success"]
        return said is True or said == 1 or str(said).strip().lower() in ("true", "1", "ok", "yes")
    if endpoint != "/getdomains":
        return False
    return "domains" in found or (_names_domains(found) and not error_text(found))


def _names_domains(found: dict[str, object]) -> bool:
    """A wrapper without `success` and without `domains` is a list where there are names in it."""
    listed = names_of(found)
    return listed is not None and bool(listed.names)


def error_text(found: object) -> str:
    """The error's words, wherever the answer keeps them; empty without any."""
    if not isinstance(found, dict):
        return ""
    for name in ("error", "message", "errors", "detail", "error_description"):
        said = found.get(name)
        if isinstance(said, str) and said.strip():
            return said
        if isinstance(said, dict):
            inner = error_text(said) or error_text({"error": said.get("text")})
            if inner:
                return inner
        if isinstance(said, list) and said:
            first = said[0]
            inner = first if isinstance(first, str) else error_text(first)
            if inner:
                return inner
    return ""


def _looks_like_html(body: str) -> bool:
    start = body.lstrip("\ufeff \t\r\n")[:200].lower()
    return start.startswith("<") or "<html" in start or "<!doctype" in start


def _short(text: str) -> str:
    flat = " ".join(text.split())
    # The trailing space of the harmless answer is part of it; anything else is cut for a citation.
    return (
        text if text == HARMLESS_ANSWER else flat[:_EXCERPT] + ("…" if len(flat) > _EXCERPT else "")
    )


def _logged(logs: PluginLogs, scheduler: Scheduler | None, wording: ApiWording) -> list[Answer]:
    """Answers in the plugin's log, of the endpoints that exist (DOMAIN 3.3, 3.4)."""
    adding = [a for a in scheduler.actions if a.hook == "wu_add_domain"] if scheduler else []
    found: list[Answer] = []
    answered: set[Domain] = set()
    """Domains whose answer stands in the log itself since they were last added."""
    for event in logs.events:
        if event.name == "closte.adding" and event.domain is not None:
            answered.discard(event.domain)
        elif event.name in ("closte.add-failed", "closte.rejected-invalid"):
            if event.domain is not None and event.domain not in answered:
                found.extend(_retold(event, event.domain, wording))
        elif event.name in ("closte.response", "closte.raw-body", "closte.transport-failed"):
            endpoint = event.fields.get("endpoint")
            if endpoint is not None and endpoint not in ABOUT_DOMAINS:
                continue
            answer = _answer_of_event(event, endpoint, _asked(event, adding), wording)
            found.append(answer)
            if answer.domain is not None:
                answered.add(answer.domain)
    return found


_PLUGINS_OWN = re.compile(r"Closte API Key (not found|is empty)", re.IGNORECASE)
_STATUS_ONLY = re.compile(r"HTTP (\d{3}) error")
_NO_JSON: Mapping[str, Literal["empty", "not-json"]] = {
    "Invalid JSON response": "not-json",
    "Empty response": "empty",
    "Empty or invalid response": "empty",
}


def _retold(event: LogEvent, domain: Domain, wording: ApiWording) -> Iterator[Answer]:
    """The answer as the plugin's summary retells it, where the answer itself is not in the log.

    Some of the texts are the plugin's own and none of Closte's (DOMAIN 1.5): of an HTTP error only the
    status is told, and a key that is not there was never sent.
    """
    kind: Kind
    status: int | None = None
    if event.name == "closte.rejected-invalid":
        kind, says = "invalid-domain", f"{HARMLESS_ANSWER}{domain}"
    else:
        told = decoded(event.fields.get("response", ""))
        said = error_text(told).strip()
        if _PLUGINS_OWN.match(said):
            return
        only_status = _STATUS_ONLY.fullmatch(said)
        body = event.fields.get("response", "")
        if only_status is not None:
            status = int(only_status[1])
            kept = told.get("response_body") if isinstance(told, dict) else None
            body = kept if isinstance(kept, str) else said
        kind, says = (
            (_NO_JSON[said], said)
            if said in _NO_JSON
            else kind_of(
                status, body, None, endpoint="/adddomainalias", domain=domain, wording=wording
            )
        )
    yield Answer(
        kind=kind,
        endpoint="/adddomainalias",
        vantage="host",
        keyed=True,
        domain=domain,
        status=status,
        says=says,
        at=event.at,
        logged=True,
        citation=_cited(event),
    )


def _cited(event: LogEvent) -> Citation:
    return Citation(event.source, f"line {event.line}: {_short(event.message)}", event.at)


def _asked(event: LogEvent, adding: list[Action]) -> Domain | None:
    """The domain a logged answer is about. The plugin's own connection test asks about none."""
    if "asked" in event.fields and event.name != "closte.raw-body":
        return canonical(event.fields["asked"]) if event.fields["asked"] else None
    return event.domain or _domain_of_body(event) or _domain_being_added(event.at, adding)


def _domain_of_body(event: LogEvent) -> Domain | None:
    """The name that `Invalid or empty domain: NAME` ends with."""
    said = error_text(decoded(event.fields.get("body", event.message)))
    return canonical(name) if (name := _named_by(said)) else None


def _named_by(said: str) -> str:
    return said.removeprefix(HARMLESS_ANSWER) if said.startswith(HARMLESS_ANSWER) else ""


def _domain_being_added(at: datetime, adding: list[Action]) -> Domain | None:
    running = {
        canonical(str(action.args.get("domain", action.args.get("0", ""))))
        for action in adding
        if (span := _run_of(action)) and span[0] <= at <= span[1]
    }
    return (running.pop() or None) if len(running) == 1 else None


def _run_of(action: Action) -> tuple[datetime, datetime] | None:
    """From when to when an action ran; both ends are rounded to seconds by the scheduler."""
    times = [entry.at for entry in action.log if entry.at and "created" not in entry.message]
    if action.last_attempt:
        times.append(action.last_attempt)
    second = timedelta(seconds=1)
    return (min(times) - second, max(times) + second) if times else None


def _answer_of_event(
    event: LogEvent, endpoint: str | None, domain: Domain | None, wording: ApiWording
) -> Answer:
    status = event.fields.get("status", "")
    body = event.fields.get("body", event.message if event.name == "closte.raw-body" else "")
    error = event.fields.get("error")
    if event.name == "closte.transport-failed":
        error, body = error or event.message, ""
    kind, says = kind_of(
        int(status) if status.isdigit() else None,
        body,
        error,
        endpoint=endpoint or "/adddomainalias",
        domain=domain,
        wording=wording,
    )
    return Answer(
        kind=kind,
        endpoint=endpoint,
        vantage="host",
        keyed=True,
        domain=domain,
        status=int(status) if status.isdigit() else None,
        says=says,
        at=event.at,
        logged=True,
        citation=_cited(event),
    )
