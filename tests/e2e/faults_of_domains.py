"""Faults of single domains that can be put into the lab: their rows, aliases, DNS, certificate, checks and jobs."""

from __future__ import annotations

from datetime import timedelta

from e2e.faults import (
    FOREIGN,
    HOUR,
    LOOPBACK_FAILED,
    MINUTE,
    NEWCOMER,
    Place,
    both,
    fault,
    newcomer,
    write_log,
)
from e2e.town import FRESH, NEW_ACTION, NEW_ROW, NEW_SITE, OLD
from lab import seeds
from lab.dns_server import DnsServer
from lab.networks import ENTRANCE, NETWORK_DOMAIN
from lab.tls_server import PARKING, redirect

DAY = timedelta(days=1)
CLOUDFLARE = "104.16.1.1"
STAGE = "wu_async_process_domain_stage"


# mapping


@fault("mapping.no-site", OLD)
def the_row_is_of_a_site_that_is_gone(place: Place) -> None:
    place.world.sql("UPDATE wplab_wu_domain_mappings SET blog_id = 99 WHERE id = 2")


@fault("mapping.site-off", "3", severity="warning")
def the_site_is_archived(place: Place) -> None:
    place.world.sql("UPDATE wplab_blogs SET archived = 1 WHERE blog_id = 3")


@fault("mapping.site-off", "3", severity="warning")
def the_site_is_marked_as_spam(place: Place) -> None:
    place.world.sql("UPDATE wplab_blogs SET spam = 1 WHERE blog_id = 3")


@fault("mapping.shadows-site", f"second.{NETWORK_DOMAIN}")
def the_address_of_one_site_is_mapped_to_another(place: Place) -> None:
    name = f"second.{NETWORK_DOMAIN}"
    place.world.sql(seeds.mapping(NEW_ROW, 2, name, place.now - DAY, primary=0))
    place.world.entrance(name)


@fault("mapping.shadows-site", NETWORK_DOMAIN)
def the_networks_own_domain_is_mapped_to_a_site(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 3, NETWORK_DOMAIN, place.now - DAY, primary=0))


@fault("mapping.two-primaries", "3")
def a_site_has_two_main_domains(place: Place) -> None:
    place.world.sql(seeds.mapping(NEW_ROW, 3, NEWCOMER, place.now - DAY))
    place.world.api.app.domains += [NEWCOMER, f"www.{NEWCOMER}"]
    place.world.entrance(NEWCOMER)


@fault("mapping.inactive", OLD, severity="warning")
def the_row_was_switched_off(place: Place) -> None:
    place.world.sql("UPDATE wplab_wu_domain_mappings SET active = 0 WHERE id = 2")


@fault("mapping.stale-failure", NEWCOMER)
def all_is_well_but_the_stage_says_the_certificate_failed(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="ssl-failed")
    place.world.serve(NEWCOMER)


@fault("mapping.stale-failure", NEWCOMER)
def all_is_well_but_the_stage_says_dns_failed(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="failed")
    place.world.serve(NEWCOMER)


@fault("mapping.stale-failure", NEWCOMER, severity="warning", version="2.4.3")
def the_certificate_came_after_the_plugin_had_settled_for_none(place: Place) -> None:
    newcomer(place, 150 * MINUTE, stage="done-without-ssl")
    place.world.serve(NEWCOMER)


@fault("mapping.secure-flag", OLD, severity="warning")
def the_row_says_http_although_there_is_a_certificate(place: Place) -> None:
    place.world.sql("UPDATE wplab_wu_domain_mappings SET secure = 0 WHERE id = 2")


@fault("mapping.wildcard", "*.example.org", severity="warning")
def a_wildcard_was_written_by_sql(place: Place) -> None:
    at = place.now - DAY
    place.world.sql(seeds.mapping(NEW_ROW, 3, "*.example.org", at, stage="done", primary=0))
    place.world.api.app.domains.append("*.example.org")


# alias


@fault("alias.orphan", "gone.example.com", severity="warning")
def closte_knows_a_domain_that_no_site_has(place: Place) -> None:
    place.world.api.app.domains.append("gone.example.com")


@fault("alias.orphan", NEWCOMER, severity="warning", beside=("jobs.failed",))
def the_job_that_removes_an_alias_failed(place: Place) -> None:
    place.world.api.app.domains.append(NEWCOMER)
    args = {"domain": NEWCOMER, "site_id": 3}
    died = "action failed via WP Cron: The disk is full"
    at = place.now - HOUR
    place.world.sql(
        *seeds.action(NEW_ACTION, "wu_remove_domain", args, at, status="failed", log=(died,))
    )


@fault("alias.refused", NEWCOMER)
def closte_called_the_domain_invalid(place: Place) -> None:
    error = f"Invalid or empty domain: {NEWCOMER}"
    newcomer(place, 30 * MINUTE, stage="checking-ssl-cert", error=error, next_in=MINUTE)
    place.world.api.app.domains.remove(NEWCOMER)


@fault("alias.no-www", OLD, severity="info")
def only_the_bare_domain_is_known_to_closte(place: Place) -> None:
    place.world.api.app.domains.remove(f"www.{OLD}")


# dns


@fault("dns.parked", OLD)
def the_registrar_parks_the_domain(place: Place) -> None:
    both(place, lambda name: place.world.points(name, FOREIGN))
    certificate = place.world.ca.good("parking.example")
    both(
        place,
        lambda name: place.world.serve(name, certificate=certificate, pages={}, every_path=PARKING),
    )


@fault("dns.proxied", OLD, severity="info")
def cloudflare_stands_in_front_and_all_is_well(place: Place) -> None:
    both(place, lambda name: place.world.points(name, CLOUDFLARE))


@fault("dns.proxied", NEWCOMER, severity="warning")
def cloudflare_stands_in_front_of_a_domain_that_waits_for_its_certificate(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-ssl-cert", next_in=2 * MINUTE)
    place.world.points(NEWCOMER, CLOUDFLARE)


@fault("dns.www-differs", OLD, severity="warning")
def www_points_elsewhere(place: Place) -> None:
    place.world.points(f"www.{OLD}", FOREIGN)


@fault("dns.dnssec-bogus", OLD)
def the_signatures_do_not_hold(place: Place) -> None:
    both(place, lambda name: place.world.dns.fault(name, "bogus"))
    place.undo.callback(both, place, lambda name: place.world.dns.fault(name, None))


@fault("dns.lame", OLD)
def the_name_servers_know_nothing_of_the_domain(place: Place) -> None:
    both(place, lambda name: place.world.dns.fault(name, "lame"))
    place.undo.callback(both, place, lambda name: place.world.dns.fault(name, None))


@fault("dns.caa-forbids", NEWCOMER)
def the_issuer_is_forbidden(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-ssl-cert", next_in=2 * MINUTE)
    place.world.dns.set(NEWCOMER, "CAA", '0 issue "digicert.com"')


@fault("dns.split-horizon", OLD, severity="warning")
def the_host_is_told_another_address_than_the_world(place: Place) -> None:
    inside(place, FOREIGN)


@fault("dns.split-horizon", OLD, severity="info")
def the_host_is_told_its_own_private_address(place: Place) -> None:
    inside(place, "10.0.0.5")


def inside(place: Place, address: str) -> None:
    """Let the host, and only the host, be told this address of the old domain."""
    world = place.world
    server = place.undo.enter_context(DnsServer())
    for name in (NETWORK_DOMAIN, FRESH, f"www.{OLD}"):
        server.set(name, "A", ENTRANCE)
    server.set(OLD, "A", address)
    resolver = world.root / "php" / "resolver.php"
    told = resolver.read_text()
    place.undo.callback(resolver.write_text, told)
    public = f"{world.dns.address}:{world.dns.port}"
    assert public in told
    resolver.write_text(told.replace(public, f"{server.address}:{server.port}"))


# ssl


@fault("ssl.expiring", OLD, severity="warning")
def nobody_renews_the_certificate(place: Place) -> None:
    place.world.serve(OLD, certificate=place.world.ca.good(OLD, days=10))


@fault("ssl.redirect-loop", OLD, severity="warning", options=("--visit",))
def http_and_https_send_the_visitor_to_each_other(place: Place) -> None:
    both(place, lambda name: place.world.points(name, CLOUDFLARE))
    place.world.serve(OLD, pages={}, every_path=redirect(f"https://{OLD}/"))


@fault("ssl.rate-limit", NEWCOMER, severity="warning")
def the_domain_was_added_five_times_in_a_week(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-ssl-cert", next_in=2 * MINUTE)
    for day in range(4, 0, -1):
        earlier = seeds.adding(place.version, NEWCOMER, NEW_SITE, place.now - day * DAY)
        write_log(place.world, "integration-closte.log", earlier)


# check, jobs


@fault("check.loopback-blocked", NEWCOMER, severity="warning")
def a_password_stands_in_front_of_the_site(place: Place) -> None:
    newcomer(place, 20 * MINUTE, stage="checking-dns", next_in=2 * MINUTE)
    place.world.serve(NEWCOMER)
    at = place.now - 3 * MINUTE
    tried = []
    for label, url in (
        ("HTTPS with SSL verification", f"https://{NEWCOMER}/"),
        ("HTTP", f"http://{NEWCOMER}/"),
    ):
        tried += [
            (at, "INFO", f"Testing domain verification via Loopback using {label}: {url}"),
            (at, "WARNING", f"Loopback request via {label} returned HTTP 401"),
        ]
    said = seeds.lines(
        (at, "INFO", f"Starting Check for {NEWCOMER}"),
        *tried,
        (at, "ERROR", LOOPBACK_FAILED),
        (at, "INFO", "- DNS propagation not finished, retrying in 5 minutes..."),
    )
    write_log(place.world, f"domain-{NEWCOMER}.log", said)


@fault("jobs.none-queued", NEWCOMER)
def the_chain_of_checks_ended_without_a_word(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-dns")
    place.world.serve(NEWCOMER)


@fault("jobs.stuck", NEWCOMER, severity="warning")
def a_check_never_came_to_its_end(place: Place) -> None:
    newcomer(place, 40 * MINUTE, stage="checking-dns")
    place.world.serve(NEWCOMER)
    args = {"domain_id": NEW_ROW, "tries": 1}
    at = place.now - 30 * MINUTE
    place.world.sql(*seeds.action(NEW_ACTION + 1, STAGE, args, at, status="in-progress"))
