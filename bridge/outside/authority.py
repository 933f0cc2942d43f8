"""A name's own name servers: found through the resolvers, then asked directly.

Where the zone does not resolve at all, the servers are taken from the parent's referral: those are the
ones that a lame delegation names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from analyzers.addresses import is_ipv6, is_local, is_loopback, is_public
from bridge.outside.nameserver import NO_ANSWER, Reply
from bridge.outside.options import Resolver
from bridge.outside.resolution import Resolution

T = TypeVar("T")

_MOST_SERVERS = 3
_LONGEST_CHAIN = 8


class Authority:
    """Finds and asks authoritative servers, each zone's once per look."""

    def __init__(self, resolution: Resolution) -> None:
        """`resolution`: who asks."""
        self._resolution = resolution
        self._lock = threading.Lock()
        self._locks: dict[Hashable, threading.RLock] = {}
        self._known: dict[Hashable, Any] = {}
        self.heard = False
        """Did any authoritative server answer anything? Else port 53 is probably shut where we are."""

    def ask(self, name: str, rdtype: str, depth: int = 0) -> Reply | None:
        """What the name's own servers say, CNAMEs followed to the servers of their targets. None where
        none can be asked. A server that answers without authority for the name counts as REFUSED."""
        failed: Reply | None = None
        for server in self.servers_of(name):
            reply = self._resolution.ask(server, name, rdtype, recursion=False)
            if reply is None:
                continue
            self.heard = self.heard or reply.status != "TIMEOUT"
            if reply.status in ("NOERROR", "NXDOMAIN") and reply.authoritative:
                return self._followed(name, rdtype, reply, depth)
            failed = _more_telling(failed, _lame(reply))
        return failed

    def _followed(self, name: str, rdtype: str, reply: Reply, depth: int) -> Reply | None:
        if reply.records or reply.final in ("", name) or depth >= _LONGEST_CHAIN:
            return reply
        beyond = self.ask(reply.final, rdtype, depth + 1)
        return beyond if beyond is not None and beyond.authoritative else None

    def zone_of(self, name: str) -> str | None:
        """The zone that holds the name, as the resolvers see it; None where they cannot say."""
        return self._once(("zone", name), lambda: self._zone_of(name))

    def _zone_of(self, name: str) -> str | None:
        if not name:
            return None
        reply = self._resolution.recursive(name, "SOA")
        if reply is None or reply.status not in ("NOERROR", "NXDOMAIN"):
            return None
        zone = reply.zone
        if zone and (name == zone or name.endswith(f".{zone}")):
            return zone
        return self.zone_of(name.partition(".")[2])  # a CNAME led to the target's zone

    def servers_of(self, name: str) -> tuple[Resolver, ...]:
        """Servers that should have authority for the name, at most a few."""
        zone = self.zone_of(name)
        if zone is None:
            return self._once(("delegation", name), lambda: self._delegated(name))
        return self._once(("servers", zone), lambda: self._servers(zone))

    def _servers(self, zone: str) -> tuple[Resolver, ...]:
        reply = self._resolution.recursive(zone, "NS")
        return self._reachable(reply.records if reply else (), {})

    def _delegated(self, name: str) -> tuple[Resolver, ...]:
        """Servers that the closest parent which resolves delegates the name to."""
        parent = name.partition(".")[2]
        while parent and self.zone_of(parent) is None:
            parent = parent.partition(".")[2]
        if not parent:
            return ()
        for server in self.servers_of(parent):
            reply = self._resolution.ask(server, name, "NS", recursion=False)
            if reply is not None and reply.delegated_to and not reply.authoritative:
                glue: dict[str, list[str]] = {}
                for host, address in reply.glue:
                    glue.setdefault(host, []).append(address)
                return self._reachable(tuple(host for _, host in reply.delegated_to), glue)
        return ()

    def _reachable(
        self, hosts: tuple[str, ...], glue: dict[str, list[str]]
    ) -> tuple[Resolver, ...]:
        found: list[Resolver] = []
        for host in hosts:
            addresses = glue.get(host) or self._addresses(host)
            found += [
                Resolver(a, self._port(a)) for a in addresses if self.may_ask(a) and not is_ipv6(a)
            ][:1]
            if len(found) >= _MOST_SERVERS:
                break
        return tuple(dict.fromkeys(found))

    def _addresses(self, host: str) -> list[str]:
        reply = self._once(("A", host), lambda: self._resolution.recursive(host, "A"))
        return list(reply.records) if reply else []

    def may_ask(self, address: str) -> bool:
        """Public servers only: an NS record must not send us into a private network. Where the resolver
        itself is there (a lab, an intranet), its like may be asked."""
        if is_public(address):
            return True
        return any(
            is_loopback(address) == is_loopback(r.address) and is_local(r.address)
            for r in self._resolution.resolvers
            if is_local(address)
        )

    def _port(self, address: str) -> int:
        """53, but on the port of a given resolver where the server is that machine."""
        for resolver in self._resolution.resolvers:
            if address == resolver.address or (
                is_loopback(address) and is_loopback(resolver.address)
            ):
                return resolver.port
        return 53

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Made once however many ask at the same time."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.RLock())
        with lock:
            if key not in self._known:
                self._known[key] = make()
            found: T = self._known[key]
            return found


def _lame(reply: Reply) -> Reply:
    if reply.status in ("NOERROR", "NXDOMAIN"):
        return replace(NO_ANSWER, status="REFUSED")
    return replace(NO_ANSWER, status=reply.status)


def _more_telling(one: Reply | None, other: Reply) -> Reply:
    order = ("REFUSED", "SERVFAIL", "TIMEOUT")
    return other if one is None or order.index(other.status) < order.index(one.status) else one
