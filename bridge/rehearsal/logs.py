"""The plugin's logger: one file per handle, a level, and a folder that may be read-only (DOMAIN 3.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.rehearsal.wording import written

_WRITTEN_AT: dict[str, frozenset[str] | None] = {
    "default": None,
    "all": None,
    "errors": frozenset({"ERROR", "CRITICAL"}),
    "disabled": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One record, not yet in any language."""

    at: float
    """Seconds from the look; negative is before it."""
    level: str
    msgid: str
    values: tuple[object, ...]
    verbatim: bool = False
    """Not a msgid, but the text itself."""

    def message(self, locale: str) -> str:
        """As it stands in the file."""
        return self.msgid if self.verbatim else written(self.msgid, self.values, locale)


@dataclass(slots=True)
class Logs:
    """The folder `wu-logs`."""

    level: str = "default"
    """Setting `error_logging_level`."""
    writable: bool = True
    files: dict[str, list[Line]] = field(default_factory=dict)

    def say(self, at: float, handle: str, msgid: str, *values: object, level: str = "INFO") -> None:
        """A message that goes through gettext."""
        self._write(handle, Line(at, level, msgid, values))

    def write(self, at: float, handle: str, text: str, *, level: str = "INFO") -> None:
        """A message that is never translated."""
        self._write(handle, Line(at, level, text, (), verbatim=True))

    def _write(self, handle: str, line: Line) -> None:
        passing = _WRITTEN_AT[self.level]
        if self.writable and (passing is None or line.level in passing):
            self.files.setdefault(handle, []).append(line)
