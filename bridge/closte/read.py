"""Calls of the Closte API that read, from this machine: the rows of `closte.json` (CONTRACT section 3).

Exactly two with a key, `GET /getdomains` and `POST /adddomainalias` without a domain; one without, which only
shows whether the API lives. Trouble is a row with `error`, never an exception, and the key is in neither.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analyzers.instants import iso
from analyzers.language import phrase
from analyzers.masks import Redaction
from analyzers.secrets import Secret
from analyzers.shape import API_KEY
from bridge.clock import now
from bridge.closte.key import ApiKey, key_from
from bridge.closte.wire import (
    GET_DOMAINS,
    TEST,
    ApiBase,
    Endpoint,
    WireRequest,
    base_from,
    request_for,
)
from bridge.deadline import Deadline
from bridge.errors import UsageError

__all__ = ["ApiKey", "call_without_key", "calls_with_key", "key_from"]

Row = dict[str, object]

CONNECT = 5.0
"""Seconds for the connection (DOMAIN 5.3)."""
TOTAL = 15.0
"""Seconds for a whole call. The plugin itself waits 45."""
_MOST_BYTES = 4 << 20


def calls_with_key(
    api_url: str, key: ApiKey, *, list_only: bool = False, ca_file: Path | None = None
) -> list[Row]:
    """Both reading calls at once; with `list_only` (`check`, `watch`) `getdomains` alone.

    Raises UsageError for a URL that is none, or that would carry the key in the clear.
    """
    base = base_from(api_url)
    if not base.may_carry_key:
        raise UsageError(phrase("--api-url: a key is sent over https only (or to this machine)"))
    endpoints = (GET_DOMAINS,) if list_only else (GET_DOMAINS, TEST)
    with ThreadPoolExecutor(max_workers=len(endpoints)) as pool:
        return list(pool.map(lambda e: _call(base, e, key, ca_file), endpoints))


def call_without_key(api_url: str, *, ca_file: Path | None = None) -> Row:
    """`GET /getdomains` without a key: whether anybody answers. Raises UsageError for a URL that is none."""
    return _call(base_from(api_url), GET_DOMAINS, None, ca_file)


def _call(base: ApiBase, endpoint: Endpoint, key: ApiKey | None, ca_file: Path | None) -> Row:
    secrets = (Secret(API_KEY, key.text),) if key else ()
    redaction = Redaction.of(secrets)
    at = now()
    started = time.monotonic()
    status: int | None = None
    body, error = "", None
    try:
        request = request_for(base, endpoint, key.text if key else None)
        status, body = answered(base, request, ca_file)
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        error = words(trouble)
    return {
        "endpoint": endpoint.path,
        "method": endpoint.method,
        "vantage": "here",
        "keyed": key is not None,
        "asked_domain": None,
        "http_status": status,
        "body": redaction.free(body),
        "error": None if error is None else redaction.free(error),
        "seconds": round(time.monotonic() - started, 2),
        "at": iso(at),
    }


def answered(
    base: ApiBase, request: WireRequest, ca_file: Path | None, total: float = TOTAL
) -> tuple[int, str]:
    """Status and body, within `total` seconds. A redirect is an answer like any other: the key is not
    carried on."""
    within = Deadline(total)
    connection = _opened(base, ca_file)
    connection.sock.settimeout(total)
    # Time-outs of a socket are per read; a server that drips would be waited for as long as it likes.
    end = threading.Timer(within.remaining(), _cut, (connection,))
    end.daemon = True
    end.start()
    try:
        connection.request(
            request.method, request.target, body=request.body or None, headers=dict(request.headers)
        )
        answer = connection.getresponse()
        body = answer.read(_MOST_BYTES)
    except http.client.IncompleteRead as incomplete:
        body = incomplete.partial
    except (OSError, http.client.HTTPException):
        if within.over():
            raise TimeoutError from None
        raise
    finally:
        end.cancel()
        connection.close()
    if within.over():
        raise TimeoutError
    return answer.status, body.decode("utf-8", "replace")


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _opened(base: ApiBase, ca_file: Path | None) -> http.client.HTTPConnection:
    if base.scheme == "http":
        connection = http.client.HTTPConnection(base.host, base.port, timeout=CONNECT)
    else:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        connection = http.client.HTTPSConnection(
            base.host, base.port, timeout=CONNECT, context=context
        )
    connection.connect()
    return connection


def words(trouble: Exception, total: float = TOTAL) -> str:
    """What went wrong, in words of ours or of the system: exceptions of libraries can quote requests."""
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {trouble.verify_message}"
    if isinstance(trouble, ssl.SSLError):
        return f"TLS: {(trouble.reason or 'handshake failure').lower().replace('_', ' ')}"
    if isinstance(trouble, TimeoutError):
        return f"timed out (connecting {CONNECT:g} s, in all {total:g} s)"
    if isinstance(trouble, socket.gaierror):
        return f"could not resolve the host: {trouble.strerror}"
    if isinstance(trouble, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    if isinstance(trouble, OSError):
        return trouble.strerror or type(trouble).__name__
    return "the answer is not HTTP"
