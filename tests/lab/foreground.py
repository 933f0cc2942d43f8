"""`make lab`: the lab in the foreground, for trying things by hand, until Ctrl-C ends all of it."""

from __future__ import annotations

import argparse
import shlex
import signal
import threading
from datetime import UTC, datetime

from lab.closte_api import FAULTS
from lab.networks import recorded, recorded_names
from lab.world import World, lacking


def main() -> int:
    """Start, say how to use it, wait."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument(
        "network", nargs="?", default="2.4.10__ok_ssl_endpoint_404", choices=recorded_names()
    )
    name = parser.parse_args().network
    missing = lacking()
    if missing:
        print(f"The lab needs {', '.join(missing)}.")
        return 1
    # A shell has what it starts in the background ignore Ctrl-C: not so what was asked to end by it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with World() as world:
            world.settle(recorded(name, datetime.now(UTC)))
            print(_usage(world), flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("\nended")
    return 0


def _usage(world: World) -> str:
    switch = world.api.url.removesuffix("/api/client") + "/lab/fault"
    kept = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "SSL_CERT_FILE")
    environment = " ".join(f"{k}={shlex.quote(world.environment[k])}" for k in kept)
    options = " \\\n    ".join(
        f"{option} {value}"
        for option, value in zip(world.options[::2], world.options[1::2], strict=True)
    )
    return f"""\
{world.network.name}: {world.network.truth}

Diagnose it:
  env {environment} \\
    closte-doctor diagnose {world.target} \\
    {options}

Log in:          ssh -F {world.ssh_config} lab
Run WP-CLI:      ssh -F {world.ssh_config} lab wp --path={world.site} site list
Its database:    mariadb --socket={world.database.socket} -u root lab_network
Its files:       {world.home}
Starts noted:    {world.wp_calls_file} and {world.starts_file}
Fail the API:    curl -d endpoint=/getdomains -d fault=json-401 {switch}
Mend the API:    curl -d fault= {switch}
Faults:          {", ".join(FAULTS)}
Other networks:  PYTHONPATH=tests python -m lab.foreground NAME, with NAME one of
                 {", ".join(recorded_names())}

Ctrl-C ends all of it."""


if __name__ == "__main__":
    raise SystemExit(main())
