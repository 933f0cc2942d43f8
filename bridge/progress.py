"""What is being done, on stderr: a line per stage, at once, with the time it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from bridge.language import spoken

Say = Callable[[str], None]


class Progress:
    """Lines on stderr. `verbose` 1 adds what is sent, 2 what came back; both masked by who says it."""

    def __init__(self, verbose: int = 0, quiet: bool = False, label: str = "") -> None:
        self.verbose = verbose
        self.quiet = quiet
        self.label = label
        """Stands before each line, where several things are done at once."""
        self._started = time.monotonic()
        self._language = spoken()

    def about(self, label: str) -> Progress:
        """The progress of one of many things: by the same clock, and said with `-v` only."""
        one = Progress(max(self.verbose - 1, 0), self.quiet or not self.verbose, f"{label}: ")
        one._started, one._language = self._started, self._language
        return one

    def __call__(self, stage: str) -> None:
        """A stage begins."""
        if not self.quiet:
            self._line(stage)

    def detail(self, text: str, level: int = 1) -> None:
        """Something only `-v` (level 1) or `-vv` (level 2) wants to know."""
        if self.verbose >= level and not self.quiet:
            self._line(text)

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started

    def _line(self, text: str) -> None:
        from analyzers.printable import printable

        said = printable(self.label + self._language.of(text))
        sys.stderr.write(f"[{self.elapsed():5.1f} s] {said}\n")
        sys.stderr.flush()
