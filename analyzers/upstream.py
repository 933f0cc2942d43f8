"""The plugin's own versions in the story of a domain: what the installed one never writes, and which of
its known defects show here, with the version in which each went away (DOMAIN sections 2, 3 and 6).

A defect is told only where its trace was seen, and the installed version has it. Kept out: what the
defect does to the network, which are findings of their own (`module.crashes`, `mapping.schema-old` …).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from analyzers import closte_messages as closte
from analyzers.domains import ADD, CHECK, REMOVE, MappedDomain, checked_id, tries_of
from analyzers.evidence import Action
from analyzers.jobs import reason_of
from analyzers.language import phrase
from analyzers.network import Network, Version
from analyzers.other_messages import MESSAGES
from analyzers.provisioning import Progress

_RANGE = re.compile(
    r"(?P<first>[\d.]+) (?:– (?P<last>[\d.]+)|and later)|up to (?P<end>[\d.]+)", re.ASCII
)
_QUIET: tuple[tuple[Version, str], ...] = (
    (
        (2, 4, 11),
        phrase(
            "It writes `Adding domain` and, where Closte took the name, `added`. No answer, no error and no "
            "removal is ever written: why something failed, only Closte's API can tell."
        ),
    ),
    (
        (2, 4, 4),
        phrase(
            "It writes every call with its answer, but nothing where the key is missing or the module is "
            "off, and no word on how a removal went."
        ),
    ),
    (
        (0,),
        phrase(
            "It writes the bare body of each answer of Closte and nothing else: no domain, no HTTP status, "
            "an empty line where no answer came, nothing where the key is missing or the module is off."
        ),
    ),
)
"""From which version on the log of the Closte module is silent about what (DOMAIN 3.3 to 3.5)."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A known defect of the plugin whose trace was seen."""

    id: str
    says: str
    gone_since: str | None
    """The version in which it went away; None: no version is known that does without."""


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """The installed version in the story of one domain."""

    version: str
    quiet: str
    """What its log never tells of Closte, in a sentence or two."""
    cannot_write: tuple[str, ...]
    """Log events of other versions, whose absence says nothing here."""
    defects: tuple[Defect, ...]


def own_version(domain: MappedDomain, progress: Progress, network: Network) -> OwnVersion | None:
    """What the installed version explains about a domain; None where it is not known."""
    if network.version is None:
        return None
    return OwnVersion(
        ".".join(map(str, network.version)),
        next(says for since, says in _QUIET if network.version >= since),
        tuple(events_never_written(network.version)),
        tuple(part for seen in _SEEN for part in seen(_Case(domain, progress, network.version))),
    )


def events_never_written(version: Version) -> Iterator[str]:
    """The log events that a plugin of this version has no line for, in the order of the catalogue."""
    told = [(row.event, row.versions) for row in MESSAGES]
    for event, versions in (*told, (closte.RAW_BODY, str(closte.RAW_BODY_VERSIONS))):
        if not _holds(versions, version):
            yield event


def _holds(versions: str, version: Version) -> bool:
    found = _RANGE.match(versions)
    if found is None:
        return True
    first = _numbers(found["first"]) if found["first"] else (0,)
    last = found["last"] or found["end"]
    # the last one of a range with all that only adds a number to it
    return first <= version and (last is None or version[: len(_numbers(last))] <= _numbers(last))


def _numbers(text: str) -> Version:
    return tuple(int(n) for n in text.strip(".").split("."))


@dataclass(frozen=True, slots=True)
class _Case:
    domain: MappedDomain
    progress: Progress
    version: Version

    @property
    def checks(self) -> list[Action]:
        return [a for a in self.domain.of_hook(CHECK) if checked_id(a) == self.domain.row.id]


def _miscounted(case: _Case) -> Iterator[Defect]:
    """DOMAIN 3.6, rows 4 and 6: the number, and the stage of row 6, are fixed text."""
    limit = case.progress.limit
    if case.domain.said("check.ssl-given-up") and case.domain.stage != "done":
        stage = case.domain.stage or phrase("empty")
        yield Defect(
            "last-line-of-ssl-checks",
            phrase(
                "The log's last line, `tried for the max amount of times (5 times …). Marking as ready "
                "without SSL`, is fixed text: there were {limit} checks, and the stage became {stage}.",
                limit=limit,
                stage=stage,
            )
            if limit is not None
            else phrase(
                "The log's last line, `tried for the max amount of times (5 times …). Marking as ready "
                "without SSL`, is fixed text: the stage became {stage}.",
                stage=stage,
            ),
            None,
        )
    if case.domain.said("check.dns-given-up") and case.domain.stage == "failed":
        yield Defect(
            "last-line-of-dns-checks",
            phrase(
                "The log says `tried for the max amount of times (5 times …)`: that is fixed text, there "
                "were 6 checks."
            ),
            None,
        )


def _loopback_alarm(case: _Case) -> Iterator[Defect]:
    """DOMAIN 3.6, row 14; recordings, 8."""
    told = [e.name for e in case.domain.said("check.loopback-failed", "check.dns-ok")]
    if ("check.loopback-failed", "check.dns-ok") in pairwise(told):
        yield Defect(
            "loopback-error-before-success",
            phrase(
                "The ERROR `Domain verification failed via loopback on all protocols` was followed by "
                "`DNS propagation finished`: it is written before the DNS is compared, and means nothing "
                "then. It names three protocols, two are tried."
            ),
            None,
        )


def _nameless_certificate(case: _Case) -> Iterator[Defect]:
    """DOMAIN 2.9, 3.7."""
    lines = case.domain.said("certificate.invalid")
    if any(not e.fields.get("domain") for e in lines):
        yield Defect(
            "certificate-line-without-domain",
            phrase(
                "`Certificate Invalid:` names neither the domain nor, where the certificate failed its "
                "check, a reason: wrong name, self-signed, expired and untrusted all look the same. It was "
                "given to this domain by time."
            ),
            phrase("the version after 2.13"),
        )


def _guessed_endpoints(case: _Case) -> Iterator[Defect]:
    """DOMAIN 1.3, 3.4 rows 15 to 20."""
    if case.domain.said("closte.ssl-refused") and (2, 4, 4) <= case.version < (2, 4, 11):
        yield Defect(
            "guessed-ssl-endpoints",
            phrase(
                "`SSL certificate request failed` is no fault: the plugin tries addresses of Closte's API "
                "that it guesses, and Closte issues certificates by itself."
            ),
            "2.4.11",
        )


def _crashes(case: _Case) -> Iterator[Defect]:
    """DOMAIN 3.4, F14."""
    if not (2, 4, 4) <= case.version < (2, 4, 11):
        return
    if any(reason_of(a) == "crashed" for a in _failed(case)):
        yield Defect(
            "error-taken-for-answer",
            phrase(
                "The job died with a PHP error (`Cannot use object of type … as array`): this version takes "
                "a failed call for an answer. What made the call fail is another matter."
            ),
            "2.4.11",
        )


def _nobody_listens(case: _Case) -> Iterator[Defect]:
    """DOMAIN 2.4."""
    if case.version >= (2, 13):
        return
    if any(reason_of(a) == "no-callbacks" for a in _failed(case)):
        yield Defect(
            "job-without-listener",
            phrase(
                "`no callbacks are registered`: the job was queued though nobody would take it, because the "
                "Closte module was off or had no key. From 2.13.0 on no such job is made, and its absence "
                "is the sign."
            ),
            "2.13.0",
        )


def _failed(case: _Case) -> list[Action]:
    return [a for a in case.domain.actions if a.hook in (ADD, REMOVE) and a.status == "failed"]


def _few_tries(case: _Case) -> Iterator[Defect]:
    """DOMAIN 2.3."""
    waits = case.domain.stage in ("checking-ssl-cert", "done-without-ssl")
    if case.version < (2, 4, 10) and waits:
        yield Defect(
            "few-certificate-checks",
            phrase(
                "This version looks for a certificate 6 times at most, as the module does not ask for more "
                "yet: 25 minutes at an interval of 300 seconds."
            ),
            "2.4.10",
        )


def _live_without_certificate(case: _Case) -> Iterator[Defect]:
    """DOMAIN 2.2, 6 (pull request 319)."""
    if case.version < (2, 4, 10) and case.domain.stage == "done-without-ssl":
        yield Defect(
            "live-without-certificate",
            phrase(
                "A domain whose certificate does not come goes live without one (`done-without-ssl`); later "
                "versions keep it back at `ssl-failed`."
            ),
            "2.4.10",
        )


def _two_chains(case: _Case) -> Iterator[Defect]:
    """DOMAIN 2.3 (duplicate chains); recordings, 7."""
    begun = [a for a in case.checks if tries_of(a) == 0 and "tries" not in a.args]
    queued = [a for a in case.checks if a.status in ("pending", "in-progress")]
    if len(queued) < 2 and not any(_side_by_side(a, b) for a, b in pairwise(begun)):
        return
    yield Defect(
        "two-chains-of-checks",
        phrase(
            "Two chains of checks run side by side, each with a count of its own: lines of the log are "
            "doubled, so that counting them misleads, and the chain that ends first decides."
        ),
        None,
    )


def _side_by_side(one: Action, other: Action) -> bool:
    """Were both first checks queued together, before either had run?"""
    if one.scheduled is None or other.scheduled is None:
        return False
    return one.last_attempt is None or other.scheduled <= one.last_attempt


_SEEN: tuple[Callable[[_Case], Iterator[Defect]], ...] = (
    _crashes,
    _nobody_listens,
    _few_tries,
    _live_without_certificate,
    _miscounted,
    _two_chains,
    _nameless_certificate,
    _loopback_alarm,
    _guessed_endpoints,
)
