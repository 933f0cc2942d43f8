"""A look at an example network: its host over real SSH, its outside from the example's own files.

No DNS and no web server in the world knows the example's domains, so what a look from outside would
have seen comes with it; the clock of the analysis is the example's too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.collect import collect_from
from bridge.connect_options import ConnectOptions
from bridge.deadline import Deadline
from bridge.demo.host import DemoHost
from bridge.demo.networks import example
from bridge.demo.server import USER, DemoServer
from bridge.progress import Progress
from bridge.targets import DemoTarget, SshTarget

if TYPE_CHECKING:
    from bridge.cli.options import ContactOptions

_PATIENCE = 2.0
"""Seconds that are waited for a host that is known not to answer."""
_FROM_OUTSIDE = ("meta.json", "dns.json", "tls.json", "http.json")


def collect_demo(
    target: DemoTarget, contact: ContactOptions, progress: Progress
) -> dict[str, bytes]:
    """The evidence folder of an example network."""
    shown = example(target.scenario or "")
    with DemoServer(DemoHost(shown.files, shown.refusal).answer, shown.door) as server:
        where = "demo.invalid" if shown.door == "nameless" else "127.0.0.1"
        progress(
            phrase(
                "Serving the example network {name} over SSH on {where}:{port}.",
                name=shown.name,
                where=where,
                port=server.port,
            )
        )
        host = SshTarget(
            name=target.name,
            host=where,
            user=USER,
            port=server.port,
            key=str(server.client_key_path),
        )
        patience = _PATIENCE if shown.door == "silent" else contact.connect_timeout
        reach = ConnectOptions(
            connect_timeout=patience,
            known_hosts=str(server.known_hosts_path),
            ssh_config="none",
            environ={k: v for k, v in os.environ.items() if k != "SSH_AUTH_SOCK"},
            log=progress.detail,
        )
        found = collect_from(host, reach, contact, progress, Deadline(contact.deadline))
    outside = _FROM_OUTSIDE if not contact.no_probe else _FROM_OUTSIDE[:1]
    found |= {file: shown.files[file] for file in outside if file in shown.files}
    if "closte.json" in found and "closte.json" in shown.files and not contact.no_probe:
        found["closte.json"] = _with_calls_from_here(found["closte.json"], shown.files)
    return found


def _with_calls_from_here(made: bytes, example: Mapping[str, bytes]) -> bytes:
    """The host's own calls of the API, and those that were made from elsewhere."""
    calls = [c for c in _calls(example["closte.json"]) if c.get("vantage") != "host"]
    return json.dumps({"calls": [*_calls(made), *calls]}, ensure_ascii=False).encode()


def _calls(document: bytes) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(document)["calls"]
    return found
