"""The diagnosis as JSON Lines: one object per finding, then one with everything else.

The values are those of the JSON report; `kind` says what a line is: finding, suppressed or summary.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzers.model import model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzers.findings import Diagnosis

_LISTED = ("findings", "suppressed")


def render(diagnosis: Diagnosis) -> str:
    """A line per finding in the diagnosis' order, then the suppressed ones, then the summary."""
    return _lines(diagnosis, {})


def render_all(*diagnoses: Diagnosis) -> str:
    """The lines of several diagnoses, one after the other; each line names its target."""
    return "".join(_lines(diagnosis, {"target": diagnosis.target}) for diagnosis in diagnoses)


def _lines(diagnosis: Diagnosis, more: dict[str, object]) -> str:
    whole = model(diagnosis)
    lines = [_line("finding", {**more, **one}) for one in _objects(whole["findings"])]
    lines += [_line("suppressed", {**more, **one}) for one in _objects(whole["suppressed"])]
    rest = {name: value for name, value in whole.items() if name not in _LISTED}
    return "".join((*lines, _line("summary", rest)))


def _objects(value: object) -> Iterable[dict[str, object]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _line(kind: str, values: dict[str, object]) -> str:
    return json.dumps({"kind": kind, **values}) + "\n"
