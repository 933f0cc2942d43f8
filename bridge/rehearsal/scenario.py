"""A scenario: a town of customers, what went wrong in it, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.rehearsal.fault import DAY, HOUR, Fault
from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.world import World

NETWORK = "network.example"
HOST = "demo"
PLACES = (("garden.example", "fresh.example"), ("bakery.example", "newest.example"))
"""For the first and the second fault: an old domain, and the name of a new one."""
_TOWN = (
    ("garden.example", "garden", -40 * DAY),
    ("bakery.example", "bakery", -20 * DAY),
    ("shop.client.example", "shop", -9 * DAY),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding that must stand for itself."""

    code: str
    subject: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Faults in a town; none: a healthy one."""

    name: str
    title: str
    faults: tuple[Fault, ...] = ()
    generation: str = "2.4.10"
    locale: str = "en_US"
    same_domain: bool = False
    """Do both faults concern the same domain?"""

    def world(self) -> World:
        """The world at the moment of the look."""
        world = World(GENERATIONS[self.generation], locale=self.locale, network=NETWORK)
        for domain, label, at in _TOWN:
            world.run_until(at)
            world.add_domain(domain, label)
        for place, fault in enumerate(self.faults):
            self._plan(world, fault, place)
        world.run_until(0.0)
        return world

    def _plan(self, world: World, fault: Fault, place: int) -> None:
        domain = self.domain_of(fault, place)
        if fault.newcomer is not None:
            label = domain.split(".")[0]
            world.at(-fault.newcomer - 1, lambda: world.points(domain, world.entrance))
            world.at(-fault.newcomer - 1, lambda: world.points(f"www.{domain}", world.entrance))
            born = -fault.newcomer
            if fault.ago > fault.newcomer:
                world.at(-fault.ago, lambda: fault.harm(world, domain))
            world.at(born, lambda: _mapped(world, domain, label))
            if fault.ago > fault.newcomer:
                return
        world.at(-fault.ago, lambda: fault.harm(world, domain))

    def domain_of(self, fault: Fault, place: int) -> str:
        """The domain that a fault concerns."""
        old, new = PLACES[0 if self.same_domain else place]
        return old if fault.newcomer is None else new

    @property
    def causes(self) -> frozenset[Cause]:
        """What must be found, each standing for itself."""
        found = set()
        for place, fault in enumerate(self.faults):
            domain = self.domain_of(fault, place)
            for code, subject in ((fault.code, fault.subject), *fault.beside):
                found.add(Cause(code, _subject(subject, domain)))
        return frozenset(found)

    @property
    def allowed(self) -> frozenset[str]:
        """Codes that may be found besides."""
        return frozenset(code for fault in self.faults for code in fault.allowed)

    @property
    def folded(self) -> tuple[tuple[str, str], ...]:
        """Code that must be found as a consequence, and the code it stands under."""
        return tuple((code, fault.code) for fault in self.faults for code in fault.folded)


_SITES = {"garden.example": "2", "bakery.example": "3"}


def _subject(word: str, domain: str) -> str:
    words = {
        "network": NETWORK,
        "host": HOST,
        "domain": domain,
        "wildcard": f"*.{domain}",
        "native": f"{domain.split('.')[0]}.{NETWORK}",
        "site": _SITES.get(domain, ""),
    }
    return words.get(word, word)


def _mapped(world: World, domain: str, label: str) -> None:
    world.closte.add(f"www.{domain}", world)
    world.plugin.map(domain, world.plugin.create_site(label))


__all__ = ["HOUR", "Cause", "Scenario"]
