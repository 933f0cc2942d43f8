"""The diagnosis as JSON Lines: one object per finding, then one with everything else.

The values are those of the JSON report; `kind` says what a line is: finding, suppressed or summary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzers.model import members

if TYPE_CHECKING:
    from analyzers.findings import Diagnosis

_LISTED = {"findings": "finding", "suppressed": "suppressed"}
"""Members of which each element is a line, and the `kind` of that."""


def render(diagnosis: Diagnosis) -> str:
    """A line per finding in the diagnosis' order, then the suppressed ones, then the summary."""
    return _lines(diagnosis, {})


def render_all(*diagnoses: Diagnosis) -> str:
    """The lines of several diagnoses, one after the other; each line names its target."""
    return "".join(_lines(diagnosis, {"target": diagnosis.target}) for diagnosis in diagnoses)


def _lines(diagnosis: Diagnosis, more: dict[str, object]) -> str:
    lines: list[str] = []
    rest: dict[str, object] = {}
    for name, value in members(diagnosis):
        kind = _LISTED.get(name)
        if kind is not None and isinstance(value, Iterator):
            lines += [_line(kind, {**more, **one}) for one in value]
        else:
            rest[name] = list(value) if isinstance(value, Iterator) else value
    return "".join((*lines, _line("summary", rest)))


def _line(kind: str, values: dict[str, object]) -> str:
    return json.dumps({"kind": kind, **values}) + "\n"
