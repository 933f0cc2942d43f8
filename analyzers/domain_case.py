"""Everything that is known of one domain, joined for a report: of a snapshot, its diagnosis and a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analyzers.asked_name import AskedName, asked_name, past_of
from analyzers.customer_card import CustomerCard, customer_card
from analyzers.dns_view import DnsView
from analyzers.domains import MappedDomain, MappedDomains
from analyzers.facts import Facts
from analyzers.findings import (
    SEVERITY_ORDER,
    Diagnosis,
    DomainState,
    Finding,
    Reference,
    Subject,
    WaitingOn,
)
from analyzers.forecast import Forecast, forecast, past_issuances
from analyzers.language import joined, phrase
from analyzers.lifeline import LifelineEntry, lifeline_of
from analyzers.names import displayed
from analyzers.network import Network
from analyzers.provisioning import Provisioning
from analyzers.rivals import Rivals, rivals_of
from analyzers.silences import Silence, silences_of
from analyzers.snapshot import Snapshot
from analyzers.summary import WHO
from analyzers.tls_view import TlsView
from analyzers.upstream import OwnVersion, own_version

_SET_BY: Mapping[str, tuple[str, ...]] = {
    "checking-ssl-cert": ("check.dns-ok",),
    "failed": ("check.dns-given-up",),
    "ssl-failed": ("check.ssl-given-up",),
    "done-without-ssl": ("check.ssl-given-up",),
    "done": ("check.ssl-ok",),
}
"""Stage → the line with which a check of the plugin sets it (DOMAIN 2.3)."""
_STAGE_SAYS: Mapping[str, str] = {
    "checking-dns": phrase("the plugin looks whether the DNS leads here"),
    "checking-ssl-cert": phrase("the plugin waits for the certificate"),
    "done": phrase("ready, as far as the plugin knows"),
    "done-without-ssl": phrase("counted as ready, without a certificate"),
    "failed": phrase("the plugin gave up on the DNS"),
    "ssl-failed": phrase("the plugin gave up on the certificate"),
    "": phrase("no stage that the plugin knows"),
}


@dataclass(frozen=True, slots=True)
class DomainCase:
    """One domain, whole."""

    asked: AskedName
    diagnosis: Diagnosis
    """The diagnosis, narrowed to what touches this domain."""
    state: DomainState | None
    """None where it is not mapped."""
    since: datetime | None
    """Since when it has stood where it stands."""
    since_by: str
    """What tells it: `the log`, `the row`; empty where nothing does."""
    forecast: Forecast | None
    lifeline: tuple[LifelineEntry, ...]
    silences: tuple[Silence, ...]
    rivals: tuple[Rivals, ...]
    card: CustomerCard | None
    own_version: OwnVersion | None = None
    """What the installed version of the plugin explains; None where it is not known, or not mapped."""

    @property
    def headline(self) -> str:
        """One sentence: does it work, and if not, why."""
        name = displayed(self.asked.domain)
        if self.state is None:
            return self.asked.says
        worst = next((f for f in self.diagnosis.causes() if f.severity != "info"), None)
        why = worst.title if worst else ""
        match self.state.state:
            case "up":
                but = phrase("{name} works, but {why}.", name=name, why=why)
                return but if worst else phrase("{name} works.", name=name)
            case "waiting":
                said = phrase("{name} is being set up", name=name)
            case "broken":
                said = phrase("{name} does not work", name=name)
            case _:
                said = phrase("Whether {name} works could not be seen", name=name)
        return joined((said, joined((": ", why), "") if worst else "", "."), "")

    def noted(self, note: str) -> DomainCase:
        """The same with one more note, the first."""
        diagnosis = replace(self.diagnosis, notes=(note, *self.diagnosis.notes))
        return replace(self, diagnosis=diagnosis)

    @property
    def stage_says(self) -> str:
        """The stage in words."""
        stage = self.state.stage if self.state else ""
        if stage is None:
            return phrase("the row does not tell it")
        return _STAGE_SAYS.get(stage, phrase("a stage that the plugin does not know"))

    @property
    def waiting_on(self) -> WaitingOn | None:
        """Whose move it is: what keeps it from being ready decides, else the state of the domain."""
        if self.state is None or self.state.state == "up":
            return None
        blocked = self.forecast.blocked_by if self.forecast else None
        return (blocked.waiting_on if blocked else None) or self.state.waiting_on

    @property
    def who(self) -> str | None:
        """Who must act, in words."""
        return WHO[self.waiting_on] if self.waiting_on else None


def domain_case(
    snapshot: Snapshot,
    diagnosis: Diagnosis,
    typed: str,
    *,
    given: Mapping[type, object] | None = None,
) -> DomainCase:
    """The case of the domain that `typed` means. `given`: as it was given to the diagnosis."""
    facts = Facts({**snapshot.observed, **(given or {})})
    asked = asked_name(typed, facts)
    mapped, provisioning, network = (
        facts.of(MappedDomains),
        facts.of(Provisioning),
        facts.of(Network),
    )
    domain = mapped.of(asked.domain) if isinstance(mapped, MappedDomains) else None
    if (
        domain is None
        or not isinstance(provisioning, Provisioning)
        or not isinstance(network, Network)
    ):
        return _unmapped(asked, facts, diagnosis)
    state = next((s for s in diagnosis.domains if s.domain == asked.domain), None)
    up = state is not None and state.state == "up"
    touching = _touching(diagnosis.findings, domain, up=up)
    accepted = _touching([one.finding for one in diagnosis.suppressed], domain, up=up)
    narrowed = _narrowed(diagnosis, touching, state, accepted)
    narrowed = replace(narrowed, notes=(*_beside(diagnosis, touching), *narrowed.notes))
    causes = [f for f in touching if f.caused_by is None]
    since, by = _since(domain)
    views = facts.of(DnsView)
    return DomainCase(
        asked=asked,
        diagnosis=narrowed,
        state=state,
        since=since,
        since_by=by,
        forecast=None
        if domain.row.stage is None
        else forecast(
            domain,
            provisioning,
            past_issuances(diagnosis.domains, diagnosis.network.domain),
            network.now,
            causes,
        ),
        lifeline=lifeline_of(domain, network.now),
        silences=silences_of(domain, provisioning.progress[domain.domain], facts),
        rivals=rivals_of(touching, facts, domain),
        card=customer_card(
            domain.domain,
            views if isinstance(views, DnsView) else None,
            network.expected,
            touching,
            under_network=domain.under_network,
            settled=bool(domain.live and domain.certificate_good),
        ),
        own_version=own_version(domain, provisioning.progress[domain.domain], network),
    )


def _unmapped(asked: AskedName, facts: Facts, diagnosis: Diagnosis) -> DomainCase:
    """A name that no row has: what the logs and jobs still tell of it, and findings that name it. Where no
    row could be looked at, also what may keep it down, the fault of the host that hid them among it."""
    network = facts.of(Network)
    lifeline: tuple[LifelineEntry, ...] = ()
    if isinstance(network, Network) and asked.relation in ("removed", "closte-only", "unobserved"):
        lifeline = lifeline_of(_ghost(asked, facts), network.now)
    touching = [
        f
        for f in diagnosis.findings
        if f.subject == Subject("domain", asked.domain)
        or (asked.relation == "unobserved" and _concerns_all(f))
    ]
    own = Subject("domain", asked.domain)
    accepted = [one.finding for one in diagnosis.suppressed if one.finding.subject == own]
    narrowed = _narrowed(diagnosis, touching, None, accepted)
    return DomainCase(asked, narrowed, None, None, "", None, lifeline, (), (), None)


def _ghost(asked: AskedName, facts: Facts) -> MappedDomain:
    """The domain without its row."""
    events, actions = past_of(asked.domain, facts)
    dns, tls = facts.of(DnsView), facts.of(TlsView)
    return MappedDomain(
        domain=asked.domain,
        subject=Subject("domain", asked.domain),
        rows=(),
        site=None,
        dns=dns.of(asked.domain) if isinstance(dns, DnsView) else None,
        tls=tls.of(asked.domain) if isinstance(tls, TlsView) else None,
        http=(),
        events=events,
        actions=actions,
        answers=(),
        listed=None,
        under_network=False,
    )


def _touching(findings: Sequence[Finding], domain: MappedDomain, *, up: bool) -> list[Finding]:
    """The findings that touch a domain, causes first, then by severity, then its own before the network's.

    What is wrong with the network or the host concerns every domain that is not up.
    """
    by_reference = {f.reference: f for f in findings}
    found: dict[Reference, Finding] = {}
    for finding in findings:
        if _concerns(finding, domain, up=up):
            found[finding.reference] = finding
            if _names(finding, domain):
                for above in _above(finding, by_reference):
                    found[above.reference] = above
    return sorted(
        found.values(),
        key=lambda f: (
            f.caused_by is not None,
            SEVERITY_ORDER[f.severity],
            not _names(f, domain),
        ),
    )


def _names(finding: Finding, domain: MappedDomain) -> bool:
    return domain.domain in (finding.subject.id, *finding.affects)


def _concerns(finding: Finding, domain: MappedDomain, *, up: bool) -> bool:
    if _names(finding, domain):
        return True
    if finding.subject == Subject("site", str(domain.row.blog_id)):
        return True
    return not up and _concerns_all(finding)


def _concerns_all(finding: Finding) -> bool:
    """Is it wrong with the network or the host, and so with every domain that is not up?"""
    return (
        finding.subject.kind in ("network", "host")
        and finding.severity != "info"
        and finding.caused_by is None
        and not finding.code.startswith("logs.")
    )


def _above(finding: Finding, by_reference: Mapping[Reference, Finding]) -> list[Finding]:
    chain: list[Finding] = []
    here = finding
    while here.caused_by in by_reference and len(chain) < 8:
        here = by_reference[here.caused_by]  # type: ignore[index]  # looked up the line above
        chain.append(here)
    return chain


def _narrowed(
    diagnosis: Diagnosis,
    findings: Sequence[Finding],
    state: DomainState | None,
    accepted: Iterable[Finding],
) -> Diagnosis:
    """The diagnosis of this one domain. `accepted`: what touches it of the suppressed findings."""
    apart = {finding.reference for finding in accepted}
    verdict = diagnosis.verdict
    if verdict != "unobservable":
        bad = any(f.severity != "info" for f in findings)
        verdict = "findings" if bad else "clean-incomplete" if diagnosis.skipped else "clean"
    return replace(
        diagnosis,
        verdict=verdict,
        findings=tuple(findings),
        suppressed=tuple(one for one in diagnosis.suppressed if one.finding.reference in apart),
        domains=(state,) if state is not None else (),
    )


def _beside(diagnosis: Diagnosis, touching: Sequence[Finding]) -> tuple[str, ...]:
    """That the network or the host has errors which do not keep this domain, which is up, from working."""
    shown = {f.reference for f in touching}
    left = [
        f
        for f in diagnosis.causes()
        if f.subject.kind in ("network", "host")
        and f.severity == "error"
        and f.reference not in shown
    ]
    if not left:
        return ()
    return (
        phrase(
            "Not about this domain, and to be seen to all the same: {titles}. `closte-doctor diagnose` "
            "tells it whole.",
            titles=joined((joined((f.title, f" [{f.code}]"), "") for f in left), "; "),
        ),
    )


def _since(domain: MappedDomain) -> tuple[datetime | None, str]:
    """Since when the stage is what it is: by the line of the check that set it, else by the row."""
    lines = domain.said(*_SET_BY.get(domain.stage, ()))
    if lines:
        return lines[-1].at, phrase("the log")
    if domain.stage == "checking-dns" and domain.row.created is not None:
        return domain.row.created, phrase("the row")
    return domain.row.modified or domain.row.created, phrase("the row")
