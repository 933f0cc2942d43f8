"""All scenarios by name, and the grammar by which a name says one.

`healthy`, a fault's name (`dns.nxdomain`), several joined (`key.rejected+dns.wrong-address`), each with a
generation or a locale behind it where it is another than the usual (`ssl.given-up@2.4.3@pl_PL`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bridge.rehearsal.fault import HOUR, MINUTE
from bridge.rehearsal.faults import FAULTS
from bridge.rehearsal.generation import GENERATIONS
from bridge.rehearsal.scenario import Scenario
from bridge.rehearsal.wording import PACKS

USUAL_GENERATION, USUAL_LOCALE = "2.4.10", "en_US"
LOCALES = (USUAL_LOCALE, *PACKS)
PAIRS = 240
"""So many of the nearly 7,000 pairs, spread over all, are measured in half a minute."""

_FOUR = (
    replace(FAULTS["key.rejected"], ago=12 * MINUTE, newcomer=11 * MINUTE),
    FAULTS["mapping.two-sites"],
    replace(FAULTS["ssl.slow"], newcomer=38 * MINUTE),
    FAULTS["dns.wrong-address-new"],
)
NAMED: dict[str, Scenario] = {
    "healthy": Scenario("healthy", "nothing is wrong"),
    "four-troubles": Scenario(
        "four-troubles",
        "a refused key, a domain on two sites, one that leads elsewhere, and a slow certificate",
        _FOUR,
    ),
    "bad-key": Scenario("bad-key", "closte refuses the key", (FAULTS["key.rejected"],)),
    "duplicate-domain": Scenario(
        "duplicate-domain", "two sites have the domain", (FAULTS["mapping.two-sites"],)
    ),
    "dns-mismatch": Scenario(
        "dns-mismatch",
        "a new domain still leads to its old server",
        (FAULTS["dns.wrong-address-new"],),
    ),
    "slow-ssl": Scenario("slow-ssl", "closte takes its time", (FAULTS["ssl.slow"],)),
    "forty-domains": Scenario(
        "forty-domains",
        "closte refuses the key of a network with forty waiting domains",
        (FAULTS["key.rejected"],),
        crowd=40,
        crowd_ago=2 * HOUR,
    ),
}
"""Scenarios with names of their own; every fault is one as well, by its own name."""
_ONE_DOMAIN = (
    ("dns.stray-ipv6", "mapping.two-primaries"),
    ("dns.caa-forbids", "ssl.expiring"),
    ("dns.wrong-address", "mapping.two-sites"),
    ("alias.missing", "dns.caa-forbids"),
    ("ssl.expired", "mapping.www-split"),
    ("dns.mixed-addresses", "mapping.site-off"),
    ("mapping.duplicate-row", "ssl.untrusted"),
    ("dns.stray-ipv6", "mapping.wildcard"),
    ("dns.split-horizon", "ssl.expiring"),
    ("dns.caa-forbids", "mapping.secure-flag"),
)
"""Faults that stay two on one and the same domain."""


def names() -> tuple[str, ...]:
    """Every single scenario's name."""
    return (*NAMED, *FAULTS)


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises KeyError with the part that is unknown."""
    base, *more = name.split("@")
    found = NAMED.get(base)
    if found is None:
        faults = tuple(FAULTS[part] for part in base.split("+"))
        titles = ", and ".join(fault.title for fault in faults)
        usual = faults[0].generations
        generation = USUAL_GENERATION if USUAL_GENERATION in usual else usual[-1]
        found = Scenario(base, titles, faults, generation)
    for word in more:
        if word in GENERATIONS:
            found = replace(found, generation=word)
        elif word in LOCALES:
            found = replace(found, locale=word)
        else:
            raise KeyError(word)
    return replace(found, name=name)


def healthy() -> Iterator[Scenario]:
    """Every generation in every language, small and large."""
    for generation in GENERATIONS:
        for locale in LOCALES:
            yield scenario(f"healthy@{generation}@{locale}")
        large = replace(NAMED["healthy"], generation=generation, crowd=40)
        yield replace(large, name=f"healthy with forty domains@{generation}")


def singles() -> Iterator[Scenario]:
    """Every fault alone, in every generation that can have it."""
    for fault in FAULTS.values():
        for generation in fault.generations:
            yield scenario(f"{fault.name}@{generation}")


def translated() -> Iterator[Scenario]:
    """Every fault that leaves something in a translated log, in each language."""
    for fault in FAULTS.values():
        if fault.newcomer is not None:
            for locale in PACKS:
                yield scenario(f"{fault.name}@{fault.generations[-1]}@{locale}")


def pairs(most: int | None = None) -> Iterator[Scenario]:
    """Two faults that do not hide each other, on two domains; `most` of them, spread over all."""
    found = [f"{a.name}+{b.name}" for a, b in combinations(FAULTS.values(), 2) if a.apart_from(b)]
    found.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
    for name in found[:most]:
        a, b = (FAULTS[part] for part in name.split("+"))
        shared = [g for g in GENERATIONS if g in a.generations and g in b.generations]
        number = hashlib.sha256(name.encode()).digest()[0] % len(shared)
        yield scenario(f"{name}@{shared[number]}")


def on_one_domain() -> Iterator[Scenario]:
    """Two faults on one domain, which stay two."""
    for parts in _ONE_DOMAIN:
        yield replace(scenario("+".join(parts)), same_domain=True)


def crowded() -> Iterator[Scenario]:
    """Forty domains more: one fault of the network stays one problem, two stay two."""
    for name, ago in (
        ("key.rejected", 2 * HOUR),
        ("key.missing", 2 * HOUR),
        ("module.disabled", 2 * HOUR),
        ("api.outage", 2 * HOUR),
        ("jobs.cron-off", 2 * HOUR),
        ("host.staging-clone", 30 * 24 * HOUR),
        ("sunrise.undefined", 30 * 24 * HOUR),
        ("key.rejected+mapping.two-sites", 2 * HOUR),
        ("dns.wrong-address+ssl.expired", 30 * 24 * HOUR),
    ):
        found = scenario(name)
        yield replace(found, name=f"{name} with forty domains", crowd=40, crowd_ago=ago)


def everything(most_pairs: int | None = PAIRS) -> Iterator[Scenario]:
    """The whole matrix, with this many pairs; None: with every pair."""
    yield from healthy()
    yield from singles()
    yield from translated()
    yield from pairs(most_pairs)
    yield from on_one_domain()
    yield from crowded()
    for name in NAMED:
        yield scenario(name)
