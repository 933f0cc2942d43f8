"""Looks at one target for the sake of one domain: it is resolved and connected to before all others.

`Observer.look` gives an evidence folder in memory, as `collect` does. An observer can look again: over the
connection that is open still, or over a new one where that was lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from analyzers.language import phrase
from bridge.deadline import Deadline
from bridge.errors import HostUnreachable, UsageError
from bridge.interruption import keeping

if TYPE_CHECKING:
    from bridge.cli.options import ContactOptions
    from bridge.collect import HostTarget
    from bridge.connect_options import ConnectOptions
    from bridge.host.request import HostRequest
    from bridge.progress import Progress
    from bridge.targets import DemoTarget, FolderTarget, Target, ZipTarget
    from bridge.transport import Transport

OTHERS = 20
"""Other domains that are looked at from outside as well: they show where the entrance is."""


class Observer(Protocol):
    """A way to look at one target."""

    changes: bool
    """Can a second look see something else? An evidence folder stays as it is."""

    def look(self) -> dict[str, bytes]:
        """The evidence folder of this moment. Raises `HostUnreachable` for a host only in later looks:
        the first one says it in `host.json`. Ctrl-C is `Interrupted`, with what was known by then."""


@contextmanager
def observing(
    target: Target,
    contact: ContactOptions,
    progress: Progress,
    names: tuple[str, ...],
    *,
    list_only: bool = False,
    others: int = OTHERS,
    reach: ConnectOptions | None = None,
) -> Iterator[Observer]:
    """An observer of a target for as long as it is used. `names`: canonical; looked at first.

    `list_only`: of the Closte API ask `getdomains` alone. `reach`: how to connect, else by `contact`.
    """
    from bridge.targets import DemoTarget, FolderTarget, LocalTarget, SshTarget, ZipTarget

    if isinstance(target, FolderTarget | ZipTarget):
        yield _Folder(target)
    elif isinstance(target, DemoTarget):
        yield _Demo(target, contact, progress)
    elif isinstance(target, SshTarget | LocalTarget):
        host = _Host(target, contact, progress, names, list_only, others, reach)
        try:
            yield host
        finally:
            host.close()
    else:
        raise UsageError(phrase("{target} cannot be looked at.", target=target))


class _Folder:
    changes = False

    def __init__(self, target: FolderTarget | ZipTarget) -> None:
        self._target = target

    def look(self) -> dict[str, bytes]:
        from bridge.folder import read_evidence

        return read_evidence(str(self._target.path))[0]


class _Demo:
    changes = False

    def __init__(self, target: DemoTarget, contact: ContactOptions, progress: Progress) -> None:
        self._target, self._contact, self._progress = target, contact, progress

    def look(self) -> dict[str, bytes]:
        from bridge.demo.run import collect_demo

        return collect_demo(self._target, self._contact, self._progress)


class _Host:
    changes = True

    def __init__(
        self,
        target: HostTarget,
        contact: ContactOptions,
        progress: Progress,
        names: tuple[str, ...],
        list_only: bool,
        others: int,
        reach: ConnectOptions | None,
    ) -> None:
        self._target, self._contact, self._progress = target, contact, progress
        self._names, self._list_only, self._others = names, list_only, others
        self._reach = reach
        self._transport: Transport | None = None

    def look(self) -> dict[str, bytes]:
        from bridge.collect import api_from_here, meta_of, reached, unreachable

        deadline = Deadline(self._contact.deadline)
        first = self._transport is None
        name, expected = self._target.name, self._target.expected_addresses
        files = {"meta.json": meta_of(name, expected)}
        with keeping(files):
            try:
                files |= self._host_files(deadline)
            except HostUnreachable as error:
                self.close()
                if not first:
                    raise
                self._progress(error.sentence)
                files["host.json"] = unreachable(error)
            files["meta.json"] = meta_of(name, expected)
            if reached(files):
                files |= api_from_here(
                    files, self._contact, self._progress, list_only=self._list_only
                )
                if not self._contact.no_probe:
                    files |= self._outside(files, deadline)
        return files

    def _host_files(self, deadline: Deadline) -> dict[str, bytes]:
        """What the host says, over the open connection; a lost one is opened once more."""
        from bridge.host.ladder import collect_host

        again = self._transport is not None
        transport = self._opened(deadline)
        files = dict(collect_host(transport, self._request(deadline), self._progress).files)
        if again and not _arrived(files):
            self._progress(phrase("The connection was lost; connecting again …"))
            self.close()
            transport = self._opened(deadline)
            request = self._request(deadline)
            files = dict(collect_host(transport, request, self._progress).files)
        return files

    def _request(self, deadline: Deadline) -> HostRequest:
        from bridge.collect import request_for

        request = request_for(self._target, self._contact, deadline)
        return replace(request, dns_names=self._names, api_list_only=self._list_only)

    def _opened(self, deadline: Deadline) -> Transport:
        from bridge.connect_options import ConnectOptions
        from bridge.connection import open_transport

        if self._transport is None:
            self._progress(phrase("Connecting to {name} …", name=self._target.name))
            contact = self._contact
            reach = self._reach or ConnectOptions(
                connect_timeout=contact.connect_timeout,
                within=deadline,
                accept_host_key=contact.accept_host_key,
                log=self._progress.detail,
            )
            transport = open_transport(self._target, reach)
            transport.connect()
            self._transport = transport
        return self._transport

    def _outside(self, files: dict[str, bytes], deadline: Deadline) -> dict[str, bytes]:
        from bridge.outside.look import LookOptions, look

        options = LookOptions.parsed(
            resolvers=self._contact.resolver or self._target.resolvers,
            resolve=self._contact.resolve,
            visit=self._contact.visit,
            deadline=deadline.remaining(),
        )
        chosen = replace(options, names=self._names, limit=1 + self._others)
        return look(files, chosen, self._progress)

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


def _arrived(files: dict[str, bytes]) -> bool:
    from bridge.collect import reached

    return reached(files)
