"""The plugin at work: rows, jobs, checks and what they leave in the logs (DOMAIN 2.2 to 2.9, 3.3 to 3.6)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.rehearsal import wording
from bridge.rehearsal.dns import HOST, RESOLVERS
from bridge.rehearsal.provider import Provider, ProviderDied

if TYPE_CHECKING:
    from bridge.rehearsal.world import World

ADD, REMOVE = "wu_add_domain", "wu_remove_domain"
CHECK = "wu_async_process_domain_stage"
OLD_PRIMARIES = "wu_async_remove_old_primary_domains"
MINUTE = 60.0
_TICK = 13.0
"""The queue runs once a minute, this many seconds after the minute of the look."""
_TRIES = 5
_LABELS = (("HTTPS with SSL verification", "https"), ("HTTP", "http"))
_SNIPPET = 100
_SECONDS = {ADD: 2.0, REMOVE: 2.0, CHECK: 1.0, OLD_PRIMARIES: 1.0}
"""How long a job takes."""
NO_CALLBACKS = "Scheduled action for {hook} will not be executed as no callbacks are registered."


@dataclass(slots=True)
class Row:
    """A mapping row; times in seconds from the look."""

    id: int
    blog_id: int
    domain: str
    primary: bool
    stage: str
    created: float
    modified: float
    active: bool = True
    secure: bool = False


@dataclass(slots=True)
class Action:
    """An action of Action Scheduler's group `domain`."""

    id: int
    hook: str
    args: Mapping[str, object]
    scheduled: float
    status: str = "pending"
    attempted: float | None = None
    log: list[tuple[float, str]] = field(default_factory=list)


@dataclass(slots=True)
class Site:
    """A site of the network."""

    blog_id: int
    domain: str
    path: str = "/"
    archived: bool = False
    spam: bool = False
    deleted: bool = False


class Plugin:
    """Ultimate Multisite with its Closte integration, on Action Scheduler."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._provider = Provider(world)
        self.rows: list[Row] = []
        self.actions: list[Action] = []
        self.sites: list[Site] = [Site(1, world.network)]
        self.settings: dict[str, object] = {
            "enable_domain_mapping": "1",
            "custom_domains": "1",
            "force_admin_redirect": "both",
            "dns_check_interval": 300,
            "auto_create_www_subdomain": "always",
            "enable_sso": "1",
            "security_mode": "0",
        }
        self.integrations: dict[str, bool] = {"closte": True}
        self.active = True
        self.set_up = True
        self.sunrise_active = True
        self.cron = "works"
        """works · off (DISABLE_WP_CRON, and nobody else runs it) · refused"""
        self.cron_stopped: float | None = None
        self.queue_tables = True
        self.stages = world.generation.stages
        self.compares_with: str | None = world.entrance
        """The cached public address of the network (DOMAIN 2.8)."""
        self.killed: set[str] = set()
        """Domains whose add job is ended by the host without a word."""
        self._free_at = world.clock
        """The queue runs one job after the other."""
        self.dies: dict[str, str] = {}
        """Hook → the exception that ends each run of it."""
        self.busy_elsewhere = False
        """Other groups' jobs fill the queue, and those for domains wait."""

    # what people do

    def create_site(self, label: str) -> Site:
        """A new site under the network, with the record the plugin makes for it."""
        host = f"{label}.{self._world.network}"
        site = Site(max(s.blog_id for s in self.sites) + 1, host)
        self.sites.append(site)
        row = self.map(host, site)
        self._world.logs.write(
            self._world.clock,
            "domain-creation",
            f"Created domain record for site {site.blog_id}: {host}",
        )
        self.enqueue(CHECK, {"domain_id": row.id})  # the second chain (recordings, 7)
        return site

    def map(self, domain: str, site: Site) -> Row:
        """Somebody adds a domain to a site; it becomes the primary one."""
        now = self._world.clock
        row = Row(self._next_row(), site.blog_id, domain, True, "checking-dns", now, now)
        older = [r for r in self.rows if r.blog_id == site.blog_id and r.primary]
        self.rows.append(row)
        self.enqueue(ADD, {"domain": domain, "site_id": site.blog_id})
        self.enqueue(CHECK, {"domain_id": row.id})
        if older and self._world.generation.clears_primaries_by_job:
            self.enqueue(OLD_PRIMARIES, {"domains": [r.id for r in older]})
        elif older:
            self._unmark([r.id for r in older])
        return row

    def insert(self, domain: str, site: Site, **changed: object) -> Row:
        """A row written by SQL: no job, no check, no call."""
        now = self._world.clock
        row = Row(self._next_row(), site.blog_id, domain, False, "done", now, now, secure=True)
        for name, value in changed.items():
            setattr(row, name, value)
        self.rows.append(row)
        return row

    def delete(self, domain: str) -> None:
        """Somebody deletes a mapped domain: its log is cleared, its alias is asked to go."""
        row = self.row(domain)
        self.rows.remove(row)
        handle = f"domain-{domain}"
        self._world.logs.files.pop(handle, None)
        self._world.logs.say(self._world.clock, handle, wording.DELETED)
        self.enqueue(REMOVE, {"domain": domain, "site_id": row.blog_id})

    def row(self, domain: str) -> Row:
        """The first row of a domain."""
        return next(r for r in self.rows if r.domain == domain)

    def site_of(self, domain: str) -> Site:
        """The site that a domain's first row names."""
        return next(s for s in self.sites if s.blog_id == self.row(domain).blog_id)

    def lose_jobs_of(self, domain: str) -> None:
        """Somebody empties the queue."""
        row = self.row(domain)
        self.actions = [
            a for a in self.actions if a.status != "pending" or a.args.get("domain_id") != row.id
        ]

    def stop_cron(self, how: str) -> None:
        """From now on nothing runs the queue."""
        self.cron, self.cron_stopped = how, self._world.clock

    def _next_row(self) -> int:
        return max((r.id for r in self.rows), default=0) + 1

    # Action Scheduler

    def enqueue(self, hook: str, args: Mapping[str, object], delay: float = 0.0) -> Action:
        """Queue an action; it runs with the next tick of the queue after it is due."""
        now = self._world.clock
        action = Action(max((a.id for a in self.actions), default=10) + 1, hook, args, now + delay)
        action.log.append((now, "action created"))
        self.actions.append(action)
        due = math.ceil((action.scheduled - _TICK) / MINUTE) * MINUTE + _TICK
        self._world.at(due, lambda: self._run(action))
        return action

    def _run(self, action: Action) -> None:
        waits = self.cron != "works" or self.busy_elsewhere
        if waits or not self.queue_tables or action not in self.actions:
            return
        turn = max(self._world.clock, self._free_at)
        self._free_at = turn + _SECONDS[action.hook]
        self._world.at(turn, lambda: self._execute(action))

    def _execute(self, action: Action) -> None:
        now = self._world.clock
        action.attempted = now
        action.log.append((now, "action started via WP Cron"))
        if not self.active or not self._heard(action.hook):
            action.status = "failed"
            said = NO_CALLBACKS.format(hook=action.hook)
            action.log.append((now, f"action failed via WP Cron: {said}"))
            return
        if action.hook == ADD and action.args["domain"] in self.killed:
            action.status = "in-progress"
            self._world.after(5.9 * MINUTE, lambda: self._give_up_on(action))
            return
        try:
            if action.hook in self.dies and action.hook != CHECK:
                raise ProviderDied(self.dies[action.hook])
            self._work(action)
        except ProviderDied as death:
            action.status = "failed"
            action.log.append((now, f"action failed via WP Cron: {death}"))
            return
        action.status = "complete"
        action.log.append((now, "action complete via WP Cron"))

    def _give_up_on(self, action: Action) -> None:
        if self.cron == "works":
            action.status = "failed"
            said = (
                "action marked as failed after 300 seconds. Unknown error occurred. Check server, PHP "
                "and database error logs to diagnose cause."
            )
            action.log.append((self._world.clock, said))

    def _heard(self, hook: str) -> bool:
        return hook not in (ADD, REMOVE) or self.listens

    @property
    def listens(self) -> bool:
        """Is the Closte module enabled, and has it a key?"""
        return self.integrations.get("closte", False) and self._world.has_key

    def _work(self, action: Action) -> None:
        work: dict[str, Callable[[], None]] = {
            ADD: lambda: self._provider.add(str(action.args["domain"]), _number(action, "site_id")),
            REMOVE: lambda: self._provider.remove(str(action.args["domain"])),
            CHECK: lambda: self._check(_number(action, "domain_id"), _number(action, "tries")),
            OLD_PRIMARIES: lambda: self._unmark(action.args["domains"]),
        }
        work[action.hook]()

    def _unmark(self, ids: object) -> None:
        for row in self.rows:
            if isinstance(ids, list) and row.id in ids:
                row.primary = False
                row.modified = self._world.clock

    # the checks

    def _check(self, row_id: int, tries: int) -> None:
        row = next((r for r in self.rows if r.id == row_id), None)
        if row is None:
            return
        self._say(row, wording.STARTED, row.domain)
        if row.stage == "checking-dns":
            self._step(
                row,
                tries + 1,
                _TRIES,
                passed=self._has_correct_dns(row),
                words=(wording.DNS_OK, wording.DNS_RETRY, wording.DNS_GIVEN_UP),
                stages=("checking-ssl-cert", "failed"),
            )
        elif row.stage == "checking-ssl-cert":
            self._step(
                row,
                tries + 1,
                self._world.generation.ssl_tries if self.listens else _TRIES,
                passed=self._has_valid_certificate(row),
                words=(wording.SSL_OK, wording.SSL_RETRY, wording.SSL_GIVEN_UP),
                stages=("done", self._world.generation.gives_up_ssl_as),
            )

    def _step(
        self,
        row: Row,
        tries: int,
        limit: int,
        *,
        passed: bool,
        words: tuple[str, str, str],
        stages: tuple[str, str],
    ) -> None:
        """The limit is compared after counting: N + 1 checks, N waits (DOMAIN 2.3)."""
        ok, again, given_up = words
        minutes = max(1, math.ceil(self.interval / MINUTE))
        if passed:
            self._say(row, ok)
            self._save(row, stages[0])
            row.secure = row.secure or stages[0] == "done"
            if stages[0] == "checking-ssl-cert":
                self.enqueue(CHECK, {"domain_id": row.id, "tries": 0})
        elif tries > limit:
            self._say(row, given_up, minutes)
            self._save(row, stages[1])
        else:
            self._say(row, again, minutes)
            self.enqueue(CHECK, {"domain_id": row.id, "tries": tries}, self.interval)

    def _save(self, row: Row, stage: str) -> None:
        if f"'{stage}'" in self.stages:  # else strict SQL refuses, and the row stays (DOMAIN 2.1)
            row.stage = stage
            row.modified = self._world.clock

    @property
    def interval(self) -> float:
        """Setting `dns_check_interval`, as it is clamped at run time."""
        stored = self.settings.get("dns_check_interval", 300)
        return float(max(10, min(300, int(str(stored)))))

    def _say(self, row: Row, msgid: str, *values: object, level: str = "INFO") -> None:
        self._world.logs.say(self._world.clock, f"domain-{row.domain}", msgid, *values, level=level)

    def _has_correct_dns(self, row: Row) -> bool:
        if self._answers_itself(row):
            return True
        if CHECK in self.dies:  # an exception of its DNS library is not caught (DOMAIN 2.7)
            raise ProviderDied(self.dies[CHECK])
        seen = self._world.zone.seen(row.domain, RESOLVERS[0])
        addresses = self._world.zone.addresses(row.domain, RESOLVERS[0])
        v4 = [a for a in addresses if ":" not in a]
        return seen.cname == self._world.network or self.compares_with in v4

    def _answers_itself(self, row: Row) -> bool:
        for label, scheme in _LABELS:
            self._say(row, wording.LOOPBACK, label, f"{scheme}://{row.domain}/")
            page = self._world.fetch(scheme, row.domain, "loopback", HOST)
            if page.error is not None:
                self._say(row, wording.LOOPBACK_UNREACHABLE, label, page.error, level="WARNING")
            elif page.status != 200:
                self._say(row, wording.LOOPBACK_HTTP, label, page.status, level="WARNING")
            elif self._is_confirmed(row, label, page.body):
                return True
        self._say(row, wording.LOOPBACK_FAILED, level="ERROR")
        return False

    def _is_confirmed(self, row: Row, label: str, body: str) -> bool:
        try:
            got = json.loads(body).get("id")
        except ValueError:
            said = (label, "Syntax error", body[:_SNIPPET])
            self._say(row, wording.LOOPBACK_NOT_JSON, *said, level="WARNING")
            return False
        if got == row.id:
            self._say(row, wording.LOOPBACK_OK, label, row.id)
            return True
        self._say(row, wording.LOOPBACK_OTHER_ID, label, row.id, str(got), level="WARNING")
        return False

    def _has_valid_certificate(self, row: Row) -> bool:
        world = self._world
        addresses = [a for a in world.zone.addresses(row.domain, HOST) if ":" not in a]
        reason: str | None = ""
        if not addresses:
            reason = (
                f"php_network_getaddresses: getaddrinfo for {row.domain} failed: "
                "Name or service not known"
            )
        else:
            contact = world.contact(row.domain, addresses[0])
            if contact.status == "refused":
                reason = "Connection refused"
            elif contact.status == "timeout":
                reason = "Connection timed out"
            elif contact.certificate is not None:
                # A failed verification leaves PHP's error text empty (DOMAIN 2.9).
                reason = "" if contact.certificate.objection(row.domain, world.clock) else None
        if reason is not None:
            world.logs.say(
                world.clock,
                "domain-ssl-checks",
                wording.CERTIFICATE_INVALID,
                reason,
                level="ERROR",
            )
        return reason is None

    # what visitors meet

    def answer_of(self, host: str) -> Row | None:
        """The row that sunrise takes for a host: with and without www, the primary one first."""
        bare = host.removeprefix("www.")
        rows = [r for r in self.rows if r.domain in (bare, f"www.{bare}")]
        rows.sort(key=lambda r: (not r.primary, not r.active, not r.secure, r.id))
        return rows[0] if rows else None


def _number(action: Action, name: str) -> int:
    return int(str(action.args.get(name, 0)))
