"""Ctrl-C while a host is looked at: what was known by then is not lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from analyzers.language import phrase

PARTIAL = phrase(
    "This report is partial: the look was interrupted, and what is missing was not looked at."
)
"""A note of a report that rests on such files."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with the files of the evidence folder that were there by then.

    A KeyboardInterrupt still: whoever has no use for the files lets it end the run.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)


@contextmanager
def keeping(files: dict[str, bytes]) -> Iterator[None]:
    """Adds what was known to `files`, and lets the interruption go on with all of them."""
    try:
        yield
    except Interrupted as stop:
        files.update(stop.files)
        raise Interrupted(files) from None
    except KeyboardInterrupt:
        raise Interrupted(files) from None
