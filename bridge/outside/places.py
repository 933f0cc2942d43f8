"""Where a name may be probed: its addresses, what `--resolve` puts in their place, and what is never touched.

Addresses come from DNS, which strangers fill in: a mapped domain must not make us knock at a machine of the
operator's own network, or at a cloud's metadata service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzers.addresses import is_loopback, is_public, normal
from analyzers.evidence import Dns
from analyzers.expected import Expected
from bridge.outside.options import StandIn

_MOST_ADDRESSES = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One name at one address and port."""

    host: str
    port: int
    address: str
    """What the row says."""
    to: tuple[str, int]
    """Where the connection really goes."""


class Places:
    """The places of names, by one look's DNS answers."""

    def __init__(
        self,
        addresses: Mapping[str, tuple[str, ...]],
        expected: Expected,
        stand_ins: Iterable[StandIn],
    ) -> None:
        """`addresses`: what DNS gives for each name (see `addresses_of`)."""
        self._addresses = addresses
        self._expected = expected
        self._stand_ins = {(s.host, s.port): s for s in stand_ins}

    def of(self, host: str, port: int, *, entrance: bool) -> tuple[Place, ...]:
        """Where to probe the name. With `entrance`, also at the network's entrance if the name points
        elsewhere: does the network already have a certificate for it?

        A stand-in takes the place of the name's own addresses. One on loopback (a test server, a
        tunnel) is contacted in their name; any other replaces them, as with curl.
        """
        own = self._addresses.get(host, ())[:_MOST_ADDRESSES]
        stand_in = self._stand_ins.get((host, port)) or self._stand_ins.get(("*", port))
        if stand_in is not None:
            to = (stand_in.address, stand_in.to_port)
            stood_for = own if is_loopback(stand_in.address) else ()
            if not own and stand_in.host == "*":
                return ()  # nothing that it could stand for
            return tuple(Place(host, port, a, to) for a in stood_for or (stand_in.address,))
        if entrance and own and not any(self._expected.holds(a) for a in own):
            own = (*own, *self._expected.addresses[:2])
        return tuple(Place(host, port, a, (a, port)) for a in own if self.may_probe(a))

    def untouched(self) -> tuple[str, ...]:
        """Addresses of names that are never probed, each once."""
        found = (a for listed in self._addresses.values() for a in listed)
        return tuple(dict.fromkeys(a for a in found if not self.may_probe(a)))

    def may_probe(self, address: str) -> bool:
        """Public addresses, and the entrance itself wherever it is."""
        return is_public(address) or self._expected.holds(address)


def addresses_of(dns: Dns | None) -> dict[str, tuple[str, ...]]:
    """The addresses of each name as the world sees them (not as the host does), each once; those that
    the name's own servers give come first."""
    found: dict[str, dict[str, None]] = {}
    answers = sorted(dns.answers, key=lambda a: a.via != "authoritative") if dns else ()
    for answer in answers:
        if answer.type in ("A", "AAAA") and answer.via != "host" and not answer.checking_disabled:
            found.setdefault(answer.name, {}).update(
                dict.fromkeys(normal(record) for record in answer.records)
            )
    return {name: tuple(addresses) for name, addresses in found.items()}
