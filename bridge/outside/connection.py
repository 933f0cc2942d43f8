"""TCP and TLS connections that end at a deadline, however slowly the other side drips."""

from __future__ import annotations

import errno
import selectors
import socket
import ssl
from pathlib import Path

from bridge.deadline import Deadline

_OURS = frozenset(
    {
        errno.ENETUNREACH,
        errno.EADDRNOTAVAIL,
        errno.EAFNOSUPPORT,
        errno.EACCES,
        errno.EPERM,
        errno.EMFILE,
    }
)


class NotObserved(Exception):  # it is no error of the other side
    """The attempt failed on our side (no IPv6 here, no time left): nothing is known of the other."""


def connected(to: tuple[str, int], seconds: float, deadline: Deadline) -> socket.socket:
    """A TCP connection. Raises OSError for what the other side did, NotObserved for what we did."""
    allowed = min(seconds, deadline.remaining())
    if allowed <= 0.05:
        raise NotObserved("no time left")
    try:
        return socket.create_connection(to, timeout=allowed)
    except TimeoutError:
        if deadline.over():
            raise NotObserved("no time left") from None
        raise
    except OSError as error:
        unreachable = error.errno == errno.EHOSTUNREACH and ":" in to[0]
        if error.errno in _OURS or unreachable:
            raise NotObserved(str(error)) from None
        raise


def shaken(
    connection: socket.socket, context: ssl.SSLContext, name: str, deadline: Deadline
) -> ssl.SSLSocket:
    """TLS over the connection, which is closed where the handshake fails. Raises ssl.SSLError, OSError,
    TimeoutError, or ValueError for a name that TLS cannot carry."""
    try:
        safe = context.wrap_socket(connection, server_hostname=name, do_handshake_on_connect=False)
    except BaseException:
        connection.close()
        raise
    try:
        safe.setblocking(False)
        _complete(safe, deadline)
        safe.settimeout(max(0.05, deadline.remaining()))
    except BaseException:
        safe.close()
        raise
    return safe


def _complete(safe: ssl.SSLSocket, deadline: Deadline) -> None:
    with selectors.DefaultSelector() as selector:
        while True:
            try:
                safe.do_handshake()
                return
            except ssl.SSLWantReadError:
                wanted = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                wanted = selectors.EVENT_WRITE
            key = selector.register(safe, wanted)
            ready = selector.select(deadline.remaining())
            selector.unregister(key.fileobj)
            if not ready:
                raise TimeoutError("the handshake timed out")


def browser_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verifies chain, name and dates against the system's roots (SSL_CERT_FILE is honoured), or those of
    `ca_file` alone. The same on every Python: VERIFY_X509_STRICT, which browsers do not have, is off, and
    so is the common name's standing in for a missing list of names, which no browser takes any more."""
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.hostname_checks_common_name = not ssl.HAS_NEVER_CHECK_COMMON_NAME
    if not ca_file and not context.cert_store_stats()["x509_ca"]:
        _add_certifi(context)
    return context


def _add_certifi(context: ssl.SSLContext) -> None:
    """Roots for a Python that finds none of the system's. A directory of roots is loaded lazily and
    counts as none, so adding these is harmless."""
    try:
        import certifi
    except ImportError:
        return
    context.load_verify_locations(certifi.where())


def unverified_context() -> ssl.SSLContext:
    """Accepts every certificate: for reading the one that a browser refuses, never for trusting it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
