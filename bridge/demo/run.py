"""A look at an example network: its host over real SSH, its outside from the example's own files.

No DNS and no web server in the world knows the example's domains, so what a look from outside would
have seen comes with it; the clock of the analysis is the example's too.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bridge.collect import collect_from
from bridge.connection import ConnectOptions
from bridge.deadline import Deadline
from bridge.demo.host import DemoHost
from bridge.demo.networks import scenario
from bridge.demo.server import USER, DemoServer
from bridge.progress import Progress
from bridge.targets import DemoTarget, SshTarget

if TYPE_CHECKING:
    from bridge.cli.options import ContactOptions

_FROM_OUTSIDE = ("meta.json", "dns.json", "tls.json", "http.json")


def collect_demo(
    target: DemoTarget, contact: ContactOptions, progress: Progress
) -> dict[str, bytes]:
    """The evidence folder of an example network."""
    name, files = scenario(target.scenario or "")
    with DemoServer(DemoHost(files).answer) as server:
        progress(f"Serving the example network {name} over SSH on 127.0.0.1:{server.port}.")
        host = SshTarget(
            name=target.name,
            host="127.0.0.1",
            user=USER,
            port=server.port,
            key=str(server.client_key_path),
        )
        reach = ConnectOptions(
            connect_timeout=contact.connect_timeout,
            known_hosts=str(server.known_hosts_path),
            ssh_config="none",
            environ={k: v for k, v in os.environ.items() if k != "SSH_AUTH_SOCK"},
            log=progress.detail,
        )
        found = collect_from(host, reach, contact, progress, Deadline(contact.deadline))
    outside = _FROM_OUTSIDE if not contact.no_probe else _FROM_OUTSIDE[:1]
    return {**found, **{file: files[file] for file in outside if file in files}}
