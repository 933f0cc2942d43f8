"""Faults of the background work."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, MINUTE, fault
from bridge.rehearsal.plugin import CHECK
from bridge.rehearsal.servers import Page
from bridge.rehearsal.world import World

STOPPED = (
    "jobs.*",
    "alias.*",
    "ssl.*",
    "check.*",
    "mapping.stale*",
    "mapping.schema-old-stuck",
    "dns.*",
    "key.*",
    "api.*",
    "module.*",
    "cache.*",
)


@fault(
    "jobs.no-tables", for_all=True, ago=2 * HOUR, hides=("jobs.*", "cache.*", "*.silent-failure")
)
def the_tables_of_the_queue_are_gone(world: World, _: str) -> None:
    world.plugin.queue_tables = False


@fault(
    "jobs.cron-off", newcomer=90 * MINUTE, hides=STOPPED, folded=("jobs.backlog", "alias.missing")
)
def cron_is_disabled_and_nobody_runs_it(world: World, _: str) -> None:
    world.constants["DISABLE_WP_CRON"] = True
    world.plugin.stop_cron("off")


@fault("jobs.cron-blocked", hides=STOPPED)
def wp_cron_is_behind_a_password(world: World, _: str) -> None:
    world.cron_answer = Page(401, "Authorization required")
    world.plugin.stop_cron("refused")


@fault(
    "jobs.cron-blocked",
    "waiting",
    newcomer=90 * MINUTE,
    hides=STOPPED,
    folded=("jobs.backlog",),
    allowed=("alias.missing",),
)
def a_new_domain_waits_for_a_blocked_cron(world: World, _: str) -> None:
    world.cron_answer = Page(403, "Forbidden")
    world.plugin.stop_cron("refused")


@fault(
    "jobs.backlog",
    severity="warning",
    ago=8 * MINUTE,
    hides=(
        "jobs.*",
        "ssl.*",
        "check.*",
        "alias.*",
        "dns.*-new",
        "dns.proxied",
        "dns.wrong-expectation-hurting",
    ),
)
def other_jobs_fill_the_queue(world: World, _: str) -> None:
    world.plugin.busy_elsewhere = True
    for number in range(6):
        world.add_domain(f"campaign{number}.example", f"campaign{number}")


@fault(
    "jobs.failed",
    for_all=True,
    subject="domain",
    severity="warning",
    newcomer=20 * MINUTE,
    beside=(("jobs.failed", "native"),),
    ago=HOUR,
    folded=("jobs.none-queued",),
    hides=(
        "check.*",
        "dns.*-new",
        "dns.*-given-up",
        "dns.proxied*",
        "dns.wrong-expectation*",
        "mapping.stale*",
        "ssl.*",
        "jobs.*",
        "alias.*",
    ),
)
def the_plugins_dns_library_throws(world: World, _: str) -> None:
    world.guard = Page(301, location=f"https://{world.network}/login/")
    world.plugin.dies[CHECK] = "Could not resolve the name servers"


@fault(
    "jobs.stuck",
    subject="domain",
    severity="warning",
    newcomer=400,
    ago=10 * MINUTE,
    hides=("alias.*", "ssl.*", "jobs.*"),
)
def the_host_killed_a_job(world: World, domain: str) -> None:
    world.plugin.killed.add(domain)


@fault("jobs.none-queued", subject="domain", newcomer=40 * MINUTE, ago=39 * MINUTE)
def somebody_emptied_the_queue(world: World, domain: str) -> None:
    world.plugin.lose_jobs_of(domain)
