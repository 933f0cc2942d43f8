"""A loopback stand-in for Closte's API, with every way to fail switchable while it runs.

Faithful to what is public (DOMAIN 1.2 – 1.5): paths, methods, parameters, the exact wire values of
`wildcard`, and the one error text that is known, `Invalid or empty domain: {domain}`. All other
error texts are invented, as no source shows the real ones.

Run it by itself: `python tests/lab/closte_api.py --key K --domain network.example`; then switch a
failure with `curl -d endpoint=/getdomains -d fault=json-401 http://127.0.0.1:PORT/lab/fault`.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

PREFIX = "/api/client"
NOT_FOUND = b"<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"
WRONG_KEY = "Invalid api key"
NO_PERMISSION = "Permission denied: this key may not manage domains"
ALREADY_HERE = "Domain already exists"
ALREADY_ELSEWHERE = "Domain is already in use by another site"

# What Closte accepts as a domain is not public; the plugin's own rule is (DOMAIN 2.6).
DOMAIN = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]\Z")

FAULTS = {
    "json-NNN": "that HTTP status with a JSON refusal (json-401, json-403, json-429, json-503, …)",
    "html-NNN": "that HTTP status with an HTML page (html-403, html-404, html-502, …)",
    "html-200": "an HTML page with status 200",
    "html-multiline": "an HTML page of many lines, one of which looks like a log record",
    "empty": "status 200 and no body",
    "bad-json": "JSON cut off in the middle",
    "not-object": "valid JSON that is not an object",
    "not-success": "success false, with the text given as `text`",
    "no-success": "an object without `success`",
    "wording": "the answer of the test call in other words",
    "timeout-before": "never answers, does nothing",
    "timeout-after": "does what was asked, then never answers",
    "reset": "resets the connection instead of answering",
    "slow": "sends the right body one byte at a time",
    "redirect": "sends the caller elsewhere, with 302",
    "echo-key": "the answer quotes the key",
    "lies": "says success, does nothing",
}
"""Every fault by name; `NNN` stands for a status."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    at: float
    method: str
    endpoint: str
    fields: Mapping[str, str]
    """Query and form fields, `apikey` left out."""
    key: str | None
    user_agent: str | None
    fault: str | None
    acted: bool = False
    """Was something changed by it?"""


@dataclass(slots=True)
class App:
    """What Closte knows of one app: its key, aliases, backups and tasks."""

    key: str
    domains: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    """Domains that another Closte app holds."""
    network: str | None = None
    """Names under it are refused as invalid (DOMAIN 2.5)."""
    as_strings: bool = False
    """`getdomains` lists strings instead of objects: the element's fields are not public."""
    backups: list[dict[str, object]] = field(default_factory=list)
    invalidations: list[dict[str, object]] = field(default_factory=list)
    tasks: dict[str, int] = field(default_factory=dict)
    """Task → how many more polls until it is finished."""
    polls_until_done: int = 1


Answer = dict[str, object]


class Endpoints:
    """The endpoints themselves: fields in, JSON object out. `changed` tells what acted."""

    def __init__(self, app: App, now: Callable[[], float]) -> None:
        self.app = app
        self._now = now
        self._next = 1
        self.by_path: dict[tuple[str, str], Callable[[Mapping[str, str]], tuple[Answer, bool]]] = {
            ("GET", "/getdomains"): self._getdomains,
            ("POST", "/adddomainalias"): self._adddomainalias,
            ("POST", "/deletedomainalias"): self._deletedomainalias,
            ("GET", "/getbackups"): self._getbackups,
            ("POST", "/manualbackup"): self._manualbackup,
            ("GET", "/getcdncacheinvalidation"): self._getcdncacheinvalidation,
            ("POST", "/flushgooglecdn"): self._flushgooglecdn,
            ("POST", "/gettaskstatus"): self._gettaskstatus,
        }

    def _getdomains(self, _: Mapping[str, str]) -> tuple[Answer, bool]:
        if self.app.as_strings:
            return {"success": True, "domains": list(self.app.domains)}, False
        return {"success": True, "domains": [{"domain": d} for d in self.app.domains]}, False

    def _adddomainalias(self, fields: Mapping[str, str]) -> tuple[Answer, bool]:
        domain, wildcard = fields.get("domain", ""), fields.get("wildcard", "")
        under = self.app.network is not None and domain.endswith("." + self.app.network)
        if not DOMAIN.match(domain) or under:
            return _refusal(f"Invalid or empty domain: {domain}"), False
        # "" and "0" are false, "1" is true (DOMAIN 1.4); a client that sends "False" means well
        # and would get a wildcard: here it gets told.
        if wildcard not in ("", "0", "1") or domain.startswith("*.") != (wildcard == "1"):
            return _refusal(f"Invalid wildcard value: {wildcard}"), False
        if domain in self.app.domains:
            return _refusal(ALREADY_HERE), False
        if domain in self.app.elsewhere:
            return _refusal(ALREADY_ELSEWHERE), False
        self.app.domains.append(domain)
        return {"success": True, "taskid": self._task()}, True

    def _deletedomainalias(self, fields: Mapping[str, str]) -> tuple[Answer, bool]:
        domain = fields.get("domain", "")
        if domain not in self.app.domains:
            return _refusal(f"Invalid or empty domain: {domain}"), False
        self.app.domains.remove(domain)
        return {"success": True, "taskid": self._task()}, True

    def _manualbackup(self, _: Mapping[str, str]) -> tuple[Answer, bool]:
        task = self._task()
        at = int(self._now())
        self.app.backups.insert(0, {"id": "", "taskid": task, "date": at, "type": "manual"})
        return {"success": True, "taskid": task}, True

    def _getbackups(self, _: Mapping[str, str]) -> tuple[Answer, bool]:
        return {"success": True, "backups": list(self.app.backups)}, False

    def _flushgooglecdn(self, _: Mapping[str, str]) -> tuple[Answer, bool]:
        task = self._task()
        at = int(self._now())
        entry: dict[str, object] = {"id": task, "date": at, "path": "/*", "status": "Running"}
        self.app.invalidations.insert(0, entry)
        return {"success": True, "taskid": task}, True

    def _getcdncacheinvalidation(self, _: Mapping[str, str]) -> tuple[Answer, bool]:
        return {"success": True, "tasks": list(self.app.invalidations)}, False

    def _gettaskstatus(self, fields: Mapping[str, str]) -> tuple[Answer, bool]:
        task = fields.get("id", "")
        if task not in self.app.tasks:
            return _refusal("Task not found"), False
        left = self.app.tasks[task]
        if left > 0:
            self.app.tasks[task] = left - 1
            return {"success": True, "task": {"end_date": None, "success": None}}, False
        for backup in self.app.backups:
            if backup["taskid"] == task:
                backup["id"] = f"backup-{task}"
        for entry in self.app.invalidations:
            if entry["id"] == task:
                entry["status"] = "Finished"
        return {"success": True, "task": {"end_date": int(self._now()), "success": True}}, False

    def _task(self) -> str:
        task = str(170000 + self._next)
        self._next += 1
        self.app.tasks[task] = self.app.polls_until_done
        return task


def _refusal(text: str) -> Answer:
    return {"success": False, "error": text}


@dataclass(slots=True)
class _Fault:
    name: str
    text: str
    keyed_only: bool
    acting_only: bool = False


class ClosteApi:
    """The emulator: a threaded server on a free loopback port, http or (with a certificate) https.

    Use it as a context manager. `app` may be changed at any time, `fail` and `mend` switch faults,
    `requests` is what arrived so far.
    """

    def __init__(
        self,
        app: App,
        *,
        certificate: tuple[Path, Path] | None = None,
        port: int = 0,
        wrong_key: str = WRONG_KEY,
    ) -> None:
        """`certificate`: files of the certificate chain and of its key; makes it https."""
        self.app = app
        self.wrong_key = wrong_key
        self.endpoints = Endpoints(app, time.time)
        self.requests: list[Request] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self._faults: dict[str, _Fault] = {}
        self._meanwhile: dict[str, Callable[[], object]] = {}
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*map(str, certificate))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What to give to `--api-url`."""
        return f"{self._scheme}://127.0.0.1:{self.port}{PREFIX}"

    def __enter__(self) -> ClosteApi:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving; requests that hang on purpose end as well."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(
        self,
        fault: str,
        *,
        endpoint: str = "*",
        text: str = "",
        keyed_only: bool = False,
        acting_only: bool = False,
    ) -> None:
        """From now on `endpoint` (or, with `*`, each one) fails so; `FAULTS` has the names.

        `keyed_only`: only for requests with a key. As only the host has it, this is a trouble on
        the way from the host, seen from elsewhere the API lives. `acting_only`: only for requests
        that name a domain, not for the plugin's harmless test of the key at the same endpoint.
        """
        if not is_fault(fault):
            raise ValueError(f"no such fault: {fault}")
        with self.lock:
            self._faults[endpoint] = _Fault(fault, text, keyed_only, acting_only)

    def meanwhile(self, endpoint: str, happens: Callable[[], object]) -> None:
        """Let something happen at the next request to `endpoint`: when it is done, before it is answered."""
        with self.lock:
            self._meanwhile[endpoint] = happens

    def record(self, request: Request) -> None:
        """Enter a request in `requests`; what was to happen meanwhile happens now."""
        with self.lock:
            self.requests.append(request)
            happens = self._meanwhile.pop(request.endpoint, None)
        if happens is not None:
            happens()

    def hold(self, fault: _Fault) -> None:
        """Let a request hang for as long as its fault stands."""
        while not self.stopping.wait(0.05):
            with self.lock:
                if not any(standing is fault for standing in self._faults.values()):
                    return

    def mend(self, endpoint: str | None = None) -> None:
        """`endpoint` works again; without one, all do, and nothing happens meanwhile any more."""
        with self.lock:
            if endpoint is None:
                self._faults.clear()
                self._meanwhile.clear()
            else:
                self._faults.pop(endpoint, None)

    def fault_of(self, endpoint: str) -> _Fault | None:
        """The fault that stands for this endpoint."""
        with self.lock:
            return self._faults.get(endpoint) or self._faults.get("*")

    def calls(self, endpoint: str | None = None) -> tuple[Request, ...]:
        """What arrived, in order; of one endpoint only, if it is named."""
        with self.lock:
            return tuple(r for r in self.requests if endpoint in (None, r.endpoint))

    def forget(self) -> None:
        """Empty the record of requests."""
        with self.lock:
            self.requests.clear()

    def answer(
        self, method: str, endpoint: str, fields: Mapping[str, str], key: str | None
    ) -> tuple[Answer | None, bool]:
        """The faultless answer (None: no such endpoint), and whether something was changed."""
        with self.lock:
            act = self.endpoints.by_path.get((method, endpoint))
            if act is None:
                return None, False
            if key != self.app.key:
                return _refusal(self.wrong_key), False
            return act(fields)


def is_fault(name: str) -> bool:
    """Is this one of `FAULTS`?"""
    if name.endswith("-NNN"):
        return False
    return name in FAULTS or re.fullmatch(r"(json|html)-[2-5]\d\d", name) is not None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up (or is hung up on) is part of the play."""


def _html(status: int) -> bytes:
    return f"<html><head><title>{status}</title></head><body>Closte is having trouble</body></html>".encode()


MULTILINE = (
    b"<!DOCTYPE html>\n<html>\n<head><title>Maintenance</title></head>\n<body>\n"
    b"[2020-01-01 00:00:00] [ERROR] this line of a page looks like a record of a log\n"
    b"<p>We will be back</p>\n</body>\n</html>\n"
)


def _handler(api: ClosteApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "closte"
        sys_version = ""

        def log_message(self, format: str, *args: object) -> None:
            """Silent: `requests` is the record."""

        def do_GET(self) -> None:
            self._serve("GET", "")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._serve("POST", self.rfile.read(length).decode("utf-8", "replace"))

        def _serve(self, method: str, form: str) -> None:
            split = urlsplit(self.path)
            fields = {
                name: values[-1]
                for text in (split.query, form)
                for name, values in parse_qs(text, keep_blank_values=True).items()
            }
            if split.path == "/lab/fault" and method == "POST":
                self._switch(fields)
                return
            key = fields.pop("apikey", None)
            inside = split.path.startswith(PREFIX + "/")
            endpoint = split.path.removeprefix(PREFIX) if inside else split.path
            fault = api.fault_of(endpoint) if inside else None
            if fault is not None and fault.keyed_only and not key:
                fault = None
            if fault is not None and fault.acting_only and not fields.get("domain"):
                fault = None
            name = fault.name if fault else None
            answer: Answer | None = None
            acted = False
            if inside and name in (None, "timeout-after", "slow", "wording", "echo-key"):
                answer, acted = api.answer(method, endpoint, fields, key)
            request = Request(
                time.time(),
                method,
                endpoint,
                fields,
                key,
                self.headers.get("User-Agent"),
                name,
                acted,
            )
            api.record(request)
            if fault is None:
                self._plain(answer)
            else:
                self._faulty(fault, answer, key)

        def _switch(self, fields: Mapping[str, str]) -> None:
            fault, endpoint = fields.get("fault", ""), fields.get("endpoint", "*")
            if not fault:
                api.mend(None if endpoint == "*" else endpoint)
            elif is_fault(fault):
                api.fail(fault, endpoint=endpoint, text=fields.get("text", ""))
            else:
                self._send(400, "text/plain", ("faults: " + ", ".join(FAULTS) + "\n").encode())
                return
            self._send(200, "text/plain", b"ok\n")

        def _plain(self, answer: Answer | None) -> None:
            if answer is None:
                self._send(404, "text/html", NOT_FOUND)
            else:
                self._json(200, answer)

        def _faulty(self, fault: _Fault, answer: Answer | None, key: str | None) -> None:
            kind, _, number = fault.name.partition("-")
            if number.isdigit() and kind == "json":
                self._json(int(number), _refusal(fault.text or f"refused with {number}"))
            elif number.isdigit():
                self._send(int(number), "text/html", _html(int(number)))
            else:
                self._odd(fault, answer, key)

        def _odd(self, fault: _Fault, answer: Answer | None, key: str | None) -> None:
            match fault.name:
                case "html-multiline":
                    self._send(200, "text/html", MULTILINE)
                case "empty":
                    self._send(200, "application/json", b"")
                case "bad-json":
                    self._send(200, "application/json", b'{"success": true, "doma')
                case "not-object":
                    self._send(200, "application/json", b"[1, 2]")
                case "no-success":
                    self._json(200, {"status": "ok"})
                case "not-success":
                    self._json(200, _refusal(fault.text or "Something went wrong"))
                case "wording":
                    self._json(200, _refusal("Please supply a domain"))
                case "lies":
                    self._json(200, {"success": True, "taskid": "170000"})
                case "echo-key":
                    self._json(200, {**(answer or {}), "debug": f"apikey={key}", "key": key})
                case "redirect":
                    self._send(302, "text/html", b"", (("Location", fault.text or "/login"),))
                case "timeout-before" | "timeout-after":
                    api.hold(fault)
                    self.close_connection = True
                case "slow":
                    self._slow(json.dumps(answer).encode())
                case "reset":
                    self._reset()
                case _:
                    raise AssertionError(fault.name)

        def _slow(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for offset in range(len(body)):
                if api.stopping.wait(1.0):
                    return
                self.wfile.write(body[offset : offset + 1])
                self.wfile.flush()

        def _reset(self) -> None:
            # A linger time of zero turns the close into an RST.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def _json(self, status: int, answer: Answer) -> None:
            self._send(status, "application/json", json.dumps(answer).encode())

        def _send(
            self, status: int, kind: str, body: bytes, headers: Iterable[tuple[str, str]] = ()
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main() -> None:
    """Serve in the foreground until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", default="FAKEKEY-0123456789abcdef0123456789abcdef")
    parser.add_argument("--domain", action="append", default=[])
    parser.add_argument("--network")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    app = App(options.key, domains=list(options.domain), network=options.network)
    with ClosteApi(app, port=options.port) as api:
        print(f"--api-url {api.url}")
        for name, meaning in FAULTS.items():
            print(f"  {name:16} {meaning}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("ended")


if __name__ == "__main__":
    main()
