"""Calls of the Closte API that change something, from this machine, with a key that was handed over.

The exact wire values of DOMAIN 1.3 and 1.4. Each call is made once: what its answer leaves open is found out
by reading (`getdomains`, the lists of tasks), never by calling again. The key is in no record and no error.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from urllib.parse import urlencode

from analyzers.aliases import AliasList
from analyzers.decoding import outside
from analyzers.decoding.document import Document
from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.masks import Redaction
from analyzers.names import canonical
from analyzers.secrets import Secret
from analyzers.shape import API_KEY
from analyzers.steps import Json
from bridge.clock import now
from bridge.closte import read
from bridge.closte.key import ApiKey
from bridge.closte.tasks import BEGUN_BY, KINDS, TaskKind
from bridge.closte.wire import ApiBase, Method, WireRequest, base_from
from bridge.deadline import Deadline
from bridge.errors import UsageError
from bridge.host.acting import API_SECONDS, AWAIT, Asked, Told

Row = dict[str, object]
_ALIASES = {"alias.add": "/adddomainalias", "alias.delete": "/deletedomainalias"}


class ApiHand:
    """The API, acted on from here."""

    def __init__(
        self,
        api_url: str,
        key: ApiKey,
        *,
        api_seconds: float = API_SECONDS,
        task_seconds: float = 300.0,
        poll_seconds: float = 5.0,
        ca_file: Path | None = None,
    ) -> None:
        """Raises UsageError for a URL that is none, or that would carry the key in the clear."""
        self._base = base_from(api_url)
        if not self._base.may_carry_key:
            raise UsageError(
                phrase("--api-url: a key is sent over https only (or to this machine)")
            )
        self._key = key
        self._api_seconds = api_seconds
        self._task_seconds = task_seconds
        self._poll_seconds = poll_seconds
        self._ca_file = ca_file

    def waiting(self, seconds: float) -> ApiHand:
        """The same, with another patience for tasks."""
        other = copy(self)
        other._task_seconds = seconds
        return other

    def aliases(self) -> frozenset[str] | None:
        """Closte's list; None where it is not readable."""
        row = self._call("GET", "/getdomains", {})
        found = AliasList.derive(outside.closte(Document({"calls": [row]})))
        return frozenset(found.names) if isinstance(found, AliasList) else None

    def act(self, step: Asked, on_wait: Callable[[str], None]) -> Told:
        """Carry out one step of the API, once."""
        if step.action in _ALIASES:
            return self._alias(step)
        if step.action == AWAIT:
            return self._awaited(step, str(step.parameters["task"]), None, on_wait)
        return self._task(step, on_wait)

    def _alias(self, step: Asked) -> Told:
        domain = str(step.parameters["domain"])
        place, wants = f"alias {domain}", step.action == "alias.add"
        listed = self.aliases()
        if listed is None:
            why = phrase(
                "Closte gave no readable list of its domains just before the call, so it was not made"
            )
            return Told(step.id, "failed", why)
        there = canonical(domain) in listed
        if there is wants:
            said = phrase(
                "Closte lists it already" if wants else "Closte does not list it any more"
            )
            return Told(step.id, "already", said, left={place: wants})
        fields = {"domain": domain, "wildcard": "1" if step.parameters.get("wildcard") else "0"}
        row = self._call("POST", _ALIASES[step.action], fields)
        after = self.aliases()
        present: Json = None if after is None else canonical(domain) in after
        return Told(step.id, "called", "", left={place: present}, calls=(row,))

    def _task(self, step: Asked, on_wait: Callable[[str], None]) -> Told:
        kind = KINDS[BEGUN_BY[step.action]]
        known = self.tasks(kind)
        row = self._call("POST", kind.begin, {})
        task = _text(_object(row).get("taskid")) if _object(row).get("success") is True else None
        if task is None and known is not None and not row.get("unsent"):
            new = set(self.tasks(kind) or ()) - set(known)
            task = new.pop() if len(new) == 1 else None
        if task is None:
            return Told(step.id, "called", "", calls=(row,))
        return self._awaited(step, task, row, on_wait)

    def _awaited(
        self, step: Asked, task: str, row: Row | None, on_wait: Callable[[str], None]
    ) -> Told:
        calls = () if row is None else (row,)
        within = Deadline(self._task_seconds)
        while True:
            state = _object(self._call("POST", "/gettaskstatus", {"id": task})).get("task")
            if isinstance(state, dict) and state.get("end_date") is not None:
                good = bool(state.get("success"))
                said = phrase(
                    "task {task} finished" if good else "task {task} failed at Closte", task=task
                )
                return Told(step.id, "done" if good else "failed", said, calls=calls)
            if within.over():
                break
            on_wait(task)
            time.sleep(min(self._poll_seconds, within.remaining()))
        said = phrase("task {task} was begun and has not finished yet", task=task)
        return Told(step.id, "unknown", said, calls=calls)

    def tasks(self, kind: TaskKind) -> tuple[str, ...] | None:
        """The ids of the tasks of a kind; None where no readable list came."""
        return kind.ids_in(str(self._call("GET", kind.listing, {})["body"]))

    def _call(self, method: Method, path: str, fields: Mapping[str, str]) -> Row:
        """One call, as a row of `closte.json`. `unsent`: it cannot have been acted on."""
        redaction = Redaction.of((Secret(API_KEY, self._key.text),))
        at, started = now(), time.monotonic()
        status, body, error, unsent = None, "", None, False
        total = self._api_seconds if method == "POST" else read.TOTAL
        try:
            request = _request(self._base, method, path, {"apikey": self._key.text, **fields})
            status, body = read.answered(self._base, request, self._ca_file, total)
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            error = read.words(trouble, total)
            never = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
            unsent = isinstance(trouble, never)
        return {
            "endpoint": path,
            "method": method,
            "vantage": "here",
            "keyed": True,
            "asked_domain": fields.get("domain"),
            "http_status": status,
            "body": redaction.free(body),
            "error": None if error is None else redaction.free(error),
            "unsent": unsent,
            "seconds": round(time.monotonic() - started, 2),
            "at": iso(at),
        }


def _request(base: ApiBase, method: Method, path: str, fields: Mapping[str, str]) -> WireRequest:
    form = urlencode(fields)
    headers = [("Accept", "application/json"), ("User-Agent", "closte-doctor")]
    target = base.path + path
    if method == "GET":
        return WireRequest("GET", f"{target}?{form}", b"", tuple(headers))
    headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return WireRequest("POST", target, form.encode("ascii"), tuple(headers))


def _object(row: Row) -> Mapping[str, object]:
    try:
        found = json.loads(str(row["body"]))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
