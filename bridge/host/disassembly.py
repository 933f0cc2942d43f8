"""The files of an evidence folder as the sections that would have brought them: `assembly.py` the other
way round. For a host that is played back from a folder; everything after its socket is then the
shipped code. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bridge.host.assembly import TABLES
from bridge.host.sections import Section

PAGE = 500
_BLOCK = 256 * 1024
_LOGS = "wu-logs/"


def sections_of(files: Mapping[str, bytes]) -> Iterator[Section]:
    """The sections, in the collector's order. Files that are no whole JSON are left out."""
    host = _object(files.get("host.json"))
    errors, noise = host.pop("errors", []), host.pop("stdout_noise", "")
    reached = host.pop("reached", None)
    if reached is None and not any(name != "host.json" for name in files):
        return
    begin = {
        key: host.pop(key, None) for key in ("php_version", "wp_cli_version", "abspath", "time_gmt")
    }
    # A folder made by hand need not say by what it was read.
    begin["wp_cli_version"] = begin["wp_cli_version"] or "2.12.0"
    yield _section("begin", {"protocol": 1, **begin})
    if isinstance(noise, str) and noise:
        yield _section("noise", {"text": noise})
    yield from (_section("error", error) for error in _list(errors))
    if "constants.json" in files:
        yield _section("constants", _list(_decoded(files["constants.json"])))
    if reached == "runtime":
        host["reached"] = reached
    yield _section("host", host)
    yield from _tables(files)
    yield from _logs(files)
    if "closte.json" in files:
        calls = _object(files["closte.json"]).get("calls", [])
        yield _section("api", [call for call in _list(calls) if _is_from_host(call)])
    for answer in _list(_decoded(files.get("dns.json", b"[]"))):
        if isinstance(answer, dict) and answer.get("via") == "host":
            yield _section("rows:dns", [answer])
    yield _section("end", {"seconds": 0, "memory": 0, "bent": 0, "warnings": 0})


def _tables(files: Mapping[str, bytes]) -> Iterator[Section]:
    if "options.json" in files:
        for name, value in _object(files["options.json"]).items():
            yield _section("option", {"name": name, "value": value})
        yield _section("done", "options")
    for table in TABLES:
        if f"{table}.json" not in files:
            continue
        stored = _decoded(files[f"{table}.json"])
        if table == "scheduler" and stored is None:
            yield _section("no-tables", "scheduler")
            continue
        rows = _list(stored)
        for at in range(0, len(rows), PAGE):
            yield from _page(table, rows[at : at + PAGE])
        yield _section("done", table)


def _page(table: str, rows: list[object]) -> Iterator[Section]:
    if table != "scheduler":
        yield _section(f"rows:{table}", rows)
        return
    entries: list[object] = []
    for row in rows:
        if isinstance(row, dict):
            entries += [
                {"action_id": row.get("action_id"), **entry}
                for entry in _list(row.pop("log", []))
                if isinstance(entry, dict)
            ]
    yield _section("rows:scheduler", rows)
    yield _section("rows:scheduler_log", entries)


def _logs(files: Mapping[str, bytes]) -> Iterator[Section]:
    for number, path in enumerate(sorted(name for name in files if name.startswith(_LOGS))):
        content = files[path]
        about = {
            "number": number,
            "name": path.removeprefix(_LOGS),
            "size": len(content),
            "from": 0,
        }
        yield _section("log-file", about)
        for at in range(0, len(content), _BLOCK):
            yield Section(f"log:{number}", content[at : at + _BLOCK])
        yield _section("log-end", number)


def _is_from_host(call: object) -> bool:
    return isinstance(call, dict) and call.get("vantage", "host") == "host"


def _section(name: str, value: object) -> Section:
    return Section(name, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _decoded(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return []


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _object(content: bytes | None) -> dict[str, object]:
    value = _decoded(content) if content is not None else {}
    return dict(value) if isinstance(value, dict) else {}
