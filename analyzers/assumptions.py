"""Evidence with one fact changed: what each assumption of `--what-if` does to it.

What an assumption makes meaningless (a certificate seen at another server, a call with another key) is
taken away, not invented. What cannot be taken back stays: a job that failed has failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analyzers.api_answers import HARMLESS_ANSWER
from analyzers.constants import DefinedConstants
from analyzers.domains import ADD, CHECK, CHECKING_STAGES
from analyzers.evidence import (
    Action,
    ActionLogEntry,
    ApiCall,
    ClosteCalls,
    Constants,
    Cron,
    Dns,
    DnsAnswer,
    Handshake,
    Host,
    Http,
    MappingRow,
    Mappings,
    Meta,
    Missing,
    Options,
    Scheduler,
    Shape,
    StoredKey,
    Tls,
)
from analyzers.expected import Expected
from analyzers.facts import Facts
from analyzers.language import phrase
from analyzers.module_state import CLOSTE, OPTION
from analyzers.names import Domain, displayed, is_wildcard
from analyzers.shape import API_KEY
from analyzers.snapshot import Snapshot

Evidence = Mapping[type, object]
_SETTINGS = "wp-ultimo_v2_settings"
_INTERVAL = "dns_check_interval"


class CannotAssume(ValueError):
    """An assumption that nobody knows, or that this evidence leaves no room for; `str()` says which."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One changed fact."""

    name: str
    """check-interval · dns · alias · key · module · cron · certificate · recheck"""
    value: str
    domain: Domain | None
    """The one domain that it is about; None: every domain that it can be about."""

    @property
    def says(self) -> str:
        """What is assumed, in words."""
        about = displayed(self.domain) if self.domain else phrase("every mapped domain")
        template = SAYS[(self.name, None if self.name == "check-interval" else self.value)]
        return phrase(template, value=self.value, about=about)


SAYS: Mapping[tuple[str, str | None], str] = {
    ("check-interval", None): phrase(
        "the plugin checks every {value} seconds from the next check on"
    ),
    ("dns", "fixed"): phrase("the DNS of {about} is right from now on, everywhere"),
    ("alias", "added"): phrase("Closte has {about} as an alias since this moment"),
    ("key", "fixed"): phrase("the API key is there and good"),
    ("module", "enabled"): phrase("the Closte integration is switched on"),
    ("module", "disabled"): phrase("the Closte integration is switched off"),
    ("cron", "running"): phrase("the jobs run when they are due, from now on"),
    ("certificate", "issued"): phrase("{about} has a good certificate at the network's entrance"),
    ("recheck", "now"): phrase(
        "the stage of {about} is set to Checking DNS now, and a check is queued"
    ),
}


def _record(observed: Evidence, kind: type, what: str) -> object:
    """The evidence that an assumption changes."""
    found = observed.get(kind)
    if not isinstance(found, kind):
        file = getattr(kind, "FILE", kind.__name__)
        raise CannotAssume(
            phrase("{what} cannot be assumed: {file} is not in the evidence.", what=what, file=file)
        )
    return found


def _now(observed: Evidence) -> datetime:
    meta = observed[Meta]
    assert isinstance(meta, Meta)  # a snapshot always has one
    return meta.taken_at


def _rows(observed: Evidence, assumption: Assumption) -> tuple[MappingRow, ...]:
    """The rows that an assumption is about. Raises CannotAssume where it names an unmapped domain."""
    mappings = _record(observed, Mappings, f"{assumption.name}={assumption.value}")
    assert isinstance(mappings, Mappings)
    if assumption.domain is None:
        return tuple(r for r in mappings.rows if r.domain and not is_wildcard(r.domain))
    rows = tuple(r for r in mappings.rows if r.domain == assumption.domain)
    if not rows:
        raise CannotAssume(
            phrase("{domain} is not mapped in this evidence.", domain=displayed(assumption.domain))
        )
    return rows


def _interval(observed: Evidence, assumption: Assumption) -> Evidence:
    options = _record(observed, Options, "check-interval")
    assert isinstance(options, Options)
    settings = {**(options.settings or {}), _INTERVAL: int(assumption.value)}
    changed = replace(options, settings=settings, values={**options.values, _SETTINGS: settings})
    return {**observed, Options: changed}


def _module(observed: Evidence, assumption: Assumption) -> Evidence:
    options = _record(observed, Options, f"module={assumption.value}")
    assert isinstance(options, Options)
    on = {**options.integrations, CLOSTE: assumption.value == "enabled"}
    return {
        **observed,
        Options: replace(options, integrations=on, values={**options.values, OPTION: on}),
    }


def _dns(observed: Evidence, assumption: Assumption) -> Evidence:
    """Every address record of the names is the expected one; what was seen elsewhere is gone."""
    expected = Facts(observed).of(Expected)
    if not isinstance(expected, Expected) or not expected.addresses:
        raise CannotAssume(
            phrase(
                "dns=fixed cannot be assumed: the address that domains should have is not known here."
            )
        )
    names = {r.domain for r in _rows(observed, assumption)}
    seen = observed.get(Dns)
    old = seen.answers if isinstance(seen, Dns) else ()
    kept = tuple(a for a in old if a.name not in names and not _forbids_for(a, names))
    places = {a.via for a in old} or {"authoritative"}
    new = tuple(
        answer
        for name in sorted(names)
        for via in sorted(places)
        for answer in _right(name, via, expected)
    )
    return {
        **observed,
        Dns: Dns((*kept, *new)),
        **_without_strangers(observed, names, expected),
    }


def _forbids_for(answer: DnsAnswer, names: Iterable[str]) -> bool:
    """A CAA record of a parent: part of the DNS of these names."""
    return answer.type == "CAA" and any(n.endswith(f".{answer.name}") for n in names)


def _right(name: Domain, via: str, expected: Expected) -> Iterable[DnsAnswer]:
    v4 = tuple(a for a in expected.addresses if ":" not in a)
    v6 = tuple(a for a in expected.addresses if ":" in a)
    for kind, records in (("A", v4), ("AAAA", v6), ("CNAME", ()), ("CAA", ())):
        yield DnsAnswer(name, kind, via, "NOERROR", records, 300 if records else None)


def _without_strangers(
    observed: Evidence, names: Iterable[str], expected: Expected
) -> dict[type, object]:
    """TLS and HTTP without what other servers showed for these names."""
    about = frozenset(names)
    changed: dict[type, object] = {}
    tls, http = observed.get(Tls), observed.get(Http)
    if isinstance(tls, Tls):
        here = tuple(h for h in tls.handshakes if h.host not in about or expected.holds(h.address))
        changed[Tls] = replace(tls, handshakes=here)
    if isinstance(http, Http):
        own = tuple(
            a
            for a in http.answers
            if a.host not in about or a.address is None or expected.holds(a.address)
        )
        changed[Http] = replace(http, answers=own)
    return changed


def _alias(observed: Evidence, assumption: Assumption) -> Evidence:
    """Closte's list with the names in it, as a call of this moment, and the add as a job just done."""
    rows = _rows(observed, assumption)
    now = _now(observed)
    calls = observed.get(ClosteCalls)
    made = calls.calls if isinstance(calls, ClosteCalls) else ()
    names = sorted({r.domain for r in rows} | _already_listed(observed))
    body = json.dumps({"success": True, "domains": names})
    new = ApiCall("/getdomains", "GET", "host", True, None, 200, body, None, None, now)
    others = tuple(c for c in made if c.endpoint != "/getdomains")
    return _queued(
        {**observed, ClosteCalls: ClosteCalls((*others, new))},
        [(ADD, "complete", {"domain": r.domain, "site_id": r.blog_id}) for r in rows],
        now,
    )


def _already_listed(observed: Evidence) -> set[str]:
    from analyzers.aliases import AliasList

    found = Facts(observed).of(AliasList)
    return set(found.names) if isinstance(found, AliasList) else set()


def _key(observed: Evidence, assumption: Assumption) -> Evidence:
    """A well-formed constant, and Closte taking it. Its list is not known: nobody asked with this key."""
    facts = Facts(observed)
    if not isinstance(facts.of(DefinedConstants), DefinedConstants):
        raise CannotAssume(
            phrase("key=fixed cannot be assumed: constants.json is not in the evidence.")
        )
    good = Shape(True, 40, 40, "alnum")
    changed: dict[type, object] = {}
    constants, host, options = observed.get(Constants), observed.get(Host), observed.get(Options)
    if isinstance(constants, Constants):
        changed[Constants] = replace(constants, values={**constants.values, API_KEY: good})
    if isinstance(host, Host) and API_KEY in host.runtime_constants:
        known = {**host.runtime_constants, API_KEY: good}
        changed[Host] = replace(host, runtime_constants=known)
    if isinstance(options, Options) and options.stored_key is not None:
        changed[Options] = replace(options, stored_key=StoredKey(options.stored_key.stored, True))
    return {**observed, **changed, ClosteCalls: _took_the_key(observed)}


def _took_the_key(observed: Evidence) -> ClosteCalls:
    """The harmless test as a good key is answered; other calls stay where Closte took the key before."""
    calls = observed.get(ClosteCalls)
    made = calls.calls if isinstance(calls, ClosteCalls) else ()
    listed = (
        tuple(c for c in made if c.endpoint == "/getdomains") if _already_listed(observed) else ()
    )
    body = json.dumps({"success": False, "error": HARMLESS_ANSWER})
    test = ApiCall(
        "/adddomainalias", "POST", "host", True, None, 200, body, None, None, _now(observed)
    )
    return ClosteCalls((*listed, test))


def _cron(observed: Evidence, assumption: Assumption) -> Evidence:
    """Nothing is overdue, and nothing forbids WP-Cron."""
    now = _now(observed)
    changed: dict[type, object] = {}
    scheduler, cron = observed.get(Scheduler), observed.get(Cron)
    if isinstance(scheduler, Scheduler):
        actions = tuple(_on_time(a, now) for a in scheduler.actions)
        changed[Scheduler] = replace(scheduler, actions=actions)
    if isinstance(cron, Cron):
        events = tuple(
            replace(e, next_run=max(e.next_run, now) if e.next_run else None) for e in cron.events
        )
        changed[Cron] = replace(cron, events=events)
    constants, host, http = observed.get(Constants), observed.get(Host), observed.get(Http)
    if isinstance(constants, Constants):
        values = {k: v for k, v in constants.values.items() if k != "DISABLE_WP_CRON"}
        changed[Constants] = replace(constants, values=values)
    if isinstance(host, Host) and "DISABLE_WP_CRON" in host.runtime_constants:
        known = {**host.runtime_constants, "DISABLE_WP_CRON": None}
        changed[Host] = replace(host, runtime_constants=known)
    if isinstance(http, Http):
        pages = tuple(a for a in http.answers if "/wp-cron.php" not in a.url)
        changed[Http] = replace(http, answers=pages)
    return {**observed, **changed}


def _on_time(action: Action, now: datetime) -> Action:
    if action.status != "pending" or action.scheduled is None:
        return action
    return replace(action, scheduled=max(action.scheduled, now))


def _certificate(observed: Evidence, assumption: Assumption) -> Evidence:
    """A verified handshake at the entrance for each name."""
    now = _now(observed)
    expected = Facts(observed).of(Expected)
    if not isinstance(expected, Expected) or not expected.addresses:
        raise CannotAssume(
            phrase("certificate=issued cannot be assumed: the entrance is not known here.")
        )
    names = sorted({r.domain for r in _rows(observed, assumption)})
    tls = observed.get(Tls)
    old = tls.handshakes if isinstance(tls, Tls) else ()
    kept = tuple(h for h in old if h.host not in names or not expected.holds(h.address))
    new = tuple(
        Handshake(n, a, 443, "ok", True, None, (n,), None, now, None, False)
        for n in names
        for a in expected.addresses
    )
    return {**observed, Tls: Tls((*kept, *new))}


def _recheck(observed: Evidence, assumption: Assumption) -> Evidence:
    """As saving the domain with stage Checking DNS does it (DOMAIN 2.3). Of every domain: of those that
    are given up, or that nothing will check."""
    now = _now(observed)
    chosen = {r.id for r in _rows(observed, assumption) if assumption.domain or _needs(r)}
    mappings = observed[Mappings]
    assert isinstance(mappings, Mappings)  # _rows saw to it
    rows = tuple(
        replace(r, stage="checking-dns", modified=now) if r.id in chosen else r
        for r in mappings.rows
    )
    jobs: list[tuple[str, str, dict[str, object]]] = [
        (CHECK, "pending", {"domain_id": row, "tries": 0}) for row in sorted(chosen)
    ]
    scheduler = observed.get(Scheduler)
    if isinstance(scheduler, Scheduler):
        waiting = tuple(
            a
            for a in scheduler.actions
            if not (a.hook == CHECK and a.status == "pending" and a.args.get("domain_id") in chosen)
        )
        observed = {**observed, Scheduler: replace(scheduler, actions=waiting)}
    return _queued({**observed, Mappings: replace(mappings, rows=rows)}, jobs, now)


def _needs(row: MappingRow) -> bool:
    return row.stage in (*CHECKING_STAGES, "failed", "ssl-failed")


def _queued(
    observed: Evidence, jobs: Sequence[tuple[str, str, dict[str, object]]], now: datetime
) -> Evidence:
    """More actions of group `domain`, of this moment."""
    scheduler = observed.get(Scheduler)
    if isinstance(scheduler, Missing) or not isinstance(scheduler, Scheduler):
        return observed
    first = max((a.action_id for a in scheduler.actions), default=0) + 1
    new = tuple(
        Action(
            first + number,
            hook,
            status,
            now,
            None if status == "pending" else now,
            0 if status == "pending" else 1,
            args,
            "domain",
            (ActionLogEntry(now, "action created"),)
            + ((ActionLogEntry(now, "action complete"),) if status == "complete" else ()),
        )
        for number, (hook, status, args) in enumerate(jobs)
    )
    return {**observed, Scheduler: replace(scheduler, actions=(*scheduler.actions, *new))}


def mapped_now(snapshot: Snapshot, domain: Domain, blog_id: int) -> Snapshot:
    """The snapshot with a domain mapped at this moment: its row, its add job, its first check.

    Raises CannotAssume where the mapping table was not read.
    """
    observed = snapshot.observed
    mappings = _record(observed, Mappings, phrase("a new mapping"))
    assert isinstance(mappings, Mappings)
    now = _now(observed)
    row = MappingRow(
        id=max((r.id for r in mappings.rows), default=0) + 1,
        blog_id=blog_id,
        stored=domain,
        domain=domain,
        active=True,
        primary=False,
        secure=False,
        stage="checking-dns",
        created=now,
        modified=now,
    )
    jobs: list[tuple[str, str, dict[str, object]]] = [
        (ADD, "pending", {"domain": domain, "site_id": blog_id}),
        (CHECK, "pending", {"domain_id": row.id, "tries": 0}),
    ]
    rows = {**observed, Mappings: replace(mappings, rows=(*mappings.rows, row))}
    return replace(snapshot, observed=_queued(rows, jobs, now))


MADE: Mapping[str, Callable[[Evidence, Assumption], Evidence]] = {
    "check-interval": _interval,
    "dns": _dns,
    "alias": _alias,
    "key": _key,
    "module": _module,
    "cron": _cron,
    "certificate": _certificate,
    "recheck": _recheck,
}
"""Name of an assumption → what it does."""
