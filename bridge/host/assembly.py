"""The collector's sections put together to the files of the evidence folder (CONTRACT section 3). Pure.

A table is used only when its end has arrived: half of a table would make what is merely not there yet
look as if it were missing on the host. Constants, host facts, logs and answers stand alone, and stay
evidence whatever happens to the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.host.sections import Broken, Section

TABLES = ("domain_mappings", "sites", "cron", "scheduler")
LONGEST_NOISE = 2000


@dataclass(slots=True)
class _LogFile:
    name: str
    size: int
    start: int
    pieces: list[bytes] = field(default_factory=list)
    is_whole: bool = False


@dataclass(slots=True)
class Assembly:
    """What has arrived so far."""

    begun: bool = False
    ended: bool = False
    wp_cli: bool = False
    """Did WP-CLI run the collector (else plain PHP)?"""
    end: Mapping[str, object] = field(default_factory=dict)
    host: dict[str, object] = field(default_factory=dict)
    errors: list[dict[str, object]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    _rows: dict[str, list[object]] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)
    _options: dict[str, object] = field(default_factory=dict)
    _logs: dict[str, _LogFile] = field(default_factory=dict)
    _calls: list[object] | None = None
    _no_scheduler: bool = False

    def take(self, section: Section) -> None:
        """Put one section in its place. One that is not what it should be is an error, and no more."""
        name, _, of = section.name.partition(":")
        if name == "log":
            if of in self._logs:
                self._logs[of].pieces.append(section.content)
            return
        try:
            value = json.loads(section.content)
        except ValueError:
            self.problem(f"collector: {section.name}", "the section is not JSON")
            return
        match name, value:
            case "rows", list():
                self._rows.setdefault(of, []).extend(value)
            case "constants", list():
                self._rows["constants"] = value
                self._done.add("constants")
            case "done", str():
                self._done.add(value)
            case "no-tables", _:
                self._no_scheduler = True
            case "api", list():
                self._calls = [*(self._calls or ()), *value]
            case "log-end", int():
                self._log_ended(str(value))
            case "noise", {"text": str(said)}:
                self.noise.append(said)
            case _, dict():
                self._take_object(name, value)
            case _:
                self.problem(f"collector: {section.name}", "the section is not what it should be")

    def _take_object(self, name: str, value: dict[str, object]) -> None:
        match name:
            case "begin":
                self.begun = True
                self.wp_cli = value.get("wp_cli_version") is not None
                value.pop("protocol", None)
                self.host.update(value)
            case "host":
                self.host.update(value)
            case "error":
                self.errors.append(value)
            case "option":
                self._options[str(value.get("name"))] = value.get("value")
            case "log-file":
                self._log_begun(value)
            case "end":
                self.ended = True
                self.end = value

    def _log_begun(self, value: dict[str, object]) -> None:
        name = value.get("name")
        size, start = value.get("size"), value.get("from")
        if isinstance(name, str) and isinstance(size, int) and isinstance(start, int):
            self._logs[str(value.get("number"))] = _LogFile(name, size, start)

    def _log_ended(self, number: str) -> None:
        if number in self._logs:
            self._logs[number].is_whole = True

    def problem(
        self, command: str, stderr: str, stdout: str = "", status: int | None = None
    ) -> None:
        """One more entry of `host.json` errors."""
        self.errors.append(
            {"command": command, "status": status, "stdout": stdout, "stderr": stderr}
        )

    def broken(self, sections: Iterable[Broken]) -> None:
        """Sections that did not arrive whole."""
        for section in sections:
            self.problem(f"collector: {section.name}", f"a section was {section.why}")

    @property
    def reached(self) -> str | None:
        """How far the look came: CONTRACT `host.json` reached."""
        if self.host.get("reached") == "runtime":
            return "runtime"
        if self._done & {"sites", "domain_mappings", "options"}:
            return "database"
        if "constants" in self._done or self.host.get("runtime_constants"):
            return "config"
        return "shell" if self.host.get("reached") == "shell" or "sunrise" in self.host else None

    def files(self) -> dict[str, bytes]:
        """The evidence folder's files, as far as there is anything to say."""
        found: dict[str, bytes] = {}
        if "constants" in self._done:
            found["constants.json"] = _rows(self._rows["constants"])
        for name in TABLES:
            if name in self._done:
                found[f"{name}.json"] = _rows(
                    self._scheduled() if name == "scheduler" else self._rows.get(name, [])
                )
            elif self._rows.get(name):
                self.problem(
                    f"collector: {name}",
                    f"only {len(self._rows[name])} rows arrived, and not the end: not used",
                )
        if self._no_scheduler and "scheduler.json" not in found:
            found["scheduler.json"] = b"null\n"
        if "options" in self._done:
            found["options.json"] = _document(self._options)
        if self._calls is not None:
            found["closte.json"] = _document({"calls": self._calls})
        if self._rows.get("dns"):
            found["dns.json"] = _rows(self._rows["dns"])
        for log in self._logs.values():
            self._log(log, found)
        found["host.json"] = _document(self._host())
        return found

    def _log(self, log: _LogFile, found: dict[str, bytes]) -> None:
        name = log.name
        if name in (".", "..") or "/" in name or "\0" in name or not name.endswith(".log"):
            return
        found[f"wu-logs/{name}"] = b"".join(log.pieces)
        if not log.is_whole:
            self.problem("collector: logs", f"{name}: the end of it did not arrive")

    def _scheduled(self) -> list[object]:
        """Actions, each with the entries of its log."""
        entries: dict[str, list[object]] = {}
        for entry in self._rows.get("scheduler_log", []):
            if isinstance(entry, dict):
                entries.setdefault(str(entry.pop("action_id", "")), []).append(entry)
        seen: dict[str, object] = {}
        for action in self._rows.get("scheduler", []):
            if isinstance(action, dict):
                action["log"] = entries.get(str(action.get("action_id")), [])
                seen[str(action.get("action_id"))] = action
        return list(seen.values())

    def _host(self) -> dict[str, object]:
        host = {
            key: value
            for key, value in self.host.items()
            if value is not None and key not in ("reached", "runtime_logs_dir")
        }
        if isinstance(where := self.host.get("runtime_logs_dir"), str):
            host["runtime_logs_dir"] = where
            if where != host.get("logs_dir"):
                # The running plugin writes elsewhere: what was read before is not its log folder.
                host["logs_dir"] = where
                host["logs_collected"] = False
        bent = self.end.get("bent")
        if isinstance(bent, int) and bent > 0:
            self.problem("collector: json", f"{bent} values had bytes that are no UTF-8")
        return {
            **host,
            "stdout_noise": "\n".join(self.noise)[:LONGEST_NOISE],
            "reached": self.reached,
            "errors": self.errors,
        }


def _document(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _rows(rows: list[object]) -> bytes:
    """A row a line, so that a person can read it."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return (f"[\n{lines}\n]\n" if rows else "[]\n").encode("utf-8", "replace")
