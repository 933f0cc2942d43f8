"""Where closte-doctor.toml is looked for. Nothing else is imported: every `--help` wants to know."""

from __future__ import annotations

import os
from collections.abc import Mapping

FILE = "closte-doctor.toml"
_XDG_NAMES = (f"closte-doctor/{FILE}", "closte-doctor/config.toml", FILE)
"""Below XDG_CONFIG_HOME, the first that exists."""
ENVIRONMENT = "CLOSTE_DOCTOR_"
"""`CLOSTE_DOCTOR_CONNECT_TIMEOUT=5` sets the option connect-timeout."""


def setting_files(folder: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The files that there are, the nearer first: of the current folder, of the user."""
    here = os.path.join(folder, FILE)
    found = [here] if os.path.isfile(here) else []
    config = environ.get("XDG_CONFIG_HOME") or os.path.join(_home(environ), ".config")
    named = (os.path.join(config, name) for name in _XDG_NAMES)
    of_user = next((path for path in named if os.path.isfile(path)), None)
    if of_user is not None and not (found and os.path.samefile(here, of_user)):
        found.append(of_user)
    return tuple(found)


def _home(environ: Mapping[str, str]) -> str:
    if home := environ.get("HOME"):
        return home
    from bridge.whereabouts import home_folder

    return str(home_folder(environ))
