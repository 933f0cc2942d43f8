"""The rows of `http.json` (CONTRACT section 3): one request, one answer's beginning. No redirect is followed.

Certificates are not verified here: that is what `tls.json` says.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.deadline import Deadline
from bridge.outside.connection import NotObserved, connected, shaken, unverified_context
from bridge.outside.options import LookOptions
from bridge.outside.parallel import at_once, sooner
from bridge.outside.places import Place

Row = dict[str, object]

BODY_START = 512
"""Bytes of a body that are kept."""
_MOST_BYTES = 65536
_LONGEST_HEADER = 512
_CONTENT_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
_DEFAULT_PORTS: Mapping[str, int] = {"http": 80, "https": 443}
_KEPT_HEADERS = frozenset(
    {
        "server",
        "location",
        "content-type",
        "content-length",
        "date",
        "via",
        "www-authenticate",
        "retry-after",
        "strict-transport-security",
        "x-redirect-by",
        "x-powered-by",
        "x-cache",
        "x-cacheable",
        "x-litespeed-cache",
        "x-sucuri-id",
        "x-iinfo",
        "x-served-by",
        "x-parked",
        "cf-ray",
        "cf-cache-status",
        "cf-mitigated",
    }
)
"""What says who answered, and where it sends. Cookies and other values of the site are not kept."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request at one place."""

    place: Place
    scheme: str
    """http · https"""
    path: str
    """Begins with `/`; ASCII without white space."""
    method: str = "GET"

    @property
    def url(self) -> str:
        """As a person would write it."""
        port = "" if self.place.port == _DEFAULT_PORTS[self.scheme] else f":{self.place.port}"
        return f"{self.scheme}://{self.place.host}{port}{self.path}"


def http_rows(
    requests: Iterable[HttpRequest], options: LookOptions, deadline: Deadline
) -> tuple[Row, ...]:
    """One row per request, in their order; what could not be tried from here is left out."""
    context = unverified_context()

    def row(request: HttpRequest) -> Row | None:
        return _row(request, context, options, deadline)

    return tuple(at_once(row, requests, limit=options.probes_at_once, deadline=deadline))


def _row(
    request: HttpRequest, context: ssl.SSLContext, options: LookOptions, deadline: Deadline
) -> Row | None:
    within = sooner(deadline, options.exchange_timeout)
    try:
        raw = _exchanged(request, context, options, within)
        return _written(request, *_parsed(raw, request.method))
    except (NotObserved, UnicodeError):
        return None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, TimeoutError) and deadline.over():
            return None
        return _written(request, None, {}, "", _words(error))


def _exchanged(
    request: HttpRequest, context: ssl.SSLContext, options: LookOptions, within: Deadline
) -> bytes:
    """The beginning of the answer as it came, bounded in bytes and in time."""
    message = (
        f"{request.method} {request.path} HTTP/1.1\r\n"
        f"Host: {request.place.host}\r\n"
        "User-Agent: closte-doctor\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        "Connection: close\r\n\r\n"
    ).encode("ascii")
    connection = connected(request.place.to, options.connect_timeout, within)
    if request.scheme == "https":
        connection = shaken(connection, context, request.place.host, within)
    with connection:
        connection.settimeout(max(0.05, within.remaining()))
        connection.sendall(message)
        return _received(connection, request.method, within)


def _received(connection: socket.socket, method: str, within: Deadline) -> bytes:
    found = bytearray()
    while len(found) < _MOST_BYTES and not _enough(found, method):
        try:
            if within.over():
                raise TimeoutError
            connection.settimeout(max(0.05, within.remaining()))
            piece = connection.recv(16384)
        except (TimeoutError, ConnectionResetError, ssl.SSLEOFError):
            if b"\r\n\r\n" not in found:
                raise
            break
        if not piece:
            break
        found += piece
    return bytes(found)


def _enough(found: bytearray, method: str) -> bool:
    """Is all there that will be kept? Servers that do not close are not waited for."""
    head, separator, body = found.partition(b"\r\n\r\n")
    if not separator or len(body) >= 2 * BODY_START:
        return bool(separator)
    length = _CONTENT_LENGTH.search(head)
    return method == "HEAD" or (length is not None and len(body) >= int(length[1]))


class _Received:
    """Received bytes in the place of a socket, for the standard library's parser."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        """The bytes as a file."""
        return io.BytesIO(self._raw)


def _parsed(raw: bytes, method: str) -> tuple[int, dict[str, str], str, None]:
    if not raw:
        raise http.client.RemoteDisconnected("the connection was closed without an answer")
    if b"\r\n\r\n" not in raw and b"\n\n" not in raw:
        raise http.client.HTTPException("the headers do not end")
    answer = http.client.HTTPResponse(_Received(raw), method=method)  # type: ignore[arg-type]  # it needs makefile only
    answer.begin()
    try:
        body = answer.read(BODY_START)
    except http.client.IncompleteRead as cut:
        body = cut.partial[:BODY_START]
    except ValueError:
        body = b""  # broken chunks
    headers = {
        name.lower(): value[:_LONGEST_HEADER]
        for name, value in answer.getheaders()
        if name.lower() in _KEPT_HEADERS
    }
    return answer.status, headers, body.split(b"\0", 1)[0].decode("utf-8", "replace"), None


def _words(error: BaseException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS handshake failure").lower().replace("_", " ")
    if isinstance(error, http.client.RemoteDisconnected):
        return "closed without an answer"
    if isinstance(error, ConnectionResetError):
        return "connection reset"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "the answer is not HTTP"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def _written(
    request: HttpRequest,
    status: int | None,
    headers: Mapping[str, str],
    body_start: str,
    error: str | None,
) -> Row:
    return {
        "url": request.url,
        "method": request.method,
        "address": request.place.address,
        "status": status,
        "headers": dict(headers),
        "body_start": body_start,
        "error": error,
    }
