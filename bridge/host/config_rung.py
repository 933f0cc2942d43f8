"""The rung of `wp config`, for hosts that do not allow `eval-file`: harmless names, and of the key only
whether it is there."""

from __future__ import annotations

import json

from bridge.host.assembly import Assembly
from bridge.host.sections import Section
from bridge.host.words import cut, without_quotes
from bridge.host.wp import API_KEY, HARMLESS, Place, config_has_command, config_list_command
from bridge.transport import Completed, Transport


def look_at_config(transport: Transport, place: Place, timeout: float, assembly: Assembly) -> None:
    """What `wp config list` and `wp config has` say, put into the assembly."""
    listed = transport.run(config_list_command(place, timeout))
    rows = _rows(listed)
    if rows is None:
        _problem(assembly, "wp config list", listed)
        return
    has = transport.run(config_has_command(place, timeout))
    if has.status not in (0, 1):
        _problem(assembly, f"wp config has {API_KEY}", has)
    known = {str(row.get("name")): row.get("value") for row in rows}
    asked: dict[str, object] = {
        name: known.get(name) for name in HARMLESS if name != "table_prefix"
    }
    if has.status == 1:
        asked[API_KEY] = None
    assembly.host["runtime_constants"] = asked
    if has.status == 1:
        # Without the key in it, a list that has the key must not be written: it would say "not defined".
        assembly.take(Section("constants", json.dumps(rows).encode()))


def _rows(done: Completed) -> list[dict[str, object]] | None:
    """The rows in what was printed, with noise around them; None where there are none."""
    text = done.stdout.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    at = text.find("[{")
    while at >= 0:
        try:
            rows, _ = decoder.raw_decode(text, at)
        except ValueError:
            at = text.find("[{", at + 1)
            continue
        return [row for row in rows if isinstance(row, dict)]
    return None


def _problem(assembly: Assembly, command: str, done: Completed) -> None:
    assembly.problem(
        command,
        without_quotes(cut(done.stderr)),
        without_quotes(cut(done.stdout)),
        done.status,
    )
