"""Faults of customers' DNS."""

from __future__ import annotations

from bridge.rehearsal.dns import HOST, RESOLVERS, Records
from bridge.rehearsal.fault import DAY, HOUR, MINUTE, fault
from bridge.rehearsal.faults.mapping import ELSEWHERE, away
from bridge.rehearsal.servers import Page, Proxy, Stranger
from bridge.rehearsal.world import World

CLOUDFLARE = "104.16.1.1"
PARKING = "192.0.2.66"
V6 = "2001:db8:77::7"


@fault("dns.nxdomain", subject="domain")
def the_domain_is_not_registered_any_more(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.zone.names[name] = Records(status="NXDOMAIN")


@fault("dns.nxdomain", "new", subject="domain", newcomer=3 * HOUR, folded=("check.gave-up-dns",))
def a_name_was_mapped_that_nobody_registered(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.zone.names[name] = Records(status="NXDOMAIN")


@fault("dns.no-address", subject="domain")
def the_address_was_deleted(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.points(name)


@fault("dns.wrong-address", subject="domain")
def the_domain_leads_to_an_old_server(world: World, domain: str) -> None:
    away(world, domain)


@fault("dns.wrong-address", "new", subject="domain", newcomer=14 * MINUTE, ago=14 * MINUTE)
def a_new_domain_still_leads_to_its_old_server(world: World, domain: str) -> None:
    away(world, domain)


@fault(
    "dns.wrong-address",
    "given-up",
    subject="domain",
    newcomer=5 * HOUR,
    ago=5 * HOUR,
    folded=("check.gave-up-dns",),
)
def the_plugin_gave_up_on_a_wrong_address(world: World, domain: str) -> None:
    away(world, domain)


@fault("dns.wrong-address", "alias", subject="domain")
def the_domain_is_an_alias_of_another_host(world: World, domain: str) -> None:
    away(world, domain)
    for name in world.both(domain):
        world.zone.change(name, cname="sites.builder.example")


@fault("dns.mixed-addresses", subject="domain")
def one_of_two_addresses_is_wrong(world: World, domain: str) -> None:
    away(world, domain)
    for name in world.both(domain):
        world.points(name, world.entrance, ELSEWHERE)


@fault("dns.stray-ipv6", subject="domain")
def an_old_ipv6_address_was_left(world: World, domain: str) -> None:
    world.servers[V6] = Stranger(names=("old-shop.example",))
    for name in world.both(domain):
        world.points(name, world.entrance, V6)


@fault(
    "dns.stray-ipv6",
    "new",
    subject="domain",
    newcomer=4 * HOUR,
    ago=4 * HOUR,
    generations=("2.4.10", "2.4.13"),
    folded=("ssl.given-up",),
)
def an_ipv6_address_keeps_the_certificate_away(world: World, domain: str) -> None:
    an_old_ipv6_address_was_left.harm(world, domain)


@fault("dns.proxied", subject="domain", severity="warning", newcomer=15 * MINUTE, ago=15 * MINUTE)
def a_proxy_stands_in_front_and_asks_for_proof(world: World, domain: str) -> None:
    page = Page(403, "<title>Just a moment...</title>", server="cloudflare")
    world.servers[CLOUDFLARE] = Stranger(page, (domain, f"*.{domain}"))
    for name in world.both(domain):
        world.points(name, CLOUDFLARE)


@fault("dns.proxied", "well", subject="domain", severity="info")
def a_proxy_stands_in_front_and_all_is_well(world: World, domain: str) -> None:
    world.servers[CLOUDFLARE] = Proxy()
    for name in world.both(domain):
        world.points(name, CLOUDFLARE)


@fault("dns.parked", subject="domain")
def the_domain_is_parked(world: World, domain: str) -> None:
    page = Page(
        200, "<!DOCTYPE html><title>This domain is parked</title>Buy this domain", server="nginx"
    )
    world.servers[PARKING] = Stranger(page, ("parking.example",))
    for name in world.both(domain):
        world.points(name, PARKING)


@fault("dns.parked", "forwarded", subject="domain")
def the_registrar_forwards_the_domain(world: World, domain: str) -> None:
    page = Page(302, location=f"https://www.afternic.com/forsale/{domain}", server="nginx")
    world.servers[PARKING] = Stranger(page)
    for name in world.both(domain):
        world.points(name, PARKING)


@fault("dns.www-differs", subject="domain", severity="warning")
def only_www_leads_elsewhere(world: World, domain: str) -> None:
    away(world, f"www.{domain}")


@fault("dns.propagating", subject="domain", severity="info", ago=20 * MINUTE)
def one_resolver_has_the_old_answer_still(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.zone.special[RESOLVERS[1], name] = Records(a=(ELSEWHERE,), ttl=1700)


@fault("dns.dnssec-bogus", subject="domain")
def the_signatures_do_not_hold(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.zone.change(name, bogus=True)


@fault("dns.lame", subject="domain")
def the_name_servers_do_not_know_the_domain(world: World, domain: str) -> None:
    for name in world.both(domain):
        world.zone.change(name, lame=True)


@fault("dns.caa-forbids", subject="domain", ago=DAY)
def a_caa_record_names_another_issuer(world: World, domain: str) -> None:
    world.zone.change(domain, caa=('0 issue "digicert.com"',))


@fault(
    "dns.caa-forbids",
    "new",
    subject="domain",
    newcomer=5 * HOUR,
    ago=5 * HOUR,
    generations=("2.4.10", "2.4.13"),
    folded=("ssl.given-up",),
)
def a_caa_record_kept_the_certificate_away(world: World, domain: str) -> None:
    world.zone.change(domain, caa=('0 issue "digicert.com"',))


@fault("dns.split-horizon", subject="domain", severity="warning")
def the_host_is_led_elsewhere(world: World, domain: str) -> None:
    world.servers.setdefault(ELSEWHERE, Stranger(names=("old-shop.example",)))
    world.zone.special[HOST, domain] = Records(a=(ELSEWHERE,))


@fault("dns.wrong-expectation", severity="info", for_all=True)
def the_plugin_compares_with_the_way_out(world: World, _: str) -> None:
    world.plugin.compares_with = "203.0.113.99"


@fault(
    "dns.wrong-expectation",
    "hurting",
    for_all=True,
    severity="warning",
    newcomer=14 * MINUTE,
    ago=HOUR,
    hides=(
        "check.*",
        "dns.*-new",
        "dns.proxied*",
        "mapping.stale*",
        "ssl.pending",
        "ssl.slow",
        "jobs.failed*",
        "jobs.none-queued",
    ),
)
def the_wrong_comparison_decides(world: World, _: str) -> None:
    world.plugin.compares_with = "203.0.113.99"
    world.guard = Page(301, location=f"https://{world.network}/login/")
