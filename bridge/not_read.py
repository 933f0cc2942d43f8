"""What was there and could not be read: said in a few words, and kept with the evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping

from analyzers.language import Phrase
from analyzers.redact import NOT_READ
from bridge.errors import system_words


def reason(error: OSError) -> str:
    """An OSError in a few words, without a path."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def reason_told(error: OSError) -> Phrase:
    """The same, for a reader in any language."""
    said = system_words(error) or type(error).__name__
    return Phrase(lambda language: language.of(said).lower())


def with_not_read(files: dict[str, bytes], not_read: Mapping[str, str]) -> dict[str, bytes]:
    """The files, with what could not be read named in `unreadable.json` beside what stands there."""
    if not not_read:
        return files
    try:
        before = json.loads(files.get(NOT_READ, b"{}"))
    except (ValueError, RecursionError):
        before = {}
    named = {**(before if isinstance(before, dict) else {}), **not_read}
    return {**files, NOT_READ: json.dumps(named, indent=1).encode() + b"\n"}
