"""A real DNS server on loopback, UDP and TCP on one port, whose zones and faults are set at run time.

It plays two parts at once, as a query asks for them: with RD it is a recursive resolver (RA set, CNAMEs
followed everywhere), without RD the authority of its zones (AA set, CNAMEs followed inside the zone only).
The two views can hold different records: that is what a stale resolver looks like.

    with DnsServer() as dns:
        dns.set("shop.example", "A", "203.0.113.9", ttl=300)
        dns.set("shop.example", "A", "198.51.100.7", view="resolver")   # the resolver is behind
        dns.fault("broken.example", "bogus")                            # SERVFAIL unless CD is set
        ask(dns.address, dns.port)
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

View = Literal["both", "authority", "resolver"]
Fault = Literal["nxdomain", "nodata", "servfail", "refused", "timeout", "lame", "bogus", "truncate"]
"""nxdomain, nodata, servfail, refused, timeout: just that. lame: the authority answers without authority,
the resolver therefore SERVFAIL. bogus: the resolver answers SERVFAIL unless the query has CD, the authority
answers normally. truncate: UDP answers are empty with TC, so that the asker must come by TCP."""

_NAME = dns.name.Name
_MAX_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it arrived."""

    name: str
    type: str
    recursion: bool
    checking_disabled: bool
    transport: Literal["udp", "tcp"]


def _absolute(name: str) -> _NAME:
    return dns.name.from_text(name.lower())


class DnsServer:
    """Context manager. `address` and `port` say where it listens; `queries` what was asked so far."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        """Nothing is bound before `start` (or `with`). Port 0: a free one."""
        self.address = address
        self.port = port
        self.queries: list[Query] = []
        self._lock = threading.RLock()
        self._records: dict[str, dict[tuple[_NAME, str], tuple[int, tuple[str, ...]]]] = {
            "authority": {},
            "resolver": {},
        }
        self._faults: dict[tuple[_NAME, str | None, str], Fault] = {}
        self._zones: set[_NAME] = set()
        self._delegations: dict[_NAME, tuple[tuple[str, str], ...]] = {}
        self._stopping = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    # what it holds

    def zone(self, name: str, *servers: str, address: str | None = None) -> None:
        """Declare a zone. Without `servers` its one name server is `ns1.<zone>`; each of them gets an
        A record with `address` (by default where this server listens)."""
        with self._lock:
            origin = _absolute(name)
            self._zones.add(origin)
            apex = name.lower().rstrip(".")
            listed = servers or (f"ns1.{apex}",)
            self.set(apex, "SOA", f"{listed[0]}. hostmaster.{apex}. 1 7200 900 1209600 300")
            self.set(apex, "NS", *(f"{server.rstrip('.')}." for server in listed))
            for server in listed:
                self.set(server, "A", address or self.address)

    def set(self, name: str, rtype: str, *values: str, ttl: int = 300, view: View = "both") -> None:
        """Let `name` have these records of this type (text as in a zone file), replacing any before.
        No values: the type is empty there, the name exists. Makes the zone if there is none."""
        with self._lock:
            self._ensure_zone(name)
            views = ("authority", "resolver") if view == "both" else (view,)
            for one in views:
                self._records[one][(_absolute(name), rtype.upper())] = (ttl, values)

    def remove(self, name: str) -> None:
        """Forget everything of this name, so that it does not exist (NXDOMAIN) any more."""
        with self._lock:
            for records in self._records.values():
                for key in [k for k in records if k[0] == _absolute(name)]:
                    del records[key]
            for fault in [k for k in self._faults if k[0] == _absolute(name)]:
                del self._faults[fault]

    def delegate(self, name: str, **servers: str) -> None:
        """Let the authority of the parent refer everything under `name` to these name servers
        (`ns1="127.0.0.2"`: server `ns1.<name>` with that address as glue). The resolver view stays."""
        with self._lock:
            self._ensure_zone(name.partition(".")[2] or name)
            self._delegations[_absolute(name)] = tuple(
                (f"{label}.{name}.", address) for label, address in servers.items()
            )

    def fault(
        self, name: str, kind: Fault | None, rtype: str | None = None, view: View = "both"
    ) -> None:
        """Answer wrongly for this name and all names below it, for one type or all. None: no more."""
        with self._lock:
            self._ensure_zone(name)
            views = ("authority", "resolver") if view == "both" else (view,)
            for one in views:
                key = (_absolute(name), rtype.upper() if rtype else None, one)
                if kind is None:
                    self._faults.pop(key, None)
                else:
                    self._faults[key] = kind

    def _ensure_zone(self, name: str) -> None:
        wanted = _absolute(name)
        if any(wanted.is_subdomain(zone) for zone in self._zones):
            return
        labels = name.lower().rstrip(".").split(".")
        self.zone(".".join(labels[-2:]))

    # how it runs

    def __enter__(self) -> DnsServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Bind UDP and TCP to one port and serve in threads."""
        udp, tcp = self._bound()
        self._sockets = [udp, tcp]
        for serve, listener in ((self._serve_udp, udp), (self._serve_tcp, tcp)):
            thread = threading.Thread(target=serve, args=(listener,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop serving and free the port."""
        self._stopping.set()
        for listener in self._sockets:
            if listener.type == socket.SOCK_DGRAM:
                listener.sendto(b"", listener.getsockname())  # wakes the thread that receives
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _bound(self) -> tuple[socket.socket, socket.socket]:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        for _ in range(20):
            udp = socket.socket(family, socket.SOCK_DGRAM)
            tcp = socket.socket(family, socket.SOCK_STREAM)
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                udp.bind((self.address, self.port))
                tcp.bind((self.address, udp.getsockname()[1]))
            except OSError:
                udp.close()
                tcp.close()
                if self.port:
                    raise
                continue
            tcp.listen(64)
            udp.settimeout(0.2)
            tcp.settimeout(0.2)
            self.port = udp.getsockname()[1]
            return udp, tcp
        raise OSError("no port is free for both UDP and TCP")

    def _serve_udp(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                wire, sender = listener.recvfrom(65535)
            except TimeoutError:
                continue
            except OSError:
                return
            answer = self._answer(wire, "udp")
            if answer is not None:
                with contextlib.suppress(OSError):
                    listener.sendto(answer, sender)

    def _serve_tcp(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            with contextlib.suppress(OSError, struct.error):
                (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                answer = self._answer(connection.recv(length, socket.MSG_WAITALL), "tcp")
                if answer is None:
                    self._stopping.wait(5)
                else:
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

    # what it answers

    def _answer(self, wire: bytes, transport: Literal["udp", "tcp"]) -> bytes | None:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        if not query.question:
            return None
        asked = query.question[0]
        name, rtype = asked.name, dns.rdatatype.to_text(asked.rdtype)
        name = dns.name.Name(label.lower() for label in name.labels)
        recursion = bool(query.flags & dns.flags.RD)
        checking_disabled = bool(query.flags & dns.flags.CD)
        with self._lock:
            self.queries.append(
                Query(
                    name.to_text(omit_final_dot=True),
                    rtype,
                    recursion,
                    checking_disabled,
                    transport,
                )
            )
            view = "resolver" if recursion else "authority"
            response = dns.message.make_response(query, recursion_available=recursion)
            fault = self._fault_of(name, rtype, view)
            if fault == "timeout":
                return None
            if fault == "truncate" and transport == "udp":
                response.flags |= dns.flags.TC
            elif fault == "lame" or (fault == "bogus" and view == "resolver"):
                if fault == "bogus" and checking_disabled:
                    self._fill(response, name, rtype, view)
                elif view == "resolver":
                    response.set_rcode(dns.rcode.SERVFAIL)
            elif fault in ("servfail", "refused"):
                response.set_rcode(dns.rcode.from_text(fault))
            elif fault in ("nxdomain", "nodata"):
                self._empty(response, name, exists=fault == "nodata", view=view)
            else:
                self._fill(response, name, rtype, view)
        return response.to_wire()

    def _fault_of(self, name: _NAME, rtype: str, view: str) -> Fault | None:
        for depth in range(len(name.labels)):
            ancestor = dns.name.Name(name.labels[depth:])
            for asked in (rtype, None):
                found = self._faults.get((ancestor, asked, view))
                if found is not None:
                    return found
        return None

    def _zone_of(self, name: _NAME) -> _NAME | None:
        enclosing = [zone for zone in self._zones if name.is_subdomain(zone)]
        return max(enclosing, key=lambda zone: len(zone.labels), default=None)

    def _fill(self, response: dns.message.Message, name: _NAME, rtype: str, view: str) -> None:
        origin = self._zone_of(name)
        if origin is None and view == "authority":
            response.set_rcode(dns.rcode.REFUSED)
            return
        referral = next((d for d in self._delegations if name.is_subdomain(d)), None)
        if referral is not None and view == "authority":
            for server, address in self._delegations[referral]:
                self._add(response.authority, referral, 300, "NS", (server,))
                self._add(response.additional, _absolute(server), 300, "A", (address,))
            return
        records = self._records[view]
        here = name
        for _ in range(_MAX_CHAIN):
            ttl, values = records.get((here, rtype), (0, ()))
            if values:
                self._add(response.answer, here, ttl, rtype, values)
                break
            ttl, target = records.get((here, "CNAME"), (0, ()))
            if rtype == "CNAME" or not target:
                self._empty(response, here, exists=self._exists(here, view), view=view)
                break
            self._add(response.answer, here, ttl, "CNAME", target)
            here = dns.name.from_text(target[0].lower())
            if view == "authority" and self._zone_of(here) != origin:
                break
        if view == "authority":
            response.flags |= dns.flags.AA

    def _exists(self, name: _NAME, view: str) -> bool:
        return any(known.is_subdomain(name) for known, _ in self._records[view])

    def _empty(
        self, response: dns.message.Message, name: _NAME, *, exists: bool, view: str
    ) -> None:
        if not exists:
            response.set_rcode(dns.rcode.NXDOMAIN)
        if view == "authority":
            response.flags |= dns.flags.AA
        origin = self._zone_of(name)
        if origin is not None:
            ttl, values = self._records["authority"].get((origin, "SOA"), (0, ()))
            if values:
                self._add(response.authority, origin, ttl, "SOA", values)

    @staticmethod
    def _add(
        section: list[dns.rrset.RRset], name: _NAME, ttl: int, rtype: str, values: tuple[str, ...]
    ) -> None:
        section.append(dns.rrset.from_text_list(name, ttl, dns.rdataclass.IN, rtype, values))
