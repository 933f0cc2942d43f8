"""Get ready for what comes after the host's answer, while waiting for it.

The analyzers take about as long to import as the host to answer. Importing them in a thread while
the main one waits on the socket hides the one behind the other.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from importlib import import_module

_LATER = (
    "analyzers.snapshot",
    "analyzers.rules",
    "analyzers.diagnose",
    "analyzers.reports.text",
    "bridge.cli.outputs",
    "bridge.past_runs",
    "bridge.wordings",
)
"""What a diagnosis imports once the evidence is there."""


@cache
def get_ready() -> None:
    """Begin to import it, in the background, once however many hosts are looked at. A fault shows where
    the module is really needed."""
    threading.Thread(target=_import, name="get ready", daemon=True).start()


def _import() -> None:
    for name in _LATER:
        import_module(name)
    with suppress(Exception):
        _rehearse()


def _rehearse() -> None:
    """Diagnose nothing: what is worked out once, when a rule is first asked, is then known. The list of
    public suffixes too: to read it is half of what the first diagnosis takes longer than a second one."""
    from analyzers.diagnose import diagnose
    from analyzers.names import registrable
    from analyzers.snapshot import read
    from bridge.clock import now

    registrable("example.com")
    diagnose(read({}, origin="", fallback_now=now()), tool="")
