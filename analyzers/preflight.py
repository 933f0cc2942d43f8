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

from analyzers.aliases import AliasList
from analyzers.api_answers import ApiAnswers
from analyzers.assumptions import mapped_now
from analyzers.check_window import ENOUGH_SECONDS
from analyzers.customer_card import CustomerCard, customer_card
from analyzers.diagnose import diagnose
from analyzers.dns_view import DnsView, DomainDns
from analyzers.domains import MappedDomain, MappedDomains
from analyzers.evidence import Dns, Mappings, Site, Sites
from analyzers.facts import Facts
from analyzers.findings import Diagnosis, Finding, WaitingOn
from analyzers.instants import duration
from analyzers.language import ENGLISH, Language, joined, phrase
from analyzers.mappable import TypedName, accepts, spelling_note, typed_name, why_refused
from analyzers.names import Domain, displayed, has_www_pair, is_registrable, www_twin
from analyzers.network import Network
from analyzers.provisioning import Provisioning
from analyzers.rule import Rule
from analyzers.rules import CATALOGUE
from analyzers.snapshot import Snapshot
from analyzers.summary import CONFIDENCE_WORD, WHO, shortened

Answer = Literal["yes", "no", "not-yet", "unknown"]
Weight = Literal["no", "not-yet", "unseen", "note", "good"]
"""`no`: it cannot be mapped, or this network brings up no new domain now. `not-yet`: its own DNS, or a
cache, is in the way. `unseen`: what had to be looked at was not. `note`: worth knowing. `good`: fine."""
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
class Reason:
    """One thing that speaks for or against, and who must act."""

    weight: Weight
    says: str
    do: str
    who: WaitingOn | None
    code: str | None
    """The finding it rests on."""


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
    taken = [*_taken(name.domain, blog_id, facts), *_no_such_site(blog_id, facts)]
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
        *_seen_of(domain, after),
        *_of_spelling(name),
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


def _taken(domain: Domain, blog_id: int | None, facts: Facts) -> Iterator[Reason]:
    """Who has the name already: a row, a site, the network, another app at Closte."""
    network, mapped, sites = facts.of(Network), facts.of(MappedDomains), facts.of(Sites)
    if isinstance(network, Network) and domain == network.domain:
        yield _no(
            phrase("{domain} is the network's own domain.", domain=displayed(domain)),
            phrase("Choose another name."),
        )
    if isinstance(mapped, MappedDomains):
        yield from _taken_by_row(domain, blog_id, mapped)
    site = _native(domain, sites)
    if site is not None and not (isinstance(network, Network) and domain == network.domain):
        says = phrase(
            "{domain} is the own address of site {blog_id}: a row would shadow it.",
            domain=displayed(domain),
            blog_id=site.blog_id,
        )
        yield _no(
            says, phrase("Choose another name, or use the site as it is."), "mapping.shadows-site"
        )
    yield from _taken_at_closte(domain, facts)


def _taken_by_row(domain: Domain, blog_id: int | None, mapped: MappedDomains) -> Iterator[Reason]:
    own, twin = mapped.of(domain), mapped.of(www_twin(domain))
    if own is not None:
        stored = own.row.stored
        odd = "" if stored == domain else phrase(" (stored as {stored})", stored=repr(stored))
        yield _no(
            phrase(
                "{domain} is mapped already, to site {blog_id}{odd}: the plugin refuses a second "
                "row for the same name.",
                domain=displayed(domain),
                blog_id=own.row.blog_id,
                odd=odd,
            ),
            phrase("closte-doctor domain TARGET {domain}", domain=domain),
        )
    elif twin is not None and (blog_id is None or twin.row.blog_id != blog_id):
        yield Reason(
            "note",
            phrase(
                "{domain} is mapped to site {blog_id}. The plugin answers a name and its www "
                "with one row: map both to the same site.",
                domain=displayed(twin.domain),
                blog_id=twin.row.blog_id,
            ),
            "",
            "operator",
            "mapping.www-split",
        )


def _native(domain: Domain, sites: object) -> Site | None:
    """The site whose own host this is, at its root."""
    if not isinstance(sites, Sites):
        return None
    return next((s for s in sites.rows if s.domain == domain and s.path in ("", "/")), None)


def _taken_at_closte(domain: Domain, facts: Facts) -> Iterator[Reason]:
    aliases, answers = facts.of(AliasList), facts.of(ApiAnswers)
    listed = aliases.has(domain) if isinstance(aliases, AliasList) else None
    told = (
        [a for a in (*answers.logged, *answers.called) if a.domain == domain]
        if isinstance(answers, ApiAnswers)
        else []
    )
    if listed:
        yield Reason(
            "note",
            phrase(
                "Closte has {domain} as an alias of this app already: adding it again answers "
                "that it exists, which does no harm.",
                domain=displayed(domain),
            ),
            "",
            None,
            "alias.already-added",
        )
    elif told and told[-1].kind == "already-exists" and listed is False:
        yield _no(
            phrase(
                "When {domain} was added before, Closte said that it exists, and it is not in "
                "this app's list: another app has it.",
                domain=displayed(domain),
            ),
            phrase("Take it out of the other app at Closte, or ask Closte's support."),
            "alias.elsewhere",
        )
    elif told and told[-1].kind == "invalid-domain":
        yield _no(
            phrase(
                "When {domain} was added before, Closte called it invalid.",
                domain=displayed(domain),
            ),
            phrase("Look at its spelling; add it in Closte's dashboard to see why."),
            "alias.refused",
        )
    elif listed is False and _is_ours(domain, facts):
        yield Reason(
            "note",
            phrase(
                "Closte may call {domain} invalid, as it does names under the network's own domain; that is "
                "normal. What serves them is the network's own entry at Closte: see that there is a "
                "certificate for {domain}.",
                domain=displayed(domain),
            ),
            "",
            None,
            None,
        )
    elif listed is False:
        yield Reason(
            "note",
            phrase(
                "Closte's list of this app does not have it. Whether another app has it shows only when "
                "it is added."
            ),
            "",
            None,
            None,
        )


def _is_ours(domain: Domain, facts: Facts) -> bool:
    network = facts.of(Network)
    return isinstance(network, Network) and network.owns(domain)


def _no(says: str, do: str, code: str | None = None) -> Reason:
    return Reason("no", says, do, "operator", code)


def _no_such_site(blog_id: int | None, facts: Facts) -> Iterator[Reason]:
    """Is the site that somebody names there, and open to visitors?"""
    sites = facts.of(Sites)
    if blog_id is None or not isinstance(sites, Sites):
        return
    site = next((s for s in sites.rows if s.blog_id == blog_id), None)
    if site is None:
        yield _no(
            phrase("there is no site {blog_id} in this network.", blog_id=blog_id),
            phrase("Name another site, or create it first."),
            "mapping.no-site",
        )
    elif site.archived or site.spam or site.deleted:
        yield _no(
            phrase("site {blog_id} is archived, deleted or marked as spam.", blog_id=blog_id),
            phrase("Restore the site first, or name another one."),
            "mapping.site-off",
        )


def _likely_site(domain: Domain, facts: Facts) -> int:
    """A site to assume: that of the www twin, else any but the main one."""
    mapped, sites, network = facts.of(MappedDomains), facts.of(Sites), facts.of(Network)
    if isinstance(mapped, MappedDomains) and (twin := mapped.of(www_twin(domain))) is not None:
        return twin.row.blog_id
    main = network.main_site_id if isinstance(network, Network) else None
    listed = sites.rows if isinstance(sites, Sites) else ()
    return next((s.blog_id for s in listed if s.blog_id != (main or 1)), main or 1)


def _seen_of(domain: MappedDomain, facts: Facts) -> Iterator[Reason]:
    """What was seen fine, and what had to be seen and was not."""
    view, network = domain.dns, facts.of(Network)
    if view is None or not view.answers:
        lacking = "" if isinstance(facts.of(Dns), Dns) else phrase(" (dns.json is not there)")
        yield Reason(
            "unseen",
            phrase(
                "the DNS of {domain} was not looked at{lacking}.",
                domain=displayed(domain.domain),
                lacking=lacking,
            ),
            phrase("Run it against the host, without --no-probe."),
            "operator",
            None,
        )
    elif isinstance(network, Network) and not network.expected.addresses:
        yield Reason(
            "unseen",
            phrase("which address the name must have is not known."),
            phrase(
                "State it with `expected_addresses`, or let Closte define CLOSTE_PUBLIC_IP_ADDRESS."
            ),
            "operator",
            None,
        )
    else:
        yield from _fine_dns(view, facts)
    if domain.certificate_good:
        yield _good(phrase("There is a good certificate for it at the network's entrance already."))
    if has_www_pair(domain.domain) and not domain.domain.startswith("www."):
        yield Reason(
            "note",
            phrase(
                "www.{domain} does not come with it: the plugin never adds it at Closte.",
                domain=domain.domain,
            ),
            phrase(
                "Map www.{domain} as well, or add it as an alias in Closte's dashboard.",
                domain=domain.domain,
            ),
            None,
            None,
        )
    yield from _window(facts)


def _fine_dns(view: DomainDns, facts: Facts) -> Iterator[Reason]:
    if view.right and not view.stale:
        yield _good(
            phrase(
                "Its DNS leads to {addresses}, the network's entrance.",
                addresses=", ".join(view.addresses),
            )
        )
    if view.cname and is_registrable(view.name):
        yield Reason(
            "note",
            phrase(
                "{name} is an alias (CNAME) of {cname}. At the top of a domain the DNS allows none beside "
                "the records that must stand there: mail to {name} may be lost. An A record does it right.",
                name=displayed(view.name),
                cname=view.cname,
            ),
            "",
            "customer",
            None,
        )
    views = facts.of(DnsView)
    caa = views.caa(view.name) if isinstance(views, DnsView) else None
    if caa is not None and not caa.forbids():
        yield _good(phrase("No CAA record forbids the certificate."))
    elif caa is None:
        yield Reason(
            "note",
            phrase("Whether a CAA record forbids the certificate was not looked at."),
            "",
            None,
            None,
        )


def _window(facts: Facts) -> Iterator[Reason]:
    provisioning = facts.of(Provisioning)
    if not isinstance(provisioning, Provisioning):
        return
    window = provisioning.rules.window("checking-ssl-cert")
    if window is not None and window.total_seconds() >= ENOUGH_SECONDS:
        yield _good(
            phrase(
                "The plugin waits {window} for the certificate; Closte usually takes {usual} to "
                "{longest}.",
                window=duration(window),
                usual=duration(provisioning.issuance.usual),
                longest=duration(provisioning.issuance.longest),
            )
        )


def _of_spelling(name: TypedName) -> Iterator[Reason]:
    note = spelling_note(name)
    if note is not None:
        yield Reason("note", note, "", "operator", None)
    elif accepts(name.domain):
        yield _good(phrase("The plugin takes the name."))


def _lacking(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The files for want of which something that every domain needs was not looked at."""
    found = (s.lacking for s in diagnosis.skipped if s.code in _NEEDED)
    return tuple(dict.fromkeys(lack for lacking in found for lack in lacking))


def _not_looked_at(diagnosis: Diagnosis) -> Iterator[Reason]:
    unseen = [s.code for s in diagnosis.skipped if s.code in _NEEDED]
    if unseen:
        yield Reason(
            "note",
            phrase(
                "Checks that bear on every domain could not look: {codes}, for want of {lack}.",
                codes=", ".join(dict.fromkeys(unseen)),
                lack=shortened(_lacking(diagnosis), 8),
            ),
            "",
            "operator",
            None,
        )


def _good(says: str) -> Reason:
    return Reason("good", says, "", None, None)


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
