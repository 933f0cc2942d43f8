"""Which findings of the whole network stand between every mapped domain and its visitors.

Their cause is told once, and the domains that it reaches are listed below it (DOMAIN 4.H), so that each
of them is told to be down as well, whatever its DNS and its certificate look like from outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analyzers.domains import MappedDomain, MappedDomains
from analyzers.findings import Finding

SWITCHES_MAPPING_OFF = frozenset(
    {
        "plugin.inactive",
        "sunrise.undefined",
        "sunrise.file-missing",
        "sunrise.inactive",
        "sunrise.too-late",
        "settings.mapping-off",
    }
)
"""With each of these alone WordPress does not know mapped domains (DOMAIN 2.10, 2.11, 4.B)."""


def reaching(findings: Iterable[Finding], mapped: MappedDomains | None) -> list[Finding]:
    """The findings, with the mapped domains in `affects` where mapping as a whole is off."""
    listed = list(findings)
    if mapped is None or not any(f.code in SWITCHES_MAPPING_OFF for f in listed):
        return listed
    names = tuple(d.domain for d in mapped if _needs_mapping(d))
    return [
        replace(f, affects=tuple(dict.fromkeys((*f.affects, *names))))
        if f.code in SWITCHES_MAPPING_OFF
        else f
        for f in listed
    ]


def _needs_mapping(domain: MappedDomain) -> bool:
    """Is it switched on, and not a name by which WordPress finds the site without the plugin?"""
    if domain.row.active is False:
        return False
    native = domain.under_network if domain.site is None else domain.domain == domain.site.domain
    return not native
