"""Names of the files of an evidence folder: which are known, and how a host's log names are stored.

A log's name comes from a host, where it holds a domain as somebody stored it, line ends and slashes
included. On disk and in a bundle it is percent-encoded, so that it is one plain file name on every
system, and decoded on reading. Kept out: what a file holds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from analyzers.redact import LOGS, NOT_READ, TOP_LEVEL, is_log

LONGEST = 240
"""Bytes of a stored name; file systems allow 255."""
_DOCUMENTS = frozenset((*TOP_LEVEL, NOT_READ))
_UNSAFE = frozenset('/\\%<>:"|?*')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|\Z)")
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")


def is_known(name: str) -> bool:
    """Is this the name, relative to the folder, of a piece of evidence?"""
    return name in _DOCUMENTS or is_log(name)


def stored(name: str) -> str:
    """The relative path under which a known piece of evidence is written: one level deep at most."""
    return name if name in _DOCUMENTS else LOGS + _stored_log(name.removeprefix(LOGS))


def given(path: str) -> str | None:
    """The name of the evidence at this relative path; None for what is no evidence.

    A path that climbs, is absolute, names a drive or holds a backslash is none.
    """
    if path in _DOCUMENTS:
        return path
    base = path.removeprefix(LOGS)
    if not is_log(path) or "/" in base or "\\" in base or "\0" in base:
        return None
    octets = base.encode("utf-8", "surrogateescape")
    decoded = _ENCODED.sub(lambda found: bytes.fromhex(found[1].decode()), octets)
    return LOGS + decoded.decode("utf-8", "surrogateescape")


def _stored_log(base: str) -> str:
    safe = "".join(map(_safe, base))
    if _DEVICE.match(safe) or safe.startswith("."):
        safe = _percent(safe[0]) + safe[1:]
    if len(safe.encode()) <= LONGEST:
        return safe
    digest = hashlib.sha256(base.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    cut = safe.encode()[: LONGEST - 20].decode("utf-8", "ignore")
    return f"{cut.rsplit('%', 1)[0] if '%' in cut[-2:] else cut}~{digest}.log"


def _safe(character: str) -> str:
    if character in _UNSAFE or unicodedata.category(character) in _INVISIBLE:
        return _percent(character)
    return character


def _percent(character: str) -> str:
    try:
        octets = character.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, from JSON
        octets = character.encode("utf-8", "surrogatepass")
    return "".join(f"%{octet:02X}" for octet in octets)
