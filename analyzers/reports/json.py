"""The diagnosis as JSON: the model that every other format is checked against (CONTRACT section 4).

Written in ASCII with escapes, so that no control or direction character of a hostile name reaches a
terminal through it.
"""

from __future__ import annotations

import json

from analyzers.findings import Diagnosis
from analyzers.model import model


def render(diagnosis: Diagnosis) -> str:
    """The model as indented JSON text with a final newline."""
    return json.dumps(model(diagnosis), indent=1) + "\n"
