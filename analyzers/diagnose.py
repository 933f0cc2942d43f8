"""Put the catalogue of rules to a snapshot: findings, passed, skipped; consequences under their cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from analyzers.api_answers import ApiAnswers
from analyzers.catalogue_page import any_of, needed_files
from analyzers.causes import affected, explaining, fold
from analyzers.domain_states import domain_states
from analyzers.domains import MappedDomains
from analyzers.evidence import Host, Meta, Missing, PluginLogs
from analyzers.facts import Facts
from analyzers.findings import (
    SEVERITY_ORDER,
    ApiReply,
    Diagnosis,
    Finding,
    LogSummary,
    NetworkSummary,
    Reference,
    SkippedCheck,
    Verdict,
)
from analyzers.language import ENGLISH, Language, Phrase, filled, joined, placeholders, plural
from analyzers.network import Network
from analyzers.notes import evidence_notes
from analyzers.reach import reaching
from analyzers.rule import Hit, Rule, sentence
from analyzers.rules import CATALOGUE
from analyzers.snapshot import Snapshot

_REPLIES_KEPT = 60


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one rule said."""

    code: str
    findings: tuple[Finding, ...]
    facets: Mapping[Reference, frozenset[str]]
    lacking: tuple[str, ...]


def diagnose(
    snapshot: Snapshot,
    *,
    tool: str,
    fail_on: str = "error",
    catalogue: Sequence[Rule] = CATALOGUE,
    given: Mapping[type, object] | None = None,
    language: Language = ENGLISH,
) -> Diagnosis:
    """The diagnosis of a snapshot.

    `given`: further facts by type, such as the user's own wordings of API errors. `language`: that of
    titles, sentences and notes; codes, evidence and what the host said stay as they are.
    A rule that raises is a bug and propagates.
    """
    facts = Facts({**snapshot.observed, **(given or {})})
    unread = _Unread.of(snapshot)
    answers = [unread.completed(rule, _ask(rule, facts, language)) for rule in catalogue]
    answers = unread.told(answers, catalogue)
    facets = {ref: found for answer in answers for ref, found in answer.facets.items()}
    mapped = facts.of(MappedDomains)
    found_by_rules = reaching(
        (f for answer in answers for f in answer.findings),
        mapped if isinstance(mapped, MappedDomains) else None,
    )
    folded = affected(fold(found_by_rules, facets))
    order = {rule.code: place for place, rule in enumerate(catalogue)}
    findings = tuple(
        sorted(
            folded,
            key=lambda f: (
                f.caused_by is not None,
                SEVERITY_ORDER[f.severity],
                order[f.code],
                f.subject,
            ),
        )
    )
    found = {f.code for f in findings}
    answers = [_undecided(answer, answers, found) for answer in answers]
    passed = tuple(a.code for a in answers if a.code not in found and not a.lacking)
    skipped = tuple(SkippedCheck(a.code, a.lacking) for a in answers if a.lacking)
    meta = facts.of(Meta)
    assert isinstance(meta, Meta)  # a snapshot always has one
    logs = facts.of(PluginLogs)
    return Diagnosis(
        tool=tool,
        taken_at=meta.taken_at,
        taken_at_from=meta.taken_at_from,
        target=meta.target,
        verdict=_verdict(snapshot, findings, skipped),
        fail_on=fail_on,
        network=_network_summary(facts),
        findings=findings,
        passed=passed,
        skipped=skipped,
        domains=domain_states(facts, findings),
        logs=LogSummary(logs.records, logs.unrecognised, logs.counts, logs.days)
        if isinstance(logs, PluginLogs)
        else LogSummary(0, 0, {}),
        notes=tuple(language.of(note) for note in evidence_notes(facts, snapshot)),
        api_replies=_api_replies(facts),
        language=language,
    )


@dataclass(frozen=True, slots=True)
class _Unread:
    """What was there and could not be read: whole files, and elements of lists."""

    damaged: Mapping[str, str]
    partly: Mapping[str, str]
    """File → how much of it was left out."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Unread:
        counts = {
            str(getattr(kind, "FILE", "")): getattr(record, "malformed", 0)
            for kind, record in snapshot.observed.items()
        }
        partly = {
            file: plural("{n} entry could not be read", "{n} entries could not be read", count)
            for file, count in counts.items()
            if count
        }
        return cls(snapshot.damaged, partly)

    def completed(self, rule: Rule, answer: _Answer) -> _Answer:
        """CONTRACT section 4: a damaged file is named with why, and a rule that rests on a list has not
        looked everywhere while an element of it could not be read."""
        if not self.damaged and not self.partly:
            return answer
        lacking = [self._named(text) for text in answer.lacking]
        for file in _rests_on(rule) if self.partly else ():
            if file in self.partly and not any(text.startswith(file) for text in lacking):
                lacking.append(joined((file, self.partly[file]), ": "))
        return replace(answer, lacking=tuple(dict.fromkeys(lacking)))

    def told(self, answers: Sequence[_Answer], catalogue: Sequence[Rule]) -> list[_Answer]:
        """A damaged file that no check is without, since another one did in its place, is named by those
        that might have used it: the report must not say that everything was looked at."""
        silent = [
            file
            for file in self.damaged
            if not any(text.startswith(file) for answer in answers for text in answer.lacking)
        ]
        if not silent:
            return list(answers)
        return [
            replace(answer, lacking=(*answer.lacking, *self._of(rule, silent)))
            for rule, answer in zip(catalogue, answers, strict=True)
        ]

    def _of(self, rule: Rule, files: Collection[str]) -> tuple[str, ...]:
        return tuple(joined((f, self.damaged[f]), ": ") for f in _rests_on(rule) if f in files)

    def _named(self, text: str) -> str:
        """What a damaged file would have said of this is beside the point: it is damaged."""
        file = text.partition(": ")[0]
        why = self.damaged.get(file) or (self.partly.get(file) if text == file else None)
        return joined((file, why), ": ") if why else text


def _rests_on(rule: Rule) -> tuple[str, ...]:
    """The files in which something that could not be read can be what the rule looks for."""
    return tuple(
        dict.fromkeys((*needed_files(rule)[0], *(f for group in any_of(rule) for f in group)))
    )


def _ask(rule: Rule, facts: Facts, language: Language) -> _Answer:
    arguments = facts.arguments(rule.needs)
    if isinstance(arguments, tuple):
        return _Answer(rule.code, (), {}, tuple(map(_lack, arguments)))
    findings: dict[Reference, Finding] = {}
    facets: dict[Reference, frozenset[str]] = {}
    lacking: dict[str, None] = {}
    for outcome in rule.check(**arguments):
        if isinstance(outcome, Hit):
            finding = finding_of(rule, outcome, language)
            findings.setdefault(finding.reference, finding)
            facets.setdefault(finding.reference, outcome.facets)
        else:
            lacking.update(dict.fromkeys(outcome.lacking))
    return _Answer(rule.code, tuple(findings.values()), facets, tuple(lacking))


def _undecided(answer: _Answer, answers: Sequence[_Answer], found: Collection[str]) -> _Answer:
    """What is told only as a consequence was not looked for everywhere while a cause was not."""
    if not answer.findings or answer.code in found:
        return answer
    causes = explaining(answer.code)
    lacking = [text for other in answers if other.code in causes for text in other.lacking]
    return replace(answer, lacking=tuple(dict.fromkeys((*answer.lacking, *lacking))))


def _lack(missing: Missing) -> str:
    """What is missing, as text; the same as `str(missing)`, and can be told in another language."""
    return joined((missing.file, missing.why), ": ") if missing.why else missing.file


def finding_of(rule: Rule, hit: Hit, language: Language = ENGLISH) -> Finding:
    """The finding that a hit of this rule makes, with its text translated, then filled in."""
    says = {"subject": hit.subject.id, **hit.says}

    def told(text: str) -> str:
        if language != ENGLISH:
            return _told(text, says, language)
        # Most texts name nothing: 50,000 findings of one code share them.
        return Phrase(partial(_told, text, says)) if placeholders(text) else _fixed(text)

    affects = hit.affects or ((hit.subject.id,) if hit.subject.kind == "domain" else ())
    return Finding(
        code=rule.code,
        severity=hit.severity or rule.severity,
        confidence=hit.confidence,
        subject=hit.subject,
        title=told(rule.text.title),
        means=told(rule.text.means),
        because=told(hit.because or rule.text.because),
        do=told(hit.do or rule.text.do),
        evidence=hit.evidence,
        waiting_on=hit.waiting_on or rule.waiting_on,
        affects=affects,
        remedy=hit.remedy or rule.remedy,
    )


def _told(text: str, says: Mapping[str, str], reader: Language) -> str:
    template = _sentence(reader.catalogue.gettext(text))
    return filled(template, {name: reader.of(says[name]) for name in placeholders(template)})


@lru_cache(maxsize=1024)
def _fixed(text: str) -> Phrase:
    """A text of ours without placeholders."""
    return Phrase(partial(_told, text, {}))


_sentence = lru_cache(maxsize=4096)(sentence)


def _verdict(
    snapshot: Snapshot, findings: Iterable[Finding], skipped: Sequence[SkippedCheck]
) -> Verdict:
    if not snapshot.observable:
        return "unobservable"
    if any(f.severity in ("error", "warning") for f in findings):
        return "findings"
    return "clean-incomplete" if skipped else "clean"


def _network_summary(facts: Facts) -> NetworkSummary:
    network = facts.of(Network)
    found = facts.of(Host)
    host = found if isinstance(found, Host) else Host()
    version, versions = host.plugin_version, _versions(host)
    if not isinstance(network, Network):
        return NetworkSummary("unknown", version, None, (), None, versions)
    expected = network.expected
    return NetworkSummary(
        network.domain, version, network.app_id, expected.addresses, expected.source, versions
    )


def _versions(host: Host) -> dict[str, str]:
    """What runs on the host, as far as it said so."""
    told = {
        "Ultimate Multisite": host.plugin_version,
        "plugin folder": host.plugin_slug,
        "WordPress": host.wp_version,
        "PHP": host.php_version,
        "WP-CLI": host.wp_cli_version,
        "sunrise.php": host.sunrise.version if host.sunrise else None,
        "locale": host.locale,
    }
    return {name: said for name, said in told.items() if said}


def _api_replies(facts: Facts) -> tuple[ApiReply, ...]:
    """The newest answers of the API, the logged ones before those to calls of this look."""
    answers = facts.of(ApiAnswers)
    if not isinstance(answers, ApiAnswers):
        return ()
    told = (*answers.logged, *answers.called)[-_REPLIES_KEPT:]
    return tuple(
        ApiReply(a.endpoint, a.domain, a.status, a.says, a.citation.source, a.at) for a in told
    )


__all__ = ["Missing", "diagnose", "filled", "finding_of"]
