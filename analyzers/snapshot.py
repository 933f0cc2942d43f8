"""The evidence folder as values: bytes of its files in, evidence or Missing out. Reads no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All evidence of one look at one host."""

    observed: Mapping[type, object]
    """Evidence type → record, or Missing with the reason. Holds a `Meta` always."""
    observable: bool
    """False where there is no evidence but the errors in host.json."""


def read(files: Mapping[str, bytes], *, origin: str) -> Snapshot:
    """The snapshot in these files (relative path → content). Never raises for what a file holds.

    `origin`: last part of the folder's path or the target's name, for `meta.json` without target.
    """
    raise NotImplementedError
