"""A host that is an evidence folder: it answers the collector's own protocol, section by section.

What a real host's PHP would have put on stdout, framed as `host/sections.py` reads it, is made here of
the folder's files. Everything that reads it is the shipped code.
"""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.rehearsal.world import Refusal

from bridge.host.sections import Section, framed

_ROWS = 500
"""Rows in one section, as the collector pages its tables."""
_LOG_BLOCK = 256 << 10
_NOT_SENT = ("reached", "errors", "stdout_noise")


class DemoHost:
    """Answers `collect`; every other command it has never heard of, or it refuses them all."""

    def __init__(self, files: Mapping[str, bytes], refusal: Refusal | None = None) -> None:
        self._files = files
        self._refusal = refusal

    def answer(self, command: str, stdin: bytes) -> tuple[bytes, bytes, int | None]:
        """What the host prints for a command: stdout, stderr, exit status."""
        if self._refusal is not None:
            said = self._refusal
            return f"{said.stdout}\n".encode().lstrip(b"\n"), said.stderr.encode(), said.status
        words = shlex.split(command)
        if len(words) < 9 or words[4] != "collect" or not stdin.startswith(b"<?php"):
            return b"", f"sh: {words[0] if words else ''}: command not found\n".encode(), 127
        asked = json.loads(base64.urlsafe_b64decode(words[8] + "=="))
        noise = self._object("host.json").get("stdout_noise") or ""
        out = str(noise).encode() + b"".join(
            framed(str(asked["nonce"]), Section(name, content), packed=True)
            for name, content in self._sections(asked)
        )
        return out, b"", 0

    def _sections(self, asked: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
        host = self._object("host.json")
        sent = {key: value for key, value in host.items() if key not in _NOT_SENT}
        yield "begin", _json({"wp_cli_version": sent.pop("wp_cli_version", None)})
        yield "host", _json(sent)
        if "constants.json" in self._files:
            yield "constants", self._files["constants.json"]
        for name in ("domain_mappings", "sites", "cron"):
            yield from self._table(name, self._list(f"{name}.json"))
        yield from self._scheduler()
        yield from self._options()
        for error in _dicts(host.get("errors")):
            yield "error", _json(error)
        yield from self._logs()
        if asked.get("api") and "closte.json" in self._files:
            made = _dicts(self._object("closte.json").get("calls"))
            yield "api", _json([c for c in made if c.get("vantage") == "host"])
        own = [a for a in _dicts(self._list("dns.json")) if a.get("via") == "host"]
        if own:
            yield "rows:dns", _json(own)
        yield "end", _json({"bent": 0})

    def _table(self, name: str, rows: list[object] | None) -> Iterator[tuple[str, bytes]]:
        if rows is None:
            return
        for start in range(0, len(rows), _ROWS):
            yield f"rows:{name}", _json(rows[start : start + _ROWS])
        yield "done", _json(name)

    def _scheduler(self) -> Iterator[tuple[str, bytes]]:
        if self._files.get("scheduler.json", b"").strip() == b"null":
            yield "no-tables", _json("scheduler")
            return
        actions = self._list("scheduler.json")
        for action in _dicts(actions):
            log = [{"action_id": action.get("action_id"), **e} for e in _dicts(action.get("log"))]
            yield "rows:scheduler_log", _json(log)
        yield from self._table("scheduler", actions)

    def _options(self) -> Iterator[tuple[str, bytes]]:
        if "options.json" not in self._files:
            return
        for name, value in self._object("options.json").items():
            yield "option", _json({"name": name, "value": value})
        yield "done", _json("options")

    def _logs(self) -> Iterator[tuple[str, bytes]]:
        logs = sorted(name for name in self._files if name.startswith("wu-logs/"))
        for number, path in enumerate(logs):
            content = self._files[path]
            about = {"number": number, "name": path.removeprefix("wu-logs/"), "from": 0}
            yield "log-file", _json({**about, "size": len(content)})
            for start in range(0, len(content), _LOG_BLOCK):
                yield f"log:{number}", content[start : start + _LOG_BLOCK]
            yield "log-end", _json(number)

    def _object(self, name: str) -> dict[str, object]:
        found = json.loads(self._files.get(name, b"{}"))
        return found if isinstance(found, dict) else {}

    def _list(self, name: str) -> list[object] | None:
        found = json.loads(self._files.get(name, b"null"))
        return found if isinstance(found, list) else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _dicts(value: object) -> list[dict[str, object]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
