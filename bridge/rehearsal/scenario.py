"""A scenario: a town of customers, what went wrong in it, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.rehearsal.fault import DAY, Fault
from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.world import World

NETWORK = "network.example"
HOST = "demo"
PLACES = (
    ("garden.example", "fresh.example"),
    ("bakery.example", "newest.example"),
    ("gallery.example", "boutique.example"),
    ("tailor.example", "atelier.example"),
)
"""For the first fault, the second …: an old domain, and the name of a new one."""
_TOWN = (
    ("garden.example", "garden", -40 * DAY),
    ("bakery.example", "bakery", -20 * DAY),
    ("shop.client.example", "shop", -9 * DAY),
)
_SITES = {"garden.example": "2", "bakery.example": "3"}


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
    """Do all faults concern the same domain?"""
    crowd: int = 0
    """Further domains that are mapped."""
    crowd_ago: float = 30 * DAY
    """When, in seconds before the look."""

    def world(self) -> World:
        """The world at the moment of the look."""
        world = World(GENERATIONS[self.generation], locale=self.locale, network=NETWORK)
        for number in range(self.crowd):
            name = f"client{number:02}"
            _at(world, -self.crowd_ago + number, world.add_domain, f"{name}.example", name)
        for domain, label, at in _TOWN:
            _at(world, at, world.add_domain, domain, label)
        for place, fault in enumerate(self.faults):
            self._plan(world, fault, self.domain_of(fault, place))
        world.run_until(0.0)
        return world

    def _plan(self, world: World, fault: Fault, domain: str) -> None:
        """The harm; before or after it the newcomer, who is there first where both are of one moment."""
        if fault.newcomer is not None:
            _at(world, -fault.newcomer - 1, _registered, world, domain)
            _at(world, -fault.newcomer, _mapped, world, domain)
        _at(world, -fault.ago, fault.harm, world, domain)

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
        """Code that must be found as a consequence, and the code at the end of its chain of causes."""
        return tuple((code, fault.code) for fault in self.faults for code in fault.folded)


def _at(world: World, when: float, do: object, *given: object) -> None:
    assert callable(do)
    world.at(when, lambda: do(*given))


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


def _registered(world: World, domain: str) -> None:
    """The customer's DNS leads here already."""
    world.points(domain, world.entrance)
    world.points(f"www.{domain}", world.entrance)


def _mapped(world: World, domain: str) -> None:
    world.closte.add(f"www.{domain}", world)
    world.plugin.map(domain, world.plugin.create_site(domain.split(".")[0]))
