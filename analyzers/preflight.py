"""Would a domain work if it were mapped now?

The answer is the diagnosis of the same network with the domain mapped at this moment (`assumptions.py`),
put together with what only a new name has to pass: the plugin's check of names, and who has it already.
Every rule is asked, so that nothing is judged twice in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from analyzers.assumptions import mapped_now
from analyzers.customer_card import CustomerCard, customer_card
from analyzers.diagnose import diagnose
from analyzers.dns_view import DnsView
from analyzers.domains import MappedDomain, MappedDomains
from analyzers.evidence import Mappings, Sites
from analyzers.facts import Facts
from analyzers.findings import Diagnosis, Finding
from analyzers.language import ENGLISH, Language, joined, phrase
from analyzers.mappable import TypedName, typed_name, why_refused
from analyzers.names import Domain, www_twin
from analyzers.network import Network
from analyzers.preflight_reasons import Reason, Weight, noted
from analyzers.preflight_seen import of_spelling, seen_of
from analyzers.rule import Rule
from analyzers.rules import CATALOGUE
from analyzers.snapshot import Snapshot
from analyzers.summary import CONFIDENCE_WORD, WHO, shortened
from analyzers.taken_names import no_such_site, taken_by

Answer = Literal["yes", "no", "not-yet", "unknown"]
_ORDER: Mapping[Weight, int] = {"no": 0, "not-yet": 1, "unseen": 2, "note": 3, "good": 4}
_OF_THE_DOMAIN = frozenset({"customer", "dns"})
_ABOUT_ROWS = frozenset({"mapping.none-for-site", "mapping.no-site", "mapping.two-primaries"})
"""Findings about the site that was only assumed for the row."""
_NETWORK_FAMILIES = frozenset(
    {"key", "api", "module", "plugin", "sunrise", "settings", "jobs", "mapping", "host"}
)
_HARMLESS = frozenset({"settings.cookie-domain", "settings.security-mode", "host.noisy-output"})
_NEEDED = frozenset(
    {
        "key.missing",
        "key.rejected",
        "module.disabled",
        "plugin.inactive",
        "sunrise.undefined",
        "sunrise.inactive",
        "settings.mapping-off",
        "jobs.cron-off",
    }
)
"""What every new domain needs of its network; a yes that looked at less says so."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """The answer, whole."""

    name: TypedName
    answer: Answer
    reasons: tuple[Reason, ...]
    """What is in the way first."""
    card: CustomerCard | None
    """The records to set; None where the plugin would not take the name."""
    diagnosis: Diagnosis
    """Of the network with the domain mapped, narrowed to what rests on it."""

    @property
    def says(self) -> str:
        """The answer in one sentence."""
        shown = self.name.shown or repr(self.name.typed)
        match self.answer:
            case "yes" if _lacking(self.diagnosis):
                return phrase(
                    "Yes, as far as was looked: {shown} would come up if it were mapped now.",
                    shown=shown,
                )
            case "yes":
                return phrase("Yes: {shown} would come up if it were mapped now.", shown=shown)
            case "no":
                return phrase("No: {says}", says=self.reasons[0].says)
            case "not-yet":
                return phrase("Not yet: {says}", says=self.reasons[0].says)
        return phrase("Cannot be said: {says}", says=self.reasons[0].says)

    def noted(self, note: str) -> Preflight:
        """The same with one more note, the first."""
        diagnosis = replace(self.diagnosis, notes=(note, *self.diagnosis.notes))
        return replace(self, diagnosis=diagnosis)

    @property
    def who(self) -> tuple[str, ...]:
        """Who has to do something, in words, the first one first."""
        named = (r.who for r in self.reasons if r.weight in ("no", "not-yet") and r.who)
        return tuple(WHO[who] for who in dict.fromkeys(named))


def preflight(
    snapshot: Snapshot,
    typed: str,
    *,
    tool: str,
    blog_id: int | None = None,
    fail_on: str = "error",
    catalogue: Sequence[Rule] = CATALOGUE,
    given: Mapping[type, object] | None = None,
    language: Language = ENGLISH,
) -> Preflight:
    """Would this name work? `blog_id`: the site it is meant for, where somebody says. The rest is that of
    the diagnosis."""
    concluded = partial(
        diagnose, tool=tool, fail_on=fail_on, catalogue=catalogue, given=given, language=language
    )
    name = typed_name(typed)
    facts = Facts({**snapshot.observed, **(given or {})})
    refused = (
        why_refused(name)
        if name.domain
        else phrase("{typed} is no name of a domain.", typed=repr(typed))
    )
    if refused is not None:
        found = concluded(snapshot)
        reason = Reason("no", refused, "", "operator", None)
        return _answered(name, [reason], None, found, [])
    taken = [*taken_by(name.domain, blog_id, facts), *no_such_site(blog_id, facts)]
    if not isinstance(facts.of(Mappings), Mappings):
        return _blind(name, taken, concluded(snapshot), facts)
    already = _already_mapped(name.domain, facts)
    chosen = blog_id if blog_id is not None else _likely_site(name.domain, facts)
    assumed = snapshot if already else mapped_now(snapshot, name.domain, chosen)
    diagnosis = concluded(assumed)
    after = Facts({**assumed.observed, **(given or {})})
    mapped = after.of(MappedDomains)
    domain = mapped.of(name.domain) if isinstance(mapped, MappedDomains) else None
    assert domain is not None  # it has a row now
    weighed = [(f, _weight(f, domain)) for f in diagnosis.findings]
    relevant = [f for f, weight in weighed if weight is not None]
    reasons = [
        *taken,
        *(_of_finding(f, w) for f, w in weighed if w is not None and f.caused_by is None),
        *seen_of(domain, after),
        *of_spelling(name),
        *_not_looked_at(diagnosis),
    ]
    card = _card(domain, after, relevant)
    return _answered(name, reasons, card, diagnosis, relevant)


def _answered(
    name: TypedName,
    reasons: Iterable[Reason],
    card: CustomerCard | None,
    diagnosis: Diagnosis,
    relevant: Iterable[Finding],
) -> Preflight:
    ordered = tuple(sorted(dict.fromkeys(reasons), key=lambda r: _ORDER[r.weight]))
    weights = {r.weight for r in ordered}
    answer: Answer = "yes"
    if diagnosis.verdict == "unobservable":
        answer = "unknown"
    elif "no" in weights:
        answer = "no"
    elif "not-yet" in weights:
        answer = "not-yet"
    elif "unseen" in weights:
        answer = "unknown"
    if not ordered:
        ordered = (
            Reason("unseen", phrase("the target could not be observed."), "", "operator", None),
        )
    narrowed = replace(diagnosis, findings=tuple(relevant), domains=())
    return Preflight(name, answer, ordered, card, narrowed)


def _blind(name: TypedName, taken: list[Reason], diagnosis: Diagnosis, facts: Facts) -> Preflight:
    """Without the mapping table: only what needs no row."""
    causes = [f for f in diagnosis.causes() if f.subject.kind != "domain"]
    weighed = [(f, _weight_of_network(f)) for f in causes]
    unread = Reason(
        "unseen",
        phrase("the plugin's mapping table was not read, so that nobody knows who has the name."),
        "",
        "operator",
        None,
    )
    reasons = [*taken, *(_of_finding(f, w) for f, w in weighed if w is not None), unread]
    views, network = facts.of(DnsView), facts.of(Network)
    card = None
    if isinstance(network, Network):
        view = views if isinstance(views, DnsView) else None
        card = customer_card(name.domain, view, network.expected)
    return _answered(name, reasons, card, diagnosis, [f for f, w in weighed if w is not None])


def _weight(finding: Finding, domain: MappedDomain) -> Weight | None:
    """What a finding of the network with the domain mapped means for it; None: nothing."""
    if finding.code in _ABOUT_ROWS:
        return None
    if finding.subject.id == domain.domain and finding.subject.kind == "domain":
        return _weight_of_domain(finding)
    if finding.subject.kind == "domain":
        return (
            "note"
            if finding.code in ("mapping.www-split", "dns.www-differs")
            and (finding.subject.id == www_twin(domain.domain))
            else None
        )
    return _weight_of_network(finding)


def _weight_of_domain(finding: Finding) -> Weight | None:
    if finding.code in ("ssl.pending", "alias.missing", "alias.already-added"):
        return None  # what is normal in the first minutes
    if (
        finding.code.startswith("ssl.")
        and finding.caused_by is None
        and finding.severity == "error"
    ):
        # Before the mapping there is no certificate to be had; only a closed door is a fault.
        return "no" if finding.code == "ssl.unreachable" else None
    if finding.code == "dns.propagating":
        return "not-yet"
    if finding.severity == "error":
        return "not-yet" if finding.waiting_on in _OF_THE_DOMAIN else "no"
    if finding.code == "dns.proxied":
        return "not-yet"
    return "note"


def _weight_of_network(finding: Finding) -> Weight | None:
    family = finding.code.split(".", 1)[0]
    if family not in _NETWORK_FAMILIES or finding.subject.kind == "site":
        return None
    if finding.code in ("api.outage", "settings.window-too-short", "host.staging-clone"):
        return "no" if finding.code != "settings.window-too-short" else "note"
    if finding.severity == "error":
        return "no"
    return "note" if finding.severity == "warning" and finding.code not in _HARMLESS else None


def _of_finding(finding: Finding, weight: Weight) -> Reason:
    sure = (
        ""
        if finding.confidence == "certain"
        else phrase(" (confidence: {how})", how=CONFIDENCE_WORD[finding.confidence])
    )
    said = joined((finding.title, ".", sure), "")
    return Reason(weight, said, finding.do, finding.waiting_on, finding.code)


def _already_mapped(domain: Domain, facts: Facts) -> bool:
    mapped = facts.of(MappedDomains)
    return isinstance(mapped, MappedDomains) and mapped.of(domain) is not None


def _likely_site(domain: Domain, facts: Facts) -> int:
    """A site to assume: that of the www twin, else any but the main one."""
    mapped, sites, network = facts.of(MappedDomains), facts.of(Sites), facts.of(Network)
    if isinstance(mapped, MappedDomains) and (twin := mapped.of(www_twin(domain))) is not None:
        return twin.row.blog_id
    main = network.main_site_id if isinstance(network, Network) else None
    listed = sites.rows if isinstance(sites, Sites) else ()
    return next((s.blog_id for s in listed if s.blog_id != (main or 1)), main or 1)


def _lacking(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The files for want of which something that every domain needs was not looked at."""
    found = (s.lacking for s in diagnosis.skipped if s.code in _NEEDED)
    return tuple(dict.fromkeys(lack for lacking in found for lack in lacking))


def _not_looked_at(diagnosis: Diagnosis) -> Iterator[Reason]:
    unseen = [s.code for s in diagnosis.skipped if s.code in _NEEDED]
    if unseen:
        yield noted(
            phrase(
                "Checks that bear on every domain could not look: {codes}, for want of {lack}.",
                codes=", ".join(dict.fromkeys(unseen)),
                lack=shortened(_lacking(diagnosis), 8),
            ),
            who="operator",
        )


def _card(domain: MappedDomain, facts: Facts, relevant: Iterable[Finding]) -> CustomerCard | None:
    views, network = facts.of(DnsView), facts.of(Network)
    if not isinstance(network, Network):
        return None
    return customer_card(
        domain.domain,
        views if isinstance(views, DnsView) else None,
        network.expected,
        relevant,
        under_network=domain.under_network,
    )
