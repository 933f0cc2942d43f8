"""One graph of which finding explains which (CONTRACT section 5).

A row says: `cause` explains `consequence` — of the same subject, or of any subject where the cause is
the network's or the host's, or of a domain of the site where the cause is a site's — and, where the
row names a facet, only if the consequence's hit bears it (the kind of its subject is one too). Rows
stand in order of depth: the first row that holds is the one that is reported, so a network's cause is
named before a domain's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from analyzers.findings import Finding, Reference, Subject


@dataclass(frozen=True, slots=True)
class Explains:
    """`cause` explains `consequence` (which may end in `.*`), where it bears `facet` if one is named."""

    cause: str
    consequence: str
    facet: str | None = None
    cause_facet: str | None = None


_STANDING_KEY = (
    "key.missing",
    "key.empty",
    "key.malformed",
    "key.undecryptable",
    "key.rejected",
    "key.no-permission",
    "key.other-app",
)
_STANDING = (
    *_STANDING_KEY,
    "module.disabled",
    "module.crashes",
    "api.unreachable",
    "api.outage",
    "jobs.cron-off",
)
_WITHOUT_ALIAS = (
    "alias.missing",
    "alias.silent-failure",
    "ssl.pending",
    "ssl.slow",
    "ssl.given-up",
)
_ALIAS_FAULTS = ("alias.elsewhere", "alias.refused", "alias.silent-failure", "alias.missing")
_DNS_FAULTS = (
    "dns.nxdomain",
    "dns.no-address",
    "dns.parked",
    "dns.wrong-address",
    "dns.mixed-addresses",
    "dns.stray-ipv6",
    "dns.dnssec-bogus",
    "dns.lame",
    "dns.caa-forbids",
)

NO_ALIAS = "no-alias"
"""The domain is in no readable list of Closte's."""
NO_CALLBACKS = "no-callbacks"
"""The action failed with "no callbacks are registered"."""
CRASHED = "crashed"
"""The action failed with the provider's own PHP error."""
FOREIGN_ADDRESS = "foreign-address"
"""Seen at an address that is not the network's."""
CHAIN_ENDED = "chain-ended"
"""The failed action was the domain's own stage check."""
LEADS_NOWHERE = "leads-nowhere"
"""Seen at the entrance, while the DNS sends nobody there nor elsewhere: no issuer finds the name either."""
NAME_REFUSED = "name-refused"
"""The server answers, and refuses a handshake for this name: it has no certificate for it."""
SERVER_ERROR = "server-error"
"""`wp-cron.php` answered HTTP 500: PHP died, nobody refused it."""
OTHERWISE_CLEAN = "one-clean-row"
"""All but one of the rows are unclean."""
CERTIFICATE_FAULT = "certificate-fault"
"""A certificate is there, and it is not the host's own default one."""
GAVE_UP_ON_CERTIFICATE = "gave-up-on-certificate"
"""The plugin's last check of a row that says checking was its last for the certificate."""
NO_CERTIFICATE = "no-certificate"
"""The row is marked secure, and the certificate is not good."""
ONLY_UNDER_NETWORK = "only-under-network"
"""Told only as a consequence of what is wrong with the whole network, else another code says it."""

GRAPH: tuple[Explains, ...] = (
    *(
        Explains("host.staging-clone", f"{family}.*", "domain")
        for family in ("mapping", "alias", "dns", "ssl", "check", "jobs")
    ),
    Explains("key.malformed", "key.rejected"),
    Explains("plugin.inactive", "sunrise.inactive"),
    Explains("key.other-app", "alias.*"),
    *(
        Explains(cause, "jobs.failed", NO_CALLBACKS)
        for cause in (*_STANDING_KEY, "module.disabled")
    ),
    Explains("module.crashes", "jobs.failed", CRASHED),
    *(
        Explains(cause, consequence, NO_ALIAS)
        for cause in _STANDING
        for consequence in _WITHOUT_ALIAS
    ),
    *(Explains(cause, "jobs.failed", NO_ALIAS) for cause in _STANDING),
    Explains("host.php-fatal", "jobs.cron-blocked", SERVER_ERROR),
    Explains("jobs.cron-off", "jobs.backlog"),
    Explains("jobs.cron-blocked", "jobs.backlog"),
    Explains("mapping.unclean-name", "mapping.duplicate-row", OTHERWISE_CLEAN),
    Explains("mapping.unclean-name", "mapping.two-sites", OTHERWISE_CLEAN),
    Explains("jobs.no-tables", "jobs.none-queued"),
    Explains("jobs.failed", "jobs.none-queued", cause_facet=CHAIN_ENDED),
    Explains("mapping.schema-old", "jobs.none-queued", GAVE_UP_ON_CERTIFICATE),
    Explains("mapping.wildcard", "jobs.none-queued"),
    Explains("host.not-closte", "jobs.failed", NO_CALLBACKS),
    Explains("plugin.inactive", "jobs.failed", NO_CALLBACKS),
    *(
        Explains(cause, "ssl.*", FOREIGN_ADDRESS)
        for cause in (
            "dns.parked",
            "dns.wrong-address",
            "dns.mixed-addresses",
            "dns.stray-ipv6",
        )
    ),
    *(
        Explains(cause, "ssl.*", LEADS_NOWHERE)
        for cause in ("dns.nxdomain", "dns.no-address", "dns.lame")
    ),
    *(Explains(cause, "ssl.given-up") for cause in _DNS_FAULTS),
    *(Explains(cause, "check.gave-up-dns") for cause in _DNS_FAULTS),
    *(
        Explains(cause, "ssl.given-up", CERTIFICATE_FAULT)
        for cause in ("ssl.wrong-name", "ssl.expired", "ssl.untrusted", "ssl.unreachable")
    ),
    *(
        Explains(cause, "mapping.secure-flag", NO_CERTIFICATE)
        for cause in (
            "alias.missing",
            "ssl.given-up",
            "ssl.wrong-name",
            "ssl.expired",
            "ssl.untrusted",
            "ssl.unreachable",
        )
    ),
    *(
        Explains(cause, consequence)
        for cause in _ALIAS_FAULTS
        for consequence in ("ssl.given-up", "ssl.pending", "ssl.slow")
    ),
    *(Explains(cause, "ssl.unreachable", NAME_REFUSED) for cause in _ALIAS_FAULTS),
    Explains("ssl.rate-limit", "ssl.slow"),
    Explains("jobs.none-queued", "ssl.slow"),
    *(Explains(cause, "alias.silent-failure") for cause in ("alias.elsewhere", "alias.refused")),
    *(
        Explains(cause, "dns.www-differs")
        for cause in ("dns.parked", "dns.wrong-address", "dns.mixed-addresses", "dns.stray-ipv6")
    ),
    Explains("alias.silent-failure", "alias.missing"),
    Explains("alias.elsewhere", "alias.missing"),
    Explains("alias.refused", "alias.missing"),
)


def fold(findings: Sequence[Finding], facets: Mapping[Reference, frozenset[str]]) -> list[Finding]:
    """The findings with `caused_by` set where the graph explains one by another.

    An info never explains more than an info, and no finding is its own cause, however long the way.
    One that is told only under a network's cause is dropped where none explains it.
    """
    known = _Causes.among(findings)
    caused: dict[Reference, Reference] = {}
    for finding in findings:
        cause = _cause_of(finding, known, facets, caused)
        if cause is not None:
            caused[finding.reference] = cause
    told = []
    for finding in findings:
        cause = caused.get(finding.reference)
        if _stands(cause, facets.get(finding.reference, frozenset())):
            told.append(finding if cause is None else replace(finding, caused_by=cause))
    return told


def _stands(cause: Reference | None, facets: frozenset[str]) -> bool:
    of_network = cause is not None and cause.subject.kind in ("network", "host")
    return of_network or ONLY_UNDER_NETWORK not in facets


@dataclass(frozen=True, slots=True)
class _Causes:
    """Findings by code and by whom they reach, so that ten thousand of them stay one pass."""

    codes: frozenset[str]
    """Of all of them: most rows of the graph are about others."""
    wide: Mapping[str, Sequence[Finding]]
    """Of the network or the host: they reach everybody."""
    own: Mapping[tuple[str, Subject], Finding]
    of_site: Mapping[tuple[str, str], Finding]
    """Of a site, by each domain they affect."""

    @classmethod
    def among(cls, findings: Sequence[Finding]) -> _Causes:
        wide: dict[str, list[Finding]] = {}
        own: dict[tuple[str, Subject], Finding] = {}
        of_site: dict[tuple[str, str], Finding] = {}
        for finding in findings:
            own.setdefault((finding.code, finding.subject), finding)
            if finding.subject.kind in ("network", "host"):
                wide.setdefault(finding.code, []).append(finding)
            elif finding.subject.kind == "site":
                for domain in finding.affects:
                    of_site.setdefault((finding.code, domain), finding)
        return cls(frozenset(f.code for f in findings), wide, own, of_site)

    def reaching(self, code: str, finding: Finding) -> Iterator[Finding]:
        """Findings of this code that can explain the other one."""
        yield from self.wide.get(code, ())
        for found in (
            self.own.get((code, finding.subject)),
            self.of_site.get((code, finding.subject.id)),
        ):
            if found is not None:
                yield found


@lru_cache(maxsize=1024)
def _explaining(code: str) -> tuple[Explains, ...]:
    """The rows of the graph whose consequence this code can be, in order."""
    return tuple(r for r in GRAPH if r.cause != code and fnmatchcase(code, r.consequence))


def explaining(code: str) -> frozenset[str]:
    """The codes that can explain this one."""
    return frozenset(row.cause for row in _explaining(code))


def _cause_of(
    finding: Finding,
    known: _Causes,
    facets: Mapping[Reference, frozenset[str]],
    caused: Mapping[Reference, Reference],
) -> Reference | None:
    own = facets.get(finding.reference, frozenset()) | {finding.subject.kind}
    for row in _explaining(finding.code):
        if row.cause not in known.codes or (row.facet is not None and row.facet not in own):
            continue
        for candidate in known.reaching(row.cause, finding):
            if candidate.severity == "info" and finding.severity != "info":
                continue
            if row.cause_facet and row.cause_facet not in facets.get(
                candidate.reference, frozenset()
            ):
                continue
            if not _leads_to(candidate.reference, finding.reference, caused):
                return candidate.reference
    return None


def _leads_to(start: Reference, goal: Reference, caused: Mapping[Reference, Reference]) -> bool:
    seen: set[Reference] = set()
    here: Reference | None = start
    while here is not None and here not in seen:
        if here == goal:
            return True
        seen.add(here)
        here = caused.get(here)
    return False


def affected(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with `affects` completed by the domains of what they explain."""
    listed = list(findings)
    below: dict[Reference, dict[str, None]] = {}
    for finding in listed:
        if finding.caused_by is not None:
            domains = below.setdefault(finding.caused_by, {})
            if finding.subject.kind == "domain":
                domains[finding.subject.id] = None
            domains.update(dict.fromkeys(finding.affects))
    return [_affecting(f, below.get(f.reference, {})) for f in listed]


def _affecting(finding: Finding, more: Iterable[str]) -> Finding:
    affects = tuple(dict.fromkeys((*finding.affects, *more)))
    return finding if affects == finding.affects else replace(finding, affects=affects)
