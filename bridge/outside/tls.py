"""The rows of `tls.json` (CONTRACT section 3): a real handshake per address, verified as a browser would.

The certificate is read also where it is refused: a second handshake accepts anything and is only looked at.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from analyzers.instants import iso
from bridge.deadline import Deadline
from bridge.outside.connection import (
    NotObserved,
    browser_context,
    connected,
    shaken,
    unverified_context,
)
from bridge.outside.options import LookOptions
from bridge.outside.parallel import at_once, sooner
from bridge.outside.places import Place

Row = dict[str, object]

_MOST_NAMES = 200
_LONGEST_TEXT = 512
_NO_CERTIFICATE: Row = {
    "names": [],
    "issuer": None,
    "not_before": None,
    "not_after": None,
    "self_signed": False,
}


def tls_rows(places: Iterable[Place], options: LookOptions, deadline: Deadline) -> tuple[Row, ...]:
    """One row per place, in their order; what could not be tried from here is left out."""
    verifying = browser_context(options.ca_file)
    accepting = unverified_context()

    def row(place: Place) -> Row | None:
        return _row(place, verifying, accepting, options, deadline)

    return tuple(at_once(row, places, limit=options.probes_at_once, deadline=deadline))


def _row(
    place: Place,
    verifying: ssl.SSLContext,
    accepting: ssl.SSLContext,
    options: LookOptions,
    deadline: Deadline,
) -> Row | None:
    try:
        der = _leaf(place, verifying, options, deadline)
        return _written(place, "ok", None, der)
    except NotObserved:
        return None
    except ssl.SSLCertVerificationError as refused:
        try:
            der = _leaf(place, accepting, options, deadline)
        except (OSError, ValueError, NotObserved):
            der = None
        return _written(place, "ok", refused.verify_message or "certificate verify failed", der)
    except ValueError:
        return None  # TLS cannot carry this name
    except OSError as error:
        status, words = _failure(error)
        if status == "timeout" and deadline.over():
            return None
        return _written(place, status, words, None)


def _leaf(
    place: Place, context: ssl.SSLContext, options: LookOptions, deadline: Deadline
) -> bytes | None:
    within = sooner(deadline, options.exchange_timeout)
    connection = connected(place.to, options.connect_timeout, within)
    with shaken(connection, context, place.host, within) as safe:
        return safe.getpeercert(binary_form=True)


def _failure(error: OSError) -> tuple[str, str]:
    """Status and words for a handshake that did not complete."""
    if isinstance(error, ConnectionRefusedError):
        return "refused", "Connection refused"
    if isinstance(error, ConnectionResetError | BrokenPipeError | ssl.SSLZeroReturnError):
        return "reset", "Connection reset by peer"
    if isinstance(error, ssl.SSLEOFError):
        return "reset", "The connection was closed in the handshake"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "handshake failure").lower().replace("_", " ")
        return "handshake-failed", reason
    if isinstance(error, TimeoutError):
        return "timeout", "The connection or the handshake timed out"
    return "timeout", error.strerror or type(error).__name__


def _written(place: Place, status: str, verify_error: str | None, der: bytes | None) -> Row:
    return {
        "host": place.host,
        "address": place.address,
        "port": place.port,
        "status": status,
        "verified": status == "ok" and verify_error is None,
        "verify_error": verify_error,
        **(described(der) if der else _NO_CERTIFICATE),
    }


def described(der: bytes) -> Row:
    """Names, issuer, dates of a certificate; of one that nobody can read, nothing."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return {
            "names": _names(certificate),
            "issuer": certificate.issuer.rfc4514_string()[:_LONGEST_TEXT],
            "not_before": iso(certificate.not_valid_before_utc),
            "not_after": iso(certificate.not_valid_after_utc),
            "self_signed": _is_self_signed(certificate),
        }
    except (ValueError, TypeError, x509.DuplicateExtension):
        return _NO_CERTIFICATE


def _names(certificate: x509.Certificate) -> list[str]:
    """The SAN's names; the common name only where there is no SAN (browsers do not look at it)."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        found = [str(attribute.value) for attribute in common]
    else:
        found = alternative.value.get_values_for_type(x509.DNSName)
        found += [str(a) for a in alternative.value.get_values_for_type(x509.IPAddress)]
    return [name.lower()[:_LONGEST_TEXT] for name in found[:_MOST_NAMES]]


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
