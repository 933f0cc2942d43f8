"""Who is asked in one look, who has fallen silent, and what the resolvers say of a name."""

from __future__ import annotations

import threading

from bridge.deadline import Deadline
from bridge.outside.nameserver import Reply, ask
from bridge.outside.options import LookOptions, Resolver

_SILENCES = 3
"""A server that was silent so often without one answer is not waited for again."""


class Resolution:
    """Puts questions to servers and remembers which of them are alive."""

    def __init__(self, options: LookOptions, deadline: Deadline) -> None:
        """One per look."""
        self.resolvers = options.resolvers
        self._timeout = options.dns_timeout
        self._deadline = deadline
        self._lock = threading.Lock()
        self._silences: dict[Resolver, int] = {}
        self._alive: set[Resolver] = set()

    def ask(
        self,
        server: Resolver,
        name: str,
        rdtype: str,
        *,
        recursion: bool = True,
        checking_disabled: bool = False,
    ) -> Reply | None:
        """One question to one server. None where the deadline left it unasked, or the server is dead."""
        if not self.answered(server) and self._silences.get(server, 0) >= _SILENCES:
            return None
        reply = ask(
            server,
            name,
            rdtype,
            timeout=self._timeout,
            deadline=self._deadline,
            recursion=recursion,
            checking_disabled=checking_disabled,
        )
        if reply is not None:
            with self._lock:
                if reply.status == "TIMEOUT":
                    self._silences[server] = self._silences.get(server, 0) + 1
                else:
                    self._alive.add(server)
        return reply

    def answered(self, server: Resolver) -> bool:
        """Did this server answer anything at all?"""
        return server in self._alive

    def recursive(self, name: str, rdtype: str) -> Reply | None:
        """The first usable answer of the resolvers, unvalidated (CD) where validation fails. Else the
        last unusable one; None where nothing came."""
        last = None
        for resolver in self.resolvers:
            for checking_disabled in (False, True):
                reply = self.ask(resolver, name, rdtype, checking_disabled=checking_disabled)
                if reply is not None and reply.status in ("NOERROR", "NXDOMAIN"):
                    return reply
                last = reply or last
                if reply is None or reply.status != "SERVFAIL":
                    break
        return last
