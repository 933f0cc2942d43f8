"""Web servers on loopback, as a network's entrance or a foreign host looks from outside: TLS and plain HTTP.

One `WebServer` is one address with a TLS port and an HTTP port. What it does is chosen per name (SNI, or the
Host header): which certificate it shows, or that it resets, stays silent or refuses the handshake, and which
paths it answers how. Certificates come from a `TestCa` made for the run.

    with TestCa() as ca, WebServer(ca) as web:
        web.site("shop.example")                                        # good certificate, ordinary answers
        web.site("old.example", certificate=ca.expired("old.example"))
        web.site("park.example", pages={"/": PARKING}, every_path=PARKING)
        web.site("shut.example", handshake="refused")
        probe(web.address, web.tls_port, ca_file=ca.file)

A name without a site gets the host's default certificate (`*.closte.com`) and 404, as on Closte.
"""

from __future__ import annotations

import contextlib
import datetime
import http
import select
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Handshake = Literal["ok", "refused", "reset", "silent", "not-tls"]
"""refused: a fatal alert (unrecognized_name) for this name. reset: RST in the handshake. silent: nothing ever
comes. not-tls: plain HTTP text where TLS was expected."""

DEFAULT_NAMES = ("*.closte.com", "closte.com")
_DAY = datetime.timedelta(days=1)
_BLANK_GIF = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, as PEM files for a server."""

    chain: Path
    key: Path
    names: tuple[str, ...]
    not_before: datetime.datetime
    not_after: datetime.datetime


class TestCa:
    """A certificate authority of this run, with files in a folder of its own. Context manager."""

    __test__ = False

    def __init__(self, common_name: str = "Lab R11") -> None:
        """`common_name` and `O=Lab Encrypt,C=US` name the issuer."""
        self._folder = tempfile.TemporaryDirectory(prefix="lab-ca-")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._count = 0
        self.name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab Encrypt"),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
        root = self._signed(self.name, self._key, (), _now() - 30 * _DAY, _now() + 3650 * _DAY)
        self.file = Path(self._folder.name, "ca.pem")
        """The root certificate, for `--ca-file` or SSL_CERT_FILE."""
        self.file.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def __enter__(self) -> TestCa:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def good(self, *names: str, days: float = 60) -> Certificate:
        """Valid for these names, for `days` more days."""
        return self.issue(names, _now() - 10 * _DAY, _now() + datetime.timedelta(days=days))

    def expired(self, *names: str, days_ago: float = 5) -> Certificate:
        """Valid until `days_ago` days ago."""
        ended = _now() - datetime.timedelta(days=days_ago)
        return self.issue(names, ended - 90 * _DAY, ended)

    def not_yet_valid(self, *names: str) -> Certificate:
        """Valid from the day after tomorrow."""
        return self.issue(names, _now() + 2 * _DAY, _now() + 90 * _DAY)

    def self_signed(self, *names: str) -> Certificate:
        """Signed by its own key, unknown to everybody."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        return self._written(
            self._signed(
                subject, key, names, _now() - _DAY, _now() + 60 * _DAY, signer=key, ca=False
            ),
            key,
            names,
        )

    def untrusted(self, *names: str) -> Certificate:
        """Signed by an authority that nobody trusts (or whose intermediate is not sent)."""
        other = ec.generate_private_key(ec.SECP256R1())
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Unknown Intermediate")])
        certificate = self._signed(
            _subject(names),
            key,
            names,
            _now() - _DAY,
            _now() + 60 * _DAY,
            signer=other,
            issuer=issuer,
            ca=False,
        )
        return self._written(certificate, key, names)

    def common_name_only(self, name: str) -> Certificate:
        """Of this authority, with the name where no browser looks for it: in the subject alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(
            _subject((name,)),
            key,
            (),
            _now() - _DAY,
            _now() + 60 * _DAY,
            signer=self._key,
            ca=False,
        )
        return self._written(certificate, key, (name,))

    def default(self) -> Certificate:
        """The host's own default certificate: `*.closte.com`."""
        return self.good(*DEFAULT_NAMES)

    def issue(
        self, names: tuple[str, ...], not_before: datetime.datetime, not_after: datetime.datetime
    ) -> Certificate:
        """A certificate of this authority with these dates (aware, UTC)."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(
            _subject(names), key, names, not_before, not_after, signer=self._key, ca=False
        )
        return self._written(certificate, key, names)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: tuple[str, ...],
        not_before: datetime.datetime,
        not_after: datetime.datetime,
        *,
        signer: ec.EllipticCurvePrivateKey | None = None,
        issuer: x509.Name | None = None,
        ca: bool = True,
    ) -> x509.Certificate:
        signed_by = signer or self._key
        issued_by = issuer or (subject if signed_by is key else self.name)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issued_by)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), False
            )
        )
        if ca:
            builder = builder.add_extension(_CA_USAGE, critical=True)
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False
            )
        return builder.sign(signed_by, hashes.SHA256())

    def _written(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, names: tuple[str, ...]
    ) -> Certificate:
        self._count += 1
        chain = Path(self._folder.name, f"{self._count}.pem")
        key_file = Path(self._folder.name, f"{self._count}.key")
        chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return Certificate(
            chain,
            key_file,
            names,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _subject(names: tuple[str, ...]) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived."""

    method: str
    host: str
    path: str
    """With its query."""
    tls: bool


def redirect(location: str, status: int = 301) -> Answer:
    """A redirection."""
    return Answer(status, b"", {"Location": location})


PARKING = Answer(
    200,
    b"<!DOCTYPE html><html><head><title>This domain is parked</title></head>"
    b"<body>Buy this domain</body></html>",
    {"Server": "nginx", "Content-Type": "text/html"},
)
PAGE = Answer(
    200, b"<!DOCTYPE html><title>A site</title>", {"Content-Type": "text/html; charset=UTF-8"}
)
BLANK_GIF = Answer(200, _BLANK_GIF, {"Content-Type": "image/gif"})
NOT_FOUND = Answer(404, b"Not found", {"Content-Type": "text/html"})
FORBIDDEN = Answer(403, b"Forbidden", {"Content-Type": "text/html"})

WORDPRESS: Mapping[str, Answer] = {
    "/": PAGE,
    "/wp-includes/images/blank.gif": BLANK_GIF,
    "/wp-cron.php": Answer(200, b"", {"Content-Type": "text/html; charset=UTF-8"}),
    "/wp-content/uploads/wu-logs/": FORBIDDEN,
    "/wp-content/uploads/wu-logs/integration-closte.log": FORBIDDEN,
}
"""What a WordPress on LiteSpeed answers, by path without query."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the server does for one name."""

    certificate: Certificate
    handshake: Handshake
    pages: Mapping[str, Answer]
    every_path: Answer | None


class WebServer:
    """A TLS port and an HTTP port at one loopback address. `requests` says what was asked."""

    def __init__(self, ca: TestCa, address: str = "127.0.0.1") -> None:
        """Nothing is bound before `start` (or `with`)."""
        self.address = address
        self.tls_port = 0
        self.http_port = 0
        self.requests: list[Request] = []
        self.handshakes: list[str] = []
        """Server names asked for, in order; "" without SNI."""
        self._ca = ca
        self._default = Site(ca.default(), "ok", {}, NOT_FOUND)
        self._sites: dict[str, Site] = {}
        self._contexts: dict[Path, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def site(
        self,
        host: str,
        *,
        certificate: Certificate | None = None,
        handshake: Handshake = "ok",
        pages: Mapping[str, Answer] = WORDPRESS,
        every_path: Answer | None = None,
    ) -> None:
        """Serve a name (replacing what it had). Without certificate: a good one for this very name.
        `every_path` answers where `pages` has nothing."""
        chosen = Site(certificate or self._ca.good(host), handshake, pages, every_path)
        with self._lock:
            self._sites[host] = chosen

    def forget(self, host: str) -> None:
        """Know the name no more: default certificate, 404."""
        with self._lock:
            self._sites.pop(host, None)

    def __enter__(self) -> WebServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Bind both ports and serve in threads."""
        for tls in (True, False):
            listener = socket.create_server((self.address, 0), backlog=64)
            listener.settimeout(0.2)
            self._listeners.append(listener)
            if tls:
                self.tls_port = listener.getsockname()[1]
            else:
                self.http_port = listener.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listener, tls), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop serving and free the ports."""
        self._stopping.set()
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self, listener: socket.socket, tls: bool) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, tls), daemon=True).start()

    def _serve(self, connection: socket.socket, tls: bool) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            if not tls:
                self._respond(connection, tls=False)
                return
            name = server_name(_peeked(connection)) or ""
            with self._lock:
                self.handshakes.append(name)
                site = self._sites.get(name, self._default)
            if site.handshake == "ok":
                with self._context(site.certificate).wrap_socket(
                    connection, server_side=True
                ) as safe:
                    self._respond(safe, tls=True)
            else:
                self._misbehave(connection, site.handshake)

    def _misbehave(self, connection: socket.socket, how: Handshake) -> None:
        if how == "silent":
            while not self._stopping.wait(0.1):
                if select.select([connection], [], [], 0)[0] and not connection.recv(4096):
                    return
        elif how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "refused":
            connection.recv(65536)
            connection.sendall(
                b"\x15\x03\x03\x00\x02\x02\x70"
            )  # fatal unrecognized_name, RFC 6066 3
            connection.shutdown(socket.SHUT_WR)
            connection.recv(65536)
        elif how == "not-tls":
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    def _context(self, certificate: Certificate) -> ssl.SSLContext:
        with self._lock:
            if certificate.chain not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate.chain, certificate.key)
                self._contexts[certificate.chain] = context
            return self._contexts[certificate.chain]

    def _respond(self, connection: socket.socket, *, tls: bool) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 65536:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        lines = head.decode("latin-1").split("\r\n")
        method, path = [*lines[0].split(" "), "", ""][:2]
        host = next(
            (line[5:].strip().lower() for line in lines if line.lower().startswith("host:")), ""
        ).split(":")[0]
        with self._lock:
            self.requests.append(Request(method, host, path, tls))
            site = self._sites.get(host, self._default)
        answer = site.pages.get(path.split("?")[0]) or site.every_path or NOT_FOUND
        headers = {"Server": "LiteSpeed", "Content-Length": str(len(answer.body)), **answer.headers}
        text = f"HTTP/1.1 {answer.status} {http.HTTPStatus(answer.status).phrase}\r\n"
        text += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body = b"" if method == "HEAD" else answer.body
        connection.sendall(text.encode("latin-1") + b"Connection: close\r\n\r\n" + body)


def _peeked(connection: socket.socket) -> bytes:
    """The first TLS record, left in the socket for the handshake to read."""
    seen = b""
    for _ in range(100):
        seen = connection.recv(16384, socket.MSG_PEEK)
        if not seen or (len(seen) >= 5 and len(seen) >= 5 + int.from_bytes(seen[3:5], "big")):
            break
    return seen


def server_name(record: bytes) -> str | None:
    """The name in a ClientHello's server_name extension (RFC 6066 section 3), or None."""
    if len(record) < 44 or record[0] != 22 or record[5] != 1:
        return None
    place = 5 + 4 + 2 + 32
    place += 1 + record[place]
    place += 2 + int.from_bytes(record[place : place + 2], "big")
    place += 1 + record[place]
    place += 2
    while place + 4 <= len(record):
        kind, length = struct.unpack("!HH", record[place : place + 4])
        if kind == 0:
            return record[place + 9 : place + 4 + length].decode("ascii", "replace").lower()
        place += 4 + length
    return None
