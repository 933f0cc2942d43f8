"""The one connection of a run that acts: opened for a host, closed whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzers.language import phrase
from bridge.applying.line import Line
from bridge.applying.site import Site
from bridge.closte.key import key_from
from bridge.connect_options import ConnectOptions
from bridge.wordings import given_by

if TYPE_CHECKING:
    from bridge.cli.options import ContactOptions
    from bridge.collect import HostTarget
    from bridge.progress import Progress
    from bridge.settings import Settings


@contextmanager
def connected(
    target: HostTarget,
    contact: ContactOptions,
    settings: Settings,
    progress: Progress,
    *,
    fail_on: str = "error",
) -> Iterator[Site]:
    """The host, ready to be looked at. Raises `HostUnreachable` leaves, here or at any look."""
    reach = ConnectOptions(
        connect_timeout=contact.connect_timeout,
        accept_host_key=contact.accept_host_key,
        log=progress.detail,
    )
    key = None
    if contact.api_from == "here" and not contact.no_api:
        key = key_from(contact.api_key_fd, contact.api_key_keyring)
    line = Line(target, reach)
    progress(phrase("Connecting to {name} …", name=target.name))
    try:
        line.connect()
        yield Site(
            line,
            target,
            contact,
            given_by(settings),
            fail_on,
            progress,
            settings.suppressions,
            key,
        )
    finally:
        line.close()
