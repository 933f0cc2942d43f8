"""Fetch what the tests need from afar, before any of them is on the clock: `python -m lab.fetch`.

What cannot be fetched now is no end of anything: the tests that need it fetch it, and say so if they cannot.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from browser import axe, chromium
from lab import npm, packages, php_wasm, world


def main() -> int:
    """Fetch all that can be of use here."""
    if not npm.available():
        return 0
    if not world.lacking():
        _fetched(packages.unpacked)
    if chromium.program():
        _fetched(axe.script)
    if php_wasm.available():
        _fetched(php_wasm.modules)
    return 0


def _fetched(fetch: Callable[[], object]) -> None:
    try:
        fetch()
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
