"""Findings of the family `jobs`: the plugin's background work, and what makes it run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from analyzers.aliases import AliasList
from analyzers.causes import (
    CHAIN_ENDED,
    CRASHED,
    GAVE_UP_ON_CERTIFICATE,
    NO_ALIAS,
    NO_CALLBACKS,
    SERVER_ERROR,
)
from analyzers.constants import DefinedConstants
from analyzers.cron_state import CronState
from analyzers.domains import ACTIVE_STAGES
from analyzers.evidence import Cron, Http, HttpAnswer, MappingRow, Mappings, PluginLogs, Scheduler
from analyzers.findings import MANUAL, Citation, Confidence, Remedy, Subject
from analyzers.instants import duration
from analyzers.jobs import ADD, KEPT, LATE, REMOVE, STAGE, FailedJob, Jobs, due_at
from analyzers.language import phrase, plural
from analyzers.names import Domain
from analyzers.network import Network
from analyzers.network_domain import UNKNOWN
from analyzers.row_columns import without_column
from analyzers.rule import Hit, Outcome, Unseen, rule

_LONG = timedelta(minutes=30)
_MANY = 10
_CHECKING = ("checking-dns", "checking-ssl-cert")
_QUEUED = ("pending", "in-progress")
_STEPS = ("check.started", "check.dns-ok", "check.ssl-retry", "check.ssl-given-up", "check.ssl-ok")
_RUN_DUE = Remedy("jobs.run-due", "severe")
_RECHECK = Remedy("domain.recheck", "safe")


@rule("jobs.no-tables", "error", "network", waiting_on="operator")
def no_tables(scheduler: Scheduler, network: Network) -> Iterator[Outcome]:
    """Action Scheduler has no tables

    Means: the plugin puts all its work for domains into this queue. Without it no domain is told to
    Closte, none is checked, none becomes ready.

    Because: the tables `actionscheduler_actions` and its sisters do not exist for the network's main
    site.

    Do: open network admin → Ultimate Multisite → System Info and Tools → Scheduled Actions on the main
    site once: Action Scheduler makes its tables there. If they stay away, the database user may not
    CREATE TABLE.
    """
    if not scheduler.tables_exist:
        yield Hit(network.subject, (Citation(Scheduler.FILE, "null: no tables"),))


@rule("jobs.cron-off", "error", "network", waiting_on="operator", remedy=_RUN_DUE)
def cron_off(
    cron: CronState, constants: DefinedConstants, jobs: Jobs | None, network: Network
) -> Iterator[Outcome]:
    """Nothing runs the network's background jobs

    Means: new domains are neither told to Closte nor checked: they stay at "Checking DNS" and get no
    certificate. Mails, renewals and scheduled posts of every site wait as well.

    Because: DISABLE_WP_CRON is true, so WordPress does not start its jobs itself, and nothing else
    does: work has been waiting for {late} and nothing has run since.{count}

    Do: add a real cron job on the host, every minute or every five:
    `wp cron event run --due-now --path={path}` (whether Closte offers one for your plan, its support
    says). Or take
    `define('DISABLE_WP_CRON', true);` out of {settings_page}, tab WP-Config, and Save All. What has
    waited is then done in order; look at the list first if that is more than a few hours of mails.
    """
    if constants.state("DISABLE_WP_CRON") == "unasked":
        yield Unseen(network.subject, ("constants.json: DISABLE_WP_CRON",))
        return
    if not cron.disabled or not cron.is_late:
        if cron.disabled and not cron.told:
            yield Unseen(network.subject, (Cron.FILE,))
        return
    waiting = len(jobs.overdue) if jobs is not None else 0
    yield Hit(
        network.subject,
        (constants.citation("DISABLE_WP_CRON"), *cron.evidence),
        {
            "late": duration(cron.late),
            "count": plural(
                " {n} job for domains is overdue.", " {n} jobs for domains are overdue.", waiting
            )
            if waiting
            else "",
            "path": f"/home/{network.app_id}/public_html" if network.app_id else "PATH",
            "settings_page": network.settings_page,
        },
        confidence=cron.confidence,
        affects=_domains_waiting(jobs),
    )


def _domains_waiting(jobs: Jobs | None) -> tuple[str, ...]:
    named = (job.domain for job in jobs.overdue) if jobs is not None else ()
    return tuple(dict.fromkeys(domain for domain in named if domain is not None))


@rule("jobs.cron-blocked", "error", "network", waiting_on="operator")
def cron_blocked(
    cron: CronState | None, http: Http | None, jobs: Jobs | None, network: Network
) -> Iterator[Outcome]:
    """WordPress cannot start its background jobs

    Means: WordPress starts its jobs by a request to its own wp-cron.php. While that is refused, new
    domains are neither told to Closte nor checked, and mails and renewals of every site wait.

    Because: {url} answered {answer}, where 200 is needed.

    Do: let requests to /wp-cron.php through: take it out of password protection (.htaccess, basic
    auth), maintenance and security plugins, and Closte's firewall. Check with
    `curl -sI '{url}?doing_wp_cron=closte-doctor'`: that token runs no job.
    """
    if cron is not None and (cron.disabled or cron.alternate):
        return  # nothing of WordPress's own calls wp-cron.php then
    probed = _cron_answers(http, network)
    if not probed:
        if cron is None:
            yield Unseen(network.subject, (Scheduler.FILE, Http.FILE))
        elif cron.late > _LONG and cron.disabled is not None:
            yield Hit(
                network.subject,
                cron.evidence,
                {"late": duration(cron.late), "url": f"https://{network.domain}/wp-cron.php"},
                confidence="possible",
                because=phrase(
                    "work has been waiting for {late} and nothing has run since, though WP-Cron is not "
                    "switched off. Whether wp-cron.php answers was not tried."
                ),
                affects=_domains_waiting(jobs),
            )
        elif http is None or cron.late > _LONG or not cron.told:
            yield Unseen(network.subject, (Http.FILE,))
        return
    if any(answer.status == 200 for answer in probed):
        return
    late = cron is not None and cron.is_late
    yield Hit(
        network.subject,
        tuple(Citation(Http.FILE, f"{a.url}: {_outcome(a)}") for a in probed[:2]),
        {"url": probed[0].url.split("?", 1)[0], "answer": _outcome(probed[0])},
        confidence=_certainty(probed[0], late=late),
        affects=_domains_waiting(jobs) if late else (),
        facets=frozenset({SERVER_ERROR} if probed[0].status == 500 else ()),
    )


def _cron_answers(http: Http | None, network: Network) -> list[HttpAnswer]:
    """Of the network's home; where no evidence names that, nobody else's wp-cron.php is ever asked for."""
    return [
        answer
        for answer in (http.answers if http else ())
        if network.domain in (answer.host, UNKNOWN)
        and answer.url.split("?", 1)[0].rstrip("/").endswith("/wp-cron.php")
    ]


def _outcome(answer: HttpAnswer) -> str:
    return f"HTTP {answer.status}" if answer.status is not None else answer.error or "nothing"


def _certainty(answer: HttpAnswer, *, late: bool) -> Confidence:
    """Work that waits confirms it. Without, a redirect or no answer at all may be the look's own doing."""
    if late:
        return "certain"
    moved = answer.status is not None and 300 <= answer.status < 400
    return "possible" if answer.status is None or moved else "likely"


@rule("jobs.backlog", "warning", "network", waiting_on="cron", remedy=_RUN_DUE)
def backlog(jobs: Jobs, network: Network) -> Iterator[Outcome]:
    """Jobs for domains pile up

    Means: domains wait longer than they should for their alias, their checks and their "Ready".

    Because: {count} jobs of the group `domain` are more than 5 minutes overdue, the latest by {late}.

    Do: see Tools → Scheduled Actions on the main site, filter Pending. If other jobs fill the queue,
    wait; if nothing moves, run the domain jobs alone once: `wp action-scheduler run --group=domain
    --batches=1`. Each of them really calls Closte. Never use `wp cron event run --due-now` for this: it
    also sends every mail and payment that waits.
    """
    if len(jobs.overdue) < _MANY and jobs.latest <= _LONG:
        if "pending" in jobs.undated:
            yield Unseen(network.subject, (f"{Scheduler.FILE}: scheduled_date_gmt",))
        return
    yield Hit(
        network.subject,
        tuple(
            Citation(
                Scheduler.FILE,
                f"{job.action.hook} (action {job.action.action_id}) pending, {duration(job.late)} late",
                due_at(job.action),
            )
            for job in jobs.overdue[:3]
        ),
        {"count": str(len(jobs.overdue)), "late": duration(jobs.latest)},
        affects=_domains_waiting(jobs),
    )


@rule("jobs.failed", "warning", "domain", waiting_on="operator")
def failed(
    jobs: Jobs, mappings: Mappings | None, aliases: AliasList | None, network: Network
) -> Iterator[Outcome]:
    """A background job for {subject} failed

    Means: {effect}. The plugin does not try it again by itself.

    Because: the newest job {hook} for this domain failed{when}, and none has gone well since: "{words}"

    Do: clear what the message says, then save the domain once in Ultimate Multisite → Domains: that
    queues the job again.
    """
    rows = _by_domain(mappings)
    if mappings is None and any(f.domain is None for f in jobs.failures):
        yield Unseen(None, (Mappings.FILE,))  # a check names its row, not its domain
    elif mappings is not None and any(
        f.action.hook == STAGE and f.domain is None for f in jobs.failures
    ):
        yield from _rows_without_id(mappings)
    if any(status == "failed" for _, status in jobs.nameless):
        yield _NAMELESS
    by_domain: dict[Domain, list[FailedJob]] = {}
    for failure in jobs.failures:
        if failure.domain is not None and _still_matters(failure, rows, aliases, network):
            by_domain.setdefault(failure.domain, []).append(failure)
    for domain, listed in by_domain.items():
        first = next((f for f in listed if f.action.hook == ADD), listed[0])
        yield Hit(
            Subject("domain", domain),
            tuple(f.citation for f in listed[:3]),
            {
                "effect": _EFFECTS[first.action.hook],
                "hook": first.action.hook,
                "when": phrase(" at {at} UTC", at=f"{first.at:%Y-%m-%d %H:%M}") if first.at else "",
                "words": first.says,
            },
            because=_REASONS.get(first.reason),
            do=_DO.get(first.reason),
            facets=_facets(listed, domain, aliases),
        )


def _rows_without_id(mappings: Mappings) -> Iterator[Unseen]:
    """A check names the row that it is about; which row that is, is not told of these."""
    if any(row.id <= 0 for row in mappings.rows):
        yield without_column(None, "id")


_NAMELESS = Unseen(None, (f"{Scheduler.FILE}: args",))
_EFFECTS = {
    ADD: phrase(
        "Closte was not told about this domain, so it may have no alias and no certificate"
    ),
    REMOVE: phrase("Closte was not told that this domain is gone, so its alias stands there still"),
    STAGE: phrase(
        "the plugin stopped checking this domain, so it stays at its stage whatever DNS and "
        "certificate are by now"
    ),
}
_REASONS = {
    "no-callbacks": phrase(
        "the newest job {hook} for this domain failed{when} because nobody took it: the Closte "
        'integration was not enabled then, or had no key. "{words}"'
    ),
    "crashed": phrase(
        "the newest job {hook} for this domain ended{when} with an error in PHP code, not with an "
        'answer of Closte: "{words}"'
    ),
    "timed-out": phrase(
        "the newest job {hook} for this domain ran{when} until Action Scheduler gave it up after 5 "
        'minutes: "{words}"'
    ),
}
_DO = {
    "no-callbacks": phrase(
        "see that the Closte integration is enabled and has a key (network admin → Ultimate "
        "Multisite → Settings → Integrations), then save the domain once in Ultimate Multisite → Domains."
    ),
    "crashed": phrase(
        "update the plugin, then save the domain once in Ultimate Multisite → Domains, which queues "
        "the job again."
    ),
}


def _by_domain(mappings: Mappings | None) -> Mapping[Domain, list[MappingRow]] | None:
    if mappings is None:
        return None
    found: dict[Domain, list[MappingRow]] = {}
    for row in mappings.rows:
        found.setdefault(row.domain, []).append(row)
    return found


def _still_matters(
    failure: FailedJob,
    mapped: Mapping[Domain, list[MappingRow]] | None,
    aliases: AliasList | None,
    network: Network,
) -> bool:
    """Not for a domain that is gone or came back, nor a hook that does nothing on Closte. What went well
    later is forgotten after 31 days, the failure is not: then the state of the domain decides."""
    hook = failure.action.hook
    rows = mapped.get(failure.domain, []) if mapped is not None and failure.domain else []
    listed = aliases is not None and aliases.has(str(failure.domain))
    old = failure.at is not None and network.now - failure.at > KEPT
    if hook == ADD:
        return (mapped is None or bool(rows)) and not (old and listed)
    if hook == REMOVE:
        return not rows and not (aliases is not None and not listed)
    if hook == STAGE:
        rows = [row for row in rows if not _ready_since(row, failure)]
        return bool(rows) and (not old or any(r.stage in _CHECKING for r in rows))
    return False


def _ready_since(row: MappingRow, failure: FailedJob) -> bool:
    """Has the domain become ready after its check failed, by another chain or by hand?"""
    changed = row.modified is not None and failure.at is not None and row.modified > failure.at
    return changed and row.stage in ACTIVE_STAGES


def _facets(listed: list[FailedJob], domain: Domain, aliases: AliasList | None) -> frozenset[str]:
    found = set()
    if any(f.reason == "no-callbacks" for f in listed):
        found.add(NO_CALLBACKS)
    if any(f.reason == "crashed" and f.action.hook in (ADD, REMOVE) for f in listed):
        found.add(CRASHED)
    if any(f.action.hook == STAGE for f in listed):
        found.add(CHAIN_ENDED)
    if aliases is None or not aliases.has(domain):
        found.add(NO_ALIAS)
    return frozenset(found)


@rule("jobs.stuck", "warning", "domain", waiting_on="cron")
def stuck(jobs: Jobs, mappings: Mappings | None) -> Iterator[Outcome]:
    """A background job for {subject} hangs

    Means: while it counts as running, nothing further happens for this domain.

    Because: {hook} has been in progress for {age}; a call of Closte's API takes 225 seconds at most, so
    the PHP that ran it was ended without a word.

    Do: nothing for ten minutes: the next run of Action Scheduler marks it as failed. If it stays, cron
    does not run (see `jobs.cron-off`, `jobs.cron-blocked`); then save the domain once in Ultimate
    Multisite → Domains.
    """
    late = [job for job in jobs.running if job.late > LATE]
    if any(job.action.hook == STAGE and job.domain is None for job in late):
        if mappings is None:
            yield Unseen(None, (Mappings.FILE,))  # a check names its row, not its domain
        else:
            yield from _rows_without_id(mappings)
    if any(status == "in-progress" for _, status in jobs.nameless):
        yield _NAMELESS
    if "in-progress" in jobs.undated:
        yield Unseen(None, (f"{Scheduler.FILE}: last_attempt_gmt",))
    for job in late:
        if job.domain is not None:
            excerpt = f"{job.action.hook} (action {job.action.action_id}) in-progress"
            yield Hit(
                Subject("domain", job.domain),
                (Citation(Scheduler.FILE, excerpt, job.action.last_attempt),),
                {"hook": job.action.hook, "age": duration(job.late)},
            )


@rule("jobs.none-queued", "error", "domain", waiting_on="nobody", remedy=_RECHECK)
def none_queued(
    scheduler: Scheduler, mappings: Mappings, jobs: Jobs | None, logs: PluginLogs | None
) -> Iterator[Outcome]:
    """Nothing will ever check {subject} again

    Means: the domain stands at "{stage}" and stays there for good, even when DNS and certificate are
    right. Until it is ready, visitors of {subject} do not reach the site.

    Because: its row says {stage}, and no job that would check it is queued or running.

    Do: open the domain (row {row}) in network admin → Ultimate Multisite → Domains and save it: that
    queues a new check. `closte-doctor remediate` does the same for all such domains.
    """
    if jobs is None:
        yield Unseen(None, (phrase("scheduler.json: Action Scheduler's tables do not exist"),))
        yield from _unqueueable(mappings)
        return
    last = {e.domain: e.name for e in (logs.events if logs else ()) if e.name in _STEPS}
    unnamed = not jobs.nameless.isdisjoint((STAGE, status) for status in _QUEUED)
    for row in mappings.rows:
        if row.stage is None:
            yield without_column(Subject("domain", row.domain), "stage")
        elif row.stage in _CHECKING and row.id <= 0:
            yield without_column(Subject("domain", row.domain), "id")
        elif row.stage in _CHECKING and row.id not in jobs.queued_ids and unnamed:
            yield Unseen(Subject("domain", row.domain), _NAMELESS.lacking)
        elif row.stage in _CHECKING and row.id not in jobs.queued_ids:
            yield Hit(
                Subject("domain", row.domain),
                (
                    Citation(Mappings.FILE, f"id {row.id}: {row.domain}, stage {row.stage}"),
                    Citation(Scheduler.FILE, f"no {STAGE} pending or in progress for id {row.id}"),
                ),
                {"stage": row.stage, "row": str(row.id)},
                confidence="possible" if scheduler.malformed else "certain",
                facets=frozenset({GAVE_UP_ON_CERTIFICATE})
                if last.get(row.domain) == "check.ssl-given-up"
                else frozenset(),
            )


def _unqueueable(mappings: Mappings) -> Iterator[Outcome]:
    """Where Action Scheduler has no tables no job can be queued: its cure is that of `jobs.no-tables`."""
    for row in mappings.rows:
        if row.stage is None:
            yield without_column(Subject("domain", row.domain), "stage")
        elif row.stage in _CHECKING:
            yield Hit(
                Subject("domain", row.domain),
                (
                    Citation(Mappings.FILE, f"id {row.id}: {row.domain}, stage {row.stage}"),
                    Citation(Scheduler.FILE, "null: Action Scheduler's tables do not exist"),
                ),
                {"stage": row.stage, "row": str(row.id)},
                remedy=MANUAL,
                do=phrase(
                    "Nothing of its own: once Action Scheduler has its tables, open the domain (row {row}) "
                    "in network admin → Ultimate Multisite → Domains and save it: that queues a new check."
                ),
            )
