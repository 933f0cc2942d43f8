"""The DNS of the world: what a name has, and who sees it otherwise (DOMAIN 4.E)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

AUTHORITY, HOST = "authoritative", "host"
RESOLVERS = ("resolver:1.1.1.1", "resolver:8.8.8.8")
VIEWS = (AUTHORITY, *RESOLVERS, HOST)


@dataclass(frozen=True, slots=True)
class Records:
    """What one name has."""

    a: tuple[str, ...] = ()
    aaaa: tuple[str, ...] = ()
    cname: str | None = None
    caa: tuple[str, ...] = ()
    status: str = "NOERROR"
    ttl: int = 300
    bogus: bool = False
    """Its signatures do not hold: resolvers that check them fail."""
    lame: bool = False
    """Its name servers do not know it."""

    def of(self, rdtype: str) -> tuple[str, ...]:
        """The records of a type."""
        by_type = {"A": self.a, "AAAA": self.aaaa, "CAA": self.caa}
        return (self.cname,) if rdtype == "CNAME" and self.cname else by_type.get(rdtype, ())


NO_NAME = Records(status="NXDOMAIN")


@dataclass(slots=True)
class Zone:
    """All names. `special`: (view, name) → what that view has instead."""

    names: dict[str, Records] = field(default_factory=dict)
    special: dict[tuple[str, str], Records] = field(default_factory=dict)

    def seen(self, name: str, view: str = AUTHORITY) -> Records:
        """The records of a name; `*.` of its parent where it has none of its own."""
        special = self.special.get((view, name))
        if special is not None:
            return special
        found = self.names.get(name) or self.names.get("*." + name.partition(".")[2])
        return found if found is not None else NO_NAME

    def addresses(self, name: str, view: str) -> tuple[str, ...]:
        """Where this view is led, IPv4 before IPv6; nowhere where resolution fails."""
        found = self.seen(name, view)
        broken = found.lame or (found.bogus and view != AUTHORITY) or found.status != "NOERROR"
        return () if broken else (*found.a, *found.aaaa)

    def change(self, name: str, **changed: object) -> None:
        """Change some of what a name has, for everybody."""
        self.names[name] = replace(self.names.get(name, Records()), **changed)  # type: ignore[arg-type]

    def rows(self, name: str) -> Iterator[dict[str, object]]:
        """The name as `dns.json` has it."""
        for view in VIEWS:
            kinds = ("A", "AAAA") if view == HOST else ("A", "AAAA", "CNAME")
            for rdtype in kinds:
                yield from self._answers(name, rdtype, view)
        yield from self._answers(name, "CAA", AUTHORITY)

    def _answers(self, name: str, rdtype: str, view: str) -> Iterator[dict[str, object]]:
        found = self.seen(name, view)
        status = found.status
        if found.lame:
            status = "REFUSED" if view == AUTHORITY else "SERVFAIL"
        elif found.bogus and view != AUTHORITY:
            status = "SERVFAIL"
        records = found.of(rdtype) if status == "NOERROR" else ()
        yield _row(name, rdtype, view, status, records, found.ttl)
        if status == "SERVFAIL" and view in RESOLVERS:
            unchecked = "NOERROR" if found.bogus else "SERVFAIL"
            records = found.of(rdtype) if found.bogus else ()
            yield _row(name, rdtype, view, unchecked, records, found.ttl, unchecked=True)


def _row(
    name: str,
    rdtype: str,
    view: str,
    status: str,
    records: tuple[str, ...],
    ttl: int,
    *,
    unchecked: bool = False,
) -> dict[str, object]:
    return {
        "name": name,
        "type": rdtype,
        "via": view,
        "status": status,
        "records": list(records),
        "ttl": ttl if records else None,
        "checking_disabled": unchecked,
    }
