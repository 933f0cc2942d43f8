"""Faults of mapping rows and sites."""

from __future__ import annotations

from bridge.rehearsal.fault import HOUR, LOGGED, MINUTE, fault
from bridge.rehearsal.plugin import REMOVE
from bridge.rehearsal.servers import Page, Stranger
from bridge.rehearsal.world import Site, World

ELSEWHERE = "198.51.100.7"
PLAIN = "plain.network.example"


def other_site(world: World) -> Site:
    """The site of a customer whom no fault is about."""
    return world.plugin.site_of("shop.client.example")


@fault("mapping.duplicate-row", subject="domain")
def the_row_was_imported_twice(world: World, domain: str) -> None:
    world.plugin.insert(domain, world.plugin.site_of(domain))


@fault("mapping.two-sites", subject="domain")
def two_sites_have_the_domain(world: World, domain: str) -> None:
    world.plugin.insert(domain, other_site(world))


@fault("mapping.www-split", subject="domain", severity="warning")
def www_belongs_to_another_site(world: World, domain: str) -> None:
    world.plugin.insert(f"www.{domain}", other_site(world))


@fault("mapping.unclean-name", subject="domain")
def the_name_ends_with_a_line_end(world: World, domain: str) -> None:
    world.plugin.row(domain).domain += "\n"


@fault("mapping.unclean-name", "capitals", subject="domain")
def the_name_has_a_capital_and_a_dot(world: World, domain: str) -> None:
    world.plugin.row(domain).domain = domain.capitalize() + "."


@fault("mapping.shadows-site", subject=PLAIN)
def an_address_of_another_site_was_mapped(world: World, domain: str) -> None:
    world.plugin.sites.append(Site(90, PLAIN))
    world.plugin.insert(PLAIN, world.plugin.site_of(domain))


@fault("mapping.no-site", subject="domain", beside=(("mapping.no-site", "native"),))
def the_site_was_deleted_past_the_plugin(world: World, domain: str) -> None:
    world.plugin.sites.remove(world.plugin.site_of(domain))


@fault("mapping.site-off", subject="site", severity="warning")
def the_site_was_archived(world: World, domain: str) -> None:
    world.plugin.site_of(domain).archived = True


@fault("mapping.none-for-site", subject="91", severity="warning")
def the_record_of_a_new_site_could_not_be_made(world: World, _: str) -> None:
    host = f"third.{world.network}"
    world.plugin.sites.append(Site(91, host))
    said = f"Failed to create domain record for site 91: Domain {host} has been used"
    world.logs.write(world.clock, "domain-creation", said, level="ERROR")


@fault("mapping.none-for-site", "normal", subject="92", severity="info")
def a_site_is_older_than_the_records(world: World, _: str) -> None:
    world.plugin.sites.append(Site(92, f"early.{world.network}"))


@fault(
    "mapping.no-table",
    hides=(
        "mapping.*",
        "alias.*",
        "dns.*",
        "ssl.*",
        "check.*",
        "jobs.*",
        "key.*",
        "api.*",
        "module.*",
        "host.staging-clone",
        "cache.*",
        "plugin.*",
    ),
)
def the_table_was_dropped(world: World, _: str) -> None:
    world.mapping_table = False


@fault("mapping.two-primaries", subject="site")
def the_older_mark_was_not_cleared(world: World, domain: str) -> None:
    for row in world.plugin.rows:
        if row.blog_id == world.plugin.row(domain).blog_id:
            row.primary = True


@fault("mapping.inactive", subject="domain", severity="warning")
def the_mapping_was_switched_off(world: World, domain: str) -> None:
    world.plugin.row(domain).active = False


@fault("mapping.stale-failure", subject="domain", ago=6 * HOUR, newcomer=6 * HOUR)
def the_dns_came_right_after_the_plugin_gave_up(world: World, domain: str) -> None:
    away(world, domain)
    world.after(2 * HOUR, lambda: home(world, domain))


@fault(
    "mapping.stale-failure",
    "certificate",
    subject="domain",
    ago=9 * HOUR,
    newcomer=9 * HOUR,
    generations=("2.4.10", "2.4.13"),
)
def the_certificate_came_after_the_plugin_gave_up(world: World, domain: str) -> None:
    world.zone.change(domain, caa=('0 issue "digicert.com"',))
    world.after(6 * HOUR, lambda: world.zone.change(domain, caa=()))


@fault(
    "mapping.stale-failure",
    "unencrypted",
    subject="domain",
    severity="warning",
    ago=9 * HOUR,
    newcomer=9 * HOUR,
    generations=("2.4.3",),
)
def the_certificate_came_and_the_links_stayed_plain(world: World, domain: str) -> None:
    world.zone.change(domain, caa=('0 issue "digicert.com"',))
    world.after(6 * HOUR, lambda: world.zone.change(domain, caa=()))


def away(world: World, domain: str) -> None:
    """The customer's DNS leads to an old server."""
    page = Page(200, "<!doctype html><title>Old shop</title>", server="Apache")
    world.servers[ELSEWHERE] = Stranger(page, ("old-shop.example",))
    for name in world.both(domain):
        world.points(name, ELSEWHERE)


def home(world: World, domain: str) -> None:
    """The customer's DNS leads here."""
    for name in world.both(domain):
        world.points(name, world.entrance)


@fault("mapping.secure-flag", subject="domain", severity="warning")
def the_https_mark_was_taken_off(world: World, domain: str) -> None:
    world.plugin.row(domain).secure = False


@fault("mapping.wildcard", subject="wildcard", severity="warning")
def a_wildcard_was_imported(world: World, domain: str) -> None:
    world.plugin.insert(f"*.{domain}", world.plugin.site_of(domain))


@fault("mapping.legacy-table", severity="info")
def an_old_table_was_not_taken_over(world: World, _: str) -> None:
    world.legacy_domains = ("ancient.example",)


@fault(
    "jobs.failed",
    "removal",
    subject="former.example",
    severity="warning",
    ago=30 * MINUTE,
    beside=(("alias.orphan", "former.example"),),
    generations=LOGGED,
)
def the_job_to_remove_an_alias_failed(world: World, domain: str) -> None:
    world.closte.add("former.example", world)
    world.plugin.dies[REMOVE] = "The disk is full"
    world.plugin.enqueue(
        REMOVE, {"domain": "former.example", "site_id": world.plugin.row(domain).blog_id}
    )
    world.after(5 * MINUTE, world.plugin.dies.clear)
