"""Where each mapped domain stands: the `domains` of the diagnosis (CONTRACT section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from analyzers.dns_instructions import records_of
from analyzers.dns_view import DnsView
from analyzers.domains import CHECKING_STAGES, MappedDomain, MappedDomains
from analyzers.facts import Facts
from analyzers.findings import DnsRecord, DomainState, Finding, Reference, TimelineEntry, WaitingOn
from analyzers.layers import layer_states
from analyzers.network import Network
from analyzers.provisioning import Progress, Provisioning
from analyzers.timeline import timeline_of

_BEHIND_THE_SCENES = frozenset({"key", "api", "module", "alias", "jobs"})
_LATER = frozenset({"dns.caa-forbids", "mapping.duplicate-row"})
_WAITS = frozenset({"dns", "ssl"})
"""Families of an info that a domain is waiting for: a certificate, a DNS that is on its way."""
_ORDER: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2}


def domain_states(facts: Facts, findings: Sequence[Finding]) -> tuple[DomainState, ...]:
    """One state per mapped domain, in order of name; none without the mapping table."""
    mapped, network = facts.of(MappedDomains), facts.of(Network)
    provisioning = facts.of(Provisioning)
    if not isinstance(mapped, MappedDomains) or not isinstance(network, Network):
        return ()
    if not isinstance(provisioning, Provisioning):
        return ()
    concerning = _by_domain(findings)
    dns = facts.of(DnsView)
    view = dns if isinstance(dns, DnsView) else None
    return tuple(
        _state(
            domain,
            provisioning.progress[domain.domain],
            concerning.get(domain.domain, []),
            records_of(domain.dns, view.caa(domain.domain) if view and domain.dns else None),
            timeline=timeline_of(domain, network.now),
            now=network.now,
        )
        for domain in mapped
    )


def _by_domain(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings that touch each domain, the worst first; a consequence brings its last cause."""
    by_reference = {f.reference: f for f in findings}
    touching: dict[str, dict[Reference, Finding]] = {}
    for finding in findings:
        names = finding.affects
        if finding.subject.kind == "domain":
            names = (finding.subject.id, *names)
        for name in dict.fromkeys(names):
            touching.setdefault(name, {})[finding.reference] = finding
            if finding.subject.id == name and finding.subject.kind == "domain":
                root = _root(finding, by_reference)
                touching[name][root.reference] = root
    return {
        name: sorted(found.values(), key=lambda f: (_ORDER[f.severity], f.caused_by is not None))
        for name, found in touching.items()
    }


def _root(finding: Finding, by_reference: Mapping[Reference, Finding]) -> Finding:
    here, seen = finding, {finding.reference}
    while here.caused_by is not None and here.caused_by not in seen:
        above = by_reference.get(here.caused_by)
        if above is None:
            break
        here = above
        seen.add(here.reference)
    return here


def _state(
    domain: MappedDomain,
    progress: Progress,
    findings: Sequence[Finding],
    records: tuple[DnsRecord, ...],
    *,
    timeline: tuple[TimelineEntry, ...],
    now: datetime,
) -> DomainState:
    state = _word(domain, progress, findings)
    return DomainState(
        domain=domain.domain,
        blog_id=domain.row.blog_id,
        stage=domain.row.stage,
        state=state,
        waiting_on=_waiting_on(domain, progress, findings, state),
        checks=progress.window,
        timeline=timeline,
        layers=layer_states(domain, progress, findings, now),
        records=records,
        created=domain.row.created,
        listed=domain.listed,
    )


def _word(domain: MappedDomain, progress: Progress, findings: Sequence[Finding]) -> str:
    """up · waiting · broken · unknown. `up` is said only where it was seen from outside."""
    if domain.row.active is False or domain.stage in ("failed", "ssl-failed"):
        return "broken"
    errors = [f for f in findings if f.severity == "error"]
    if domain.stage in CHECKING_STAGES:
        return "broken" if progress.forgotten else "waiting"
    if not domain.live:
        return "broken" if errors else "unknown"
    if any(_reaches_visitors(f) for f in errors) or _site_is_off(domain):
        return "broken"
    if any(f.code == "ssl.redirect-loop" for f in findings):
        return "broken"
    led_here = domain.dns.reaches_us if domain.dns else None
    if led_here is False or domain.certificate_good is False:
        return "broken"
    if domain.site is None:
        return "unknown"  # whether there is a site behind the name was not seen
    return "up" if domain.certificate_good and led_here else "unknown"


def _reaches_visitors(finding: Finding) -> bool:
    """Does this error stand between a ready domain and its visitors? What only keeps new domains from
    Closte does not, nor what comes to bear at the next renewal or clean-up: those that work go on working."""
    return finding.code not in _LATER and finding.code.split(".")[0] not in _BEHIND_THE_SCENES


def _is_awaited(finding: Finding) -> bool:
    """Is this info what the domain waits for, and not advice that holds nothing up (a missing `www.`)?"""
    return finding.code.split(".")[0] in _WAITS


def _site_is_off(domain: MappedDomain) -> bool:
    site = domain.site
    return site is not None and bool(site.archived or site.spam or site.deleted)


def _waiting_on(
    domain: MappedDomain, progress: Progress, findings: Sequence[Finding], state: str
) -> WaitingOn | None:
    """Whose move it is: the worst cause's, else what the plugin waits for by its stage."""
    if state in ("up", "unknown"):
        return None
    for severity in ("error", "warning", "info"):
        for finding in findings:
            if finding.severity == severity and finding.caused_by is None and finding.waiting_on:
                if severity == "info" and (state == "broken" or not _is_awaited(finding)):
                    continue
                return finding.waiting_on
    if state == "broken":
        return "operator" if domain.row.active is False else "nobody"
    if domain.stage == "checking-ssl-cert" and not domain.certificate_good:
        return "closte"
    if domain.stage == "checking-dns" and domain.dns and domain.dns.reaches_us is False:
        return "customer"
    return "cron"
