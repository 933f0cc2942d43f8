"""One look at one target: host, API and outside, as an evidence folder in memory.

What failed is in the evidence (`host.json` errors, files that are absent), never an exception; only
misuse raises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.clock import now
from bridge.deadline import Deadline
from bridge.errors import HostUnreachable
from bridge.interruption import keeping
from bridge.progress import Progress

if TYPE_CHECKING:
    from bridge.cli.options import ContactOptions
    from bridge.connect_options import ConnectOptions
    from bridge.host.ladder import HostRequest
    from bridge.targets import DemoTarget, LocalTarget, SshTarget

    HostTarget = SshTarget | LocalTarget


def collect(
    target: HostTarget, contact: ContactOptions, progress: Progress, *, list_only: bool = False
) -> dict[str, bytes]:
    """The evidence folder of a host, looked at from all sides.

    `list_only`: of the Closte API ask `getdomains` alone (`check`, `watch`). Raises `Interrupted`, with
    what was known by then, where Ctrl-C ends it.
    """
    from bridge.connect_options import ConnectOptions

    deadline = Deadline(contact.deadline)
    reach = ConnectOptions(
        connect_timeout=contact.connect_timeout,
        within=deadline,
        accept_host_key=contact.accept_host_key,
        log=progress.detail,
    )
    files = {"meta.json": meta_of(target.name, target.expected_addresses)}
    with keeping(files):
        files |= collect_from(target, reach, contact, progress, deadline, list_only=list_only)
        files["meta.json"] = meta_of(target.name, target.expected_addresses)
        if reached(files):
            files |= api_from_here(files, contact, progress, list_only=list_only)
            if not contact.no_probe:
                files |= look_outside(target, files, contact, progress, deadline)
    return files


def collect_from(
    target: HostTarget,
    reach: ConnectOptions,
    contact: ContactOptions,
    progress: Progress,
    deadline: Deadline,
    *,
    list_only: bool = False,
) -> dict[str, bytes]:
    """What the host itself says, over one connection; or the one error that it could not be reached."""
    from bridge.host.ladder import collect_host
    from bridge.opening import opened

    progress(phrase("Connecting to {name} …", name=target.name))
    try:
        with opened(target, reach) as transport:
            request = request_for(target, contact, deadline, list_only=list_only)
            return dict(collect_host(transport, request, progress).files)
    except HostUnreachable as error:
        progress(error.sentence)
        return {"host.json": unreachable(error)}


def request_for(
    target: HostTarget, contact: ContactOptions, deadline: Deadline, *, list_only: bool = False
) -> HostRequest:
    """What is asked of the host."""
    from bridge.host.ladder import HostRequest

    return HostRequest(
        path=target.path,
        url=contact.url or target.url,
        wp=contact.wp or target.wp,
        log_bytes=contact.log_bytes,
        api=not contact.no_api and contact.api_from == "host",
        api_url=contact.api_url,
        api_list_only=list_only,
        runtime=contact.runtime,
        command_timeout=contact.command_timeout,
        deadline=deadline.remaining(),
    )


def unreachable(error: HostUnreachable) -> bytes:
    """A `host.json` that says only why there is no more."""
    said = {"command": "ssh", "status": None, "stdout": "", "stderr": str(error)}
    return _json({"reached": None, "errors": [said]})


def marked_partial(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Evidence of a look that was interrupted: `host.json` errors say so to whoever reads it later."""
    host = json.loads(files.get("host.json", b"{}"))
    said = {"command": "closte-doctor", "status": None, "stdout": "", "stderr": _INTERRUPTED}
    return {**files, "host.json": _json({**host, "errors": [*host.get("errors", ()), said]})}


_INTERRUPTED = "interrupted: what is missing was not looked at"


def reached(files: Mapping[str, bytes]) -> bool:
    """Did the host give any evidence?"""
    return any(name not in ("meta.json", "host.json") for name in files)


def meta_of(name: str, expected: tuple[str, ...] | None) -> bytes:
    """`meta.json` of a look that ends its host part now."""
    from bridge.cli.main import TOOL

    meta: dict[str, object] = {
        "schema": 1,
        "taken_at": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "target": name,
        "tool": TOOL,
    }
    if expected:
        meta["expected_addresses"] = list(expected)
    return _json(meta)


def api_from_here(
    files: Mapping[str, bytes],
    contact: ContactOptions,
    progress: Progress,
    *,
    list_only: bool = False,
) -> dict[str, bytes]:
    """Calls of the Closte API from this machine, where they are asked for or tell something more.

    With `--api-from here` the two reading calls, with the key that was handed over. Where the host
    got no usable answer, one call without key: it only shows whether the API lives.
    """
    if contact.no_api:
        return {}
    made = _calls(files)
    from_here = contact.api_from == "here"
    if not from_here and (not made or contact.no_probe or _any_usable(files)):
        return {}
    from bridge.closte.read import call_without_key, calls_with_key, key_from

    if from_here:
        progress(phrase("Asking the Closte API from here …"))
        key = key_from(contact.api_key_fd, contact.api_key_keyring)
        new = (
            calls_with_key(contact.api_url, key, list_only=list_only)
            if key
            else [call_without_key(contact.api_url)]
        )
    else:
        progress(phrase("The host got no usable answer of the Closte API; asking from here …"))
        new = [call_without_key(contact.api_url)]
    return {"closte.json": _json({"calls": [*made, *new]})}


def _calls(files: Mapping[str, bytes]) -> list[object]:
    try:
        found = json.loads(files.get("closte.json", b'{"calls":[]}'))
    except ValueError:
        return []
    calls = found.get("calls") if isinstance(found, dict) else None
    return list(calls) if isinstance(calls, list) else []


def _any_usable(files: Mapping[str, bytes]) -> bool:
    from analyzers.api_answers import answer_of_call
    from analyzers.api_wording import ApiWording
    from analyzers.evidence import ClosteCalls
    from analyzers.snapshot import read

    snapshot = read({"closte.json": files["closte.json"]}, origin="", fallback_now=now())
    made = snapshot.observed.get(ClosteCalls)
    wording = ApiWording.derive()
    return isinstance(made, ClosteCalls) and any(
        answer_of_call(call, wording).usable for call in made.calls
    )


def look_outside(
    target: HostTarget,
    files: Mapping[str, bytes],
    contact: ContactOptions,
    progress: Progress,
    deadline: Deadline,
) -> dict[str, bytes]:
    """DNS, TLS and HTTP from here, for the domains that matter."""
    from bridge.outside.look import LookOptions, look

    options = LookOptions.parsed(
        resolvers=contact.resolver or target.resolvers,
        resolve=contact.resolve,
        visit=contact.visit,
        deadline=deadline.remaining(),
    )
    return look(files, options, progress)


def printed(
    target: HostTarget | DemoTarget,
    contact: ContactOptions,
    *,
    list_only: bool = False,
    names: tuple[str, ...] = (),
) -> str:
    """Every byte that would be sent to the host, for `--print-commands`."""
    from bridge.host.ladder import printed_commands
    from bridge.targets import DemoTarget, SshTarget

    # What an example's host is asked is asked of any host whose folder is not known.
    host = SshTarget(target.name, "127.0.0.1") if isinstance(target, DemoTarget) else target
    request = request_for(host, contact, Deadline(contact.deadline), list_only=list_only)
    return printed_commands(replace(request, dns_names=names))


def printed_acting(target: HostTarget, contact: ContactOptions) -> str:
    """What would be sent besides where something is to be changed."""
    from bridge.host import acting
    from bridge.host.ladder import place_of

    return acting.printed_acting(place_of(request_for(target, contact, Deadline(contact.deadline))))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
